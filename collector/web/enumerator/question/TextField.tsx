// TextField asks for words.

import { words } from "../../shared/words";
import type { AnswerProps } from "./Question";
import { useTyped } from "./typed";

const longest = 4000; // characters; what the office takes

export function TextField({ question, labelledBy, onAnswer, onDraft }: AnswerProps) {
  const typed = useTyped({
    path: question.path,
    shown: question.value?.text ?? "",
    read: (text) => {
      if (Array.from(text).length > longest) return words.value.tooLong;
      return { value: text.trim() === "" ? null : { text: text.trim() } };
    },
    onAnswer,
    onDraft,
  });
  return (
    <div class="field">
      <textarea
        rows={1}
        class="grows"
        enterkeyhint="next"
        autocomplete="off"
        aria-labelledby={labelledBy}
        data-autofocus
        data-testid="input"
        {...typed.field}
      />
      {typed.fault && <span class="fault">{typed.fault}</span>}
    </div>
  );
}
