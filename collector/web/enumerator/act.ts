// act.ts is what an act of an interview brings with it: its moment, what the list
// of cases then knows, and how its outcome waits until the disk has it.

import type { Act } from "../../../questionnaire/wasm/engine";
import { localTime, randomHex } from "../shared/event";
import type { Described } from "../shared/store";

/** What the list knows of an interview once the act is stored. */
export function after(r: Described, act: Act, at: string): Described {
  switch (act.act) {
    case "start":
      return { ...r, started: true };
    case "attempt":
      return { ...r, visits: [...r.visits, { at, disposition: act.disposition }] };
    case "language":
      return r;
  }
  return { ...r, conducted: true };
}

/** Does f now and says later what came of it: its result or its error. */
export function attempt<T>(f: () => T): () => T {
  try {
    const result = f();
    return () => result;
  } catch (e) {
    return () => {
      throw e;
    };
  }
}

/** The moment of an act, from this device's clocks, and chance. */
export function moment(): { now: string; mono: number; salt: string } {
  return { now: localTime(new Date()), mono: Math.round(performance.now()), salt: randomHex(16) };
}
