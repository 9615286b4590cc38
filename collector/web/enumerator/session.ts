// session.ts conducts one interview: an act is decided by the engine and stored,
// and only then does the screen show it. Acts run one after another; a second
// tap waits for the first to be on disk.
//
// While the disk works the engine applies the act already, so that its screen is
// ready when the write is complete. Until then the engine is ahead: nothing of it
// is shown. Where the write fails, it reads the log again and is what that says.

import { computed, signal } from "@preact/signals";
import type { Act, Overview, Value, View } from "../../../questionnaire/wasm/engine";
import { EngineError, type Engine } from "../shared/engine";
import { localTime, textOf } from "../shared/event";
import { UnknownOutcome, type Described, type LoggedEvent, type Store } from "../shared/store";
import { after, attempt, moment } from "./act";

/** What was typed and is not an event yet. null: it cannot be one as it stands. */
export type Draft = Act | null;

/** An answer, null to clear it, or how it follows from the one that stands when its turn comes. */
export type Answer = Value | null | ((current: Value | undefined) => Value | null);

export class Session {
  readonly view = signal<View | null>(null);
  /** Acts that are decided or waiting and not yet on disk. */
  readonly pending = signal(0);
  /** Whether the outcome of the last write is not known. */
  readonly doubtful = signal(false);
  /** What the engine said against the last act. */
  readonly trouble = signal("");
  /** How often the step forward from this screen was not allowed: then what is missing is shown. */
  readonly blocked = signal(0);
  /** Answers being typed, by path. */
  readonly drafts = signal<ReadonlyMap<string, Draft>>(new Map());
  /** Whether something is on the screen that is not on disk. */
  readonly writing = computed(() => this.pending.value > 0 || this.drafts.value.size > 0);

  private tail: Promise<unknown> = Promise.resolve();
  private opening = { ir: "", survey: "" };
  /** The act that the engine holds and the log perhaps not: its number, and the record it makes. */
  private ahead: { seq: number; record: Described } | null = null;
  private seen: Overview = { screens: [] };

  constructor(
    private readonly store: Store,
    private readonly engine: Engine,
    public record: Described,
    private readonly stored: () => void, // an event is on disk
  ) {}

  /** Opens the interview where it stands. */
  async open(ir: string, survey: string): Promise<void> {
    this.opening = { ir, survey };
    this.view.value = this.replay(await this.store.events(this.record));
  }

  private replay(events: LoggedEvent[]): View {
    const { interview, device, lease, language } = this.record;
    const { ir, survey } = this.opening;
    const self = { survey, interview, device, lease };
    return this.engine.open({ ir, self, language, now: localTime(new Date()) }, events);
  }

  // agree makes the engine what the log says, after a write of which nobody knows.
  private async agree(): Promise<void> {
    if (!this.ahead) return;
    const { seq, record } = this.ahead;
    const events = await this.store.events(this.record);
    if (events.at(-1)?.seq === seq) this.record = record; // it was stored after all
    const fresh = this.replay(events);
    this.ahead = null;
    const path = this.view.value?.screen.path;
    this.show(path === undefined ? fresh : this.engine.go({ to: "path", path }));
  }

  /** Begins the interview. The language is an event of its own where it is not the instrument's. */
  async start(given: Record<string, unknown>): Promise<void> {
    const { household, language } = this.record;
    const begun = await this.act({ act: "start", case: this.record.case, household, given: given as Record<string, Value> });
    if (!begun) throw new Error(this.trouble.value);
    const view = this.view.value;
    if (view && view.language !== language && view.languages.includes(language)) await this.act({ act: "language", language });
  }

  /** Decides, stores and applies one act. Returns whether it is done. */
  act(act: Act | (() => Act)): Promise<boolean> {
    this.pending.value++;
    return this.queue(() => this.perform(typeof act === "function" ? act() : act)).finally(() => this.pending.value--);
  }

