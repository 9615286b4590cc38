//go:build !js

package questionnaire

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"cifra/questionnaire/expr"
)

// tableMain is an instrument that looks up one thing in table.csv.
const tableMain = demoMain + `tables:
  things:
    file: table.csv
    attributes: {kind: text, size: integer}
include: [a.yaml]
`

// compileTable compiles tableMain with what its file holds.
func compileTable(csv string) (*Questionnaire, expr.Diagnostics) {
	in, ds := LoadInstrument(fstest.MapFS{
		"instrument.yaml": {Data: []byte(tableMain)}, "table.csv": {Data: []byte(csv)},
		"a.yaml": {Data: []byte("module: a\nlevel: household\ntitle: A\nitems: [{id: A1, text: ¿Qué?, type: entry of things}]\n")},
	}, ".")
	if in == nil {
		return nil, ds
	}
	q, more := Compile(in)
	return q, append(ds, more...)
}

// Whatever an office's file looks like, devices get the same bytes.
func TestTableIsWrittenInOneWay(t *testing.T) {
	const want = "code\ttext\tkind\tsize\n01\tUna \"casa\", grande\tx\t12\n02\tPeñón\t\t\n"
	for name, csv := range map[string]string{
		"commas":      "code,text,kind,size\n01,\"Una \"\"casa\"\", grande\",x,12\n02,Peñón,,\n",
		"semicolons":  "code;text;kind;size\n01;\"Una \"\"casa\"\", grande\";x;12\n02;Peñón;;\n",
		"of Windows":  "\ufeffcode,text,kind,size\r\n01,\"Una \"\"casa\"\", grande\",x,12\r\n02,Peñón,,\r\n",
		"other order": "size,note,kind,code,text\n12,n,x,01,\"Una \"\"casa\"\", grande\"\n\n,,, 02 ,Peñón\n",
	} {
		q, ds := compileTable(csv)
		if ds.Err() != nil {
			t.Errorf("%s: %v", name, ds)
			continue
		}
		f := q.TableFiles()[0]
		if string(f.Content) != want || f.Hash != Hash(sha256.Sum256([]byte(want))) || f.Rows != 2 || f.Name != "things" {
			t.Errorf("%s: %d rows %q", name, f.Rows, f.Content)
		}
		again, err := Load(q.IR())
		if err != nil {
			t.Fatal(err)
		}
		if g := again.TableFiles()[0]; g.Content != nil || g.Hash != f.Hash || g.Rows != 2 {
			t.Errorf("%s: the compiled form says %+v", name, g)
		}
		if strings.Contains(string(q.IR()), "Peñón") {
			t.Errorf("%s: the rows stand in the compiled form", name)
		}
	}
}

func TestFindInTable(t *testing.T) {
	q := compileDir(t, "testdata/types")
	files := q.TableFiles()
	e, ok := files[0].Find("140390170")
	want := Entry{"140390170", "La Soledad", ColumnsOf(map[string]string{
		"state": "14", "municipality": "14039", "locality": "140390170", "rural": "1", "people": "212",
	})}
	if !ok || e != want {
		t.Errorf("Find = %+v, %v, want %+v", e, ok, want)
	}
	for _, code := range []string{"", "1", "code", "14039017"} {
		if e, ok := files[0].Find(code); ok {
			t.Errorf("Find(%q) = %+v", code, e)
		}
	}
	if e, ok := (TableFile{}).Find("1"); ok {
		t.Errorf("an empty table has %+v", e)
	}
}

// An export of the wrong kind is wrong in every row: it is told some twenty
// times, not a hundred thousand.
func TestTableWithManyMistakes(t *testing.T) {
	var b strings.Builder
	b.WriteString("code,text,kind,size\n")
	for i := range 500 {
		fmt.Fprintf(&b, "%d,,x,many\n", i)
	}
	_, ds := compileTable(b.String())
	if n := len(ds); n < maxTableMistakes || n > 2*maxTableMistakes+2 {
		t.Errorf("%d mistakes are told", n)
	}
}

// FuzzTable: whatever a file holds, the loader says what is wrong with it or
// writes a table whose every row can be found and answered.
func FuzzTable(f *testing.F) {
	f.Add("code,text,kind,size\n1,uno,a,2\n")
	f.Add("code;text;kind;size\r\n\"1\";\"u\"\"no\";;\r\n")
	f.Add("\ufeffcode,text,kind,size\n1,\"a\nb\",,\n\xff")
	f.Fuzz(func(t *testing.T, csv string) {
		q, ds := compileTable(csv)
		if ds.Err() != nil {
			return
		}
		file := q.TableFiles()[0]
		lines := strings.Split(string(file.Content), "\n")
		if len(lines) != file.Rows+2 {
			t.Fatalf("%d lines of %d rows", len(lines), file.Rows)
		}
		v := q.byName["A1"]
		for _, line := range lines[1 : len(lines)-1] {
			code, _, _ := strings.Cut(line, "\t")
			e, ok := file.Find(code)
			if !ok {
				t.Fatalf("%q is not found", code)
			}
			if _, err := q.answer(v, e); err != nil && len(line) < maxEntry {
				t.Fatalf("%+v is no answer: %v", e, err)
			}
		}
	})
}

// BenchmarkTable reads, checks and writes out a table of 100,000 rows.
func BenchmarkTable(b *testing.B) {
	var csv strings.Builder
	csv.WriteString("code,text,kind,size\n")
	for i := range 100_000 {
		fmt.Fprintf(&csv, "%d,Ocupación de nombre largo %d,k%d,%d\n", 100_000+i, i, i%30, i)
	}
	for b.Loop() {
		if _, ds := compileTable(csv.String()); ds.Err() != nil {
			b.Fatal(ds)
		}
	}
}
