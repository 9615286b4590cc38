// Remark writes a note of the interviewer beside the screen.

import { useState } from "preact/hooks";
import { words } from "../../shared/words";

export function Remark({ onRemark }: { onRemark: (text: string) => Promise<boolean> }) {
  const w = words.value;
  const [text, setText] = useState("");
  const submit = async (e: Event) => {
    e.preventDefault();
    if (text.trim() !== "" && (await onRemark(text.trim()))) setText("");
  };
  return (
    <form class="reason" onSubmit={(e) => void submit(e)}>
      <label class="field">
        <span class="field-label">{w.remark}</span>
        <textarea rows={2} value={text} onInput={(e) => setText(e.currentTarget.value)} data-testid="remark" />
        <span class="hint">{w.remarkHelp}</span>
      </label>
      <button type="submit" class="button-line" disabled={text.trim() === ""} data-testid="save-remark">
        {w.saveRemark}
      </button>
    </form>
  );
}