  private async perform(act: Act): Promise<boolean> {
    this.trouble.value = "";
    this.doubtful.value = false;
    try {
      await this.agree();
      const decided = this.engine.decide({ ...act, ...moment() });
      const event = {
        interview: this.record.interview,
        device: this.record.device,
        seq: decided.header.seq,
        ...textOf(decided),
      };
      const record = after(this.record, act, decided.header.wall);
      let next: (() => View) | undefined;
      await this.store.append(event, record, () => {
        this.ahead = { seq: event.seq, record };
        next = attempt(() => this.engine.apply(event));
      });
      this.ahead = null;
      this.record = record;
      this.show(next ? next() : this.engine.apply(event));
      this.stored();
      return true;
    } catch (e) {
      this.doubtful.value = e instanceof UnknownOutcome || this.ahead !== null;
      if (!this.doubtful.value) this.trouble.value = e instanceof Error ? e.message : String(e);
      await this.agree().catch(() => undefined); // else before the next act
      return false;
    }
  }

  /** Answers the question at path, or clears it. */
  answer(path: string, answer: Answer): Promise<boolean> {
    this.setDraft(path, undefined);
    return this.act(() => {
      const value = typeof answer === "function" ? answer(this.valueAt(path)) : answer;
      return value === null ? { act: "clear", path } : { act: "answer", path, value };
    });
  }

  private valueAt(path: string): Value | undefined {
    return this.view.value?.screen.questions.find((q) => q.path === path)?.value;
  }

  /** Notes what is being typed at path; undefined when nothing is. */
  setDraft(path: string, draft: Draft | undefined): void {
    const drafts = new Map(this.drafts.value);
    if (draft === undefined) drafts.delete(path);
    else drafts.set(path, draft);
    this.drafts.value = drafts;
  }

  /** Makes events of what was typed. Returns whether nothing is left that cannot be one. */
  async settle(): Promise<boolean> {
    let good = true;
    for (const [path, draft] of this.drafts.value) {
      if (draft === null) {
        good = false;
        continue;
      }
      this.setDraft(path, undefined);
      good = (await this.act(draft)) && good;
    }
    return good;
  }

  async next(): Promise<void> {
    if (!(await this.settle())) return;
    await this.step({ to: "next" });
  }

  async back(): Promise<void> {
    if (!(await this.settle())) return;
    await this.step({ to: "back" });
  }

  /** Goes to the first screen: words that are read and ask nothing are read too. */
  async begin(): Promise<void> {
    const first = this.overview().screens[0];
    if (first) await this.jump(first.path);
  }

  /** Goes to the first screen that waits for an answer. */
  async resume(): Promise<void> {
    await this.step({ to: "open" });
  }

  /** Jumps to a screen of the overview or a row of a roster. */
  async jump(path: string): Promise<void> {
    if (!(await this.settle())) return;
    await this.step({ to: "path", path });
  }

  /** Goes to the first screen of a row: a person of a roster, an incident. */
  async openRow(row: string): Promise<void> {
    const first = this.overview().screens.find((s) => s.path.startsWith(`${row}.`));
    if (first) await this.jump(first.path);
  }

  private step(arg: { to: "next" | "back" | "open" } | { to: "path"; path: string }): Promise<void> {
    return this.queue(async () => {
      this.trouble.value = "";
      try {
        await this.agree();
      } catch {
        this.doubtful.value = true;
        return;
      }
      try {
        this.show(this.engine.go(arg));
        this.blocked.value = 0;
      } catch (e) {
        if (!(e instanceof EngineError)) throw e;
        if (e.code === "blocked") {
          this.show(e.view ?? this.engine.view());
          this.blocked.value++;
        } else {
          this.trouble.value = e.message;
        }
      }
      await this.describe();
    });
  }

  /** Every screen on the path. While the engine is ahead, as it was seen last. */
  overview(): Overview {
    if (!this.ahead) this.seen = this.engine.overview();
    return this.seen;
  }

  /** Writes down where the interview stands, for the list and for the next opening. */
  async describe(): Promise<void> {
    await this.store.describe(this.record.interview, this.record);
  }

  private show(view: View): void {
    this.view.value = view;
    this.record = {
      ...this.record,
      answered: view.progress.answered,
      total: view.progress.total,
      screen: view.screen.path,
      complete: view.disposition !== undefined,
      ...(this.record.started ? { language: view.language } : {}),
      ...(view.disposition === undefined ? {} : { disposition: view.disposition }),
    };
  }

  private queue<T>(f: () => Promise<T>): Promise<T> {
    const run = this.tail.then(f);
    this.tail = run.catch(() => undefined);
    return run;
  }
}
