// Finder is a field to type into and the rows that match. Arrows move, Enter
// chooses, Escape empties the field; a finger taps. Nothing is an answer until
// a row is chosen.

import { useEffect, useRef, useState } from "preact/hooks";
import { shownMatches, type Row } from "../../shared/table";
import { words } from "../../shared/words";

interface Props {
  id: string;
  label: string; // what is chosen
  search: (typed: string) => Row[];
  chosen?: string | undefined; // code
  onChoose: (row: Row) => void;
}

export function Finder({ id, label, search, chosen, onChoose }: Props) {
  const w = words.value;
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(-1);
  const list = useRef<HTMLUListElement>(null);
  const rows = search(typed);
  const shown = rows.slice(0, shownMatches);
  useEffect(() => {
    list.current?.children[at]?.scrollIntoView({ block: "nearest" });
  }, [at]);

  const choose = (row: Row) => {
    setTyped("");
    setAt(-1);
    onChoose(row);
  };
  const onKeyDown = (e: KeyboardEvent) => {
    const move = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    const row = shown[at] ?? (shown.length === 1 ? shown[0] : undefined);
    if (move) setAt(Math.min(Math.max(at + move, 0), shown.length - 1));
    else if (e.key === "Enter" && row) choose(row);
    else if (e.key === "Escape") setTyped("");
    else return;
    e.preventDefault();
    e.stopPropagation(); // Enter would go to the next screen
  };
  const option = (i: number) => `${id}-option-${i}`;
  return (
    <div class="finder" data-testid="finder">
      <input
        type="search"
        role="combobox"
        list={undefined} // the browser's own list of suggestions
        aria-expanded="true"
        aria-autocomplete="list"
        aria-controls={`${id}-list`}
        aria-activedescendant={at >= 0 ? option(at) : undefined}
        aria-label={w.find(label)}
        placeholder={w.find(label)}
        autocomplete="off"
        enterkeyhint="search"
        data-autofocus
        data-testid="find"
        value={typed}
        onInput={(e) => {
          setTyped(e.currentTarget.value);
          setAt(-1);
        }}
        onKeyDown={onKeyDown}
      />
      <ul id={`${id}-list`} ref={list} role="listbox" aria-label={label} class="matches">
        {shown.map((row, i) => (
          <li
            key={row.code}
            id={option(i)}
            role="option"
            class="match"
            data-active={i === at}
            aria-selected={row.code === chosen}
            data-testid="match"
            data-code={row.code}
            onClick={() => choose(row)}
          >
            <span>{row.text}</span>
            <span class="match-code num">{row.code}</span>
          </li>
        ))}
      </ul>
      <p class="hint" role="status" data-testid="matches">
        {shown.length === 0 ? w.noMatches : rows.length > shown.length ? w.moreMatches : ""}
      </p>
    </div>
  );
}
