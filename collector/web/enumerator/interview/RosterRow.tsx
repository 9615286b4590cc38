// RosterRow is one row of a list: its number, what names it, the way out.

import type { Question as Asked, Row } from "../../../../questionnaire/wasm/engine";
import { words } from "../../shared/words";
import { Icon } from "../Icon";
import { Question } from "../question/Question";
import type { ScreenProps } from "./Screen";

interface Props extends ScreenProps {
  row: Row;
  number: number;
  questions: Asked[]; // of this row
  onRemove: () => void;
}

export function RosterRow({ session, view, row, number, questions, onRemove }: Props) {
  const w = words.value;
  return (
    <li class="row" data-testid="row" data-row={row.id} data-path={row.path}>
      <span class="row-number num">{number}</span>
      {questions.length === 0 && (
        <button type="button" class="row-open" onClick={() => void session.openRow(row.path)} data-testid="open-row">
          {row.label}
        </button>
      )}
      {questions.map((q) => (
        <div key={q.path} class="row-question">
          <span id={`name-${row.id}`} class="unseen">
            {`${number}. ${q.text}`}
          </span>
          <Question
            question={q}
            labelledBy={`name-${row.id}`}
            checks={view.screen.checks.filter((c) => c.path === q.path)}
            missing={session.blocked.value > 0 && q.required}
            onAnswer={(answer) => void session.answer(q.path, answer)}
            onDraft={(draft) => session.setDraft(q.path, draft)}
            onConfirm={(check, reason) => void session.act({ act: "confirm", check, reason })}
          />
        </div>
      ))}
      <button
        type="button"
        class="plain"
        aria-label={`${w.removeRow}: ${row.label || w.unnamed(number)}`}
        onClick={onRemove}
        data-testid="remove-row"
      >
        <Icon name="minus" />
      </button>
    </li>
  );
}
