//go:build !js

package questionnaire

import (
	"testing"
)

// BenchmarkAnswerToNextScreen is what an enumerator waits for between the tap
// and the next question, without the disk: decide, admit, apply, next screen,
// in a LACSI interview with five incidents.
func BenchmarkAnswerToNextScreen(b *testing.B) {
	q := compileDir(b, "../schemas/lacsi")
	c := wander(b, q, 1, 400)
	events := c.log
	b.ReportAllocs()
	b.ReportMetric(float64(len(events)), "events")
	n := 0
	for b.Loop() {
		iv := q.Open(Self{"s", "0197", "d1", 1})
		for _, e := range events {
			if err := iv.Admit(e); err != nil {
				b.Fatal(err)
			}
			iv.Apply(e)
			iv.View("", "")
			n++
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(n), "µs/answer")
}

// BenchmarkReplay is what opening an interview, or exporting it, costs.
func BenchmarkReplay(b *testing.B) {
	q := compileDir(b, "../schemas/lacsi")
	events := wander(b, q, 1, 400).log
	for b.Loop() {
		iv := q.Open(Self{"s", "0197", "d1", 1})
		for _, e := range events {
			iv.Apply(e)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(events)), "µs/event")
}
