package weighting_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"cifra/questionnaire/expr"
	"cifra/weighting"
)

func mustRead(t testing.TB, src string, opt weighting.CSVOptions) *weighting.Table {
	t.Helper()
	table, err := weighting.ReadCSV(strings.NewReader(src), "f.csv", opt)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestReadCSVTellsNumbersFromTexts(t *testing.T) {
	table := mustRead(t, "\ufeffa,b,iccs,\"d\"\"\"\n1,x,0101,\n2.50,,02,\n,y,NA,\n", weighting.CSVOptions{})
	tests := []struct {
		column string
		kind   expr.Kind
		texts  []string
	}{
		{"a", expr.Real, []string{"1", "2.50", ""}}, // a number keeps its text for keys
		{"b", expr.Text, []string{"x", "", "y"}},
		{"iccs", expr.Text, []string{"0101", "02", "NA"}}, // texts from the first row on
		{`d"`, expr.Real, []string{"", "", ""}},
	}
	for _, tt := range tests {
		c := table.Column(tt.column)
		if c == nil || c.Type.Kind != tt.kind {
			t.Errorf("column %s = %+v, want kind %s", tt.column, c, tt.kind)
			continue
		}
		for i, want := range tt.texts {
			if got := c.Text(i); got != want {
				t.Errorf("column %s, row %d = %q, want %q", tt.column, i, got, want)
			}
		}
	}
	if a := table.Column("a"); a.Numbers[1] != 2.5 || !math.IsNaN(a.Numbers[2]) || a.Missing(2) != expr.NotAsked {
		t.Errorf("column a = %v", a.Numbers)
	}
	if b := table.Column("b"); !slices.Equal(b.Levels, []string{"x", "y"}) {
		t.Errorf("levels of b = %q", b.Levels)
	}
}

func TestReadCSVKeepsTextsThatLookLikeNumbers(t *testing.T) {
	table := mustRead(t, "key,v\n007,1\n7,2\n", weighting.CSVOptions{Text: []string{"key"}})
	if c := table.Column("key"); c.Type.Kind != expr.Text || !slices.Equal(c.Levels, []string{"007", "7"}) {
		t.Errorf("key = %+v, want two texts", c)
	}
	only := mustRead(t, "a,b\n1,x\n", weighting.CSVOptions{Only: []string{"b"}})
	if only.Column("a") != nil || only.Column("b") == nil {
		t.Errorf("columns %v, want b only", only.Columns)
	}
}

func TestReadCSVNumbersRoundCorrectly(t *testing.T) {
	for src, want := range map[string]float64{
		"0.1": 0.1, "-0.3": -0.3, "519.894834915136": 519.894834915136, "1e3": 1000, "+5": 5,
		".5": 0.5, "123456789012345678": 123456789012345678, "2.00000000000000001": 2, "-0": math.Copysign(0, -1),
		"0.00227272727272727": 0.00227272727272727, "9007199254740993": 9007199254740992,
	} {
		c := mustRead(t, "v\n"+src+"\n", weighting.CSVOptions{}).Column("v")
		if c.Numbers == nil || math.Float64bits(c.Numbers[0]) != math.Float64bits(want) || c.Text(0) != src {
			t.Errorf("%s is read as %+v, text %q, want %g", src, c, c.Text(0), want)
		}
	}
	for _, src := range []string{"Inf", "nan", "0x10", "1_000", " 1", "1 ", "1,5", "--1", "1.2.3", "1e", ".", "-", "1e999"} {
		if c := mustRead(t, "v\n\""+src+"\"\n", weighting.CSVOptions{}).Column("v"); c.Type.Kind != expr.Text {
			t.Errorf("%q is read as a number: %v", src, c.Numbers)
		}
	}
}

const testBook = `{"version": 1, "tables": [{"name": "person", "file": "person.csv", "key": ["id"],
  "parent": {"table": "household", "by": ["hh"]},
  "columns": [
    {"name": "id", "type": "key"}, {"name": "w", "type": "design"},
    {"name": "sex", "label": {"es": "Sexo"}, "type": "code",
      "codes": [{"code": "1", "name": "man"}, {"code": "2", "name": "woman"}],
      "missing": [{"code": "9", "kind": "refused"}]},
    {"name": "age", "type": "integer", "missing": [{"code": "999", "kind": "dont_know"}]},
    {"name": "loss", "type": "money", "scale": 2},
    {"name": "when", "type": "month"}, {"name": "at", "type": "time"},
    {"name": "seen", "type": "boolean"},
    {"name": "arms", "type": "set", "codes": [{"code": "1", "name": "knife"}, {"code": "2", "name": "gun"}]}]}]}`

func TestReadCSVWithACodebook(t *testing.T) {
	book, err := weighting.ReadCodebook(strings.NewReader(testBook), "codebook.json")
	if err != nil {
		t.Fatal(err)
	}
	table := mustRead(t, "id,w,sex,age,loss,when,at,seen,arms\n"+
		"007,1.5,2,34,12.50,2025-03,14:30,1,1 2\n"+
		"008,2,9,999,,,,,\n", weighting.CSVOptions{Book: book.Table("person")})
	march, _ := expr.ParseDate("2025-03")
	want := map[string][2]expr.Cell{
		"id":   {{Text: "007", Missing: expr.Answered}, {Text: "008", Missing: expr.Answered}},
		"w":    {{N: int64(math.Float64bits(1.5)), Missing: expr.Answered}, {N: int64(math.Float64bits(2)), Missing: expr.Answered}},
		"sex":  {{N: 1, Missing: expr.Answered}, {Missing: expr.Refused}},
		"age":  {{N: 34, Missing: expr.Answered}, {Missing: expr.DontKnow}},
		"loss": {{N: 1250, Missing: expr.Answered}, {Missing: expr.NotAsked}},
		"when": {{N: march, Missing: expr.Answered}, {Missing: expr.NotAsked}},
		"at":   {{N: 14*60 + 30, Missing: expr.Answered}, {Missing: expr.NotAsked}},
		"seen": {{N: 1, Missing: expr.Answered}, {Missing: expr.NotAsked}},
		"arms": {{N: 3, Missing: expr.Answered}, {Missing: expr.NotAsked}},
	}
	for name, cells := range want {
		c := table.Column(name)
		for i, cell := range cells {
			if got := c.Cell(i); got != cell {
				t.Errorf("%s, row %d = %+v, want %+v", name, i, got, cell)
			}
		}
	}
	if sex := table.Column("sex"); sex.Type.List.Index("woman") != 1 || sex.Label["es"] != "Sexo" {
		t.Errorf("sex = %+v", sex)
	}
}

func TestReadCSVSaysWhereTheMistakeIs(t *testing.T) {
	book, err := weighting.ReadCodebook(strings.NewReader(testBook), "codebook.json")
	if err != nil {
		t.Fatal(err)
	}
	person := weighting.CSVOptions{Book: book.Table("person")}
	head := "id,w,sex,age,loss,when,at,seen,arms\n"
	tests := []struct {
		name, src string
		opt       weighting.CSVOptions
		want      []string
	}{
		{"every field of a row", head + "1,1,1,30,,,,,\n2,1,3,x1,1.234,May,25:00,yes,3\n", person, []string{
			`f.csv:3:5: error: column sex: "3" is not one of its codes`,
			`f.csv:3:7: error: column age: "x1" is not a number`,
			`f.csv:3:10: error: column loss: "1.234" has more than 2 decimals or is too large`,
			`f.csv:3:16: error: column when: "May" is not a date`,
			`f.csv:3:20: error: column at: "25:00" is not a time of day`,
			`f.csv:3:26: error: column seen: "yes" is neither 0 nor 1`,
			`f.csv:3:30: error: column arms: "3" is not one of its codes`,
		}},
		{"a line break in quotes", "a,b\n\"x\ny\",1\n2,3,4\n", weighting.CSVOptions{}, []string{"f.csv:4:1: error: wrong number of fields: 3, the header has 2"}},
		{"semicolons", "id;w;sex\n1;1,5;2\n2;1,5;2\n", weighting.CSVOptions{}, []string{"f.csv:1:3: error: the fields have semicolons between them, not commas"}},
		{"tabs", "id\tw\n1\t2\n", weighting.CSVOptions{}, []string{"f.csv:1:3: error: the fields have tabs between them, not commas"}},
		{"a bare quote", "a\nx\"y\n", weighting.CSVOptions{}, []string{`f.csv:2:2: error: bare " in non-quoted-field`}},
		{"two columns of one name", "a,b,a\n", weighting.CSVOptions{}, []string{`f.csv:1:5: error: two columns are called "a"`}},
		{"nothing", "", weighting.CSVOptions{}, []string{"f.csv: the file is empty"}},
		{"a column that the codebook promises", "id,w\n", person, []string{`f.csv has no column "sex"`}},
		{"no text", "a\n\"\xff\"\n", weighting.CSVOptions{}, []string{"f.csv:2:1: error: column a: the text is not UTF-8"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := weighting.ReadCSV(strings.NewReader(tt.src), "f.csv", tt.opt)
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error\n%v\nlacks %q", err, want)
				}
			}
		})
	}
}

