//go:build !js

package questionnaire

import (
	"fmt"
	"testing"
	"time"
)

// crowded is an interview on a generated instrument of 500 items with a number
// of rows in its roster.
func crowded(b testing.TB, rows int) *conduct {
	b.Helper()
	c := &conduct{t: b, iv: compileGenerated(b, 500, 1).Open(Self{"s", "0197", "d1", 1}), now: noon}
	c.do(Act{Kind: KindStart, Case: "0001", Household: 1})
	for range rows {
		c.do(Act{Kind: KindAddRow, Roster: "person"})
	}
	return c
}

// BenchmarkAnswer is what one answer costs that stands in a row and that a few
// others of the row depend on: made, admitted and applied. It must not grow with
// rows that do not depend on it.
func BenchmarkAnswer(b *testing.B) {
	for _, rows := range []int{2, 30, 200} {
		b.Run(fmt.Sprintf("rows=%d", rows), func(b *testing.B) {
			c := crowded(b, rows)
			b.ReportAllocs()
			for n := 0; b.Loop(); n++ {
				e, err := c.iv.Answer("person[d1.1].p0", Code{Name: []string{"yes", "no"}[n%2]}, Stamp{Wall: noon.Add(time.Duration(n) * time.Millisecond)})
				if err == nil {
					err = c.iv.Admit(e)
				}
				if err != nil {
					b.Fatal(err)
				}
				c.iv.Apply(e)
			}
		})
	}
}

// BenchmarkAnswerShown is BenchmarkAnswer with the screen that follows. Its
// progress is counted over all screens, so it grows with the rows.
func BenchmarkAnswerShown(b *testing.B) {
	c := crowded(b, 30)
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		e, err := c.iv.Answer("person[d1.1].p0", Code{Name: []string{"yes", "no"}[n%2]}, Stamp{Wall: noon.Add(time.Duration(n) * time.Millisecond)})
		if err == nil {
			err = c.iv.Admit(e)
		}
		if err != nil {
			b.Fatal(err)
		}
		c.iv.Apply(e)
		c.iv.View("person[d1.1].p0", "es")
	}
}

// A screen is shown without a piece of memory for each of the thousands of
// other screens that its progress is counted over: a browser collects garbage
// in the middle of an answer.
func TestViewTakesNoMemoryPerScreen(t *testing.T) {
	c := crowded(t, 30)
	screens, _ := c.iv.places("")
	if len(screens) < 3000 {
		t.Fatalf("%d screens are few", len(screens))
	}
	if n := testing.AllocsPerRun(5, func() { c.iv.View("person[d1.1].p0", "es") }); n > 500 {
		t.Errorf("showing one of %d screens takes %.0f pieces of memory", len(screens), n)
	}
}

// BenchmarkCompile is what an author waits for: from files to the compiled form.
func BenchmarkCompile(b *testing.B) {
	for _, items := range []int{500, 5000} {
		b.Run(fmt.Sprintf("items=%d", items), func(b *testing.B) {
			in, diags := LoadInstrument(generated(items, 1), ".")
			if diags.Err() != nil {
				b.Fatal(diags)
			}
			for b.Loop() {
				if _, diags := Compile(in); diags.Err() != nil {
					b.Fatal(diags)
				}
			}
		})
	}
}

// BenchmarkLoad is what a tablet does before its first question, on the
// built-in instrument.
func BenchmarkLoad(b *testing.B) {
	ir := compileDir(b, "../schemas/lacsi").IR()
	b.SetBytes(int64(len(ir)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Load(ir); err != nil {
			b.Fatal(err)
		}
	}
}
