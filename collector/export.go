package collector

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"sync"

	q "cifra/questionnaire"
	"cifra/schemas/tabular"
)

// This file makes microdata of a survey. The rules:
//
//   - what is exported is the fold of the events up to one commit, so a server
//     that goes on collecting and a copy of its directory give the same bytes;
//   - an event with a reason to be looked at is not folded, nor is one that the
//     questionnaire does not admit;
//   - a household has one interview in the set: the one that came furthest, and
//     of these the one begun last; the others are counted in the case and named
//     to whoever asked for the export;
//   - every sampled case has a row, visited or not; an interview in which nothing
//     was asked has none, its visits are the case's.

// An Exported says what an export holds.
type Exported struct {
	Cases      int
	Interviews int
	LeftOut    []LeftOut // interviews that have no rows
}

// A LeftOut is an interview that has no rows, and why.
type LeftOut struct {
	Case      q.CaseID
	Household int
	Why       string
}

// Export writes the survey's microdata to w as a tar stream, see
// [tabular.Writer]: the codebook, then a table of the cases and one for each
// level of the questionnaires. Nothing is written before everything was read.
// progress, if it is not nil, is called after each case with the number of
// cases done and of all.
func (s *Snapshot) Export(ctx context.Context, w io.Writer, progress func(done, all int)) (Exported, error) {
	x := exporter{s: s}
	if err := x.load(ctx); err != nil {
		return Exported{}, fmt.Errorf("export: %w", err)
	}
	to, err := tabular.NewWriter(x.data.Codebook().JSON())
	if err != nil {
		return Exported{}, fmt.Errorf("export: %w", err)
	}
	defer to.Close()
	if err := x.write(ctx, to, progress); err != nil {
		return Exported{}, fmt.Errorf("export: %w", err)
	}
	if err := to.WriteTar(w); err != nil {
		return Exported{}, fmt.Errorf("export: %w", err)
	}
	return x.done, nil
}

// An exporter makes one export.
type exporter struct {
	s              *Snapshot
	questionnaires map[q.Hash]*q.Questionnaire
	design         []string
	data           *q.Microdata
	done           Exported
}

// load reads the questionnaires that interviews were held with, the published
// one first, and lays out the tables.
func (x *exporter) load(ctx context.Context) error {
	x.questionnaires = make(map[q.Hash]*q.Questionnaire)
	var order []*q.Questionnaire
	add := func(hash q.Hash) error {
		if x.questionnaires[hash] != nil {
			return nil
		}
		loaded, err := x.loaded(ctx, hash)
		if err != nil {
			return err
		}
		x.questionnaires[hash] = loaded
		order = append(order, loaded)
		return nil
	}
	if len(x.s.Instruments) > 0 {
		if err := add(x.s.Instruments[0].Hash); err != nil {
			return err
		}
	}
	published := make(map[q.Hash]bool)
	for _, p := range x.s.Instruments {
		published[p.Hash] = true
	}
	seen := make(map[string]bool)
	for i := range x.s.Cases {
		c := &x.s.Cases[i]
		for _, v := range c.Design {
			if !seen[v.Name] {
				seen[v.Name] = true
				x.design = append(x.design, v.Name)
			}
		}
		for _, iv := range c.Interviews {
			for _, hash := range append([]q.Hash{iv.Instrument}, iv.Versions...) {
				if !published[hash] {
					continue
				}
				if err := add(hash); err != nil {
					return err
				}
			}
		}
	}
	x.data = q.NewMicrodata(x.s.Survey, x.design, order...)
	return nil
}

// loaded reads a published questionnaire.
func (x *exporter) loaded(ctx context.Context, hash q.Hash) (*q.Questionnaire, error) {
	ir, err := x.s.Instrument(ctx, hash)
	if err != nil {
		return nil, err
	}
	loaded, err := q.Load(ir)
	if err != nil {
		return nil, fmt.Errorf("instrument %s: %w", hash, err)
	}
	return loaded, nil
}

// A foldedCase is a case whose interviews were folded.
type foldedCase struct {
	q.SampledCase
	leftOut []LeftOut
	err     error
}

