// Forced shows an answer that follows from others. It is not asked.

import type { Question } from "../../../../questionnaire/wasm/engine";
import { readScaled } from "../../shared/number";
import { words } from "../../shared/words";

export function Forced({ question }: { question: Question }) {
  return (
    <div class="forced" data-testid="forced">
      <strong>{shown(question)}</strong>
      <span class="small">{words.value.forced}</span>
    </div>
  );
}

function shown({ value, options, special, scale }: Question): string {
  if (!value) return "";
  const textOf = (code: string) => options?.find((o) => o.code === code)?.text ?? code;
  if (value.code !== undefined) return textOf(value.code);
  if (value.codes) return value.codes.map(textOf).join(" · ");
  if (value.number !== undefined) return readScaled(value.number, scale ?? 0, words.value.decimalMark);
  if (value.missing) return special?.find((s) => s.missing === value.missing)?.text ?? "";
  return value.text ?? value.date ?? value.time ?? "";
}
