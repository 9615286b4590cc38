package weighting_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"cifra/weighting"
)

// The oracle is a directory of cases made with R's survey package, described in
// its README: cases/*.jsonl say what to compute and what R 4.2.2 with survey
// 4.5 gives, data/*.csv hold the inputs. This test runs every case, and fails with
// one that it cannot run.

// An oracleCase is one line of a cases file.
type oracleCase struct {
	Case   string       `json:"case"`
	Data   string       `json:"data"`
	Design oracleDesign `json:"design"`
	Op     oracleOp     `json:"op"`
	Expect expected     `json:"expected"`

	Compare struct {
		Tol   float64 `json:"tol"`
		SETol float64 `json:"se_tol"`
	} `json:"compare"`

	line []byte // as it stands in the file
}

type oracleDesign struct {
	Kind    string          `json:"kind"`
	IDs     []string        `json:"ids"`
	Strata  []string        `json:"strata"`
	Weights json.RawMessage `json:"weights"`
	FPC     []string        `json:"fpc"`
	Nest    bool            `json:"nest"`
	Lonely  string          `json:"lonely_psu"`
	Steps   []any           `json:"steps"`
}

type oracleOp struct {
	Fn       string             `json:"fn"`
	Vars     []string           `json:"vars"`
	Var      string             `json:"var"`
	Eq       any                `json:"eq"`
	Num      []string           `json:"num"`
	Den      []string           `json:"den"`
	By       []string           `json:"by"`
	Inner    *oracleOp          `json:"inner"`
	Where    []condition        `json:"where"`
	NARm     bool               `json:"na_rm"`
	Deff     any                `json:"deff"`
	Method   string             `json:"method"`
	Level    float64            `json:"level"`
	Lonely   string             `json:"lonely_psu"`
	Domain   bool               `json:"adjust_domain_lonely"`
	Ultimate bool               `json:"ultimate_cluster"`
	Coef     map[string]float64 `json:"coef"`
	Expr     string             `json:"expr"`
}

// A condition of "where"; several are joined by and.
type condition struct {
	Var string `json:"var"`
	Eq  any    `json:"eq"`
	Ne  any    `json:"ne"`
	Gt  any    `json:"gt"`
}

// expected are the fields of a case's result that this test compares.
type expected struct {
	Error   string          `json:"error"`
	Names   []string        `json:"names"`
	Est     list            `json:"est"`
	SE      json.RawMessage `json:"se"` // a list, a matrix, lists by name or a number
	CV      list            `json:"cv"`
	VCov    [][]num         `json:"vcov"`
	DF      num             `json:"df"`
	Z       *limits         `json:"ci95_z"`
	T       *limits         `json:"ci95_t"`
	Deff    json.RawMessage `json:"deff"`
	Ratio   [][]num         `json:"ratio"`
	Var     [][]num         `json:"var"`
	Lo      num             `json:"lo"`
	Hi      num             `json:"hi"`
	Rows    []string        `json:"rows"`
	Columns json.RawMessage `json:"columns"`
}

type limits struct {
	Lo list `json:"lo"`
	Hi list `json:"hi"`
}

// A num is a number or one of the strings NA, NaN, Inf, -Inf.
type num float64

func (n *num) UnmarshalJSON(b []byte) error {
	switch string(b) {
	case `"NA"`, `"NaN"`, "null":
		*n = num(math.NaN())
		return nil
	case `"Inf"`, `"-Inf"`:
		*n = num(math.Inf(len(`"Inf"`) - len(b)))
		return nil
	}
	return json.Unmarshal(b, (*float64)(n))
}

// A list is several numbers or a single one.
type list []num

func (l *list) UnmarshalJSON(b []byte) error {
	if b[0] == '[' {
		return json.Unmarshal(b, (*[]num)(l))
	}
	*l = make(list, 1)
	return json.Unmarshal(b, &(*l)[0])
}

