//go:build !js

package questionnaire

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"cifra/questionnaire/expr"
)

// compileOne returns a questionnaire of one module whose items are written in
// YAML. Its translation to English says "in English" of whatever it names.
func compileOne(t testing.TB, version, items string, translated ...string) *Questionnaire {
	t.Helper()
	english := "language: en\ntexts:\n"
	if len(translated) == 0 {
		english = "language: en\ntexts: {}\n"
	}
	for _, key := range translated {
		english += fmt.Sprintf("  %s: {of: 00000000, text: %s in English}\n", key, key)
	}
	in, ds := LoadInstrument(fstest.MapFS{
		"instrument.yaml": {Data: []byte(`
instrument: one
version: ` + version + `
language: es
languages: [es, en]
title: Uno
public_title: Uno
currency: {code: MXN, symbol: $, decimals: 2}
special:
  dont_know: {text: No sabe}
  refused: {text: No responde}
  does_not_apply: {text: No aplica}
levels:
  household: {}
codes:
  yes_no:
    - {code: 1, name: yes, text: Sí}
    - {code: 2, name: no, text: "No"}
  two_digits:
    - {code: "01", name: street, text: Calle}
    - {code: "02", name: home, text: Casa}
  up_to_nine:
    - {code: 1, name: one, text: Uno}
    - {code: 9, name: nine, text: Nueve}
  up_to_99:
    - {code: 1, name: first, text: Uno}
    - {code: 99, name: last, text: Noventa y nueve}
  letters:
    - {code: A, name: a, text: A}
    - {code: B, name: b, text: B, specify: text}
  places:
    - {code: "01001", name: first_place, text: Uno}
    - {code: "32056", name: last_place, text: Dos}
include: [one.yaml]
translations: [en.yaml]
`)},
		"one.yaml": {Data: []byte("module: one\nlevel: household\ntitle: Uno\nitems:\n" + items)},
		"en.yaml":  {Data: []byte(english)},
	}, ".")
	if ds.Err() != nil {
		t.Fatalf("load:\n%v", ds)
	}
	q, ds := Compile(in)
	if ds.Err() != nil {
		t.Fatalf("compile:\n%v", ds)
	}
	return q
}

// columnNamed returns a column of the codebook.
func columnNamed(t testing.TB, b *Codebook, table, name string) CodebookColumn {
	t.Helper()
	for _, tb := range b.Tables {
		if tb.Name != table {
			continue
		}
		for _, c := range tb.Columns {
			if c.Name == name {
				return c
			}
		}
	}
	t.Fatalf("table %s has no column %s", table, name)
	return CodebookColumn{}
}

