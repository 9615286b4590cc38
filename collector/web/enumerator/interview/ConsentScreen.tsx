// ConsentScreen reads the consent and records its outcome, once, by an act of
// its own.

import { Outcomes } from "./Outcomes";
import type { ScreenProps } from "./Screen";

export function ConsentScreen({ session, view }: ScreenProps) {
  const { consent, path } = view.screen;
  if (!consent) return null;
  return <Outcomes possible={consent} onChoose={(outcome) => void session.act({ act: "consent", path, outcome })} />;
}
