package plan

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"cifra/questionnaire/expr"
	"cifra/schemas/source"
	"cifra/weighting"
)

// This file opens the files of a plan and hangs their rows under each other.

// An Open opens a file that a plan names, for reading. The name is as in the
// plan, joined to the plan's own folder.
type Open func(name string) (io.ReadCloser, error)

// A file is one of a plan's tables with its place among the others.
type file struct {
	spec           *fileSpec
	level          int // in expressions; above all files that are within it
	table          *weighting.Table
	book           *weighting.BookTable
	above          *file    // nil at the top
	below          []*file  // those directly within it
	keyUp, keyDown []string // columns of above and here that link them
	up             []int    // row of above for each row
	first          []int32  // for each row of above, where its rows begin in order; one more at the end
	order          []int32  // rows by their row of above
	vars           []*variable
	name           map[string]int
	full           []bool // rows of above whose rows here are complete; nil if all are

	faulty bool // its rows are not to be used
	lost   bool // nothing of it could be read
	adrift bool // what it is within is not known
}

// A variable is a column of a file, or derived.
type variable struct {
	name  string
	typ   expr.Type
	col   *weighting.Column // nil if derived
	cells []expr.Cell       // of a derived one, one a row
	off   *bool             // some row was not asked for it; nil until it is looked up
}

func (v *variable) cell(row int) expr.Cell {
	if v.col != nil {
		return v.col.Cell(row)
	}
	return v.cells[row]
}

// opener reads the files of a document.
type opener struct {
	folder string
	open   Open
	src    string // of the plan; "" if that does not say what columns it can mean
	prefix string // of columns that the plan means without their whole name; "" if none
	ds     *expr.Diagnostics
	books  map[string]*weighting.Codebook
}

// load reads all files and links them. The result is in the order of the levels:
// a file comes after the one it is within. If something is wrong with a file,
// all are left without rows: the rest of the plan can then be checked, and no
// more.
func (o *opener) load(specs []*fileSpec) (files []*file, sound bool) {
	files = o.arrange(specs)
	sound = true
	for _, f := range files {
		o.read(f)
		sound = sound && !f.faulty && !f.lost && !f.adrift
	}
	for _, f := range files {
		if f.above != nil && !f.lost && !f.above.lost {
			up, down := o.keys(f)
			sound = sound && up != nil
			f.keyUp, f.keyDown = up, down
		}
	}
	linkable := sound
	for _, f := range files {
		if f.above != nil && linkable {
			sound = o.link(f) && sound
		}
	}
	if sound {
		return files, true
	}
	for _, f := range files {
		if f.lost && f.spec.read.Raw() != "" {
			o.ds.Add(expr.Diagnostic{
				Position: expr.Position{File: f.spec.at.At().File}, Severity: expr.Note,
				Message: fmt.Sprintf("expressions that may need %s are checked once %s can be read", f.spec.name, f.spec.read.Raw()),
			})
		}
	}
	for _, f := range files {
		f.take(f.table.Header())
		f.up, f.order, f.first = nil, nil, nil
	}
	return files, false
}

// arrange finds what each file is within and puts files above those below.
func (o *opener) arrange(specs []*fileSpec) []*file {
	byName := map[string]*file{}
	var names []string
	for _, s := range specs {
		byName[s.name] = &file{spec: s, table: &weighting.Table{}, adrift: s.formless}
		names = append(names, s.name)
	}
	for _, s := range specs {
		if s.within == nil {
			continue
		}
		f := byName[s.name]
		if f.above = byName[s.within.Raw()]; f.above != nil {
			continue
		}
		unknownFile(s.within, names, o.ds)
		if f.above = byName[expr.Nearest(s.within.Raw(), names)]; f.above == f {
			f.above = nil
		}
		f.faulty, f.adrift = true, f.above == nil
	}
	var files []*file
	for len(files) < len(byName) {
		before := len(files)
		for _, s := range specs {
			f := byName[s.name]
			if !slices.Contains(files, f) && (f.above == nil || slices.Contains(files, f.above)) {
				f.level = len(files)
				files = append(files, f)
			}
		}
		if len(files) > before {
			continue
		}
		specs[0].at.Fail(o.ds, "", "files are within each other in a circle")
		for _, f := range byName {
			if !slices.Contains(files, f) {
				f.above, f.adrift = nil, true
			}
		}
	}
	for _, f := range files {
		if f.above != nil {
			f.above.below = append(f.above.below, f)
		}
	}
	return files
}

