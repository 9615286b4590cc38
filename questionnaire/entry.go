package questionnaire

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"cifra/questionnaire/expr"
	"cifra/questionnaire/wire"
)

// This file is about answers that have parts: an entry of a table (a place, an
// occupation), a point on the map, a photo or a recording. The rules:
//
//   - the answer itself is a text for expressions: the code, "lat,lon", the
//     hash; each part is a variable of its own, ITEM.part, so that expressions,
//     fills, checks and exports need no second way to read it;
//   - what the instrument may read of an entry travels in the answer. A tablet
//     that lacks the table, and an office years later, compute the same; the
//     table is needed to look something up, never to fold an event;
//   - a place that was told down to a level only is an answer, like a date without
//     its day: the levels below are "don't know";
//   - a photo or recording is its hash, kind and size; the bytes lie elsewhere.

type (
	// An Entry is a row of a table: its code, its words, and what the table says
	// of it by column, written as files write it. Of a place, With names the code
	// at each level down to its own.
	Entry struct {
		Code string
		Text string
		With Columns
	}

	// A Point is a place on earth in millionths of a degree, with its accuracy in
	// metres, 0 if that is not known.
	Point struct {
		Lat, Lon int64
		Accuracy int64
	}

	// An Attachment names a photo or a recording by the SHA-256 of its bytes.
	Attachment struct {
		Hash  Hash
		Media string // "image/jpeg"
		Size  int64  // bytes
	}
)

// Columns are cells of a table by column, as one comparable text: see
// ColumnsOf.
type Columns string

// ColumnsOf returns what m says, sorted by column.
func ColumnsOf(m map[string]string) Columns {
	var b strings.Builder
	for _, k := range slices.Sorted(maps.Keys(m)) {
		b.WriteString(k + "\t" + m[k] + "\n")
	}
	return Columns(b.String())
}

// Map returns the cells by column, nil for none.
func (c Columns) Map() map[string]string {
	var m map[string]string
	for line := range strings.Lines(string(c)) {
		if m == nil {
			m = map[string]string{}
		}
		k, v, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		m[k] = v
	}
	return m
}

func (Entry) value()      {}
func (Point) value()      {}
func (Attachment) value() {}

// The forms of a type: how a kind that expressions know is asked and stored.
const (
	formMonth = "month" // a date without a day
	formEntry = "entry" // a code of a table
	formPlace = "place" // a code of a table with levels
	formPoint = "point"
	formPhoto = "photo"
	formAudio = "audio"
)

// wire forms of answers with parts.
type (
	wireEntry struct {
		Code string            `json:"code"`
		Text string            `json:"text,omitempty"`
		With map[string]string `json:"with,omitempty"`
	}
	wirePoint struct {
		Lat      int64 `json:"lat"`
		Lon      int64 `json:"lon"`
		Accuracy int64 `json:"accuracy,omitempty"`
	}
	wireAttachment struct {
		Hash  Hash   `json:"hash"`
		Media string `json:"media"`
		Size  int64  `json:"size"`
	}
)

// value returns the entry that w says.
func (w *wireEntry) value() Entry { return Entry{w.Code, w.Text, ColumnsOf(w.With)} }

// pointScale is how many decimals of a degree a point has: 0.1 m.
const pointScale = 6

// maxAttachment bounds a photo or recording, in bytes.
const maxAttachment = 64 << 20

// maxEntry bounds the words and cells of an entry, in bytes each.
const maxEntry = 1000

// partCell returns the cell of v that an answer with parts is.
func (q *Questionnaire) partCell(v *variable, val Value) (expr.Cell, error) {
	bad := func(format string, a ...any) (expr.Cell, error) {
		return expr.Cell{}, wire.Errorf("%w: %s: %s", ErrValue, v.ID, wire.Sprintf(format, a...))
	}
	text := func(s string) (expr.Cell, error) { return expr.Cell{Text: s, Missing: expr.Answered}, nil }
	switch val := val.(type) {
	case Entry:
		if v.Type.Form != formEntry && v.Type.Form != formPlace {
			return bad("takes no entry of a table")
		}
		if _, err := q.parts(v, val); err != nil {
			return expr.Cell{}, err
		}
		return text(val.Code)
	case Point:
		if v.Type.Form != formPoint {
			return bad("takes no point")
		}
		const degree = 1_000_000
		if val.Lat < -90*degree || val.Lat > 90*degree || val.Lon < -180*degree || val.Lon > 180*degree || val.Accuracy < 0 || val.Accuracy > maxNumber {
			return bad("%d, %d is no point on earth", val.Lat, val.Lon)
		}
		plain := locale{decimal: "."}
		return text(plain.number(val.Lat, pointScale) + "," + plain.number(val.Lon, pointScale))
	case Attachment:
		kind := map[string]string{formPhoto: "image/", formAudio: "audio/"}[v.Type.Form]
		if kind == "" {
			return bad("takes no photo or recording")
		}
		if !strings.HasPrefix(val.Media, kind) || len(val.Media) > 100 {
			return bad("%q is not %s…", val.Media, kind)
		}
		if val.Size <= 0 || val.Size > maxAttachment {
			return bad("%d bytes, from 1 to %d", val.Size, maxAttachment)
		}
		return text(wire.Hex(val.Hash[:]))
	}
	return bad("no value")
}