// Every code of a column has one width, at which none is a possible value.
func TestMissingCodes(t *testing.T) {
	for _, tt := range []struct {
		name, item, column string
		want               string // don't know, refused, does not apply, not reached, withheld
	}{
		{"one digit is free", "type: one of yes_no, special: [dont_know, refused]", "X", "9 8 - 6 5"},
		{"all five kinds", "type: one of yes_no, special: [dont_know, refused, does_not_apply]", "X", "9 8 7 6 5"},
		{"9 is a code", "type: one of up_to_nine, special: [dont_know]", "X", "99 - - 96 95"},
		{"99 is a code", "type: one of up_to_99, special: [dont_know]", "X", "999 - - 996 995"},
		{"codes of two digits", "type: one of two_digits, special: [dont_know]", "X", "99 - - 96 95"},
		{"codes of five digits", "type: one of places, special: [dont_know]", "X", "99999 - - 99996 99995"},
		{"codes that are no numbers", "type: one of letters, special: [refused]", "X", "- 8 - 6 5"},
		{"an option of several", "type: several of up_to_nine, special: [dont_know]", "X_9", "9 - - 6 5"},
		{"below every code", "type: integer, min: 0, max: 4, special: [dont_know]", "X", "9 - - 6 5"},
		{"the least code is possible", "type: integer, min: 0, max: 5, special: [dont_know]", "X", "99 - - 96 95"},
		{"above every code", "type: integer, min: 10, max: 90, special: [dont_know]", "X", "9 - - 6 5"},
		{"between the widths", "type: integer, min: 0, max: 94", "X", "- - - 96 95"},
		{"0 to 98", "type: integer, min: 0, max: 98, special: [dont_know]", "X", "999 - - 996 995"},
		{"1 to 98, one reason", "type: integer, min: 1, max: 98, special: [does_not_apply]", "X", "- - 997 996 995"},
		{"0 to 9994", "type: integer, min: 0, max: 9994, special: [dont_know]", "X", "9999 - - 9996 9995"},
		{"no bound", "type: integer, special: [dont_know]", "X", "999999999999999 - - 999999999999996 999999999999995"},
		{"a bound below alone", "type: integer, min: 100, special: [dont_know]", "X", "9 - - 6 5"},
		{"an amount without bound is below 2^53 cents", "type: money, special: [dont_know]", "X", "99999999999999 - - 99999999999996 99999999999995"},
		{"an amount", "type: money, min: 0, max: 5000, special: [refused]", "X", "- 9998 - 9996 9995"},
		{"decimals", "type: decimal(1), min: 0, max: 9.5, special: [dont_know]", "X", "99 - - 96 95"},
		{"decimals that end before the code", "type: decimal(1), min: 0, max: 4.9, special: [dont_know]", "X", "9 - - 6 5"},
		{"a bound that depends on a code", "type: integer, min: 1, max: if C is yes then 4 else 40, special: [dont_know]", "X", "99 - - 96 95"},
		{"a bound that depends on a number", "type: integer, min: 1, max: N, special: [dont_know]", "X", "999999999999999 - - 999999999999996 999999999999995"},
		{"a check of the author's", "type: integer, special: [dont_know], checks: [{hard: X <= 4, say: No.}, {hard: X >= 0, say: No.}]", "X", "9 - - 6 5"},
		{"a soft check bounds nothing", "type: integer, special: [dont_know], checks: [{soft: X <= 4, say: No.}, {hard: X >= 0 and X < 1000000, say: No.}]", "X", "9999999 - - 9999996 9999995"},
		{"a text", "type: text, class: ordinary, special: [refused]", "X", "- 8 - 6 5"},
		{"a date", "type: date, special: [dont_know]", "X", "9 - - 6 5"},
		{"a time", "type: time, special: [dont_know]", "X", "9 - - 6 5"},
		{"a calculated truth", "value: N > 4", "X", "9 8 7 6 5"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := "text: ¿X?, "
			if strings.HasPrefix(tt.item, "value") {
				text = ""
			}
			q := compileOne(t, "1", `
  - {id: C, text: ¿C?, type: one of yes_no}
  - {id: N, text: ¿N?, type: integer}
  - {id: X, `+text+strings.Replace(tt.item, "max: if C is yes then 4 else 40", `max: "if C is yes then 4 else 40"`, 1)+`}
`)
			c := columnNamed(t, NewMicrodata("s", nil, q).Codebook(), "household", tt.column)
			codes := map[Missing]string{}
			for _, m := range c.Missing {
				codes[m.Kind] = m.Code
			}
			var got []string
			for _, k := range listedKinds {
				if codes[k] == "" {
					codes[k] = "-"
				}
				got = append(got, codes[k])
			}
			if got := strings.Join(got, " "); got != tt.want {
				t.Errorf("codes %s, want %s", got, tt.want)
			}
			if codes[NotAsked] != "" {
				t.Errorf("not asked has code %s, and is blank", codes[NotAsked])
			}
		})
	}
}

