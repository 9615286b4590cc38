// Choice asks for one option of a list. Arrows move, a digit or Enter chooses;
// moving never answers, so that looking leaves no trace.

import type { AnswerProps } from "./Question";
import { OptionButton } from "./OptionButton";
import { Specify } from "./Specify";
import { moveFocus } from "./roving";

export function Choice({ question, labelledBy, onAnswer, onDraft }: AnswerProps) {
  const chosen = question.value?.code;
  const options = question.options ?? [];
  const open = options.find((o) => o.code === chosen && o.specify);
  const first = chosen ?? options[0]?.code;
  return (
    <>
      <div class="choices" role="radiogroup" aria-labelledby={labelledBy} onKeyDown={moveFocus}>
        {options.map((o, i) => (
          <OptionButton
            key={o.code}
            option={o}
            role="radio"
            digit={i < 9 ? i + 1 : 0}
            chosen={o.code === chosen}
            reachable={o.code === first}
            onChoose={() => o.code !== chosen && onAnswer({ code: o.code })}
          />
        ))}
      </div>
      {open && <Specify question={question} onAnswer={onAnswer} onDraft={onDraft} />}
    </>
  );
}
