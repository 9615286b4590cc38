package weighting_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"cifra/weighting"
)

// clustered is a file just large enough for its rows to be handled by cells: 8 rows
// in each of 30 PSUs, and three classifications, the last with rows in none.
type clustered struct {
	stratum, psu []int
	w, y         []float64
	sex, age     []int
	part         []int
}

func newClustered(rng *rand.Rand) *clustered {
	c := &clustered{}
	for i := range 240 {
		p := i / 8
		c.psu, c.stratum = append(c.psu, p), append(c.stratum, p/5)
		c.w, c.y = append(c.w, 10*(1+rng.Float64())), append(c.y, rng.NormFloat64())
		c.sex, c.age, c.part = append(c.sex, rng.IntN(2)), append(c.age, rng.IntN(4)), append(c.part, rng.IntN(3)-1)
	}
	return c
}

func (c *clustered) design(t *testing.T) *weighting.Design {
	return mustDesign(t, c.stratum, c.psu, c.w, weighting.Options{})
}

// margins are totals a little off those of w.
func (c *clustered) margins(rng *rand.Rand) []weighting.Control {
	n := 0.0
	for _, w := range c.w {
		n += w
	}
	s := 0.4 + 0.2*rng.Float64()
	return []weighting.Control{
		{Name: "sex", Code: c.sex, Totals: []float64{s * n, (1 - s) * n}},
		{Name: "age", Code: c.age, Totals: []float64{0.2 * n, 0.3 * n, 0.3 * n, 0.2 * n}},
		{Name: "part", Code: c.part, Totals: []float64{0.3 * n, 0.35 * n}},
	}
}

func sameWeights(t *testing.T, what string, got, want []float64) {
	t.Helper()
	for k := range want {
		if !near(got[k], want[k], 1e-9) {
			t.Fatalf("%s: row %d weighs %g, want %g", what, k, got[k], want[k])
		}
	}
}

// A step computed on cells is the step computed on rows: a control that has a
// value, though it is 1 everywhere, keeps the rows apart.
func TestCellsAreTheirRows(t *testing.T) {
	for seed := range weighting.Seeds() {
		rng := rand.New(rand.NewPCG(seed, 0))
		c := newClustered(rng)
		d, cells := c.design(t), c.margins(rng)
		rows := slices.Clone(cells)
		rows[1].Value = slices.Repeat([]float64{1}, len(c.w))
		lambda := []float64{1, 2, 0, 0.5, 0, 1, 1, 0}
		for _, cal := range []weighting.Calibration{
			{Distance: weighting.LinearDistance},
			{Distance: weighting.LinearDistance, Lambda: lambda},
			{Distance: weighting.RakingDistance},
			{Distance: weighting.LogitDistance, Bounds: weighting.Bounds{Low: 0.2, High: 3}},
		} {
			t.Run(fmt.Sprintf("%d/%s", seed, cal.Distance), func(t *testing.T) {
				cal.Controls = cells
				a, err := d.Calibrate(cal)
				cal.Controls = rows
				b, err2 := d.Calibrate(cal)
				if err != nil || err2 != nil {
					t.Fatal(err, err2)
				}
				sameWeights(t, "by cells", a.Weights(), b.Weights())
				x, errX := a.Mean(c.y)
				y, errY := b.Mean(c.y)
				if errX != nil || errY != nil || !near(x.SE, y.SE, 1e-8) {
					t.Errorf("standard error %g by cells, %g by rows: %v, %v", x.SE, y.SE, errX, errY)
				}
			})
		}
	}
}

// Rows of weight 0 have a cell, and an empty category is still seen in cells.
func TestCellsRefuse(t *testing.T) {
	c := newClustered(rand.New(rand.NewPCG(1, 0)))
	for k := range c.sex {
		if c.sex[k] == 1 {
			c.w[k] = 0
		}
	}
	margins := c.margins(rand.New(rand.NewPCG(2, 0)))
	if _, err := c.design(t).Rake(margins, weighting.RakeOptions{}); err == nil {
		t.Error("a category without weight has its total met")
	}
	defer func() {
		if recover() == nil {
			t.Error("a code without a total is taken")
		}
	}()
	c.age[7] = 4
	c.design(t).Rake(margins, weighting.RakeOptions{})
}

