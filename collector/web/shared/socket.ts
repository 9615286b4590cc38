// socket.ts brings the tablet's logs to the office and the office's cases to
// the tablet. The dialogue: hello with what the device holds; welcome with what
// the office has; pushes of at most 200 events or 256 KiB, a few under way at a
// time; an ack only after the office has them on disk; pull of what changed.
// Sending again is always safe, so every doubt is resolved by sending again.

import { signal } from "@preact/signals";
import { headerHash, raw } from "./event";
import { protocol, type FromOffice, type Have, type Hello, type Parked } from "./message";
import { backoff, PostLine, SocketLine, type Line } from "./line";
import type { InterviewRecord, LoggedEvent, Store } from "./store";

const batchEvents = 200;
const batchBytes = 250 * 1024; // the message around them fits into 256 KiB
const pullEvery = 60_000; // milliseconds

export type Connection = "offline" | "connecting" | "online" | "refused";

interface Batch {
  interview: string;
  events: number;
}

/** What the dialogue needs to know of this device. */
export interface Facts {
  token: string;
  device: string;
  engine: string;
}

/** The tablet's side of the dialogue. It runs by itself once started. */
export class Link {
  readonly connection = signal<Connection>("offline");

  private line: Line | null = null;
  private failures = 0; // attempts in a row that brought no welcome
  private posting = false; // websockets fail here, POST works
  private timer = 0;
  private window = 2 * batchEvents;
  private waitUntil = 0;
  private nextID = 1;
  private underWay = new Map<number, Batch>();
  private sentUpTo = new Map<string, number>();
  private aside = new Set<string>(); // refused on this connection: not offered again until the next
  private pumping: Promise<void> = Promise.resolve();

  constructor(
    private readonly store: Store,
    private readonly facts: Facts,
    private readonly changed: (what: "logs" | "cases") => void,
    private readonly learned: (survey: string, instruments: string[]) => Promise<void>,
  ) {}

