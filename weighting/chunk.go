package weighting

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"strings"
	"sync"

	"cifra/questionnaire/expr"
)

// This file reads a CSV file in parts. The rules:
//
//   - a chunk ends after the last line break that is outside of quotes. In a file
//     that is well formed a quote is outside if the quotes before it are even in
//     number; in one that is not, the record with the quote out of place is in
//     the first chunk that is wrong, and its error is the one told;
//   - a chunk is read by one goroutine into columns of its own, and parts come
//     out in the order of the file.

// chunkSize is how many bytes are read at once: enough that joining costs
// little, few enough that a chunk stays in a processor's cache.
const chunkSize = 1 << 20

// chunkReaders is how many chunks are under way at the same time: twice as many
// as the processors a figure is measured with, so that none waits for another's
// chunk. It changes how long reading takes and nothing else.
const chunkReaders = 4

// A chunked is a CSV file that is read in chunks.
type chunked struct {
	file   string
	opt    CSVOptions
	in     io.Reader
	size   int
	header []string
	places []expr.Position // of the names in it
	rest   []byte          // read, and not yet in a chunk
	line   int             // of the first byte of rest
	ended  bool            // there is nothing after rest
	failed error           // of reading, after rest
}

// newChunked reads the header.
func newChunked(r io.Reader, file string, opt CSVOptions, size int) (*chunked, error) {
	c := &chunked{file: file, opt: opt, in: r, size: size, line: 1}
	var fields []field
	for fields == nil {
		text, line := c.next()
		if len(text) == 0 && c.failed != nil {
			return nil, readError(file, c.failed)
		}
		if len(text) == 0 {
			return nil, readError(file, io.EOF)
		}
		if line == 1 {
			text = bytes.TrimPrefix(text, []byte("\ufeff"))
		}
		s := records{text: string(text), line: line}
		fields, _ = s.next()
		if s.err != nil {
			return nil, s.mistake(file)
		}
		c.rest, c.line = append([]byte(s.text[s.at:]), c.rest...), s.line
	}
	for _, f := range fields {
		c.header = append(c.header, f.text)
		c.places = append(c.places, f.at(file))
	}
	if err := otherSeparator(file, c.header); err != nil {
		return nil, err
	}
	_, _, err := c.columns()
	return c, err
}

// columns returns an empty table with the columns of the file and a builder for
// each.
func (c *chunked) columns() (*Table, []*builder, error) {
	t := &Table{File: c.file, byName: map[string]int{}}
	builders, err := t.columns(c.header, c.places, c.opt)
	return t, builders, err
}

// next returns a chunk of whole records and the line it begins on; nothing at
// the end. The last one may end without a line break, or within quotes.
func (c *chunked) next() (chunk []byte, line int) {
	for want := c.size; ; want *= 2 {
		c.fill(want)
		end := len(c.rest)
		if !c.ended || c.failed != nil {
			end = lastRecord(c.rest)
		}
		if end == 0 && !c.ended {
			continue // a record longer than what was read
		}
		chunk, line = c.rest[:end:end], c.line
		c.line += bytes.Count(chunk, []byte{'\n'})
		c.rest = append([]byte(nil), c.rest[end:]...)
		return chunk, line
	}
}

// fill reads until rest has n bytes or nothing is left.
func (c *chunked) fill(n int) {
	have := len(c.rest)
	if c.ended || have >= n {
		return
	}
	buf := make([]byte, n)
	copy(buf, c.rest)
	got, err := io.ReadFull(c.in, buf[have:])
	c.rest = buf[:have+got]
	if err != nil {
		c.ended = true
		if err != io.EOF && err != io.ErrUnexpectedEOF {
			c.failed = err
		}
	}
}

// lastRecord returns the end of the last record in b that is complete, 0 if
// none is. b begins with a record.
func lastRecord(b []byte) int {
	after := 0 // quotes behind the line break at hand
	quotes := bytes.Count(b, []byte{'"'})
	for end := len(b); ; {
		i := bytes.LastIndexByte(b[:end], '\n')
		if i < 0 {
			return 0
		}
		if after += bytes.Count(b[i:end], []byte{'"'}); (quotes-after)%2 == 0 {
			return i + 1
		}
		end = i
	}
}

// A part is what a chunk holds.
type part struct {
	table    *Table // its lines are those of the file
	first    int    // line of the chunk's first byte
	builders []*builder
	wrong    heard
	err      error // a record that cannot be read; there is nothing after it
}

