// Choice asks for one option of a list. Arrows move, a digit or Enter chooses;
// moving never answers, so that looking leaves no trace. A long list can be
// searched.

import { useState } from "preact/hooks";
import { words } from "../../shared/words";
import { plain } from "../casestate";
import type { AnswerProps } from "./Question";
import { OptionButton } from "./OptionButton";
import { Specify } from "./Specify";
import { moveFocus } from "./roving";

const long = 12; // options; more do not fit on a screen

export function Choice({ question, labelledBy, onAnswer, onDraft }: AnswerProps) {
  const [sought, setSought] = useState("");
  const chosen = question.value?.code;
  const all = question.options ?? [];
  const options = all.filter((o) => plain(o.text).includes(plain(sought)));
  const open = all.find((o) => o.code === chosen && o.specify);
  const first = options.some((o) => o.code === chosen) ? chosen : options[0]?.code;
  return (
    <>
      {all.length > long && (
        <input
          type="search"
          class="option-search"
          aria-label={words.value.searchOptions}
          placeholder={words.value.searchOptions}
          value={sought}
          onInput={(e) => setSought(e.currentTarget.value)}
          data-testid="option-search"
        />
      )}
      <div
        class={all.length > long ? "choices choices-many" : "choices"}
        role="radiogroup"
        aria-labelledby={labelledBy}
        onKeyDown={moveFocus}
      >
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
