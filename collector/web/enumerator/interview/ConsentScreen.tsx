// ConsentScreen reads the consent and records its outcome, once, by an act of
// its own.

import { RichText } from "../RichText";
import type { ScreenProps } from "./Screen";

export function ConsentScreen({ session, view }: ScreenProps) {
  const consent = view.screen.consent;
  if (!consent) return null;
  return (
    <>
      {consent.text !== view.screen.text && (
        <p class="read-aloud">
          <RichText text={consent.text} />
        </p>
      )}
      <div class="choices" role="group" aria-labelledby="screen-text">
        {consent.outcomes.map((o) => (
          <button
            key={o.outcome}
            type="button"
            class="option"
            aria-pressed={o.outcome === consent.outcome}
            onClick={() => o.outcome !== consent.outcome && void session.act({ act: "consent", outcome: o.outcome })}
            data-testid="outcome"
            data-code={o.outcome}
          >
            <span class="mark mark-radio" />
            <span class="option-text">{o.text}</span>
          </button>
        ))}
      </div>
    </>
  );
}
