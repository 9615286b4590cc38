// VisitForm notes how a visit ended that brought no interview.

import { useState } from "preact/hooks";
import { outcome, words } from "../../shared/words";

// AAPOR numbers, the common ones first.
const outcomes = [224, 225, 211, 232, 233, 318, 317, 460, 462, 450];

export function VisitForm({ onVisit }: { onVisit: (disposition: number) => void }) {
  const w = words.value;
  const [chosen, setChosen] = useState<number | null>(null);
  const note = () => {
    if (chosen === null) return;
    onVisit(chosen);
    setChosen(null);
  };
  return (
    <section class="visit">
      <h2 id="visit-title">{w.visit}</h2>
      <p class="hint">{w.visitHelp}</p>
      <div class="choices choices-small" role="group" aria-labelledby="visit-title">
        {outcomes.map((d) => (
          <button
            key={d}
            type="button"
            class="option"
            aria-pressed={d === chosen}
            onClick={() => setChosen(d === chosen ? null : d)}
            data-testid="visit-outcome"
            data-code={d}
          >
            <span class="mark mark-radio" />
            <span class="option-text">{outcome(d)}</span>
          </button>
        ))}
      </div>
      <button type="button" class="button-line button-wide" disabled={chosen === null} onClick={note} data-testid="record-visit">
        {w.recordVisit}
      </button>
    </section>
  );
}
