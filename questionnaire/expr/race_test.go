//go:build race

package expr_test

// pools says whether sync.Pool keeps what is put into it; the race detector
// makes it forget now and then.
const pools = false
