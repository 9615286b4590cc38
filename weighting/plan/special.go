package plan

import (
	"slices"
	"strings"

	"cifra/questionnaire/expr"
	"cifra/schemas/source"
	"cifra/weighting"
)

// This file reads and checks the indicators that distribution.go computes.

// A quantileSpec says which quantiles of a value.
type quantileSpec struct {
	at   []float64
	rule weighting.QuantileRule
}

// A regressionSpec is a model of a value.
type regressionSpec struct {
	terms     []*source.Node // variables, or products written a:b
	family    weighting.Family
	link      weighting.LinkFunction
	exposure  *source.Node // nil if rows were exposed alike
	ratios    bool         // show exp of the coefficients
	reference map[string]string
	named     []*source.Node // of reference: the variables

	ordinal    bool           // the family of ordered answers, which is not weighting's
	likelihood bool           // terms are tested by likelihood ratios
	margins    []*source.Node // variables whose predictive margins are shown
}

// A testSpec is a comparison of groups, or of a mean with a value.
type testSpec struct {
	groups *source.Node // nil if a mean is compared with a value
	value  float64
	method string
}

// readSpecial reads an indicator of kind quantile, regression or test.
func (in *indicatorSpec) readSpecial(kind string, n *source.Node, ds *expr.Diagnostics) {
	switch kind {
	case "quantile":
		m := n.Map(ds, "a quantile: {of: income, at: 0.5}", "of", "at", "rule")
		in.of = m.Need(ds, "of")
		in.quantile = &quantileSpec{}
		in.quantile.readAt(m.Need(ds, "at"), ds)
		if word := m.Get("rule").Word(ds, "math", "school", "hf1", "hf2", "hf3", "hf4", "hf5", "hf6", "hf7", "hf8", "hf9", "shahvaish"); word != "" {
			in.quantile.rule, _ = weighting.ParseQuantileRule(word)
		}
	case "concentration":
		m := n.Map(ds, "a concentration: {of: count(incidents), top: 0.1}", "of", "top", "gini", "times", "over")
		in.of = m.Need(ds, "of")
		in.concentration = readConcentration(m, ds)
	case "regression":
		m := n.Map(ds, "a regression: {of: …, terms: [sex, age]}", "of", "terms", "family", "link", "exposure", "show", "reference", "tests", "margins")
		in.of = m.Need(ds, "of")
		in.regression = readRegression(m, ds)
	case "test":
		m := n.Map(ds, "a test: {of: …, groups: sex}", "of", "groups", "value", "method")
		in.of = m.Need(ds, "of")
		in.test = readTest(m, ds)
	}
	in.of.Text(ds, "an expression")
}

// readAt reads shares between 0 and 1.
func (q *quantileSpec) readAt(n *source.Node, ds *expr.Diagnostics) {
	if n == nil {
		return
	}
	list := []*source.Node{n}
	if n.Kind() == source.Sequence {
		list = n.List(ds, "a share, such as 0.5")
	}
	for _, w := range list {
		before := len(*ds)
		v := w.Float(ds, "a share, such as 0.5")
		if len(*ds) == before && !(v >= 0 && v <= 1) {
			w.Fail(ds, "write 0.5 for the median", "a quantile lies between 0 and 1")
		}
		q.at = append(q.at, min(max(v, 0), 1))
	}
}

// readTest reads what is compared with what.
func readTest(m *source.Map, ds *expr.Diagnostics) *testSpec {
	t := &testSpec{groups: m.Get("groups"), method: "t"}
	t.groups.Text(ds, "a variable")
	if word := m.Get("method").Word(ds, "t", "chisq", "wilcoxon", "vanderwaerden", "median"); word != "" {
		t.method = word
	}
	value := m.Get("value")
	switch {
	case value == nil && t.groups == nil && m.Node().Kind() == source.Mapping:
		m.Node().Fail(ds, "groups: sex compares groups, value: 3 a mean with a value", "the test does not say what is compared")
	case value != nil && t.groups != nil:
		m.Key("value").Fail(ds, "write two indicators", "a test compares groups or a mean with a value, not both")
	case value != nil && t.method != "t":
		m.Get("method").Fail(ds, "method: t", "the method %s compares groups", t.method)
	case value != nil:
		t.value = value.Float(ds, "a number, such as 3")
	}
	return t
}

func readRegression(m *source.Map, ds *expr.Diagnostics) *regressionSpec {
	r := &regressionSpec{exposure: m.Get("exposure"), reference: map[string]string{}}
	r.terms = words(m.Need(ds, "terms"), ds, "a variable, or a:b for a product")
	r.exposure.Text(ds, "an expression")
	if word := m.Get("family").Word(ds, "gaussian", "binomial", "poisson", "ordinal"); word == "ordinal" {
		r.ordinal = true
	} else if word != "" {
		r.family, _ = weighting.ParseFamily(word)
	}
	if word := m.Get("link").Word(ds, "canonical", "identity", "log", "logit"); word != "" {
		r.link, _ = weighting.ParseLinkFunction(word)
	}
	r.ratios = m.Get("show").Word(ds, "coefficients", "ratios") == "ratios"
	log := r.ordinal || r.link == weighting.LogLink || r.link == weighting.LogitLink || r.link == weighting.CanonicalLink && r.family != weighting.Gaussian
	if r.ratios && !log {
		m.Key("show").Fail(ds, "show: coefficients, which are differences of means", "with this link exp of a coefficient is no ratio")
	}
	if r.link == weighting.LogitLink && r.family != weighting.Binomial && !r.ordinal {
		m.Key("link").Fail(ds, "family: binomial", "a logit is of a share, and family %s has others", r.family)
	}
	r.likelihood = m.Get("tests").Word(ds, "wald", "likelihood") == "likelihood"
	r.margins = words(m.Get("margins"), ds, "a variable")
	r.ordered(m, ds)
	if r.exposure != nil && !(r.link == weighting.LogLink || r.link == weighting.CanonicalLink && r.family == weighting.Poisson) {
		m.Key("exposure").Fail(ds, "family: poisson", "exposure means something with a log link only")
	}
	for name, value := range m.Get("reference").Map(ds, "levels by variable: {sex: woman}").All() {
		r.reference[name.Raw()] = value.Text(ds, "a level")
		r.named = append(r.named, name)
	}
	return r
}

