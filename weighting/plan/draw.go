package plan

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"

	"cifra/weighting"
)

// This file draws the sample of a plan. The rules:
//
//   - every stratum and every PSU has random numbers of its own, from the seed
//     and its code: a stratum that changes leaves the draws of the others as they
//     were;
//   - a stratum gets whole PSUs and at_least of them, so the cases are not exactly
//     those asked for; what was drawn is told beside what was asked;
//   - p_psu and p_dwelling are the probabilities of the draw as it was made, so
//     that 1/(p_psu p_dwelling) is the base weight, whatever was rounded.

// A Drawn is a sample of dwellings.
type Drawn struct {
	Name    string
	Wanted  float64 // dwellings that the plan asks for
	Strata  []DrawnStratum
	columns []string // beside those of the design
	cases   []drawnCase
}

// A DrawnStratum says what of a stratum is in the sample.
type DrawnStratum struct {
	Name             string
	PSUs, Dwellings  int // in the frame
	Drawn, Certain   int // PSUs in the sample, and how many of them were sure to be
	Cases            int
	LeastWeight, Top float64 // of the base weights
}

type drawnCase struct {
	id, stratum, psu string
	pPSU, pDwelling  float64
	selection        float64
	kept             []string
}

// Cases returns the number of dwellings in the sample.
func (d *Drawn) Cases() int { return len(d.cases) }

// Name returns the name of the sample.
func (p *SamplePlan) Name() string { return p.doc.name }

// size returns how many dwellings the plan asks for.
func (c *casesSpec) size() float64 {
	if c.count > 0 {
		return c.count
	}
	var n float64
	switch {
	case c.cv > 0:
		n = weighting.SizeForCV(c.p, c.cv, c.deff)
	case c.margin > 0:
		n = weighting.SizeForMargin(c.p, c.margin, c.level, c.deff)
	default:
		n = c.deff * weighting.SizeForDifference(c.p, c.p2, c.alpha, c.power)
	}
	return weighting.InFinite(n, c.population) / c.response
}

// Draw draws the sample. done, if not nil, is told before each stratum how many
// are done of how many. The error says what does not fit: a size beyond the
// frame, a precision out of reach.
func (p *SamplePlan) Draw(done func(strata, of int)) (*Drawn, error) {
	take, wanted, err := p.allocated()
	if err != nil {
		return nil, fmt.Errorf("sample %s: %w", p.doc.name, err)
	}
	out := &Drawn{Name: p.doc.name, Wanted: wanted, columns: p.kept}
	if p.doc.list == nil {
		out.columns = append([]string{"dwelling"}, p.kept...)
	}
	for h, s := range p.strata {
		if done != nil {
			done(h, len(p.strata))
		}
		if err := p.drawStratum(s, take[h], out); err != nil {
			return nil, fmt.Errorf("sample %s: stratum %s: %w", p.doc.name, s.name, err)
		}
	}
	if done != nil {
		done(len(p.strata), len(p.strata))
	}
	return out, nil
}

// allocated returns how many PSUs each stratum gives, and the dwellings asked
// for.
func (p *SamplePlan) allocated() (psus []int, wanted float64, err error) {
	a := &p.doc.allocate
	each := float64(p.doc.each)
	var size, sd, cost []float64
	most := make([]int, len(p.strata))
	for h, s := range p.strata {
		size, sd, cost = append(size, s.size), append(sd, s.sd), append(cost, s.cost)
		most[h] = len(s.psus)
	}
	least := float64(a.atLeast) * each
	var n []float64
	if a.bethel {
		// Bethel counts answers; dwellings are more by those that stay silent.
		response := p.doc.cases.response
		n, err = weighting.Bethel(size, cost, p.precisions(), least*response)
		for h := range n {
			n[h] /= response
			wanted += n[h]
		}
	} else {
		wanted = math.Ceil(p.doc.cases.size() - 1e-9)
		all := 0.0 // what the least of each stratum needs, if that is more
		for _, v := range size {
			all += min(least, v)
		}
		n, err = weighting.Allocation{
			Method: a.method, Size: size, SD: sd, Cost: cost, Power: a.power, Importance: a.importance, AtLeast: least,
		}.Of(max(wanted, all))
	}
	if err != nil {
		return nil, 0, err
	}
	for h, s := range p.strata {
		if n[h] /= each; a.bethel {
			n[h] = math.Ceil(n[h] - 1e-9) // a precision is met or it is not
		}
		if math.Round(n[h]) > float64(most[h]) && n[h] > float64(a.atLeast) {
			return nil, 0, fmt.Errorf("stratum %s would need %.0f PSUs of %d dwellings and has %d: take more dwellings in each", s.name, n[h], p.doc.each, most[h])
		}
		n[h] = min(n[h], float64(most[h]))
	}
	psus = weighting.RoundAllocation(n, most)
	for h := range psus {
		psus[h] = max(psus[h], min(a.atLeast, most[h]))
	}
	return psus, wanted, nil
}