// unknownFile reports a name that is no file of the plan.
func unknownFile(n *source.Node, names []string, ds *expr.Diagnostics) {
	hint := source.DidYouMean(n.Raw(), names)
	if hint == "" {
		hint = "files here: " + strings.Join(names, ", ")
	}
	n.Fail(ds, hint, "this plan has no file %s", n.Raw())
}

// read reads the table of f. A file whose rows are wrong still says what its
// columns are.
func (o *opener) read(f *file) {
	var opt weighting.CSVOptions
	f.lost = true
	if f.spec.codebook != nil {
		f.book = o.codebook(f)
		opt.Book = f.book
	}
	in, ok := o.stream(f.spec.read)
	if !ok {
		return
	}
	defer in.Close()
	if f.spec.codebook != nil && f.book == nil {
		return // what its columns hold is not known
	}
	table, err := o.table(f, in, opt)
	if err != nil {
		o.fail(f.spec.read, err)
		f.faulty = true
	}
	if table != nil {
		f.lost = false
		f.take(table)
	}
}

// take makes t the table of f.
func (f *file) take(t *weighting.Table) {
	f.table, f.name, f.vars = t, map[string]int{}, nil
	for i, c := range t.Columns {
		f.name[c.Name] = i
		f.vars = append(f.vars, &variable{name: c.Name, typ: c.Type, col: c})
	}
}

// fail adds an error of reading: its own places, or the place in the plan.
func (o *opener) fail(at *source.Node, err error) {
	if ds, ok := errors.AsType[expr.Diagnostics](err); ok {
		*o.ds = append(*o.ds, ds...)
		return
	}
	at.Fail(o.ds, "", "%v", err)
}

// stream opens a file of the plan, unpacked if its name ends in .gz.
func (o *opener) stream(n *source.Node) (io.ReadCloser, bool) {
	name := n.Raw()
	if name == "" {
		return nil, false
	}
	if !filepath.IsAbs(name) {
		name = filepath.Join(o.folder, name)
	}
	in, err := o.open(name)
	if errors.Is(err, fs.ErrNotExist) {
		n.Fail(o.ds, "names are relative to the plan's folder", "there is no file %s", name)
		return nil, false
	}
	if err != nil {
		n.Fail(o.ds, "", "%v", err)
		return nil, false
	}
	if !strings.HasSuffix(name, ".gz") {
		return in, true
	}
	packed, err := gzip.NewReader(in)
	if err != nil {
		in.Close()
		n.Fail(o.ds, "", "%s is not packed with gzip: %v", name, err)
		return nil, false
	}
	return &unpacked{packed, in}, true
}

// unpacked closes the file under a gzip stream too.
type unpacked struct {
	*gzip.Reader
	file io.Closer
}

func (u *unpacked) Close() error { return errors.Join(u.Reader.Close(), u.file.Close()) }

// codebook returns what the codebook of f says of it, nil after a mistake.
func (o *opener) codebook(f *file) *weighting.BookTable {
	n := f.spec.codebook
	book := o.books[n.Raw()]
	if book == nil {
		in, ok := o.stream(n)
		if !ok {
			return nil
		}
		defer in.Close()
		var err error
		if book, err = weighting.ReadCodebook(in, n.Raw()); err != nil {
			o.fail(n, err)
			return nil
		}
		if o.books == nil {
			o.books = map[string]*weighting.Codebook{}
		}
		o.books[n.Raw()] = book
	}
	base := strings.TrimSuffix(filepath.Base(f.spec.read.Raw()), ".gz")
	for i := range book.Tables {
		if book.Tables[i].File == base {
			return &book.Tables[i]
		}
	}
	f.spec.read.Fail(o.ds, "", "the codebook %s does not describe %s", n.Raw(), base)
	return nil
}

