package weighting

import (
	"fmt"
	"math"
	"slices"
)

// This file sorts estimates into the classes by which statistical offices say
// what may be published. The rules:
//
//   - a class comes with its reasons, so that a reader learns what would have to
//     change: more cases, a wider domain, pooled years;
//   - what a scheme asks for and the estimate does not have, such as a design
//     effect that was not summed, puts it in the worst class with that reason: a
//     figure is never published for want of evidence against it;
//   - the schemes differ in what they are for. Those of Chile and ECLAC know
//     proportions from other estimates; INEGI and NCVS do not.
//
// Sources: INE Chile, Estándar para la evaluación de la calidad de las
// estimaciones en encuestas de hogares (2020); ECLAC, Criterios de calidad en la
// estimación de indicadores a partir de encuestas de hogares (2020, 2023); INEGI,
// precision classes of ENVIPE's tables; Bureau of Justice Statistics, NCVS
// publications. Checked in TestOracle.

// A Quality is a class of precision as a statistical office publishes it.
type Quality string

// The classes. Which ones a scheme gives is said at the scheme.
const (
	HighPrecision     Quality = "high"
	ModeratePrecision Quality = "moderate"
	LowPrecision      Quality = "low"

	Reliable       Quality = "reliable"
	WeaklyReliable Quality = "weakly reliable"
	NotReliable    Quality = "not reliable"

	Publish  Quality = "publish"
	Review   Quality = "review"
	Suppress Quality = "suppress"

	Plain   Quality = "ok"
	Caution Quality = "caution"
)

// A QualityScheme is an office's rule for classes.
type QualityScheme uint8

const (
	// NoQuality gives no class.
	NoQuality QualityScheme = iota

	// INEGIQuality is that of INEGI (Mexico): HighPrecision with a CV below 15 %,
	// ModeratePrecision below 30 %, else LowPrecision.
	INEGIQuality

	// ChileQuality is that of INE Chile (2020): NotReliable, WeaklyReliable or
	// Reliable. It asks for 60 rows and 9 degrees of freedom; then of a
	// proportion p for a standard error of at most p^(2/3)/9, with 1-p above one
	// half, and of other estimates for a CV of at most 15 %, or 30 % to be weakly
	// reliable.
	ChileQuality

	// ECLAC2020 is Suppress, Review or Publish, by rows (100), effective rows
	// (140), cases (50), the log-CV (17.5 %), degrees of freedom (9) and CV (20 %).
	ECLAC2020

	// ECLAC2023 is NotReliable, WeaklyReliable or Reliable, by the design effect
	// (1), effective rows (60), degrees of freedom (9), cases (50, or 30 to be
	// weakly reliable), and the log-CV of a proportion (17.5 %) or the CV (20 %,
	// or 30 %).
	ECLAC2023

	// NCVSQuality is Caution with 10 cases or fewer or a CV above 50 %, else
	// Plain.
	NCVSQuality
)

var qualityNames = [...]string{"none", "inegi", "ine", "eclac2020", "eclac2023", "ncvs"}

// String returns the name of q in plans.
func (q QualityScheme) String() string {
	if int(q) < len(qualityNames) {
		return qualityNames[q]
	}
	return fmt.Sprintf("QualityScheme(%d)", uint8(q))
}

// ParseQualityScheme is the inverse of String; false if no scheme has that name.
func ParseQualityScheme(s string) (QualityScheme, bool) {
	i := slices.Index(qualityNames[:], s)
	return QualityScheme(max(i, 0)), i >= 0
}

// Evidence is what the schemes look at beside an estimate.
type Evidence struct {
	// Proportion says that the estimate is a share between 0 and 1, Known that
	// its domain's size is known rather than estimated: a design effect below 1
	// is then no sign of a defect.
	Proportion, Known bool

	// Cases are the rows with the attribute, unweighted; -1 if there is no such
	// number, as of a mean, and then no rule on cases applies.
	Cases int

	// Calidad takes LogCVOfCalidad in place of LogCV.
	Calidad bool
}

// A Shortfall is why an estimate is not in the best class of a scheme.
type Shortfall string

// What an estimate may be short of.
const (
	FewRows       Shortfall = "rows"             // too few rows in the domain
	FewEffective  Shortfall = "effective rows"   // too few of them for the design effect
	FewCases      Shortfall = "cases"            // too few rows with the attribute
	FewDegrees    Shortfall = "degrees"          // too few degrees of freedom
	LargeSE       Shortfall = "standard error"   // above the limit for the proportion
	LargeCV       Shortfall = "cv"               // above the limit
	LargeLogCV    Shortfall = "log cv"           // above the limit
	SmallDeff     Shortfall = "design effect"    // below 1
	NoDesignError Shortfall = "no design effect" // it was not computed
)

