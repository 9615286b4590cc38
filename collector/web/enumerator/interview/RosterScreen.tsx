// RosterScreen keeps a list of rows: who lives here. What names a row is asked
// in the list itself; a row is taken away only with a written reason.

import { useEffect, useRef, useState } from "preact/hooks";
import type { Row } from "../../../../questionnaire/wasm/engine";
import { words } from "../../shared/words";
import { Dialog } from "../Dialog";
import { Icon } from "../Icon";
import { ReasonForm } from "../ReasonForm";
import { Questions } from "./Questions";
import { RosterRow } from "./RosterRow";
import type { ScreenProps } from "./Screen";

export function RosterScreen({ session, view }: ScreenProps) {
  const w = words.value;
  const [leaving, setLeaving] = useState<Row | null>(null);
  const [added, setAdded] = useState("");
  const list = useRef<HTMLOListElement>(null);
  const { rows = [], questions, roster, path, add } = view.screen;
  const inRow = (row: Row) => questions.filter((q) => q.path.startsWith(`${row.path}.`));
  const own = questions.filter((q) => !rows.some((row) => q.path.startsWith(`${row.path}.`)));

  useEffect(() => {
    if (added) list.current?.lastElementChild?.querySelector<HTMLElement>("[data-testid=input]")?.focus();
  }, [added]);

  const append = async () => {
    const before = new Set(rows.map((r) => r.id));
    if (!(await session.settle()) || !(await session.act({ act: "add_row", roster: roster ?? path }))) return;
    const row = session.view.value?.screen.rows?.find((r) => !before.has(r.id));
    setAdded(row?.id ?? "");
  };
  // Enter after a name goes to the next one.
  const onKey = (e: KeyboardEvent) => {
    if (e.key !== "Enter" || e.shiftKey || !(e.target as HTMLElement).matches("[data-testid=input]")) return;
    e.preventDefault();
    void append();
  };
  const remove = (row: Row, reason: string) => {
    setLeaving(null);
    void session.act({ act: "remove_row", row: row.path, reason });
  };
  return (
    <>
      {rows.length === 0 && <p class="hint">{w.noRows}</p>}
      <ol class="rows" ref={list} onKeyDown={onKey}>
        {rows.map((row, i) => (
          <RosterRow
            key={row.id}
            session={session}
            view={view}
            row={row}
            number={i + 1}
            questions={inRow(row)}
            onRemove={() => setLeaving(row)}
          />
        ))}
      </ol>
      <button type="button" class="button-line" onClick={() => void append()} data-testid="add-row">
        <Icon name="plus" /> {add ?? w.addRow}
      </button>
      <Questions session={session} view={view} questions={own} />
      {leaving && (
        <Dialog title={w.removeWhy(leaving.label || w.unnamed(rows.indexOf(leaving) + 1))} name="remove-dialog" onClose={() => setLeaving(null)}>
          <ReasonForm action={w.removeRow} onReason={(reason) => remove(leaving, reason)} />
        </Dialog>
      )}
    </>
  );
}
