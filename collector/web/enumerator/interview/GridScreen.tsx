// GridScreen asks the same of every row: the crimes of the catalogue, the
// authorities. Each row is a group of its own for keyboard and ear.

import { Question } from "../question/Question";
import { RichText } from "../RichText";
import type { ScreenProps } from "./Screen";

export function GridScreen({ session, view }: ScreenProps) {
  const { questions, checks } = view.screen;
  return (
    <div class="grid">
      {questions.map((q, i) => (
        <section key={q.path} class="grid-row" data-testid="grid-row" data-path={q.path}>
          <h2 id={`row-${i}`}>
            <RichText text={q.label ?? q.text} />
          </h2>
          <Question
            question={q}
            labelledBy={`row-${i}`}
            checks={checks.filter((c) => c.path === q.path)}
            missing={session.blocked.value > 0 && q.required}
            onAnswer={(answer) => void session.answer(q.path, answer)}
            onDraft={(draft) => session.setDraft(q.path, draft)}
            onConfirm={(check, reason) => void session.act({ act: "confirm", check, reason })}
          />
        </section>
      ))}
    </div>
  );
}
