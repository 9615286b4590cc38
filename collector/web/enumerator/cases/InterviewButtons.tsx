// InterviewButtons opens the interviews of a dwelling, one a household.

import type { InterviewRecord } from "../../shared/store";
import { words } from "../../shared/words";

interface Props {
  records: InterviewRecord[];
  disabled: boolean;
  onOpen: (record?: InterviewRecord) => void;
}

export function InterviewButtons({ records, disabled, onOpen }: Props) {
  const w = words.value;
  if (records.length === 0) {
    return (
      <button type="button" class="button button-wide" disabled={disabled} onClick={() => onOpen()} data-testid="start">
        {w.start}
      </button>
    );
  }
  return (
    <div class="interviews">
      {records.map((r) => (
        <button
          key={r.interview}
          type="button"
          class={r.complete ? "button-line button-wide" : "button button-wide"}
          disabled={disabled}
          onClick={() => onOpen(r)}
          data-testid={r.complete ? "look" : r.conducted ? "resume" : "start"}
          data-household={r.household}
        >
          {r.complete ? w.look : r.conducted ? w.resume : w.start}
          {records.length > 1 && ` · ${w.household(r.household)}`}
        </button>
      ))}
      {records.every((r) => r.complete) && (
        <button type="button" class="button-line button-wide" disabled={disabled} onClick={() => onOpen()} data-testid="another">
          {w.anotherHousehold}
        </button>
      )}
    </div>
  );
}
