package source

import "encoding/json"

// Value returns n as JSON data, for a JSON Schema to look at: a mapping as
// map[string]any, a sequence as []any, a quoted scalar as a string, a plain
// one as what it looks like to JSON: true and false as bool, a number such as
// 12 or 0.5 as [json.Number], everything else as a string, nothing as nil.
func (n *Node) Value() any {
	switch {
	case n.Empty():
		return nil
	case n.kind == Mapping:
		m := make(map[string]any, len(n.keys))
		for i, k := range n.keys {
			m[k.text] = n.items[i].Value()
		}
		return m
	case n.kind == Sequence:
		list := make([]any, len(n.items))
		for i, c := range n.items {
			list[i] = c.Value()
		}
		return list
	case n.style != plain:
		return n.text
	case n.text == "true", n.text == "false":
		return n.text == "true"
	case decimal.MatchString(n.text) && json.Valid([]byte(n.text)):
		return json.Number(n.text)
	}
	return n.text
}
