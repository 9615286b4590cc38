// Package weighting turns a file of survey responses into design-based
// estimates with standard errors.
//
// Data moves one way. [ReadCSV] gives a [Table] of typed columns. A [Design]
// says how its rows were sampled: strata, primary sampling units (PSUs),
// weights. [Design.Sums] passes once over the rows and adds up every variable
// by sampling unit and domain. All the rest is algebra on those sums: a total,
// a ratio, a mean, a difference is a [Statistic], a value together with its
// influence by unit, and [Design.Estimate] gives it a standard error, an
// interval and degrees of freedom.
//
//	table ── Design ── Sums ── Statistic ── Estimate
//
// # Notation
//
// k is a row, w_k its weight, y_k a variable. h is a stratum, i a PSU in it,
// n_h the number of PSUs of the stratum in the whole design, before any domain.
// A domain is a part of the population of which only the sample tells who is
// in it: its rows are never a filter before the design, since PSUs without such
// rows still say how much PSUs differ.
//
//	total    T = Σ w_k y_k                  influence  z_k = w_k y_k
//	ratio    R = T_y / T_x                  influence  z_k = w_k (y_k - R x_k) / T_x
//	mean     ratio with x = 1, so it divides by the estimated population
//	domain   the same with y_k and x_k as 0 outside of it
//
// The variance is that of the total of z, [Design.Covariance]; there is no
// other. Since totals are linear in the rows, the sums by PSU of y and x are
// enough: z_hi = (T_y,hi - R T_x,hi) / T_x.
//
// # Weights
//
// [Design.Transferred] moves the weight of unknown and non-responding units to
// those who stand for them, [Design.Multiplied] makes persons of households.
// [Design.PostStratify], [Design.Rake], [Design.Calibrate] and [Design.Trim] give
// a design with new weights; [Design.CalibrateHouseholds],
// [Design.CalibrateWithin], [Design.CalibrateRidge] and [Design.TrimKeeping] do so
// for households and persons at once, for parts of a country, for totals that may
// be missed, and for extreme weights. [Margins], [Design.FeasibleBounds] and
// [ChangeOf] say beforehand what totals ask for, and afterwards what was done. A
// calibrated design knows what its weights hit by construction: the influence of
// its statistics is that of residuals, by the same formulas.
//
// [Design.Replicate] and [NewReplicated] give designs whose variances are the
// spread of replicates; weighting steps after them are repeated on each.
// [NewPPSDesign] is for unequal probabilities without replacement,
// [Design.SecondPhase] for a sample of a sample, [Design.Successive] for a
// systematic one.
//
// # Before the survey
//
// [SizeForMargin] and its like say how many interviews a precision or a change
// needs, [Allocation] and [Bethel] how strata share them, and [Select] draws
// units with the probabilities that [InclusionProbabilities] gives.
//
// # Models and tests
//
// [Design.Regress] and [Design.OrdinalRegression] fit models whose coefficients
// are Statistics like any other: a row moves them by A⁻¹ x (y-μ) μ'/V(μ), summed by
// unit and given to the same variance. [Fit.WaldTest], [Fit.LikelihoodRatioTest]
// and [Fit.PredictiveMargins] are of such a model, [Design.Frequencies] and its
// tests of tables; [Design.MeanTest], [Design.GroupTest] and [Design.RankTest]
// compare groups. [Design.TopShares], [Design.Gini] and [Design.Repeats] say how
// incidents are spread over victims, [Design.Standardised] compares domains as if their
// composition were the same. [Change] compares editions by their influence sums,
// [Design.Define] is for a function of the weights that none of these is, and
// [FayHerriot] for areas with too few rows. [QualityScheme.Class] says what an
// office would publish.
//
// # Conventions
//
// Degrees of freedom, missing values, strata with a single PSU, intervals and
// design effects follow R's survey package, version 4.5; TestOracle compares.
// Sources: Särndal, Swensson and Wretman, Model Assisted Survey Sampling
// (1992); Wolter, Introduction to Variance Estimation, 2nd
// ed. (2007); Lumley, Complex Surveys (2010).
//
// The package reads only what it is given and knows nothing of questionnaires:
// any file with a weight will do. Where it works on several parts of a file at
// once, the parts and the order in which they are joined follow from the file, so
// that the number of processors changes no figure.
package weighting
