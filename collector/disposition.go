package collector

import "fmt"

// A Disposition is the outcome of a case, an AAPOR final code without its dot:
// 110 is 1.10. The zero Disposition means that nothing has happened yet.
//
// Source: AAPOR, Standard Definitions (10th ed., 2023), in-person household
// surveys.
type Disposition uint16

// Dispositions, stored by number: never renumber.
const (
	Complete Disposition = 110 // I
	Partial  Disposition = 120 // P

	RefusalOrBreakOff Disposition = 210 // R
	Refusal           Disposition = 211 // R
	BreakOff          Disposition = 212 // R
	NonContact        Disposition = 220 // NC
	NoOneHome         Disposition = 224 // NC
	RespondentAway    Disposition = 225 // NC
	OtherNonInterview Disposition = 230 // O
	Dead              Disposition = 231 // O
	Unable            Disposition = 232 // O, physically or mentally
	Language          Disposition = 233 // O

	UnknownIfUnit     Disposition = 310 // UH
	NotAttempted      Disposition = 311 // UH
	UnsafeArea        Disposition = 317 // UH
	UnlocatedAddress  Disposition = 318 // UH
	UnknownIfEligible Disposition = 320 // UO
	NoScreener        Disposition = 321 // UO

	NotEligible        Disposition = 400
	OutOfSample        Disposition = 410
	NotHousing         Disposition = 450
	Vacant             Disposition = 460
	NoEligibleResident Disposition = 470
	QuotaFilled        Disposition = 480
)

// A Class is the group that response rates count.
type Class uint8

// Classes of dispositions, in AAPOR's letters.
const (
	UnknownHousehold Class = iota // UH, also before the first visit
	Interviewed                   // I
	PartlyDone                    // P
	Refusing                      // R
	NotContacted                  // NC
	OtherReason                   // O
	UnknownOther                  // UO
	Ineligible                    // NE
)

// Class returns the group of d. A code that this list does not have is in the
// group of its first digits; one outside 100 to 499 is UnknownHousehold.
func (d Disposition) Class() Class {
	switch {
	case d >= 120 && d < 130:
		return PartlyDone
	case d >= 100 && d < 200:
		return Interviewed
	case d >= 200 && d < 220:
		return Refusing
	case d >= 220 && d < 230:
		return NotContacted
	case d >= 230 && d < 300:
		return OtherReason
	case d >= 320 && d < 400:
		return UnknownOther
	case d >= 400 && d < 500:
		return Ineligible
	}
	return UnknownHousehold
}

// String returns the class in AAPOR's letters, NE if it is not eligible.
func (c Class) String() string {
	switch c {
	case Interviewed:
		return "I"
	case PartlyDone:
		return "P"
	case Refusing:
		return "R"
	case NotContacted:
		return "NC"
	case OtherReason:
		return "O"
	case UnknownHousehold:
		return "UH"
	case UnknownOther:
		return "UO"
	case Ineligible:
		return "NE"
	}
	return fmt.Sprintf("Class(%d)", uint8(c))
}

// Final reports whether the case needs no further visit: an interview, a
// refusal or a reason that does not change. The others are tried again.
func (d Disposition) Final() bool {
	switch d.Class() {
	case Interviewed, PartlyDone, Refusing, Ineligible:
		return true
	}
	return d == Dead || d == Unable
}

// classes counts cases by class.
func classes(n map[Disposition]int) (c [Ineligible + 1]float64) {
	for d, count := range n {
		c[d.Class()] += float64(count)
	}
	return c
}

// RR1 is AAPOR's minimum response rate, I / (I+P + R+NC+O + UH+UO), of cases
// counted by disposition. It is NaN without a case that may be eligible.
func RR1(n map[Disposition]int) float64 {
	c := classes(n)
	return c[Interviewed] / eligible(c, 1)
}

// RR2 is AAPOR's response rate 2, RR1 with partial interviews as respondents:
// (I+P) / (I+P + R+NC+O + UH+UO).
func RR2(n map[Disposition]int) float64 {
	c := classes(n)
	return (c[Interviewed] + c[PartlyDone]) / eligible(c, 1)
}

// RR3 is AAPOR's response rate 3, I / (I+P + R+NC+O + e(UH+UO)), where e is the
// estimated share, 0 to 1, of the cases of unknown eligibility that are
// eligible.
func RR3(n map[Disposition]int, e float64) float64 {
	c := classes(n)
	return c[Interviewed] / eligible(c, e)
}

// eligible is the denominator of the response rates.
func eligible(c [Ineligible + 1]float64, e float64) float64 {
	return c[Interviewed] + c[PartlyDone] + c[Refusing] + c[NotContacted] + c[OtherReason] + e*(c[UnknownHousehold]+c[UnknownOther])
}
