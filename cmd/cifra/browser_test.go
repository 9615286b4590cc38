package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"cifra/collector/web"
	"cifra/schemas/tabular"
)

// TestInterviewInTheBrowser conducts a whole interview in Spanish in a real
// Chromium: two robberies, the server killed in the middle of the first and
// the page opened again without it, then everything sent. Every answer given
// is looked for in the exported CSV.
func TestInterviewInTheBrowser(t *testing.T) {
	office, b := openFirstCase(t)
	defer office.kill()
	c := &conductor{browser: b, given: map[string]given{}, plan: robbedTwice()}
	c.until("I1_4")
	office.kill() // the network is gone in the middle of the first incident
	c.until("I1_15")
	b.run("open the page again without a network", chromedp.Reload(), chromedp.WaitVisible(chromedp.CSS(`[data-testid=screen], [data-testid=case], [data-testid=resume]`)))
	b.reopen("0001")
	c.until("I1_20")
	if unsent := b.text(`document.querySelector('[data-testid=state]').dataset.unsent`); unsent == "0" {
		t.Error("the page says that everything is at the office while there is none")
	}
	office.start()
	c.until("end")
	b.run("finish", chromedp.Click(chromedp.CSS(`[data-testid=finish]`)), chromedp.WaitVisible(chromedp.CSS(`[data-testid=finished]`)),
		holds(`document.querySelector('[data-testid=state]')?.dataset.state === 'office'`))

	out := filepath.Join(t.TempDir(), "csv")
	export := exec.Command(office.program, "export", "csv", "--server", "http://"+office.addr, "--token-file", filepath.Join(office.data, "token"), "--out", out)
	if msg, err := export.CombinedOutput(); err != nil {
		t.Fatalf("export: %v\n%s", err, msg)
	}
	c.findAll(t, out)
}

// openFirstCase starts an office with two cases and a page of it, and begins
// the interview of the first. The tests that use it run in the long form.
func openFirstCase(t *testing.T) (*office, *browser) {
	t.Helper()
	return openCaseOf(t, "")
}

