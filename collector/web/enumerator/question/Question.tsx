// Question shows one question of any kind: its answer, the answers that say why
// there is none, and the checks that speak of it.

import type { Check, Question as Asked } from "../../../../questionnaire/wasm/engine";
import { words } from "../../shared/words";
import type { Answer as Answered, Draft } from "../session";
import { Attachment } from "./Attachment";
import { Checks } from "./Checks";
import { Choice } from "./Choice";
import { DateField } from "./DateField";
import { Entry } from "./Entry";
import { Forced } from "./Forced";
import { NumberField } from "./NumberField";
import { Place } from "./Place";
import { Point } from "./Point";
import { Several } from "./Several";
import { Specials } from "./Specials";
import { TextField } from "./TextField";
import { TimeField } from "./TimeField";

/** What every kind of answer gets. A draft is typed and not yet an answer. */
export interface AnswerProps {
  question: Asked;
  labelledBy: string;
  onAnswer: (answer: Answered) => void;
  onDraft: (draft: Draft | undefined) => void;
}

interface Props extends AnswerProps {
  checks: Check[];
  missing: boolean; // a step forward found no answer here
  onConfirm: (check: string, reason: string) => void;
}

export function Question({ question, labelledBy, checks, missing, onAnswer, onDraft, onConfirm }: Props) {
  const Answer = kinds[question.kind];
  return (
    <div class="question" data-testid="question" data-path={question.path} data-kind={question.kind}>
      {question.forced ? (
        <Forced question={question} />
      ) : (
        <>
          {Answer && (
            <Answer question={question} labelledBy={labelledBy} onAnswer={onAnswer} onDraft={onDraft} />
          )}
          <Specials question={question} onAnswer={onAnswer} />
        </>
      )}
      {missing && unanswered(question) && (
        <p class="fault" data-testid="missing">
          {words.value.required}
        </p>
      )}
      <Checks checks={checks} onConfirm={onConfirm} />
    </div>
  );
}

/** Whether an answer, or the words behind "other", are wanting. */
export function unanswered({ value, options }: Asked): boolean {
  if (value === undefined) return true;
  const chosen = value.codes ?? [value.code];
  return !value.specify && (options ?? []).some((o) => o.specify && chosen.includes(o.code));
}

const kinds = {
  one: Choice,
  many: Several,
  integer: NumberField,
  decimal: NumberField,
  money: NumberField,
  text: TextField,
  date: DateField,
  month: DateField,
  time: TimeField,
  entry: Entry,
  place: Place,
  point: Point,
  photo: Attachment,
  audio: Attachment,
  statement: null,
};
