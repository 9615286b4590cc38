// Checks stand where the eye is, under the answer they speak of: a hard one has
// to be put right, a soft one goes on with a written reason, an info is read.

import type { Check } from "../../../../questionnaire/wasm/engine";
import { useEffect, useRef } from "preact/hooks";
import { words } from "../../shared/words";
import { ReasonForm } from "../ReasonForm";
import { RichText } from "../RichText";

interface Props {
  checks: Check[];
  onConfirm: (check: string, reason: string) => void;
  onGo?: (screen: string) => void; // to a question that a check of a block compares
}

export function Checks({ checks, onConfirm, onGo }: Props) {
  const w = words.value;
  const place = useRef<HTMLDivElement>(null);
  const open = checks.filter((c) => !c.confirmed).length;
  // A check that comes up is brought before the eye, no further than needed.
  useEffect(() => {
    if (open > 0) place.current?.lastElementChild?.scrollIntoView({ block: "nearest" });
  }, [open]);
  return (
    <div ref={place} class="checks">
      {checks.map((c) => (
        <section
          key={c.id}
          class={`check check-${c.severity}`}
          role={c.severity === "hard" ? "alert" : "status"}
          data-testid="check"
          data-check={c.id}
          data-severity={c.severity}
          data-confirmed={c.confirmed}
        >
          <p>
            <strong>{w[c.severity]}.</strong> {c.message}
          </p>
          {onGo &&
            c.reads?.map((r) => (
              <button key={r.screen + r.label} type="button" class="button-line" onClick={() => onGo(r.screen)} data-testid="go">
                <RichText text={r.label} />
              </button>
            ))}
          {c.severity === "soft" && !c.confirmed && (
            <ReasonForm action={w.confirm} onReason={(reason) => onConfirm(c.id, reason)} />
          )}
          {c.confirmed && <p class="small">{w.confirmedBecause(c.reason ?? "")}</p>}
        </section>
      ))}
    </div>
  );
}