// openCaseOf does the same with an instrument of its own.
func openCaseOf(t *testing.T, instrument string) (*office, *browser) {
	t.Helper()
	if testing.Short() {
		t.Skip("-short: the browser test runs in the long form")
	}
	chromium := needChromium(t)
	if _, err := web.Built(); err != nil {
		t.Fatalf("the pages are not built: run make build (%v)", err)
	}
	dir := t.TempDir()
	cifra := filepath.Join(dir, "cifra")
	if out, err := exec.Command("go", "build", "-o", cifra, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	sample := filepath.Join(dir, "sample.csv")
	if err := os.WriteFile(sample, []byte("case,stratum,psu,p_psu,p_dwelling,selection_number,reference_year\n"+
		"0001,1,11,0.1,0.2,0.000000,2025\n0002,1,11,0.1,0.2,0.420000,2025\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	office := &office{t: t, program: cifra, data: filepath.Join(dir, "data"), sample: sample, addr: freeAddress(t), instrument: instrument}
	office.start()
	t.Cleanup(office.kill)

	b := openBrowser(t, chromium)
	b.run("open the page", chromedp.Navigate("http://"+office.addr+"/#token="+office.token()),
		chromedp.WaitVisible(chromedp.CSS(`[data-testid=case][data-case="0001"]`)))
	b.run("wait until the page works without a network", holds(offlineReady))
	b.run("take the case", chromedp.Click(chromedp.CSS(`[data-testid=case][data-case="0001"]`)),
		chromedp.Click(chromedp.CSS(`[data-testid=start]`)), chromedp.WaitVisible(chromedp.CSS(`[data-testid=screen]`)))
	return office, b
}

// watchWrites makes the page note how durable each transaction that writes
// events is, and lets the test break them, at once or when everything was asked
// of them and the engine is ahead (broken), or swallow what is sent
// (mute).
const watchWrites = `(() => {
  window.durabilities = []; window.broken = false; window.mute = false;
  const begin = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = function (stores, mode, options) {
    const tx = begin.call(this, stores, mode, options);
    if (mode === 'readwrite' && [].concat(stores).includes('events')) {
      window.durabilities.push(tx.durability);
      if (window.broken === 'at once') queueMicrotask(() => tx.abort());
      if (window.broken === 'at the end') tx.commit = () => tx.abort();
    }
    return tx;
  };
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) { if (!window.mute) send.call(this, data); };
  return 'watching';
})()`

// TestSavedIsSaidWhenItIs: no word about saving is shown before it is true,
// and no screen shows an answer that is not on disk.
func TestSavedIsSaidWhenItIs(t *testing.T) {
	office, b := openFirstCase(t)
	choose := func(code string) {
		b.run("choose "+code, chromedp.Click(chromedp.CSS(`[data-testid=option][data-code="`+code+`"]`)))
	}
	chosen := `document.querySelector('[data-testid=option][aria-checked=true]')?.dataset.code ?? ''`
	words := `document.querySelector('[data-testid=state]').innerText.split('\n')[0]`
	says := func(want string) {
		t.Helper()
		b.run("wait for the words "+want, holds(`(`+words+`).includes('`+want+`')`))
	}
	if got := b.text(watchWrites); got != "watching" {
		t.Fatal(got)
	}
	b.run("read the introduction", chromedp.Click(chromedp.CSS(`[data-testid=next]`)), holds(`document.querySelector('[data-path=P1_1]') !== null`))
	choose("house")
	says("En la oficina")
	if got := b.text(`JSON.stringify([...new Set(window.durabilities)])`); got != `["strict"]` {
		t.Errorf("events are written with durability %s, want strict alone", got)
	}

	for _, broken := range []string{"at once", "at the end"} { // the disk fails
		b.text(`(window.broken = '` + broken + `', '')`)
		choose("flat")
		says("se sabe")
		if got := b.text(chosen); got != "house" {
			t.Errorf("the screen shows %q, which is not on disk", got)
		}
	}
	b.text(`(window.broken = false, '')`)

	b.text(`(window.mute = true, '')`) // what is sent is lost on the way
	choose("flat")
	says("Guardada en la tableta")
	var log [][3]any // interview, device, number
	b.promised(`(async () => {
  const db = await new Promise((resolve) => { const r = indexedDB.open('cifra'); r.onsuccess = () => resolve(r.result); });
  const keys = await new Promise((resolve) => { const r = db.transaction('events').objectStore('events').getAllKeys(); r.onsuccess = () => resolve(r.result); });
  db.close();
  return JSON.stringify(keys);
})()`, &log)
	for i, key := range log {
		if key[2] != float64(i+1) {
			t.Errorf("event %d of the log has number %v: the engine went on from one that was not stored", i+1, key[2])
		}
	}
	b.run("wait for an ack that cannot come", chromedp.Sleep(1500*time.Millisecond))
	says("Guardada en la tableta")
	b.text(`(window.mute = false, '')`)

	office.kill() // there is no office at all
	choose("tenement")
	says("Guardada en la tableta")
	b.run("go to a number", chromedp.Click(chromedp.CSS(`[data-testid=next]`)), holds(`document.querySelector('[data-path=P1_2]') !== null`))
	choose("exists")
	says("Guardada en la tableta")
	b.run("type without leaving", chromedp.Click(chromedp.CSS(`[data-testid=next]`)), holds(`document.querySelector('[data-path=P2_1]') !== null`),
		chromedp.SendKeys(chromedp.CSS(`[data-testid=input]`), "2"))
	says("Escribiendo")
}

// offlineReady is true when the service worker controls the page and has kept
// what it needs.
const offlineReady = `!!navigator.serviceWorker.controller && document.querySelector('[data-testid=offline-ready][data-ready=true], [data-testid=sync]') !== null`

// needChromium returns the browser, fails where CI must have it, and says so
// where it is absent.
func needChromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("CI") == "true" {
		t.Fatal("no chromium on this machine: make test installs it as root")
	}
	t.Skip("did not run: no chromium on this machine")
	return ""
}

// freeAddress returns an address of loopback that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// office is the collector as a process that can be killed.
type office struct {
	t                           *testing.T
	program, data, sample, addr string
	instrument                  string // "" is lacsi
	process                     *exec.Cmd
}

func (o *office) start() {
	o.t.Helper()
	o.process = exec.Command(o.program, "serve", "--data", o.data, "--listen", o.addr, "--instrument", cmp.Or(o.instrument, "lacsi"), "--sample", o.sample)
	o.process.Stderr = os.Stderr
	if err := o.process.Start(); err != nil {
		o.t.Fatal(err)
	}
	for range 200 {
		if c, err := net.Dial("tcp", o.addr); err == nil {
			c.Close()
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	o.t.Fatal("the collector does not listen")
}

// kill ends the collector without a word.
func (o *office) kill() {
	if o.process != nil {
		_ = o.process.Process.Kill()
		_ = o.process.Wait()
		o.process = nil
	}
}

func (o *office) token() string {
	o.t.Helper()
	b, err := os.ReadFile(filepath.Join(o.data, "token"))
	if err != nil {
		o.t.Fatal(err)
	}
	return strings.TrimSpace(string(b))
}

// browser is a page of its own in a fresh profile.
type browser struct {
	t   *testing.T
	ctx context.Context
}

func openBrowser(t *testing.T, path string) *browser {
	t.Helper()
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.WindowSize(412, 915),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("lang", "es"), chromedp.UserDataDir(t.TempDir()))
	alloc, cancel := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil { // the first call starts the browser, and must not have a limit
		t.Fatalf("start %s: %v", path, err)
	}
	return &browser{t, ctx}
}

// run does actions within half a minute, and keeps a picture of a failure.
func (b *browser) run(what string, actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		b.shoot("failure")
		b.t.Fatalf("%s: %v\n%s", what, err, b.text(`document.body.innerText`))
	}
}

// shoot keeps a picture of the page in the folder that CIFRA_SHOTS names, to
// be looked at.
func (b *browser) shoot(name string) {
	dir := os.Getenv("CIFRA_SHOTS")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644)
	}
	if err != nil {
		b.t.Errorf("picture %s: %v", name, err)
	}
}

