// Specify asks for the words behind "other".

import type { Value } from "../../../../questionnaire/wasm/engine";
import { words } from "../../shared/words";
import type { AnswerProps } from "./Question";
import { useTyped } from "./typed";

const longest = 4000;

export function Specify({ question, onAnswer, onDraft }: Pick<AnswerProps, "question" | "onAnswer" | "onDraft">) {
  const w = words.value;
  const { specify, ...chosen } = question.value ?? {};
  // What is written goes with the options as they stand when its turn comes.
  const commit = (value: Value | null) => onAnswer((current) => ({ ...current, ...(value ?? {}) }));
  const typed = useTyped({
    path: question.path,
    shown: specify ?? "",
    read: (text) => {
      if (text.length > longest) return w.tooLong;
      return text.trim() === "" ? { value: chosen } : { value: { ...chosen, specify: text.trim() } };
    },
    onAnswer: commit,
    onDraft,
  });
  return (
    <label class="field specify">
      <span class="field-label">{w.specify}</span>
      <input type="text" autocomplete="off" {...typed.field} data-testid="specify" />
      {typed.fault && <span class="fault">{typed.fault}</span>}
    </label>
  );
}
