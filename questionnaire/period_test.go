//go:build !js

package questionnaire

import "testing"

// Reference periods by the rules at the head of period.go; the interview is on
// 2026-03-02, the reference year 2025.
func TestPeriods(t *testing.T) {
	q := houseWith(t, "instrument.yaml", "  reference: {calendar_year: reference_year}\n", `  reference: {calendar_year: reference_year}
  rolling: {months: 12, until: interview_date}
  clipped: {months: 1, until: 'date("2026-03-31")'}
  whole: {months: 6, before: interview_date}
  january: {months: 1, before: 'date("2026-01-20")'}
  window: {from: 'date("2025-02-01")', until: 'date("2025-06-30")'}
  memory: {years: 3, until: reference.end}
  leap: {years: 1, until: 'date("2024-02-29")'}
  vague: {months: 2, until: 'date("2025-06")'}
`)
	c := start(t, q, 0)
	for name, want := range map[string]any{
		"reference.start": "2025-01-01", "reference.end": "2025-12-31", "reference.next_year": 2026,
		"rolling.start": "2025-03-03", "rolling.end": "2026-03-02",
		"clipped.start": "2026-03-01", "clipped.end": "2026-03-31",
		"whole.start": "2025-09-01", "whole.end": "2026-02-28",
		"january.start": "2025-12-01", "january.end": "2025-12-31",
		"window.start": "2025-02-01", "window.end": "2025-06-30",
		"memory.start": "2023-01-01", "memory.end": "2025-12-31",
		"leap.start": "2023-03-01", "leap.end": "2024-02-29",
		"vague.start": DontKnow, "vague.end": DontKnow,
	} {
		v := q.byName[name]
		got := q.valueOf(v, c.iv.root.Cells[v.index], "")
		switch want := want.(type) {
		case string:
			if got != Date(want) {
				t.Errorf("%s is %v, want %s", name, got, want)
			}
		case int:
			if got != Number(want) {
				t.Errorf("%s is %v, want %d", name, got, want)
			}
		case Missing:
			if c.iv.root.Cells[v.index].Missing != want {
				t.Errorf("%s is %v, want %v", name, got, want)
			}
		}
	}
	if _, ok := q.byName["rolling.year"]; ok {
		t.Error("twelve rolling months have no year")
	}
	book := NewMicrodata("s", nil, q).Codebook()
	columns := map[string]string{}
	for _, t := range book.Tables {
		for _, c := range t.Columns {
			columns[c.Name] = c.Type
		}
	}
	if columns["rolling_start"] != "date" || columns["rolling_end"] != "date" || columns["reference_year"] != "integer" || columns["reference_start"] != "" {
		t.Errorf("columns of periods: %v", columns)
	}
}
