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
		files = append(files, TableFile{Name: t.Name, Hash: t.Hash, Rows: t.Rows})
	}
	return files
}

// Find returns the entry with a code, false if the table has none or is not at
// hand. It looks through the rows: it is for tests and scenarios, not for
// every key that is pressed.
func (f TableFile) Find(code string) (Entry, bool) {
	lines := bytes.SplitAfter(f.Content, []byte("\n"))
	if len(lines) == 0 {
		return Entry{}, false
	}
	names := strings.Split(strings.TrimSuffix(string(lines[0]), "\n"), "\t")
	rows := map[string][]string{} // of the place and those around it
	at := func(code string) []string {
		if row, ok := rows[code]; ok {
			return row
		}
		for _, line := range lines[1:] {
			if bytes.HasPrefix(line, []byte(code+"\t")) {
				rows[code] = strings.Split(strings.TrimSuffix(string(line), "\n"), "\t")
				break
			}
		}
		return rows[code]
	}
	row := at(code)
	if code == "" || row == nil {
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
		for up := row[2]; up != "" && len(chain) < len(f.levels); up = at(up)[2] {
			chain = append(chain, up)
		}
		for i, c := range chain {
			with[f.levels[len(chain)-1-i]] = c
		}
	}
	e.With = ColumnsOf(with)
	return e, true
}
