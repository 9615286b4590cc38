//go:build !js

package expr_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"cifra/questionnaire/expr"
)

func TestBoundsOfSource(t *testing.T) {
	ones := func(n int, sep string) string { return strings.TrimSuffix(strings.Repeat("1"+sep, n), sep) }
	tests := []struct {
		name, src, want string
	}{
		{"longest", "age > 1" + strings.Repeat(" ", 4096-len("age > 1")), ""},
		{"too long", "age > 1" + strings.Repeat(" ", 4097-len("age > 1")), "expression of 4097 bytes"},
		{"deepest sum", ones(100, " + ") + " > age", "more than 100 levels"},
		{"deep enough sum", ones(98, " + ") + " > age", ""},
		{"deepest brackets", strings.Repeat("(", 399) + "1" + strings.Repeat(")", 399) + " > age", ""},
		{"too many brackets", strings.Repeat("(", 401) + "1" + strings.Repeat(")", 401) + " > age", "more than 100 levels"},
		{"too many minus signs", strings.Repeat("-", 101) + "1 > age", "more than 100 levels"},
		{"a long and is not deep", "age > 1" + strings.Repeat(" and age > 1", 300), ""},
		{"most terms", "age in {" + ones(1990, ",") + "}", ""},
		{"too many terms", "age in {" + ones(2001, ",") + "}", "more than 2000 terms"},
		{"empty", " \t", "the expression is empty"},
		{"not UTF-8", "name = \"\xff\"", "not valid UTF-8"},
		{"control character", "name = \"a\x00b\"", "control character"},
		{"pattern too long", `matches(name, "` + strings.Repeat("a", 257) + `")`, "pattern of more than 256 bytes"},
		{"pattern too big", `matches(name, "` + strings.Repeat("[a-ce-g]{100}", 9) + `")`, "pattern is too big"},
		{"nested repetitions multiply", `matches(name, "(a{30}){30}")`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			start := time.Now()
			e, ds := expr.Check(tt.src, expr.Position{}, at(incident), expr.Want{})
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("checking took %v", took)
			}
			switch {
			case tt.want == "" && ds.Err() != nil:
				t.Errorf("refused: %v", ds)
			case tt.want != "" && (e != nil || !strings.Contains(ds.Error(), tt.want)):
				t.Errorf("got %v, %v, want %q", e, ds, tt.want)
			}
		})
	}
}

// Many mistakes beside a long list are told in no time.
func TestBoundsOfSuggestions(t *testing.T) {
	list := &expr.List{Name: "municipalities"}
	for i := range 100_000 {
		list.Codes = append(list.Codes, fmt.Sprintf("m%05d", i))
	}
	scope := form{{Name: "place", Type: expr.Type{Kind: expr.Code, List: list}}}
	src := "place in {m1x" + strings.Repeat(", x34y5", 500) + "}"
	start := time.Now()
	_, ds := expr.Check(src, expr.Position{Line: 1, Col: 1}, scope, expr.Want{})
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("checking took %v", took)
	}
	if len(ds) != 501 {
		t.Errorf("%d mistakes", len(ds))
	}
}

// An evaluation that would take long stops, and is unknown as a whole: nothing
// is counted of rows that were not looked at.
func TestBoundsOfEvaluation(t *testing.T) {
	f := people(expr.Answered, slices.Repeat([]expr.Cell{num(20)}, 200)...)
	for src, want := range map[string]string{
		"count(persons, age > 3)":                                           "200",
		"count(persons, any(persons, age > 30))":                            "does_not_apply",
		"count(persons, any(persons, age > 30)) is 0":                       "does_not_apply",
		"count(persons, all(persons, all(persons, all(persons, age > 3))))": "does_not_apply",
		"true or any(persons, any(persons, any(persons, age > 30)))":        "true",
	} {
		start := time.Now()
		if got := value(t, src, household, f); got != want {
			t.Errorf("%s = %s, want %s", src, got, want)
		}
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("%s took %v", src, took)
		}
	}
	// The budget is one of each evaluation.
	e := check(t, "count(persons, age > 3)", household)
	for range 1000 {
		if c := e.Eval(f); c != num(200) {
			t.Fatalf("count = %+v", c)
		}
	}
}