// parts returns the cells of v's parts, in the order of v.Parts; nil for an
// answer without.
func (q *Questionnaire) parts(v *variable, val Value) ([]expr.Cell, error) {
	switch val := val.(type) {
	case Entry:
		return q.entryParts(v, val)
	case Point:
		accuracy := known(val.Accuracy)
		if val.Accuracy == 0 {
			accuracy = missing(DontKnow)
		}
		return []expr.Cell{known(val.Lat), known(val.Lon), accuracy}, nil
	case Attachment:
		return []expr.Cell{{Text: val.Media, Missing: expr.Answered}, known(val.Size)}, nil
	}
	return nil, nil
}

// entryParts reads what an entry says of itself. It is an error if that is not
// what its table has columns and levels for.
func (q *Questionnaire) entryParts(v *variable, e Entry) ([]expr.Cell, error) {
	bad := func(format string, a ...any) error {
		return wire.Errorf("%w: %s: %s", ErrValue, v.ID, wire.Sprintf(format, a...))
	}
	t := q.Tables[v.Type.Table-1]
	with := e.With.Map()
	if e.Code == "" || len(e.Code) > maxEntry || len(e.Text) > maxEntry || strings.ContainsAny(e.Code, "\t\n") {
		return nil, bad("%q is no code of table %s", e.Code, t.Name)
	}
	if err := checkText(e.Code + e.Text + string(e.With)); err != nil {
		return nil, err
	}
	depth, err := t.depth(e.Code, with)
	if err != nil {
		return nil, bad("%v", err)
	}
	if depth > v.Type.Depth && v.Type.Form == formPlace {
		return nil, bad("%q lies below %s, which is as far as is asked", e.Code, t.Levels[v.Type.Depth-1].Name)
	}
	cells := make([]expr.Cell, len(v.Parts))
	for i, n := range v.Parts {
		p := q.Variables[n]
		switch {
		case p.Part == partText:
			cells[i] = missing(NotAsked)
			if e.Text != "" {
				cells[i] = expr.Cell{Text: e.Text, Missing: expr.Answered}
			}
			continue
		case p.Part == partDepth:
			cells[i] = known(int64(depth))
			continue
		case p.Part == partParent:
			cells[i] = missing(DoesNotApply)
			if depth > 1 {
				cells[i] = expr.Cell{Text: t.at(depth-2, e.Code, with), Missing: expr.Answered}
			}
			continue
		}
		s, given := with[p.Part]
		delete(with, p.Part)
		if l := t.level(p.Part); l >= 0 {
			if l >= depth {
				cells[i] = missing(DontKnow)
				continue
			}
			s, given = t.at(l, e.Code, map[string]string{p.Part: s}), true
		}
		if !given || s == "" {
			cells[i] = missing(NotAsked)
			continue
		}
		if cells[i], err = q.fromFile(p.Type, s); err != nil {
			return nil, bad("%s of %s: %v", p.Part, e.Code, err)
		}
	}
	for l := v.Type.Depth; l < len(t.Levels); l++ {
		delete(with, t.Levels[l].Name)
	}
	for _, k := range slices.Sorted(maps.Keys(with)) {
		return nil, bad("table %s has no column %s", t.Name, k)
	}
	return cells, nil
}

// The parts that every entry and place has beside its table's columns.
const (
	partText   = "text"   // its words
	partDepth  = "depth"  // how many levels are known
	partParent = "parent" // the code of the place around it
)

// tableRef names a table by the hash of its rows and says what they have.
type tableRef struct {
	Name    string        `json:"name"`
	Hash    Hash          `json:"hash"`
	Rows    int           `json:"rows"`
	Width   int           `json:"width"` // bytes of the longest code
	Columns []tableColumn `json:"columns,omitempty"`
	Levels  []placeLevel  `json:"levels,omitempty"` // the outermost first
}

