// OverviewRow is one screen of the interview from above: what it asks, of whom,
// whether it is answered. A tap goes there.

import type { OverviewEntry } from "../../../../questionnaire/wasm/engine";
import { words } from "../../shared/words";

interface Props {
  entry: OverviewEntry;
  current: boolean;
  onOpen: () => void;
}

export function OverviewRow({ entry, current, onOpen }: Props) {
  const w = words.value;
  const said = { answered: w.screenAnswered, open: w.screenOpen, flagged: w.screenFlagged }[entry.state];
  return (
    <button
      type="button"
      class="overview-row"
      aria-current={current ? "step" : undefined}
      onClick={onOpen}
      data-testid="overview-row"
      data-path={entry.path}
      data-state={entry.state}
    >
      <span class="overview-label">
        {entry.sensitive ? (
          w.overviewPrivate
        ) : (
          <>
            {entry.title && <span class="small">{entry.title}</span>}
            {entry.label}
          </>
        )}
      </span>
      <span class={`overview-state overview-${entry.state}`}>{said}</span>
    </button>
  );
}
