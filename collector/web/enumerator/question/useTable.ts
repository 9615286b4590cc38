// useTable gets a question the table that it looks its answer up in.

import { useContext, useEffect, useState } from "preact/hooks";
import type { Question } from "../../../../questionnaire/wasm/engine";
import type { Table } from "../../shared/table";
import { HeldContext } from "../held";

/** The table, "loading" before it is there, "absent" where it cannot be had; and a way to try again. */
export function useTable(question: Question): [Table | "loading" | "absent", () => void] {
  const held = useContext(HeldContext);
  const hash = question.table?.hash ?? "";
  const [tried, setTried] = useState(0);
  const [table, setTable] = useState<Table | "loading" | "absent">("loading");
  useEffect(() => {
    let here = true;
    setTable("loading");
    void held?.table(hash).then((t) => here && setTable(t ?? "absent"));
    return () => {
      here = false;
    };
  }, [held, hash, tried]);
  return [table, () => setTried(tried + 1)];
}