func TestColumnNames(t *testing.T) {
	const long = "a_question_whose_id_is_much_too_long_for_any_program"
	for _, tt := range []struct {
		name string
		in   []string // item|name
		want []string
	}{
		{"as they are", []string{"P3_4|P3_4", "P7_3|P7_3_05"}, []string{"P3_4", "P7_3_05"}},
		{"the code stays", []string{long + "|" + long + "_05"}, []string{"a_question_whose_id_is_much_t_05"}},
		{"long ones that differ at their ends", []string{long + "|" + long + "_1", long + "s|" + long + "s_1"}, []string{"a_question_whose_id_is_much_to_1", "a_question_whose_id_is_much__1_2"}},
		{"a code that is itself too long", []string{"P|P_" + long}, []string{"P_a_question_whose_id_is_much_to"}},
		{"names that differ by case", []string{"age|age", "AGE|AGE", "Age|Age"}, []string{"age", "AGE_2", "Age_3"}},
		{"two that become one", []string{"P|P_A-1", "P|P_A.1"}, []string{"P_A_1", "P_A_1_2"}},
		{"a number that is taken too", []string{"a|a", "a|a", "a_2|a_2"}, []string{"a", "a_2", "a_2_2"}},
		{"words of Stata", []string{"if|if", "byte|byte", "str20|str20", "strl|strL", "strong|strong"}, []string{"if_v", "byte_v", "str20_v", "strL_v", "strong"}},
		{"words of SPSS", []string{"all|ALL", "by|by", "to|to"}, []string{"ALL_v", "by_v", "to_v"}},
		{"an underscore in front", []string{"_n|_n", "_x|_x"}, []string{"v_n", "v_x"}},
		{"an underscore at the end", []string{"P_|P_"}, []string{"P"}},
		{"a digit in front", []string{"1a|1a"}, []string{"v1a"}},
		{"other letters", []string{"P|P_ñ"}, []string{"P"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var columns []*column
			for _, in := range tt.in {
				item, name, _ := strings.Cut(in, "|")
				columns = append(columns, &column{CodebookColumn: CodebookColumn{Name: name, Item: item}})
			}
			nameColumns(columns)
			for i, c := range columns {
				if c.Name != tt.want[i] {
					t.Errorf("%s is named %s, want %s", tt.in[i], c.Name, tt.want[i])
				}
			}
			validNames(t, columns)
		})
	}
}

// validNames fails on names that Stata or SPSS would refuse, and on two that
// are one to either.
func validNames(t *testing.T, columns []*column) {
	t.Helper()
	seen := map[string]bool{}
	for _, c := range columns {
		low := strings.ToLower(c.Name)
		if len(c.Name) > 32 || !isLetter(c.Name[0]) || strings.HasSuffix(c.Name, "_") || isReserved(c.Name) || seen[low] ||
			strings.Trim(low, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
			t.Errorf("%q is no name for a column here", c.Name)
		}
		seen[low] = true
	}
}

func TestCodebookOfTheBuiltInInstrument(t *testing.T) {
	q := compileDir(t, "../schemas/lacsi")
	m := NewMicrodata("s", []string{"stratum", "psu", "p_psu", "p_dwelling", "selection_number"}, q)
	for _, tb := range m.tables {
		validNames(t, tb.columns)
		for _, c := range tb.Columns {
			if c.Class == Identifier || strings.HasPrefix(c.Name, "P3_2") || strings.HasPrefix(c.Name, "P3_6") {
				t.Errorf("%s.%s identifies people", tb.Name, c.Name)
			}
			for _, language := range []string{"es", "en"} {
				if c.Label[language] == "" {
					t.Errorf("%s.%s has no words in %s", tb.Name, c.Name, language)
				}
			}
			for _, code := range c.Codes {
				if code.Label["es"] == "" || code.Label["en"] == "" {
					t.Errorf("%s.%s: code %s has no words in one of the languages", tb.Name, c.Name, code.Code)
				}
			}
		}
	}
	b := m.Codebook()
	street := columnNamed(t, b, "person", "P7_3_05")
	if want := "Durante {reference.year}, ¿usted, en lo personal, vivió esta situación? Robo o asalto en la calle"; !strings.HasPrefix(street.Label["es"], want) {
		t.Errorf("P7_3_05 reads %q, want %q…", street.Label["es"], want)
	}
	if street.Row == nil || street.Row.Name != "street_robbery" || street.Row.Attributes["iccs"] != "0401" || street.Row.Attributes["level"] != "person" {
		t.Errorf("P7_3_05 is about %+v", street.Row)
	}
	if !slices.Contains(street.Tags, "lacsi.personal_victim") {
		t.Errorf("P7_3_05 has tags %v", street.Tags)
	}
	if c := columnNamed(t, b, "person", "P7_3_14"); c.Class != Sensitive {
		t.Errorf("P7_3_14 asks about rape and has class %s", c.Class)
	}
	if c := columnNamed(t, b, "incident", "I1_5_source"); c.Type != "code" || len(c.Codes) != 2 || c.Codes[1].Name != "forced" {
		t.Errorf("I1_5 can be forced; its companion is %+v", c)
	}
	if c := columnNamed(t, b, "incident", "I1_16_1"); c.Type != "boolean" || c.Option != "firearm" {
		t.Errorf("I1_16_1 is %s of %s", c.Type, c.Option)
	}
	for name, want := range map[string]string{
		"stratum": "design", "psu": "design", "p_psu": "decimal", "p_dwelling": "decimal", "selection_number": "decimal",
	} {
		if c := columnNamed(t, b, "case", name); c.Type != want || c.Scale != 0 {
			t.Errorf("%s is %s with %d decimals, want %s with any", name, c.Type, c.Scale, want)
		}
	}
}