// keys returns the columns that name a row of the file above f, and those of f
// that name the same row; nil after a mistake.
func (o *opener) keys(f *file) (up, down []string) {
	up = keyOf(f.above)
	if up == nil {
		f.above.spec.at.Fail(o.ds, "say key: and the columns that name a row", "%s has rows within %s, which has no key", f.spec.name, f.above.spec.name)
		return nil, nil
	}
	down = up
	if f.spec.by != nil {
		down = raws(f.spec.by)
	} else if f.book != nil && f.book.Parent != nil {
		down = f.book.Parent.By
	}
	if len(down) != len(up) {
		f.spec.at.Fail(o.ds, "", "%s is linked by %d columns, the key of %s has %d", f.spec.name, len(down), f.above.spec.name, len(up))
		return nil, nil
	}
	if !o.columns(f.above, up) || !o.columns(f, down) {
		return nil, nil
	}
	return up, down
}

// link hangs the rows of f under those of the file above; false if they do not.
func (o *opener) link(f *file) bool {
	at, err := weighting.Link(f.table, f.keyDown, f.above.table, f.keyUp)
	if err != nil {
		o.fail(f.spec.at, err)
		return false
	}
	f.up = at
	f.first = make([]int32, f.above.table.Len()+1)
	for _, p := range at {
		f.first[p+1]++
	}
	for p := range f.above.table.Len() {
		f.first[p+1] += f.first[p]
	}
	next := slices.Clone(f.first)
	f.order = make([]int32, len(at))
	for row, p := range at {
		f.order[next[p]] = int32(row)
		next[p]++
	}
	return true
}

// keyOf returns the key columns of f as the plan or its codebook names them.
func keyOf(f *file) []string {
	if f.spec.key != nil {
		return raws(f.spec.key)
	}
	if f.book != nil {
		return f.book.Key
	}
	return nil
}

func raws(nodes []*source.Node) []string {
	names := make([]string, len(nodes))
	for i, n := range nodes {
		names[i] = n.Raw()
	}
	return names
}

// columns reports names that are no columns of f.
func (o *opener) columns(f *file, names []string) bool {
	sound := true
	for _, name := range names {
		if f.table.Column(name) == nil {
			f.spec.at.Fail(o.ds, source.DidYouMean(name, columnNames(f)), "%s has no column %s", f.spec.read.Raw(), name)
			sound = false
		}
	}
	return sound
}

func columnNames(f *file) []string {
	var names []string
	for _, v := range f.vars {
		names = append(names, v.name)
	}
	return names
}

// path returns the files from the one below top down to f.
func (f *file) path(top *file) []*file {
	var files []*file
	for g := f; g != top; g = g.above {
		if g == nil {
			return nil
		}
		files = append(files, g)
	}
	slices.Reverse(files)
	return files
}

// isWithin reports whether f is top or hangs somewhere under it.
func (f *file) isWithin(top *file) bool {
	for g := f; g != nil; g = g.above {
		if g == top {
			return true
		}
	}
	return false
}

// rowsAbove returns for each row of f its row of top.
func (f *file) rowsAbove(top *file) []int {
	at := make([]int, f.table.Len())
	if f == top {
		for i := range at {
			at[i] = i
		}
		return at
	}
	for i := range at {
		at[i] = i
		for g := f; g != top; g = g.above {
			at[i] = g.up[at[i]]
		}
	}
	return at
}

func (f *file) String() string { return fmt.Sprintf("%s (%s)", f.spec.name, f.spec.read.Raw()) }
