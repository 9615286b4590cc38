package wire_test

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"testing"

	"cifra/questionnaire/wire"
)

type named string

type ordinal uint8

type told [2]byte

func (t told) String() string { return "told" }

// Messages are those of package fmt, and so is what can be found in them.
func TestMessagesAreThoseOfFmt(t *testing.T) {
	cause := fmt.Errorf("deep: %w", io.EOF)
	for _, tt := range []struct {
		format string
		args   []any
	}{
		{"plain", nil},
		{"100 %% and %d%%", []any{7}},
		{"%s of %q at %d: %v", []any{"item", "a\"b\té\xff", 12, io.EOF}},
		{"%w: %s", []any{cause, "x"}},
		{"%w: %w: %d", []any{io.ErrShortBuffer, cause, int64(-3)}},
		{"%v, not %w", []any{io.ErrShortBuffer, cause}},
		{"%04d-%02d-%02d", []any{2025, 3, 14}},
		{"%04d %02d %02d", []any{12345, int32(7), ordinal(0)}},
		{"%s %q %v %d", []any{named("a"), named("b\n"), told{}, ordinal(200)}},
		{"%q is not one", []any{[]byte("x\x00")}},
		{"%s%s", []any{"", "á"}},
	} {
		want := fmt.Errorf(tt.format, tt.args...)
		got := wire.Errorf(tt.format, tt.args...)
		if got.Error() != want.Error() {
			t.Errorf("Errorf(%q, %v) = %q, want %q", tt.format, tt.args, got, want)
		}
		for _, e := range []error{io.EOF, io.ErrShortBuffer, cause} {
			if errors.Is(got, e) != errors.Is(want, e) {
				t.Errorf("Errorf(%q, %v) is %v: %v", tt.format, tt.args, e, errors.Is(got, e))
			}
		}
	}
	if got := wire.Sprintf("%v", 1.5); got != "?" {
		t.Errorf("a number with decimals is written as %q", got)
	}
}

func FuzzHex(f *testing.F) {
	for _, s := range []string{"", "0", "00", "fF09", "0g", "g0", "é0", "0123456789abcdefABCDEF"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		want, wantErr := hex.DecodeString(s)
		got, err := wire.Unhex(s)
		if (err == nil) != (wantErr == nil) || err == nil && string(got) != string(want) {
			t.Fatalf("Unhex(%q) = %x, %v, want %x, %v", s, got, err, want, wantErr)
		}
		if wire.Hex([]byte(s)) != hex.EncodeToString([]byte(s)) {
			t.Fatalf("Hex(%q) = %s", s, wire.Hex([]byte(s)))
		}
	})
}
