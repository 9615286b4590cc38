// GateScreen asks whether what follows can be talked about here and now. It
// tells nothing of what that is: somebody else may be looking.

import { Outcomes } from "./Outcomes";
import type { ScreenProps } from "./Screen";

export function GateScreen({ session, view }: ScreenProps) {
  const { gate, path } = view.screen;
  if (!gate) return null;
  return <Outcomes possible={gate} onChoose={(outcome) => void session.act({ act: "gate", path, outcome })} />;
}
