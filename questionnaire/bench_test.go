package questionnaire

import (
	"encoding/json"
	"os"
	"testing"
)

// benchLog is a compiled questionnaire and the events of one interview. The
// browser's engine cannot compile, so it reads what the native one wrote:
// `make bench` runs TestWriteBenchLog first.
type benchLog struct {
	IR     json.RawMessage `json:"ir"`
	Events []Event         `json:"events"`
}

// makeBenchLog compiles and conducts an interview; nil where that cannot be
// done.
var makeBenchLog func(testing.TB) benchLog

func readBenchLog(b *testing.B) (*Questionnaire, []Event) {
	b.Helper()
	var l benchLog
	if makeBenchLog != nil {
		l = makeBenchLog(b)
	} else {
		file, err := os.ReadFile(os.Getenv("CIFRA_BENCH_LOG"))
		if err != nil {
			b.Skip("CIFRA_BENCH_LOG names no file that TestWriteBenchLog wrote: ", err)
		}
		if err := json.Unmarshal(file, &l); err != nil {
			b.Fatal(err)
		}
	}
	q, err := Load(l.IR)
	if err != nil {
		b.Fatal(err)
	}
	return q, l.Events
}

// BenchmarkAnswerToNextScreen is what an enumerator waits for between the tap
// and the next question, without the disk: admit, apply and show the next
// screen of a LACSI interview.
func BenchmarkAnswerToNextScreen(b *testing.B) {
	q, events := readBenchLog(b)
	b.ReportAllocs()
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
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/1e3/float64(n), "µs/answer")
	b.ReportMetric(float64(len(events)), "events")
}

// BenchmarkReplay is what opening an interview, or exporting it, costs.
func BenchmarkReplay(b *testing.B) {
	q, events := readBenchLog(b)
	for b.Loop() {
		iv := q.Open(Self{"s", "0197", "d1", 1})
		for _, e := range events {
			iv.Apply(e)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/1e3/float64(b.N*len(events)), "µs/event")
}
