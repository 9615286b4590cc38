package plan

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cifra/questionnaire/expr"
	"cifra/weighting"
)

// This file says how other programs are told of a file of weights. The rules:
//
//   - what is printed runs as it stands, beside the file, and gives the standard errors
//     that cifra gives: all stages, their population sizes, the rule for single PSUs;
//   - names of units are texts, since a code may have zeros in front; population sizes
//     and what is kept as a number are numbers, since a text is no size;
//   - what a program cannot be told is said in a comment, never left out silently.

// Code returns how R's survey, Stata and Python's svy are told of the file.
func (f *WeightFile) Code() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# R\nlibrary(survey)\nw <- read.csv(%q%s)\n", f.Name, f.rClasses())
	if f.Replicates == 0 {
		f.linearised(&b)
		return b.String()
	}
	scale, rscales, about := f.d.ReplicateScales()
	r := "1"
	if same(rscales) {
		scale *= rscales[0]
	} else {
		r = "c(" + numbersText(rscales, ", ") + ")"
	}
	fmt.Fprintf(&b, "d <- svrepdesign(data = w, weights = ~%s, repweights = \"^%s[0-9]+$\", type = \"other\",\n  combined.weights = TRUE, scale = %s, rscales = %s, mse = %s)\n",
		f.Weight, f.Prefix, strconv.FormatFloat(scale, 'g', -1, 64), orElse(rRepeat(r, f.Replicates), r), strings.ToUpper(strconv.FormatBool(about)))
	all := make([]float64, len(rscales))
	for i, v := range rscales {
		all[i] = scale * v
	}
	if same(rscales) {
		all = slices.Repeat([]float64{scale}, len(rscales))
	}
	mse := ""
	if about {
		mse = " mse"
	}
	list := numbersText(all, " ")
	if same(all) {
		list = strconv.FormatFloat(all[0], 'g', -1, 64)
	}
	fmt.Fprintf(&b, "\n* Stata\nimport delimited %q, clear\nsvyset [pweight=%s], jkrweight(%s*, multiplier(%s)) vce(jackknife)%s\n", f.Name, f.Weight, f.Prefix, list, mse)
	list = "[" + numbersText(all, ", ") + "]"
	if same(all) {
		list = strconv.FormatFloat(all[0], 'g', -1, 64)
	}
	kind := "BootstrapWgts"
	if f.scheme == weighting.JK1 || f.scheme == weighting.JKn {
		kind = "JackknifeWgts"
	}
	fmt.Fprintf(&b, "\n# Python\nimport polars as pl, svy\nd = svy.Sample(pl.read_csv(%q), svy.Design(wgt=%q,\n  rep_wgts=svy.%s(prefix=%q, n_reps=%d, scale=%s)))\n",
		f.Name, f.Weight, kind, f.Prefix, f.Replicates, list)
	return b.String()
}

// linearised is how a file without replicates is told of: by strata, the units of all
// stages and their population sizes, and what is done with single PSUs.
func (f *WeightFile) linearised(b *strings.Builder) {
	switch f.single {
	case weighting.LonelyFail:
	case weighting.LonelyCollapse:
		b.WriteString("# R joins no strata: those with a single PSU have to be joined in the file first\n")
	default:
		fmt.Fprintf(b, "options(survey.lonely.psu = %q)\n", f.single)
	}
	if f.domains {
		b.WriteString("options(survey.adjust.domain.lonely = TRUE)\n")
	}
	ids, fpc, strata := "1", "", ""
	if f.clusters != nil {
		ids = strings.Join(f.clusters, " + ")
	}
	if f.fpc != nil {
		sizes := slices.Clone(f.fpc)
		for len(sizes) < len(f.clusters) { // R wants one for each stage
			sizes = append(sizes, "I("+f.fpc[0]+" * Inf)")
		}
		fpc = ", fpc = ~" + strings.Join(sizes, " + ")
	} else if f.clusters != nil {
		ids = f.clusters[0] // drawn with replacement: nothing below counts
	}
	if f.strata != "" {
		strata = ", strata = ~" + f.strata
	}
	fmt.Fprintf(b, "d <- svydesign(ids = ~%s%s, weights = ~%s%s, nest = TRUE, data = w)\n", ids, strata, f.Weight, fpc)
	if f.calibrated {
		b.WriteString("# calibration is not known to this design: its standard errors are too large, or make replicates\n")
	}
	psu, first := "", ""
	if f.clusters != nil {
		psu = f.clusters[0]
	}
	if f.fpc != nil {
		first = f.fpc[0]
	}
	single := map[weighting.LonelyRule]string{
		weighting.LonelyRemove: "certainty", weighting.LonelyCertainty: "certainty", weighting.LonelyAdjust: "centered", weighting.LonelyAverage: "scaled",
	}[f.single]
	fmt.Fprintf(b, "\n* Stata\nimport delimited %q, clear\nsvyset %s [pweight=%s]%s", f.Name, orElse(psu, "_n"), f.Weight,
		stataOptions("strata", f.strata, "fpc", first, "singleunit", single))
	for s := 1; s < len(f.clusters) && s <= len(f.fpc); s++ {
		size := ""
		if s < len(f.fpc) {
			size = f.fpc[s]
		}
		fmt.Fprintf(b, " || %s%s", f.clusters[s], stataOptions("fpc", size))
	}
	fmt.Fprintf(b, "\n\n# Python\nimport polars as pl, svy\nd = svy.Sample(pl.read_csv(%q), svy.Design(wgt=%q%s%s%s))\n",
		f.Name, f.Weight, pythonColumn("stratum", f.strata), pythonColumn("psu", psu), pythonColumn("pop_size", first))
	if len(f.fpc) > 1 {
		b.WriteString("# the stages below the first are not in it\n")
	}
}

// countable reports whether a variable is a number in every row, with no zeros in
// front that a program would lose.
func (v *variable) countable() bool {
	if v.typ.Kind != expr.Number && v.typ.Kind != expr.Real {
		return false
	}
	if v.col == nil {
		return true
	}
	for row := range v.col.Numbers {
		text := v.col.Text(row)
		if len(text) > 1 && text[0] == '0' && text[1] != '.' {
			return false
		}
	}
	return true
}

// rClasses tells R which columns are texts: codes with zeros in front stay whole, and
// numbers are numbers.
func (f *WeightFile) rClasses() string {
	var list []string
	for _, k := range f.keys {
		if !f.numbers[k] {
			list = append(list, k+` = "character"`)
		}
	}
	if list == nil {
		return ""
	}
	return ", colClasses = c(" + strings.Join(list, ", ") + ")"
}

// rRepeat is R's word for n times the same.
func rRepeat(v string, n int) string {
	if strings.HasPrefix(v, "c(") {
		return ""
	}
	return fmt.Sprintf("rep(%s, %d)", v, n)
}

func orElse(text, otherwise string) string { return cmpText(text, otherwise) }

// stataOptions are the options of svyset that name columns.
func stataOptions(pairs ...string) string {
	var list []string
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			list = append(list, pairs[i]+"("+pairs[i+1]+")")
		}
	}
	if list == nil {
		return ""
	}
	return ", " + strings.Join(list, " ")
}

func pythonColumn(key, name string) string {
	if name == "" {
		return ""
	}
	return fmt.Sprintf(", %s=%q", key, name)
}

func same(v []float64) bool {
	return !slices.ContainsFunc(v, func(x float64) bool { return x != v[0] })
}

func numbersText(v []float64, with string) string {
	var list []string
	for _, x := range v {
		list = append(list, strconv.FormatFloat(x, 'g', -1, 64))
	}
	return strings.Join(list, with)
}
