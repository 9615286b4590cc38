// Chosen shows what was looked up, with a way to choose another where there is
// one step back.

import { words } from "../../shared/words";

interface Props {
  text: string;
  detail: string; // the code, or the level of a place
  onChange?: (() => void) | undefined;
}

export function Chosen({ text, detail, onChange }: Props) {
  return (
    <p class="chosen" data-testid="looked-up">
      <span>
        <strong>{text}</strong> <span class="match-code num">{detail}</span>
      </span>
      {onChange && (
        <button type="button" class="quiet" onClick={onChange} data-testid="change">
          {words.value.change}
        </button>
      )}
    </p>
  );
}
