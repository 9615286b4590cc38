// CaseRow is one dwelling of the list: where it is, where it stands, what of it
// is not at the office yet.

import type { Case } from "../../shared/message";
import { words } from "../../shared/words";
import type { CaseState } from "../casestate";
import { Icon } from "../Icon";

interface Props {
  item: Case;
  state: CaseState;
  onOpen: () => void;
}

export function CaseRow({ item, state, onOpen }: Props) {
  const w = words.value;
  return (
    <button
      type="button"
      class="case-row"
      onClick={onOpen}
      data-testid="case"
      data-case={item.case}
      data-stage={state.stage}
      data-unsent={state.toSend}
    >
      <span class="case-id num">{item.case}</span>
      <span class="case-what">
        {item.address && <span class="case-address">{item.address}</span>}
        <span class={`case-state case-${state.stage}`}>
          {state.text}
          {state.stage === "begun" && state.answered > 0 && (
            <span class="num"> · {w.progress(state.answered, Math.max(state.total, state.answered))}</span>
          )}
        </span>
        {state.refused && <span class="case-alarm">{w.notAccepted}</span>}
        {state.parked && <span class="case-alarm">{w.parked}</span>}
      </span>
      {state.toSend > 0 && <span class="case-send num small">{w.toSend(state.toSend)}</span>}
      <Icon name="go" />
    </button>
  );
}
