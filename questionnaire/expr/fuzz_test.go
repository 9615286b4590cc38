//go:build !js

package expr_test

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"cifra/questionnaire/expr"
)

// seeds adds to f what the fixtures and the tests of meaning have.
func seeds(f *testing.F) {
	f.Helper()
	files, err := filepath.Glob("testdata/check/*.txt")
	if err != nil || len(files) == 0 {
		f.Fatalf("no fixtures: %v", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			src, _, _ := strings.Cut(line, " # ")
			f.Add(strings.TrimSpace(src))
		}
	}
	for _, bm := range benchmarks {
		f.Add(bm.src)
	}
	for _, src := range []string{
		"not not a = b", "a + (not b) * -c", "(a = b) = (c is not in {d})", "if if a then b else c then -(d + e) else not f", `"\\\"" in {"\d", "\\d"}`,
		"a - (b - c) - d", "a / (b / c)", "-(a * b)", "- -a", "(a and b) and (c and d) or (e or f)", "x[y[z]]", "f()", "18_29 = 1.50", "reference.year",
	} {
		f.Add(src)
	}
}

// FuzzParse holds that what prints parses back as the same, and that an error
// has a place inside the source.
func FuzzParse(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, src string) {
		tree, ds := expr.Parse(src)
		if (tree == nil) != (ds.Err() != nil) {
			t.Fatalf("tree %v with error %v", tree, ds.Err())
		}
		placed(t, src, ds)
		if tree == nil {
			return
		}
		printed := tree.String()
		if len(printed) > 4096 {
			return // blanks made it too long to read
		}
		again, ds := expr.Parse(printed)
		if again == nil {
			t.Fatalf("%q prints as %q: %v", src, printed, ds)
		}
		if !expr.SameTree(tree, again) {
			t.Fatalf("%q prints as %q, which prints as %q", src, printed, again)
		}
		if again.String() != printed || !slices.Equal(again.Names(), tree.Names()) {
			t.Fatalf("%q: %q is not canonical: %q", src, printed, again)
		}
	})
}

// placed fails the test if a diagnostic points outside the source.
func placed(t *testing.T, src string, ds expr.Diagnostics) {
	t.Helper()
	lines := strings.Split(src, "\n")
	for _, d := range ds {
		if d.Line == 0 && strings.HasPrefix(d.Message, "more than ") {
			continue // that the rest is not listed is said of the file
		}
		if d.Line < 1 || d.Line > len(lines) || d.Col < 1 || d.Col > len(lines[d.Line-1])+1 || d.End <= d.Col || d.End > len(lines[d.Line-1])+2 {
			t.Fatalf("%q: %+v is outside", src, d)
		}
	}
	ds.Format(discard{}, func(string) []byte { return []byte(src) })
}

type discard struct{}

func (discard) Write(b []byte) (int, error) { return len(b), nil }

// FuzzCheckEval holds that nothing panics, that the checked form gives the same
// results after it has travelled as JSON, that the canonical source means the
// same, that kinds are kept, and that no evaluation takes long.
func FuzzCheckEval(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, src string) {
		for _, level := range []int{household, incident} {
			e, ds := expr.Check(src, expr.Position{Line: 1, Col: 1}, at(level), expr.Want{})
			placed(t, src, ds)
			if (e == nil) != (ds.Err() != nil) {
				t.Fatalf("expression %v with error %v", e, ds.Err())
			}
			if e != nil {
				sameEverywhere(t, src, level, e)
			}
		}
	})
}

func sameEverywhere(t *testing.T, src string, level int, e *expr.Expr) {
	data, err := json.Marshal(e)
	if err != nil {
		t.Fatalf("%q: %v", src, err)
	}
	var far expr.Expr
	if err := json.Unmarshal(data, &far); err != nil {
		t.Fatalf("%q: %v\n%s", src, err, data)
	}
	if again, err := json.Marshal(&far); err != nil || string(again) != string(data) {
		t.Fatalf("%q: JSON came back as %s, %v, was %s", src, again, err, data)
	}
	if !slices.Equal(far.Reads(), e.Reads()) || !slices.Equal(far.Rosters(), e.Rosters()) {
		t.Fatalf("%q reads %v %v, from JSON %v %v", src, e.Reads(), e.Rosters(), far.Reads(), far.Rosters())
	}
	canonical := e
	if len(e.String()) <= 4096 {
		var ds expr.Diagnostics
		if canonical, ds = expr.Check(e.String(), expr.Position{Line: 1, Col: 1}, at(level), expr.Want{}); canonical == nil {
			t.Fatalf("%q prints as %q: %v", src, e, ds)
		}
	}
	for seed := range uint64(3) {
		f := randomFrame(seed, level)
		start := time.Now()
		got := e.Eval(f)
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("%q took %v", src, took)
		}
		if a, b := far.Eval(f), canonical.Eval(f); a != got || b != got {
			t.Fatalf("%q = %+v, from JSON %+v, from %q %+v", src, got, a, e, b)
		}
		fits(t, src, got, e.Type())
		if e.Type().Kind == expr.Bool {
			if holds, why := e.Bool(f); holds != (got.N == 1) || why != got.Missing {
				t.Fatalf("%q: Bool %t %v, Eval %+v", src, holds, why, got)
			}
		}
	}
}

