package simulate

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"cifra/collector"
	q "cifra/questionnaire"
)

// A Field sends enumerators to the cases of a sample. Set its fields, then call
// Work.
type Field struct {
	URL    string // of the collector, such as http://127.0.0.1:8080
	Token  string
	Sample *Sample
	Seed   uint64

	// Enumerators work at the same time, each with a tablet of her own and the
	// cases of whole PSUs. 0 is 16.
	Enumerators int

	// Skip says which cases nobody visits. Nil skips none.
	Skip func(c *Case) bool

	// Begin is the first day of the field work; zero is 2 March of the year after
	// the population's.
	Begin time.Time

	// Done is told of every interview, one at a time, after its last event was
	// acked. Nil tells nobody.
	Done func(Outcome)
}

// An Outcome is one household's interview, at the office.
type Outcome struct {
	Case        *Case
	Interview   q.InterviewID
	Device      q.DeviceID
	Household   int // place in the dwelling, -1 if nobody answered the door
	Selected    int // place in the household, -1 if nobody was drawn
	Disposition collector.Disposition
	Events      []q.Event // as they were acked
}

// Work visits all cases and returns when everything is at the office. An error
// ends the work of all.
func (f *Field) Work(ctx context.Context) error {
	n := f.Enumerators
	if n == 0 {
		n = 16
	}
	asked, tables, err := f.instrument(ctx)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var crew sync.WaitGroup
	var telling sync.Mutex
	for i := range n {
		e := &enumerator{
			field: f, asked: asked, tables: tables, device: q.DeviceID(fmt.Sprintf("e%02d", i+1)),
			done: func(o Outcome) {
				telling.Lock()
				defer telling.Unlock()
				if f.Done != nil {
					f.Done(o)
				}
			},
		}
		for c := range f.Sample.Cases {
			if f.Sample.Cases[c].PSU%n == i {
				e.cases = append(e.cases, &f.Sample.Cases[c])
			}
		}
		crew.Go(func() {
			if err := e.work(ctx); err != nil {
				cancel(fmt.Errorf("enumerator %s: %w", e.device, err))
			}
		})
	}
	crew.Wait()
	return context.Cause(ctx)
}

// instrument loads the current instrument from the office with its tables, as
// tablets do.
func (f *Field) instrument(ctx context.Context) (*q.Questionnaire, map[q.Hash]*table, error) {
	t := &tablet{url: f.URL, token: f.Token, device: "e00"}
	defer t.close()
	welcome, err := t.hello(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("hello: %w", err)
	}
	if len(welcome.Instruments) == 0 {
		return nil, nil, errors.New("the office has published no instrument")
	}
	ir, err := f.get(ctx, "/v1/instrument/", welcome.Instruments[0])
	if err != nil {
		return nil, nil, fmt.Errorf("load instrument: %w", err)
	}
	asked, err := q.Load(ir)
	if err != nil {
		return nil, nil, err
	}
	tables := map[q.Hash]*table{}
	for _, file := range asked.TableFiles() {
		if file.Content, err = f.get(ctx, "/v1/table/", file.Hash); err != nil {
			return nil, nil, fmt.Errorf("load table %s: %w", file.Name, err)
		}
		tables[file.Hash] = newTable(file)
	}
	return asked, tables, nil
}

// get fetches what the office has under a hash.
func (f *Field) get(ctx context.Context, from string, hash q.Hash) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, f.URL+from+hash.String(), nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Bearer "+f.Token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, errors.New(answer.Status)
	}
	return io.ReadAll(answer.Body)
}

// An enumerator has a tablet and a list of cases.
type enumerator struct {
	field  *Field
	asked  *q.Questionnaire
	tables map[q.Hash]*table
	device q.DeviceID
	survey q.SurveyID
	cases  []*Case
	given  map[q.CaseID]map[string]json.RawMessage
	done   func(Outcome)
}

