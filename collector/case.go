package collector

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"

	q "cifra/questionnaire"
)

// Columns of a sample that the collector knows by name.
const (
	ColumnCase            = "case"
	ColumnStratum         = "stratum"
	ColumnPSU             = "psu"
	ColumnPPSU            = "p_psu"            // probability of the PSU
	ColumnPDwelling       = "p_dwelling"       // of the dwelling, given its PSU
	ColumnSelectionNumber = "selection_number" // drawn beforehand, to select the respondent
)

// A Variable is one column's value of a case, as the sample file has it.
type Variable struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// A Case is a sampled dwelling and what happened to it.
type Case struct {
	ID       q.CaseID
	Design   []Variable // in the file's order, the case's own column left out; they never change
	Address  []Variable // identifiers: for whoever visits, never exported
	Assigned q.DeviceID // by the office, or "" if whoever comes first may take it

	// Interviews holds one for each household that was begun, in the order in
	// which the office learned of them.
	Interviews []Interview

	sampled   Cursor // when its design came, or 0: an interview named it, no sample did
	row       int    // in its sample
	addressed Cursor // when its address came
	assigned  Cursor
	changed   Cursor // the last commit that said anything new of it
}

// An Interview is what the office knows of one without reading its answers.
type Interview struct {
	ID          q.InterviewID
	Case        q.CaseID
	Household   int
	Device      q.DeviceID  // that began it
	Instrument  q.Hash      // that it was begun with
	Versions    []q.Hash    // that it was moved to, if it was
	Disposition Disposition // of its last status, or 0
	Visits      []Visit     // attempts without an interview

	started Cursor
	status  Cursor
	leases  map[int]q.DeviceID
}

// holder returns the device that may write into the interview now: the one with
// the newest lease.
func (iv *Interview) holder() q.DeviceID {
	newest := 0
	for lease := range iv.leases {
		newest = max(newest, lease)
	}
	return iv.leases[newest]
}

// A Visit is one attempt to reach a household.
type Visit struct {
	At          time.Time // by the tablet's clock
	Disposition Disposition

	cursor Cursor
}

// Value returns a design variable of the case, or "".
func (c *Case) Value(name string) string {
	for _, v := range c.Design {
		if v.Name == name {
			return v.Value
		}
	}
	return ""
}

// Holder returns the device that has the case: the one it is assigned to, else
// the one that began its first interview, else "".
func (c *Case) Holder() q.DeviceID {
	if c.Assigned != "" || len(c.Interviews) == 0 {
		return c.Assigned
	}
	return c.Interviews[0].Device
}

// Disposition returns the outcome of the case: an interview if any household
// gave one, whole or in part; else the last status; else that of the last
// visit; else 0.
func (c *Case) Disposition() Disposition {
	var best, last, visit Disposition
	var lastAt, visitAt Cursor
	for _, iv := range c.Interviews {
		class := iv.Disposition.Class()
		if iv.Disposition != 0 && (class == Interviewed || class == PartlyDone && best.Class() != Interviewed) {
			best = iv.Disposition
		}
		if iv.status > lastAt {
			last, lastAt = iv.Disposition, iv.status
		}
		for _, v := range iv.Visits {
			if v.cursor > visitAt {
				visit, visitAt = v.Disposition, v.cursor
			}
		}
	}
	return cmp.Or(best, last, visit)
}

// clone returns a copy that shares nothing that changes.
func (c *Case) clone() Case {
	copied := *c
	copied.Interviews = slices.Clone(c.Interviews)
	for i := range copied.Interviews {
		copied.Interviews[i].Visits = slices.Clone(copied.Interviews[i].Visits)
	}
	return copied
}

// A caseView is a case as a tablet gets it.
type caseView struct {
	Case        q.CaseID                   `json:"case"`
	Address     string                     `json:"address,omitempty"`
	Assigned    q.DeviceID                 `json:"assigned,omitempty"`
	Held        q.DeviceID                 `json:"held,omitempty"` // who has it, assigned or not
	Stratum     string                     `json:"stratum,omitempty"`
	PSU         string                     `json:"psu,omitempty"`
	Given       map[string]json.RawMessage `json:"given,omitempty"`
	Disposition Disposition                `json:"disposition,omitempty"`
	Interviews  []interviewView            `json:"interviews,omitempty"`
}

type interviewView struct {
	Interview   q.InterviewID `json:"interview"`
	Device      q.DeviceID    `json:"device"`
	Household   int           `json:"household"`
	Disposition Disposition   `json:"disposition,omitempty"`
	Complete    bool          `json:"complete,omitempty"`
}

// view returns c as a tablet gets it, with what its interviews are given.
func (c *Case) view(given map[string]json.RawMessage) caseView {
	v := caseView{
		Case: c.ID, Assigned: c.Assigned, Held: c.Holder(),
		Stratum: c.Value(ColumnStratum), PSU: c.Value(ColumnPSU),
		Given: given, Disposition: c.Disposition(),
	}
	var lines []string
	for _, a := range c.Address {
		if a.Value != "" {
			lines = append(lines, a.Value)
		}
	}
	v.Address = strings.Join(lines, ", ")
	for _, iv := range c.Interviews {
		v.Interviews = append(v.Interviews, interviewView{
			Interview: iv.ID, Device: iv.Device, Household: iv.Household,
			Disposition: iv.Disposition, Complete: iv.Disposition.Class() == Interviewed,
		})
	}
	return v
}
