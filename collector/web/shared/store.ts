// store.ts keeps what a tablet holds: the log of every interview, the cases it
// was given, the instruments. An event is in the log, by a transaction of
// strict durability, before any screen moves; a transaction of the default
// kind may be lost with the power although it said it was complete.
//
// Nothing here is ever deleted by sending: the office's ack is a mark.

import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import type { EventText } from "./event";
import type { Case, Have, Holding } from "./message";

/** An event in the log, under its identity. */
export interface LoggedEvent extends EventText {
  interview: string;
  device: string;
  seq: number;
}

/** What is known of an interview without replaying it. seq and acked are the log's; the rest is for the list. */
export interface InterviewRecord extends Described {
  seq: number;
  acked: number;
  parked?: number; // the last event set aside at the office
  refused?: string; // why the office takes no more of it
}

/** The part of a record that the page writes; the rest follows from the log and the office. */
export interface Described {
  interview: string;
  case: string;
  household: number;
  device: string;
  instrument: string;
  lease: number;
  language: string;
  answered: number;
  total: number;
  screen: string;
  started: boolean; // the log has its beginning
  conducted: boolean; // somebody was interviewed; without it there were only visits
  complete: boolean; // it was finished, with a disposition
  disposition?: number;
  visits: { at: string; disposition: number }[];
}

/** The page's part of a record. */
export function describedOf({ seq: _s, acked: _a, parked: _p, refused: _r, ...rest }: InterviewRecord): Described {
  return rest;
}

interface Tables extends DBSchema {
  meta: { key: string; value: unknown };
  events: { key: [string, string, number]; value: LoggedEvent };
  interviews: { key: string; value: InterviewRecord };
  cases: { key: string; value: Case };
  instruments: { key: string; value: { hash: string; text: string } };
  tables: { key: string; value: { hash: string; text: string } };
  attachments: { key: string; value: { hash: string; file: Blob } };
}

/** A write whose outcome is not known: it may be in the log or not. */
export class UnknownOutcome extends Error {}

export class Store {
  private constructor(private readonly db: IDBPDatabase<Tables>) {}

  static async open(): Promise<Store> {
    const db = await openDB<Tables>("cifra", 2, {
      upgrade(db, old) {
        if (old < 2) {
          db.createObjectStore("tables", { keyPath: "hash" });
          db.createObjectStore("attachments", { keyPath: "hash" });
        }
        if (old >= 1) return;
        db.createObjectStore("meta");
        db.createObjectStore("events", { keyPath: ["interview", "device", "seq"] });
        db.createObjectStore("interviews", { keyPath: "interview" });
        db.createObjectStore("cases", { keyPath: "case" });
        db.createObjectStore("instruments", { keyPath: "hash" });
      },
    });
    return new Store(db);
  }

  async get<T>(key: string): Promise<T | undefined> {
    return (await this.db.get("meta", key)) as T | undefined;
  }

  async set(key: string, value: unknown): Promise<void> {
    const tx = this.db.transaction("meta", "readwrite", { durability: "strict" });
    await Promise.all([tx.store.put(value, key), tx.done]);
  }

  /**
   * Writes one event and what the list shows of its interview. When it returns
   * the event survives a power cut. After an error it looks what is there: the
   * same bytes mean that it was stored after all; otherwise the outcome is
   * unknown and the screen must not move. What can be done while the disk works
   * is done meanwhile, which must not throw.
   */
  async append(event: LoggedEvent, record: Described, meanwhile: () => void): Promise<void> {
    try {
      const tx = this.db.transaction(["events", "interviews"], "readwrite", { durability: "strict" });
      const interviews = tx.objectStore("interviews");
      const before = await interviews.get(record.interview);
      // What the office said meanwhile is in the old record, not in the caller's.
      const written = Promise.all([
        tx.objectStore("events").add(event),
        interviews.put({ ...before, ...record, seq: event.seq, acked: before?.acked ?? 0 }),
        tx.done,
      ]);
      tx.commit(); // now, not when this page hears that both were taken
      meanwhile();
      await written;
    } catch (cause) {
      const found = await this.db.get("events", [event.interview, event.device, event.seq]).catch(() => undefined);
      if (found?.header !== event.header) throw new UnknownOutcome("the event may not be stored", { cause });
    }
  }

