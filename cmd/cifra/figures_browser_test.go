package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"cifra/questionnaire"
)

// This file measures the engine where it works: in Chromium, as the page loads
// and uses it. Times say nothing on a machine that does something else, so it
// runs only when asked to (make bench-browser); each figure stands beside its
// bar, and one that misses it fails.

// needFigures skips a test of times unless they were asked for.
func needFigures(t *testing.T) {
	t.Helper()
	if os.Getenv("CIFRA_FIGURES") == "" {
		t.Skip("times are measured by make bench-browser")
	}
}

// figure prints a time beside its bar, both in milliseconds.
func figure(t *testing.T, what string, got, bar float64) {
	t.Helper()
	t.Logf("%-58s %8.1f ms, at most %.0f", what, got, bar)
	if got > bar {
		t.Errorf("%s: %.1f ms, at most %.0f", what, got, bar)
	}
}

// middle and most are the median and the 95th percentile of times.
func middle(times []float64) float64 { return quantile(times, 50) }
func most(times []float64) float64   { return quantile(times, 95) }

func quantile(times []float64, percent int) float64 {
	sorted := slices.Sorted(slices.Values(times))
	return sorted[min(len(sorted)*percent/100, len(sorted)-1)]
}

// promised evaluates a script whose promise gives JSON.
func (b *browser) promised(script string, into any) {
	b.t.Helper()
	s, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](script, chromedp.EvalAwaitPromise))
	if err == nil {
		err = json.Unmarshal([]byte(s), into)
	}
	if err != nil {
		b.t.Fatalf("%v: %.200s", err, s)
	}
}

// throttle makes the page's processor slower by a factor.
func (b *browser) throttle(rate int) {
	b.t.Helper()
	b.run("throttle", func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		var nothing struct{}
		return nothing, t.Call(ctx, "Emulation.setCPUThrottlingRate", map[string]any{"rate": rate}, &nothing)
	})
}

// starting loads the engine once more, as shared/engine.ts does, and then opens
// an interview of an instrument with it: milliseconds of the one and the other.
const starting = `(async (ir) => {
  const url = document.querySelector('meta[name=cifra-engine]').content;
  const t = performance.now();
  const program = new Go();
  const { instance } = await WebAssembly.instantiateStreaming(fetch(url), program.importObject);
  program.run(instance);
  const ready = performance.now();
  const arg = JSON.stringify({ ir, events: [], self: { survey: 's', interview: '0197', device: 'd1', lease: 1 }, language: 'es', now: '2026-03-02T10:00:00-06:00' });
  const reply = JSON.parse(cifra.open(arg));
  if (reply.error) throw new Error(reply.error);
  return JSON.stringify([ready - t, performance.now() - ready]);
})`

// TestEngineStartInTheBrowserFigures measures from asking for the engine to its
// being ready, and what the built-in instrument takes on top, with and without
// a processor six times slower. The engine comes from the page's worker, as it
// does on every start but the first. The least of some is what the machine can
// do; the middle one is held to the bar.
func TestEngineStartInTheBrowserFigures(t *testing.T) {
	needFigures(t)
	office, b := openFirstCase(t)
	defer office.kill()
	in, ds := questionnaire.LoadInstrument(os.DirFS("../../schemas/lacsi"), ".")
	if ds.Err() != nil {
		t.Fatal(ds)
	}
	q, ds := questionnaire.Compile(in)
	if ds.Err() != nil {
		t.Fatal(ds)
	}
	ir, err := json.Marshal(string(q.IR()))
	if err != nil {
		t.Fatal(err)
	}
	b.text(`(window.ir = ` + string(ir) + `, '')`)
	for _, rate := range []int{1, 6} {
		b.throttle(rate)
		var alone, loaded []float64
		for range 9 {
			var times [2]float64
			b.promised(starting+`(window.ir)`, &times)
			alone, loaded = append(alone, times[0]), append(loaded, times[1])
		}
		b.throttle(1)
		t.Logf("processor 1/%d: engine %.0f to %.0f ms, instrument %.0f to %.0f ms", rate, slices.Min(alone), slices.Max(alone), slices.Min(loaded), slices.Max(loaded))
		if rate == 1 {
			figure(t, "engine alone, ready", middle(alone), 120)
			continue
		}
		figure(t, "engine alone, ready, throttled", middle(alone), 500)
		figure(t, "built-in instrument on top, throttled", middle(loaded), 400)
	}
}

