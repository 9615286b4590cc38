package web

import (
	"io/fs"
	"math"
	"os"
	"path"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// sources calls visit with every source of the pages that is ours.
func sources(t *testing.T, visit func(name, text string)) {
	t.Helper()
	for _, dir := range []string{"enumerator", "shared", "worker"} {
		err := fs.WalkDir(os.DirFS("."), dir, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			b, err := os.ReadFile(name)
			if err == nil {
				visit(name, string(b))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// A text that can become an element is how somebody else's words run in this
// page.
func TestTextStaysText(t *testing.T) {
	unsafe := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function`)
	sources(t, func(name, text string) {
		if found := unsafe.FindString(text); found != "" {
			t.Errorf("%s uses %s", name, found)
		}
	})
}

// Colours and sizes are changed in one place: a theme, a larger print.
func TestOnlyTokensHaveLiteralColoursAndSizes(t *testing.T) {
	literal := regexp.MustCompile(`#[0-9a-fA-F]{3,8}\b|\brgba?\(|\b[0-9.]+(px|rem|em)\b`)
	sources(t, func(name, text string) {
		if path.Ext(name) != ".css" || path.Base(name) == "tokens.css" {
			return
		}
		for i, line := range strings.Split(text, "\n") {
			if strings.HasPrefix(strings.TrimSpace(line), "@media") {
				continue // a media query cannot read a custom property
			}
			if found := literal.FindString(line); found != "" {
				t.Errorf("%s:%d: %s", name, i+1, found)
			}
		}
	})
}

func TestModulesAreShort(t *testing.T) {
	const most = 260 // lines; a component is near 120
	sources(t, func(name, text string) {
		n := strings.Count(text, "\n")
		if strings.HasSuffix(name, ".tsx") && n > 150 || n > most {
			t.Errorf("%s has %d lines", name, n)
		}
	})
}

// Every sentence of a component comes from words.ts or the instrument.
func TestComponentsSayNothingThemselves(t *testing.T) {
	said := regexp.MustCompile(`(aria-label|placeholder|title)="[^"]*[a-z]{3}|>\s*[A-Za-zÁÉÍÓÚáéíóúñ]{2,}[^<>{}=;()]*</`)
	sources(t, func(name, text string) {
		if path.Ext(name) != ".tsx" {
			return
		}
		if found := said.FindString(text); found != "" {
			t.Errorf("%s says %q", name, found)
		}
	})
}

// Text has a contrast of 4.5, what shows where a control is one of 3, in every
// theme.
//
// Source: WCAG 2.2, success criteria 1.4.3 and 1.4.11.
func TestContrast(t *testing.T) {
	b, err := os.ReadFile("shared/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile(`(?s):root[^{]*\{(.*?)\n *\}`).FindAllStringSubmatch(string(b), -1)
	if len(blocks) != 3 {
		t.Fatalf("%d themes, want light, dark and strong", len(blocks))
	}
	texts := [][2]string{
		{"ink", "paper"}, {"ink", "surface"}, {"ink", "sunk"}, {"ink-2", "paper"}, {"ink-2", "surface"}, {"ink-2", "sunk"},
		{"accent", "paper"}, {"accent", "accent-soft"}, {"accent-ink", "accent"}, {"ink", "accent-soft"}, {"good", "surface"}, {"good", "paper"},
		{"warn", "warn-soft"}, {"warn", "paper"}, {"stop", "stop-soft"}, {"stop", "paper"}, {"stop", "surface"}, {"ink", "warn-soft"}, {"ink", "stop-soft"},
	}
	controls := [][2]string{{"edge", "paper"}, {"edge", "surface"}, {"accent", "surface"}}
	colour := regexp.MustCompile(`--([a-z0-9-]+):\s*(#[0-9a-f]{6})`)
	value := map[string]string{}
	for i, block := range blocks {
		for _, m := range colour.FindAllStringSubmatch(block[1], -1) {
			value[m[1]] = m[2]
		}
		for _, c := range []struct {
			pairs [][2]string
			least float64
		}{{texts, 4.5}, {controls, 3}} {
			for _, p := range c.pairs {
				if got := contrast(value[p[0]], value[p[1]]); got < c.least {
					t.Errorf("theme %d: %s on %s has contrast %.2f, want %.1f", i, p[0], p[1], got, c.least)
				}
			}
		}
	}
}

// contrast is (L1 + 0.05) / (L2 + 0.05), L1 the lighter relative luminance.
func contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// luminance is 0.2126 R + 0.7152 G + 0.0722 B of the linear components of
// "#rrggbb"; NaN if it is none.
func luminance(hex string) float64 {
	if len(hex) != 7 {
		return math.NaN()
	}
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(hex[1+2*i:3+2*i], 16, 8)
		if err != nil {
			return math.NaN()
		}
		v := float64(n) / 255
		if v <= 0.04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		sum += weight * v
	}
	return sum
}
