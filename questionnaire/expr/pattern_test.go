//go:build !js

package expr

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"
)

// Programs are held to package regexp: what it says of a whole text is what
// they say.
var patterns = []string{
	"", "a", "[A-Z]-[0-9]+", "(a+)+", "(a|a)*", "(a|aa)+b", "([a-zA-Z]+)*", "(.*a){20}", "(a*)*b", "((a{1,30}){1,20}b?)*",
	".*.*.*.*=.*", `^(\w+\s?)*$`, `\d{3}-\d{4}`, "(?i)straße|k", "(?i)[k-s]+", `\p{L}+( \p{Lu}\.)?`, `[^\n]*`, "(?s).*", "(?m)^a$\n^b$", "(?m)(^a?$\n?)*",
	`\bfoo\b.*`, `.*\Boo\B.*`, `\Aa\z`, "a??b*?c+?", "(?:|a)+b", "x{0}", "x{0,3}y{2,}", "[[:alpha:]]+", `[\x{1F600}-\x{1F64F}]`, "(|a)*", "(?i)ſ", "(?-s).", `\x00`,
	`[^\x00-\x{10FFFF}]`, "a|[^\\x00-\\x{10FFFF}]b", "$^", "(a$)?(b|^c)", `(\b|\B|^)*é`, "a\nb|^", `\Qa.b\E`, `(?U)a+b`, strings.Repeat("(a?", 30) + strings.Repeat(")", 30),
}

var texts = []string{
	"", "a", "b", "aa", "aab", "A-12", "aaaaaaaaaaaaaaaaaaaab", "555-1234", "STRASSE", "straße", "K", "\u212a", "ſ", "José P.", "a\nb", "\n", "a\n", "foo bar", "xfoox", "foo",
	"\xff", "a\xffb", "\ufffd", "😀", "é", "c", "ac", "bc", "x=y", "\x00", "a.b", "yyy", "abc abc ",
}

func FuzzProgramMatchesAsRegexp(f *testing.F) {
	for i, p := range patterns {
		f.Add(p, texts[i%len(texts)])
	}
	f.Fuzz(func(t *testing.T, pattern, text string) { asRegexp(t, pattern, text) })
}

// asRegexp fails the test if a program says anything else than regexp.
func asRegexp(t *testing.T, pattern string, texts ...string) {
	t.Helper()
	p, err := compilePattern(pattern)
	if err != nil {
		return
	}
	want, err := regexp.Compile(`\A(?:` + pattern + `)\z`)
	if err != nil {
		t.Fatalf("regexp refuses %q, which has a program: %v", pattern, err)
	}
	read, err := readProgram(p.String())
	if err != nil || read.String() != p.String() {
		t.Fatalf("program of %q is read as %v, %v", pattern, read, err)
	}
	for _, text := range texts {
		if got := read.match(text); got != want.MatchString(text) {
			t.Fatalf("%q matches %q: %v, regexp says %v; program %s", pattern, text, got, !got, p)
		}
	}
}

func TestProgramsMatchAsRegexp(t *testing.T) {
	for _, pattern := range patterns {
		if _, err := compilePattern(pattern); err != nil {
			t.Errorf("%q: %v", pattern, err)
		}
		asRegexp(t, pattern, texts...)
	}
	n := 20_000
	if testing.Short() {
		n = 2_000
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for range n {
		pattern := randomPattern(rng, 4)
		var sample []string
		for range 8 {
			sample = append(sample, randomText(rng))
		}
		asRegexp(t, pattern, sample...)
	}
}

// randomPattern is a pattern over few letters, so that it often matches.
func randomPattern(rng *rand.Rand, depth int) string {
	pick := func(from ...string) string { return from[rng.IntN(len(from))] }
	if depth == 0 || rng.IntN(5) == 0 {
		return pick("a", "b", "é", ".", "[ab]", "[^a]", `\w`, `\W`, `\b`, `\B`, "^", "$", `\A`, `\z`, "(?m:^)", "(?m:$)", "(?s:.)", "(?i:A)", "(?i:[b-k])", `\n`, "", `\d`, `\p{L}`)
	}
	sub := func() string { return randomPattern(rng, depth-1) }
	switch rng.IntN(6) {
	case 0:
		return "(?:" + sub() + "|" + sub() + ")"
	case 1:
		return "(" + sub() + ")" + pick("*", "+", "?", "*?", "+?", "??", "{2}", "{0,2}", "{1,}", "{0}")
	default:
		return sub() + sub()
	}
}

func randomText(rng *rand.Rand) string {
	var b strings.Builder
	for range rng.IntN(8) {
		b.WriteString([]string{"a", "a", "b", "A", "é", "\n", " ", "_", "7", "K", "\u212a", "\xff", "日"}[rng.IntN(13)])
	}
	return b.String()
}

// What a program is read from may be anything: what is read leads nowhere
// outside, and prints as it was.
func FuzzReadProgram(f *testing.F) {
	for _, pattern := range patterns {
		if p, err := compilePattern(pattern); err == nil {
			f.Add(p.String())
		}
	}
	for _, s := range []string{"", "/", "/m", "/c0,0", "/a1,0;m", "/a0,0", "/e64,0", "/e0,0", "5-4/m", "30-39,35-36/m", "/x1,1", ";/c1,1;m", "110000-110000/m", "/m;"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := readProgram(s)
		if err != nil {
			return
		}
		p.match("aé\xff\n")
		if again, err := readProgram(p.String()); err != nil || again.String() != p.String() {
			t.Fatalf("%q prints as %q, which is read as %v, %v", s, p, again, err)
		}
	})
}

// A program that no pattern compiles to is refused, not run.
func TestReadProgramRefuses(t *testing.T) {
	for _, s := range []string{
		"", "/", "m", "/c0,0", "61-61/c1,0", "61-61/c0,1", "/a1,0", "/a0,1", "/e64,0", "/e0,1", "/x0,0;m", "/m;", "62-61/m", "61-65,63-70/m", "110000-110000/m", "61/m",
		"/" + strings.Repeat("m;", maxCode) + "m",
	} {
		if p, err := readProgram(s); err == nil {
			t.Errorf("%.40q is read as %d instructions", s, len(p.code))
		}
	}
}

// The time of a text grows with its length, whatever the pattern; short
// programs need no memory.
func TestMatchingIsLinear(t *testing.T) {
	p, err := compilePattern("(a*)*(a|aa)+(a?){20}b")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Repeat("a", 100_000)
	begin := time.Now()
	if p.match(text) {
		t.Error("there is no b in it")
	}
	if took := time.Since(begin); took > 5*time.Second { // 20 ms; what backtracks needs for ever
		t.Errorf("100,000 letters took %v", took)
	}
	if n := testing.AllocsPerRun(10, func() { p.match("aaaab") }); n != 0 {
		t.Errorf("a short program allocates %v times", n)
	}
}

func BenchmarkProgram(b *testing.B) {
	pattern, text := "[A-Z]{4}[0-9]{6}[HM][A-Z]{5}[A-Z0-9][0-9]", "GOMC900514HDFRRS09"
	b.Run("program", func(b *testing.B) {
		p, err := compilePattern(pattern)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		for b.Loop() {
			p.match(text)
		}
	})
	b.Run("regexp", func(b *testing.B) {
		re := regexp.MustCompile(`\A(?:` + pattern + `)\z`)
		b.ReportAllocs()
		for b.Loop() {
			re.MatchString(text)
		}
	})
}