func (b *browser) text(script string) string {
	s, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](script))
	if err != nil {
		return err.Error()
	}
	return s
}

// holds waits until a condition of the page holds.
func holds(script string) chromedp.Action[chromedp.Void] {
	poll := chromedp.Poll[bool](script, chromedp.WithPollingTimeout(30*time.Second))
	return func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := poll(ctx, t)
		return chromedp.Void{}, err
	}
}

// reopen goes back into an interview after the page was loaded again.
func (b *browser) reopen(id string) {
	b.t.Helper()
	for range 100 {
		switch b.text(`document.querySelector('[data-testid=screen]') ? 'screen' : document.querySelector('[data-testid=resume]') ? 'resume' : document.querySelector('[data-testid=case]') ? 'list' : ''`) {
		case "screen":
			return
		case "resume":
			b.run("resume", chromedp.Click(chromedp.CSS(`[data-testid=resume]`)))
		case "list":
			b.run("open the case", chromedp.Click(chromedp.CSS(`[data-testid=case][data-case="`+id+`"]`)))
		}
		time.Sleep(100 * time.Millisecond)
	}
	b.t.Fatalf("the interview does not open again:\n%s", b.text(`document.body.innerText`))
}

// given is an answer as it was entered.
type given struct {
	kind string // one, many, number, text
	text string
}

// conductor answers what the page asks: what the plan says, else the first
// option.
type conductor struct {
	*browser
	plan  map[string]string // by item, or by item and the end of the row in the path
	given map[string]given  // by path
	shots int
}

// robbedTwice is a household of two adults whose first was robbed twice in the
// street and reported neither.
func robbedTwice() map[string]string {
	return map[string]string{
		"P1_1": "house", "P2_1": "2", "P2_2": "yes", "P3_5": "34", "P3_6d": "14", "P3_6m": "march", "P3_7g": "3",
		"P3_3 .2]": "spouse", "P3_4 .2]": "woman", "P6_1": "no", "P6_4": "no", "P7_3": "no", "P7_3 [street_robbery]": "yes", "P7_4": "2",
		"I1_5": "street", "I1_15": "yes", "I1_20": "no",
	}
}

// asked is what the page shows.
type asked struct {
	Path, Kind string
	Rows       int
	Chosen     bool
	Questions  []struct {
		Path, Kind string
		Codes      []string
		Answered   bool
	}
}

