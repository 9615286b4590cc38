package questionnaire

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strconv"

	"cifra/questionnaire/wire"
)

// This file is the only source of chance in an interview. Nothing here is
// random: what looks so follows from a seed that an event holds, so the same
// events give the same order and the same draws in every engine and at every
// replay. The rules:
//
//   - number n that seed gives for a purpose is the first eight bytes, big-endian,
//     of SHA-256(seed ‖ 0 ‖ purpose ‖ 0 ‖ n in decimal): any program can
//     compute it again from an exported seed;
//   - purposes name what is decided ("options P4_1", "select drawn"), so that two
//     decisions of one interview have nothing to do with each other;
//   - a whole number below n is drawn without the bias of a plain remainder;
//   - things are put in order by a number of their own each: when one comes or
//     goes, the others keep their order among themselves. Of n events the first
//     m in that order are a simple random sample, each in it with probability
//     m/n, and one event more changes one of them at most.

// seedLen is the length of a seed in hexadecimal digits: 64 bits.
const seedLen = 16

// newSeed returns the seed of an interview, made of the salt of its start.
func newSeed(salt [SaltLen]byte) string {
	h := sha256.New()
	h.Write([]byte("cifra seed"))
	h.Write(salt[:])
	return wire.Hex(h.Sum(nil))[:seedLen]
}

// isSeed says whether s is a seed as newSeed writes it.
func isSeed(s string) bool {
	_, err := wire.Unhex(s)
	return err == nil && len(s) == seedLen
}

// lot returns number n of those that seed gives for a purpose.
func lot(seed, purpose string, n int) uint64 {
	b := append([]byte(seed), 0)
	b = append(append(b, purpose...), 0)
	sum := sha256.Sum256(strconv.AppendInt(b, int64(n), 10))
	return binary.BigEndian.Uint64(sum[:8])
}

// lotBelow returns a whole number from 0 up to, not including, n, each with the
// same probability. Numbers past the last whole multiple of n are passed over.
func lotBelow(seed, purpose string, n int) int {
	size := uint64(n)
	over := -size % size // 2^64 modulo n
	for i := 0; ; i++ {
		if x := lot(seed, purpose, i); x >= over {
			return int(x % size)
		}
	}
}

// lotOrder returns the places of keys in the order that seed gives them for a
// purpose. Without a seed they stay as they are.
func lotOrder(seed, purpose string, keys []string) []int {
	order, ranks := make([]int, len(keys)), make([]uint64, len(keys))
	for i, k := range keys {
		order[i] = i
		if seed != "" {
			ranks[i] = lot(seed, purpose+" "+k, 0)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(ranks[a], ranks[b]) })
	return order
}