// Patterns that take other engines exponential time.
func TestEvilPatterns(t *testing.T) {
	long := strings.Repeat("a", 100_000)
	for _, pattern := range []string{"(a+)+", "(a|a)*", "(a|aa)+b", "([a-zA-Z]+)*", "(.*a){20}", "(a*)*b", "((a{1,30}){1,20}b?)*", ".*.*.*.*=.*", `^(\w+\s?)*$`} {
		for _, text := range []string{long, long + "!", long[:200] + "!"} {
			f := one(map[string]expr.Cell{"name": str(text)})
			e := check(t, `matches(name, "`+pattern+`")`, person)
			start := time.Now()
			e.Bool(f)
			if took := time.Since(start); took > 20*time.Second { // 50 ms where the machine is not shared
				t.Errorf("%s on %d bytes took %v", pattern, len(text), took)
			}
		}
	}
}

func TestEvaluationDoesNotAllocate(t *testing.T) {
	if !pools {
		t.Skip("the race detector empties pools")
	}
	f := people(expr.Answered, num(10), num(40), no(expr.DontKnow))
	f.Rows[person] = f.Source.(*memory).rows[person][1]
	f.Source.(*memory).add(incident, f.Rows[person], map[string]expr.Cell{"loss": num(3), "arms": num(1)})
	for _, src := range []string{
		"age >= 15 and sex = woman and n > 0", "any(persons, age > 30)", "sum(persons, age) > 3", "count(persons, any(incidents, loss > 1)) > 1", "sum_known(persons, age) > 3",
		"max(persons, age / 2) > 3", `name = "Ana" or contains(name, "A") or matches(name, "A.*")`, "P7_3[vandalism] is yes", "age in {1, 2, 300}",
		"years_between(born, date(2025, 1, 1)) > 3", "coalesce(n, age) + round(income, 0) > 3", `cut(age, 18, 30) = 18_29`, "if age > 3 then sex is woman else owned",
	} {
		e := check(t, src, person)
		e.Bool(f) // fills the pools
		if n := testing.AllocsPerRun(100, func() { e.Bool(f) }); n != 0 {
			t.Errorf("%s: %v allocations", src, n)
		}
	}
}

// Expressions may be shared by goroutines; run with -race.
func TestConcurrentEvaluation(t *testing.T) {
	e := check(t, `count(persons, age > 30 and not matches(name, "A.*")) + sum(persons, n)`, household)
	results := make(chan expr.Cell)
	for range 4 {
		go func() {
			f := people(expr.Answered, num(10), num(40))
			var c expr.Cell
			for range 200 {
				c = e.Eval(f)
			}
			results <- c
		}()
	}
	for range 4 {
		if c := <-results; c != num(2) {
			t.Errorf("got %+v", c)
		}
	}
}

func TestReadsAndRosters(t *testing.T) {
	w := at(incident)
	slots := func(names ...string) []expr.Slot {
		var ss []expr.Slot
		for _, n := range names {
			ss = append(ss, w.slot(n))
		}
		return ss
	}
	tests := []struct {
		src     string
		reads   []expr.Slot
		rosters []int
	}{
		{"age > 3 and age < 30 and rooms = 2", slots("rooms", "age"), nil},
		{"answered(sex) or sex is woman", slots("sex"), nil},
		{"place in {street, home} or firearm in arms", slots("place", "arms"), nil},
		{"any(persons, age > n)", slots("age", "n"), []int{person}},
		{"count(persons)", nil, []int{person}},
		{"count_unknown(persons, sex) + count(persons, any(incidents, loss > 1))", slots("sex", "loss"), []int{person, incident}},
		{"P7_3[street_robbery] = yes", slots("P7_3"), []int{crimes}},
		{"P7_3[crime] = yes and P7_4[vandalism] > 0", slots("crime", "P7_3", "P7_4"), []int{crimes}},
		{"crime.weight > 3", slots("crime"), nil},
		{"2 > 1", nil, nil},
	}
	for _, tt := range tests {
		e := check(t, tt.src, incident)
		data, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		var far expr.Expr
		if err := json.Unmarshal(data, &far); err != nil {
			t.Fatal(err)
		}
		for _, e := range []*expr.Expr{e, &far} {
			if got := e.Reads(); !slices.Equal(got, tt.reads) {
				t.Errorf("%s reads %v, want %v", tt.src, got, tt.reads)
			}
			if got := e.Rosters(); !slices.Equal(got, tt.rosters) {
				t.Errorf("%s ranges over %v, want %v", tt.src, got, tt.rosters)
			}
			if e.String() != tt.src {
				t.Errorf("%s prints as %s", tt.src, e)
			}
		}
	}
}

