package source

import (
	"strings"
	"testing"
)

// TestWhatIsWritableIsRead: a text is writable exactly if a file that has it
// can be read. It turns red if one of the two lists of characters is changed
// alone, or if the length is not looked at.
func TestWhatIsWritableIsRead(t *testing.T) {
	texts := []string{"", "a b", "línea\nlínea", "a\r\nb", "a\rb", "a\tb", "a\x1bb", "a\u0085b", "a\u2028b", "a\u2029b", "a\ufeffb", "a\xffb", "😀", "\x7f",
		strings.Repeat("a", maxText), strings.Repeat("a", maxText+1)}
	for _, text := range texts {
		quoted := strings.NewReplacer("\n", `\n`, "\r\n", `\n`, "\t", `\t`).Replace(text)
		root, ds := Read("f.yaml", []byte(`a: "`+quoted+`"`))
		if got, want := Unwritable(text) == "", root != nil && ds.Err() == nil; got != want {
			t.Errorf("%.20q (%d bytes): writable %v, read %v: %s %v", text, len(text), got, want, Unwritable(text), ds)
		}
	}
}