// work visits the cases one after the other.
func (e *enumerator) work(ctx context.Context) error {
	if len(e.cases) == 0 {
		return nil
	}
	if err := e.load(ctx); err != nil {
		return err
	}
	begin := e.field.Begin
	if begin.IsZero() {
		begin = time.Date(e.field.Sample.Population.Year+1, 3, 2, 9, 0, 0, 0, time.FixedZone("", -6*3600))
	}
	for i, c := range e.cases {
		if e.field.Skip != nil && e.field.Skip(c) {
			continue
		}
		// Six doors a day, from nine o'clock.
		at := begin.AddDate(0, 0, i/6).Add(time.Duration(i%6) * 80 * time.Minute)
		if err := e.visit(ctx, c, at); err != nil {
			return fmt.Errorf("case %s: %w", c.ID, err)
		}
	}
	return nil
}

// load pulls the list of cases with what their interviews are given.
func (e *enumerator) load(ctx context.Context) error {
	t := &tablet{url: e.field.URL, token: e.field.Token, device: e.device}
	defer t.close()
	welcome, err := t.hello(ctx)
	if err != nil {
		return err
	}
	e.survey = welcome.Survey
	pulled, err := t.pull()
	if err != nil {
		return err
	}
	e.given = make(map[q.CaseID]map[string]json.RawMessage, len(pulled))
	for _, c := range pulled {
		e.given[c.Case] = c.Given
	}
	return nil
}

// visit goes to a dwelling: one interview for each household, or one that says
// why there is none.
func (e *enumerator) visit(ctx context.Context, c *Case, at time.Time) error {
	households := 1
	if c.Fate.begins() {
		households = len(c.Dwelling.Households)
	}
	for h := range households {
		if err := e.interview(ctx, c, h, at.Add(time.Duration(h)*40*time.Minute)); err != nil {
			return err
		}
	}
	return nil
}

// interview conducts household h of a dwelling over a connection of its own.
func (e *enumerator) interview(ctx context.Context, c *Case, h int, at time.Time) error {
	given, ok := e.given[c.ID]
	if !ok {
		return fmt.Errorf("the office has no such case for %s", e.device)
	}
	rng := rand.New(rand.NewPCG(e.field.Seed, caseSeed(c.ID, h)))
	o := Outcome{Case: c, Interview: interviewID(at, rng), Device: e.device, Household: -1, Selected: -1}
	v := &visit{
		iv:     e.asked.Open(q.Self{Survey: e.survey, Interview: o.Interview, Device: e.device, Lease: 1}),
		refuse: c.Fate == RefusesConsent, rng: rng, now: at,
	}
	t := &tablet{url: e.field.URL, token: e.field.Token, device: e.device, interview: o.Interview}
	defer t.close()
	take := func(least int) error {
		if len(v.events) < least {
			return nil
		}
		o.Events = append(o.Events, v.events...)
		err := t.push(ctx, v.events)
		v.events = nil
		return err
	}
	if h > 0 {
		given = withHousehold(given, h)
	}
	if err := v.begin(c, h+1, given); err != nil {
		return err
	}
	if h == 0 {
		for _, d := range c.Fate.visits() {
			if err := v.attempt(d); err != nil {
				return err
			}
			o.Disposition = d
		}
	}
	if c.Fate.begins() {
		o.Household, v.r = h, newRespondent(e.field.Sample.Stratum(c), c.Dwelling, h)
		v.r.tables = e.tables
		var err error
		if o.Disposition, err = v.conduct(func() error { return take(batch) }); err != nil {
			return err
		}
		o.Selected = v.r.selected
	}
	if err := take(1); err != nil {
		return err
	}
	e.done(o)
	return nil
}

// withHousehold is given for another household of the same dwelling.
func withHousehold(given map[string]json.RawMessage, h int) map[string]json.RawMessage {
	own := map[string]json.RawMessage{}
	for name, value := range given {
		own[name] = value
	}
	own["household_number"] = q.EncodeValue(q.Number(h + 1))
	return own
}

// caseSeed tells the generators of interviews apart.
func caseSeed(id q.CaseID, household int) uint64 {
	h := q.PayloadHash([]byte(id), []byte{byte(household)})
	var n uint64
	for _, b := range h[:8] {
		n = n<<8 | uint64(b)
	}
	return n
}
