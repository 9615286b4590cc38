package bolt

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"io"
	"os"

	bbolt "go.etcd.io/bbolt"

	"cifra/collector"
)

// This file looks a bbolt file over before bbolt does. bbolt maps the file and
// believes it: a page beyond the end is a bus error, a length that is not one is
// a panic, and both come in a goroutine of its own when it opens a file without
// a list of free pages, where nobody can catch them. What the operator needs is
// a sentence and the last backup.
//
// So every page that can be reached from the newest sound meta page is read here
// and checked for all that bbolt takes for granted: its number, its kind, that
// it is reached once and lies in the file, that keys and values lie in the page,
// and that keys ascend. The bytes of values are not looked at, chunks have sums
// of their own. It costs a read of each page's head, as bbolt's own walk does.
//
// The layout, in the machine's byte order, is that of bbolt's internal/common:
//
//	page      number 8, kind 2, count 2, pages that follow it 4, elements
//	meta      magic 4, version 4, page size 4, flags 4, root page 8, sequence 8,
//	          page of free pages 8, end 8, transaction 8, FNV-1a of these 8
//	branch    position 4, key's length 4, page 8
//	leaf      flags 4, position 4, key's length 4, value's length 4
//	bucket    root page 8, sequence 8; root page 0: its only page follows

const (
	pageHead     = 16
	elementSize  = 16
	metaSize     = 64
	branchPage   = 1
	leafPage     = 2
	freePage     = 16
	metaMagic    = 0xED0CDAED
	metaVersion  = 2
	noFreePage   = 1<<64 - 1 // the list of free pages is not kept in the file
	longFreePage = 0xFFFF    // the count of a list whose length comes first
)

// A DamagedError says where a file cannot be what was written.
type DamagedError struct {
	Path   string
	Offset int64 // of the page, in bytes
	What   string
}

// Error names the place of the damage.
func (e *DamagedError) Error() string {
	return fmt.Sprintf("%s is damaged at byte %d: %s", e.Path, e.Offset, e.What)
}

// Hint tells the person running the server what to do.
func (e *DamagedError) Hint() string { return restoreHint }

// Unwrap is collector.ErrCorrupt.
func (e *DamagedError) Unwrap() error { return collector.ErrCorrupt }

// restoreHint is what there is to do when the journal's bytes are not those
// that were written.
const restoreHint = "the disk returned other bytes than were written: stop the server, copy the directory to another disk, restore the last backup, and let the tablets send again what they hold"

// checkFile is nil if bbolt can open the file and read all of it. It waits for
// the lock, so that no writer is at work meanwhile.
func checkFile(path string) error {
	shared, openErr := bbolt.Open(path, 0, &bbolt.Options{Timeout: lockWait, ReadOnly: true})
	if openErr == nil {
		defer shared.Close()
	}
	if err := checkPages(path); err != nil {
		return err
	}
	return openErr
}

// checkPages is checkFile for whoever has the lock. A file without a sound meta
// page is left to bbolt, which says so itself.
func checkPages(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	m, ok := newestMeta(f)
	if !ok {
		return nil
	}
	info, err := f.Stat()
	if err != nil {
		return err
	}
	w := &pageWalk{file: f, path: path, pageSize: m.pageSize, end: m.end}
	if m.end > uint64(info.Size()/m.pageSize) {
		return w.damage(info.Size(), "it ends there, and %d pages of %d bytes were written", m.end, m.pageSize)
	}
	w.reached = make([]bool, m.end)
	if m.free != noFreePage {
		if err := w.freePages(m.free); err != nil {
			return err
		}
	}
	entries, err := w.tree(m.root, nil, nil, true)
	if err == nil && entries == 0 && m.transaction > 1 {
		return w.damage(int64(m.root)*m.pageSize, "nothing is in it, after %d commits", m.transaction-1)
	}
	return err
}

// A meta is what a meta page says.
type meta struct {
	pageSize                     int64
	root, free, end, transaction uint64
}