// write folds the cases, several at a time, and gives their rows in the order of
// their names.
func (x *exporter) write(ctx context.Context, to q.Sink, progress func(done, all int)) error {
	cases := make([]*Case, len(x.s.Cases))
	for i := range cases {
		cases[i] = &x.s.Cases[i]
	}
	slices.SortFunc(cases, func(a, b *Case) int { return cmp.Compare(a.ID, b.ID) })

	ctx, cancel := context.WithCancel(ctx)
	var folding sync.WaitGroup
	defer folding.Wait() // the store may be closed when this has returned
	defer cancel()
	queue := make(chan chan foldedCase, runtime.GOMAXPROCS(0))
	folding.Go(func() {
		defer close(queue)
		for _, c := range cases {
			one := make(chan foldedCase, 1)
			select {
			case queue <- one:
			case <-ctx.Done():
				return
			}
			folding.Go(func() { one <- x.fold(ctx, c) })
		}
	})
	for one := range queue {
		c := <-one
		if c.err != nil {
			return fmt.Errorf("case %s: %w", c.ID, c.err)
		}
		if err := x.data.Write(&c.SampledCase, to); err != nil {
			return err
		}
		x.done.Cases++
		x.done.Interviews += len(c.Households)
		x.done.LeftOut = append(x.done.LeftOut, c.leftOut...)
		if progress != nil {
			progress(x.done.Cases, len(cases))
		}
	}
	return ctx.Err()
}

// fold folds the interviews of a case.
func (x *exporter) fold(ctx context.Context, c *Case) foldedCase {
	f := foldedCase{SampledCase: q.SampledCase{ID: c.ID, Design: make([]string, len(x.design))}}
	for i, name := range x.design {
		f.Design[i] = c.Value(name)
	}
	var found []*q.Interview
	closed := false // a person said how one of the interviews ended
	for i := range c.Interviews {
		iv := &c.Interviews[i]
		f.Visits += len(iv.Visits)
		if iv.started == 0 {
			continue
		}
		closed = closed || iv.Disposition != 0
		live, why, err := x.interview(ctx, iv)
		switch {
		case err != nil:
			f.err = err
			return f
		case why != "":
			f.leftOut = append(f.leftOut, LeftOut{c.ID, iv.Household, why})
		case !live.Conducted():
			continue
		default:
			found = append(found, live)
		}
		f.Interviews++
	}
	f.choose(found)
	disposition := c.Disposition()
	if !closed && len(f.Households) > 0 {
		disposition = furthest(f.Households)
	}
	f.Outcome = outcome(cmp.Or(disposition, NotAttempted))
	return f
}

// interview folds the events of an interview, or says why that cannot be done.
func (x *exporter) interview(ctx context.Context, iv *Interview) (live *q.Interview, why string, err error) {
	asked := x.questionnaires[iv.Instrument]
	if asked == nil {
		return nil, "its instrument was never published here", nil
	}
	live = asked.Open(q.Self{Survey: x.s.Survey, Interview: iv.ID, Device: q.Office})
	for _, other := range x.questionnaires {
		live.Know(other)
	}
	for e, err := range x.s.Events(ctx, iv.ID) {
		if err != nil {
			return nil, "", err
		}
		if e.Reason != "" {
			live.Pass(e.Event)
		} else {
			_ = live.Replay(e.Event) // what is not admitted is parked; it is no reason to stop
		}
	}
	if live.Case() != iv.Case {
		return nil, "its start cannot be read", nil
	}
	return live, "", nil
}

// choose takes one interview a household.
func (f *foldedCase) choose(found []*q.Interview) {
	best := make(map[int]*q.Interview)
	for _, iv := range found { // in the order in which they were begun
		household := iv.Household()
		old := best[household]
		if old == nil || rank(old) <= rank(iv) {
			best[household] = iv
		}
		if old != nil {
			f.leftOut = append(f.leftOut, LeftOut{f.ID, household, "the household has another interview"})
		}
	}
	for _, iv := range best {
		f.Households = append(f.Households, q.SampledHousehold{Interview: iv, Outcome: outcome(Disposition(iv.Final()))})
	}
}

// rank is how far an interview came.
func rank(iv *q.Interview) int {
	switch Disposition(iv.Final()).Class() {
	case Interviewed:
		return 2
	case PartlyDone:
		return 1
	}
	return 0
}

// furthest is the disposition of the household that came furthest.
func furthest(households []q.SampledHousehold) Disposition {
	best := slices.MaxFunc(households, func(a, b q.SampledHousehold) int {
		return cmp.Or(cmp.Compare(rank(a.Interview), rank(b.Interview)), cmp.Compare(b.Interview.Household(), a.Interview.Household()))
	})
	return Disposition(best.Outcome.Disposition)
}

func outcome(d Disposition) q.Outcome {
	return q.Outcome{Disposition: int(d), Group: d.Class().String()}
}
