//go:build !js

package expr

import "slices"

// SameTree reports whether two trees are alike but for where they stand.
func SameTree(a, b *Tree) bool { return sameTerm(a.root, b.root) }

func sameTerm(a, b *term) bool {
	return a.kind == b.kind && a.text == b.text && slices.EqualFunc(a.args, b.args, sameTerm)
}
