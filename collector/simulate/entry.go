package simulate

import (
	"math/rand/v2"
	"slices"
	"strings"

	q "cifra/questionnaire"
)

// This file answers the questions whose answers have parts: entries of a table,
// places, points, photos and recordings. The rules:
//
//   - an entry is one that the screen would offer: it fits what narrows the table,
//     and lies no deeper than is asked;
//   - points lie in Mexico, wherever the dwelling is said to be;
//   - a photo or recording is a name without bytes, as it is for the office as long
//     as the tablet has not sent them.

// A table is what a question looks its answer up in.
type table struct {
	codes []string
	find  func(code string) (q.Entry, bool)
}

// newTable reads the rows of a table.
func newTable(f q.TableFile) *table {
	t := &table{find: f.Index()}
	_, rows, _ := strings.Cut(string(f.Content), "\n")
	for line := range strings.Lines(rows) {
		code, _, _ := strings.Cut(line, "\t")
		t.codes = append(t.codes, code)
	}
	return t
}

// draws is how many entries are drawn before all are looked through for one
// that fits.
const draws = 50

// entry draws an entry that is offered, nil if there is none.
func (t *table) entry(rng *rand.Rand, question *q.QuestionView) q.Value {
	if len(t.codes) == 0 {
		return nil
	}
	for range draws {
		if e, ok := t.find(t.codes[rng.IntN(len(t.codes))]); ok && offers(question, e) {
			return e
		}
	}
	for i := range t.codes {
		if e, ok := t.find(t.codes[i]); ok && offers(question, e) {
			return e
		}
	}
	return nil
}

// offers reports whether the page would let e be chosen.
func offers(question *q.QuestionView, e q.Entry) bool {
	with := e.With.Map()
	for _, w := range question.Within {
		if with[w.Part] != w.Is {
			return false
		}
	}
	if question.Kind != "place" {
		return true
	}
	// The place's own code stands at its own level, which must be one asked.
	return slices.ContainsFunc(question.Table.Levels, func(l q.LevelView) bool { return with[l.Name] == e.Code })
}

// somewhere draws a point, in millionths of a degree.
func somewhere(rng *rand.Rand) q.Point {
	const south, north, west, east = 14_600_000, 32_700_000, -117_100_000, -86_800_000
	return q.Point{Lat: south + rng.Int64N(north-south), Lon: west + rng.Int64N(east-west), Accuracy: 3 + rng.Int64N(20)}
}

// attachment draws the name of a file that was never made.
func attachment(rng *rand.Rand, media string) q.Attachment {
	a := q.Attachment{Media: media, Size: 40_000 + rng.Int64N(2_000_000)}
	for i := range a.Hash {
		a.Hash[i] = byte(rng.Uint32())
	}
	return a
}
