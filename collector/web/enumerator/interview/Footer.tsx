// Footer is where the thumb is: back, the state of saving in words, next.

import type { View } from "../../../../questionnaire/wasm/engine";
import { words } from "../../shared/words";
import { Icon } from "../Icon";
import type { Session } from "../session";
import type { Tablet } from "../tablet";
import { SaveState } from "./SaveState";

interface Props {
  tablet: Tablet;
  session: Session;
  view: View;
}

export function Footer({ tablet, session, view }: Props) {
  const w = words.value;
  const { can_back, can_next, kind } = view.screen;
  const last = kind === "end";
  // It can always be pressed: what is missing is said then.
  const ready = can_next || session.drafts.value.size > 0;
  return (
    <footer class="foot">
      <button
        type="button"
        class="back"
        aria-label={w.back}
        disabled={!can_back}
        onClick={() => void session.back()}
        data-testid="back"
      >
        <Icon name="back" />
      </button>
      <SaveState tablet={tablet} session={session} />
      {!last && (
        <button
          type="button"
          class={ready ? "button next" : "button next dim"}
          onClick={() => void session.next()}
          data-testid="next"
        >
          {w.next}
        </button>
      )}
    </footer>
  );
}
