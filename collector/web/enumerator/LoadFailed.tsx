// LoadFailed is shown when not even the tablet's own store could be opened.

import { words } from "../shared/words";

export function LoadFailed() {
  const w = words.value;
  return (
    <main class="neutral-page" data-testid="load-failed">
      <p role="alert">{w.loadFailed}</p>
      <button type="button" class="button" onClick={() => location.reload()}>
        {w.tryAgain}
      </button>
    </main>
  );
}