// precisions returns what Bethel's allocation has to meet: each precision in each
// of its domains. Clusters multiply a variance by deff, so that a simple random
// sample has to be better by its root.
func (p *SamplePlan) precisions() []weighting.Precision {
	var want []weighting.Precision
	for j, spec := range p.doc.allocate.precise {
		at := map[string]int{}
		for h, s := range p.strata {
			k, ok := at[s.domain[j]]
			if !ok {
				k = len(want)
				at[s.domain[j]] = k
				name := spec.mean.Raw()
				if s.domain[j] != "" {
					name += " in " + s.domain[j]
				}
				want = append(want, weighting.Precision{
					Name: name, CV: spec.cv / math.Sqrt(p.doc.cases.deff), Mean: make([]float64, len(p.strata)), SD: make([]float64, len(p.strata)),
				})
			}
			want[k].Mean[h], want[k].SD[h] = s.mean[j], s.dev[j]
		}
	}
	return want
}

func (p *SamplePlan) drawStratum(s *frameStratum, n int, out *Drawn) error {
	size := make([]float64, len(s.psus))
	for i, u := range s.psus {
		if size[i] = float64(u.size); p.doc.psus.method == weighting.SimpleRandom {
			size[i] = 1
		}
	}
	pi, err := weighting.InclusionProbabilities(size, n)
	if err != nil {
		return err
	}
	units, err := weighting.Select(p.doc.psus.method, pi, weighting.Seeded(p.doc.seed, "psus", s.name))
	if err != nil {
		return err
	}
	row := DrawnStratum{
		Name: s.name, PSUs: len(s.psus), Dwellings: int(s.size), Drawn: len(units), LeastWeight: math.Inf(1),
	}
	for _, i := range units {
		if pi[i] == 1 {
			row.Certain++
		}
		before := len(out.cases)
		if err := p.drawDwellings(s, s.psus[i], pi[i], out); err != nil {
			return err
		}
		for _, c := range out.cases[before:] {
			w := 1 / (c.pPSU * c.pDwelling)
			row.LeastWeight, row.Top = min(row.LeastWeight, w), max(row.Top, w)
		}
		row.Cases += len(out.cases) - before
	}
	out.Strata = append(out.Strata, row)
	return nil
}

// drawDwellings draws the dwellings of a PSU.
func (p *SamplePlan) drawDwellings(s *frameStratum, u *framePSU, pPSU float64, out *Drawn) error {
	listed := u.size
	if u.homes != nil {
		listed = len(u.homes)
	}
	n := min(p.doc.each, listed)
	pi := make([]float64, listed)
	for i := range pi {
		pi[i] = float64(n) / float64(listed)
	}
	rng := weighting.Seeded(p.doc.seed, "dwellings", u.code)
	places, err := weighting.Select(p.doc.dwellings.method, pi, rng)
	if err != nil {
		return err
	}
	if len(places) != n {
		return errors.New("the draw did not give the number of dwellings asked for")
	}
	for _, k := range places {
		c := drawnCase{stratum: s.name, psu: u.code, pPSU: pPSU, pDwelling: pi[k], selection: rng.Float64()}
		if u.homes != nil {
			c.id = u.homes[k].code
			c.kept = append(append(c.kept, u.keep...), u.homes[k].keep...)
		} else {
			c.id = u.code + "-" + fmt.Sprintf("%0*d", len(strconv.Itoa(listed)), k+1)
			c.kept = append(append(c.kept, strconv.Itoa(k+1)), u.keep...)
		}
		out.cases = append(out.cases, c)
	}
	return nil
}