// answering answers the question shown again and again, each time with the
// option that is not chosen. Of each answer it notes the milliseconds from the
// click until the document shows it and is laid out, which is after the strict
// write; those spent in the engine; and of the write, when it began and when it
// was complete.
const answering = `(async (rounds) => {
  let engine = 0, began = 0, complete = 0, start = 0;
  const transaction = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = function (stores, mode, options) {
    const tx = transaction.call(this, stores, mode, options);
    if (options?.durability === 'strict' && began === 0) {
      began = performance.now() - start;
      tx.addEventListener('complete', () => { complete = performance.now() - start; });
    }
    return tx;
  };
  for (const name of ['decide', 'apply']) {
    const call = cifra[name];
    cifra[name] = (arg) => { const t = performance.now(); try { return call(arg); } finally { engine += performance.now() - t; } };
  }
  const shown = [], inside = [], before = [], written = [];
  const question = document.querySelector('[data-testid=question]');
  for (let i = 0; i < rounds; i++) {
    const option = [...question.querySelectorAll('[data-testid=option]')].find((o) => o.getAttribute('aria-checked') !== 'true');
    const chosen = () => document.querySelector('[data-testid=option][data-code="' + option.dataset.code + '"]')?.getAttribute('aria-checked') === 'true';
    engine = began = complete = 0;
    const t = start = performance.now();
    const done = new Promise((resolve) => {
      const o = new MutationObserver(() => {
        if (!chosen()) return;
        o.disconnect();
        document.body.offsetHeight;
        resolve(performance.now() - t);
      });
      o.observe(document.body, { subtree: true, childList: true, attributes: true });
    });
    option.click();
    shown.push(await done);
    inside.push(engine);
    before.push(began);
    written.push(complete - began);
    await new Promise((resolve) => setTimeout(resolve, 40)); // a person needs longer
  }
  return JSON.stringify([shown, inside, before, written].map((times) => times.slice(20)));
})`

// TestAnswerInTheBrowserFigures measures one answer on an instrument of 500
// items with 30 rows: from input to the document, strict write included.
func TestAnswerInTheBrowserFigures(t *testing.T) {
	needFigures(t)
	office, b := openCaseOf(t, crowded(t))
	defer office.kill()
	b.run("count thirty", chromedp.SendKeys(chromedp.CSS(`[data-testid=input]`), "30"), chromedp.Click(chromedp.CSS(`[data-testid=next]`)),
		holds(`document.querySelector('[data-testid=screen]')?.dataset.path !== 'people'`))
	if !strings.Contains(b.text(`document.querySelector('[data-testid=screen]').dataset.path`), "].p0") {
		b.run("go into the first row", chromedp.Click(chromedp.CSS(`[data-testid=next]`)), holds(`document.querySelector('[data-testid=question][data-path$="].p0"]') !== null`))
	}
	var times [4][]float64
	b.promised(answering+`(220)`, &times)
	after := make([]float64, len(times[0]))
	for i := range after {
		after[i] = times[0][i] - times[2][i] - times[3][i]
	}
	for _, part := range []struct {
		what  string
		times []float64
	}{{"in the engine", times[1]}, {"before the write", times[2]}, {"the write", times[3]}, {"after the write", after}} {
		t.Logf("%-58s %8.1f ms, 95 of 100 at most %.1f, the least %.1f", "of an answer, "+part.what, middle(part.times), most(part.times), slices.Min(part.times))
	}
	figure(t, "input to document, strict write, 500 items, 30 rows, middle", middle(times[0]), 8)
	figure(t, "the same, 95 of 100", most(times[0]), 25)
}

// crowded writes an instrument of 500 items, half of them asked of each person,
// whose conditions reach back to earlier items.
func crowded(t *testing.T) string {
	t.Helper()
	rng := rand.New(rand.NewPCG(1, 31))
	var b strings.Builder
	b.WriteString("module: all\nlevel: household\ntitle: Todo\nitems:\n  - {id: people, text: ¿Cuántas personas?, type: integer, min: 0, max: 50}\n")
	b.WriteString("  - roster: person\n    rows: count people\n    items:\n")
	part := func(indent, prefix string) {
		for i := range 250 {
			when := ""
			if i > 0 && rng.IntN(3) > 0 {
				when = fmt.Sprintf(", when: %s%d is not no", prefix, max(0, i-1-rng.IntN(8)))
			}
			fmt.Fprintf(&b, "%s- {id: %s%d, text: ¿Sí o no?, type: one of yes_no%s}\n", indent, prefix, i, when)
		}
	}
	part("      ", "p")
	b.WriteString("  - {id: total, value: \"count(person, p1 is yes)\"}\n")
	part("  ", "h")
	dir := t.TempDir()
	for name, text := range map[string]string{"all.yaml": b.String(), "instrument.yaml": `instrument: crowded
version: 2026.1
language: es
title: Muchas preguntas
public_title: Muchas preguntas
currency: {code: MXN, symbol: $, decimals: 2}
levels:
  household: {}
  person: {parent: household}
codes:
  yes_no:
    - {code: 1, name: yes, text: Sí}
    - {code: 2, name: no, text: "No"}
include: [all.yaml]
`} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
