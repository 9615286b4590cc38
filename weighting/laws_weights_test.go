package weighting_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"cifra/weighting"
)

// marginsOf returns controls that a random world can meet: counts by sex and the
// total of x, each moved by up to a fifth.
func marginsOf(v world, rng *rand.Rand) []weighting.Control {
	code, size := make([]int, len(v.sex)), []float64{0, 0}
	total := 0.0
	for k, s := range v.sex {
		code[k] = int(s)
		size[s] += v.w[k]
		total += v.w[k] * v.x[k]
	}
	move := func(v float64) float64 { return v * (0.8 + 0.4*rng.Float64()) }
	return []weighting.Control{
		{Name: "sex", Code: code, Totals: []float64{move(size[0]), move(size[1])}},
		{Name: "x", Value: v.x, Totals: []float64{move(total)}},
	}
}

// Calibrated weights hit their totals, whatever the distance; a total that was
// calibrated to has no variance; and the residual's variance is never that of a
// sample in which x explains less.
func TestEachDistanceHitsTotals(t *testing.T) {
	met := 0
	eachWorld(t, func(t *testing.T, v world, rng *rand.Rand) {
		d := v.design(t)
		controls := marginsOf(v, rng)
		for _, c := range []weighting.Calibration{
			{Controls: controls}, {Controls: controls, Distance: weighting.RakingDistance},
			{Controls: controls, Distance: weighting.LogitDistance, Bounds: weighting.Bounds{Low: 0.1, High: 8}},
			{Controls: controls[:1], Bounds: weighting.Bounds{Low: 0.7, High: 1.3}},
		} {
			got, err := d.Calibrate(c)
			if errors.As(err, new(*weighting.ConvergenceError)) || errors.Is(err, weighting.ErrNoSample) {
				continue // x and sex leave no room, or all are of one sex
			}
			if err != nil {
				t.Fatal(err)
			}
			met++
			list, err := weighting.Margins(c.Controls, got.Weights())
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range list {
				if math.Abs(m.Sample-m.Population) > 1e-8*(1+math.Abs(m.Population)) {
					t.Errorf("%s: %+v", c.Distance, m)
				}
			}
			if len(c.Controls) == 2 {
				e, err := got.Total(v.x)
				if err != nil {
					t.Fatal(err)
				}
				if e.SE > 1e-6*math.Abs(e.Value) {
					t.Errorf("%s: the total of x was calibrated to and has an SE of %g", c.Distance, e.SE)
				}
			}
		}
	})
	if all := 4 * int(weighting.Seeds()); 2*met < all {
		t.Errorf("only %d calibrations of %d were made", met, all)
	}
}

// Raking and post-stratification hit theirs, too, and one margin is the same by
// either and by calibration.
func TestRakedWeightsHitTotals(t *testing.T) {
	eachWorld(t, func(t *testing.T, v world, rng *rand.Rand) {
		d := v.design(t)
		sex := marginsOf(v, rng)[:1]
		raked, err := d.Rake(sex, weighting.RakeOptions{})
		if errors.Is(err, weighting.ErrNoSample) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		post, err1 := d.PostStratify(sex[0])
		cal, err2 := d.Calibrate(weighting.Calibration{Controls: sex})
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		want := estimate(t, post, post.Sums([][]float64{v.y}, weighting.Domains{}).Total(0, 0))
		for _, o := range []*weighting.Design{raked, cal} {
			got := estimate(t, o, o.Sums([][]float64{v.y}, weighting.Domains{}).Total(0, 0))
			if !near(got.Value, want.Value, 1e-9) || math.Abs(got.SE-want.SE) > 1e-7*want.SE+1e-9 {
				t.Errorf("%g ± %g, post-stratified %g ± %g", got.Value, got.SE, want.Value, want.SE)
			}
		}
	})
}

// The codes of strata and PSUs are names: others give the same.
func TestLabelsDoNotMatter(t *testing.T) {
	eachWorld(t, func(t *testing.T, v world, rng *rand.Rand) {
		name := rng.Perm(1000)
		other := v
		other.stratum, other.psu = slices.Clone(v.stratum), slices.Clone(v.psu)
		for k := range other.psu {
			other.stratum[k], other.psu[k] = name[v.stratum[k]], name[100+v.psu[k]]
		}
		want, err1 := v.design(t).Ratio(v.y, v.x)
		got, err2 := other.design(t).Ratio(v.y, v.x)
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		if !near(got.SE, want.SE, 1e-9) || got.DF != want.DF || got.PSUs != want.PSUs {
			t.Errorf("renamed %+v, as they were %+v", got, want)
		}
	})
}

// Incidence by counts on the rows of persons and by the rows of incidents, linked
// to them with a person's weight, is one number with one standard error.
func TestTwoRoutesToIncidence(t *testing.T) {
	eachWorld(t, func(t *testing.T, v world, rng *rand.Rand) {
		d := v.design(t)
		count := make([]float64, len(v.y))
		var parent []int
		var w []float64
		for k := range count {
			for range rng.IntN(3) * rng.IntN(2) {
				count[k]++
				parent, w = append(parent, k), append(w, v.w[k])
			}
		}
		if len(parent) == 0 {
			return
		}
		incidents, err := d.Linked(parent, w)
		if err != nil {
			t.Fatal(err)
		}
		persons := d.Sums([][]float64{count}, weighting.Domains{})
		a := estimate(t, d, weighting.Quotient(persons.Total(0, 0), persons.Population(0)))
		b := estimate(t, d, weighting.Quotient(incidents.Sums(nil, weighting.Domains{}).Population(0), persons.Population(0)))
		if !near(a.Value, b.Value, 1e-12) || !near(a.SE, b.SE, 1e-9) || a.DF != b.DF {
			t.Errorf("by persons %g ± %g, by incidents %g ± %g", a.Value, a.SE, b.Value, b.SE)
		}
	})
}

