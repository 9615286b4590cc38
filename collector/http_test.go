package collector_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"cifra/collector"
)

func TestHTTP(t *testing.T) {
	s := serve(t, func(s *collector.Server) {
		s.Pages = fstest.MapFS{
			"index.html":           {Data: []byte("<!doctype html>page")},
			"assets/app-1234.js":   {Data: []byte("script")},
			"engine/cifra.wasm":    {Data: []byte("\x00asm")},
			"engine/cifra.wasm.br": {Data: []byte("brotli")},
			"engine/cifra.wasm.gz": {Data: []byte("gzip")},
		}
		s.Export = func(ctx context.Context, w io.Writer) error {
			_, err := io.WriteString(w, "microdata")
			return err
		}
	})
	hash, err := s.Publish(t.Context(), collector.Publication{Name: "demo", Questionnaire: []byte(`{"ir":1}`), Tables: [][]byte{[]byte("code\ttext\n1\tuno\n")}})
	if err != nil {
		t.Fatal(err)
	}
	secret, err := s.Log.PutBlob(t.Context(), []byte("addresses"))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte("code\ttext\n1\tuno\n"))
	table := hex.EncodeToString(sum[:])
	bearer := http.Header{"Authorization": {"Bearer " + token}}
	tests := []struct {
		name, path string
		header     http.Header
		status     int
		body       string
		want       http.Header
	}{
		{"page", "/", nil, 200, "<!doctype html>page", http.Header{"Content-Type": {"text/html; charset=utf-8"}, "Cache-Control": {"no-cache"}}},
		{"asset", "/assets/app-1234.js", nil, 200, "script", http.Header{"Content-Type": {"text/javascript; charset=utf-8"}, "Cache-Control": {"public, max-age=31536000, immutable"}}},
		{"engine", "/engine/cifra.wasm?v=1", http.Header{"Accept-Encoding": {"identity"}}, 200, "\x00asm", http.Header{"Content-Type": {"application/wasm"}}},
		{"engine in brotli", "/engine/cifra.wasm", http.Header{"Accept-Encoding": {"gzip, br;q=0.9"}}, 200, "brotli", http.Header{"Content-Encoding": {"br"}, "Content-Type": {"application/wasm"}}},
		{"engine in gzip", "/engine/cifra.wasm", http.Header{"Accept-Encoding": {"gzip, br;q=0"}}, 200, "gzip", http.Header{"Content-Encoding": {"gzip"}}},
		{"no page", "/nothing.html", nil, 404, "", nil},
		{"out of the pages", "/../../etc/passwd", nil, 307, "", http.Header{"Location": {"/etc/passwd"}}},
		{"out of the pages, encoded", "/assets/..%2f..%2fgo.mod", nil, 404, "", nil},
		{"instrument", "/v1/instrument/" + hash.String(), bearer, 200, `{"ir":1}`, http.Header{"Content-Type": {"application/json"}}},
		{"instrument without token", "/v1/instrument/" + hash.String(), nil, 401, "", nil},
		{"table", "/v1/table/" + table, http.Header{"Authorization": {"Bearer " + token}, "Accept-Encoding": {"identity"}}, 200, "code\ttext\n1\tuno\n", http.Header{"Content-Encoding": nil}},
		{"table, compressed", "/v1/table/" + table, bearer, 200, "code\ttext\n1\tuno\n", nil}, // the client unpacks it
		{"table without token", "/v1/table/" + table, nil, 401, "", nil},
		{"an instrument is no table", "/v1/table/" + hash.String(), bearer, 404, "", nil},
		{"a blob that is no table", "/v1/table/" + secret.String(), bearer, 404, "", nil},
		{"a table that is no hash", "/v1/table/xyz", bearer, 404, "", nil},
		{"a blob that is no instrument", "/v1/instrument/" + secret.String(), bearer, 404, "", nil},
		{"a hash that is none", "/v1/instrument/xyz", bearer, 404, "", nil},
		{"export", "/v1/export", bearer, 200, "microdata", http.Header{"Content-Type": {"application/x-tar"}}},
		{"export without token", "/v1/export", nil, 401, "", nil},
		{"health", "/health", nil, 200, "", nil},
		{"another method", "/v1/messages", bearer, 404, "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			request, err := http.NewRequest("GET", s.addr+tt.path, nil)
			if err != nil {
				t.Fatal(err)
			}
			if tt.header != nil {
				request.Header = tt.header
			}
			response, err := http.DefaultTransport.RoundTrip(request)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			body, _ := io.ReadAll(response.Body)
			if response.StatusCode != tt.status || tt.body != "" && string(body) != tt.body {
				t.Errorf("%d %q, want %d %q", response.StatusCode, body, tt.status, tt.body)
			}
			for name := range tt.want {
				if got := response.Header.Get(name); got != tt.want.Get(name) {
					t.Errorf("%s: %q, want %q", name, got, tt.want.Get(name))
				}
			}
			for name, part := range map[string]string{
				"Content-Security-Policy": "script-src 'self' 'wasm-unsafe-eval';", "X-Content-Type-Options": "nosniff",
				"Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
			} {
				if !strings.Contains(response.Header.Get(name), part) {
					t.Errorf("%s: %q lacks %q", name, response.Header.Get(name), part)
				}
			}
		})
	}
	t.Run("not changed", func(t *testing.T) {
		first, err := http.Get(s.addr + "/")
		if err != nil {
			t.Fatal(err)
		}
		first.Body.Close()
		request, _ := http.NewRequest("GET", s.addr+"/", nil)
		request.Header.Set("If-None-Match", first.Header.Get("ETag"))
		again, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		again.Body.Close()
		if again.StatusCode != http.StatusNotModified {
			t.Errorf("status %d, want 304", again.StatusCode)
		}
	})
}

func TestServeOnLoopbackOnly(t *testing.T) {
	s := &collector.Server{Log: new(collector.MemLog), Survey: "x", Token: token}
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	ln := listener{addr: &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 80}}
	err := s.Serve(t.Context(), ln)
	hinted, ok := err.(interface{ Hint() string })
	if !ok || hinted.Hint() == "" {
		t.Errorf("Serve on %s = %v, want a refusal with a hint", ln.addr, err)
	}
}

type listener struct {
	net.Listener
	addr net.Addr
}

func (l listener) Addr() net.Addr { return l.addr }

func (listener) Close() error { return nil }
