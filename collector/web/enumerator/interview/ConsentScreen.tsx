// ConsentScreen reads the consent and records its outcome, once, by an act of
// its own.

import type { ScreenProps } from "./Screen";

export function ConsentScreen({ session, view }: ScreenProps) {
  const consent = view.screen.consent;
  if (!consent) return null;
  const choose = (outcome: string) => {
    if (outcome !== consent.outcome) void session.act({ act: "consent", path: view.screen.path, outcome });
  };
  return (
    <div class="choices" role="group" aria-labelledby="screen-text">
      {consent.outcomes.map((o) => (
        <button
          key={o.outcome}
          type="button"
          class="option"
          aria-pressed={o.outcome === consent.outcome}
          onClick={() => choose(o.outcome)}
          data-testid="outcome"
          data-code={o.outcome}
        >
          <span class="mark mark-radio" />
          <span class="option-text">{o.text}</span>
        </button>
      ))}
    </div>
  );
}