  /** Changes what the list shows of an interview; the marks of the log stay. */
  async describe(interview: string, change: Partial<Omit<InterviewRecord, "seq" | "acked">>): Promise<void> {
    await this.update(interview, (r) => ({ ...r, ...change }));
  }

  /** Marks how far the office holds the log of an interview. */
  async acked(have: Have): Promise<void> {
    await this.update(have.interview, (r) =>
      r.device === have.device ? { ...r, acked: Math.min(have.seq, r.seq) } : r,
    );
  }

  private async update(interview: string, change: (r: InterviewRecord) => InterviewRecord): Promise<void> {
    const tx = this.db.transaction("interviews", "readwrite");
    const r = await tx.store.get(interview);
    if (r) await tx.store.put(change(r));
    await tx.done;
  }

  /** The log of an interview from a sequence on, in order. */
  events(r: Described, from = 1, count?: number): Promise<LoggedEvent[]> {
    const range = IDBKeyRange.bound([r.interview, r.device, from], [r.interview, r.device, Infinity]);
    return this.db.getAll("events", range, count);
  }

  interviews(): Promise<InterviewRecord[]> {
    return this.db.getAll("interviews");
  }

  async holds(): Promise<Holding[]> {
    const all = await this.interviews();
    return all.map(({ interview, device, seq, acked }) => ({ interview, device, seq, acked }));
  }

  cases(): Promise<Case[]> {
    return this.db.getAll("cases");
  }

  /** Takes cases as the office sent them, and how far its news were read. */
  async takeCases(cases: Case[], cursor: number): Promise<void> {
    const tx = this.db.transaction(["cases", "meta"], "readwrite");
    await Promise.all([
      ...cases.map((c) => tx.objectStore("cases").put(c)),
      tx.objectStore("meta").put(cursor, "cursor"),
      tx.done,
    ]);
  }

  async instrument(hash: string): Promise<string | undefined> {
    return (await this.db.get("instruments", hash))?.text;
  }

  async takeInstrument(hash: string, text: string): Promise<void> {
    const tx = this.db.transaction("instruments", "readwrite", { durability: "strict" });
    await Promise.all([tx.store.put({ hash, text }), tx.done]);
  }

  async table(hash: string): Promise<string | undefined> {
    return (await this.db.get("tables", hash))?.text;
  }

  async takeTable(hash: string, text: string): Promise<void> {
    const tx = this.db.transaction("tables", "readwrite");
    await Promise.all([tx.store.put({ hash, text }), tx.done]);
  }

  async attachment(hash: string): Promise<Blob | undefined> {
    return (await this.db.get("attachments", hash))?.file;
  }

  /** Keeps a photo or recording: when it returns, its bytes survive a power cut. */
  async takeAttachment(hash: string, file: Blob): Promise<void> {
    const tx = this.db.transaction("attachments", "readwrite", { durability: "strict" });
    await Promise.all([tx.store.put({ hash, file }), tx.done]);
  }
}

/**
 * Asks to be the one page that writes. Two tabs deciding events of one
 * interview would fork its chain, so the second only looks, and is told when
 * its turn has come.
 */
export async function becomeWriter(onTurn: () => void): Promise<boolean> {
  const forever = new Promise<never>(() => {});
  const first = await new Promise<boolean>((resolve) => {
    void navigator.locks.request("cifra-writer", { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      return lock ? forever : undefined;
    });
  });
  if (!first) {
    void navigator.locks.request("cifra-writer", () => {
      onTurn();
      return forever;
    });
  }
  return first;
}