// tableColumn is what a table says of its entries.
type tableColumn struct {
	Name string    `json:"name"`
	Type valueType `json:"type"`
}

// placeLevel is a level of places: states, municipalities. Where Prefix is not
// 0, the first bytes of a code are the code of the place around it.
type placeLevel struct {
	Name   string `json:"name"`
	Text   int    `json:"text"`
	Prefix int    `json:"prefix,omitempty"`
	List   int    `json:"list"` // whose codes the level's are, -1 without one
}

// prefixed returns the length of the outermost level's codes, 0 if codes do not
// begin with those of the places around.
func (t *tableRef) prefixed() int {
	if len(t.Levels) == 0 {
		return 0
	}
	return t.Levels[0].Prefix
}

// level returns the number of the level called name, -1 if none is.
func (t *tableRef) level(name string) int {
	return slices.IndexFunc(t.Levels, func(l placeLevel) bool { return l.Name == name })
}

// at returns the code of the place at level l around code.
func (t *tableRef) at(l int, code string, with map[string]string) string {
	if p := t.Levels[l].Prefix; p > 0 && p <= len(code) {
		return code[:p]
	}
	return with[t.Levels[l].Name]
}

// depth returns how many levels are known of a place, 0 of an entry without
// levels. With must name a code at each of them, the last one the place's own;
// where codes begin with those of the places around, it may name none.
func (t *tableRef) depth(code string, with map[string]string) (int, error) {
	if len(t.Levels) == 0 {
		return 0, nil
	}
	if t.Levels[0].Prefix > 0 {
		d := slices.IndexFunc(t.Levels, func(l placeLevel) bool { return l.Prefix == len(code) }) + 1
		if d == 0 {
			return 0, wire.Errorf("%q is as long as no code of table %s", code, t.Name)
		}
		for l, level := range t.Levels {
			if told, ok := with[level.Name]; ok && (l >= d || told != code[:level.Prefix]) {
				return 0, wire.Errorf("%s of %s cannot be %q", level.Name, code, told)
			}
		}
		return d, nil
	}
	d := 0
	for l, level := range t.Levels {
		switch c := with[level.Name]; {
		case c == "":
		case l != d:
			return 0, wire.Errorf("%s of %s is told without %s", level.Name, code, t.Levels[l-1].Name)
		default:
			d = l + 1
		}
	}
	if d == 0 || with[t.Levels[d-1].Name] != code {
		return 0, wire.Errorf("the levels of %s do not end with it", code)
	}
	return d, nil
}

// fromFile reads a cell of a table as files write it: codes by their number.
func (q *Questionnaire) fromFile(t valueType, s string) (expr.Cell, error) {
	switch t.Kind {
	case expr.Code:
		l := q.Lists[t.List]
		for i, c := range l.Choices {
			if c.Code == s {
				return known(int64(i)), nil
			}
		}
		return expr.Cell{}, wire.Errorf("%q is not one of the codes of list %s", s, l.Name)
	case expr.Number:
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil || n <= -maxNumber || n >= maxNumber {
			return expr.Cell{}, wire.Errorf("%q is not a whole number", s)
		}
		return known(n), nil
	}
	return expr.Cell{Text: s, Missing: expr.Answered}, nil
}

// part returns the cell of a part: that of the answer it belongs to, or why
// there is none.
func (q *Questionnaire) part(p *variable, r *row) expr.Cell {
	v := q.Variables[p.Of]
	c := r.Cells[v.index]
	if c.Missing != expr.Answered {
		return missing(c.Missing)
	}
	for i, n := range v.Parts {
		if n == p.number && i < len(r.answers[v.index].parts) {
			return r.answers[v.index].parts[i]
		}
	}
	return missing(NotAsked)
}

// within says whether an answer of v is among the entries that are offered in
// r. What is not known narrows nothing.
func (iv *Interview) within(v *variable, r *row, parts []expr.Cell) bool {
	for _, w := range v.Within {
		want := w.Is.Eval(&r.frame)
		if want.Missing == expr.Answered && w.Part < len(parts) && parts[w.Part] != want {
			return false
		}
	}
	return true
}

// within narrows the entries that are offered: those whose part is what an
// expression gives.
type within struct {
	Part int        `json:"part"` // in the variable's Parts
	Is   *expr.Expr `json:"is"`
}
