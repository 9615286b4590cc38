package tabular

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

// CodebookFile is the name of the codebook in a set.
const CodebookFile = "codebook.json"

// Version is the version of codebooks that this program reads and writes.
const Version = 1

// A Codebook describes the tables of a set.
type Codebook struct {
	Version     int               `json:"version"`
	Survey      string            `json:"survey,omitempty"`
	Title       map[string]string `json:"title,omitempty"` // by language
	Languages   []string          `json:"languages,omitempty"`
	Instruments []Instrument      `json:"instruments,omitempty"`
	Tables      []Table           `json:"tables"`
}

// An Instrument is a version of a questionnaire that interviews were held with,
// and the hashes of its compiled form and of its logic.
type Instrument struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Hash    string `json:"hash"`
	Logic   string `json:"logic"`
}

// A Table describes one file.
type Table struct {
	Name    string            `json:"name"`
	File    string            `json:"file"`
	Label   map[string]string `json:"label"`
	Key     []string          `json:"key"`
	Parent  *Parent           `json:"parent,omitempty"` // nil at the top
	Columns []Column          `json:"columns"`
}

// A Parent says under which table rows hang, and by which columns.
type Parent struct {
	Table string   `json:"table"`
	By    []string `json:"by"`
}

// A Column describes one column.
type Column struct {
	Name     string            `json:"name"`
	Label    map[string]string `json:"label"`
	Type     Type              `json:"type"`
	Scale    int               `json:"scale,omitempty"` // decimals of a decimal or money
	Unit     string            `json:"unit,omitempty"`  // of money: the currency
	Codes    []Code            `json:"codes,omitempty"`
	Missing  []Missing         `json:"missing,omitempty"`
	Item     string            `json:"item,omitempty"`
	Row      *Code             `json:"row,omitempty"`
	Option   string            `json:"option,omitempty"`
	Universe string            `json:"universe,omitempty"`
	Tags     []string          `json:"tags,omitempty"`
	Class    string            `json:"class,omitempty"`
}

// A Type says what the values of a column are.
type Type string

// The types of columns. A blank field is a missing value in each of them.
const (
	Coded   Type = "code"    // one of the column's codes
	Several Type = "set"     // some of them, with spaces between
	Integer Type = "integer" // a whole number
	Decimal Type = "decimal" // a number with the column's decimals; with any if it has no scale
	Money   Type = "money"   // likewise
	Text    Type = "text"
	Date    Type = "date"    // 2025-03-14, or 2025-03, or 2025
	Month   Type = "month"   // 2025-03
	Time    Type = "time"    // 14:30
	Boolean Type = "boolean" // 1 or 0
	Key     Type = "key"     // a text that names the row, or one it hangs under
	Design  Type = "design"  // a number or a text of the sample's design
)

var types = []Type{Coded, Several, Integer, Decimal, Money, Text, Date, Month, Time, Boolean, Key, Design}

// A Code is a code of a column: as the file has it, as expressions name it, as
// people read it, with what its catalogue says of it.
type Code struct {
	Code       string            `json:"code"`
	Name       string            `json:"name,omitempty"`
	Label      map[string]string `json:"label,omitempty"`
	Attributes map[string]string `json:"attributes,omitempty"`
}

// A Missing is a code that stands for no answer, and the reason by its name.
type Missing struct {
	Code string `json:"code"`
	Kind string `json:"kind"`
}

// ErrVersion means that a codebook was written by a newer program.
var ErrVersion = errors.New("codebook of an unknown version")

// maxCodebook bounds the size of codebook.json: a thousand columns with their
// words in four languages have some megabytes.
const maxCodebook = 256 << 20

// ReadCodebook reads codebook.json. Fields that this program does not know are
// passed over, since later ones add some.
func ReadCodebook(r io.Reader) (*Codebook, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxCodebook+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", CodebookFile, err)
	}
	if len(text) > maxCodebook {
		return nil, fmt.Errorf("%s: more than %d bytes", CodebookFile, maxCodebook)
	}
	return ParseCodebook(text)
}

// ParseCodebook is ReadCodebook of bytes.
func ParseCodebook(text []byte) (*Codebook, error) {
	var b Codebook
	if err := json.Unmarshal(text, &b); err != nil {
		return nil, fmt.Errorf("%s: %w", CodebookFile, err)
	}
	if b.Version != Version {
		return nil, fmt.Errorf("%s: %w: %d, this program reads %d", CodebookFile, ErrVersion, b.Version, Version)
	}
	if err := b.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", CodebookFile, err)
	}
	return &b, nil
}

// JSON returns b as codebook.json holds it.
func (b *Codebook) JSON() []byte {
	text, err := json.MarshalIndent(b, "", "  ")
	if err != nil {
		panic("tabular: codebook cannot be encoded: " + err.Error())
	}
	return append(text, '\n')
}

// Table returns the table of that name, nil if there is none.
func (b *Codebook) Table(name string) *Table {
	for i := range b.Tables {
		if b.Tables[i].Name == name {
			return &b.Tables[i]
		}
	}
	return nil
}

// Column returns the column of that name, nil if there is none.
func (t *Table) Column(name string) *Column {
	for i := range t.Columns {
		if t.Columns[i].Name == name {
			return &t.Columns[i]
		}
	}
	return nil
}

// check says what makes b the description of no set.
func (b *Codebook) check() error {
	files := []string{strings.ToLower(CodebookFile)}
	for i, t := range b.Tables {
		switch file := strings.ToLower(t.File); {
		case b.Table(t.Name) != &b.Tables[i]:
			return fmt.Errorf("table %q stands twice", t.Name)
		case !plainFile(t.File):
			return fmt.Errorf("table %s: %q cannot be the name of its file", t.Name, t.File)
		case slices.Contains(files, file):
			return fmt.Errorf("table %s: file %s is another's", t.Name, t.File)
		case len(t.Columns) == 0:
			return fmt.Errorf("table %s has no columns", t.Name)
		default:
			files = append(files, file)
		}
		if err := t.check(b); err != nil {
			return fmt.Errorf("table %s: %w", t.Name, err)
		}
	}
	return nil
}

func (t *Table) check(b *Codebook) error {
	for i, c := range t.Columns {
		switch {
		case c.Name == "" || t.Column(c.Name) != &t.Columns[i]:
			return fmt.Errorf("column %q has no name or stands twice", c.Name)
		case !slices.Contains(types, c.Type):
			return fmt.Errorf("column %s: type %q is not known", c.Name, c.Type)
		case c.Scale < 0 || c.Scale > 15:
			return fmt.Errorf("column %s: %d decimals", c.Name, c.Scale)
		}
	}
	for _, k := range t.Key {
		if t.Column(k) == nil {
			return fmt.Errorf("there is no column %s, of its key", k)
		}
	}
	if t.Parent == nil {
		return nil
	}
	if b.Table(t.Parent.Table) == nil {
		return fmt.Errorf("there is no table %s, under which it hangs", t.Parent.Table)
	}
	for _, k := range t.Parent.By {
		if t.Column(k) == nil {
			return fmt.Errorf("there is no column %s, by which it hangs under %s", k, t.Parent.Table)
		}
	}
	return nil
}

// plainFile says whether a name can be that of a file in a set, on every system.
func plainFile(name string) bool {
	if len(name) > 100 || path.Ext(name) != ".csv" || strings.HasPrefix(name, ".") {
		return false
	}
	return strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") == ""
}
