// casestate.ts says in words where a case stands, from what this tablet and the
// office know of it.

import type { Case } from "../shared/message";
import type { InterviewRecord } from "../shared/store";
import { outcome, words } from "../shared/words";

export type Stage = "new" | "begun" | "done";

export interface CaseState {
  stage: Stage;
  text: string;
  answered: number;
  total: number;
  toSend: number;
  refused: boolean; // the office cannot take it as it is
  parked: boolean; // part of it waits for review
}

/** Where a case stands, given the interviews of it on this tablet. */
export function stateOf(c: Case, records: InterviewRecord[], device: string): CaseState {
  const begun = records.find((r) => r.conducted && !r.complete);
  const shown = begun ?? records[records.length - 1];
  return {
    ...stageOf(c, records, device),
    answered: shown?.answered ?? 0,
    total: shown?.total ?? 0,
    toSend: records.reduce((n, r) => n + Math.max(0, r.seq - r.acked), 0),
    refused: records.some((r) => r.refused !== undefined && r.acked < r.seq),
    parked: records.some((r) => r.parked !== undefined),
  };
}

function stageOf(c: Case, records: InterviewRecord[], device: string): { stage: Stage; text: string } {
  const w = words.value;
  if (records.some((r) => r.conducted && !r.complete)) return { stage: "begun", text: w.stateBegun };
  const done = records.filter((r) => r.complete);
  const last = done[done.length - 1];
  if (last) {
    const said = last.disposition === undefined || last.disposition === 110 ? w.stateComplete : outcome(last.disposition);
    return { stage: "done", text: said };
  }
  const visit = records.flatMap((r) => r.visits).sort((a, b) => (a.at < b.at ? -1 : 1)).pop();
  if (visit) {
    const stage = final(visit.disposition) ? "done" : "begun";
    return { stage, text: w.stateVisited(outcome(visit.disposition)) };
  }
  if (c.held && c.held !== device) return { stage: "done", text: w.stateElsewhere };
  if (c.disposition) return { stage: final(c.disposition) ? "done" : "begun", text: outcome(c.disposition) };
  return { stage: "new", text: w.stateNew };
}

// final tells whether nobody has to come back: an interview, a refusal, no
// eligible dwelling, or a reason that will not change. AAPOR numbers.
function final(disposition: number): boolean {
  const group = Math.floor(disposition / 10);
  return group < 22 || group >= 40 || disposition === 231 || disposition === 232;
}

/** A text as it is searched: without accents or capitals. */
export function plain(s: string): string {
  return s.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** Whether a case matches what was typed in the search. */
export function matches(c: Case, typed: string): boolean {
  const text = plain(`${c.case} ${c.address ?? ""}`);
  return plain(typed).split(/\s+/).every((part) => text.includes(part));
}
