package questionnaire

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"testing"
)

// What lot.go promises to programs that compute it again: SHA-256 of the seed, a
// zero byte, the purpose, a zero byte and the number, its first eight bytes.
func TestLotIsWhatItsCommentSays(t *testing.T) {
	sum := sha256.Sum256([]byte("00112233445566ff\x00select drawn\x007"))
	if got, want := lot("00112233445566ff", "select drawn", 7), binary.BigEndian.Uint64(sum[:8]); got != want {
		t.Errorf("lot = %d, want %d", got, want)
	}
}

// Over many seeds each of n numbers is drawn about as often as any other: chi
// square of n-1 degrees below its 0.999 quantile for every n up to 6.
func TestLotBelowIsEven(t *testing.T) {
	quantile := map[int]float64{2: 10.83, 3: 13.82, 4: 16.27, 5: 18.47, 6: 20.52} // tables of chi square
	const seeds = 6000
	for n, limit := range quantile {
		drawn := make([]float64, n)
		for i := range seeds {
			drawn[lotBelow(newSeed([SaltLen]byte{1, byte(i), byte(i >> 8)}), "x", n)]++
		}
		want, chi := float64(seeds)/float64(n), 0.0
		for _, d := range drawn {
			chi += (d - want) * (d - want) / want
		}
		if chi > limit {
			t.Errorf("of %d: %v, chi square %.1f above %.1f", n, drawn, chi, limit)
		}
	}
}

// All orders of three come about equally often, and what leaves does not
// disturb the order of those that stay.
func TestLotOrder(t *testing.T) {
	seen := map[[3]int]float64{}
	const seeds = 6000
	for i := range seeds {
		seed := newSeed([SaltLen]byte{2, byte(i), byte(i >> 8)})
		all := lotOrder(seed, "x", []string{"a", "b", "c"})
		seen[[3]int(all)]++
		without := lotOrder(seed, "x", []string{"a", "c"})
		if kept := slices.DeleteFunc(slices.Clone(all), func(i int) bool { return i == 1 }); (kept[0] == 0) != (without[0] == 0) {
			t.Fatalf("seed %s: %v with b, %v without", seed, all, without)
		}
	}
	chi := 0.0
	for _, n := range seen {
		chi += (n - seeds/6) * (n - seeds/6) / (seeds / 6)
	}
	if len(seen) != 6 || chi > 20.52 { // 0.999 quantile of 5 degrees
		t.Errorf("orders %v, chi square %.1f", seen, chi)
	}
	if o := lotOrder("", "x", []string{"c", "b", "a"}); !slices.Equal(o, []int{0, 1, 2}) {
		t.Errorf("without a seed %v", o)
	}
}