const readScreen = `(() => {
  const s = document.querySelector('[data-testid=screen]');
  if (!s) return '{}';
  return JSON.stringify({
    Path: s.dataset.path, Kind: s.dataset.kind, Rows: s.querySelectorAll('[data-testid=row]').length,
    Chosen: !!s.querySelector('[data-testid=chosen]'),
    Questions: [...s.querySelectorAll('[data-testid=question]')].filter(q => !q.querySelector('[data-testid=forced]')).map(q => ({
      Path: q.dataset.path, Kind: q.dataset.kind, Answered: !!q.querySelector('[data-testid=clear]'),
      Codes: [...q.querySelectorAll('[data-testid=option]')].filter(o => !o.disabled).map(o => o.dataset.code),
    })),
  });
})()`

func (c *conductor) screen() asked {
	c.t.Helper()
	var a asked
	if err := json.Unmarshal([]byte(c.text(readScreen)), &a); err != nil {
		c.t.Fatal(err)
	}
	return a
}

// until answers screen after screen and stops before the one of an item, or at
// the end.
func (c *conductor) until(item string) {
	c.t.Helper()
	for range 200 {
		a := c.screen()
		if itemOf(a.Path) == item {
			return
		}
		c.answerScreen(a)
		c.shots++
		c.shoot(fmt.Sprintf("%03d-%s", c.shots, itemOf(a.Path)))
		c.next(a)
	}
	c.t.Fatalf("%s does not come up", item)
}

// answerScreen does what a screen is for.
func (c *conductor) answerScreen(a asked) {
	c.t.Helper()
	switch a.Kind {
	case "gate":
		c.run("gate", chromedp.Click(chromedp.CSS(`[data-testid=outcome][data-code=open]`)))
	case "consent":
		c.run("consent", chromedp.Click(chromedp.CSS(`[data-testid=outcome][data-code=given]`)))
	case "selection":
		if !a.Chosen {
			c.run("draw", chromedp.Click(chromedp.CSS(`[data-testid=select]`)), chromedp.WaitVisible(chromedp.CSS(`[data-testid=chosen]`)))
		}
	case "roster":
		for n := a.Rows; n < 2; n++ {
			c.run("add a person", chromedp.Click(chromedp.CSS(`[data-testid=add-row]`)),
				holds(fmt.Sprintf(`document.querySelectorAll('[data-testid=row]').length > %d`, n)))
			c.home(a.Path)
		}
		a = c.screen()
	}
	for {
		i := slices.IndexFunc(a.Questions, func(q struct {
			Path, Kind string
			Codes      []string
			Answered   bool
		}) bool {
			_, done := c.given[q.Path]
			return !done && q.Kind != "statement"
		})
		if i < 0 {
			return
		}
		c.answer(a.Questions[i].Path, a.Questions[i].Kind, a.Questions[i].Codes)
		a = c.screen()
	}
}

// home goes back to a screen that adding a row has left.
func (c *conductor) home(path string) {
	c.t.Helper()
	for range 20 {
		if c.screen().Path == path {
			return
		}
		c.run("back", chromedp.Click(chromedp.CSS(`[data-testid=back]`)), chromedp.Sleep(100*time.Millisecond))
	}
	c.t.Fatalf("cannot go back to %s from %s", path, c.screen().Path)
}

// saved waits until what was entered is on the tablet's disk, in the page's own
// words.
var saved = chromedp.Steps(chromedp.Sleep(60*time.Millisecond),
	holds(`['tablet', 'office'].includes(document.querySelector('[data-testid=state]').dataset.state)`))

