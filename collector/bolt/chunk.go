package bolt

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"time"

	"cifra/collector"
	q "cifra/questionnaire"
)

// This file is the format of a chunk, the value of one group commit:
//
//	byte      format, 1
//	32 bytes  SHA-256 of the chunk before, zeros for the first
//	entries   uvarint length of the body, body, CRC-32C of the body
//
// A body is a byte of flags, then stream, device, kind and reason as text,
// sequence and time of receipt (Unix milliseconds) as uvarints, then header,
// salt and, if the flag says so, payload as bytes. A text or bytes is its
// length as a uvarint and itself. The journal is what remains when everything
// else is lost, so a program that has only this comment can read it.

const (
	chunkFormat = 1
	chunkHead   = 1 + sha256.Size
	crcLen      = 4

	flagAside   = 1 << 0
	flagPayload = 1 << 1
)

// castagnoli is CRC-32C, which processors compute in hardware.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// A CorruptError says which stored bytes are not the bytes that were written.
type CorruptError struct {
	Path   string
	Chunk  uint64
	Offset int // in the chunk
	What   string
}

// Error names the place of the damage.
func (e *CorruptError) Error() string {
	return fmt.Sprintf("%s: chunk %d, byte %d: %s", e.Path, e.Chunk, e.Offset, e.What)
}

// Hint tells the person running the server what to do.
func (e *CorruptError) Hint() string {
	return restoreHint
}

// Unwrap is collector.ErrCorrupt.
func (e *CorruptError) Unwrap() error { return collector.ErrCorrupt }

// startChunk begins a chunk that follows the one with hash link.
func startChunk(dst []byte, link q.Hash) []byte {
	return append(append(dst, chunkFormat), link[:]...)
}

// appendEntry adds e to a chunk. scratch is reused for the body.
func appendEntry(dst, scratch []byte, e *collector.Entry) (chunk, body []byte) {
	var flags byte
	if e.Aside {
		flags |= flagAside
	}
	if e.Event.Payload != nil {
		flags |= flagPayload
	}
	b := append(scratch[:0], flags)
	b = appendText(b, string(e.Stream))
	b = appendText(b, string(e.Device))
	b = appendText(b, string(e.Kind))
	b = appendText(b, string(e.Reason))
	b = binary.AppendUvarint(b, e.Seq)
	b = binary.AppendUvarint(b, uint64(max(0, e.Received.UnixMilli())))
	b = appendText(b, e.Event.Header)
	b = appendText(b, e.Event.Salt)
	if e.Event.Payload != nil {
		b = appendText(b, e.Event.Payload)
	}
	dst = binary.AppendUvarint(dst, uint64(len(b)))
	dst = append(dst, b...)
	return binary.LittleEndian.AppendUint32(dst, crc32.Checksum(b, castagnoli)), b
}

func appendText[T string | []byte](dst []byte, text T) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(text))), text...)
}

// entryAt decodes the entry that starts at off and returns where the next one
// starts. The entry's bytes are copies, so they outlive the chunk.
func entryAt(chunk []byte, off int) (collector.Entry, int, error) {
	if off < chunkHead || off > len(chunk) {
		return collector.Entry{}, 0, fmt.Errorf("no entry starts there")
	}
	size, n := binary.Uvarint(chunk[off:])
	if n <= 0 || size > uint64(len(chunk)) || off+n+int(size)+crcLen > len(chunk) {
		return collector.Entry{}, 0, fmt.Errorf("the entry is cut")
	}
	start, end := off+n, off+n+int(size)
	body := chunk[start:end]
	if crc32.Checksum(body, castagnoli) != binary.LittleEndian.Uint32(chunk[end:]) {
		return collector.Entry{}, 0, fmt.Errorf("the checksum does not fit")
	}
	e, err := decodeBody(append([]byte(nil), body...))
	return e, end + crcLen, err
}

// decodeBody reads a body and keeps it: the entry's bytes lie in it.
func decodeBody(b []byte) (collector.Entry, error) {
	var e collector.Entry
	if len(b) == 0 || b[0] > flagAside|flagPayload {
		return e, fmt.Errorf("unknown flags")
	}
	flags, r := b[0], reader{rest: b[1:]}
	e.Aside = flags&flagAside != 0
	e.Stream = collector.StreamID(r.bytes())
	e.Device = q.DeviceID(r.bytes())
	e.Kind = q.Kind(r.bytes())
	e.Reason = collector.Reason(r.bytes())
	e.Seq = r.uvarint()
	e.Received = time.UnixMilli(int64(r.uvarint() & (1<<62 - 1))).UTC()
	e.Event.Header = r.bytes()
	e.Event.Salt = r.bytes()
	if flags&flagPayload != 0 {
		e.Event.Payload = r.bytes()
	}
	if r.bad || len(r.rest) != 0 {
		return collector.Entry{}, fmt.Errorf("the entry's fields do not fill its length")
	}
	return e, nil
}

// A reader takes fields off a body; bad means that one did not fit.
type reader struct {
	rest []byte
	bad  bool
}

func (r *reader) uvarint() uint64 {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 {
		r.bad, r.rest = true, nil
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

func (r *reader) bytes() []byte {
	n := r.uvarint()
	if n > uint64(len(r.rest)) {
		r.bad, r.rest = true, nil
		return nil
	}
	b := r.rest[:n:n]
	r.rest = r.rest[n:]
	return b
}

// checkHead verifies what stands before a chunk's entries.
func checkHead(chunk []byte) error {
	if len(chunk) < chunkHead || chunk[0] != chunkFormat {
		return fmt.Errorf("not a chunk of format %d", chunkFormat)
	}
	return nil
}
