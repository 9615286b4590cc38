package plan

import (
	"fmt"
	"strconv"
	"strings"

	"cifra/questionnaire/expr"
	"cifra/schemas/source"
	"cifra/weighting"
)

// This file reads the joint inclusion probabilities of a sample of unequal
// probabilities, where the office that drew it knows them:
//
//	unequal: {probability: pi, method: joint, yates_grundy: true,
//	          joint: {read: joint.csv, unit: id, other: with, probability: both}}
//
// The rules:
//
//   - the file has a row for each pair of units of the sample, in either order and
//     once: it names them as the column unit of the sample's file does. Pairs may
//     come in any order, and units that were not drawn may be in it;
//   - a unit with itself may be left out: its probability is in the sample's file. If
//     it is there, the two must agree;
//   - a pair that is not there is an error, not a product of the two: only who drew
//     the sample can say that units were drawn independently.
//
// A jointSpec is that entry.
type jointSpec struct {
	at, read, unit *source.Node
	other, both    *source.Node
}

// readJoint reads the entry.
func readJoint(n *source.Node, ds *expr.Diagnostics) *jointSpec {
	m := n.Map(ds, "joint probabilities: {read: joint.csv, unit: id, other: with, probability: both}", "read", "unit", "other", "probability")
	j := &jointSpec{at: n, read: m.Need(ds, "read"), unit: m.Need(ds, "unit"), other: m.Need(ds, "other"), both: m.Need(ds, "probability")}
	j.read.Text(ds, "a file name")
	j.unit.Text(ds, "the column that names a unit, in both files")
	j.other.Text(ds, "the column of the other unit of a pair")
	j.both.Text(ds, "a column of probabilities")
	return j
}

// joint reads the matrix of the sampled units, whose probabilities are pi; nil after a
// mistake.
func (p *Plan) joint(j *jointSpec, pi []float64) [][]float64 {
	ds := p.b.ds
	for _, n := range []*source.Node{j.read, j.unit, j.other, j.both} {
		if n.Raw() == "" {
			return nil // told
		}
	}
	units, ok := p.factor([]*source.Node{j.unit}, "unit")
	t := frameReader{o: p.b.open}.table(j.read)
	if t == nil || !ok {
		return nil
	}
	if !(frameReader{o: p.b.open}).columns(t, []*source.Node{j.unit, j.other, j.both}) {
		return nil
	}
	both := t.Column(j.both.Raw())
	if both.Numbers == nil {
		j.both.Fail(ds, "", "%s", notNumbers(both))
		return nil
	}
	row := map[string]int{}
	for i, code := range units.Code {
		name := units.Levels[code]
		if was, twice := row[name]; twice {
			j.unit.Fail(ds, "a column that names each row once", "%s is on line %d and on line %d of %s", name, p.top.table.Line(was), p.top.table.Line(i), p.top.table.File)
			return nil
		}
		row[name] = i
	}
	m := make([][]float64, len(pi))
	for i := range m {
		m[i] = make([]float64, len(pi))
		m[i][i] = pi[i]
	}
	file := &file{spec: &fileSpec{read: j.read}, table: t}
	places, wrong := p.b.placesIn(file, j.both.Raw()), 0
	fail := func(k int, hint, format string, args ...any) {
		if wrong++; wrong <= maxTold {
			places.add(ds, k, fmt.Sprintf(format, args...), hint)
		}
	}
	first, second := t.Column(j.unit.Raw()), t.Column(j.other.Raw())
	for k, v := range both.Numbers {
		a, b := first.Text(k), second.Text(k)
		i, in1 := row[a]
		o, in2 := row[b]
		switch {
		case !in1 || !in2:
		case !(v > 0 && v <= 1):
			fail(k, "a probability is above 0, and 1 at most", "the joint probability of %s and %s is %s", a, b, cmpText(both.Text(k), "blank"))
		case i != o && v > min(pi[i], pi[o])*(1+1e-9):
			fail(k, "both are in the sample no more often than either", "the joint probability of %s and %s is %g, and that of one alone %g", a, b, v, min(pi[i], pi[o]))
		case i == o && (v-pi[i] > 1e-6*pi[i] || pi[i]-v > 1e-6*pi[i]):
			fail(k, "", "%s with itself has %g, and %g in %s", a, v, pi[i], p.top.table.File)
		case i != o && m[i][o] != 0:
			fail(k, "a pair has one row, in either order", "the pair %s and %s is there twice", a, b)
		default:
			m[i][o], m[o][i] = v, v
		}
	}
	places.find()
	p.b.countRest(wrong)
	if wrong > 0 || !p.paired(j, units, m) {
		return nil
	}
	return m
}

// paired reports pairs of the sample that the file does not have.
func (p *Plan) paired(j *jointSpec, units weighting.Factor, m [][]float64) bool {
	var missing []string
	count := 0
	for i := range m {
		for o := range i {
			if m[i][o] == 0 {
				if count++; count <= 5 {
					missing = append(missing, units.Levels[units.Code[o]]+" and "+units.Levels[units.Code[i]])
				}
			}
		}
	}
	if count > 5 {
		missing = append(missing, "and "+strconv.Itoa(count-5)+" more")
	}
	if count > 0 {
		j.read.Fail(p.b.ds, "a row for each pair of the sample, in either order", "%s has no row for %s", j.read.Raw(), strings.Join(missing, ", "))
	}
	return count == 0
}
