// CasePage is one dwelling: begin or go on with its interview, note a visit
// that brought none.

import { useState } from "preact/hooks";
import type { Case } from "../../shared/message";
import type { InterviewRecord } from "../../shared/store";
import { outcome, words } from "../../shared/words";
import { stateOf } from "../casestate";
import { Icon } from "../Icon";
import { when, type Tablet } from "../tablet";
import { InterviewButtons } from "./InterviewButtons";
import { VisitForm } from "./VisitForm";

interface Props {
  tablet: Tablet;
  item: Case;
}

export function CasePage({ tablet, item }: Props) {
  const w = words.value;
  const [trouble, setTrouble] = useState("");
  const [busy, setBusy] = useState(false);
  const records = tablet.of(item.case);
  const state = stateOf(item, records, tablet.device);
  const elsewhere = item.held !== undefined && item.held !== tablet.device;
  const visits = records.flatMap((r) => r.visits);

  const during = (f: () => Promise<void>) => {
    if (busy) return;
    setBusy(true);
    setTrouble("");
    f()
      .catch((e: unknown) => setTrouble(e instanceof Error ? e.message : String(e)))
      .finally(() => setBusy(false));
  };
  const open = (r?: InterviewRecord) => during(() => tablet.openInterview(item, r));
  return (
    <div class="frame frame-list" data-testid="case-page" data-case={item.case} data-stage={state.stage}>
      <header class="bar">
        <div class="bar-row">
          <button type="button" class="plain" aria-label={w.leave} onClick={() => void tablet.leave()} data-testid="to-cases">
            <Icon name="back" />
          </button>
          <div class="where">
            <h1>{w.dwelling(item.case)}</h1>
            <span class="small">{item.address}</span>
          </div>
        </div>
      </header>
      <main class="sheet">
        <div class="column case-page">
          <p class={`case-state case-${state.stage}`} data-testid="case-state">
            {state.text}
            {state.toSend > 0 && <span class="small num"> · {w.toSend(state.toSend)}</span>}
          </p>
          {(state.refused || state.parked) && (
            <p class="check check-hard">{state.refused ? w.notAccepted : w.parked}</p>
          )}
          <InterviewButtons records={records} disabled={busy || !tablet.writer || elsewhere} onOpen={open} />
          {trouble !== "" && (
            <p class="check check-hard" role="alert" data-testid="trouble">
              {trouble}
            </p>
          )}
          {tablet.writer && !elsewhere && !records.some((r) => r.complete) && (
            <VisitForm onVisit={(d) => during(() => tablet.recordVisit(item, d, records.find((r) => !r.complete)))} />
          )}
          {visits.length > 0 && (
            <section>
              <h2>{w.visits}</h2>
              <ul class="visits">
                {visits.map((v) => (
                  <li key={v.at} data-testid="visit" data-disposition={v.disposition}>
                    <span>{outcome(v.disposition)}</span> <span class="small num">{when(v.at)}</span>
                  </li>
                ))}
              </ul>
            </section>
          )}
        </div>
      </main>
    </div>
  );
}
