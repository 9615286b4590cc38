// units checks what the pages compute by themselves: numbers as they are typed,
// dates, names, the bytes of an event. A Go test bundles and runs it.

import { stateOf, matches } from "../enumerator/casestate";
import { dateText, parseDate } from "../enumerator/question/date";
import { localTime, raw, uuidv7 } from "../shared/event";
import { backoff } from "../shared/line";
import { parseScaled, readScaled, typedScaled } from "../shared/number";
import type { InterviewRecord } from "../shared/store";
import { Table, wordsOf } from "../shared/table";

const faults: string[] = [];

function check(what: string, got: unknown, want: unknown): void {
  const [g, w] = [JSON.stringify(got), JSON.stringify(want)];
  if (g !== w) faults.push(`${what} = ${g}, want ${w}`);
}

// Numbers: a point or a comma is the decimal mark, thousands are never typed.
check("12500", parseScaled("12500", 2), 1_250_000);
check("12500.5", parseScaled("12500.5", 2), 1_250_050);
check("12500,05", parseScaled("12500,05", 2), 1_250_005);
check("-3", parseScaled("-3", 0), -3);
check("1.500 of an integer", parseScaled("1.500", 0), "decimals");
check("1.500 with two decimals", parseScaled("1.500", 2), "decimals");
check("1.500,25", parseScaled("1.500,25", 2), "digits");
check("3x", parseScaled("3x", 0), "digits");
check("2^53", parseScaled("9007199254740992", 0), "large");
check("1250050 typed", typedScaled(1_250_050, 2, "."), "12500.50");
check("1250000 typed", typedScaled(1_250_000, 2, "."), "12500");
check("5 cents typed", typedScaled(5, 2, ","), "0,05");
check("-7 typed", typedScaled(-7, 0, "."), "-7");
check("1250050 read", readScaled(1_250_050, 2, "."), "12\u202f500.50");
check("1234567 read", readScaled(1_234_567, 0, "."), "1\u202f234\u202f567");
check("999 read", readScaled(999, 0, "."), "999");
for (const n of [0, 1, 99, 100, 12_345, -250]) check(`${n} typed and read back`, parseScaled(typedScaled(n, 2, ","), 2), n);

// Dates go as far as they are remembered.
check("full date", dateText({ day: "4", month: "3", year: "2025" }), "2025-03-04");
check("month", dateText({ day: "", month: "12", year: "2025" }), "2025-12");
check("year", dateText({ day: "", month: "", year: "2025" }), "2025");
check("nothing", dateText({ day: "", month: "", year: "" }), "");
check("31 February", dateText({ day: "31", month: "2", year: "2025" }), null);
check("29 February of a leap year", dateText({ day: "29", month: "2", year: "2024" }), "2024-02-29");
check("day without month", dateText({ day: "3", month: "", year: "2025" }), null);
check("two digits of a year", dateText({ day: "", month: "3", year: "25" }), null);
for (const text of ["2025-03-04", "2025-12", "2025", ""]) check(`${text} and back`, dateText(parseDate(text)), text);

// A table is searched by the beginnings of words, whatever their accents.
check("words", wordsOf("  Peñón de los Baños (2.ª sección) "), "penon de los banos 2 a seccion");
check("signs", wordsOf("L’Haÿ-les-Roses · Œuvre"), "l hay les roses œuvre");
const towns = new Table(
  [
    "code\ttext\tparent\trural",
    "14\tJalisco\t\t",
    "09\tCiudad de México\t\t",
    "14039\tGuadalajara\t14\t2",
    "14098\tSan Pedro Tlaquepaque\t14\t2",
    "09007\tIztapalapa\t09\t2",
    "14097\tTlajomulco de Zúñiga\t14\t1",
    "",
  ].join("\n"),
);
const codes = (typed: string, within?: { part: string; is: string }[]) => towns.search(typed, within).map((r) => r.code).join(" ");
check("rows", towns.size, 6);
check("everything", codes(""), "14 09 14039 14098 09007 14097");
check("words that begin so", codes("tla"), "14097 14098");
check("in any order", codes("tla san"), "14098");
check("without accents", codes("MEXICO"), "09");
check("with accents", codes("zuñi"), "14097");
check("not inside a word", codes("quepaque"), "");
check("by its code", codes("1409"), "14098 14097");
check("no row holds the words of two", codes("jalisco ciudad"), "");
check("within a place", codes("", [{ part: "parent", is: "14" }]), "14039 14098 14097");
check("within a place and a column", codes("", [{ part: "parent", is: "14" }, { part: "rural", is: "1" }]), "14097");
check("within what no column is", codes("izta", [{ part: "colour", is: "red" }]), "09007");
check("found", towns.find("14098"), { code: "14098", text: "San Pedro Tlaquepaque", parent: "14", cells: { rural: "2" } });
check("not found", towns.find("1409"), undefined);
check("chain", towns.chain("14097").map((r) => r.text), ["Jalisco", "Tlajomulco de Zúñiga"]);
const long = new Table(`code\ttext\n${Array.from({ length: 500 }, (_, i) => `${i}\tcalle número ${i}`).join("\n")}`);
check("rows of a file without a last line end", long.size, 500);
check("one more than is shown", long.search("calle").length, 41);
check("the last row", long.search("499").map((r) => r.code), ["499"]);

