//go:build !race

package expr_test

// pools says whether sync.Pool keeps what is put into it.
const pools = true
