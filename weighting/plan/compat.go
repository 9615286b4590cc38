package plan

import (
	"cifra/questionnaire/expr"
	"cifra/schemas/source"
	"cifra/weighting"
)

// This file gives a plan R's results where cifra's own are others on purpose, so that an
// office can change programs without changing its published figures. The rules of
// compat: r, in a plan of estimates:
//
//   - intervals of means, totals, ratios, and of proportions whose method the plan does
//     not name, have the normal quantile: confint of svymean, svytotal and svyratio;
//   - a proportion whose method is named is svyciprop's: rows without a value count in
//     its degrees of freedom and, for beta and likelihood, in its number of rows;
//   - replicates spread about their mean, unless the plan says about_estimate;
//   - a regression stops where svyglm's defaults do, a likelihood-ratio test takes the
//     saddlepoint, and equal values have svyranktest's ranks;
//   - the log-CV of a quality scheme is that of the package calidad.
//
// In a plan of weights:
//
//   - rake stops as R's does, after a pass in which no cell moves by 1, in at most 10
//     passes, so that totals are missed by about as much; linear, raking and logit stop
//     at 1e-7 of 1+T;
//   - replicates spread about their mean.
//
// What R gets wrong has no name here: the design effect of a total of unequal
// probabilities, trimmed replicate weights whose full-sample weight stays, and a margin's
// error without its covariance. The last is an option of package weighting.

// readCompat reads compat: r.
func (d *document) readCompat(n *source.Node, ds *expr.Diagnostics) {
	d.likeR = n.Word(ds, "cifra", "r") == "r"
}

// R's defaults that plans have no key of their own for.
const (
	epsilonOfGLM       = 1e-8
	epsilonOfCalibrate = 1e-7
	changeOfRake       = 1
	passesOfRake       = 10
	sweepsOfRake       = 10
)

// rakeOptions are those of the method rake.
func (d *document) rakeOptions() weighting.RakeOptions {
	if !d.likeR {
		return weighting.RakeOptions{}
	}
	return weighting.RakeOptions{Change: changeOfRake, Iterations: passesOfRake, Sweeps: sweepsOfRake}
}

// calibrationTolerance is how far a total may be missed; 0 is weighting's own.
func (d *document) calibrationTolerance() float64 {
	if !d.likeR {
		return 0
	}
	return epsilonOfCalibrate
}

// intervalOf is the interval of a statistic of the sums. before is the population of
// its domain with the rows that have no value; it has no units where there is none.
func (c *computation) intervalOf(s, before weighting.Statistic) (weighting.Interval, error) {
	doc := c.p.doc
	iv := doc.interval
	if !c.share {
		iv.Method = weighting.Symmetric
	}
	if !doc.likeR {
		return iv, nil
	}
	iv.Normal = !c.share || !doc.methodNamed
	if iv.Normal || before.N == 0 {
		return iv, nil
	}
	whole, err := c.in.base.Estimate(before, weighting.Interval{})
	if err != nil {
		return iv, err
	}
	iv.DF, iv.Rows = whole.DF, whole.N
	if s.N > 1 && c.weightBehind > 0 { // weights over their mean average 1 over the rows before
		iv.Dispersion = c.weightBehind / (whole.Value / float64(whole.N)) / float64(s.N-1)
	}
	return iv, nil
}
