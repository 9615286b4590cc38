// tablet.ts is the state of the page: the cases, what is known of their
// interviews, where the enumerator is, and the doors to store, engine and
// office. Components read its signals and call its methods.

import { computed, signal } from "@preact/signals";
import { Engine } from "../shared/engine";
import { localTime, randomHex, uuidv7 } from "../shared/event";
import type { Case } from "../shared/message";
import { Link, type Facts } from "../shared/socket";
import { becomeWriter, describedOf, Store, type Described, type InterviewRecord } from "../shared/store";
import { language, languages, words } from "../shared/words";
import { Held } from "./held";
import { fetchInstrument } from "./instrument";
import { Session } from "./session";

/** Where the enumerator is. */
export type Place = { at: "cases" } | { at: "case"; case: string } | { at: "interview"; session: Session };

/** What the build tells the page about itself. */
export interface Build {
  hash: string;
  engine: string; // address of the WebAssembly
}

export class Tablet {
  readonly place = signal<Place>({ at: "cases" });
  readonly cases = signal<Case[]>([]);
  readonly interviews = signal<InterviewRecord[]>([]);
  /** The interviews of each case, first household first. */
  readonly byCase = computed(() => {
    const by = new Map<string, InterviewRecord[]>();
    for (const r of this.interviews.value) by.set(r.case, [...(by.get(r.case) ?? []), r]);
    for (const records of by.values()) records.sort((a, b) => a.household - b.household);
    return by;
  });
  readonly toSend = computed(() => this.interviews.value.reduce((n, r) => n + Math.max(0, r.seq - r.acked), 0));
  readonly current = signal(""); // hash of the instrument that new interviews use
  readonly persisted = signal(false);
  readonly offlineReady = signal(false);
  readonly engineStopped = signal(false);
  readonly hiding = signal(false);

  readonly held: Held;

  link: Link | null = null;
  private survey = "";
  private own = "es"; // the enumerator's language; an interview may be in another
  private engine: Promise<Engine>;

  private constructor(
    readonly store: Store,
    readonly device: string,
    readonly token: string,
    readonly writer: boolean,
    readonly build: Build,
  ) {
    this.held = new Held(store, token);
    this.engine = Engine.load(build.engine);
    this.engine.then(
      (e) => e.stopped.finally(() => (this.engineStopped.value = true)),
      () => undefined, // reported where an interview is opened
    );
  }

