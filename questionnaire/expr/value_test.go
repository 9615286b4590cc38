package expr_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"cifra/questionnaire/expr"
)

func TestMissingNames(t *testing.T) {
	for m, want := range map[expr.Missing]string{
		expr.NotReached: "not_reached", expr.NotAsked: "not_asked", expr.DontKnow: "dont_know", expr.Refused: "refused",
		expr.DoesNotApply: "does_not_apply", expr.Withheld: "withheld", expr.Answered: "answered", 99: "Missing(99)",
	} {
		if m.String() != want {
			t.Errorf("%d is %q, want %q", uint8(m), m, want)
		}
		back, ok := expr.ParseMissing(want)
		if known := m <= expr.Answered; ok != known || known && back != m {
			t.Errorf("ParseMissing(%q) = %v, %t", want, back, ok)
		}
	}
	if (expr.Cell{}).Missing != expr.NotReached {
		t.Error("the zero cell is not one that was not reached")
	}
}

func TestNamesInJSON(t *testing.T) {
	type both struct {
		M expr.Missing
		T expr.Type
	}
	in := both{expr.Refused, expr.Type{Kind: expr.Code, List: &expr.List{Name: "yn", Codes: []string{"yes", "no"}}}}
	data, err := json.Marshal(in)
	want := `{"M":"refused","T":{"kind":"code","list":{"name":"yn","codes":["yes","no"]}}}`
	if err != nil || string(data) != want {
		t.Fatalf("%s, %v, want %s", data, err, want)
	}
	var out both
	if err := json.Unmarshal(data, &out); err != nil || out.M != in.M || out.T.Kind != expr.Code || out.T.List.Index("no") != 1 {
		t.Errorf("came back as %+v, %v", out, err)
	}
	for _, bad := range []string{`{"M":"unsure"}`, `{"T":{"kind":"money"}}`, `{"T":{"kind":""}}`} {
		if err := json.Unmarshal([]byte(bad), &out); err == nil {
			t.Errorf("accepted %s", bad)
		}
	}
	if _, err := json.Marshal(expr.Type{}); err == nil {
		t.Error("wrote a type of no kind")
	}
	if _, err := json.Marshal(expr.Missing(99)); err == nil {
		t.Error("wrote a reason that is none")
	}
}

func TestListIndex(t *testing.T) {
	l := &expr.List{Name: "l", Codes: []string{"a", "b", "a"}}
	for name, want := range map[string]int{"a": 0, "b": 1, "c": -1, "": -1} {
		if got := l.Index(name); got != want {
			t.Errorf("Index(%q) = %d, want %d", name, got, want)
		}
	}
	if got := new(expr.List).Index("a"); got != -1 {
		t.Errorf("Index of an empty list = %d", got)
	}
}

func TestDates(t *testing.T) {
	// Every day of four centuries, against the standard library's calendar.
	first := time.Date(1800, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range 146097 {
		d := first.AddDate(0, 0, i)
		s := d.Format(time.DateOnly)
		n, ok := expr.ParseDate(s)
		lo, hi := expr.UnpackDate(n)
		if want := int32(d.Unix() / 86400); !ok || lo != want || hi != want || expr.FormatDate(n) != s {
			t.Fatalf("%s is from %d to %d, want %d; prints as %s", s, lo, hi, want, expr.FormatDate(n))
		}
	}
	for s, days := range map[string]int32{"2024-02": 29, "2025-02": 28, "1900-02": 28, "2000-02": 29, "2024": 366, "2025": 365, "2025-04": 30, "2025-12": 31} {
		n, ok := expr.ParseDate(s)
		lo, hi := expr.UnpackDate(n)
		if !ok || hi-lo+1 != days || expr.FormatDate(n) != s {
			t.Errorf("%s has %d days, want %d; prints as %s", s, hi-lo+1, days, expr.FormatDate(n))
		}
	}
	for _, s := range []string{"", "25", "2025-", "2025-1", "2025-13", "2025-00", "2025-02-29", "2025-04-31", "2025-01-00", "2025/01/01", "0000", "20250101", "2025-01-1x", "2025-01x01", "-123"} {
		if n, ok := expr.ParseDate(s); ok {
			t.Errorf("ParseDate(%q) = %s", s, expr.FormatDate(n))
		}
	}
	for _, tt := range [][2]int32{{0, 0}, {-1, 1}, {-1 << 31, 1<<31 - 1}, {5, -5}} {
		if lo, hi := expr.UnpackDate(expr.PackDate(tt[0], tt[1])); lo != tt[0] || hi != tt[1] {
			t.Errorf("packed %v, unpacked %d %d", tt, lo, hi)
		}
	}
}

func TestTimes(t *testing.T) {
	for n := range int64(24 * 60) {
		s := fmt.Sprintf("%02d:%02d", n/60, n%60)
		if got, ok := expr.ParseTime(s); !ok || got != n || expr.FormatTime(n) != s {
			t.Errorf("ParseTime(%q) = %d, %t; FormatTime = %q", s, got, ok, expr.FormatTime(n))
		}
	}
	for _, s := range []string{"", "24:00", "12:60", "1:30", "12-30", "12:3x", "-1:30"} {
		if n, ok := expr.ParseTime(s); ok {
			t.Errorf("ParseTime(%q) = %d", s, n)
		}
	}
}
