// Trouble shows what the engine or the tablet said against the last act, and
// that a screen cannot be left yet.

import type { Screen } from "../../../../questionnaire/wasm/engine";
import { unanswered } from "../question/Question";
import { words } from "../../shared/words";
import type { Session } from "../session";

export function Trouble({ session }: { session: Session }) {
  const w = words.value;
  const said = session.trouble.value && w.notNoted(session.trouble.value);
  const screen = session.view.value?.screen;
  const blocked = session.blocked.value > 0 && screen !== undefined && !screen.can_next && !explained(screen);
  const text = session.doubtful.value ? w.notKnown : said || (blocked ? w.blocked : "");
  if (text === "") return null;
  return (
    <p class="trouble" role="alert" data-testid="trouble">
      {text}
    </p>
  );
}

// explained tells whether a question or a check already says what keeps the screen.
function explained(screen: Screen): boolean {
  return screen.questions.some((q) => q.required && unanswered(q)) || screen.checks.some((c) => !c.confirmed);
}
