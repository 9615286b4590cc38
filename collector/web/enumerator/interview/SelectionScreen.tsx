// SelectionScreen lets the rule choose one person, once. What was chosen and
// from whom is frozen by the event.

import { words } from "../../shared/words";
import type { ScreenProps } from "./Screen";

export function SelectionScreen({ session, view }: ScreenProps) {
  const w = words.value;
  const selection = view.screen.selection;
  if (!selection) return null;
  const { frame, chosen } = selection;
  return (
    <>
      <ol class="rows frame-list">
        {frame.map((f) => (
          <li key={f.row} class={f.row === chosen ? "row chosen" : "row"} data-testid="frame-row" data-row={f.row}>
            <span class="row-label">{f.label}</span>
            {f.row === chosen && <strong data-testid="chosen">{w.selected}</strong>}
          </li>
        ))}
      </ol>
      {!chosen && (
        <>
          <p class="hint">{w.selectHelp}</p>
          <button type="button" class="button" onClick={() => void session.act({ act: "select" })} data-testid="select">
            {w.select}
          </button>
        </>
      )}
    </>
  );
}
