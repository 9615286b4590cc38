package source

import "slices"

// This file makes trees out of trees: what an overlay changes of a file is put
// in its place, and everything keeps the place where it was written, so that a
// mistake is told where its author reads it. No Node is ever changed; what
// differs is copied.

// Rewrite returns n with f applied to it, then to everything that the result
// holds, from the outside in. f returns its argument where nothing changes.
func (n *Node) Rewrite(f func(*Node) *Node) *Node {
	if n == nil {
		return nil
	}
	n = f(n)
	items, same := make([]*Node, len(n.items)), true
	for i, c := range n.items {
		items[i] = c.Rewrite(f)
		same = same && items[i] == c
	}
	if same {
		return n
	}
	out := *n
	out.items = items
	return &out
}

// With returns a copy of the mapping n in which the key that is written like
// key has value; a new key stands at the end.
func (n *Node) With(key, value *Node) *Node {
	out := *n
	out.keys, out.items = slices.Clone(n.keys), slices.Clone(n.items)
	if i := n.index(key.text); i >= 0 {
		out.keys[i], out.items[i] = key, value
	} else {
		out.keys, out.items = append(out.keys, key), append(out.items, value)
	}
	return &out
}

// Without returns a copy of the mapping n that has not key.
func (n *Node) Without(key string) *Node {
	i := n.index(key)
	if i < 0 {
		return n
	}
	out := *n
	out.keys, out.items = slices.Delete(slices.Clone(n.keys), i, i+1), slices.Delete(slices.Clone(n.items), i, i+1)
	return &out
}

// WithItems returns a copy of the sequence n with other entries.
func (n *Node) WithItems(items []*Node) *Node {
	out := *n
	out.items = items
	return &out
}

// Part returns a scalar that stands offset bytes into the text of n: a piece of
// an address, to place a message at and to use as a key.
func (n *Node) Part(part string, offset int) *Node {
	at, end := n.Span(offset, offset+len(part))
	p := &Node{file: n.file, line: at.Line, col: at.Col, end: end, text: part}
	p.place.line, p.place.col = at.Line, at.Col
	return p
}

// Entry returns the value of a key of the mapping n, nil if it has none. It
// complains of nothing: n may be anything.
func (n *Node) Entry(key string) *Node {
	if n == nil || n.kind != Mapping {
		return nil
	}
	if i := n.index(key); i >= 0 {
		return n.items[i]
	}
	return nil
}

// Entries returns the entries of the sequence n, nil if it is none. Like Entry
// it complains of nothing.
func (n *Node) Entries() []*Node {
	if n == nil || n.kind != Sequence {
		return nil
	}
	return n.items
}

// index is the place of a key, -1 if n has it not.
func (n *Node) index(key string) int {
	return slices.IndexFunc(n.keys, func(k *Node) bool { return k.text == key })
}
