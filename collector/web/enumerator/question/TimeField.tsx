// TimeField asks for the time of the day, on the 24 hours that leave no doubt.

import { useEffect, useState } from "preact/hooks";
import { words } from "../../shared/words";
import type { AnswerProps } from "./Question";
import { draftOf, type Read } from "./typed";

export function TimeField({ question, labelledBy, onAnswer, onDraft }: AnswerProps) {
  const w = words.value;
  const shown = question.value?.time ?? "";
  const [typed, setTyped] = useState<[string, string] | null>(null);
  useEffect(() => setTyped(null), [question.path, shown]);
  const [hour = "", minute = ""] = typed ?? shown.split(":");
  const read = typed && reading(typed);

  const change = (next: [string, string]) => {
    setTyped(next);
    onDraft(draftOf(question.path, reading(next)));
  };
  const leave = (e: FocusEvent) => {
    if ((e.currentTarget as HTMLElement).contains(e.relatedTarget as Node | null)) return;
    if (read === null || typeof read === "string" || read.value?.time === shown) return;
    onAnswer(read.value);
  };
  return (
    <div role="group" aria-labelledby={labelledBy} class="parts" onFocusOut={leave}>
      <label class="field part">
        <span class="field-label">{w.hour}</span>
        <input class="num" type="text" inputMode="numeric" maxLength={2} autocomplete="off" data-autofocus
          value={hour} onInput={(e) => change([e.currentTarget.value, minute])} data-testid="hour" />
      </label>
      <label class="field part">
        <span class="field-label">{w.minute}</span>
        <input class="num" type="text" inputMode="numeric" maxLength={2} autocomplete="off"
          value={minute} onInput={(e) => change([hour, e.currentTarget.value])} data-testid="minute" />
      </label>
      <p class="hint">{w.hourHelp}</p>
      {typeof read === "string" && minute.length >= 2 && <p class="fault">{read}</p>}
    </div>
  );
}

function reading([hour, minute]: [string, string]): Read {
  if (hour === "" && minute === "") return { value: null };
  const good = /^\d{1,2}$/.test(hour) && /^\d{1,2}$/.test(minute) && Number(hour) < 24 && Number(minute) < 60;
  return good ? { value: { time: `${hour.padStart(2, "0")}:${minute.padStart(2, "0")}` } } : words.value.badTime;
}
