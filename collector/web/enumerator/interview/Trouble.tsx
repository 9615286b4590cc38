// Trouble shows what the engine or the tablet said against the last act.

import { words } from "../../shared/words";
import type { Session } from "../session";

export function Trouble({ session }: { session: Session }) {
  const text = session.doubtful.value ? words.value.notKnown : session.trouble.value;
  if (text === "") return null;
  return (
    <p class="check check-hard" role="alert" data-testid="trouble">
      {text}
    </p>
  );
}
