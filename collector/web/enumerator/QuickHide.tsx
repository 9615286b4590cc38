// QuickHide covers the page with one that says nothing of a survey. It is drawn
// over everything at once; behind it nothing changes.

import { useEffect, useRef } from "preact/hooks";
import { words } from "../shared/words";

export function QuickHide({ onContinue }: { onContinue: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="neutral" aria-label={words.value.hidden} onCancel={(e) => e.preventDefault()} data-testid="neutral">
      <p>{words.value.hidden}</p>
      <button type="button" class="button-line" onClick={onContinue} data-testid="continue">
        {words.value.goOn}
      </button>
    </dialog>
  );
}