// A column of the wrong kind is told by a few of its fields and their count,
// and hides no other mistake.
func TestReadCSVCountsMistakes(t *testing.T) {
	book, err := weighting.ReadCodebook(strings.NewReader(`{"version": 1, "tables": [{"name": "a", "file": "f.csv", "columns": [
		{"name": "p_psu", "type": "decimal"}, {"name": "n", "type": "integer"}]}]}`), "b.json")
	if err != nil {
		t.Fatal(err)
	}
	src := "p_psu,n\n" + strings.Repeat("x,1\n", 100) + "0.00227272727272727,1.5\n1\n"
	table, err := weighting.ReadCSV(strings.NewReader(src), "f.csv", weighting.CSVOptions{Book: book.Table("a")})
	want := strings.Repeat("L\n", 4) + `f.csv:6:1: error: column p_psu: "x" is not a number (and 95 more like this)
f.csv:102:21: error: column n: "1.5" has more than 0 decimals or is too large
f.csv:103:1: error: wrong number of fields: 1, the header has 2`
	for i := range 4 {
		want = strings.Replace(want, "L\n", fmt.Sprintf("f.csv:%d:1: error: column p_psu: \"x\" is not a number\n", i+2), 1)
	}
	if err == nil || err.Error() != want {
		t.Errorf("error\n%v\nwant\n%s", err, want)
	}
	if c := table.Column("p_psu"); c.Type.Kind != expr.Real || c.Numbers[100] != 0.00227272727272727 {
		t.Errorf("p_psu = %+v", c)
	}
	if h := table.Header(); h.Len() != 0 || h.Column("p_psu").Len() != 0 || h.Column("n").Type.Kind != expr.Number {
		t.Errorf("header = %+v", h)
	}
}

