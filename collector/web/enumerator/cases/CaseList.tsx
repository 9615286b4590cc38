// CaseList is the day's work: every dwelling with where it stands, what is to
// be sent, and how the tablet is.

import { useState } from "preact/hooks";
import { words } from "../../shared/words";
import { matches, stateOf, type Stage } from "../casestate";
import { Icon } from "../Icon";
import type { Tablet } from "../tablet";
import { CaseRow } from "./CaseRow";
import { Filter } from "./Filter";
import { ListHeader } from "./ListHeader";
import { TabletPanel } from "./TabletPanel";

const page = 60; // rows drawn at a time: a cheap tablet draws 1,200 too slowly

export function CaseList({ tablet }: { tablet: Tablet }) {
  const w = words.value;
  const [typed, setTyped] = useState("");
  const [stage, setStage] = useState<Stage | "all">("all");
  const [shown, setShown] = useState(page);
  const [panel, setPanel] = useState(false);

  const byCase = tablet.byCase.value;
  const rows = tablet.cases.value
    .filter((c) => matches(c, typed))
    .map((c) => ({ c, state: stateOf(c, byCase.get(c.case) ?? [], tablet.device) }));
  const count = (s: Stage) => rows.filter((r) => r.state.stage === s).length;
  const wanted = rows.filter((r) => stage === "all" || r.state.stage === stage);
  return (
    <div class="frame frame-list" data-testid="cases">
      <ListHeader tablet={tablet} onPanel={() => setPanel(true)} />
      <main class="sheet">
        <div class="column">
          <label class="search">
            <Icon name="search" />
            <input
              type="search"
              aria-label={w.search}
              placeholder={w.search}
              value={typed}
              onInput={(e) => setTyped(e.currentTarget.value)}
              data-testid="search"
            />
          </label>
          <Filter
            stage={stage}
            counts={{ all: rows.length, new: count("new"), begun: count("begun"), done: count("done") }}
            onStage={setStage}
          />
          {wanted.length === 0 && <p class="hint">{tablet.cases.value.length === 0 ? w.noCases : w.noMatch}</p>}
          <ul class="case-rows">
            {wanted.slice(0, shown).map(({ c, state }) => (
              <li key={c.case}>
                <CaseRow item={c} state={state} onOpen={() => (tablet.place.value = { at: "case", case: c.case })} />
              </li>
            ))}
          </ul>
          {wanted.length > shown && (
            <button type="button" class="button-line" onClick={() => setShown(shown + page)} data-testid="more">
              {w.more}
            </button>
          )}
        </div>
      </main>
      {panel && <TabletPanel tablet={tablet} onClose={() => setPanel(false)} />}
    </div>
  );
}
