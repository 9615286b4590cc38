package bolt

import (
	"cifra/collector"
	q "cifra/questionnaire"
)

// A ref says where an entry lies.
type ref struct {
	chunk uint64
	place int // among the chunk's entries, from 0
	off   int // in the chunk's bytes
}

// A lineHead is a line's last event and its digest.
type lineHead struct {
	collector.Head
	digest q.Hash
}

// A tail is what was committed and is not in the index yet, in the index's
// terms.
type tail struct {
	last    uint64 // its last chunk
	places  int    // entries of the chunk in hand; of no meaning in a DB's tail
	entries int
	refs    map[collector.StreamID][]ref
	heads   map[collector.StreamID]map[q.DeviceID]lineHead
	asides  map[q.Hash]uint64 // digest -> chunk
	forks   map[q.Hash]bool   // headers of what is aside
}

func newTail() *tail {
	return &tail{
		refs:   make(map[collector.StreamID][]ref),
		heads:  make(map[collector.StreamID]map[q.DeviceID]lineHead),
		asides: make(map[q.Hash]uint64),
		forks:  make(map[q.Hash]bool),
	}
}

// setHead notes that l's last event is the line's head.
func (t *tail) setHead(stream collector.StreamID, device q.DeviceID, l *line) {
	t.head(stream, device, lineHead{l.Head, l.digests[len(l.digests)-1]})
}

func (t *tail) head(stream collector.StreamID, device q.DeviceID, h lineHead) {
	if t.heads[stream] == nil {
		t.heads[stream] = make(map[q.DeviceID]lineHead)
	}
	t.heads[stream][device] = h
}

// add takes over what one chunk brought.
func (t *tail) add(fresh *tail) {
	t.entries += fresh.places
	for stream, refs := range fresh.refs {
		t.refs[stream] = append(t.refs[stream], refs...)
	}
	for stream, heads := range fresh.heads {
		for device, h := range heads {
			t.head(stream, device, h)
		}
	}
	for digest, chunk := range fresh.asides {
		t.asides[digest] = chunk
	}
	for header := range fresh.forks {
		t.forks[header] = true
	}
}

// replay adds a chunk that was read back from the journal.
func (t *tail) replay(number uint64, chunk []byte) (places int, off int, err error) {
	if err := checkHead(chunk); err != nil {
		return 0, 0, err
	}
	for off = chunkHead; off < len(chunk); places++ {
		e, next, err := entryAt(chunk, off)
		if err != nil {
			return places, off, err
		}
		header := q.HeaderHash(e.Event.Header)
		if e.Aside {
			t.asides[e.Digest()] = number
			t.forks[header] = true
		} else {
			t.refs[e.Stream] = append(t.refs[e.Stream], ref{number, places, off})
			t.head(e.Stream, e.Device, lineHead{collector.Head{Seq: e.Seq, Hash: header}, e.Digest()})
		}
		off = next
	}
	t.entries += places
	t.last = number
	return places, off, nil
}