// The first five fields that are no numbers are told, wherever chunks are cut,
// and a quote that closes nowhere where it opens.
func TestPlacesOfMistakes(t *testing.T) {
	src := "k,w\n1,2\n1,x1\n1,x2\n1,3\n1,x3\n1,\n1,x4\n1,x5\n1,x6\n"
	for _, size := range []int{1, 9, 1 << 20} {
		table, err := weighting.ReadCSVInChunks(strings.NewReader(src), "f.csv", weighting.CSVOptions{}, size)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, n := range table.Column("w").NotNumbers() {
			got = append(got, n.Position.String()+" "+n.Text)
		}
		if want := "f.csv:3:3 x1 f.csv:4:3 x2 f.csv:6:3 x3 f.csv:8:3 x4 f.csv:9:3 x5"; strings.Join(got, " ") != want {
			t.Errorf("chunks of %d: %s, want %s", size, strings.Join(got, " "), want)
		}
		if first, _ := table.Column("w").NotNumber(); first.Others != 6 || first.Numbers != 2 {
			t.Errorf("counts %+v, want 2 numbers and 6 others", first)
		}
	}
	for src, want := range map[string]string{
		"a,b\n1,\"x\n2,y\n":     "f.csv:2:3: error: the quote that opens here is never closed",
		"a,b\n1,\"x\n2,\"y\"\n": "f.csv:2:3: error: the quote that opens here closes in the middle of a field, at 3:3",
		"a,b\n1,\"x\"y\n":       "f.csv:2:5: error: extraneous or missing",
	} {
		_, err := weighting.ReadCSV(strings.NewReader(src), "f.csv", weighting.CSVOptions{})
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s", src, err, want)
		}
	}
	at := weighting.FieldPlaces(strings.NewReader("a,b\n\"x,\ny\",1\n2,-3\n"), "f.csv", "b", []int{2, 4, 9})
	if len(at) != 2 || at[4].Col != 3 || at[2].Line != 3 || at[2].Col != 4 {
		t.Errorf("places %v, want 3:4 for the row on line 2 and 4:3 for that on line 4", at)
	}
}