// answer enters one answer and remembers it.
func (c *conductor) answer(path, kind string, codes []string) {
	c.t.Helper()
	value := c.planned(path)
	at := `[data-testid=question][data-path="` + strings.ReplaceAll(path, `"`, `\"`) + `"]`
	switch kind {
	case "one", "many":
		if value == "" {
			value = codes[0]
		}
		c.run("answer "+path+" with "+value, chromedp.Click(chromedp.CSS(at+` [data-testid=option][data-code="`+value+`"]`)),
			saved)
		c.given[path] = given{kind, value}
	case "text":
		value = fmt.Sprintf("Persona %c", 'A'+len(c.given)%26)
		c.run("write "+path, chromedp.SendKeys(chromedp.CSS(at+` [data-testid=input]`), value+"\t"),
			saved)
		c.given[path] = given{"text", value}
	default:
		if value == "" {
			value = "1"
		}
		c.run("type "+path, chromedp.SendKeys(chromedp.CSS(at+` [data-testid=input]`), value+"\t"),
			saved)
		c.given[path] = given{"number", value}
	}
}

// planned returns what the plan says of a path.
func (c *conductor) planned(path string) string {
	item := itemOf(path)
	for _, key := range slices.Sorted(maps.Keys(c.plan)) {
		if name, row, ok := strings.Cut(key, " "); ok && name == item && strings.Contains(path, row) {
			return c.plan[key]
		}
	}
	return c.plan[item]
}

// next leaves a screen, with a reason where a soft check asks for one.
func (c *conductor) next(a asked) {
	c.t.Helper()
	for range 40 {
		c.run("next", chromedp.Click(chromedp.CSS(`[data-testid=next]`)), chromedp.Sleep(30*time.Millisecond))
		if c.screen().Path != a.Path {
			return
		}
		if c.text(`document.querySelector('[data-testid=check][data-severity=soft][data-confirmed=false]') ? 'soft' : ''`) == "soft" {
			c.run("give a reason", chromedp.SendKeys(chromedp.CSS(`[data-testid=reason]`), "Lo confirmó la persona"),
				chromedp.Click(chromedp.CSS(`[data-testid=give-reason]`)), chromedp.Sleep(100*time.Millisecond))
		}
	}
	c.t.Fatalf("cannot leave %s:\n%s", a.Path, c.text(`document.body.innerText`))
}

// itemOf returns the item of a path without its rows.
func itemOf(path string) string {
	if i := strings.LastIndex(path, "]."); i >= 0 {
		path = path[i+2:]
	}
	item, _, _ := strings.Cut(path, "[")
	return item
}

// leftOut are the answers that exports leave out: names and birthdays, which
// identify, and that the list of persons is complete, which is about the
// interview.
var leftOut = []string{"P3_2", "P3_6d", "P3_6m", "person_complete"}

// findAll looks for every answer in the exported set: the values of each
// column, as often as they were given.
func (c *conductor) findAll(t *testing.T, dir string) {
	t.Helper()
	set, err := tabular.Open(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	found, incidents := map[string]int{}, 0 // by item, row and value
	for _, table := range set.Codebook.Tables {
		for row, err := range set.Rows(table.Name) {
			if err != nil {
				t.Fatal(err)
			}
			if table.Name == "incident" {
				incidents++
			}
			for i, col := range table.Columns {
				if col.Item != "" && row[i] != "" {
					found[cellKey(&col, row[i])]++
				}
			}
		}
	}
	if incidents != 2 {
		t.Errorf("%d incidents in the export, want 2", incidents)
	}
	wanted := map[string]int{}
	for path, g := range c.given {
		item, row := itemOf(path), ""
		if strings.HasSuffix(path, "]") {
			row = path[strings.LastIndex(path, "[")+1 : len(path)-1]
		}
		if !slices.Contains(leftOut, item) {
			wanted[item+"|"+row+"|"+g.text]++
		}
	}
	if len(wanted) < 60 {
		t.Errorf("only %d different answers were given", len(wanted))
	}
	for key, n := range wanted {
		if found[key] != n {
			t.Errorf("%s was answered %d times and is exported %d times", key, n, found[key])
		}
	}
}

// cellKey names a cell as the answer that it came from: item, row of a grid,
// name of the option or the number.
func cellKey(col *tabular.Column, cell string) string {
	row := ""
	if col.Row != nil {
		row = col.Row.Name
	}
	if col.Option != "" {
		if cell != "1" {
			return ""
		}
		return col.Item + "|" + row + "|" + col.Option
	}
	for _, code := range col.Codes {
		if code.Code == cell {
			return col.Item + "|" + row + "|" + code.Name
		}
	}
	return col.Item + "|" + row + "|" + cell
}
