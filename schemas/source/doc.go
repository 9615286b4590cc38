// Package source reads the YAML files that people write for cifra, strictly
// and with the place of everything.
//
// [Read] turns a file into a tree of [Node] or says what is wrong with it. A
// reader of one kind of file then walks the tree: [Node.Map] opens a mapping
// and refuses keys that it does not know, [Node.List] a sequence, and
// [Node.Text], [Node.Int], [Node.Float], [Node.Bool] and [Node.Word] read a
// scalar. Each says what it expected by adding to one Diagnostics, returns
// something harmless and goes on, so that an author gets all mistakes in one
// run. A nil Node is an absent one: every method takes it and says nothing.
//
// Scalars are what the author wrote: 01, no and 2025-03 are these very
// characters, whatever YAML would make of them. Positions point at the first
// character of a scalar's content, inside its quotes, so that the column of an
// expression's mistake is the expression's column plus the node's.
//
// What makes YAML files hard to trust is refused: anchors and aliases, tags,
// merge keys, several documents in a file, a key written twice.
package source
