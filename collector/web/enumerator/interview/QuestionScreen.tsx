// QuestionScreen shows the questions of a screen, mostly one.

import type { Question as Asked } from "../../../../questionnaire/wasm/engine";
import { Question } from "../question/Question";
import { RichText } from "../RichText";
import type { ScreenProps } from "./Screen";

export function QuestionScreen({ session, view }: ScreenProps) {
  const { questions, checks, text } = view.screen;
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
              onAnswer={(value) => void session.answer(q.path, value)}
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
  const text = q.label ?? q.text;
  return text === screen ? "" : text;
}
