// Place asks for a place step by step: the state, then its municipalities, then
// theirs. What is known is an answer as far as it goes, like a date without its
// day: whoever goes on after the municipality has told the municipality.

import { useEffect, useState } from "preact/hooks";
import type { Question, Value } from "../../../../questionnaire/wasm/engine";
import type { Row, Table } from "../../shared/table";
import { words } from "../../shared/words";
import { Chosen } from "./Chosen";
import { Finder } from "./Finder";
import type { AnswerProps } from "./Question";
import { TableAbsent } from "./TableAbsent";
import { useTable } from "./useTable";

export function Place(props: AnswerProps) {
  const [table, tryAgain] = useTable(props.question);
  const entry = props.question.value?.entry;
  if (typeof table === "object") return <Steps key={entry?.code} {...props} table={table} />;
  return (
    <div class="lookup">
      {entry && <Chosen text={entry.text ?? entry.code} detail={entry.code} />}
      {table === "loading" ? <p class="hint">{words.value.tableLoading}</p> : <TableAbsent onTry={tryAgain} />}
    </div>
  );
}

function Steps({ question, labelledBy, table, onAnswer, onDraft }: AnswerProps & { table: Table }) {
  const w = words.value;
  const levels = question.table?.levels ?? [];
  const [path, setPath] = useState(() => forced(question, table, table.chain(question.value?.entry?.code ?? "")));
  // Rows are cut off where another screen's question comes with the same answer.
  useEffect(() => () => onDraft(undefined), []);

  const go = (to: Row[]) => {
    const next = forced(question, table, to);
    setPath(next);
    const value = answerOf(question, next);
    const same = value?.entry?.code === question.value?.entry?.code;
    if (next.length === levels.length && value && !same) onAnswer(value);
    else onDraft(same || !value ? undefined : { act: "answer", path: question.path, value });
  };
  const level = levels[path.length];
  return (
    <div class="lookup" data-testid="place" data-depth={path.length}>
      {path.map((row, i) => (
        <Chosen
          key={row.code}
          text={row.text}
          detail={levels[i]?.text ?? ""}
          onChange={question.within?.some((x) => x.part === levels[i]?.name) ? undefined : () => go(path.slice(0, i))}
        />
      ))}
      {level && (
        <>
          <Finder
            key={path.length}
            id={labelledBy}
            label={level.text}
            search={(typed) => table.search(typed, within(question, path))}
            onChoose={(row) => go([...path, row])}
          />
          {path.length > 0 && <p class="hint">{w.placeKnown}</p>}
        </>
      )}
    </div>
  );
}

// within is what the next level offers: what lies in the last place, and what
// the question allows at that level or, at the last one, of the place itself.
function within(question: Question, path: Row[]): { part: string; is: string }[] {
  const levels = question.table?.levels ?? [];
  const at = levels[path.length]?.name;
  const asked = (question.within ?? []).flatMap((w) => {
    if (w.part === at) return [{ part: "code", is: w.is }];
    const column = !levels.some((l) => l.name === w.part);
    return column && path.length === levels.length - 1 ? [w] : [];
  });
  return [{ part: "parent", is: path[path.length - 1]?.code ?? "" }, ...asked];
}

// forced goes on where the question leaves one place only.
function forced(question: Question, table: Table, path: Row[]): Row[] {
  const level = question.table?.levels?.[path.length];
  const only = question.within?.find((w) => w.part === level?.name);
  const row = only && table.find(only.is);
  return row ? forced(question, table, [...path, row]) : path;
}

function answerOf(question: Question, path: Row[]): Value | null {
  const last = path[path.length - 1];
  if (!last) return null;
  const levels = question.table?.levels ?? [];
  const around = Object.fromEntries(path.map((row, i) => [levels[i]?.name ?? "", row.code]));
  return { entry: { code: last.code, text: last.text, with: { ...last.cells, ...around } } };
}