// newestMeta returns the meta page that bbolt would use: of the two the later
// one that is sound. The second stands at the page size, which only they know.
func newestMeta(f io.ReaderAt) (newest meta, found bool) {
	read := func(at int64) (meta, bool) {
		b := make([]byte, metaSize)
		if _, err := f.ReadAt(b, at+pageHead); err != nil {
			return meta{}, false
		}
		sum := fnv.New64a()
		sum.Write(b[:metaSize-8])
		order := binary.NativeEndian
		if order.Uint32(b) != metaMagic || order.Uint32(b[4:]) != metaVersion || order.Uint64(b[metaSize-8:]) != sum.Sum64() {
			return meta{}, false
		}
		m := meta{int64(order.Uint32(b[8:])), order.Uint64(b[16:]), order.Uint64(b[32:]), order.Uint64(b[40:]), order.Uint64(b[48:])}
		return m, m.pageSize >= 1024
	}
	newest, found = read(0)
	for size := int64(1024); size <= 1024<<14; size *= 2 {
		if found && size != newest.pageSize {
			continue
		}
		if m, ok := read(size); ok && m.pageSize == size && (!found || m.transaction > newest.transaction) {
			return m, true
		}
	}
	return newest, found
}

// A pageWalk reads the pages of one file.
type pageWalk struct {
	file     io.ReaderAt
	path     string
	pageSize int64
	end      uint64 // the first page that is not in use
	reached  []bool // by number
}

func (w *pageWalk) damage(at int64, what string, args ...any) error {
	return &DamagedError{w.path, at, fmt.Sprintf(what, args...)}
}

// A pageSpan is a page with those that follow it, or a bucket's page inside a
// value.
type pageSpan struct {
	walk     *pageWalk
	at, size int64  // in the file
	head     []byte // its beginning
	kind     uint16
	count    int
}

// bytes returns a part of the span, nil if it does not lie in it or cannot be
// read.
func (s *pageSpan) bytes(off, n int64) []byte {
	if off < 0 || n < 0 || off > s.size || n > s.size-off {
		return nil
	}
	if off+n <= int64(len(s.head)) {
		return s.head[off : off+n : off+n]
	}
	b := make([]byte, n)
	if _, err := s.walk.file.ReadAt(b, s.at+off); err != nil {
		return nil
	}
	return b
}

// page reads a page that nothing else has reached.
func (w *pageWalk) page(id uint64) (*pageSpan, error) {
	if id < 2 || id >= w.end {
		return nil, w.damage(0, "page %d is referred to, of %d", id, w.end)
	}
	s := &pageSpan{walk: w, at: int64(id) * w.pageSize, head: make([]byte, w.pageSize)}
	if _, err := w.file.ReadAt(s.head, s.at); err != nil {
		return nil, w.damage(s.at, "%v", err)
	}
	order := binary.NativeEndian
	s.kind, s.count = order.Uint16(s.head[8:]), int(order.Uint16(s.head[10:]))
	more := uint64(order.Uint32(s.head[12:]))
	if order.Uint64(s.head) != id || more >= w.end-id {
		return nil, w.damage(s.at, "page %d is not there", id)
	}
	for n := id; n <= id+more; n++ {
		if w.reached[n] {
			return nil, w.damage(s.at, "page %d is in use twice", n)
		}
		w.reached[n] = true
	}
	s.size = int64(more+1) * w.pageSize
	return s, nil
}

// freePages reads the list of pages that are not in use. Only a file that was
// never written to has one here.
func (w *pageWalk) freePages(id uint64) error {
	s, err := w.page(id)
	if err != nil {
		return err
	}
	from, count := int64(pageHead), uint64(s.count)
	if count == longFreePage {
		if b := s.bytes(from, 8); b != nil {
			from, count = from+8, binary.NativeEndian.Uint64(b)
		}
	}
	if s.kind != freePage || count > uint64(s.size-from)/8 {
		return w.damage(s.at, "it is no list of free pages")
	}
	b := s.bytes(from, int64(count)*8)
	for ; len(b) > 0; b = b[8:] {
		n := binary.NativeEndian.Uint64(b)
		if n < 2 || n >= w.end || w.reached[n] {
			return w.damage(s.at, "page %d is listed as free", n)
		}
		w.reached[n] = true
	}
	return nil
}

