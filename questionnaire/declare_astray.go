//go:build !js

package questionnaire

import (
	"cmp"
	"slices"

	"cifra/questionnaire/expr"
)

// This file lets what stands at a level that nobody knows be read all the same,
// for its own mistakes. The rules:
//
//   - such a level is made up where a module, a roster or a level names one that
//     is not there: that was told, once;
//   - at a level made up all names of the instrument can be read, and from
//     everywhere the names that stand at it: where they really lie, and whether a
//     row would have to be named, is not known, so nothing is said of it;
//   - names that only the rows of one level know, such as crime, mean what they
//     mean at the level that was most likely meant.
//
// A questionnaire never has one: there was a mistake.

// astrayLevel adds a level that stands for the one called name.
func (c *compiler) astrayLevel(parent int, name string) int {
	i := len(c.q.Levels)
	c.q.Levels = append(c.q.Levels, &level{Parent: parent, List: -1, Row: -1, Number: -1, Count: -1, Done: -1, Selected: -1})
	c.lose(i, name)
	return i
}

// lose marks level i as one whose place is not known. name is what the author
// called it or the level around it.
func (c *compiler) lose(i int, name string) {
	c.astray[i] = expr.Nearest(name, mapNames(c.levels))
}

// isAstray says whether the place of level l, or of one around it, is not known.
func (c *compiler) isAstray(l int) bool {
	for ; l >= 0; l = c.q.Levels[l].Parent {
		if _, is := c.astray[l]; is {
			return true
		}
	}
	return false
}

// astrayName returns the variable that a name of single rows means at a level
// whose place is not known.
func (c *compiler) astrayName(l int, name string) (int, bool) {
	if !c.isAstray(l) {
		return 0, false
	}
	like, near := c.levels[c.astray[l]]
	for l := like; near && l >= 0; l = c.q.Levels[l].Parent {
		if v, ok := c.local[[2]any{l, name}]; ok {
			return v, true
		}
	}
	var could []int
	for k, v := range c.local {
		if k[1] == name {
			could = append(could, v)
		}
	}
	if len(could) == 0 {
		return 0, false
	}
	return slices.MinFunc(could, cmp.Compare[int]), true
}
