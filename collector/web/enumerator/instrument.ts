// instrument.ts fetches a compiled instrument once and keeps it: it is named by
// its hash, so it never changes, and an interview ends with the one it began.

import type { Store } from "../shared/store";
import { words } from "../shared/words";

/** The instrument of that hash, from the tablet or, the first time, from the office. */
export async function fetchInstrument(store: Store, hash: string, token: string): Promise<string> {
  const kept = await store.instrument(hash);
  if (kept !== undefined) return kept;
  if (hash === "") throw new Error(words.value.noInstrument);
  const response = await fetch(`/v1/instrument/${hash}`, { headers: { Authorization: `Bearer ${token}` } });
  if (!response.ok) throw new Error(words.value.noInstrument);
  const text = await response.text();
  await store.takeInstrument(hash, text);
  return text;
}
