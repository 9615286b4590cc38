package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cifra/collector"
	"cifra/collector/storetest"
	"cifra/questionnaire/expr"
)

// A console is what a command printed so far.
type console struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (c *console) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.b.Write(p)
}

func (c *console) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.b.String()
}

// startServe runs cifra serve until it prints its address, and returns that,
// the token, what was printed, and how to end it.
func startServe(t *testing.T, args ...string) (addr, token string, out *console, end func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	out = new(console)
	cmd := serveCommand()
	cmd.SetArgs(append(args, "--listen", "127.0.0.1:0"))
	cmd.SetOut(out)
	cmd.SetErr(out)
	done := make(chan error, 1)
	go func() { done <- cmd.ExecuteContext(ctx) }()
	end = sync.OnceValue(func() error {
		cancel()
		return <-done
	})
	t.Cleanup(func() { end() })
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		_, rest, ok := strings.Cut(out.String(), "http://")
		_, url, again := strings.Cut(rest, "http://")
		if ok && again && strings.HasSuffix(url, "\n") {
			addr, token, _ = strings.Cut(strings.TrimSpace(url), "/#token=")
			return "http://" + addr, token, out, end
		}
		select {
		case err := <-done:
			done <- err
			t.Fatalf("serve ended: %v\n%s", err, out)
		default:
		}
	}
	t.Fatalf("serve says only\n%s", out)
	return "", "", nil, nil
}

const servedSample = `case,stratum,psu,p_psu,p_dwelling,selection_number,address
0001,1,11,0.05,0.1,0.42,Calle Uno 1
0002,1,11,0.05,0.1,0.93,Calle Uno 2
`

