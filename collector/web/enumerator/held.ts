// held.ts is what questions need of the tablet besides the interview: the big
// code lists, and the photos and recordings that were taken.
//
// A list is fetched from the office once, checked against its hash, kept, and
// made ready for searching when a question first needs it. A photo or recording
// stays on the tablet: the interview's log names it by hash, kind and size,
// and the bytes are in the tablet's store before the answer is decided.

import { createContext } from "preact";
import type { Value } from "../../../questionnaire/wasm/engine";
import { hashOf } from "../shared/event";
import type { Store } from "../shared/store";
import { Table } from "../shared/table";

export class Held {
  private readonly tables = new Map<string, Promise<Table | null>>();

  constructor(
    private readonly store: Store,
    private readonly token: string,
  ) {}

  /** The table with a hash, null if neither the tablet nor, now, the office has it. */
  table(hash: string): Promise<Table | null> {
    const known = this.tables.get(hash);
    if (known) return known;
    const made = this.text(hash).then((text) => {
      if (text === null) this.tables.delete(hash); // asked again the next time
      return text === null ? null : new Table(text);
    });
    this.tables.set(hash, made);
    return made;
  }

  /** Fetches the tables that an instrument names and the tablet lacks. */
  async fetchTables(hash: string, ir: string): Promise<void> {
    if (await this.store.get(`tables:${hash}`)) return;
    const named = (JSON.parse(ir) as { tables?: { hash: string }[] }).tables ?? [];
    for (const t of named) if ((await this.text(t.hash)) === null) return;
    await this.store.set(`tables:${hash}`, true);
  }

  private async text(hash: string): Promise<string | null> {
    const kept = await this.store.table(hash);
    if (kept !== undefined) return kept;
    try {
      const response = await fetch(`/v1/table/${hash}`, { headers: { Authorization: `Bearer ${this.token}` } });
      if (!response.ok) return null;
      const bytes = await response.arrayBuffer();
      if ((await hashOf(bytes)) !== hash) return null;
      const text = new TextDecoder().decode(bytes);
      await this.store.takeTable(hash, text);
      return text;
    } catch {
      return null; // no network
    }
  }

  /** Keeps a photo or recording and returns the answer that names it. */
  async keep(file: Blob): Promise<Value> {
    const hash = await hashOf(await file.arrayBuffer());
    await this.store.takeAttachment(hash, file);
    return { attachment: { hash, media: file.type.split(";")[0] ?? "", size: file.size } };
  }

  /** The photo or recording with a hash, undefined where it is not on this tablet. */
  attachment(hash: string): Promise<Blob | undefined> {
    return this.store.attachment(hash);
  }
}

/** What components find it by. */
export const HeldContext = createContext<Held | null>(null);
