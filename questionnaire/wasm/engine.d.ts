// The contract between the engine and a page. The Go program beside this file
// puts one object on globalThis.cifra; every function takes one JSON text and
// returns one: {"value": …} or {"error": "…", "code": "…"}. Nothing here reads a
// clock, a disk or a network: the page passes time and salt in and stores what
// comes out.
//
// An interview is conducted in two steps. decide makes an event and changes
// nothing; the page stores it; apply changes the interview and cannot fail. A
// page may call it while the disk works, if it shows nothing of it before the
// event is stored and opens the interview again where that fails. go and view move and look without leaving a trace.

/** The functions as they stand on globalThis.cifra. */
export interface Functions {
  open(arg: string): string;
  decide(arg: string): string;
  apply(arg: string): string;
  go(arg: string): string;
  view(arg: string): string;
  overview(arg: string): string;
}

/** What every function returns, as JSON text. With code "blocked" the value is the view that says why. */
export interface Reply<T> {
  value?: T;
  error?: string;
  code?: "blocked" | "invalid" | "unknown_path" | "closed" | "defect" | string;
}

/** Who conducts which interview. */
export interface Self {
  survey: string;
  interview: string;
  device: string;
  lease: number;
}

/** Opens an interview by replaying its events; none opens a new one. */
export interface Open {
  ir: string; // the instrument as the collector serves it, text
  events: Event[]; // in the order they were made
  self: Self;
  language: string;
  now: string; // RFC 3339 with the offset of the place
}

/** One act of the interviewer, before it is an event. */
export type Act =
  | { act: "start"; case: string; household: number; given: Record<string, Value> }
  | { act: "answer"; path: string; value: Value }
  | { act: "clear"; path: string }
  | { act: "add_row"; roster: string } // the level of the rows
  | { act: "remove_row"; row: string; reason: string } // the row's path
  | { act: "consent"; path: string; outcome: string }
  | { act: "gate"; path: string; outcome: string } // open, postponed, skipped
  | { act: "select"; path: string }
  | { act: "confirm"; check: string; reason: string }
  | { act: "comment"; path: string; text: string }
  | { act: "move"; path: string }
  | { act: "language"; language: string }
  | { act: "status"; disposition: number }
  | { act: "attempt"; disposition: number; case: string }; // also before the start

/** What the engine may not take by itself: the moment and chance. */
export interface Moment {
  now: string; // RFC 3339 with the offset of the place
  mono: number; // milliseconds of a clock that never goes back
  salt: string; // 32 hexadecimal digits
}

export type Decide = Act & Moment;

/** An event as decide made it. Its bytes are headerText and payloadText: these are stored and sent, never encoded again. */
export interface Decided extends Event {
  headerText: string;
  payloadText: string;
}

export interface Event {
  header: Header;
  salt: string;
  payload?: unknown;
}

export interface Header {
  v: number;
  survey: string;
  interview: string;
  device: string;
  seq: number;
  prev: string;
  after?: string;
  lease: number;
  wall: string;
  mono: number;
  kind: string;
  path?: string;
  class?: string;
  hash: string;
  case?: string;
}

export type MissingKind = "dont_know" | "refused" | "does_not_apply" | "withheld";

/** An answer. Numbers are scaled integers: 12.50 with two decimals is 1250. */
export interface Value {
  code?: string;
  codes?: string[];
  specify?: string;
  number?: number;
  text?: string;
  date?: string; // 2025-03-14, 2025-03 or 2025
  time?: string; // 14:30
  entry?: Entry;
  point?: { lat: number; lon: number; accuracy?: number }; // millionths of a degree, metres
  attachment?: { hash: string; media: string; size: number };
  missing?: MissingKind;
}

/** A row of a table: its code and words, and by column or level what expressions may read of it. */
export interface Entry {
  code: string;
  text?: string;
  with?: Record<string, string>;
}

export interface Go {
  to: "next" | "back" | "path" | "open"; // open: the first screen that waits for an answer
  path?: string;
}

/** One screen and where it stands in the interview. */
export interface View {
  screen: Screen;
  progress: { answered: number; total: number }; // of the screens that are not sensitive
  language: string;
  languages: string[];
  public_title: string; // the only title for tabs, task lists and whoever looks over a shoulder
  sensitive: boolean; // nothing on the screen may tell what the module is about
  complete: boolean; // nothing is open any more
  disposition?: number; // of the last status event: the interview was finished with it
}

export type ScreenKind = "question" | "grid" | "roster" | "consent" | "gate" | "selection" | "statement" | "review" | "end";

export interface Screen {
  path: string; // the last screen's is "end"
  kind: ScreenKind;
  title?: string; // of the module
  heading?: string; // which row this is: "Incidente 1 de 2: …"
  number?: string; // of the item, as in the printed questionnaire
  text: string;
  instruction?: string; // for the interviewer, never read aloud
  card?: string; // the show card to hand over
  questions: Question[];
  rows?: Row[]; // of a roster
  roster?: string; // the level of its rows, for add_row
  add?: string; // the words of its button
  row?: string; // the path of the form this screen belongs to, for remove_row
  selection?: Selection;
  consent?: Outcomes;
  gate?: Outcomes; // a privacy gate: what is sensitive comes only behind an open one
  checks: Check[];
  disposition?: number; // proposed at the end
  open?: OverviewEntry[]; // at the end: what keeps the interview from being complete
  can_back: boolean;
  can_next: boolean; // everything here is settled
}

/** What a consent or a gate may be answered, and what it was. */
export interface Outcomes {
  outcomes: { outcome: string; text: string }[];
  outcome?: string;
}

export type QuestionKind =
  | "one"
  | "many"
  | "integer"
  | "decimal"
  | "money"
  | "text"
  | "date"
  | "month"
  | "time"
  | "entry"
  | "place"
  | "point"
  | "photo"
  | "audio"
  | "statement";

export interface Question {
  path: string;
  label?: string; // the row's words in a grid
  number?: string;
  text: string;
  instruction?: string;
  card?: string;
  kind: QuestionKind;
  options?: Option[];
  min?: number; // scaled as the value is; of dates, not for showing
  max?: number;
  scale?: number;
  unit?: string;
  at_least?: number; // of several options
  max_choices?: number;
  special?: { missing: MissingKind; text: string }[];
  zero?: string; // the words of zero, where zero is an answer of its own
  value?: Value;
  forced?: boolean; // follows from other answers; shown, not asked
  required: boolean;
  table?: { name: string; hash: string; rows: number; levels?: { name: string; text: string }[] }; // entry, place
  within?: { part: string; is: string }[]; // which entries are offered
}

export interface Option {
  code: string;
  text: string;
  specify?: boolean;
  exclusive?: boolean;
}

export interface Row {
  id: string;
  path: string;
  label: string;
  mark?: string; // selection: the day and month of a birthday
}

export interface Selection {
  frame: Row[]; // in the order it is drawn from
  method: "number" | "kish" | "next_birthday" | "last_birthday" | "seeded";
  number?: string;
  table?: string; // kish
  chosen?: string; // the id of a row
  stale?: boolean; // the list has changed since the draw
}

export interface Check {
  id: string;
  severity: "hard" | "soft" | "info";
  message: string;
  confirmed: boolean;
  reason?: string;
  path?: string; // the question it speaks of
  reads?: { screen: string; label: string }[]; // of a block's check: what it compares
}

export interface Overview {
  screens: OverviewEntry[];
}

export interface OverviewEntry {
  path: string;
  label: string;
  title?: string; // of its module, or which row it is about
  state: "answered" | "open" | "flagged";
  sensitive?: boolean; // label and title are not to be shown
}
