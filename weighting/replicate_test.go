package weighting_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"cifra/weighting"
)

func replicate(t *testing.T, d *weighting.Design, r weighting.Replication) *weighting.Design {
	t.Helper()
	out, err := d.Replicate(r)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Three PSUs of weight 1 and y = 1, 2, 6: leaving one out gives 3/2 times the
// others, 12, 10.5 and 4.5 about 9, so v = 2/3 (9 + 2.25 + 20.25) = 21.
func TestJackknifeByHand(t *testing.T) {
	d := replicate(t, mustDesign(t, nil, nil, []float64{1, 1, 1}, weighting.Options{}), weighting.Replication{Scheme: weighting.JK1})
	e, err := d.Total([]float64{1, 2, 6})
	if err != nil || e.Value != 9 || !near(e.SE, math.Sqrt(21), 1e-12) || e.DF != 2 {
		t.Errorf("total %+v, want 9 ± √21 with 2 df: %v", e, err)
	}
}

// For statistics that are linear in the weights the jackknife is the linearised
// variance, with its finite population correction, and its degrees of freedom
// are at least as many.
func TestReplicatedJackknifeIsLinearised(t *testing.T) {
	eachWorld(t, func(t *testing.T, v world, rng *rand.Rand) {
		v.opt.FPC = make([]float64, len(v.y))
		for k, h := range v.stratum {
			v.opt.FPC[k] = float64(20 + h)
		}
		d := v.design(t)
		rep := replicate(t, d, weighting.Replication{Scheme: weighting.JKn})
		a, errA := d.Total(v.y)
		b, errB := rep.Total(v.y)
		if errA != nil || errB != nil || !near(a.SE, b.SE, 1e-9) || a.Value != b.Value {
			t.Errorf("linearised %+v, jackknife %+v: %v, %v", a, b, errA, errB)
		}
		if b.DF < a.DF {
			t.Errorf("%d degrees of freedom, linearised %d", b.DF, a.DF)
		}
		// The replicates read back as columns are the same design.
		columns := make([][]float64, rep.Replicates())
		scales := make([]float64, len(columns))
		n := map[int]map[int]bool{}
		for k, h := range v.stratum {
			if n[h] == nil {
				n[h] = map[int]bool{}
			}
			n[h][v.psu[k]] = true
		}
		r := 0
		for h := range len(n) {
			for range n[h] {
				size := float64(len(n[h]))
				scales[r] = (size - 1) / size * (1 - size/float64(20+h))
				columns[r] = rep.ReplicateWeights(r)
				r++
			}
		}
		read, err := weighting.NewReplicated(v.w, columns, weighting.ReplicateOptions{Scheme: weighting.JKn, Combined: true, RScales: scales})
		if err != nil {
			t.Fatal(err)
		}
		c, err := read.Ratio(v.y, v.x)
		want, err2 := rep.Ratio(v.y, v.x)
		if err != nil || err2 != nil || !near(c.SE, want.SE, 1e-8) {
			t.Errorf("read back %+v, made %+v", c, want)
		}
	})
}

// Balanced half-samples, whole or in parts, give the linearised variance of a
// total, for any number of strata.
func TestHalfSamplesAreLinearised(t *testing.T) {
	for strata := 1; strata <= 9; strata++ {
		rng := rand.New(rand.NewPCG(uint64(strata), 1))
		var stratum, psu []int
		var w, y []float64
		for i := range 2 * strata {
			for range 3 {
				stratum, psu = append(stratum, i/2), append(psu, i)
				w, y = append(w, 1+rng.Float64()), append(y, rng.NormFloat64())
			}
		}
		d := mustDesign(t, stratum, psu, w, weighting.Options{})
		want, err := d.Total(y)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range []weighting.Replication{{Scheme: weighting.BRR}, {Scheme: weighting.Fay, Rho: 0.3}, {Scheme: weighting.BRR, AboutEstimate: true}} {
			got, err := replicate(t, d, r).Total(y)
			if err != nil || !near(got.SE, want.SE, 1e-9) || got.DF != strata {
				t.Errorf("%s of %d strata: %+v, linearised %+v: %v", r.Scheme, strata, got, want, err)
			}
		}
	}
}

// The bootstraps come near the linearised variance with many draws.
func TestBootstrapsComeNear(t *testing.T) {
	v := randomWorld(rand.New(rand.NewPCG(3, 1)))
	d := v.design(t)
	want, err := d.Total(v.y)
	if err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(2) {
		got := replicate(t, d, weighting.Replication{Scheme: weighting.RaoWu, Count: 4000, Seed: seed})
		e, err := got.Estimate(got.Sums([][]float64{v.y}, weighting.Domains{}).Total(0, 0), weighting.Interval{DF: 1})
		if err != nil || !near(e.SE, want.SE, 0.06) {
			t.Errorf("bootstrap %g, linearised %g: %v", e.SE, want.SE, err)
		}
	}
}

// A step after the replicates is repeated on each: all of them meet the totals,
// which then have no variance.
func TestStepsReachReplicates(t *testing.T) {
	eachWorld(t, func(t *testing.T, v world, rng *rand.Rand) {
		sizes := [2]map[int]bool{{}, {}}
		for k, s := range v.sex {
			sizes[s][v.psu[k]] = true
		}
		if len(sizes[0]) < 3 || len(sizes[1]) < 3 {
			return
		}
		sex := v.controls(rng)[0]
		d, err := replicate(t, v.design(t), weighting.Replication{Scheme: weighting.JKn}).PostStratify(sex)
		if err != nil {
			t.Fatal(err)
		}
		for r := range d.Replicates() {
			got := [2]float64{}
			for k, w := range d.ReplicateWeights(r) {
				got[v.sex[k]] += w
			}
			if !near(got[0], sex.Totals[0], 1e-9) || !near(got[1], sex.Totals[1], 1e-9) {
				t.Errorf("replicate %d has %v, want %v", r, got, sex.Totals)
			}
		}
		one, err := d.Sums(nil, weighting.Domains{Of: v.sex, N: 2}), error(nil)
		if e := estimate(t, d, one.Population(0)); err != nil || e.SE > 1e-8*e.Value {
			t.Errorf("a total that is met has %+v", e)
		}
	})
}

// With equal probabilities every PPS variance is that of simple random sampling,
// for totals and in domains.
func TestEqualProbabilitiesAreSimple(t *testing.T) {
	eachWorld(t, func(t *testing.T, v world, rng *rand.Rand) {
		n := len(v.y)
		size := float64(2 * n)
		pi, fpc, w := make([]float64, n), make([]float64, n), make([]float64, n)
		joint := make([][]float64, n)
		for k := range n {
			pi[k], fpc[k], w[k] = float64(n)/size, size, 2
			joint[k] = make([]float64, n)
			for j := range n {
				joint[k][j] = float64(n) * float64(n-1) / (size * (size - 1))
			}
			joint[k][k] = pi[k]
		}
		simple := mustDesign(t, nil, nil, w, weighting.Options{FPC: fpc})
		domain := weighting.Domains{Of: v.sex, N: 2}
		want := estimate(t, simple, simple.Sums([][]float64{v.y}, domain).Total(0, 0))
		for _, p := range []weighting.PPS{
			{Method: weighting.BrewerPPS}, {Method: weighting.OvertonPPS}, {Method: weighting.HartleyRaoPPS},
			{Method: weighting.OvertonPPS, YatesGrundy: true}, {Method: weighting.HartleyRaoPPS, YatesGrundy: true},
			{Method: weighting.JointPPS, Joint: joint}, {Method: weighting.JointPPS, Joint: joint, YatesGrundy: true},
		} {
			p.Probability = pi
			d, err := weighting.NewPPSDesign(p)
			if err != nil {
				t.Fatal(err)
			}
			if e := estimate(t, d, d.Sums([][]float64{v.y}, domain).Total(0, 0)); !near(e.SE, want.SE, 1e-9) {
				t.Errorf("%s (Yates-Grundy %t): SE %.12g, want %.12g", p.Method, p.YatesGrundy, e.SE, want.SE)
			}
		}
	})
}

// In a single stratum Canty and Davison's scale makes n draws as good as n-1.
func TestCantyDavisonComesNear(t *testing.T) {
	d := mustDesign(t, nil, nil, []float64{1, 2, 1, 2, 1}, weighting.Options{})
	y := []float64{3, 1, 4, 1, 5}
	want, err := d.Total(y)
	if err != nil {
		t.Fatal(err)
	}
	e, err := replicate(t, d, weighting.Replication{Scheme: weighting.CantyDavison, Count: 4000, Seed: 7}).Total(y)
	if err != nil || !near(e.SE, want.SE, 0.06) || e.DF != 4 {
		t.Errorf("bootstrap %+v, linearised %+v: %v", e, want, err)
	}
}

func TestReplicatesRefuse(t *testing.T) {
	w := []float64{1, 0}
	for what, column := range map[string][][]float64{
		"one replicate":         {{1, 1}},
		"a negative weight":     {{1, 0}, {-1, 0}},
		"weight out of nothing": {{1, 0}, {1, 2}},
	} {
		if _, err := weighting.NewReplicated(w, column, weighting.ReplicateOptions{Combined: true}); err == nil {
			t.Errorf("%s was taken", what)
		}
	}
	lonely := mustDesign(t, []int{0, 0, 1}, nil, []float64{1, 1, 1}, weighting.Options{Nest: true})
	if _, err := lonely.Replicate(weighting.Replication{Scheme: weighting.JKn}); !errors.Is(err, weighting.ErrLonely) {
		t.Errorf("a stratum with one PSU: %v", err)
	}
	if _, err := mustDesign(t, nil, nil, []float64{1, 1, 1}, weighting.Options{}).Replicate(weighting.Replication{Scheme: weighting.BRR}); err == nil {
		t.Error("half-samples were made of three PSUs")
	}
}