// An element is one of a page, checked.
type element struct {
	key    []byte
	page   uint64 // of a branch
	bucket bool   // of a leaf
	value  int64  // where a leaf's value stands in the page
	length int64
}

// elements returns a page's elements, whose keys ascend from least on and stay
// below most, if that is not nil.
func (s *pageSpan) elements(least, most []byte) ([]element, error) {
	if s.kind != branchPage && s.kind != leafPage {
		return nil, s.walk.damage(s.at, "it holds neither keys nor values")
	}
	table := s.bytes(pageHead, int64(s.count)*elementSize)
	if table == nil || s.kind == branchPage && s.count == 0 {
		return nil, s.walk.damage(s.at, "%d elements are not in the page", s.count)
	}
	list, order := make([]element, s.count), binary.NativeEndian
	for i := range list {
		b, start := table[i*elementSize:], int64(pageHead+i*elementSize)
		var e element
		var length int64
		if s.kind == branchPage {
			start, length = start+int64(order.Uint32(b)), int64(order.Uint32(b[4:]))
			e.page = order.Uint64(b[8:])
		} else {
			start, length = start+int64(order.Uint32(b[4:])), int64(order.Uint32(b[8:]))
			flags := order.Uint32(b)
			e.value, e.length = start+length, int64(order.Uint32(b[12:]))
			if e.bucket = flags == 1; flags > 1 || e.value+e.length > s.size {
				return nil, s.walk.damage(s.at, "element %d is not in the page", i)
			}
		}
		e.key = s.bytes(start, length)
		switch {
		case len(e.key) == 0:
			return nil, s.walk.damage(s.at, "the key of element %d is not in the page", i)
		case i == 0 && bytes.Compare(e.key, least) < 0, i > 0 && bytes.Compare(e.key, list[i-1].key) <= 0, most != nil && bytes.Compare(e.key, most) >= 0:
			return nil, s.walk.damage(s.at, "the key of element %d is out of order", i)
		}
		list[i] = e
	}
	return list, nil
}

// tree checks the tree under a page, whose keys are least at least and below
// most, and returns how many keys its leaves have. In the outermost tree all
// values are buckets, in the others none is.
func (w *pageWalk) tree(id uint64, least, most []byte, outermost bool) (entries int, err error) {
	s, err := w.page(id)
	if err != nil {
		return 0, err
	}
	list, err := s.elements(least, most)
	if err != nil {
		return 0, err
	}
	if s.kind == leafPage {
		return len(list), s.buckets(list, outermost)
	}
	for i, e := range list {
		below := most
		if i+1 < len(list) {
			below = list[i+1].key
		}
		n, err := w.tree(e.page, e.key, below, outermost)
		if err != nil {
			return 0, err
		}
		entries += n
	}
	return entries, nil
}

// buckets checks the buckets that are the values of a leaf.
func (s *pageSpan) buckets(list []element, expected bool) error {
	for i, e := range list {
		if e.bucket != expected {
			return s.walk.damage(s.at, "element %d is of another kind", i)
		}
		if !e.bucket {
			continue
		}
		b := s.bytes(e.value, min(e.length, 2*pageHead))
		if len(b) < pageHead {
			return s.walk.damage(s.at, "bucket %d is cut", i)
		}
		order := binary.NativeEndian
		if root := order.Uint64(b); root != 0 {
			if _, err := s.walk.tree(root, nil, nil, false); err != nil {
				return err
			}
			continue
		}
		if len(b) < 2*pageHead {
			return s.walk.damage(s.at, "bucket %d is cut", i)
		}
		within := &pageSpan{walk: s.walk, at: s.at + e.value + pageHead, size: e.length - pageHead, kind: order.Uint16(b[pageHead+8:]), count: int(order.Uint16(b[pageHead+10:]))}
		inside, err := within.elements(nil, nil)
		if err == nil && within.kind != leafPage {
			err = s.walk.damage(s.at, "bucket %d is no leaf", i)
		}
		if err == nil {
			err = within.buckets(inside, false)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
