package collector

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"

	q "cifra/questionnaire"
)

// This file answers requests that are not a socket. The rules:
//
//   - every answer carries the headers that let a browser run nothing but this
//     server's own files and talk to nobody else;
//   - a request must name this server: a page elsewhere whose name was bent to
//     this address does not;
//   - what is not a page needs the token.

// Where the device is may be asked for, which a question of type point does. A
// photo or recording is taken by the device's own camera and chosen as a file.

// policy lets pages run their own scripts and WebAssembly, and nothing else.
const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob:; font-src 'self'; " +
	"connect-src 'self'; media-src 'self' blob:; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
	"require-trusted-types-for 'script'"

// guard sets the headers and refuses requests for another host.
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Permissions-Policy", "camera=(), display-capture=(), geolocation=(self), microphone=(), payment=(), usb=()")
		h.Set("Cache-Control", "no-store")
		if !s.ownHost(r) {
			s.refuseRequest(w, r, http.StatusMisdirectedRequest, refuse(0, ReasonForeign, "a request for host %.100q", r.Host))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// names returns the hosts, with port, under which this server may be asked.
func (s *Server) names(r *http.Request) []string {
	var names []string
	for _, origin := range s.Origins {
		if _, host, ok := strings.Cut(origin, "://"); ok {
			names = append(names, host)
		}
	}
	local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok || !loopback(local) {
		return names
	}
	_, port, err := net.SplitHostPort(local.String())
	if err != nil {
		return names
	}
	return append(names, local.String(), "localhost:"+port, "127.0.0.1:"+port, "[::1]:"+port)
}

func (s *Server) ownHost(r *http.Request) bool { return slices.Contains(s.names(r), r.Host) }

// ownOrigin reports whether a socket may be opened: by a page of this server,
// or by a program, which sends no origin and must bring the token.
func (s *Server) ownOrigin(r *http.Request, bearer bool) bool {
	origins := r.Header.Values("Origin")
	if len(origins) == 0 {
		return bearer
	}
	return len(origins) == 1 && (origins[0] == "http://"+r.Host && s.ownHost(r) || slices.Contains(s.Origins, origins[0]))
}

// bearerToken returns the token of a request, or "".
func bearerToken(r *http.Request) string {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return ""
	}
	return token
}

// refuseRequest answers a request with a refusal, and logs it.
func (s *Server) refuseRequest(w http.ResponseWriter, r *http.Request, status int, refused *Refused) {
	s.logger().WarnContext(r.Context(), "refused", "remote", r.RemoteAddr, "path", r.URL.Path, "reason", refused.Reason, "detail", refused.Detail)
	reply(w, status, refused)
}

// reply sends messages as JSON.
func reply(w http.ResponseWriter, status int, messages ...any) {
	var parts [][]byte
	for _, m := range messages {
		if b, err := encode(m); err == nil {
			parts = append(parts, b)
		}
	}
	body := bytes.Join(parts, []byte(","))
	if len(parts) != 1 {
		body = slices.Concat([]byte("["), body, []byte("]"))
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(body)
}

// allowed checks the token of a request.
func (s *Server) allowed(w http.ResponseWriter, r *http.Request) bool {
	if s.knows(bearerToken(r)) {
		return true
	}
	w.Header().Set("WWW-Authenticate", "Bearer")
	s.refuseRequest(w, r, http.StatusUnauthorized, refuse(0, ReasonForeign, "a request without the token"))
	return false
}

// handleMessages is POST /v1/messages: one message, or a list of them, of the
// same dialogue. The header Cifra-Device names the device where no hello does;
// a push needs one of them.
func (s *Server) handleMessages(w http.ResponseWriter, r *http.Request) {
	if !s.allowed(w, r) {
		return
	}
	const most = 2 * maxMessage
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		s.refuseRequest(w, r, http.StatusRequestEntityTooLarge, refuse(0, ReasonTooLarge, "a request of more than %d bytes", most))
		return
	} else if err != nil {
		return // the client is gone
	}
	ss := session{s: s, trusted: true, remote: r.RemoteAddr}
	if name := r.Header.Get("Cifra-Device"); plainName(name) && q.DeviceID(name) != q.Office {
		ss.device = q.DeviceID(name)
	}
	messages := [][]byte{body}
	if i := space(body, 0); i < len(body) && body[i] == '[' && valid(body) == nil {
		messages = nil
		elements(body, func(value []byte) error { messages = append(messages, value); return nil })
	}
	replies := make([]any, 0, len(messages))
	status := http.StatusOK
	for _, m := range messages {
		answers, end := ss.hear(r.Context(), m)
		replies = append(replies, answers...)
		if end {
			status = http.StatusServiceUnavailable
			break
		}
	}
	if refused, ok := lastOf(replies).(*Refused); ok && len(replies) == 1 && status == http.StatusOK {
		status = httpStatus(refused.Reason)
	}
	reply(w, status, replies...)
}

