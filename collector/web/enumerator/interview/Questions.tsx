// Questions shows the questions of a screen, mostly one.

import type { Question as Asked } from "../../../../questionnaire/wasm/engine";
import { Question } from "../question/Question";
import { RichText } from "../RichText";
import type { ScreenProps } from "./Screen";

interface Props extends ScreenProps {
  questions: Asked[];
}

export function Questions({ session, view, questions }: Props) {
  const { checks, text } = view.screen;
  return (
    <>
      {questions.map((q, i) => {
        const heading = headingOf(q, text, questions.length);
        const id = heading ? `q-${i}` : "screen-text";
        return (
          <section key={q.path} class="part-of-screen">
            {heading && (
              <h2 id={id}>
                <RichText text={heading} />
              </h2>
            )}
            {heading && q.instruction && (
              <p class="instruction">
                <RichText text={q.instruction} />
              </p>
            )}
            <Question
              question={q}
              labelledBy={id}
              checks={checks.filter((c) => c.path === q.path)}
              missing={session.blocked.value > 0 && q.required}
              onAnswer={(answer) => void session.answer(q.path, answer)}
              onDraft={(draft) => session.setDraft(q.path, draft)}
              onConfirm={(check, reason) => void session.act({ act: "confirm", check, reason })}
            />
          </section>
        );
      })}
    </>
  );
}

// headingOf is the question's own text where the screen's does not say it.
function headingOf(q: Asked, screen: string, n: number): string {
  if (screen === "" && n === 1) return "";
  return q.text === screen ? "" : q.text;
}
