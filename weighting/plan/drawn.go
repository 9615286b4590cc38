package plan

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"cifra/questionnaire/expr"
	"cifra/schemas/source"
	"cifra/weighting"
)

// This file makes the designs that are not strata of PSUs drawn alike. The rules:
//
//   - replicates carry the design: a file published with them need not say its strata
//     and PSUs, and a plan that names both would leave open which of them counts. Their
//     columns are in the file of sampled units; files below take the factors of the
//     rows above, with weights of their own;
//   - a systematic sample has strata and PSUs, and their order in the draw;
//   - units of unequal probability are the rows of the file of sampled units, drawn
//     without replacement in one stage. The weights of the plan are the final ones, so
//     they need not be 1 over the probability. The probabilities of pairs are
//     approximated, or read from a file: see joint.go;
//   - a second phase says which units were drawn again, and from which strata. The
//     weights are those after it, and 0 where a unit was not drawn again.
//
// A drawnSpec says so.
type drawnSpec struct {
	replicates *replicatesSpec
	systematic *systematicSpec
	pps        *ppsSpec
	second     *secondSpec
}

type replicatesSpec struct {
	at, prefix, weight *source.Node // weight is nil if the columns are factors
	scheme             weighting.Scheme
	rho, scale         float64
	scales             []float64 // of each replicate; nil if all are alike
	about              *bool     // they spread about the estimate, not about their mean; nil if it is not said
	df                 int
}

type systematicSpec struct {
	at, order *source.Node // order is nil for that of the PSUs' names in the file
	rule      weighting.SystematicRule
}

type ppsSpec struct {
	at, probability *source.Node
	method          weighting.PPSMethod
	yates           bool
	joint           *jointSpec // of the method joint; else nil
}

type secondSpec struct {
	at     *source.Node
	strata []*source.Node
	drawn  *source.Node
}

// readDrawn reads what stands beside strata and clusters.
func (s *designSpec) readDrawn(m *source.Map, ds *expr.Diagnostics) {
	if n := m.Get("replicates"); n != nil {
		s.drawn.replicates = readReplicates(n, ds)
		s.alone(m, "replicates", "the replicates carry the design", ds)
	}
	if n := m.Get("systematic"); n != nil {
		r := n.Map(ds, "a systematic draw: {rule: sd2, order: serial}", "rule", "order")
		spec := &systematicSpec{at: n, order: r.Get("order")}
		spec.order.Text(ds, "a column")
		spec.rule, _ = weighting.ParseSystematicRule(r.Need(ds, "rule").Word(ds, "sd1", "sd2"))
		s.drawn.systematic = spec
		if s.clusters == nil {
			n.Fail(ds, "clusters: the column of the PSUs", "a systematic sample names the PSUs that were drawn in order")
		}
	}
	if n := m.Get("unequal"); n != nil {
		r := n.Map(ds, "unequal probabilities: {probability: pi}", "probability", "method", "yates_grundy", "joint")
		spec := &ppsSpec{at: n, probability: r.Need(ds, "probability"), yates: r.Get("yates_grundy").Bool(ds)}
		spec.probability.Text(ds, "a column")
		if word := r.Get("method").Word(ds, "brewer", "overton", "hartley_rao", "joint"); word != "" {
			spec.method = weighting.PPSMethod(slices.Index([]string{"brewer", "overton", "hartley_rao", "joint"}, word))
		}
		if spec.yates && spec.method == weighting.BrewerPPS {
			r.Key("yates_grundy").Fail(ds, "method: overton, hartley_rao or joint", "Brewer's variance is one, with no form of Yates and Grundy")
		}
		switch j := r.Get("joint"); {
		case j != nil && spec.method == weighting.JointPPS:
			spec.joint = readJoint(j, ds)
		case j != nil:
			r.Key("joint").Fail(ds, "method: joint", "joint probabilities are for the method joint")
		case spec.method == weighting.JointPPS:
			r.Get("method").Fail(ds, "joint: {read: joint.csv, unit: id, other: with, probability: both}", "the method joint needs the probabilities of pairs")
		}
		s.drawn.pps = spec
		s.alone(m, "unequal", "units of unequal probability are rows", ds)
	}
	if n := m.Get("second_phase"); n != nil {
		r := n.Map(ds, "a second phase: {strata: class, drawn: followed_up}", "strata", "drawn")
		s.drawn.second = &secondSpec{at: n, strata: words(r.Get("strata"), ds, "a column"), drawn: r.Need(ds, "drawn")}
		s.drawn.second.drawn.Text(ds, "a condition")
		if s.drawn.systematic != nil {
			n.Fail(ds, "leave systematic out: its variance is at most what a random order gives", "a second phase of a systematic sample has no variance here")
		}
	}
}

