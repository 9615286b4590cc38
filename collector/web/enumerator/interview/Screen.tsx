// Screen shows one screen of the interview: what it is about, what is read
// aloud, what the interviewer is told, and the part that its kind asks for.

import type { View } from "../../../../questionnaire/wasm/engine";
import { words } from "../../shared/words";
import { RichText } from "../RichText";
import type { Session } from "../session";
import { Checks } from "../question/Checks";
import { ConsentScreen } from "./ConsentScreen";
import { EndScreen } from "./EndScreen";
import { GateScreen } from "./GateScreen";
import { GridScreen } from "./GridScreen";
import { Questions } from "./Questions";
import { RosterScreen } from "./RosterScreen";
import { RowHeading } from "./RowHeading";
import { SelectionScreen } from "./SelectionScreen";

const long = 160; // characters; a longer text is read like a paragraph, not like a title

export interface ScreenProps {
  session: Session;
  view: View;
}

interface Props extends ScreenProps {
  onLeave: () => void;
}

export function Screen({ session, view, onLeave }: Props) {
  const { screen, sensitive } = view;
  const paths = new Set(screen.questions.map((q) => q.path));
  const general = screen.checks.filter((c) => !c.path || !paths.has(c.path));
  const title = screen.text || screen.questions[0]?.text || screen.title || "";
  return (
    <article key={screen.path} data-testid="screen" data-kind={screen.kind} data-path={screen.path}>
      {!sensitive && <RowHeading heading={screen.heading} title={screen.title} number={screen.number} />}
      <h1 id="screen-text" tabIndex={-1} class={title.length > long || title.includes("\n") ? "long" : undefined}>
        <RichText text={title} />
      </h1>
      {screen.instruction && (
        <p class="instruction" data-testid="instruction">
          <RichText text={screen.instruction} />
        </p>
      )}
      {screen.card && <p class="card-sign">{words.value.card(screen.card)}</p>}
      <Body session={session} view={view} onLeave={onLeave} />
      <Checks
        checks={general}
        onConfirm={(check, reason) => void session.act({ act: "confirm", check, reason })}
        onGo={(screen) => void session.jump(screen)}
      />
    </article>
  );
}

function Body({ session, view, onLeave }: Props) {
  switch (view.screen.kind) {
    case "grid":
      return <GridScreen session={session} view={view} />;
    case "roster":
      return <RosterScreen session={session} view={view} />;
    case "consent":
      return <ConsentScreen session={session} view={view} />;
    case "gate":
      return <GateScreen session={session} view={view} />;
    case "selection":
      return <SelectionScreen session={session} view={view} />;
    case "end":
      return <EndScreen session={session} view={view} onLeave={onLeave} />;
    default:
      return <Questions session={session} view={view} questions={view.screen.questions} />;
  }
}