// A column of texts knows which field made it one.
func TestNotNumber(t *testing.T) {
	table := mustRead(t, "w,s\n1,a\n\"2,5\",b\n3,1\n,c\nx,\n", weighting.CSVOptions{})
	for name, want := range map[string]weighting.NotNumber{
		"w": {Position: expr.Position{File: "f.csv", Line: 3, Col: 1}, Column: "w", Text: "2,5", Numbers: 2, Others: 2},
		"s": {Position: expr.Position{File: "f.csv", Line: 2, Col: 3}, Column: "s", Text: "a", Numbers: 1, Others: 3},
	} {
		if got, ok := table.Column(name).NotNumber(); !ok || got != want {
			t.Errorf("column %s: %+v, %t, want %+v", name, got, ok, want)
		}
	}
	if odd, ok := mustRead(t, "k\nx\n", weighting.CSVOptions{Text: []string{"k"}}).Column("k").NotNumber(); ok {
		t.Errorf("a column that was asked to hold texts: %v", odd)
	}
}

func TestReadCodebookRefuses(t *testing.T) {
	for src, want := range map[string]string{
		`{"version": 2}`: "codebook version 2, this program reads 1",
		`{"version": 1, "tables": [{"name": "p", "columns": [{"name": "a", "type": "colour"}]}]}`:                                           `table p, column a: type "colour" is not known`,
		`{"version": 1, "tables": [{"name": "p", "columns": [{"name": "a", "type": "code", "missing": [{"code": "9", "kind": "lost"}]}]}]}`: "missing kind",
		`{`: "unexpected EOF",
	} {
		if _, err := weighting.ReadCodebook(strings.NewReader(src), "b.json"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ReadCodebook(%s) = %v, want an error with %q", src, err, want)
		}
	}
}

func TestFactorOrdersValues(t *testing.T) {
	table := mustRead(t, "n,s\n10,b\n9,a\n,b\n9,a\n10,\n", weighting.CSVOptions{})
	tests := []struct {
		names  []string
		levels []string
		code   []int
	}{
		{[]string{"n"}, []string{"9", "10"}, []int{1, 0, -1, 0, 1}}, // as numbers
		{[]string{"s"}, []string{"a", "b"}, []int{1, 0, 1, 0, -1}},
		{[]string{"s", "n"}, []string{"a.9", "b.10"}, []int{1, 0, -1, 0, -1}},
	}
	for _, tt := range tests {
		f, err := table.Factor(tt.names...)
		if err != nil || !slices.Equal(f.Levels, tt.levels) || !slices.Equal(f.Code, tt.code) {
			t.Errorf("Factor(%v) = %v, %v, want %v %v", tt.names, f, err, tt.levels, tt.code)
		}
	}
	if _, err := table.Factor("m"); err == nil || err.Error() != `f.csv has no column "m"` {
		t.Errorf("Factor of no column = %v", err)
	}
}