func lastOf(list []any) any {
	if len(list) == 0 {
		return nil
	}
	return list[len(list)-1]
}

// httpStatus is the status of an answer that is one refusal.
func httpStatus(r Reason) int {
	switch r {
	case ReasonTooLarge:
		return http.StatusRequestEntityTooLarge
	case ReasonForeign, ReasonNotYours:
		return http.StatusForbidden
	case ReasonDivergent, ReasonGap:
		return http.StatusConflict
	case ReasonBusy:
		return http.StatusServiceUnavailable
	}
	return http.StatusBadRequest
}

// handleInstrument is GET /v1/instrument/{hash}: a published instrument. Other
// blobs hold addresses and are not to be had here.
func (s *Server) handleInstrument(w http.ResponseWriter, r *http.Request) {
	if !s.allowed(w, r) {
		return
	}
	var hash q.Hash
	err := hash.UnmarshalText([]byte(r.PathValue("hash")))
	s.fold.mu.RLock()
	_, published := s.fold.instruments[hash]
	s.fold.mu.RUnlock()
	if err != nil || !published {
		http.Error(w, "no instrument with this hash was published here", http.StatusNotFound)
		return
	}
	ir, err := s.Log.Blob(r.Context(), hash)
	if err != nil {
		s.logger().ErrorContext(r.Context(), "instrument", "hash", hash, "err", err)
		http.Error(w, "the instrument cannot be read", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "private, max-age=31536000, immutable")
	w.Write(ir)
}

// handleTable is GET /v1/table/{hash}: a big code list of a published
// instrument. It is text with much that repeats, so it travels compressed.
func (s *Server) handleTable(w http.ResponseWriter, r *http.Request) {
	if !s.allowed(w, r) {
		return
	}
	var hash q.Hash
	err := hash.UnmarshalText([]byte(r.PathValue("hash")))
	named := false
	s.fold.mu.RLock()
	for _, p := range s.fold.instruments {
		named = named || slices.Contains(p.Tables, hash)
	}
	s.fold.mu.RUnlock()
	if err != nil || !named {
		http.Error(w, "no published instrument has a table with this hash", http.StatusNotFound)
		return
	}
	content, err := s.Log.Blob(r.Context(), hash)
	if err != nil {
		s.logger().ErrorContext(r.Context(), "table", "hash", hash, "err", err)
		http.Error(w, "the table cannot be read", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/tab-separated-values; charset=utf-8")
	h.Set("Cache-Control", "no-store") // the page keeps it: twice would be megabytes
	h.Set("Vary", "Accept-Encoding")
	if !accepts(r, "gzip") {
		w.Write(content)
		return
	}
	h.Set("Content-Encoding", "gzip")
	z := gzip.NewWriter(w)
	z.Write(content)
	z.Close()
}

// handleExport is GET /v1/export. One runs at a time.
func (s *Server) handleExport(w http.ResponseWriter, r *http.Request) {
	if !s.allowed(w, r) {
		return
	}
	if s.Export == nil {
		http.Error(w, "this server exports nothing", http.StatusNotFound)
		return
	}
	s.mu.Lock()
	busy := s.exporting
	s.exporting = true
	s.mu.Unlock()
	if busy {
		w.Header().Set("Retry-After", "10")
		s.refuseRequest(w, r, http.StatusTooManyRequests, refuse(0, ReasonBusy, "another export is running"))
		return
	}
	defer func() {
		s.mu.Lock()
		s.exporting = false
		s.mu.Unlock()
	}()
	w.Header().Set("Content-Type", "application/x-tar")
	w.Header().Set("Content-Disposition", `attachment; filename="`+string(s.Survey)+`.tar"`)
	if err := s.Export(r.Context(), w); err != nil {
		s.logger().ErrorContext(r.Context(), "export", "err", err)
		panic(http.ErrAbortHandler) // a cut answer, so that nobody takes it for whole
	}
}

// handleHealth is GET /health: whether the server takes events.
func (s *Server) handleHealth(w http.ResponseWriter, r *http.Request) {
	status, word := http.StatusOK, "ok"
	if err := s.storeErr(); err != nil {
		status, word = http.StatusServiceUnavailable, "the store has stopped"
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]string{"status": word, "survey": string(s.Survey), "store": s.Log.Epoch()})
}

// storeErr returns why the store takes nothing more, if it can tell.
func (s *Server) storeErr() error {
	if log, ok := s.Log.(interface{ Err() error }); ok {
		return log.Err()
	}
	return nil
}
