// date.ts turns the parts of a date into the text that events carry and back:
// 2025-03-14, or 2025-03 or 2025 where the rest is not remembered.

export interface DateParts {
  day: string;
  month: string; // "1" to "12"
  year: string;
}

/** The parts of an event's date text. */
export function parseDate(text: string): DateParts {
  const [year = "", month = "", day = ""] = text.split("-");
  return { year, month: month.replace(/^0/, ""), day: day.replace(/^0/, "") };
}

/** The text of a date, "" for none, null for one that does not exist or skips a part. */
export function dateText({ day, month, year }: DateParts): string | null {
  const [d, m, y] = [day.trim(), month.trim(), year.trim()];
  if (d === "" && m === "" && y === "") return "";
  if (!/^\d{4}$/.test(y)) return null;
  if (m === "") return d === "" ? y : null;
  const text = `${y}-${m.padStart(2, "0")}`;
  if (d === "") return text;
  if (!/^\d{1,2}$/.test(d)) return null;
  const date = new Date(Date.UTC(Number(y), Number(m) - 1, Number(d)));
  return date.getUTCMonth() === Number(m) - 1 && date.getUTCDate() === Number(d) ? `${text}-${d.padStart(2, "0")}` : null;
}
