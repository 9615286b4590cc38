package weighting

import (
	"encoding/json"
	"fmt"
	"io"

	"cifra/questionnaire/expr"
)

// A Codebook describes the tables of a microdata set: what each column holds,
// and which of its codes say why there is no answer.
type Codebook struct {
	Version int         `json:"version"`
	Tables  []BookTable `json:"tables"`
}

// A BookTable describes one file.
type BookTable struct {
	Name    string       `json:"name"`
	File    string       `json:"file"`
	Key     []string     `json:"key"`
	Parent  *BookParent  `json:"parent"` // nil at the top
	Columns []BookColumn `json:"columns"`
}

// A BookParent says under which table rows hang, and by which columns.
type BookParent struct {
	Table string   `json:"table"`
	By    []string `json:"by"`
}

// A BookColumn describes one column.
type BookColumn struct {
	Name    string            `json:"name"`
	Label   map[string]string `json:"label"` // by language
	Type    string            `json:"type"`  // a key of bookTypes
	Scale   int               `json:"scale"` // decimals of a decimal or money; a decimal without has any
	Codes   []BookCode        `json:"codes"`
	Missing []BookMissing     `json:"missing"`
}

// A BookCode is one code of a column: as the file has it, as expressions name
// it, as people read it, with what its catalogue says of it.
type BookCode struct {
	Code       string            `json:"code"`
	Name       string            `json:"name"`
	Label      map[string]string `json:"label"`
	Attributes map[string]string `json:"attributes"`
}

// A BookMissing is a code that stands for no answer, and why.
type BookMissing struct {
	Code string       `json:"code"`
	Kind expr.Missing `json:"kind"`
}

// bookTypes are the types a codebook may name, and what their columns hold. A
// design variable may be a number or a text, as a column without a codebook:
// its kind is zero.
var bookTypes = map[string]expr.Kind{
	"code": expr.Code, "set": expr.Set, "integer": expr.Number, "decimal": expr.Number,
	"money": expr.Number, "text": expr.Text, "date": expr.Date, "month": expr.Date,
	"time": expr.Time, "boolean": expr.Bool, "key": expr.Text, "design": 0,
}

// ReadCodebook reads a codebook; file is its name in messages. Fields that this
// program does not know are left unread, since later editions add some.
func ReadCodebook(r io.Reader, file string) (*Codebook, error) {
	var book Codebook
	if err := json.NewDecoder(r).Decode(&book); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if book.Version != 1 {
		return nil, fmt.Errorf("%s: codebook version %d, this program reads 1", file, book.Version)
	}
	for _, t := range book.Tables {
		for _, c := range t.Columns {
			if _, ok := bookTypes[c.Type]; !ok {
				return nil, fmt.Errorf("%s: table %s, column %s: type %q is not known", file, t.Name, c.Name, c.Type)
			}
		}
	}
	return &book, nil
}

// Table returns the description of the table of that name, nil if there is
// none.
func (b *Codebook) Table(name string) *BookTable {
	for i := range b.Tables {
		if b.Tables[i].Name == name {
			return &b.Tables[i]
		}
	}
	return nil
}

// column returns the description of a column, nil if there is none.
func (t *BookTable) column(name string) *BookColumn {
	if t == nil {
		return nil
	}
	for i := range t.Columns {
		if t.Columns[i].Name == name {
			return &t.Columns[i]
		}
	}
	return nil
}

// kind returns what c holds. A decimal that does not say how many decimals it
// has may have any.
func (c *BookColumn) kind() expr.Kind {
	if c.Type == "decimal" && c.Scale == 0 {
		return expr.Real
	}
	return bookTypes[c.Type]
}

// list returns the codes of c as a list that expressions name them by. A code
// without a name is its own.
func (c *BookColumn) list() *expr.List {
	list := &expr.List{Name: c.Name}
	for _, code := range c.Codes {
		name := code.Name
		if name == "" {
			name = code.Code
		}
		list.Codes = append(list.Codes, name)
	}
	return list
}
