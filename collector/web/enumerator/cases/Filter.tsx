// Filter narrows the list to what is to be done, begun or finished.

import { words } from "../../shared/words";
import type { Stage } from "../casestate";

interface Props {
  stage: Stage | "all";
  counts: Record<Stage | "all", number>;
  onStage: (stage: Stage | "all") => void;
}

export function Filter({ stage, counts, onStage }: Props) {
  const w = words.value;
  const names = { all: w.filterAll, new: w.filterOpen, begun: w.filterBegun, done: w.filterDone };
  return (
    <div class="filter" role="group">
      {(["all", "new", "begun", "done"] as const).map((s) => (
        <button
          key={s}
          type="button"
          aria-pressed={s === stage}
          onClick={() => onStage(s)}
          data-testid="filter"
          data-stage={s}
        >
          <span class="num count">{counts[s]}</span> {names[s]}
        </button>
      ))}
    </div>
  );
}
