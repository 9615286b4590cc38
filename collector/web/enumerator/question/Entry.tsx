// Entry asks for a row of a big code list: typed, seen, chosen.

import { words } from "../../shared/words";
import { Chosen } from "./Chosen";
import { Finder } from "./Finder";
import type { AnswerProps } from "./Question";
import { TableAbsent } from "./TableAbsent";
import { useTable } from "./useTable";

export function Entry({ question, labelledBy, onAnswer }: AnswerProps) {
  const [table, tryAgain] = useTable(question);
  const entry = question.value?.entry;
  return (
    <div class="lookup">
      {entry && <Chosen text={entry.text ?? entry.code} detail={entry.code} />}
      {table === "loading" && <p class="hint">{words.value.tableLoading}</p>}
      {table === "absent" && <TableAbsent onTry={tryAgain} />}
      {typeof table === "object" && (
        <Finder
          id={labelledBy}
          label={words.value.code}
          chosen={entry?.code}
          search={(typed) => table.search(typed, question.within)}
          onChoose={({ code, text, cells }) => onAnswer({ entry: { code, text, with: cells } })}
        />
      )}
    </div>
  );
}