  /** Opens what the tablet holds and starts the dialogue with the office. */
  static async start(build: Build): Promise<Tablet> {
    const store = await Store.open();
    const writer = await becomeWriter(() => location.reload());
    const given = /[#&]token=([^&]+)/.exec(location.hash)?.[1];
    if (given) {
      await store.set("token", decodeURIComponent(given));
      history.replaceState(null, "", location.pathname);
    }
    let device = await store.get<string>("device");
    if (!device) {
      device = `d-${randomHex(6)}`;
      await store.set("device", device);
    }
    const token = (await store.get<string>("token")) ?? "";
    const tablet = new Tablet(store, device, token, writer, build);
    await tablet.load();
    return tablet;
  }

  private async load(): Promise<void> {
    this.survey = (await this.store.get<string>("survey")) ?? "";
    this.current.value = (await this.store.get<string>("instrument")) ?? "";
    document.title = (await this.store.get<string>("title")) ?? words.value.fallbackTitle;
    this.own = (await this.store.get<string>("language")) ?? this.own;
    language.value = this.own;
    await Promise.all([this.refresh("cases"), this.refresh("logs")]);
    this.persisted.value = (await navigator.storage?.persist?.()) ?? false;
    void navigator.serviceWorker?.ready.then(() => (this.offlineReady.value = true));
    if (!this.writer || !this.token) return;
    const facts: Facts = { token: this.token, device: this.device, engine: this.build.hash };
    this.link = new Link(this.store, facts, (what) => void this.refresh(what), (survey, hashes) => this.learn(survey, hashes));
    this.link.start();
  }

  /** Reads again what the lists show. */
  async refresh(what: "logs" | "cases"): Promise<void> {
    if (what === "cases") this.cases.value = await this.store.cases();
    else this.interviews.value = await this.store.interviews();
  }

  // learn takes what a welcome says; instruments come first, since without one
  // no interview can begin where there is no network.
  private async learn(survey: string, hashes: string[]): Promise<void> {
    this.survey = survey;
    await this.store.set("survey", survey);
    for (const hash of hashes) await this.held.fetchTables(hash, await fetchInstrument(this.store, hash, this.token));
    const first = hashes[0];
    if (!first) return;
    await this.store.set("instrument", first);
    this.current.value = first;
  }

  /** The language of the enumerator. */
  async setLanguage(code: string): Promise<void> {
    this.own = language.value = code;
    await this.store.set("language", code);
  }

  /** The interviews of a case on this tablet. */
  of(c: string): InterviewRecord[] {
    return this.byCase.value.get(c) ?? [];
  }

  /** Opens an interview of a case: one that is there, or a new household's. */
  async openInterview(c: Case, existing?: InterviewRecord): Promise<void> {
    const session = await this.session(c, existing);
    if (session.record.started) {
      await session.resume();
    } else {
      await session.start(c.given ?? {});
      await session.begin();
    }
    await this.enter(session);
  }

  /** Opens the interview that was on the screen when the page was closed. */
  async reopen(): Promise<void> {
    const id = await this.store.get<string>("open");
    const record = this.interviews.value.find((r) => r.interview === id);
    const c = this.cases.value.find((c) => c.case === record?.case);
    if (!record?.started || !c || !this.writer) return;
    const session = await this.session(c, record);
    if (record.screen === "") await session.resume();
    else await session.jump(record.screen);
    await this.enter(session);
  }

  private async enter(session: Session): Promise<void> {
    const view = session.view.value;
    if (view && languages.includes(view.language)) language.value = view.language;
    await this.store.set("open", session.record.interview);
    this.place.value = { at: "interview", session };
  }

  /** Leaves the interview; everything of it is already in the log. */
  async leave(): Promise<void> {
    const place = this.place.value;
    if (place.at === "interview") {
      await place.session.settle();
      await place.session.describe();
      this.place.value = { at: "case", case: place.session.record.case };
    } else {
      this.place.value = { at: "cases" };
    }
    language.value = this.own;
    await this.store.set("open", "");
    await this.refresh("logs");
  }

  /** Notes a visit that brought no interview. */
  async recordVisit(c: Case, disposition: number, existing?: InterviewRecord): Promise<void> {
    const session = await this.session(c, existing);
    if (!session.record.started) await session.start(c.given ?? {});
    if (!(await session.act({ act: "attempt", disposition, case: c.case }))) throw new Error(session.trouble.value);
    await session.describe();
    await this.refresh("logs");
  }

  private async session(c: Case, existing?: InterviewRecord): Promise<Session> {
    const record = existing ? describedOf(existing) : this.begin(c);
    const ir = await fetchInstrument(this.store, record.instrument, this.token);
    const session = new Session(this.store, await this.engine, record, () => {
      void this.refresh("logs");
      this.link?.kick();
    });
    await session.open(ir, this.survey);
    const title = session.view.value?.public_title;
    if (title) await this.store.set("title", (document.title = title));
    return session;
  }

  private begin(c: Case): Described {
    return {
      interview: uuidv7(Date.now()),
      case: c.case,
      household: this.of(c.case).length + 1,
      device: this.device,
      instrument: this.current.value,
      lease: 1,
      language: language.value,
      answered: 0,
      total: 0,
      screen: "",
      started: false,
      conducted: false,
      complete: false,
      visits: [],
    };
  }
}

/** The day and minute of a moment, as the enumerator writes them. */
export function when(at: string): string {
  return localTime(new Date(at)).slice(0, 16).replace("T", " ");
}