// fits fails the test if a cell is not a value of its type.
func fits(t *testing.T, src string, c expr.Cell, typ expr.Type) {
	t.Helper()
	ok := true
	switch {
	case c.Missing != expr.Answered:
		ok = c.N == 0 && c.Text == "" && c.Missing < expr.Answered
	case typ.Kind == expr.Bool:
		ok = c.N == 0 || c.N == 1
	case typ.Kind == expr.Number:
		ok = -1<<53 < c.N && c.N < 1<<53
	case typ.Kind == expr.Code:
		ok = 0 <= c.N && c.N < int64(len(typ.List.Codes))
	case typ.Kind == expr.Time:
		ok = 0 <= c.N && c.N < 24*60
	}
	if !ok {
		t.Fatalf("%q = %+v, which is no %s", src, c, typ.Kind)
	}
}

// randomFrame is a household of three persons with incidents and a grid, some
// of it missing.
func randomFrame(seed uint64, level int) *expr.Frame {
	rng := rand.New(rand.NewPCG(seed, 5))
	m := newMemory()
	m.more[incident] = expr.Missing(rng.IntN(7))
	f := &expr.Frame{Rows: make([]*expr.Row, levels), Source: m}
	add := func(level int, parent *expr.Row) *expr.Row {
		r := m.add(level, parent, nil)
		for _, s := range symbols {
			if s.Slot.Level == level && s.Type.Kind != expr.Rows && s.Attr == nil {
				r.Cells[s.Slot.Index] = randomCell(rng, s.Type)
			}
		}
		return r
	}
	f.Rows[household] = add(household, nil)
	for range 3 {
		p := add(person, f.Rows[household])
		for range rng.IntN(3) {
			i := add(incident, p)
			if level == incident {
				f.Rows[person], f.Rows[incident] = p, i
			}
		}
		for range offence.Codes {
			add(crimes, p)
		}
	}
	return f
}

func randomCell(rng *rand.Rand, typ expr.Type) expr.Cell {
	if rng.IntN(4) == 0 {
		return no(expr.Missing(rng.IntN(int(expr.Answered))))
	}
	switch typ.Kind {
	case expr.Bool:
		return num(rng.Int64N(2))
	case expr.Real:
		return float(rng.NormFloat64())
	case expr.Text:
		return str([]string{"", "Ana", "José", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"}[rng.IntN(4)])
	case expr.Date:
		lo := rng.Int32N(20_000)
		return num(expr.PackDate(lo, lo+[]int32{0, 0, 27, 364}[rng.IntN(4)]))
	case expr.Time:
		return num(rng.Int64N(24 * 60))
	case expr.Code:
		return num(rng.Int64N(int64(len(typ.List.Codes))))
	case expr.Set:
		return num(rng.Int64N(1 << len(typ.List.Codes)))
	}
	return num([]int64{0, 1, -1, 20, 18, 3350, 1<<53 - 1, -1<<53 + 1}[rng.IntN(8)])
}

// FuzzUnmarshal holds that no bytes make a panic, neither when they are read
// nor when what was read is evaluated.
func FuzzUnmarshal(f *testing.F) {
	for _, src := range []string{benchmarks[0].src, "any(persons, age > 3) and crime.weight > 3", "P7_3[crime] is yes", `cut(age, 3, 9) = 3_8 or matches(name, "a+")`, "max(persons, w_hh / 2) in {1, 2.5}", `when in {date("2025")} and month(when) = 3`} {
		data, err := json.Marshal(check(f, src, incident))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var e expr.Expr
		if json.Unmarshal(data, &e) == nil {
			e.Eval(randomFrame(1, incident))
		}
	})
}
