// SaveState says how far the answers have got, in words that each promise one
// thing: typed, on the tablet's disk, on the office's disk. No word is shown
// before it is true, and an error is "not known yet", never "not saved".

import { words } from "../../shared/words";
import type { Session } from "../session";
import type { Tablet } from "../tablet";

interface Props {
  tablet: Tablet;
  session: Session;
}

export type Saving = "writing" | "unknown" | "none" | "tablet" | "office";

export function SaveState({ tablet, session }: Props) {
  const w = words.value;
  const log = tablet.interviews.value.find((r) => r.interview === session.record.interview);
  const unsent = log ? Math.max(0, log.seq - log.acked) : 0;
  const state = saving(session, log?.seq ?? 0, unsent);
  const text = {
    writing: w.writing,
    unknown: w.notKnown,
    none: w.nothingYet,
    tablet: w.onTablet,
    office: w.atOffice,
  }[state];
  return (
    <div class={`state state-${state}`} role="status" data-testid="state" data-state={state} data-unsent={unsent}>
      <span>{text}</span>
      {unsent > 0 && (
        <span class="small num" data-testid="unsent">
          {w.toSend(unsent)}
        </span>
      )}
    </div>
  );
}

function saving(session: Session, seq: number, unsent: number): Saving {
  if (session.doubtful.value) return "unknown";
  if (session.writing.value) return "writing";
  if (seq === 0) return "none";
  return unsent > 0 ? "tablet" : "office";
}