// errPending means that a case asks for what this package does not do.
var errPending = errors.New("pending")

// pending returns errPending with a reason.
func pending(format string, a ...any) error {
	return fmt.Errorf("%w: %s", errPending, fmt.Sprintf(format, a...))
}

func TestOracle(t *testing.T) {
	dir := oracleDir(t)
	cases := readCases(t, dir)
	run := map[string]int{}
	for _, c := range cases {
		// Every case is required: one that this test cannot run fails it.
		if err := c.check(dir); err != nil {
			t.Errorf("%s: %v", c.Case, err)
			continue
		}
		run[c.Op.Fn]++
	}
	total := 0
	for _, n := range run {
		total += n
	}
	t.Logf("%d of %d cases ran: %v", total, len(cases), run)
	if total == 0 {
		t.Error("no case ran")
	}
}

// oracleDir returns where the cases are, and skips the test if they are not.
func oracleDir(t *testing.T) string {
	t.Helper()
	const root = ".." // of the module
	if dir := os.Getenv("CIFRA_ORACLE"); dir != "" {
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(root, dir)
		}
		return dir // a directory that somebody named has to be there
	}
	dir := filepath.Join(root, "..", "shared", "oracle", "public")
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		t.Skipf("the oracle cases are not here: %s does not exist, nor is CIFRA_ORACLE set", dir)
	}
	return dir
}

func readCases(t *testing.T, dir string) []*oracleCase {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "cases", "*.jsonl"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases in %s: %v", dir, err)
	}
	var cases []*oracleCase
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(f)
		lines.Buffer(nil, 1<<24)
		for lines.Scan() {
			c := new(oracleCase)
			if err := json.Unmarshal(lines.Bytes(), c); err != nil {
				// The results of operations that are not here may have any form.
				c = new(oracleCase)
				c.Case, c.Design.Kind, c.Op.Fn = headOf(t, lines.Bytes())
				if c.Design.Kind == "taylor" && known(c.Op.Fn) && modelOps[c.Op.Fn] == nil {
					t.Errorf("%s cannot be read: %v", c.Case, err)
					continue
				}
			}
			c.line = slices.Clone(lines.Bytes())
			cases = append(cases, c)
		}
		if err := errors.Join(lines.Err(), f.Close()); err != nil {
			t.Fatal(err)
		}
	}
	return cases
}

// headOf reads of a case what every case has.
func headOf(t *testing.T, line []byte) (name, kind, fn string) {
	t.Helper()
	var head struct {
		Case   string
		Design struct{ Kind string }
		Op     struct{ Fn string }
	}
	if err := json.Unmarshal(line, &head); err != nil {
		t.Fatalf("%v in %s", err, line)
	}
	return head.Case, head.Design.Kind, head.Op.Fn
}

// tables are the files read so far.
var tables = map[string]*weighting.Table{}

