// EndScreen closes the interview with the disposition that its answers lead to.

import { outcome, words } from "../../shared/words";
import { Icon } from "../Icon";
import { OverviewRow } from "./OverviewRow";
import type { ScreenProps } from "./Screen";

interface Props extends ScreenProps {
  onLeave: () => void;
}

export function EndScreen({ session, view, onLeave }: Props) {
  const w = words.value;
  const disposition = view.screen.disposition;
  const open = view.screen.open ?? [];
  if (view.disposition !== undefined) {
    return (
      <div class="finished" data-testid="finished">
        <p>
          <Icon name="tick" /> <strong>{w.finished}</strong>
        </p>
        <p class="hint">{outcome(view.disposition)}</p>
        <button type="button" class="button" onClick={onLeave} data-testid="leave">
          {w.leave}
        </button>
      </div>
    );
  }
  return (
    <>
      {open.length > 0 && (
        <section class="still-open" data-testid="still-open">
          <h2>{w.stillOpen}</h2>
          <ol>
            {open.map((s) => (
              <li key={s.path}>
                <OverviewRow entry={s} current={false} onOpen={() => void session.jump(s.path)} />
              </li>
            ))}
          </ol>
        </section>
      )}
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