// alone reports keys of the design that say another one.
func (s *designSpec) alone(m *source.Map, key, because string, ds *expr.Diagnostics) {
	for _, other := range []string{"strata", "clusters", "fpc", "nest", "single_psu", "systematic", "second_phase", "unequal", "replicates"} {
		if other != key && m.Get(other) != nil && (other != "replicates" || key == "unequal") {
			m.Key(other).Fail(ds, "leave "+other+" out, or "+key, "%s, so %s means nothing", because, other)
		}
	}
}

func readReplicates(n *source.Node, ds *expr.Diagnostics) *replicatesSpec {
	m := n.Map(ds, "replicates: {prefix: rep_, weight: w, method: JKn, scale: 0.5}", "prefix", "weight", "factors", "method", "rho", "scale", "about_estimate", "df")
	r := &replicatesSpec{at: n, prefix: m.Need(ds, "prefix"), weight: m.Get("weight")}
	r.prefix.Text(ds, "what the names of their columns begin with")
	r.weight.Text(ds, "the column of the weight that they belong to")
	factors := false
	if f := m.Get("factors"); f != nil {
		factors = f.Bool(ds)
	}
	// Weights taken for factors are the weight squared: the estimate is right and
	// its standard error many times too large, which nobody sees.
	if factors == (r.weight != nil) && n.Kind() == source.Mapping {
		n.Fail(ds, "weight: and the column that the replicate weights belong to, or factors: true if they multiply it", "the columns of replicates are either weights or factors on the weight")
	}
	known := append([]string{"other"}, schemesKnown...)
	r.scheme, _ = weighting.ParseScheme(m.Need(ds, "method").Word(ds, known...))
	read := func(key, what string, sound func(v float64) bool, hint string) float64 {
		k := m.Get(key)
		if k == nil {
			return 0
		}
		before := len(*ds)
		v := k.Float(ds, what)
		if len(*ds) == before && !sound(v) {
			k.Fail(ds, hint, "%s is %g", key, v)
		}
		return v
	}
	r.rho = read("rho", "a number, such as 0.3", func(v float64) bool { return v >= 0 && v < 1 }, "from 0 up to, but without, 1")
	if n := m.Get("scale"); n != nil && n.Kind() == source.Sequence {
		r.scale = 1
		for _, w := range n.List(ds, "a factor for each replicate") {
			v := w.Float(ds, "a number")
			if v < 0 {
				w.Fail(ds, "", "scale is %g", v)
			}
			r.scales = append(r.scales, v)
		}
	} else {
		r.scale = read("scale", "a number", func(v float64) bool { return v > 0 }, "above 0")
	}
	r.df = int(read("df", "a whole number", func(v float64) bool { return v >= 1 && v == math.Trunc(v) }, "a whole number above 0"))
	if n := m.Get("about_estimate"); n != nil {
		said := n.Bool(ds)
		r.about = &said
	}
	switch {
	case m.Get("rho") != nil && r.scheme != weighting.Fay:
		m.Key("rho").Fail(ds, "method: Fay", "rho is of Fay's half-samples only")
	case r.scale == 0 && (r.scheme == weighting.JKn || r.scheme == weighting.CantyDavison || r.scheme == weighting.OtherScheme) && m.Get("method").Raw() != "":
		m.Key("method").Fail(ds, "scale: the factor on the sum of squares, 0.5 for two PSUs a stratum", "the scale of %s is not known from its replicates", m.Get("method").Raw())
	}
	return r
}