// The weights of a replicate after two steps are those of the two steps made on
// the replicate's weights before them.
func TestStepsOnReplicatesAreThoseOfTheirWeights(t *testing.T) {
	for seed := range weighting.Seeds() / 10 { // 350 rakings each
		rng := rand.New(rand.NewPCG(seed, 1))
		c := newClustered(rng)
		rep := replicate(t, c.design(t), weighting.Replication{Scheme: weighting.RaoWu, Count: 70, Seed: seed})
		margins, again := c.margins(rng), c.margins(rng)[:2]
		steps := func(d *weighting.Design) *weighting.Design {
			for _, step := range []func(*weighting.Design) (*weighting.Design, error){
				func(d *weighting.Design) (*weighting.Design, error) {
					return d.Rake(margins, weighting.RakeOptions{})
				},
				func(d *weighting.Design) (*weighting.Design, error) {
					return d.Calibrate(weighting.Calibration{Controls: again})
				},
			} {
				var err error
				if d, err = step(d); err != nil {
					t.Fatal(err)
				}
			}
			return d
		}
		stepped := steps(rep)
		for _, r := range []int{0, 33, 63, 64, 69} {
			alone := steps(mustDesign(t, c.stratum, c.psu, rep.ReplicateWeights(r), weighting.Options{}))
			sameWeights(t, fmt.Sprintf("seed %d, replicate %d", seed, r), stepped.ReplicateWeights(r), alone.Weights())
		}
		// and totals are theirs
		e := stepped.Sums([][]float64{c.y}, weighting.Domains{}).Total(0, 0)
		v := 0.0
		for r := range 70 {
			d := -e.Value
			for k, w := range stepped.ReplicateWeights(r) {
				d += w * c.y[k]
			}
			v += d * d
		}
		mean := 0.0
		for r := range 70 {
			for k, w := range stepped.ReplicateWeights(r) {
				mean += w * c.y[k] / 70
			}
		}
		v = (v - 70*(mean-e.Value)*(mean-e.Value)) / 69
		if got, err := stepped.Covariance(e, e); err != nil || !near(got, v, 1e-8) {
			t.Errorf("seed %d: variance %g, by hand %g: %v", seed, got, v, err)
		}
	}
}

// With many PSUs the rank of replicates is seen from a part of the rows: it is
// their number, and less if one of them repeats.
func TestRankOfReplicates(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 0))
	const rows, count = 200, 40
	w := slices.Repeat([]float64{1}, rows)
	columns := make([][]float64, count)
	for r := range columns {
		columns[r] = make([]float64, rows)
		for k := range columns[r] {
			columns[r][k] = float64(rng.IntN(4))
		}
	}
	degrees := func() int {
		d, err := weighting.NewReplicated(w, columns, weighting.ReplicateOptions{})
		if err != nil {
			t.Fatal(err)
		}
		e, err := d.Total(w)
		if err != nil {
			t.Fatal(err)
		}
		return e.DF
	}
	if got := degrees(); got != count-1 {
		t.Errorf("%d degrees of freedom of %d independent replicates", got, count)
	}
	for k := range columns[17] { // the sum of two others
		columns[17][k] = columns[3][k] + columns[30][k]
	}
	if got := degrees(); got != count-2 {
		t.Errorf("%d degrees of freedom where one of %d replicates is the sum of two", got, count)
	}
}

// The residuals of a calibration are computed once, whoever asks first.
func TestResidualsAreReadyForAll(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 0))
	c := newClustered(rng)
	d, err := c.design(t).Rake(c.margins(rng), weighting.RakeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	again, err := d.Rake(c.margins(rng)[:2], weighting.RakeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	se := make([]float64, 8)
	var wait sync.WaitGroup
	for i := range se {
		wait.Go(func() {
			of := d
			if i%2 == 1 {
				of = again
			}
			e, err := of.Mean(c.y)
			if err != nil {
				t.Error(err)
			}
			se[i] = e.SE
		})
	}
	wait.Wait()
	for i := 2; i < len(se); i++ {
		if se[i] != se[i%2] || math.IsNaN(se[i]) || se[i] == 0 {
			t.Errorf("standard errors %v of two designs", se)
		}
	}
}