// parts reads the chunks. After a part with an error there are no more.
func (c *chunked) parts() iter.Seq[*part] {
	return func(yield func(*part) bool) {
		var under []chan *part
		var readers sync.WaitGroup
		defer readers.Wait()
		for more := true; more || len(under) > 0; {
			for more && len(under) < chunkReaders {
				chunk, line := c.next()
				if more = len(chunk) > 0; more {
					done := make(chan *part, 1)
					under = append(under, done)
					readers.Go(func() { done <- c.read(string(chunk), line) })
				}
			}
			if len(under) == 0 {
				break
			}
			p := <-under[0]
			under = under[1:]
			if !yield(p) || p.err != nil {
				return
			}
		}
		if c.failed != nil {
			yield(&part{err: readError(c.file, c.failed)})
		}
	}
}

// read reads the records of a chunk that begins on a line.
func (c *chunked) read(text string, line int) *part {
	p := &part{first: line}
	p.table, p.builders, p.err = c.columns()
	for _, b := range p.builders {
		b.grow(strings.Count(text, "\n") + 1)
	}
	s := records{text: text, line: line}
	for p.err == nil {
		fields, ok := s.next()
		if s.err != nil {
			p.err = s.mistake(c.file)
		}
		if !ok {
			break
		}
		if len(fields) != len(c.header) {
			message := fmt.Sprintf("wrong number of fields: %d, the header has %d", len(fields), len(c.header))
			if len(fields) < len(c.header) && s.at == len(text) && !strings.HasSuffix(text, "\n") {
				message = fmt.Sprintf("the file ends in the middle of this row: it has %d of %d fields", len(fields), len(c.header))
			}
			p.wrong.add("fields", fields[0].at(c.file), message)
			continue
		}
		p.table.startRow(int(fields[0].line), line)
		for _, b := range p.builders {
			f := &fields[b.field]
			if b.addShort(f.text) {
				continue
			}
			open := b.open
			msg := b.add(f.text)
			odd := open != b.open || b.oddToo(f.text)
			if msg == "" && !odd {
				continue
			}
			if odd {
				b.odd(f, c.file)
			}
			if msg != "" {
				p.wrong.add("column "+b.col.Name, f.at(c.file), "column "+b.col.Name+": "+msg)
			}
		}
	}
	return p
}

// join makes one table of parts that follow each other, and adds what is wrong
// with them to wrong. The parts are used up.
func (c *chunked) join(parts []*part, wrong *mistakes) *Table {
	t, builders, err := c.columns()
	if err != nil {
		panic(err) // the header was checked
	}
	for _, p := range parts {
		p.wrong.tell(wrong)
		for i := range p.table.rows {
			if p.table.lines == nil && t.lines == nil && p.first == t.rows+2 {
				t.rows += p.table.rows // all on the lines expected
				break
			}
			line := p.first + i
			if p.table.lines != nil {
				line = int(p.table.lines[i])
			}
			t.startRow(line, 2)
		}
	}
	columns := make(chan int, len(builders))
	for k := range builders {
		columns <- k
	}
	close(columns)
	var joiners sync.WaitGroup
	for range chunkReaders {
		joiners.Go(func() {
			for k := range columns {
				same := make([]*builder, len(parts))
				for i, p := range parts {
					same[i] = p.builders[k]
				}
				builders[k].join(same)
				builders[k].finish()
			}
		})
	}
	joiners.Wait()
	return t
}

// heard are the mistakes of a chunk, as many as may be told.
type heard struct {
	said  []saying
	kinds map[string]int // how many of each kind
}

type saying struct {
	kind, message string
	at            expr.Position
}

// add notes a mistake of some kind.
func (h *heard) add(kind string, at expr.Position, message string) {
	if h.kinds == nil {
		h.kinds = map[string]int{}
	}
	if h.kinds[kind]++; h.kinds[kind] <= maxAlike {
		h.said = append(h.said, saying{kind, message, at})
	}
}

// tell adds what was heard to m, as if m had heard it.
func (h *heard) tell(m *mistakes) {
	for _, s := range h.said {
		m.add(s.kind, s.at, s.message)
	}
	for kind, n := range h.kinds {
		if n > maxAlike {
			m.hear(kind, n-maxAlike)
		}
	}
}