// replicatedDesign makes the design of replicate columns; nil after a mistake.
func (p *Plan) replicatedDesign(r *replicatesSpec) *weighting.Design {
	type numbered struct {
		number int
		values []float64
	}
	var found []numbered
	sound := true
	for _, c := range p.top.table.Columns {
		rest, ok := strings.CutPrefix(c.Name, r.prefix.Raw())
		number, err := strconv.Atoi(rest)
		if !ok || err != nil {
			continue
		}
		if c.Numbers == nil {
			r.prefix.Fail(p.b.ds, "", "column %s holds no numbers", c.Name)
			sound = false
		}
		found = append(found, numbered{number, c.Numbers})
	}
	if len(found) < 2 {
		r.prefix.Fail(p.b.ds, "columns such as "+r.prefix.Raw()+"1, "+r.prefix.Raw()+"2", "%s has %d columns that begin with %s and end in a number", p.top.spec.name, len(found), r.prefix.Raw())
		return nil
	}
	slices.SortFunc(found, func(a, b numbered) int { return a.number - b.number })
	w := slices.Repeat([]float64{1}, p.top.table.Len())
	if r.weight != nil {
		w = p.numbers(r.weight)
	}
	if !sound || w == nil || !p.sound {
		return nil
	}
	if r.scales != nil && len(r.scales) != len(found) {
		r.at.Fail(p.b.ds, "one number, or one for each replicate", "%d scales for %d replicates", len(r.scales), len(found))
		return nil
	}
	columns := make([][]float64, len(found))
	for k, f := range found {
		columns[k] = f.values
	}
	about := !p.doc.likeR
	if r.about != nil {
		about = *r.about
	}
	d, err := weighting.NewReplicated(w, columns, weighting.ReplicateOptions{
		Scheme: r.scheme, Combined: r.weight != nil, Rho: r.rho, Scale: r.scale, RScales: r.scales, AboutEstimate: about, DF: r.df,
	})
	if err != nil {
		r.at.Fail(p.b.ds, "", "%v", err)
		return nil
	}
	return d
}

// unequalDesign makes the design of unequal probabilities; nil after a mistake.
func (p *Plan) unequalDesign(s *ppsSpec) *weighting.Design {
	pi := p.numbers(s.probability)
	if pi == nil || !p.sound {
		return nil
	}
	spec := weighting.PPS{Method: s.method, Probability: pi, YatesGrundy: s.yates}
	if s.method == weighting.JointPPS {
		for k, v := range pi {
			if !(v > 0 && v <= 1) {
				s.probability.Fail(p.b.ds, "above 0, and 1 at most", "line %d: %g is no probability of a unit in the sample", p.top.table.Line(k), v)
				return nil
			}
		}
		if s.joint == nil {
			return nil // told
		}
		if spec.Joint = p.joint(s.joint, pi); spec.Joint == nil {
			return nil
		}
	}
	d, err := weighting.NewPPSDesign(spec)
	if err != nil {
		s.at.Fail(p.b.ds, "", "%v", err)
		return nil
	}
	return d
}

// drawnAgain gives a design of strata and PSUs its order or its second phase.
func (p *Plan) drawnAgain(d *weighting.Design) *weighting.Design {
	if s := p.doc.design.drawn.systematic; s != nil {
		var order []float64
		if s.order != nil {
			if order = p.numbers(s.order); order == nil {
				return nil
			}
		}
		var err error
		if d, err = d.Successive(s.rule, order); err != nil {
			s.at.Fail(p.b.ds, "a number, the same in all rows of a PSU", "%v", err)
			return nil
		}
	}
	s := p.doc.design.drawn.second
	if s == nil {
		return d
	}
	strata, ok := p.factor(s.strata, "stratum of the second phase")
	e := p.b.check(s.drawn, p.top, expr.Want{Kinds: []expr.Kind{expr.Bool}})
	if !ok || e == nil {
		return nil
	}
	if strata.Code == nil {
		strata.Code = make([]int, p.top.table.Len())
	}
	p.again = make([]bool, p.top.table.Len())
	for i, c := range p.b.evaluate(e, p.top) {
		p.again[i] = c.Missing == expr.Answered && c.N == 1
	}
	out, err := d.SecondPhase(strata.Code, p.again)
	if err != nil {
		s.at.Fail(p.b.ds, "", "%v", err)
		return nil
	}
	return out
}

// undrawn says what is wrong with the weight of a row of f whose unit was not drawn in
// the second phase, "" if nothing.
func (p *Plan) undrawn(top int, weight float64) string {
	if p.again == nil || p.again[top] || weight == 0 {
		return ""
	}
	return fmt.Sprintf("the weight is %g, but the unit was not drawn in the second phase", weight)
}

// carries reports whether the figures of p have influence sums.
func (p *Plan) carries() bool {
	return p.doc.design.drawn.replicates == nil
}
