// Menu is the interview from above: what is answered, what is open, a remark
// for the office, the way out.

import { useMemo } from "preact/hooks";
import type { View } from "../../../../questionnaire/wasm/engine";
import { words } from "../../shared/words";
import { Dialog } from "../Dialog";
import type { Session } from "../session";
import type { Tablet } from "../tablet";
import { Remark } from "./Remark";

interface Props {
  tablet: Tablet;
  session: Session;
  view: View;
  onClose: () => void;
}

export function Menu({ tablet, session, view, onClose }: Props) {
  const w = words.value;
  const screens = useMemo(() => (view.sensitive ? [] : session.overview().screens), [view]);
  const states = { answered: w.screenAnswered, open: w.screenOpen, flagged: w.screenFlagged };
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
        <button type="button" class="button-line" onClick={then(() => tablet.leave())} data-testid="leave">
          {w.leave}
        </button>
      </div>
      {view.sensitive && <p class="hint">{w.overviewHidden}</p>}
      <ol class="overview">
        {screens.map((s) => (
          <li key={s.path}>
            <button
              type="button"
              class="overview-row"
              aria-current={s.path === view.screen.path ? "step" : undefined}
              onClick={then(() => session.jump(s.path))}
              data-testid="overview-row"
              data-path={s.path}
              data-state={s.state}
            >
              <span class="overview-label">{s.label}</span>
              <span class={`overview-state overview-${s.state}`}>{states[s.state]}</span>
            </button>
          </li>
        ))}
      </ol>
      <Remark onRemark={(text) => session.act({ act: "comment", path: view.screen.path, text })} />
    </Dialog>
  );
}
