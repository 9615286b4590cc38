// RosterScreen keeps a list of rows: who lives here. A row is opened by a tap,
// added by a button, and taken away only with a written reason.

import { useState } from "preact/hooks";
import type { Row } from "../../../../questionnaire/wasm/engine";
import { words } from "../../shared/words";
import { Dialog } from "../Dialog";
import { Icon } from "../Icon";
import { ReasonForm } from "../ReasonForm";
import { QuestionScreen } from "./QuestionScreen";
import type { ScreenProps } from "./Screen";

export function RosterScreen({ session, view }: ScreenProps) {
  const w = words.value;
  const [leaving, setLeaving] = useState<Row | null>(null);
  const rows = view.screen.rows ?? [];

  const add = async () => {
    const before = new Set(rows.map((r) => r.id));
    if (!(await session.act({ act: "add_row", roster: view.screen.roster ?? view.screen.path }))) return;
    const row = session.view.value?.screen.rows?.find((r) => !before.has(r.id));
    if (row) await session.openRow(row.path);
  };
  const remove = (row: Row, reason: string) => {
    setLeaving(null);
    void session.act({ act: "remove_row", row: row.path, reason });
  };
  return (
    <>
      {rows.length === 0 && <p class="hint">{w.noRows}</p>}
      <ol class="rows">
        {rows.map((row) => (
          <li key={row.id} class="row" data-testid="row" data-row={row.id}>
            <button type="button" class="row-open" onClick={() => void session.openRow(row.path)} data-testid="open-row">
              {row.label}
            </button>
            <button
              type="button"
              class="plain"
              aria-label={`${w.removeRow}: ${row.label}`}
              onClick={() => setLeaving(row)}
              data-testid="remove-row"
            >
              <Icon name="minus" />
            </button>
          </li>
        ))}
      </ol>
      <button type="button" class="button-line" onClick={() => void add()} data-testid="add-row">
        <Icon name="plus" /> {view.screen.add ?? w.addRow}
      </button>
      <QuestionScreen session={session} view={view} />
      {leaving && (
        <Dialog title={w.removeWhy(leaving.label)} name="remove-dialog" onClose={() => setLeaving(null)}>
          <ReasonForm action={w.removeRow} onReason={(reason) => remove(leaving, reason)} />
        </Dialog>
      )}
    </>
  );
}
