// Several asks for any number of options. An exclusive option ("none of these")
// stands alone; taking the last one away clears the answer.

import type { Option, Value } from "../../../../questionnaire/wasm/engine";
import { words } from "../../shared/words";
import { OptionButton } from "./OptionButton";
import type { AnswerProps } from "./Question";
import { Specify } from "./Specify";
import { moveFocus } from "./roving";

export function Several({ question, labelledBy, onAnswer, onDraft }: AnswerProps) {
  const w = words.value;
  const options = question.options ?? [];
  const chosen = question.value?.codes ?? [];
  const most = question.max_choices ?? 0;
  const full = most > 0 && chosen.length >= most;
  const open = options.find((o) => o.specify && chosen.includes(o.code));
  const first = options.find((o) => chosen.includes(o.code))?.code ?? options[0]?.code;
  return (
    <>
      <p class="hint">{most > 0 ? w.chooseUpTo(most) : w.chooseAny}</p>
      <div class="choices" role="group" aria-labelledby={labelledBy} onKeyDown={moveFocus}>
        {options.map((o, i) => (
          <OptionButton
            key={o.code}
            option={o}
            role="checkbox"
            digit={i < 9 ? i + 1 : 0}
            chosen={chosen.includes(o.code)}
            reachable={o.code === first}
            disabled={full && !chosen.includes(o.code) && !o.exclusive}
            onChoose={() => onAnswer((current) => toggled(options, current, o))}
          />
        ))}
      </div>
      {open && <Specify question={question} onAnswer={onAnswer} onDraft={onDraft} />}
    </>
  );
}

// toggled is the answer after tapping o, its codes in the order of the list.
function toggled(options: Option[], value: Value | undefined, o: Option): Value | null {
  const chosen = value?.codes ?? [];
  const exclusive = new Set(options.filter((x) => x.exclusive).map((x) => x.code));
  const kept = o.exclusive ? [] : chosen.filter((c) => !exclusive.has(c));
  const wanted = new Set(chosen.includes(o.code) ? chosen.filter((c) => c !== o.code) : [...kept, o.code]);
  const codes = options.map((x) => x.code).filter((c) => wanted.has(c));
  if (codes.length === 0) return null;
  const speaks = options.some((x) => x.specify && wanted.has(x.code));
  return speaks && value?.specify ? { codes, specify: value.specify } : { codes };
}
