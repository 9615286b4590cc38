// NumberField asks for a number with the digits' keyboard and shows it as it is
// read, thousands apart: a zero too many is seen before it is saved.

import { parseScaled, readScaled, typedScaled } from "../../shared/number";
import { words } from "../../shared/words";
import type { AnswerProps } from "./Question";
import { useTyped, type Read } from "./typed";

export function NumberField({ question, labelledBy, onAnswer, onDraft }: AnswerProps) {
  const w = words.value;
  const scale = question.scale ?? 0;
  const n = question.value?.number;
  const typed = useTyped({
    path: question.path,
    shown: n === undefined ? "" : typedScaled(n, scale, w.decimalMark),
    read: (text) => read(text, scale),
    onAnswer,
    onDraft,
  });
  const value = parseScaled(typed.text, scale);
  const range = rangeWords(question.min, question.max, scale);
  const zero = question.zero;
  const money = question.kind === "money"; // its symbol stands before
  const shown = (n: number) => {
    const parts = [readScaled(n, scale, w.decimalMark), question.unit ?? ""];
    return (money ? parts.reverse() : parts).join(" ").trim();
  };
  return (
    <div class="number">
      <div class="number-row">
        {money && question.unit && <span class="unit">{question.unit}</span>}
        <input
          class="num"
          type="text"
          inputMode={scale > 0 ? "decimal" : "numeric"}
          autocomplete="off"
          aria-labelledby={labelledBy}
          aria-describedby={`${labelledBy}-hint`}
          data-autofocus
          data-testid="input"
          {...typed.field}
        />
        {!money && question.unit && <span class="unit">{question.unit}</span>}
      </div>
      <p id={`${labelledBy}-hint`} class="hint num" aria-live="polite" data-testid="reads">
        {typed.fault !== "" && <span class="fault">{typed.fault}</span>}
        {typed.fault === "" && (typeof value === "number" && long(value, scale) ? w.readAs(shown(value)) : range)}
      </p>
      {zero !== undefined && (
        <button
          type="button"
          class="option zero"
          aria-pressed={n === 0}
          onClick={() => onAnswer({ number: 0 })}
          data-testid="zero"
        >
          <span class="mark mark-radio" />
          <span class="option-text">{zero}</span>
        </button>
      )}
    </div>
  );
}

// long tells whether a number is easily mistyped by a digit.
function long(n: number, scale: number): boolean {
  return scale > 0 || Math.abs(n) >= 1000;
}

function read(text: string, scale: number): Read {
  const w = words.value;
  if (text.trim() === "") return { value: null };
  const n = parseScaled(text, scale);
  if (typeof n === "number") return { value: { number: n } };
  return n === "decimals" && scale > 0 ? w.decimals(scale) : w.onlyDigits;
}

function rangeWords(min: number | undefined, max: number | undefined, scale: number): string {
  const w = words.value;
  const show = (n: number) => readScaled(n, scale, w.decimalMark);
  if (min !== undefined && max !== undefined) return w.between(show(min), show(max));
  if (min !== undefined) return w.atLeast(show(min));
  return max === undefined ? "" : w.atMost(show(max));
}