// LogCV returns the CV of the logarithm of a proportion, SE/(-p log p), and of
// its complement above one half, SE/(-(1-p) log(1-p)).
func LogCV(e Estimate) float64 {
	p := e.Value
	if p > 0.5 {
		p = 1 - p
	}
	return e.SE / (-p * math.Log(p))
}

// LogCVOfCalidad returns what the R package calidad 0.8.2 computes for it: above
// one half, (SE/p)/(-log(1-p)), which is smaller by a factor of (1-p)/p.
func LogCVOfCalidad(e Estimate) float64 {
	p := e.Value
	if p >= 0.5 {
		return e.CV / -math.Log(1-p)
	}
	return e.CV / -math.Log(p)
}

// EffectiveN returns the rows that a simple random sample would need to be as
// precise: N over Deff. NaN unless the squares were summed.
func (e Estimate) EffectiveN() float64 { return float64(e.N) / e.Deff }

// Class returns the class of an estimate and why it is not a better one. Values
// and errors must not have been scaled: a proportion is in [0, 1].
func (q QualityScheme) Class(e Estimate, ev Evidence) (Quality, []Shortfall) {
	switch q {
	case INEGIQuality:
		return INEGI(e), unless(e.CV < 0.15, LargeCV)
	case ChileQuality:
		return chile(e, ev)
	case ECLAC2020:
		return eclac2020(e, ev)
	case ECLAC2023:
		return eclac2023(e, ev)
	case NCVSQuality:
		why := append(unless(ev.Cases < 0 || ev.Cases > 10, FewCases), unless(e.CV <= 0.5, LargeCV)...)
		return best(why, Plain, Caution), why
	}
	return "", nil
}

func (ev Evidence) logCV(e Estimate) float64 {
	if ev.Calidad {
		return LogCVOfCalidad(e)
	}
	return LogCV(e)
}

// unless returns the reason if what is asked for does not hold.
func unless(holds bool, why Shortfall) []Shortfall {
	if holds {
		return nil
	}
	return []Shortfall{why}
}

// best returns good if there is no reason against it, else bad.
func best(why []Shortfall, good, bad Quality) Quality {
	if len(why) == 0 {
		return good
	}
	return bad
}

// INEGI returns the class of an estimate by its CV, as INEGI colours it.
func INEGI(e Estimate) Quality {
	switch {
	case e.CV < 0.15:
		return HighPrecision
	case e.CV < 0.30:
		return ModeratePrecision
	}
	return LowPrecision
}

func chile(e Estimate, ev Evidence) (Quality, []Shortfall) {
	why := append(unless(e.N >= 60, FewRows), unless(e.DF >= 9, FewDegrees)...)
	if why != nil {
		return NotReliable, why
	}
	if ev.Proportion {
		p := min(e.Value, 1-e.Value)
		why = unless(e.SE <= math.Cbrt(p*p)/9, LargeSE)
		return best(why, Reliable, WeaklyReliable), why
	}
	if !(e.CV <= 0.3) {
		return NotReliable, []Shortfall{LargeCV}
	}
	why = unless(e.CV <= 0.15, LargeCV)
	return best(why, Reliable, WeaklyReliable), why
}

func eclac2020(e Estimate, ev Evidence) (Quality, []Shortfall) {
	why := append(unless(e.N >= 100, FewRows), effective(e, 140)...)
	why = append(why, unless(ev.Cases < 0 || ev.Cases >= 50, FewCases)...)
	if ev.Proportion {
		why = append(why, unless(ev.logCV(e) <= 0.175, LargeLogCV)...)
	}
	if why != nil {
		return Suppress, why
	}
	why = append(unless(e.DF >= 9, FewDegrees), unless(e.CV < 0.2, LargeCV)...)
	return best(why, Publish, Review), why
}

// effective asks for effective rows.
func effective(e Estimate, least float64) []Shortfall {
	if math.IsNaN(e.Deff) {
		return []Shortfall{NoDesignError}
	}
	return unless(e.EffectiveN() >= least, FewEffective)
}

func eclac2023(e Estimate, ev Evidence) (Quality, []Shortfall) {
	why := append(effective(e, 60), unless(e.DF >= 9, FewDegrees)...)
	if !ev.Known {
		why = append(why, unless(math.IsNaN(e.Deff) || e.Deff >= 1, SmallDeff)...)
	}
	if why != nil {
		return NotReliable, why
	}
	cases := ev.Cases
	if cases < 0 {
		cases = math.MaxInt
	}
	tight, loose := e.CV <= 0.2, e.CV <= 0.3
	large := LargeCV
	if ev.Proportion {
		tight, loose, large = ev.logCV(e) <= 0.175, ev.logCV(e) <= 0.175 || e.Value >= 0.5, LargeLogCV
	}
	why = append(unless(tight, large), unless(cases >= 50, FewCases)...)
	switch {
	case tight && cases >= 50:
		return Reliable, nil
	case loose && cases >= 30:
		return WeaklyReliable, why
	}
	return NotReliable, why
}