func TestLabels(t *testing.T) {
	q := compileOne(t, "1", `
  - {id: A, text: ¿Cuánto gastó?, type: money, special: [dont_know]}
  - {id: S, text: ¿Qué?, type: several of letters}
  - grid: g
    over: two_digits
    text: Lugares
    ask: {id: G, text: "En {row.text}, ¿sí?", type: one of yes_no}
  - grid: h
    over: two_digits
    text: Lugares
    ask: {id: H, text: ¿Sí?, type: one of yes_no}
  - {id: V, value: A > 0}
`, "A", "S", "codes.two_digits.street")
	b := NewMicrodata("s", nil, q).Codebook()
	for _, tt := range []struct{ column, es, en string }{
		{"A", "¿Cuánto gastó?", "A in English"},
		{"S_B", "¿Qué?: B", "S in English: B"},
		{"S_specify", "¿Qué? (texto)", "S in English (text)"},
		{"G_01", "En Calle, ¿sí?", "En codes.two_digits.street in English, ¿sí?"},
		{"H_02", "¿Sí? [Casa]", "¿Sí? [Casa]"},
		{"V", "V", "V"},
		{"aapor", "Grupo del resultado (AAPOR)", "Group of the disposition (AAPOR)"},
		{"household", "Hogar", "Household"},
	} {
		c := columnNamed(t, b, "household", tt.column)
		if c.Label["es"] != tt.es || c.Label["en"] != tt.en || len(c.Label) != 2 {
			t.Errorf("%s is labelled %q", tt.column, c.Label)
		}
	}
	if c := columnNamed(t, b, "household", "A"); c.Type != "money" || c.Scale != 2 || c.Unit != "MXN" {
		t.Errorf("A is %s with %d decimals in %s", c.Type, c.Scale, c.Unit)
	}
}

// Interviews with two versions of an instrument share columns as far as an item
// is the same; each row fills those that its version knows.
func TestTwoVersionsInOneSet(t *testing.T) {
	old := compileOne(t, "1", `
  - {id: A, text: ¿A?, type: integer, min: 1, max: 4, special: [dont_know]}
  - {id: B, text: ¿B?, type: text, class: ordinary}
  - {id: C, text: ¿C?, type: one of up_to_nine}
`)
	current := compileOne(t, "2", `
  - {id: A, text: ¿A de nuevo?, type: integer, min: 1, max: 40}
  - {id: B, text: ¿B?, type: one of yes_no}
  - {id: C, text: ¿C?, type: one of up_to_99}
  - {id: D, text: ¿D?, type: integer}
`)
	m := NewMicrodata("s", nil, current, old)
	b := m.Codebook()
	if len(b.Instruments) != 2 || b.Instruments[0].Version != "2" || b.Instruments[0].Hash != current.Hash() || b.Instruments[1].Logic != old.LogicHash() {
		t.Errorf("instruments %+v", b.Instruments)
	}
	a := columnNamed(t, b, "household", "A")
	if a.Label["es"] != "¿A de nuevo?" || a.Missing[0] != (CodebookMissing{"99", DontKnow}) {
		t.Errorf("A is labelled %q with missing codes %v; want the current words, and codes beyond both ranges", a.Label["es"], a.Missing)
	}
	if c := columnNamed(t, b, "household", "C"); len(c.Codes) != 3 || c.Missing[0].Code != "96" {
		t.Errorf("C has codes %v and missing codes %v, want those of both versions", c.Codes, c.Missing)
	}
	if c := columnNamed(t, b, "household", "B_2"); c.Type != "text" {
		t.Errorf("B of the old version is %s, want a text of its own", c.Type)
	}
	conduct := func(q *Questionnaire) *conduct {
		c := &conduct{t: t, iv: q.Open(Self{"s", "0197", "d1", 1}), now: noon}
		return c.do(Act{Kind: KindStart, Case: "1", Household: 1})
	}
	first := conduct(old).say("A", DontKnow).say("B", Text("sí")).say("C", "nine")
	second := conduct(current).say("A", 4).say("B", "no").say("C", "last").say("D", 7)
	for _, tt := range []struct {
		name string
		iv   *Interview
		want map[string]string
	}{
		{"old", first.iv, map[string]string{"instrument_version": "1", "A": "99", "B": "", "B_2": "sí", "C": "9", "D": ""}},
		{"current", second.iv, map[string]string{"instrument_version": "2", "A": "4", "B": "2", "B_2": "", "C": "99", "D": "7"}},
	} {
		got := exported(t, m, SampledCase{ID: "1"}, tt.iv)["household"]
		names, cells := strings.Split(got[0], ","), strings.Split(got[1], ",")
		for column, want := range tt.want {
			if cell := cells[slices.Index(names, column)]; cell != want {
				t.Errorf("%s version: %s is %q, want %q", tt.name, column, cell, want)
			}
		}
	}
}

