package wire

import (
	"bytes"
	"errors"
	"strconv"
)

// This file walks objects, in either direction. The rules:
//
//   - written keys stand in the order of Fields; read keys may stand in any, but
//     one pass over Fields is enough where it is that order;
//   - null leaves a value as it is, and makes lists, maps and pointers nil;
//   - of a key that stands twice the last counts, as in encoding/json. Whoever
//     cannot bear that looks before, or reads with Strict and refuses;
//   - after an error nothing more is read, and the first error is the one told.

// An Object lists its keys. Fields is called once to write, and to read as
// often as there are keys out of order; it does nothing but call the functions
// of this package, under conditions that do not depend on what was read.
type Object interface{ Fields(*Coder) }

// A Finisher is an Object that has work to do once all its keys were read.
type Finisher interface{ Finish() error }

// A Coder is one reading or one writing. The zero Coder is not used: see Read
// and Append.
type Coder struct {
	writing bool
	strict  bool
	omit    bool // the next key is left out if its value is empty
	first   bool // writing: no key of this object stands yet

	out []byte

	in    []byte
	pos   int
	depth int
	err   error
	key   string // reading: the key whose value is next, if open
	open  bool   // reading: the object has more keys
	took  bool   // reading: a key was taken in this pass over Fields
}

// Append appends the JSON of o to dst.
func Append(dst []byte, o Object) []byte {
	c := &Coder{writing: true, out: dst}
	c.object(o)
	return c.out
}

// Write returns the JSON of o.
func Write(o Object) []byte { return Append(nil, o) }

// Read reads one JSON value into o. Keys that Fields does not list are passed
// over. What o holds after an error is not said.
func Read(b []byte, o Object) error { return read(&Coder{in: b}, o) }

// ReadStrict is Read that refuses keys which Fields does not list.
func ReadStrict(b []byte, o Object) error { return read(&Coder{in: b, strict: true}, o) }

var errTrailing = errors.New("more than one JSON value")

func read(c *Coder, o Object) error {
	c.object(o)
	c.blank()
	if c.err == nil && c.pos < len(c.in) {
		return errTrailing
	}
	return c.err
}

// Writing says which way c goes.
func (c *Coder) Writing() bool { return c.writing }

// Omit makes c leave the next key out if its value is empty: zero, "", false,
// nil, or of no elements.
func (c *Coder) Omit() *Coder {
	c.omit = true
	return c
}

// object walks o.
func (c *Coder) object(o Object) {
	if c.writing {
		first := c.first
		c.out, c.first = append(c.out, '{'), true
		o.Fields(c)
		c.out, c.first = append(c.out, '}'), first
		return
	}
	if c.null() || !c.enter('{') {
		return
	}
	key, open, took := c.key, c.open, c.took
	if c.open = !c.take('}'); c.open {
		c.nextKey()
	}
	for c.open {
		c.took = false
		o.Fields(c)
		if c.open && !c.took { // no field has this key
			if c.strict {
				c.fail("unknown field " + strconv.Quote(c.key))
				break
			}
			c.skip()
			c.done()
		}
	}
	c.depth--
	c.key, c.open, c.took = key, open, took
	if f, ok := o.(Finisher); ok && c.err == nil {
		c.failed(f.Finish())
	}
}

// enter consumes the bracket that opens an object or a list.
func (c *Coder) enter(bracket byte) bool {
	if c.depth++; c.depth > maxDepth {
		c.fail("nested too deep")
	}
	if !c.take(bracket) {
		c.unexpected()
		return false
	}
	return true
}

// field says whether the value of a key is to be read or written now; after it
// was, done must be called.
func (c *Coder) field(name string, empty bool) bool {
	omit := c.omit
	c.omit = false
	if c.writing {
		if omit && empty {
			return false
		}
		if !c.first {
			c.out = append(c.out, ',')
		}
		c.first = false
		c.out = append(append(append(c.out, '"'), name...), '"', ':')
		return true
	}
	if !c.open || c.key != name {
		return false
	}
	c.took = true
	return true
}

// done goes on to the next key.
func (c *Coder) done() {
	if c.writing {
		return
	}
	switch {
	case c.take(','):
		c.nextKey()
	case c.take('}'):
		c.open = false
	default:
		c.unexpected()
	}
}

// nextKey reads a key and its colon.
func (c *Coder) nextKey() {
	c.key = c.string()
	if !c.take(':') {
		c.unexpected()
	}
}

// fail keeps the first error and makes everything after it the end.
func (c *Coder) fail(what string) {
	if c.err == nil {
		c.err = errors.New(what + " at byte " + strconv.Itoa(c.pos))
	}
	c.pos, c.open = len(c.in), false
}

// failed is fail with somebody else's error; it says whether that is one.
func (c *Coder) failed(err error) bool {
	if err == nil {
		return false
	}
	if c.err == nil {
		c.err = err
	}
	c.pos, c.open = len(c.in), false
	return true
}

func (c *Coder) unexpected() {
	if c.blank(); c.pos >= len(c.in) {
		c.fail("unexpected end of JSON")
		return
	}
	c.fail("unexpected " + strconv.QuoteRune(rune(c.in[c.pos])) + " in JSON")
}

// null consumes null, if it is next.
func (c *Coder) null() bool {
	if c.blank(); bytes.HasPrefix(c.in[c.pos:], []byte("null")) {
		c.pos += len("null")
		return true
	}
	return false
}
