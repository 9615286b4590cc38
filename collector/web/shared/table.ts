// table.ts searches a big code list as it is typed: 100,000 rows in the page,
// without an index that would have to be made, kept and sent.
//
// The rows lie in one text without accents and capitals, each word behind a
// space. Whoever types "guad tla" is shown the rows in which one word begins
// with each of them: the browser's own search through some megabytes finds
// them in a few milliseconds. It is done here and not by the engine because
// the engine needs no table to evaluate anything, and would hold it twice.

/** A row as the instrument's table has it. */
export interface Row {
  code: string;
  text: string;
  parent: string; // the code of the place around it, "" if there is none
  cells: Record<string, string>; // further columns, blank ones left out
}

/** What a column of an offered row must be. */
export type Within = { part: string; is: string }[];

/** How many matches are shown: more do not help. */
export const shownMatches = 40;

export class Table {
  private readonly columns: string[];
  private readonly begins: Int32Array; // of each row in text, and the end
  private readonly words: string; // "\n word word code\n word …\n"
  private readonly starts: Int32Array; // of each row in words, and the end
  private readonly groups = new Map<string, Map<string, number[]>>();
  readonly size: number;

  /** Reads a table: the first line names the columns, cells stand between tabs. */
  constructor(private readonly text: string) {
    const head = text.indexOf("\n");
    this.columns = text.slice(0, head).split("\t");
    const begins: number[] = [];
    for (let at = head + 1; at > 0 && at < text.length; at = text.indexOf("\n", at) + 1) begins.push(at);
    this.size = begins.length;
    begins.push(text.length + (text.endsWith("\n") ? 0 : 1));
    this.begins = Int32Array.from(begins);
    this.starts = new Int32Array(this.size + 1);
    const folded = new Folded(text.length);
    for (let i = 0; i < this.size; i++) {
      this.starts[i] = folded.length;
      folded.put(newline);
      const code = text.indexOf("\t", this.begins[i]);
      const end = Math.min(indexOr(text, "\t", code + 1), this.begins[i + 1]! - 1);
      folded.add(text, code + 1, end);
      folded.add(text, this.begins[i]!, code);
    }
    this.starts[this.size] = folded.length;
    folded.put(newline);
    this.words = folded.text();
  }

  /** The row with a code. */
  find(code: string): Row | undefined {
    const at = code === "" ? -1 : this.text.indexOf(`\n${code}\t`);
    return at < 0 ? undefined : this.row(rowAt(this.begins, at + 1));
  }

  /** The place with a code and those around it, the outermost first. */
  chain(code: string): Row[] {
    const chain: Row[] = [];
    for (let at = this.find(code); at && chain.length < 8; at = this.find(at.parent)) chain.unshift(at);
    return chain;
  }

  /** The rows that match what was typed, those whose words begin with it first; one more than are shown if there are more. */
  search(typed: string, within: Within = []): Row[] {
    const sought = wordsOf(typed).trim().split(" ");
    const found = new Set<number>();
    const some = this.narrowed(within);
    const fits = (i: number) => sought.every((w) => this.has(i, w));
    if (some) {
      for (const i of some) {
        if (found.size > shownMatches) break;
        if (this.beginsWith(i, sought) && fits(i)) found.add(i);
      }
      for (const i of some) {
        if (found.size > shownMatches) break;
        if (fits(i)) found.add(i);
      }
    } else {
      this.scan(`\n ${sought.join(" ")}`, found, () => true);
      const longest = sought.reduce((a, b) => (b.length > a.length ? b : a), "");
      this.scan(` ${longest}`, found, fits);
    }
    return Array.from(found, (i) => this.row(i));
  }

  // scan adds the rows in which what stands, and which fit, until there are enough.
  private scan(what: string, found: Set<number>, fits: (i: number) => boolean): void {
    for (let at = this.words.indexOf(what); at >= 0 && found.size <= shownMatches; ) {
      const i = rowAt(this.starts, at);
      if (i >= this.size) return;
      if (fits(i)) found.add(i);
      at = this.words.indexOf(what, this.starts[i + 1]!);
    }
  }

  private has(i: number, word: string): boolean {
    const at = this.words.indexOf(` ${word}`, this.starts[i]!);
    return at >= 0 && at < this.starts[i + 1]!;
  }

