// Package plan reads plan files: what a statistician writes to get from files
// of responses to a table of estimates.
//
// [Load] reads a plan, the files it names and their links, and checks every
// expression against their columns; what is wrong is told all at once, with
// line and column. A [Plan] then computes its [Estimates], which print as a
// table, as CSV and as JSON.
//
// # A plan
//
//	plan: victimization-2025
//	files:
//	  households: {read: household.csv, key: hh}
//	  persons:    {read: person.csv, key: person, within: households}
//	  incidents:  {read: incident.csv, within: persons}
//	design:
//	  strata: stratum
//	  clusters: [psu]
//	  single_psu: adjust
//	  weights: {households: w_hh, persons: w_per, incidents: if level = household then w_hh else w_per}
//	derive:
//	  age_group: cut(age, 18, 30, 45, 60)
//	  counts: crime != vandalism
//	indicators:
//	  - name: prevalence
//	    proportion: any(incidents, counts)
//	    among: persons
//	    per: 100000
//	    by: [all, sex, sex by age_group]
//	  - name: dark_figure
//	    ratio: {of: "sum(incidents, counts and not surely(reported))", to: "sum(incidents, counts)"}
//	    among: persons
//	    by: [all, crime]
//
// An indicator may also be a quantile, a regression, a test of groups, or the
// concentration of what happened on those it happened to most, and a proportion or
// mean may be standardised, or predicted for areas whose own sample is too small:
//
//   - {name: loss, quantile: {of: loss, at: [0.25, 0.5]}, among: incidents, by: [all, crime]}
//   - {name: risk, regression: {of: robbed, terms: [sex, age_group], family: binomial, show: ratios}, among: persons}
//   - {name: fear_by_sex, test: {of: fear, groups: sex, method: wilcoxon}, among: persons}
//   - {name: above_scale, test: {of: fear, value: 2.5}, among: persons}
//   - {name: often, regression: {of: fear, terms: [sex], family: ordinal}, among: persons}
//   - {name: repeats, concentration: {of: count(incidents), top: 0.1, times: 3}, among: persons}
//   - {name: by_place, proportion: any(incidents, counts), among: persons,
//     small_areas: {area: municipality, read: municipalities.csv, covariates: [poverty, density]}}
//   - {name: adjusted, proportion: any(incidents, counts), among: persons, by: region,
//     standardise: {by: age_group, to: {18_29: 31, 30_44: 34, 45_59: 21, 60_or_more: 14}}}
//     report: {quality: eclac2023, interval: {level: 0.9, method: logit},
//     compare: {with: victimization-2024.estimates.json}}
//
// # What it means
//
//   - The design is that of the file which is within no other, or of the one
//     that design names; files within it take strata and PSUs through their
//     keys, so PSUs without incidents count as zeros.
//
//   - An indicator ranges over the rows of the file it is among. Where its
//     expression is a sum or count of the rows of a file below, as a whole, it
//     is the total of those rows with their own weights, so it can be divided
//     by their attributes and by another total with other weights. A measure
//     that knows nothing of an attribute is not divided by it: incidents by
//     crime over persons is the rate of each crime among all persons.
//
//   - A row whose value is missing leaves the base, as a domain: its PSU stays.
//     With base, named kinds of missing stay in it and count as no, or as 0.
//
//   - The design may instead be replicate columns of the file of sampled units, or say
//     beside strata and clusters the order of a systematic draw or a second phase, or
//     give each row's unequal probability, and name a file of those of pairs.
//
//   - A number that does not exist is a dash, and a note says why.
//
//   - A quantile's interval is Woodruff's, whose share has the method of the report.
//     A regression gives its coefficients, or exp of them, and a test of each term;
//     a code, a text or a condition enters it as its levels, a number as itself.
//     The test t also gives the difference that it tests, as a figure.
//
//   - Small areas take the direct estimates of the indicator by area and predict each
//     from them and the covariates of a file, which has the areas that were not drawn
//     too. An area without a direct estimate is predicted by its covariates alone, and
//     a note names it.
//
//   - The quality of the report is the scheme of an office: inegi, ine (Chile),
//     eclac2020, eclac2023, ncvs. A class comes with what the figure is short of.
//
//   - The method of the report makes the intervals of proportions, and of ratios
//     of which every row is in or out above and below: a dark figure. All others
//     are symmetric.
//
//   - A figure is compared with that of an earlier edition by influence sums, which
//     the earlier edition's estimates carry if they were asked for; a PSU of the same
//     name in both is counted once. Quantiles and models are not compared.
//
//   - compat: r, beside plan:, gives R's results where cifra's are others on purpose:
//     see compat.go for which.
//
// # Files
//
// A file is CSV, or Parquet if its name ends in .parquet; of a Parquet file the
// columns are read whose names stand in the plan. With stream: true a file is read
// in blocks and may be larger than memory:
//
//	files: {persons: {read: person.parquet, stream: true}}
//
// Only sums by PSU and cell are kept, so such a plan has one file, one stage of
// clusters, and no quantile, regression, test, standard or small areas. Memory is that of two blocks: row
// groups of Parquet, 4 MB of CSV. What a CSV column without a codebook holds is told
// by the first block.
//
// # Weights and samples
//
// Two other plans are read here. [LoadWeighting] reads how weights are made, from base
// weights to replicates, and its Run writes them as a file; [LoadSample] reads how a
// sample is drawn.
//
// The package opens files only through the function it is given, and reads no clock and
// no randomness but a plan's seed.
package plan
