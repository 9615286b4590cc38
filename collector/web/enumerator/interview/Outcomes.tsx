// Outcomes are the two or three ways a consent or a privacy gate can go: one
// tap, one act of its own.

import type { Outcomes as Possible } from "../../../../questionnaire/wasm/engine";

interface Props {
  possible: Possible;
  onChoose: (outcome: string) => void;
}

export function Outcomes({ possible, onChoose }: Props) {
  return (
    <div class="choices" role="group" aria-labelledby="screen-text">
      {possible.outcomes.map((o) => (
        <button
          key={o.outcome}
          type="button"
          class="option"
          aria-pressed={o.outcome === possible.outcome}
          onClick={() => o.outcome !== possible.outcome && onChoose(o.outcome)}
          data-testid="outcome"
          data-code={o.outcome}
        >
          <span class="mark mark-radio" />
          <span class="option-text">{o.text}</span>
        </button>
      ))}
    </div>
  );
}