  private beginsWith(i: number, sought: string[]): boolean {
    return this.words.startsWith(sought.join(" "), this.starts[i]! + 2);
  }

  // narrowed is the rows that are offered, undefined for all.
  private narrowed(within: Within): number[] | undefined {
    const [first, ...rest] = within.filter((w) => this.columns.includes(w.part));
    if (!first) return undefined;
    const rows = this.group(first.part).get(first.is) ?? [];
    return rest.length === 0 ? rows : rows.filter((i) => rest.every((w) => this.cell(i, this.columns.indexOf(w.part)) === w.is));
  }

  // group is the rows by what stands in a column, made when first asked for.
  private group(column: string): Map<string, number[]> {
    let by = this.groups.get(column);
    if (by) return by;
    by = new Map();
    this.groups.set(column, by);
    const place = this.columns.indexOf(column);
    for (let i = 0; i < this.size; i++) {
      const cell = this.cell(i, place);
      const rows = by.get(cell);
      if (rows) rows.push(i);
      else by.set(cell, [i]);
    }
    return by;
  }

  // cell is one cell of a row, found without cutting the row apart.
  private cell(i: number, column: number): string {
    const end = this.begins[i + 1]! - 1;
    let from = this.begins[i]!;
    for (let n = 0; n < column; n++) from = indexOr(this.text, "\t", from) + 1;
    return this.text.slice(from, Math.min(indexOr(this.text, "\t", from), end));
  }

  private row(i: number): Row {
    const row: Row = { code: "", text: "", parent: "", cells: {} };
    const line = this.text.slice(this.begins[i], this.begins[i + 1]! - 1);
    line.split("\t").forEach((cell, at) => {
      const column = this.columns[at]!;
      if (column === "code" || column === "text" || column === "parent") row[column] = cell;
      else if (cell !== "") row.cells[column] = cell;
    });
    return row;
  }
}

/** A text without accents, capitals and signs: words apart by one space. */
export function wordsOf(text: string): string {
  const folded = new Folded(text.length);
  folded.add(text, 0, text.length);
  return folded.text().trim();
}

const newline = 10;
const space = 32;

// rowAt is the row that holds a place, given where rows begin, by halving.
function rowAt(starts: Int32Array, at: number): number {
  let [lo, hi] = [0, starts.length - 1];
  while (lo < hi) {
    const mid = (lo + hi + 1) >> 1;
    if (starts[mid]! <= at) lo = mid;
    else hi = mid - 1;
  }
  return lo;
}

function indexOr(text: string, what: string, from: number): number {
  const at = text.indexOf(what, from);
  return at < 0 ? text.length : at;
}

// bare is what each letter reads as: the browser is asked once a letter, since
// it needs a second for the text of a large table.
const bare: (number[] | undefined)[] = [];

function bareOf(unit: number): number[] {
  let units = bare[unit];
  if (units) return units;
  const letters = String.fromCharCode(unit).normalize("NFKD").toLowerCase();
  const signs = unit < 0xd800 || unit > 0xdfff ? /[^\p{L}\p{N}]/gu : /$^/; // half of a rare letter stays what it is
  units = Array.from(letters.replace(signs, ""), (c) => c.charCodeAt(0));
  const mark = letters === "" || /\p{M}/u.test(letters);
  bare[unit] = units.length === 0 && !mark ? [space] : units;
  return bare[unit]!;
}

// Folded is a text being folded.
class Folded {
  private units: Uint16Array;
  length = 0;
  private open = false; // a word is being written

  constructor(length: number) {
    this.units = new Uint16Array(length + 1024);
  }

  put(unit: number): void {
    if (this.length === this.units.length) {
      const more = new Uint16Array(2 * this.length);
      more.set(this.units);
      this.units = more;
    }
    this.units[this.length++] = unit;
  }

  // add writes the words of a stretch of text, each behind a space.
  add(text: string, from: number, to: number): void {
    this.open = false;
    for (let at = from; at < to; at++) {
      const unit = text.charCodeAt(at);
      for (const u of bare[unit] ?? bareOf(unit)) {
        if (u === space) {
          this.open = false;
          continue;
        }
        if (!this.open) this.put(space);
        this.open = true;
        this.put(u);
      }
    }
  }

  text(): string {
    return new TextDecoder("utf-16le").decode(this.units.subarray(0, this.length));
  }
}
