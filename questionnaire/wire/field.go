package wire

import (
	"encoding"
	"strconv"
)

// This file is what Fields may say: a function for each sort of value. Those
// called after a sort take a key and where its value lies; Value functions are
// for the elements of lists and maps.

// A Raw is JSON as it stands, or as it is to stand. Nil is null.
type Raw []byte

// MarshalJSON returns r, for encoding/json.
func (r Raw) MarshalJSON() ([]byte, error) {
	if r == nil {
		return []byte("null"), nil
	}
	return r, nil
}

// UnmarshalJSON copies b.
func (r *Raw) UnmarshalJSON(b []byte) error {
	*r = append(Raw{}, b...)
	return nil
}

// Text is a string.
func Text[S ~string](c *Coder, key string, s *S) {
	if c.field(key, *s == "") {
		TextValue(c, s)
		c.done()
	}
}

// TextValue is a string without a key.
func TextValue[S ~string](c *Coder, s *S) {
	if c.writing {
		c.out = AppendText(c.out, string(*s))
	} else if !c.null() {
		*s = S(c.string())
	}
}

// Int is a whole number: read, it must fit, and have neither point nor exponent.
func Int[I ~int | ~int64 | ~uint8 | ~uint64](c *Coder, key string, i *I) {
	if c.field(key, *i == 0) {
		IntValue(c, i)
		c.done()
	}
}

// IntValue is a whole number without a key.
func IntValue[I ~int | ~int64 | ~uint8 | ~uint64](c *Coder, i *I) {
	if c.writing {
		if *i < 0 {
			c.out = strconv.AppendInt(c.out, int64(*i), 10)
		} else {
			c.out = strconv.AppendUint(c.out, uint64(*i), 10)
		}
		return
	}
	if c.null() {
		return
	}
	n, negative, ok := c.whole()
	v := I(n)
	if negative {
		v = -v
	}
	if !ok || v != 0 && (v < 0) != negative || magnitude(v) != n {
		c.fail("a number that does not fit")
		return
	}
	*i = v
}

// magnitude is the distance of v from zero.
func magnitude[I ~int | ~int64 | ~uint8 | ~uint64](v I) uint64 {
	if v < 0 {
		return -uint64(v)
	}
	return uint64(v)
}

// Bool is true or false.
func Bool(c *Coder, key string, b *bool) {
	if !c.field(key, !*b) {
		return
	}
	if c.writing {
		c.out = strconv.AppendBool(c.out, *b)
	} else if !c.null() {
		*b = c.bool()
	}
	c.done()
}

// Named is a value that has a name in files: it is written as its text. It is
// never empty.
func Named(c *Coder, key string, v interface {
	encoding.TextMarshaler
	encoding.TextUnmarshaler
}) {
	if c.field(key, false) {
		NamedValue(c, v)
		c.done()
	}
}

// NamedValue is a value with a name, without a key. Writing panics if the value
// has none.
func NamedValue(c *Coder, v interface {
	encoding.TextMarshaler
	encoding.TextUnmarshaler
}) {
	if c.writing {
		b, err := v.MarshalText()
		if err != nil {
			panic("wire: " + err.Error())
		}
		c.out = AppendText(c.out, string(b))
		return
	}
	if c.null() {
		return
	}
	s := c.string()
	if c.err != nil {
		return
	}
	c.failed(v.UnmarshalText([]byte(s)))
}

// Verbatim is a piece of JSON that is kept as it stands; reading copies it.
func Verbatim[B ~[]byte](c *Coder, key string, b *B) {
	if c.field(key, len(*b) == 0) {
		VerbatimValue(c, b)
		c.done()
	}
}

// VerbatimValue is a piece of JSON without a key.
func VerbatimValue[B ~[]byte](c *Coder, b *B) {
	switch {
	case !c.writing:
		*b = append(B{}, c.skip()...)
	case *b == nil:
		c.out = append(c.out, "null"...)
	default:
		c.out = append(c.out, *b...)
	}
}