func textFile(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestServe starts a survey, looks at what a tablet gets, ends the server and
// starts it again with nothing but its directory.
func TestServe(t *testing.T) {
	t.Setenv("LC_ALL", "C")
	t.Setenv("LANG", "C")
	data, sample := filepath.Join(t.TempDir(), "survey"), textFile(t, "sample.csv", servedSample)
	addr, token, out, end := startServe(t, "--data", data, "--instrument", "lacsi", "--given", "reference_year=2025", "--sample", sample)
	if !strings.Contains(out.String(), "2 cases added, 0 known\ncifra "+version+" · lacsi ") || !strings.Contains(out.String(), "(es, en) · 2 cases\n") {
		t.Errorf("serve says\n%s", out)
	}
	info, err := os.Stat(filepath.Join(data, "token"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the token file: %v, %v, want it for its user alone", info, err)
	}
	tab, err := storetest.Connect(addr, token, "d-1")
	if err != nil {
		t.Fatal(err)
	}
	defer tab.Close()
	r, err := tab.Pull(0)
	if err != nil || len(r.Cases) != 2 || len(r.Instruments) != 1 {
		t.Fatalf("pull: %+v, %v, want two cases and an instrument", r, err)
	}
	var c struct {
		Given map[string]map[string]int64 `json:"given"`
	}
	if err := json.Unmarshal(r.Cases[0], &c); err != nil || c.Given["reference_year"]["number"] != 2025 || c.Given["selection_number"]["number"] != 420000 {
		t.Errorf("case %s, %v, want its year and its number", r.Cases[0], err)
	}
	for _, path := range []string{"/v1/instrument/" + r.Instruments[0].String(), "/v1/export"} {
		request, _ := http.NewRequest("GET", addr+path, nil)
		request.Header.Set("Authorization", "Bearer "+token)
		response, err := http.DefaultClient.Do(request)
		if err != nil || response.StatusCode != http.StatusOK {
			t.Errorf("%s: %v, %v", path, response, err)
			continue
		}
		if _, err := io.Copy(io.Discard, response.Body); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		response.Body.Close()
	}
	if err := end(); err != nil {
		t.Fatalf("serve ended with %v", err)
	}

	_, again, out, end := startServe(t, "--data", data)
	if again != token || !strings.Contains(out.String(), "· 2 cases\n") {
		t.Errorf("started again, serve says\n%s", out)
	}
	if err := end(); err != nil {
		t.Fatalf("serve ended with %v", err)
	}
}

// TestServeRefuses gives serve what it cannot serve: nothing is written before
// the mistake is named.
func TestServeRefuses(t *testing.T) {
	good := textFile(t, "sample.csv", servedSample)
	bad := textFile(t, "bad.csv", strings.Replace(servedSample, "0.05", "O.05", 1))
	inst := t.TempDir()
	if err := os.WriteFile(filepath.Join(inst, "instrument.yaml"), []byte("instrument: x\nlanguage: es\nmodules: []\nsurprise: 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	tests := []struct {
		name    string
		args    []string
		want    string
		code    int
		nothing bool // is written
	}{
		{"no directory", nil, "data", 1, true}, // found by the flags: 2 as a command of cifra
		{"an empty directory and no instrument", []string{"--data", "DATA"}, "holds no survey", 1, true},
		{"a sample and no instrument", []string{"--data", "DATA", "--sample", good}, "holds no survey", 1, true},
		{"a name and no instrument", []string{"--data", "DATA", "--survey", "crime"}, "holds no survey", 1, true},
		{"no such instrument", []string{"--data", "DATA", "--instrument", "nowhere"}, "nowhere: error: there is no such file", 1, true},
		{"a directory that is no instrument", []string{"--data", "DATA", "--instrument", t.TempDir()}, "there is no instrument.yaml in this directory", 1, true},
		{"an instrument with a mistake", []string{"--data", "DATA", "--instrument", inst}, "instrument.yaml:4:1: ", 1, true},
		{"no such parameter", []string{"--data", "DATA", "--instrument", "lacsi", "--given", "year=2025"}, "no parameter year", 1, true},
		{"a parameter of another type", []string{"--data", "DATA", "--instrument", "lacsi", "--given", "reference_year=MMXXV"}, `is year, not "MMXXV"`, 1, true},
		{"values without instrument", []string{"--data", "DATA", "--given", "reference_year=2025"}, "--given goes with", 2, true},
		{"no such sample", []string{"--data", "DATA", "--instrument", "lacsi", "--sample", "nowhere.csv"}, "nowhere.csv", 1, true},
		{"a sample with a mistake", []string{"--data", "DATA", "--instrument", "lacsi", "--sample", bad}, `bad.csv:2:11: error: p_psu "O.05" is not a number`, 1, true},
		{"a parameter that nobody gives", []string{"--data", "DATA", "--instrument", "lacsi", "--sample", good}, "parameter reference_year has no value", 1, true},
		{"all the world", []string{"--data", "DATA", "--instrument", "lacsi", "--listen", "0.0.0.0:0"}, "can be reached from other machines", 2, true},
		{"all the world, unsaid", []string{"--data", "DATA", "--instrument", "lacsi", "--listen", ":0"}, "can be reached from other machines", 2, true},
		{"another machine", []string{"--data", "DATA", "--instrument", "lacsi", "--listen", "192.0.2.1:0"}, "can be reached from other machines", 2, true},
		{"a port that is none", []string{"--data", "DATA", "--instrument", "lacsi", "--listen", "127.0.0.1:99999"}, "listen on 127.0.0.1:99999: address 99999: invalid port", 2, true},
		{"a port that is a word", []string{"--data", "DATA", "--instrument", "lacsi", "--listen", "127.0.0.1:foo"}, "listen on 127.0.0.1:foo: ", 2, true},
		{"no port", []string{"--data", "DATA", "--instrument", "lacsi", "--listen", "127.0.0.1"}, "missing port", 2, true},
		{"a port that is taken", []string{"--data", "DATA", "--instrument", "lacsi", "--listen", taken.Addr().String()}, "address already in use", 3, true},
		{"a name that is none", []string{"--data", "DATA", "--instrument", "lacsi", "--survey", "a/b"}, "survey \"a/b\"", 2, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			data := filepath.Join(t.TempDir(), "data")
			args := append([]string(nil), tt.args...)
			for i := range args {
				args[i] = strings.Replace(args[i], "DATA", data, 1)
			}
			if !slices.Contains(args, "--listen") {
				args = append(args, "--listen", "127.0.0.1:0")
			}
			cmd, out := serveCommand(), new(console)
			cmd.SetArgs(args)
			cmd.SetOut(out)
			cmd.SetErr(new(console))
			cmd.SilenceUsage, cmd.SilenceErrors = true, true
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			err := cmd.ExecuteContext(ctx)
			if err == nil || !strings.Contains(err.Error(), tt.want) || exitCode(err) != tt.code {
				t.Errorf("serve = %v with exit code %d, want %q and %d", err, exitCode(err), tt.want, tt.code)
			}
			if strings.Contains(out.String(), "token=") {
				t.Errorf("it gave its address away:\n%s", out)
			}
			if wrongPort := strings.Contains(tt.name, "a port that is ") && tt.name != "a port that is taken"; wrongPort && strings.Contains(hintOf(err), "another program") {
				t.Errorf("%v has the hint %q", err, hintOf(err))
			}
			if _, listed := errors.AsType[expr.Diagnostics](err); !listed && len(tt.args) > 0 && !strings.Contains(tt.name, "such parameter") && hintOf(err) == "" {
				t.Errorf("%v has no hint", err)
			}
			if _, err := os.Stat(data); tt.nothing && err == nil {
				t.Error("the directory was made all the same")
			}
		})
	}
}

// hintOf is the hint of an error, or "".
func hintOf(err error) string {
	if hinted, ok := errors.AsType[interface {
		error
		Hint() string
	}](err); ok {
		return hinted.Hint()
	}
	return ""
}

// TestServeOneCase imports a sample of one case and says so in the singular.
func TestServeOneCase(t *testing.T) {
	t.Setenv("LC_ALL", "C")
	t.Setenv("LANG", "C")
	one, _, _ := strings.Cut(servedSample, "0002")
	_, _, out, _ := startServe(t, "--data", filepath.Join(t.TempDir(), "survey"), "--instrument", "lacsi",
		"--given", "reference_year=2025", "--sample", textFile(t, "sample.csv", one))
	if !strings.Contains(out.String(), ": 1 case added, 0 known\n") || !strings.Contains(out.String(), " · 1 case\n") {
		t.Errorf("serve says\n%s", out)
	}
}

// TestServeTwice serves a directory that is being served.
func TestServeTwice(t *testing.T) {
	data := filepath.Join(t.TempDir(), "survey")
	startServe(t, "--data", data, "--instrument", "lacsi")
	cmd := serveCommand()
	cmd.SetArgs([]string{"--data", data, "--listen", "127.0.0.1:0"})
	cmd.SetOut(new(console))
	cmd.SetErr(new(console))
	cmd.SilenceUsage, cmd.SilenceErrors = true, true
	err := cmd.ExecuteContext(t.Context())
	if !errors.Is(err, collector.ErrLocked) || exitCode(err) != 3 || !strings.Contains(err.Error(), "is in use by process ") {
		t.Errorf("a second server: %v with exit code %d", err, exitCode(err))
	}
}

func TestServeWords(t *testing.T) {
	for name := range languages {
		w, ok := serveLanguages[name]
		if !ok || w.oneCase == "" || w.cases == "" || w.listening == "" || w.thisMachine == "" || w.open == "" {
			t.Errorf("%s lacks words of serve", name)
		}
	}
	t.Setenv("LC_ALL", "es_MX.UTF-8")
	if got := serveWords(); got != serveLanguages["es"] {
		t.Errorf("words in Spanish are %+v", got)
	}
}

func TestThousands(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567"} {
		if got := thousands(n); got != want {
			t.Errorf("thousands(%d) = %s, want %s", n, got, want)
		}
	}
}

func TestReadToken(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token")
	first, err := readToken(path)
	if err != nil || len(first) < 32 {
		t.Fatalf("a new token is %q, %v", first, err)
	}
	if again, err := readToken(path); err != nil || again != first {
		t.Errorf("read again it is %q, %v, want %q", again, err, first)
	}
	if err := os.WriteFile(path, []byte("short\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if token, err := readToken(path); err == nil {
		t.Errorf("a file with %q for a token was taken as %q", "short", token)
	}
}
