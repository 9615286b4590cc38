// Point asks where the tablet is. It is asked of the tablet only when the
// button is pressed.

import { useState } from "preact/hooks";
import { readScaled } from "../../shared/number";
import { words } from "../../shared/words";
import { Chosen } from "./Chosen";
import type { AnswerProps } from "./Question";

const patience = 60_000; // milliseconds; the first fix under a roof takes long
const degree = 1_000_000; // a point counts millionths

export function Point({ question, onAnswer }: AnswerProps) {
  const w = words.value;
  const [state, setState] = useState<"" | "taking" | "denied" | "failed">("");
  const point = question.value?.point;
  const take = () => {
    setState("taking");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        setState("");
        const lat = Math.round(coords.latitude * degree);
        const lon = Math.round(coords.longitude * degree);
        onAnswer({ point: { lat, lon, accuracy: Math.max(1, Math.round(coords.accuracy)) } });
      },
      (e) => setState(e.code === e.PERMISSION_DENIED ? "denied" : "failed"),
      { enableHighAccuracy: true, timeout: patience, maximumAge: 0 },
    );
  };
  const shown = (n: number) => readScaled(n, 6, ".");
  return (
    <div class="lookup">
      {point && <Chosen text={`${shown(point.lat)}, ${shown(point.lon)}`} detail={point.accuracy ? w.accuracy(point.accuracy) : ""} />}
      <button type="button" class="button-line" disabled={state === "taking"} onClick={take} data-testid="take-point">
        {state === "taking" ? w.pointTaking : w.pointTake}
      </button>
      {state === "denied" && <p class="fault">{w.pointDenied}</p>}
      {state === "failed" && <p class="fault">{w.pointFailed}</p>}
    </div>
  );
}