// WriteCSV writes d as the sample file that the collection service imports: a
// row a dwelling with its case, stratum, psu, p_psu, p_dwelling and
// selection_number, and the columns kept of the frame. Probabilities have all
// their digits, so that weights can be made from the file.
func (d *Drawn) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	out.Write(append(append([]string{}, designColumns...), d.columns...))
	number := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
	for _, c := range d.cases {
		// Nine decimals cut, not rounded: 1 is no selection number.
		selection := strconv.FormatFloat(math.Floor(c.selection*1e9)/1e9, 'f', 9, 64)
		out.Write(append([]string{c.id, c.stratum, c.psu, number(c.pPSU), number(c.pDwelling), selection}, c.kept...))
	}
	out.Flush()
	return out.Error()
}

// WriteTable writes what was drawn by stratum, for people.
func (d *Drawn) WriteTable(w io.Writer, language string) error {
	words, ok := drawnWords[language]
	if !ok {
		words = drawnWords["en"]
	}
	width := len(words[0])
	for _, s := range d.Strata {
		width = max(width, len([]rune(s.Name)))
	}
	line := func(name string, v ...string) string {
		text := fmt.Sprintf("%-*s", width, name)
		for _, s := range v {
			text += fmt.Sprintf("  %12s", s)
		}
		return text + "\n"
	}
	text := line(words[0], words[1], words[2], words[3], words[4], words[5], words[6])
	sum := DrawnStratum{LeastWeight: math.Inf(1)}
	show := func(s DrawnStratum) string {
		return line(s.Name, strconv.Itoa(s.PSUs), strconv.Itoa(s.Dwellings), strconv.Itoa(s.Drawn), strconv.Itoa(s.Certain),
			strconv.Itoa(s.Cases), fmt.Sprintf("%.4g–%.4g", s.LeastWeight, s.Top))
	}
	for _, s := range d.Strata {
		text += show(s)
		sum.PSUs, sum.Dwellings, sum.Drawn, sum.Certain, sum.Cases = sum.PSUs+s.PSUs, sum.Dwellings+s.Dwellings, sum.Drawn+s.Drawn, sum.Certain+s.Certain, sum.Cases+s.Cases
		sum.LeastWeight, sum.Top = min(sum.LeastWeight, s.LeastWeight), max(sum.Top, s.Top)
	}
	sum.Name = words[7]
	text += show(sum)
	_, err := fmt.Fprintf(w, "%s\n"+words[8]+"\n", text, d.Wanted, len(d.cases))
	return err
}

// drawnWords are the headings of the table: stratum, PSUs and dwellings of the
// frame, PSUs drawn and certain, cases, weights, the sum, and the last line.
var drawnWords = map[string][9]string{
	"en": {"stratum", "PSUs", "dwellings", "drawn", "certain", "cases", "weights", "all", "%.0f dwellings asked for, %d drawn: whole PSUs."},
	"es": {"estrato", "UPM", "viviendas", "sorteadas", "con certeza", "casos", "pesos", "total", "%.0f viviendas pedidas, %d sorteadas: UPM enteras."},
	"pt": {"estrato", "UPA", "domicílios", "sorteadas", "com certeza", "casos", "pesos", "total", "%.0f domicílios pedidos, %d sorteados: UPA inteiras."},
	"fr": {"strate", "UPE", "logements", "tirées", "certaines", "cas", "poids", "ensemble", "%.0f logements demandés, %d tirés : UPE entières."},
}
