// SelectionScreen lets the rule choose one person, once. What was chosen and
// from whom is frozen by the event.

import { words } from "../../shared/words";
import type { ScreenProps } from "./Screen";

export function SelectionScreen({ session, view }: ScreenProps) {
  const w = words.value;
  const selection = view.screen.selection;
  if (!selection) return null;
  const { frame, chosen, stale } = selection;
  const byBirthday = selection.method === "next_birthday" || selection.method === "last_birthday";
  const draw = () => void session.act({ act: "select", path: view.screen.path });
  return (
    <>
      <ol class="rows frame-list">
        {frame.map((f) => (
          <li key={f.id} class={f.id === chosen ? "row chosen" : "row"} data-testid="frame-row" data-row={f.id}>
            <span class="row-label">{f.label}</span>
            {f.mark && <span class="row-mark" data-testid="mark">{f.mark}</span>}
            {f.id === chosen && <strong data-testid="chosen">{w.selected}</strong>}
          </li>
        ))}
      </ol>
      {(!chosen || stale) && (
        <>
          <p class="hint">{byBirthday ? w.selectByBirthday : w.selectHelp}</p>
          <button type="button" class="button" onClick={draw} data-testid="select">
            {stale ? w.selectAgain : w.select}
          </button>
        </>
      )}
    </>
  );
}