// cellSink checks every cell against its column.
type cellSink struct {
	t     *testing.T
	books map[string]CodebookTable
	seen  map[string]bool
}

func (s cellSink) Row(table string, cells []string) error {
	b := s.books[table]
	if len(cells) != len(b.Columns) {
		s.t.Fatalf("a row of %s has %d cells, %d columns", table, len(cells), len(b.Columns))
	}
	key := table
	for i, c := range b.Columns {
		if slices.Contains(b.Key, c.Name) {
			key += "|" + cells[i]
		}
		if why := s.wrong(&c, cells[i]); why != "" {
			s.t.Errorf("%s.%s is %q: %s", table, c.Name, cells[i], why)
		}
	}
	if s.seen[key] {
		s.t.Errorf("key %s stands twice", key)
	}
	s.seen[key] = true
	return nil
}

// wrong says why a cell is none of its column's, "" if it is.
func (s cellSink) wrong(c *CodebookColumn, cell string) string {
	if cell == "" || slices.ContainsFunc(c.Missing, func(m CodebookMissing) bool { return m.Code == cell }) {
		return ""
	}
	switch c.Type {
	case "code":
		if !hasCode(c.Codes, cell) {
			return "not one of its codes"
		}
	case "boolean":
		if cell != "0" && cell != "1" {
			return "no truth"
		}
	case "integer", "decimal", "money":
		whole, decimals, _ := strings.Cut(cell, ".")
		anyScale := c.Type == "decimal" && c.Scale == 0
		if _, err := strconv.ParseInt(whole+decimals, 10, 64); err != nil || len(decimals) != c.Scale && !anyScale {
			return "no number with its decimals"
		}
	case "date":
		if _, ok := expr.ParseDate(cell); !ok {
			return "no date"
		}
	case "time":
		if _, ok := expr.ParseTime(cell); !ok {
			return "no time"
		}
	}
	return ""
}

// TestLawCodebook: whatever is answered, every cell is one that the codebook
// says its column can have, and no key stands twice.
func TestLawCodebook(t *testing.T) {
	for _, dir := range instruments {
		q := compileDir(t, dir)
		for seed := range uint64(25) {
			m := NewMicrodata("s", nil, q)
			sink := cellSink{t, map[string]CodebookTable{}, map[string]bool{}}
			for _, b := range m.Codebook().Tables {
				sink.books[b.Name] = b
			}
			iv := wander(t, q, seed, 200).iv
			if err := m.Write(&SampledCase{ID: "1", Households: []SampledHousehold{{iv, Outcome{iv.Final(), "I"}}}}, sink); err != nil {
				t.Fatal(err)
			}
			if t.Failed() {
				t.Fatalf("%s, seed %d", dir, seed)
			}
		}
	}
}