// The JSON of a checked expression is what compiled instruments store. This is
// its form; a change here needs a new version of theirs.
func TestCheckedForm(t *testing.T) {
	e := check(t, `sex is woman and not P7_4[street_robbery] > 2`, person)
	want := `{"text":"sex is woman and not P7_4[street_robbery] \u003e 2","root":["and",` +
		`["surely",["=",["var code",1,1],["const code","1"]]],` +
		`["le",["at number",3,1,["const code","2"]],["const number","2"]]]}`
	got, err := json.Marshal(e)
	if err != nil || string(got) != want {
		t.Errorf("got  %s, %v\nwant %s", got, err, want)
	}
	code := check(t, "coalesce(place, home)", incident)
	data, _ := json.Marshal(code)
	var far expr.Expr
	if err := json.Unmarshal(data, &far); err != nil {
		t.Fatal(err)
	}
	if l := far.Type().List; l.Name != "places" || !slices.Equal(l.Codes, places.Codes) {
		t.Errorf("the list of a code came back as %+v", l)
	}
}

// A form that Check does not make is refused, never a panic.
func TestCheckedFormRefused(t *testing.T) {
	for _, data := range []string{
		`{`, `{"text":"x"}`, `{"root":null}`, `{"root":"and"}`, `{"root":[]}`, `{"root":["nonsense"]}`, `{"root":["and"]}`, `{"root":["and",null,null]}`,
		`{"root":["=",["const number","1"]]}`, `{"root":["=",["const text","a"],["const number","1"]]}`, `{"root":["not number",["const","1"]]}`,
		`{"root":["var number",-1,0]}`, `{"root":["var number",1]}`, `{"root":["var number",1,2,3]}`, `{"root":["var number",1,9999999999]}`, `{"root":["var number",1.5,2]}`,
		`{"root":["var money",1,2]}`, `{"root":["var number x",1,2]}`, `{"root":["var number 99",1,2]}`, `{"root":["const number"]}`, `{"root":["const number","x"]}`, `{"root":["const number","1","2"]}`,
		`{"root":["and","x",["const","1"],["const","1"]]}`, `{"root":["const rows","1"]}`, `{"root":["const ","1"]}`,
		`{"root":["rescale number 99",["const number","1"]]}`, `{"root":["rescale number",["const number 99","1"]]}`,
		`{"root":["real real",["const text","a"]]}`, `{"root":["matches","(",["const text","a"]]}`, `{"root":["in",["var code",0,0],["var code",0,0]]}`,
		`{"root":["year number",["const number","1"]]}`, `{"root":["contains",["const text","a"]]}`, `{"root":["attr number",0,0,["var number",0,0]]}`,
		`{"root":["size number",["const text","a"]]}`, `{"root":["cut code",["var real",0,0],["const number","1"]]}`, `{"root":["neg code",["const code","1"]]}`,
		`{"root":["any",1]}`, `{"root":["sum number",1]}`, `{"root":["abs number",["const real","1"]]}`, `{"root":["add number",["const number","1"],["const text","1"]]}`,
		`{"root":["has",["const number","1"],["const text","1"]]}`, `{"root":["if number",["const number","1"],["const number","1"],["const number","1"]]}`,
		`{"root":` + strings.Repeat(`["not",`, 3000) + `["const","1"]` + strings.Repeat(`]`, 3001) + `}`,
	} {
		var e expr.Expr
		if err := json.Unmarshal([]byte(data), &e); err == nil {
			t.Errorf("accepted %.200s", data)
		}
	}
}

// Bool of a number is a mistake of the program.
func TestBoolPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	check(t, "age", person).Bool(&expr.Frame{})
}

// Membership, in whichever way it is compiled, is the or of equalities.
func TestMembershipIsOr(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var in, or []string
		for range 1 + rng.IntN(5) {
			c := cities.Codes[rng.IntN(len(cities.Codes))]
			if !slices.Contains(in, c) {
				in, or = append(in, c), append(or, "city = "+c)
			}
		}
		f := one(map[string]expr.Cell{"city": num(int64(rng.IntN(100)))})
		got := value(t, "city in {"+strings.Join(in, ", ")+"}", household, f)
		if want := value(t, strings.Join(or, " or "), household, f); got != want {
			t.Errorf("city in %v = %s, want %s", in, got, want)
		}
	}
}
