// TableAbsent says that a list is not on the tablet. The interview goes on: the
// question waits, or is answered by why there is no answer.

import { words } from "../../shared/words";

export function TableAbsent({ onTry }: { onTry: () => void }) {
  const w = words.value;
  return (
    <div class="check check-soft" role="status" data-testid="table-absent">
      <p>{w.tableAbsent}</p>
      <button type="button" class="button-line" onClick={onTry}>
        {w.tryAgain}
      </button>
    </div>
  );
}