// An event is sent as its device wrote it.
const odd = { header: '{"b":1.0,  "a":2}', salt: "00ff", payload: '{"value":{"text":"\\u00f1"}}' };
check("raw", raw(odd), '{"header":{"b":1.0,  "a":2},"salt":"00ff","payload":{"value":{"text":"\\u00f1"}}}');
check("raw without payload", raw({ ...odd, payload: "" }), '{"header":{"b":1.0,  "a":2},"salt":"00ff"}');

const id = uuidv7(Date.UTC(2026, 2, 2, 10, 11, 12));
check(`shape of ${id}`, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id), true);
check("time of a UUID", parseInt(id.replace("-", "").slice(0, 12), 16), Date.UTC(2026, 2, 2, 10, 11, 12));
check("order of UUIDs", uuidv7(1_000) < uuidv7(2_000), true);

// The zone is that of the test: America/Mexico_City has six hours less.
check("local time", localTime(new Date(Date.UTC(2026, 2, 2, 3, 4, 5, 6))), "2026-03-01T21:04:05.006-06:00");

// Pauses grow, are spread, and end at five minutes.
for (const [failures, ceiling] of [[1, 1_000], [2, 2_000], [5, 16_000], [9, 256_000], [10, 300_000], [1_000, 300_000]] as const) {
  for (let i = 0; i < 50; i++) {
    const pause = backoff(failures);
    check(`pause of ${pause} ms after ${failures}`, pause >= ceiling / 2 && pause <= ceiling, true);
  }
}

// What the list says of a case.
const record: InterviewRecord = {
  interview: "i", case: "1", household: 1, device: "d-1", instrument: "h", lease: 1, language: "es", seq: 5, acked: 3,
  answered: 2, total: 9, screen: "a", started: true, conducted: true, complete: false, visits: [],
};
const stage = (r: Partial<InterviewRecord>) => {
  const { stage, toSend, text } = stateOf({ case: "1" }, [{ ...record, ...r }], "d-1");
  return [stage, toSend, text];
};
check("begun", stage({}), ["begun", 2, "Entrevista empezada"]);
check("complete", stage({ complete: true, disposition: 110, acked: 5 }), ["done", 0, "Entrevista terminada"]);
check("partial", stage({ complete: true, disposition: 120 }), ["done", 2, "Entrevista parcial"]);
check("only visited", stage({ conducted: false, visits: [{ at: "2026-03-02", disposition: 224 }] }), ["begun", 2, "Última visita: Nadie en casa"]);
check("vacant", stage({ conducted: false, visits: [{ at: "2026-03-02", disposition: 460 }] })[0], "done");
check("never visited", stateOf({ case: "1" }, [], "d-1").stage, "new");
check("another's", stateOf({ case: "1", held: "d-2" }, [], "d-1").text, "Empezada en otra tableta");
check("search without accents", matches({ case: "0012", address: "Álvaro Obregón 5" }, "obregon alvaro"), true);
check("search for what is not there", matches({ case: "0012", address: "Álvaro Obregón 5" }, "12 juarez"), false);

if (faults.length > 0) throw new Error(faults.join("\n"));
console.log("units: all as they should be");
