package wire

import "slices"

// This file walks lists and maps. What depends on the sort of their elements is
// in the functions that these are given: the compiler writes those out for each
// sort, and a browser has to load every copy.

// writeList writes a list of n elements.
func (c *Coder) writeList(isNil bool, n int, element func(i int)) {
	if isNil {
		c.out = append(c.out, "null"...)
		return
	}
	c.out = append(c.out, '[')
	for i := range n {
		if i > 0 {
			c.out = append(c.out, ',')
		}
		element(i)
	}
	c.out = append(c.out, ']')
}

// readList reads a list and says whether it was one, not null.
func (c *Coder) readList(element func()) bool {
	if c.null() || !c.enter('[') {
		return false
	}
	for more := !c.take(']'); more && c.err == nil; {
		element()
		more = c.more(']')
	}
	c.depth--
	return true
}

// more says whether a comma is next; if not, it must be the bracket that ends.
func (c *Coder) more(shut byte) bool {
	if c.take(',') {
		return true
	}
	if !c.take(shut) {
		c.unexpected()
	}
	return false
}

// writeMap writes an object of the keys, in their order.
func (c *Coder) writeMap(isNil bool, keys []string, value func(key string)) {
	if isNil {
		c.out = append(c.out, "null"...)
		return
	}
	slices.Sort(keys)
	c.out = append(c.out, '{')
	for i, k := range keys {
		if i > 0 {
			c.out = append(c.out, ',')
		}
		c.out = append(AppendText(c.out, k), ':')
		value(k)
	}
	c.out = append(c.out, '}')
}

// readMap reads an object and says whether it was one, not null.
func (c *Coder) readMap(value func(key string)) bool {
	if c.null() || !c.enter('{') {
		return false
	}
	for more := !c.take('}'); more && c.err == nil; {
		k := c.string()
		if !c.take(':') {
			c.unexpected()
		}
		value(k)
		more = c.more('}')
	}
	c.depth--
	return true
}
