package weighting

import (
	"fmt"
	"math"
)

// Reason says why a part of an estimate is no number, "" if all of it is. What it
// looks at is in this order:
//
//	no cases               N is 0: the domain is empty, or its rows weigh nothing
//	a value is missing     Value is NaN with cases behind it, or a quotient has
//	                       nothing below the line
//	no degrees of freedom  DF is 0 or less: there is a standard error and no
//	                       interval, since one PSU a stratum shows no spread
//	a value of 0           CV is no number
//	no variance            SE is NaN: no replicate, or no stratum, tells it
func (e Estimate) Reason() string {
	switch {
	case e.N == 0:
		return "no cases"
	case math.IsNaN(e.Value) || math.IsInf(e.Value, 0):
		return "a value is missing, or a quotient has nothing below the line"
	case math.IsNaN(e.SE):
		return "no variance: no stratum or replicate tells it, or, of a quantile, the interval of its share reaches beyond 0 or 1"
	case e.DF <= 0 && math.IsNaN(e.Low):
		return fmt.Sprintf("no degrees of freedom: %d PSUs in %d strata", e.PSUs, e.Strata)
	case math.IsNaN(e.Low) && e.SE == 0:
		return "no interval: at 0 and 1 this method has no standard error to work with; Beta has an interval there"
	case e.Value == 0 && (math.IsNaN(e.CV) || math.IsInf(e.CV, 0)):
		return "a value of 0 has no coefficient of variation"
	}
	return ""
}
