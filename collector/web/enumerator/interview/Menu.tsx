// Menu is the interview from above: what is answered, what is open, a remark
// for the office, the way out.

import { useMemo, useState } from "preact/hooks";
import type { View } from "../../../../questionnaire/wasm/engine";
import { words } from "../../shared/words";
import { Dialog } from "../Dialog";
import { ReasonForm } from "../ReasonForm";
import type { Session } from "../session";
import type { Tablet } from "../tablet";
import { OverviewRow } from "./OverviewRow";
import { Remark } from "./Remark";

interface Props {
  tablet: Tablet;
  session: Session;
  view: View;
  onClose: () => void;
}

export function Menu({ tablet, session, view, onClose }: Props) {
  const w = words.value;
  const [removing, setRemoving] = useState(false);
  const row = view.screen.row;
  const screens = useMemo(() => (view.sensitive ? [] : session.overview().screens), [view]);
  const remove = async (row: string, reason: string) => {
    if (await session.act({ act: "remove_row", row, reason })) await session.resume();
  };
  const then = (f: () => Promise<void>) => () => {
    onClose();
    void f();
  };
  return (
    <Dialog title={w.overview} name="menu-dialog" onClose={onClose}>
      <div class="menu-actions">
        <button type="button" class="button-line" onClick={then(() => session.resume())} data-testid="to-open">
          {w.toOpen}
        </button>
        <button type="button" class="button-line" onClick={then(() => session.jump("end"))} data-testid="end-now">
          {w.endNow}
        </button>
        <button type="button" class="button-line" onClick={then(() => tablet.leave())} data-testid="leave">
          {w.leave}
        </button>
        {row && (
          <button
            type="button"
            class="button-line"
            aria-expanded={removing}
            onClick={() => setRemoving(!removing)}
            data-testid="remove-form"
          >
            {w.removeForm}
          </button>
        )}
      </div>
      {row && removing && (
        <section class="removing">
          <h3>{w.removeFormWhy}</h3>
          <ReasonForm action={w.removeRow} onReason={(reason) => then(() => remove(row, reason))()} />
        </section>
      )}
      {view.sensitive && <p class="hint">{w.overviewHidden}</p>}
      <ol class="overview">
        {screens.map((s) => (
          <li key={s.path}>
            <OverviewRow
              entry={s}
              current={s.path === view.screen.path}
              onOpen={then(() => session.jump(s.path))}
            />
          </li>
        ))}
      </ol>
      <Remark onRemark={(text) => session.act({ act: "comment", path: view.screen.path, text })} />
    </Dialog>
  );
}