func TestLink(t *testing.T) {
	parent := mustRead(t, "hh,line\n01,1\n1,1\n1,2\n", weighting.CSVOptions{})
	child := mustRead(t, "h,l\n1,2\n01,1\n1,1\n1,2\n", weighting.CSVOptions{})
	at, err := weighting.Link(child, []string{"h", "l"}, parent, []string{"hh", "line"})
	if err != nil || !slices.Equal(at, []int{2, 0, 1, 2}) {
		t.Errorf("Link = %v, %v, want 2 0 1 2", at, err)
	}
	bad := mustRead(t, "h,l\n1,2\n,1\n3,1\n", weighting.CSVOptions{})
	_, err = weighting.Link(bad, []string{"h"}, mustRead(t, "hh\n1\n1\n", weighting.CSVOptions{}), []string{"hh"})
	for _, want := range []string{"f.csv:3: error: key 1 is already on line 2", "f.csv:3: error: the key h is blank", "f.csv:4: error: key 3 is not in f.csv"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Link = %v, lacks %q", err, want)
		}
	}
}

// What was read, written again, is read to the same.
func FuzzReadCSV(f *testing.F) {
	f.Add("a,b\n1,x\n,\n")
	f.Add("a\n007\n7\nx\n")
	f.Add("\ufeffw,\"q\"\"\"\n1e400,\"a\nb\"\n-0,.5\n")
	f.Add("a,a\n")
	f.Add("a\n\"\n")
	f.Fuzz(func(t *testing.T, src string) {
		table, err := weighting.ReadCSV(strings.NewReader(src), "f.csv", weighting.CSVOptions{})
		if err != nil {
			return // refusing is fine; panicking is not
		}
		var b strings.Builder
		for i := -1; i < table.Len(); i++ {
			for k, c := range table.Columns {
				field := c.Name
				if i >= 0 {
					field = c.Text(i)
				}
				if k > 0 {
					b.WriteByte(',')
				}
				// Quoted even if blank: an empty line would be no row.
				b.WriteString(`"` + strings.ReplaceAll(field, `"`, `""`) + `"`)
			}
			b.WriteByte('\n')
		}
		again, err := weighting.ReadCSV(strings.NewReader(b.String()), "f.csv", weighting.CSVOptions{})
		if err != nil {
			t.Fatalf("%q is written as %q: %v", src, b.String(), err)
		}
		if again.Len() != table.Len() {
			t.Fatalf("%q has %d rows, written again %d", src, table.Len(), again.Len())
		}
		for k, c := range table.Columns {
			if again.Columns[k].Type.Kind != c.Type.Kind {
				t.Errorf("column %q of %q has kind %s, written again %s", c.Name, src, c.Type.Kind, again.Columns[k].Type.Kind)
			}
			for i := range table.Len() {
				if got := again.Columns[k].Text(i); got != c.Text(i) {
					t.Errorf("row %d of column %q of %q is %q, written again %q", i, c.Name, src, c.Text(i), got)
				}
			}
		}
	})
}

// A file that ends in mid-row is refused with the row, whole and in blocks; not with
// a row less, nor with a row of blanks.
func TestAFileThatEndsInMidRowIsRefused(t *testing.T) {
	for src, want := range map[string]string{
		"a,b,c\n1,2,3\n4,5":     "f.csv:3:1: error: the file ends in the middle of this row: it has 2 of 3 fields",
		"a,b,c\n1,2,3\n4":       "f.csv:3:1: error: the file ends in the middle of this row: it has 1 of 3 fields",
		"a,b,c\n1,2,3\n4,5,\"6": "f.csv:3:5: error: ",
		"a,b,c\n1,2\n4,5,6":     "f.csv:2:1: error: wrong number of fields: 2, the header has 3",
	} {
		if _, err := weighting.ReadCSV(strings.NewReader(src), "f.csv", weighting.CSVOptions{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", src, err, want)
		}
		var err error
		for block, wrong := range weighting.CSVBlocks(strings.NewReader(src), "f.csv", weighting.CSVOptions{}) {
			if err = wrong; err == nil {
				_, err = block()
			}
			if err != nil {
				break
			}
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q in blocks: %v, want %s", src, err, want)
		}
	}
}