// A file that comes in parts gives sums that add up to those of the whole: the
// parts are linked to the same units.
func TestPartsOfAFileAddUp(t *testing.T) {
	eachWorld(t, func(t *testing.T, v world, rng *rand.Rand) {
		d := v.design(t)
		var rows [3][]int
		for k := range v.y {
			p := rng.IntN(3)
			rows[p] = append(rows[p], k)
		}
		var y, x []weighting.Statistic
		for _, own := range rows {
			if len(own) == 0 {
				continue
			}
			part, err := d.Linked(own, pick(v.w, own))
			if err != nil {
				t.Fatal(err)
			}
			sums := part.Sums([][]float64{pick(v.y, own), pick(v.x, own)}, weighting.Domains{})
			y, x = append(y, sums.Total(0, 0)), append(x, sums.Total(0, 1))
		}
		all := slices.Repeat([]float64{1}, len(y))
		got := estimate(t, d, weighting.Quotient(weighting.Linear(all, y...), weighting.Linear(all, x...)))
		want := estimate(t, d, d.Sums([][]float64{v.y, v.x}, weighting.Domains{}).Ratio(0, 0, 1))
		if !near(got.Value, want.Value, 1e-12) || !near(got.SE, want.SE, 1e-9) || got.PSUs != want.PSUs || got.DF != want.DF {
			t.Errorf("parts %+v, whole %+v", got, want)
		}
	})
}

// A person of the Monte Carlo's population.
type mcPerson struct {
	stratum, psu, sex, urban int
	y, answers               float64
}

// monteCarloPopulation makes 20 strata of 100 PSUs of 20 persons. Whether somebody
// is a victim depends on sex, place and PSU, and so does whether somebody answers:
// without weighting the mean is off by several standard errors.
func monteCarloPopulation(rng *rand.Rand) (people [][][]mcPerson, mean float64) {
	n := 0.0
	for h := range 20 {
		var stratum [][]mcPerson
		for i := range 100 {
			level := 0.5 * rng.NormFloat64()
			var psu []mcPerson
			for range 20 {
				p := mcPerson{stratum: h, psu: 100*h + i, sex: rng.IntN(2), urban: h % 2}
				logit := -1.6 + 1.2*float64(p.sex) + 0.8*float64(p.urban) + level
				if rng.Float64() < 1/(1+math.Exp(-logit)) {
					p.y = 1
				}
				p.answers = 0.9 - 0.4*float64(p.sex) - 0.15*float64(p.urban)
				psu = append(psu, p)
				mean += p.y
				n++
			}
			stratum = append(stratum, psu)
		}
		people = append(people, stratum)
	}
	return people, mean / n
}

// Of samples with unit non-response, weighted by base weights, non-response
// classes and raking, 95 % of the 95 % intervals cover the population's mean: 93 to
// 97 % of 1,000 samples. Without the steps they do not.
func TestWeightingCovers(t *testing.T) {
	const samples, least, most = 1000, 0.93, 0.97
	rng := rand.New(rand.NewPCG(2026, 50))
	people, truth := monteCarloPopulation(rng)
	sexes, urban := []float64{0, 0}, []float64{0, 0}
	for _, stratum := range people {
		for _, psu := range stratum {
			for _, p := range psu {
				sexes[p.sex]++
				urban[p.urban]++
			}
		}
	}
	weighted, naive := 0, 0
	for range samples {
		var stratum, psu, sex, place, class []int
		var w, y []float64
		var role []weighting.Role
		for h, all := range people {
			for _, i := range rng.Perm(len(all))[:5] {
				for _, k := range rng.Perm(len(all[i]))[:8] {
					p := all[i][k]
					stratum, psu = append(stratum, h), append(psu, p.psu)
					sex, place, class = append(sex, p.sex), append(place, p.urban), append(class, 2*p.sex+p.urban)
					w, y = append(w, 100./5*20/8), append(y, p.y)
					if rng.Float64() < p.answers {
						role = append(role, weighting.Taker)
					} else {
						role = append(role, weighting.Giver)
					}
				}
			}
		}
		d := mustDesign(t, stratum, psu, w, weighting.Options{})
		answered, err := d.Transferred(weighting.Transfer{Name: "non-response", Class: class, Levels: []string{"0", "1", "2", "3"}, Role: role})
		if err != nil {
			t.Fatal(err)
		}
		raked, err := answered.Rake([]weighting.Control{
			{Name: "sex", Code: sex, Totals: sexes}, {Name: "place", Code: place, Totals: urban},
		}, weighting.RakeOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if e, err := raked.Mean(y); err != nil {
			t.Fatal(err)
		} else if e.Low <= truth && truth <= e.High {
			weighted++
		}
		plain := slices.Clone(w)
		for k, r := range role {
			if r == weighting.Giver {
				plain[k] = 0
			}
		}
		if e, err := mustDesign(t, stratum, psu, plain, weighting.Options{}).Mean(y); err != nil {
			t.Fatal(err)
		} else if e.Low <= truth && truth <= e.High {
			naive++
		}
	}
	got, without := float64(weighted)/samples, float64(naive)/samples
	t.Logf("%d samples: %.1f %% covered with weights, %.1f %% without", samples, 100*got, 100*without)
	if got < least || got > most {
		t.Errorf("%.1f %% of the intervals cover, want %.1f to %.1f", 100*got, 100*least, 100*most)
	}
	if without > 0.8 {
		t.Errorf("%.1f %% cover without weights: the non-response does no harm and the test shows nothing", 100*without)
	}
}