// ordered reports what a model of ordered answers does not have.
func (r *regressionSpec) ordered(m *source.Map, ds *expr.Diagnostics) {
	if !r.ordinal {
		return
	}
	if r.link != weighting.CanonicalLink && r.link != weighting.LogitLink {
		m.Key("link").Fail(ds, "leave link out", "an ordinal regression has cumulative logits")
	}
	if r.likelihood {
		m.Key("tests").Fail(ds, "tests: wald", "the likelihood ratio is not for a model of ordered answers")
	}
	if r.margins != nil {
		m.Key("margins").Fail(ds, "a proportion by the variable", "an ordered answer has no mean, and so no margins")
	}
}

// bindSpecial finds the variables of such an indicator.
func (p *Plan) bindSpecial(in *indicator) {
	switch spec := in.spec; {
	case spec.regression != nil:
		for _, n := range spec.regression.terms {
			var factors []*axis
			for _, name := range strings.Split(n.Raw(), ":") {
				if a := p.modelVariable(n, strings.TrimSpace(name), in); a != nil {
					factors = append(factors, a)
				}
			}
			in.terms = append(in.terms, factors)
		}
		if spec.regression.exposure != nil {
			in.exposure = p.b.check(spec.regression.exposure, in.f, expr.Want{Kinds: []expr.Kind{expr.Real}})
		}
		p.bindReference(in)
		p.bindMargins(in)
	case spec.test != nil && spec.test.groups != nil:
		if a := p.modelVariable(spec.test.groups, spec.test.groups.Raw(), in); a != nil {
			in.terms = [][]*axis{{a}}
		}
	}
}

// modelVariable finds a variable of the rows of an indicator or of those above.
func (p *Plan) modelVariable(n *source.Node, name string, in *indicator) *axis {
	if name == "" {
		return nil // reported
	}
	var names []string
	for f := in.f; f != nil; f = f.above {
		if i, ok := f.name[name]; ok {
			if f.vars[i].typ.Kind == expr.Set {
				n.Fail(p.b.ds, "derive a condition for each code", "%s can have several codes in a row", name)
				return nil
			}
			return &axis{f, f.vars[i]}
		}
		names = append(names, columnNames(f)...)
	}
	if !p.b.broken[name] && !p.b.unsure(in.f) {
		n.Fail(p.b.ds, source.DidYouMean(name, names), "no file of this indicator has a variable %s", name)
	}
	return nil
}

// bindMargins checks that margins are of variables that are terms by themselves and
// of no product: the level of one factor alone sets no product.
func (p *Plan) bindMargins(in *indicator) {
	for _, n := range in.spec.regression.margins {
		alone, crossed := false, false
		var found *variable
		for _, factors := range in.terms {
			for _, a := range factors {
				if a.v.name != n.Raw() {
					continue
				}
				found = a.v
				alone, crossed = alone || len(factors) == 1, crossed || len(factors) > 1
			}
		}
		switch {
		case n.Raw() == "" || p.b.broken[n.Raw()] || p.b.unsure(in.f):
		case found == nil:
			n.Fail(p.b.ds, "one of its terms", "%s is no variable of the model", n.Raw())
		case crossed || !alone:
			n.Fail(p.b.ds, "leave the product out, or take a proportion or mean by it", "%s is in a product, whose margins are not those of %s alone", n.Raw(), n.Raw())
		case !categorical(found):
			n.Fail(p.b.ds, "cut it into groups", "%s is a number and has no levels", n.Raw())
		}
	}
}

// bindReference checks that reference levels are of variables of the model, and
// levels of them where a list says which there are.
func (p *Plan) bindReference(in *indicator) {
	for _, n := range in.spec.regression.named {
		var found *axis
		for _, factors := range in.terms {
			for _, a := range factors {
				if a.v.name == n.Raw() {
					found = a
				}
			}
		}
		level := in.spec.regression.reference[n.Raw()]
		switch {
		case found == nil:
			n.Fail(p.b.ds, "", "%s is no variable of the model", n.Raw())
		case !categorical(found.v):
			n.Fail(p.b.ds, "", "%s is a number and has no levels", n.Raw())
		case found.v.typ.Kind == expr.Code && !slices.Contains(found.v.typ.List.Codes, level):
			n.Fail(p.b.ds, source.DidYouMean(level, found.v.typ.List.Codes), "%s has no level %s", n.Raw(), level)
		}
	}
}
