// number.ts reads and shows scaled integers. A point or a comma is the decimal
// mark; thousands are never separated in what is typed, since half the region
// separates them with the other half's decimal mark. They are shown apart by a
// thin space, which no country takes for a decimal.

const thin = "\u202f";
const limit = 2 ** 53;

/** Why a number could not be read. */
export type NumberFault = "digits" | "decimals" | "large";

/** Reads what was typed as an integer with scale decimals, or says what is wrong with it. */
export function parseScaled(typed: string, scale: number): number | NumberFault {
  const m = /^(-?)(\d+)(?:[.,](\d+))?$/.exec(typed.trim());
  if (!m) return "digits";
  const decimals = m[3] ?? "";
  if (decimals.length > scale) return "decimals";
  const n = Number(m[2] + decimals.padEnd(scale, "0"));
  if (n >= limit) return "large";
  return m[1] ? -n : n;
}

/** The digits a person would type for n. */
export function typedScaled(n: number, scale: number, mark: string): string {
  const digits = String(Math.abs(n)).padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  const decimals = digits.slice(digits.length - scale).replace(/0+$/, "");
  const text = decimals === "" ? whole : whole + mark + decimals.padEnd(Math.min(scale, 2), "0");
  return n < 0 ? "-" + text : text;
}

/** n as it is read, thousands apart. */
export function readScaled(n: number, scale: number, mark: string): string {
  return typedScaled(n, scale, mark).replace(/^-?\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, thin));
}
