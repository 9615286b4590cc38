// EndScreen closes the interview with the disposition that its answers lead to.

import { outcome, words } from "../../shared/words";
import { Icon } from "../Icon";
import { QuestionScreen } from "./QuestionScreen";
import type { ScreenProps } from "./Screen";

interface Props extends ScreenProps {
  onLeave: () => void;
}

export function EndScreen({ session, view, onLeave }: Props) {
  const w = words.value;
  const disposition = view.disposition ?? view.screen.disposition;
  if (view.complete) {
    return (
      <div class="finished" data-testid="finished">
        <p>
          <Icon name="tick" /> <strong>{w.finished}</strong>
        </p>
        {disposition !== undefined && <p class="hint">{outcome(disposition)}</p>}
        <button type="button" class="button" onClick={onLeave} data-testid="leave">
          {w.leave}
        </button>
      </div>
    );
  }
  return (
    <>
      <QuestionScreen session={session} view={view} />
      {disposition !== undefined && (
        <>
          <p class="hint">{w.finishAs(outcome(disposition))}</p>
          <button
            type="button"
            class="button"
            onClick={() => void session.act({ act: "status", disposition })}
            data-testid="finish"
          >
            {w.finish}
          </button>
        </>
      )}
    </>
  );
}
