package plan

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"

	"cifra/questionnaire/expr"
	"cifra/schemas/source"
	"cifra/weighting"
)

// This file compares the figures of a plan with those of an earlier edition. The rules:
//
//   - the earlier edition is its estimates file with influence sums; its rows are not
//     needed, and nobody has to give them away;
//   - a figure is compared with the one of the same indicator, unit and domain, by the
//     names of the levels. One without a counterpart is counted and said, not dropped;
//   - by overlap, a PSU of the same name in both editions is the same PSU, and what
//     the editions have in common makes the change more precise. PSU codes that repeat
//     between strata are told apart by the stratum, as in the design. Rows that are
//     their own PSUs have no names, so by overlap they cannot be compared;
//     The shares of PSUs that were sampled are in the error; what an edition's file
//     does not carry is not, and a note says so;
//   - independent editions were drawn apart, whatever the names: the variance of a
//     change is the sum of the two that were published;
//   - sums alone have influence sums: changes of quantiles and models are not told.

// A compareSpec is what a report compares with.
type compareSpec struct {
	at          *source.Node
	with        *source.Node
	independent bool
}

// A Change is the difference of a figure to that of the earlier edition, in the unit
// of the indicator.
type Change struct {
	Earlier    float64
	Difference weighting.Estimate

	// T and P are those of the test that nothing changed.
	T, P float64

	// Shared are the PSUs in both editions, and Correlation that of the figures.
	Shared      int
	Correlation float64
}

// Compared says what the figures were compared with.
type Compared struct {
	Plan string `json:"plan"`
	Test string `json:"test"` // overlap or independent

	// Without is the number of figures that have no counterpart there.
	Without int `json:"without"`

	// Simplified says that the design knows more of the draw than the error of a
	// change by overlap: later stages, an order, a second phase, unequal
	// probabilities; or that one edition alone tells what share of PSUs was sampled.
	Simplified bool `json:"simplified,omitempty"`
}

// MarshalJSON writes a change.
func (c Change) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Earlier     real `json:"earlier"`
		Difference  real `json:"difference"`
		SE          real `json:"se"`
		Low         real `json:"low"`
		High        real `json:"high"`
		DF          int  `json:"df"`
		T           real `json:"t"`
		P           real `json:"p"`
		Shared      int  `json:"shared_psus"`
		Correlation real `json:"correlation"`
	}{
		real(c.Earlier), real(c.Difference.Value), real(c.Difference.SE), real(c.Difference.Low), real(c.Difference.High),
		c.Difference.DF, real(c.T), real(c.P), c.Shared, real(c.Correlation),
	})
}

// An edition is an estimates file as a later one reads it.
type edition struct {
	Version    int    `json:"version"`
	Plan       string `json:"plan"`
	Design     Design `json:"design"`
	Units      []Unit `json:"units"`
	Indicators []struct {
		Name    string          `json:"name"`
		Per     float64         `json:"per"`
		Figures []editionFigure `json:"figures"`
	} `json:"indicators"`

	figures map[string]editionFigure // by indicator and domain
}

type editionFigure struct {
	Domain    []Part    `json:"domain"`
	Value     *float64  `json:"estimate"` // null if there is none
	SE        *float64  `json:"se"`
	DF        int       `json:"df"`
	Influence []float64 `json:"influence"`

	per float64
}

// readCompare reads {with: FILE, test: overlap}.
func (d *document) readCompare(n *source.Node, ds *expr.Diagnostics) {
	if n == nil {
		return
	}
	m := n.Map(ds, "a comparison: {with: last-year.estimates.json}", "with", "test")
	d.compare = &compareSpec{at: n, with: m.Need(ds, "with")}
	d.compare.with.Text(ds, "a file name")
	d.compare.independent = m.Get("test").Word(ds, "overlap", "independent") == "independent"
}

// earlier reads the edition that p is compared with.
func (p *Plan) readEarlier(o *opener) {
	spec := p.doc.compare
	if spec == nil || spec.with.Raw() == "" {
		return
	}
	if !spec.independent && p.doc.design.clusters == nil && p.carries() {
		spec.at.Fail(o.ds, "test: independent, if the samples were drawn apart; else name the PSUs by clusters",
			"rows that are their own PSUs have no names by which editions could overlap")
	}
	if !p.carries() {
		spec.at.Fail(o.ds, "", "figures of replicates have no influence sums, and so no change to another edition here")
	}
	in, ok := o.stream(spec.with)
	if !ok {
		return
	}
	defer in.Close()
	again := "write it with cifra estimate PLAN --influence --out " + spec.with.Raw()
	b, err := io.ReadAll(in)
	if err != nil {
		spec.with.Fail(o.ds, "", "%v", err)
		return
	}
	e := &edition{figures: map[string]editionFigure{}}
	if err := json.Unmarshal(b, e); err != nil {
		spec.with.Fail(o.ds, again, "%s is no file of estimates: %v", spec.with.Raw(), err)
		return
	}
	switch {
	case e.Version != 1:
		spec.with.Fail(o.ds, again, "%s is no file of estimates of version 1", spec.with.Raw())
		return
	case len(e.Units) == 0:
		spec.with.Fail(o.ds, again, "%s carries no influence sums by PSU", spec.with.Raw())
		return
	case e.Design.Simple && !spec.independent:
		spec.with.Fail(o.ds, "test: independent", "the design of %s names no clusters: its rows have no names by which editions could overlap", spec.with.Raw())
		return
	}
	for _, in := range e.Indicators {
		for _, f := range in.Figures {
			if f.Influence == nil || f.Value == nil {
				continue
			}
			if len(f.Influence) != len(e.Units) {
				spec.with.Fail(o.ds, again, "%s is damaged: a figure of %s has %d influence sums for %d PSUs", spec.with.Raw(), in.Name, len(f.Influence), len(e.Units))
				return
			}
			f.per = in.Per
			e.figures[in.Name+" "+Figure{Domain: f.Domain}.name()] = f
		}
	}
	p.earlier = e
}