// WholeValue is a value that reads and writes its own JSON, without a key.
func WholeValue[T any, P interface {
	*T
	MarshalJSON() ([]byte, error)
	UnmarshalJSON([]byte) error
}](c *Coder, v *T) {
	if c.writing {
		b, err := P(v).MarshalJSON()
		if err != nil {
			panic("wire: " + err.Error())
		}
		c.out = append(c.out, b...)
		return
	}
	if b := c.skip(); c.err == nil {
		c.failed(P(v).UnmarshalJSON(b))
	}
}

// Whole is a value that reads and writes its own JSON.
func Whole[T any, P interface {
	*T
	MarshalJSON() ([]byte, error)
	UnmarshalJSON([]byte) error
}](c *Coder, key string, v *T) {
	if c.field(key, false) {
		WholeValue[T, P](c, v)
		c.done()
	}
}

// Own is an object that lies in another, never empty.
func Own(c *Coder, key string, o Object) {
	if c.field(key, false) {
		c.object(o)
		c.done()
	}
}

// OwnValue is an object without a key.
func OwnValue[T any, P interface {
	*T
	Object
}](c *Coder, v *T) {
	c.object(P(v))
}

// Maybe is an object, or nil.
func Maybe[T any, P interface {
	*T
	Object
}](c *Coder, key string, v **T) {
	if c.field(key, *v == nil) {
		MaybeValue[T, P](c, v)
		c.done()
	}
}

// MaybeValue is an object or nil, without a key.
func MaybeValue[T any, P interface {
	*T
	Object
}](c *Coder, v **T) {
	Pointer(c, v, OwnValue[T, P])
}

// Pointer is a value or nil, without a key.
func Pointer[T any](c *Coder, v **T, value func(*Coder, *T)) {
	switch {
	case c.writing && *v == nil:
		c.out = append(c.out, "null"...)
	case c.writing:
		value(c, *v)
	case c.null():
		*v = nil
	default:
		*v = new(T)
		value(c, *v)
	}
}

// Option is a value or nil.
func Option[T any](c *Coder, key string, v **T, value func(*Coder, *T)) {
	if c.field(key, *v == nil) {
		Pointer(c, v, value)
		c.done()
	}
}

// List is a list of values of one sort. A nil list is null.
func List[T any](c *Coder, key string, list *[]T, value func(*Coder, *T)) {
	if c.field(key, len(*list) == 0) {
		ListValue(c, list, value)
		c.done()
	}
}

// ListValue is a list without a key.
func ListValue[T any](c *Coder, list *[]T, value func(*Coder, *T)) {
	if c.writing {
		c.writeList(*list == nil, len(*list), func(i int) { value(c, &(*list)[i]) })
		return
	}
	*list = nil
	isList := c.readList(func() {
		*list = append(*list, *new(T))
		value(c, &(*list)[len(*list)-1])
	})
	if isList && *list == nil {
		*list = []T{}
	}
}

// Map is an object whose keys are data, written in their order. A nil map is
// null.
func Map[K ~string, V any](c *Coder, key string, m *map[K]V, value func(*Coder, *V)) {
	if !c.field(key, len(*m) == 0) {
		return
	}
	if c.writing {
		keys := make([]string, 0, len(*m))
		for k := range *m {
			keys = append(keys, string(k))
		}
		c.writeMap(*m == nil, keys, func(k string) {
			v := (*m)[K(k)]
			value(c, &v)
		})
		return
	}
	*m = nil
	read := map[K]V{}
	isMap := c.readMap(func(k string) {
		v := new(V)
		value(c, v)
		read[K(k)] = *v
	})
	if isMap {
		*m = read
	}
	c.done()
}

// Part hands a value to whoever writes and reads it by hand: write appends it,
// read gets what is left of the input and returns how much of it was the value.
func Part(c *Coder, key string, empty bool, write func([]byte) []byte, read func([]byte) (int, error)) {
	if !c.field(key, empty) {
		return
	}
	if c.writing {
		c.out = write(c.out)
		return
	}
	c.blank()
	n, err := read(c.in[c.pos:])
	if c.pos += n; !c.failed(err) {
		c.done()
	}
}
