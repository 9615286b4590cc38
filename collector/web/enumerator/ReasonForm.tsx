// ReasonForm asks for a written reason and gives it only when it says something:
// ten characters, the least the office can follow.

import { useState } from "preact/hooks";
import { words } from "../shared/words";

const least = 10;

interface Props {
  action: string; // the words of the button
  onReason: (reason: string) => void;
}

export function ReasonForm({ action, onReason }: Props) {
  const w = words.value;
  const [reason, setReason] = useState("");
  const left = least - Array.from(reason.trim()).length;
  const submit = (e: Event) => {
    e.preventDefault();
    if (left <= 0) onReason(reason.trim());
  };
  return (
    <form class="reason" onSubmit={submit}>
      <label class="field">
        <span class="field-label">{w.reason}</span>
        <textarea rows={2} value={reason} onInput={(e) => setReason(e.currentTarget.value)} data-testid="reason" />
      </label>
      <div class="reason-foot">
        <span class="small num" aria-live="polite">
          {reason !== "" && left > 0 ? w.reasonShort(left) : ""}
        </span>
        <button type="submit" class="button" disabled={left > 0} data-testid="give-reason">
          {action}
        </button>
      </div>
    </form>
  );
}