func readTable(dir, name string) (*weighting.Table, error) {
	path := filepath.Join(dir, "data", name)
	if t, ok := tables[path]; ok {
		return t, nil
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	t, err := weighting.ReadCSV(bytes.NewReader(b), name, weighting.CSVOptions{})
	tables[path] = t
	return t, err
}

// known reports whether this test computes an operation.
func known(fn string) bool {
	return modelOps[fn] != nil || slices.Contains([]string{"mean", "total", "ratio", "by", "prop_ci", "contrast", "contrast_nl", "weights_summary"}, fn)
}

// check runs a case and compares.
func (c *oracleCase) check(dir string) error {
	if run := samplingOps[c.Op.Fn]; run != nil {
		return c.checkSampling(run)
	}
	if plainOps[c.Op.Fn] != nil {
		return c.checkPlain(dir)
	}
	if modelOps[c.Op.Fn] != nil {
		if err := c.readModel(); err != nil {
			return err
		}
	}
	if !slices.Contains([]string{"taylor", "replicate", "replicate_auto", "pps"}, c.Design.Kind) {
		return pending("design %s", c.Design.Kind)
	}
	if !known(c.Op.Fn) {
		return pending("operation %s", c.Op.Fn)
	}
	table, err := readTable(dir, c.Data)
	if err != nil {
		return err
	}
	s, err := c.sample(table, dir)
	if err == nil {
		err = c.compare(s)
	}
	if c.Expect.Error != "" {
		if err == nil {
			return fmt.Errorf("R refuses (%s), this does not", c.Expect.Error)
		}
		if errors.Is(err, weighting.ErrLonely) || errors.Is(err, weighting.ErrNegativeWeight) {
			return nil
		}
	}
	return err
}

// sample makes the design of a case with its domain.
func (c *oracleCase) sample(table *weighting.Table, dir string) (*sample, error) {
	s, err := c.sampled(table, dir)
	if err == nil {
		s.dir = dir
		err = c.steps(s, dir)
	}
	if err != nil {
		return nil, err
	}
	s.all = s.by
	return s, s.where(c.Op.Where)
}

// sampled makes the design of a case before any step.
func (c *oracleCase) sampled(table *weighting.Table, dir string) (*sample, error) {
	switch c.Design.Kind {
	case "replicate":
		return c.replicated(table, dir)
	case "pps":
		return c.unequal(table, dir)
	}
	stratum, err := table.Factor(c.Design.Strata[:min(1, len(c.Design.Strata))]...)
	if err != nil {
		return nil, err
	}
	var ids [][]int
	for _, id := range c.Design.IDs {
		f, err := table.Factor(id)
		if err != nil {
			return nil, err
		}
		ids = append(ids, f.Code)
	}
	opt := weighting.Options{
		Nest: c.Design.Nest, UltimateCluster: c.Op.Ultimate, LonelyInDomain: c.Op.Domain,
		StratumName: func(code int) string { return stratum.Levels[code] },
	}
	rule, ok := weighting.ParseLonelyRule(firstOf(c.Op.Lonely, c.Design.Lonely, "fail"))
	if !ok {
		return nil, pending("single-PSU rule")
	}
	opt.Lonely = rule
	if stratum.Code == nil {
		opt.StratumName = nil
	}
	fpc := make([][]float64, max(1, len(ids)))
	for s, name := range c.Design.FPC {
		if fpc[s], err = numbersOf(table, name); err != nil {
			return nil, err
		}
	}
	opt.FPC = fpc[0]
	var psu []int
	if len(ids) > 0 {
		psu = ids[0]
		for s, unit := range ids[1:] {
			opt.Later = append(opt.Later, weighting.Stage{Unit: unit, FPC: fpc[s+1]})
		}
	}
	w, err := c.weights(table)
	if err != nil {
		return nil, err
	}
	d, err := weighting.NewDesign(stratum.Code, psu, w, opt)
	if err != nil {
		return nil, err
	}
	if c.Design.Kind == "replicate_auto" {
		d, err = c.jackknifed(d)
	}
	return &sample{table: table, d: d}, err
}

// numbersOf returns a column of numbers.
func numbersOf(table *weighting.Table, name string) ([]float64, error) {
	c := table.Column(name)
	if c == nil || c.Numbers == nil {
		return nil, fmt.Errorf("%s has no column of numbers %q", table.File, name)
	}
	return c.Numbers, nil
}

func firstOf(s ...string) string {
	return s[slices.IndexFunc(s, func(v string) bool { return v != "" })]
}

// weights returns the weights of a case: a column, a number, or nil to have
// them made from the sampling fractions.
func (c *oracleCase) weights(table *weighting.Table) ([]float64, error) {
	var name string
	if json.Unmarshal(c.Design.Weights, &name) == nil && name != "" {
		return numbersOf(table, name)
	}
	var v float64
	if json.Unmarshal(c.Design.Weights, &v) == nil && v != 0 {
		return slices.Repeat([]float64{v}, table.Len()), nil
	}
	return nil, nil
}
