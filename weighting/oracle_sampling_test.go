package weighting_test

import (
	"encoding/json"
	"errors"
	"fmt"
)

// A samplingOp is the operation of a case about a sample that is still to be
// drawn: it has no design and no data.
type samplingOp struct {
	Fn     string    `json:"fn"`
	Method string    `json:"method"`
	Size   []float64 `json:"size"`
	N      float64   `json:"n"`
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
var samplingOps = map[string]func(*samplingCase) error{}

// checkSampling runs a case without a design.
func (c *oracleCase) checkSampling(run func(*samplingCase) error) error {
	s := &samplingCase{differ: c.differ()}
	line := struct {
		Op       *json.RawMessage
		Expected any
	}{&s.raw, &s.expect}
	if err := errors.Join(json.Unmarshal(c.line, &line), json.Unmarshal(s.raw, &s.op)); err != nil {
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
