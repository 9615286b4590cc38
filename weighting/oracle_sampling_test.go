package weighting_test

import (
	"encoding/json"
	"errors"
	"fmt"

	"cifra/weighting"
)

// A samplingOp is the operation of a case about a sample that is still to be
// drawn: it has no design and no data.
type samplingOp struct {
	Fn     string    `json:"fn"`
	Method string    `json:"method"`
	Size   []float64 `json:"size"`
	N      float64   `json:"n"`

	P        float64 `json:"p"`
	Margin   float64 `json:"moe"`
	CV       any     `json:"cv"`
	Deff     float64 `json:"deff"`
	Level    float64 `json:"level"`
	Response float64 `json:"response"`
	P1       float64 `json:"p1"`
	P2       float64 `json:"p2"`
	Power    float64 `json:"power"`
	Alpha    float64 `json:"alpha"`
	Delta    float64 `json:"delta"`
	SD       float64 `json:"sd"`
}

// A samplingCase is such a case while it runs.
type samplingCase struct {
	*differ
	op     samplingOp
	raw    json.RawMessage // the operation as it stands
	expect struct {
		Names  []string
		Value  list
		Matrix [][]num
	}
}

// samplingOps are the operations without a design.
var samplingOps = map[string]func(*samplingCase) error{
	"sample_size_prop": func(s *samplingCase) error {
		n := weighting.SizeForMargin(s.op.P, s.op.Margin, s.op.Level, s.op.Deff)
		return s.values(n, weighting.InFinite(n, s.population()), n/s.op.Response)
	},
	"sample_size_cv": func(s *samplingCase) error {
		n := weighting.SizeForCV(s.op.P, s.op.CV.(float64), s.op.Deff)
		return s.values(n, weighting.InFinite(n, s.population()))
	},
	"sample_size_two_props": func(s *samplingCase) error {
		return s.values(weighting.SizeForDifference(s.op.P1, s.op.P2, s.op.Alpha, s.op.Power))
	},
	"power_two_means": func(s *samplingCase) error {
		return s.values(weighting.PowerOfMeans(s.op.N, s.op.Delta, s.op.SD, s.op.Alpha))
	},
	"power_two_props": func(s *samplingCase) error {
		return s.values(weighting.PowerOfDifference(s.op.N, s.op.P1, s.op.P2, s.op.Alpha))
	},
}

// population returns the N of the operation: encoding/json takes N for n where
// there is no n.
func (s *samplingCase) population() float64 { return s.op.N }

// checkSampling runs a case without a design.
func (c *oracleCase) checkSampling(run func(*samplingCase) error) error {
	s := &samplingCase{differ: c.differ()}
	line := struct {
		Op       *json.RawMessage
		Expected any
	}{&s.raw, &s.expect}
	err := json.Unmarshal(c.line, &line)
	if err == nil {
		err = json.Unmarshal(s.raw, &s.op)
	}
	// Bethel's N is a list: its case reads the operation again.
	if _, list := errors.AsType[*json.UnmarshalTypeError](err); err != nil && !list {
		return err
	}
	if err := run(s); err != nil {
		return err
	}
	return errors.Join(s.errs...)
}

// values compares several values.
func (s *samplingCase) values(got ...float64) error {
	if len(got) != len(s.expect.Value) {
		return fmt.Errorf("%d values, want %d", len(got), len(s.expect.Value))
	}
	for i, v := range got {
		s.number(s.expect.Names[i], v, s.expect.Value[i], s.tol)
	}
	return nil
}