  start(): void {
    addEventListener("online", () => this.hurry());
    addEventListener("offline", () => this.line?.close());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.hurry();
    });
    setInterval(() => this.pull(), pullEvery);
    void this.connect();
  }

  /** There is something new to send. */
  kick(): void {
    if (this.connection.value === "online") this.pump();
  }

  /** Something changed for the better: try now, not when the pause is over. */
  hurry(): void {
    if (this.line) return this.pull();
    this.failures = 0;
    this.posting = false;
    clearTimeout(this.timer);
    void this.connect();
  }

  private async connect(): Promise<void> {
    this.connection.value = "connecting";
    const line: Line = this.posting ? new PostLine(this.facts) : new SocketLine();
    this.line = line;
    this.underWay.clear();
    this.sentUpTo.clear();
    this.aside.clear();
    line.onMessage = (m) => void this.hear(m);
    line.onClose = () => this.closed(line);
    line.onOpen = async () => {
      const holds = await this.store.holds();
      const hello: Hello = { type: "hello", protocol, ...this.facts, holds };
      line.send(JSON.stringify(hello));
    };
    line.open();
  }

  private closed(line: Line): void {
    if (this.line !== line) return;
    this.line = null;
    if (this.connection.value !== "refused") this.connection.value = "offline";
    this.failures++;
    // A proxy that breaks websockets lets POST through: take turns.
    if (this.failures % 3 === 0) this.posting = !this.posting;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.connect(), backoff(this.failures));
  }

  private async hear(m: FromOffice): Promise<void> {
    switch (m.type) {
      case "welcome":
        return this.welcome(m);
      case "ack":
        this.underWay.delete(m.id);
        await this.settled(m.upto, m.parked);
        return this.pump();
      case "refused":
        return this.refused(m);
      case "cases":
        await this.store.takeCases(m.cases, m.cursor);
        this.changed("cases");
        return;
      case "slow":
        this.waitUntil = Date.now() + m.wait_ms;
        window.setTimeout(() => this.pump(), m.wait_ms);
    }
  }

  private async welcome(m: FromOffice & { type: "welcome" }): Promise<void> {
    const have = new Map(m.have.map((h) => [h.interview + " " + h.device, h]));
    const epoch = await this.store.get<string>("epoch");
    // Another store, perhaps a restored backup: read its news from the start.
    if (epoch !== m.store) await this.store.set("cursor", 0);
    for (const r of await this.store.interviews()) {
      const h = have.get(r.interview + " " + r.device) ?? { interview: r.interview, device: r.device, seq: 0, head: "" };
      if (await this.forked(r, h)) {
        this.aside.add(r.interview);
        await this.store.describe(r.interview, { refused: "divergent" });
      } else if (h.seq !== r.acked) {
        await this.store.acked(h);
      }
    }
    await this.store.set("epoch", m.store);
    this.failures = 0;
    this.window = Math.max(batchEvents, m.window);
    await this.learned(m.survey, m.instruments);
    this.connection.value = "online";
    this.changed("logs");
    this.pull();
    this.pump();
  }

  // forked tells whether the office holds another event under a number of ours.
  private async forked(r: InterviewRecord, h: Have): Promise<boolean> {
    if (h.seq === 0 || h.seq > r.seq || h.head === "" || h.seq === r.acked) return false;
    const [event] = await this.store.events(r, h.seq, 1);
    return event !== undefined && (await headerHash(event.header)) !== h.head;
  }

  // settled marks what the office has on disk and what it keeps for a person.
  private async settled(upto: Have[] = [], parked: Parked[] = []): Promise<void> {
    for (const have of upto) await this.store.acked(have);
    for (const p of parked) await this.store.describe(p.interview, { parked: p.seq });
    this.changed("logs");
  }

  private async refused(m: FromOffice & { type: "refused" }): Promise<void> {
    const batch = this.underWay.get(m.id ?? 0);
    this.underWay.delete(m.id ?? 0);
    await this.settled(m.upto, m.parked);
    // The next hello tells what the office has and what it wants again.
    if (m.reason === "busy" || m.reason === "gap") return this.line?.close();
    if (batch) {
      this.aside.add(batch.interview);
      await this.store.describe(batch.interview, { refused: m.reason });
      this.changed("logs");
      return this.pump();
    }
    if (m.reason === "foreign" || m.reason === "protocol") {
      this.connection.value = "refused";
      this.line?.close();
    }
  }

  private pull(): void {
    if (this.connection.value !== "online") return;
    void this.store.get<number>("cursor").then((cursor) =>
      this.line?.send(JSON.stringify({ type: "pull", id: this.nextID++, cursor: cursor ?? 0 })),
    );
  }

  // pump sends what is not sent yet, one interview a push: a refusal then
  // names its interview and the others go on.
  private pump(): void {
    this.pumping = this.pumping.then(() => this.sendAll()).catch(() => this.line?.close());
  }

  private async sendAll(): Promise<void> {
    const line = this.line;
    for (const r of await this.store.interviews()) {
      if (this.aside.has(r.interview)) continue;
      for (;;) {
        const from = Math.max(r.acked, this.sentUpTo.get(r.interview) ?? 0) + 1;
        if (from > r.seq) break;
        const flying = Array.from(this.underWay.values()).reduce((n, b) => n + b.events, 0);
        if (line !== this.line || !line || flying >= this.window || Date.now() < this.waitUntil) return;
        const events = fit(await this.store.events(r, from, batchEvents));
        if (events.length === 0) break;
        const id = this.nextID++;
        this.underWay.set(id, { interview: r.interview, events: events.length });
        this.sentUpTo.set(r.interview, events[events.length - 1]!.seq);
        line.send(`{"type":"push","id":${id},"events":[${events.map(raw).join(",")}]}`);
      }
    }
  }
}

// fit takes as many events as one message may carry, at least one.
function fit(events: LoggedEvent[]): LoggedEvent[] {
  let bytes = 0;
  const n = events.findIndex((e, i) => {
    bytes += 3 * (e.header.length + e.payload.length) + 100; // no character takes more than three bytes a unit
    return i > 0 && bytes > batchBytes;
  });
  return n < 0 ? events : events.slice(0, n);
}