// compareWith gives each figure of e its change. The error names the figure that
// cannot be compared.
func (p *Plan) compareWith(e *Estimates) error {
	spec := p.doc.compare
	e.Compared = &Compared{Plan: p.earlier.Plan, Test: "overlap"}
	if spec.independent {
		e.Compared.Test = "independent"
	} else {
		e.Compared.Simplified = p.simplifies(e.Units)
	}
	for i := range e.Indicators {
		in := &e.Indicators[i]
		for k := range in.Figures {
			f := &in.Figures[k]
			before, ok := p.earlier.figures[in.Name+" "+f.name()]
			if !ok || before.per != in.Per || f.Influence == nil || math.IsNaN(f.Value) {
				e.Compared.Without++
				continue
			}
			c, err := p.change(before, f, e.Units)
			if err != nil {
				return fmt.Errorf("indicator %s, %s, compared with %s: %w", in.Name, f.name(), spec.with.Raw(), err)
			}
			f.Change = &Change{*before.Value, c.Difference, c.T, c.P, c.Shared, c.Correlation}
		}
	}
	return nil
}

// change compares a figure with that of the earlier edition.
func (p *Plan) change(before editionFigure, f *Figure, units []Unit) (weighting.Changed, error) {
	if p.doc.compare.independent {
		earlier := weighting.Estimate{Value: *before.Value, SE: math.NaN(), DF: before.DF}
		if before.SE != nil {
			earlier.SE = *before.SE
		}
		return weighting.ChangeApart(earlier, f.Estimate, p.doc.interval.Level), nil
	}
	return weighting.Change(p.sumsOf(*before.Value, p.earlier.Units, before.Influence),
		p.sumsOf(f.Value, units, f.Influence), p.doc.design.single, p.doc.interval.Level)
}

// simplifies reports whether the error of a change by overlap leaves out what is
// known of the draw of the later edition, or a sampled share that one of them tells.
func (p *Plan) simplifies(units []Unit) bool {
	tells := func(u Unit) bool { return u.Sampled > 0 }
	design := &p.doc.design
	return design.drawn != drawnSpec{} || len(design.fpc) > 1 ||
		slices.ContainsFunc(units, tells) != slices.ContainsFunc(p.earlier.Units, tells)
}

// sumsOf is an edition of one figure.
func (p *Plan) sumsOf(value float64, units []Unit, influence []float64) weighting.Edition {
	out := weighting.Edition{Value: value, PSUs: make([]weighting.PSUSum, len(units))}
	for k, u := range units {
		s := weighting.PSUSum{Stratum: u.Stratum, PSU: u.PSU, Sum: influence[k], Sampled: u.Sampled}
		if p.doc.design.nest {
			s.PSU = u.Stratum + "/" + u.PSU
		}
		out.PSUs[k] = s
	}
	return out
}

// changes are the figures with a change.
func (in Indicator) changes() []Figure {
	return slices.DeleteFunc(slices.Clone(in.Figures), func(f Figure) bool { return f.Change == nil })
}

// changeTable is what a person reads of the changes of an indicator.
func changeTable(figures []Figure, words *wordTable) []*column {
	domain, earlier, change := &column{left: true, head: words.change}, &column{head: words.earlier}, &column{head: words.difference}
	se, low, high, interval := &column{head: words.se}, &column{}, &column{}, &column{head: words.interval}
	df, p := &column{head: words.df}, &column{head: "p"}
	differences := make([]Figure, len(figures))
	for k, f := range figures {
		differences[k].Estimate = f.Change.Difference
	}
	digits := decimals(differences)
	for _, f := range figures {
		d := f.Change.Difference
		domain.add(f.label(words))
		earlier.add(grouped(f.Change.Earlier, digits))
		change.add(grouped(d.Value, digits))
		se.add(grouped(d.SE, digits))
		low.add(grouped(d.Low, digits))
		high.add(grouped(d.High, digits))
		df.add(grouped(float64(d.DF), 0))
		p.add(probability(f.Change.P))
	}
	interval.between(low, high)
	return []*column{domain, earlier, change, se, interval, df, p}
}
