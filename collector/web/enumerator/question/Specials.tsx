// Specials are the answers that say why there is none, and the way to take an
// answer back. They stand apart and quieter, so that they are not the easy way
// out.

import type { Question, Value } from "../../../../questionnaire/wasm/engine";
import { words } from "../../shared/words";

interface Props {
  question: Question;
  onAnswer: (value: Value | null) => void;
}

export function Specials({ question, onAnswer }: Props) {
  const specials = question.special ?? [];
  if (specials.length === 0 && question.value === undefined) return null;
  return (
    <div class="specials" role="group" aria-label={words.value.specials}>
      {specials.map((s) => (
        <button
          key={s.missing}
          type="button"
          class="special"
          aria-pressed={question.value?.missing === s.missing}
          onClick={() => question.value?.missing !== s.missing && onAnswer({ missing: s.missing })}
          data-testid="special"
          data-missing={s.missing}
        >
          {s.text}
        </button>
      ))}
      {question.value !== undefined && (
        <button type="button" class="quiet" onClick={() => onAnswer(null)} data-testid="clear">
          {words.value.clear}
        </button>
      )}
    </div>
  );
}
