// Dialog shows something over the page until it is closed. The browser's own
// dialog keeps the focus inside and gives it back.

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { words } from "../shared/words";

interface Props {
  title: string;
  name: string; // for tests
  onClose: () => void;
  children: ComponentChildren;
}

export function Dialog({ title, name, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby={`${name}-title`} onClose={onClose} data-testid={name}>
      <div class="dialog-head">
        <h2 id={`${name}-title`}>{title}</h2>
        <button type="button" class="plain" aria-label={words.value.close} onClick={onClose} data-testid="close">
          <span aria-hidden="true">✕</span>
        </button>
      </div>
      <div class="dialog-body">{children}</div>
    </dialog>
  );
}
