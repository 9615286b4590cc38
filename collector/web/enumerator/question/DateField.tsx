// DateField asks for a day, or for a month and a year. Where the whole date is
// wanted the day may stay empty: what is remembered is kept as far as it goes.

import { useEffect, useState } from "preact/hooks";
import { words } from "../../shared/words";
import { dateText, parseDate, type DateParts } from "./date";
import type { AnswerProps } from "./Question";
import { draftOf, type Read } from "./typed";

export function DateField({ question, labelledBy, onAnswer, onDraft }: AnswerProps) {
  const w = words.value;
  const shown = question.value?.date ?? "";
  const [parts, setParts] = useState<DateParts | null>(null);
  useEffect(() => setParts(null), [question.path, shown]);
  const now = parts ?? parseDate(shown);
  const read: Read | null = parts && reading(parts);

  const change = (change: Partial<DateParts>) => {
    const next = { ...now, ...change };
    setParts(next);
    const r = reading(next);
    onDraft(typeof r !== "string" && r.value?.date === shown ? undefined : draftOf(question.path, r));
  };
  // The date is an answer when the focus leaves the group, not each part.
  const leave = (e: FocusEvent) => {
    if ((e.currentTarget as HTMLElement).contains(e.relatedTarget as Node | null)) return;
    if (read === null || typeof read === "string" || read.value?.date === shown) return;
    onAnswer(read.value);
  };
  return (
    <div role="group" aria-labelledby={labelledBy} class="parts" onFocusOut={leave}>
      {question.kind === "date" && (
        <label class="field part">
          <span class="field-label">{w.day}</span>
          <input class="num" type="text" inputMode="numeric" maxLength={2} autocomplete="off" data-autofocus
            value={now.day} onInput={(e) => change({ day: e.currentTarget.value })} data-testid="day" />
        </label>
      )}
      <label class="field part part-wide">
        <span class="field-label">{w.month}</span>
        <select value={now.month} onChange={(e) => change({ month: e.currentTarget.value })} data-testid="month">
          <option value="" />
          {w.months.map((name, i) => (
            <option key={name} value={String(i + 1)}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label class="field part">
        <span class="field-label">{w.year}</span>
        <input class="num" type="text" inputMode="numeric" maxLength={4} autocomplete="off"
          value={now.year} onInput={(e) => change({ year: e.currentTarget.value })} data-testid="year" />
      </label>
      {question.kind === "date" && <p class="hint">{w.dayUnknown}</p>}
      {typeof read === "string" && now.year.length >= 4 && <p class="fault">{read}</p>}
    </div>
  );
}

function reading(parts: DateParts): Read {
  const text = dateText(parts);
  if (text === null) return words.value.badDate;
  return { value: text === "" ? null : { date: text } };
}
