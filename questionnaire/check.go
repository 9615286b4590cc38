package questionnaire

import (
	"crypto/sha256"
	"encoding/binary"

	"cifra/questionnaire/expr"
)

// This file decides what contradicts what. The rules:
//
//   - a check says what must hold; unknown does not fire;
//   - no check ever keeps an answer from being stored: a hard one keeps the
//     interview from leaving the screen and from being completed, a soft one
//     until a reason is written, an info one never;
//   - a confirmation is bound to the values that the check read and lapses when
//     one of them changes;
//   - the way those values are hashed has a number, which the confirmation holds:
//     one that was given under an older way is compared the older way, so a
//     reason that a person wrote is not lost to a better program.

// checkFires says whether c is unmet in r. A check at what is off path, or
// stands after the end, has nothing to say.
func (iv *Interview) checkFires(c *check, r *row) bool {
	if !r.on || c.Variable >= 0 && !r.states[iv.q.Variables[c.Variable].index].relevant || !iv.allHold(c.When, r) {
		return false
	}
	if !iv.elementBehindOpenGate(iv.q.Elements[c.Element], r) {
		return false
	}
	for _, g := range c.guards {
		if iv.ended[g] > 0 {
			return false
		}
	}
	b, m := c.Holds.Bool(&r.frame)
	return !b && m == expr.Answered
}

// checkKey names a check in a row, as confirmations do.
func (iv *Interview) checkKey(c *check, r *row) string {
	at := iv.q.Elements[c.Element].ID
	if c.Variable >= 0 {
		at = iv.q.Variables[c.Variable].ID
	}
	return itemPath(at, r) + "#" + c.ID
}

// Ways of hashing what a check read. The numbers are in confirmations.
const (
	readsBare    = 0 // nothing says where a text ends: apart only because answers hold no zero bytes
	readsLengths = 1 // a cell stands behind the number of what was read, a text behind its length
)

// reads returns a hash of the values that c reads in r, made in a way.
func (iv *Interview) reads(c *check, r *row, way int) Hash {
	h := sha256.New()
	var b []byte
	for i, s := range c.Holds.Reads() {
		from := r.up[iv.q.common(r.level.index, s.Level)]
		iv.eachUnder(from, s.Level, func(x *row) {
			cell := x.Cells[s.Index]
			b = append(b[:0], byte(cell.Missing))
			b = binary.BigEndian.AppendUint64(b, uint64(cell.N))
			if way == readsLengths {
				b = binary.BigEndian.AppendUint32(b, uint32(i))
				b = binary.BigEndian.AppendUint64(b, uint64(len(cell.Text)))
			}
			b = append(b, cell.Text...)
			h.Write(b)
		})
	}
	return Hash(h.Sum(nil))
}

// isConfirmed says whether a person passed c in r with a reason that still
// holds.
func (iv *Interview) isConfirmed(c *check, r *row) bool {
	f, ok := iv.confirmed[iv.checkKey(c, r)]
	return ok && f.reads == iv.reads(c, r, f.way)
}

// blocks says whether c, unmet in r, keeps the interview where it is.
func (iv *Interview) blocks(c *check, r *row) bool {
	return r.fires[c.index] && (c.Severity == Hard || c.Severity == Soft && !iv.isConfirmed(c, r))
}

// findCheck returns the check that key names, nil if there is none.
func (iv *Interview) findCheck(key string) (*check, *row) {
	for _, c := range iv.q.Checks {
		var found *row
		iv.eachUnder(iv.root, c.Level, func(r *row) {
			if found == nil && iv.checkKey(c, r) == key {
				found = r
			}
		})
		if found != nil {
			return c, found
		}
	}
	return nil, nil
}
