// event.ts keeps an event as the bytes its device wrote. They are hashed at the
// office, so a text that was parsed and printed again would be another event.

import type { Decided } from "../../../questionnaire/wasm/engine";

/** An event as it is stored and sent: three texts, never encoded again. */
export interface EventText {
  header: string;
  salt: string;
  payload: string;
}

/** What decide made, as it will be stored. */
export function textOf(d: Decided): EventText {
  return { header: d.headerText, salt: d.salt, payload: d.payloadText };
}

/** The event as JSON text, its bytes untouched. */
export function raw(e: EventText): string {
  const payload = e.payload === "" ? "" : `,"payload":${e.payload}`;
  return `{"header":${e.header},"salt":"${e.salt}"${payload}}`;
}

/** The hash that the next header of the chain names as prev. */
export function headerHash(header: string): Promise<string> {
  return hashOf(new TextEncoder().encode(header));
}

/** SHA-256 in hexadecimal. */
export async function hashOf(bytes: BufferSource): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

/** n random bytes in hexadecimal. */
export function randomHex(n: number): string {
  return hex(crypto.getRandomValues(new Uint8Array(n)));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}

/** A UUID of version 7: its order is that of the clock that made it. */
export function uuidv7(now: number): string {
  const b = crypto.getRandomValues(new Uint8Array(16));
  for (let i = 0; i < 6; i++) b[i] = Math.floor(now / 2 ** (8 * (5 - i))) % 256;
  b[6] = 0x70 | (b[6]! & 0x0f);
  b[8] = 0x80 | (b[8]! & 0x3f);
  const s = hex(b);
  return [s.slice(0, 8), s.slice(8, 12), s.slice(12, 16), s.slice(16, 20), s.slice(20)].join("-");
}

/** A moment in RFC 3339 with the offset of this place: the office reads the local date from it. */
export function localTime(at: Date): string {
  const offset = -at.getTimezoneOffset();
  const shifted = new Date(at.getTime() + offset * 60_000).toISOString().slice(0, -1);
  if (offset === 0) return `${shifted}Z`;
  const m = Math.abs(offset);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${shifted}${offset < 0 ? "-" : "+"}${two(Math.floor(m / 60))}:${two(m % 60)}`;
}
