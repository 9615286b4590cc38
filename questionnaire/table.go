package questionnaire

import (
	"bytes"
	"strings"
)

// This file hands tables over: big code lists whose rows are too many to stand
// in the compiled form. The rules:
//
//   - the compiled form names a table by the hash of its file, so a questionnaire
//     is known with its tables, and devices fetch each of them once;
//   - the file is written by the compiler, whatever the author's file looked
//     like: UTF-8, one line a row, cells apart by tabs, no quotes. The first line
//     names the columns: code, text, of places parent, then what the table says;
//   - whoever lacks the file can still fold events: see entry.go.

// A TableFile is a table as devices get it.
type TableFile struct {
	Name    string
	Hash    Hash // SHA-256 of Content
	Rows    int
	Content []byte // nil where only the compiled form is at hand

	levels []string // of places, the outermost first
}

// TableFiles returns the tables that q looks things up in, in the order of the
// instrument. Their content is there if q was made by Compile.
func (q *Questionnaire) TableFiles() []TableFile {
	if q.tables != nil {
		return q.tables
	}
	var files []TableFile
	for _, t := range q.Tables {
		f := TableFile{Name: t.Name, Hash: t.Hash, Rows: t.Rows}
		for _, l := range t.Levels {
			f.levels = append(f.levels, l.Name)
		}
		files = append(files, f)
	}
	return files
}

// Find returns the entry with a code, false if the table has none or is not at
// hand. It looks through the rows: for many codes there is Index.
func (f TableFile) Find(code string) (Entry, bool) {
	head, rows, _ := bytes.Cut(f.Content, []byte("\n"))
	return f.entry(string(head), code, func(code string) string {
		for line := range bytes.Lines(rows) {
			if bytes.HasPrefix(line, []byte(code+"\t")) {
				return string(line)
			}
		}
		return ""
	})
}

// Index reads the rows once and returns a Find that does not look through them
// again. It may be used by several goroutines.
func (f TableFile) Index() func(code string) (Entry, bool) {
	lines := map[string]string{}
	head, rows, _ := strings.Cut(string(f.Content), "\n")
	for line := range strings.Lines(rows) {
		code, _, _ := strings.Cut(line, "\t")
		lines[code] = line
	}
	return func(code string) (Entry, bool) {
		return f.entry(head, code, func(code string) string { return lines[code] })
	}
}

// entry makes the entry with a code of its line and, of a place, those of the
// places around it. line returns "" for a code that the table has not.
func (f TableFile) entry(head, code string, line func(code string) string) (Entry, bool) {
	cells := func(code string) []string { return strings.Split(strings.TrimSuffix(line(code), "\n"), "\t") }
	names, row := strings.Split(head, "\t"), cells(code)
	if code == "" || len(row) < max(2, len(names)) {
		return Entry{}, false
	}
	e, with := Entry{Code: code, Text: row[1]}, map[string]string{}
	for i := 2; i < len(names); i++ {
		if names[i] != partParent && row[i] != "" {
			with[names[i]] = row[i]
		}
	}
	if len(names) > 2 && names[2] == partParent {
		chain := []string{code}
		for up := row[2]; up != "" && len(chain) < len(f.levels); {
			chain = append(chain, up)
			around := cells(up)
			if len(around) < len(names) {
				break
			}
			up = around[2]
		}
		for i, c := range chain {
			with[f.levels[len(chain)-1-i]] = c
		}
	}
	e.With = ColumnsOf(with)
	return e, true
}
