package collector

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	q "cifra/questionnaire"
)

// Bounds of what one server takes on, where a field does not say otherwise.
const (
	maxSockets     = 8_000
	standardRate   = 50 // messages a second of one connection
	burstSeconds   = 4
	catchUpEvery   = 2 * time.Second
	shutdownWithin = 5 * time.Second
)

// A Server collects interviews. Set its fields, call Start, then Serve or
// Handler.
type Server struct {
	Log    Log
	Survey q.SurveyID
	Token  string // that every device and every download must bring; "" lets none in

	// Pages are the files browsers get: index.html at the root, compressed forms
	// (.br, .gz) beside a file. Nil serves none.
	Pages fs.FS

	// Export writes the microdata, as a tar stream; see [Server.Microdata]. Nil
	// offers none.
	Export func(ctx context.Context, w io.Writer) error

	// Origins are pages that may open a socket besides the server's own, exactly
	// as browsers send them: https://survey.example.
	Origins []string

	Logger  *slog.Logger     // nil logs nothing
	Now     func() time.Time // nil is time.Now
	Rate    int              // messages a second of one connection; 0 is 50, below 0 is no limit
	Sockets int              // connections at once; 0 is 8,000

	fold    *fold
	pages   *pages
	started time.Time
	office  sync.Mutex // one event of the office at a time
	times   *timing    // nil is standard

	mu        sync.Mutex
	sockets   map[*socket]bool
	devices   map[q.DeviceID][]*socket
	taken     int // connections admitted
	closing   bool
	exporting bool
}

// A SurveyError says that a store holds another survey.
type SurveyError struct {
	Got, Want q.SurveyID
}

// Error names both surveys.
func (e *SurveyError) Error() string {
	return fmt.Sprintf("the store holds survey %q, not %q", e.Got, e.Want)
}

// Hint tells the person running the server what to do.
func (e *SurveyError) Hint() string {
	return "one directory is one survey: give another one with --data, or serve the survey that is there"
}

// Start reads the log, so that cases and rights are known. With an empty Survey
// the server takes the name of the survey that the store holds.
func (s *Server) Start(ctx context.Context) error {
	s.fold, s.pages, s.started = newFold(), newPages(s.Pages), s.now()
	s.sockets, s.devices = make(map[*socket]bool), make(map[q.DeviceID][]*socket)
	if err := s.fold.catchUp(ctx, s.Log); err != nil {
		return fmt.Errorf("start: %w", err)
	}
	defer s.fold.mu.Unlock()
	switch held := s.fold.survey; {
	case s.Survey == "":
		s.Survey = held
	case held != "" && held != s.Survey:
		return &SurveyError{held, s.Survey}
	}
	if err := CheckSurveyName(s.Survey); err != nil {
		return fmt.Errorf("start: %w", err)
	}
	return nil
}

// CheckSurveyName says why a survey cannot have a name, before there is a store
// that has it.
func CheckSurveyName(name q.SurveyID) error {
	if !plainName(string(name)) {
		return fmt.Errorf("survey %q: a name is letters, digits, dots, dashes and underscores, %d at most", name, maxName)
	}
	return nil
}

// A LoopbackError says that the server was asked to listen where others reach
// it.
type LoopbackError struct{ Addr string }

// Error names the address.
func (e *LoopbackError) Error() string {
	return e.Addr + " can be reached from other machines, and what is said there is not encrypted"
}

// Hint tells the person running the server what to do.
func (e *LoopbackError) Hint() string { return "listen on 127.0.0.1, as without --listen" }

// Serve answers on a loopback listener until ctx ends, then lets connections
// go. It closes the listener.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	defer ln.Close()
	if !loopback(ln.Addr()) {
		return &LoopbackError{ln.Addr().String()}
	}
	hs := &http.Server{
		Handler: s.Handler(), ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10,
		ErrorLog: slog.NewLogLogger(s.logger().Handler(), slog.LevelInfo),
	}
	var background sync.WaitGroup
	ctx, cancel := context.WithCancel(ctx)
	background.Go(func() { s.keepUp(ctx) })
	background.Go(func() {
		<-ctx.Done()
		s.Close()
		done, stop := context.WithTimeout(context.Background(), shutdownWithin)
		defer stop()
		if hs.Shutdown(done) != nil {
			hs.Close() // an export that does not end
		}
		s.drain(done)
	})
	err := hs.Serve(ln)
	cancel()
	background.Wait()
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// keepUp folds what other servers on the same store commit.
func (s *Server) keepUp(ctx context.Context) {
	tick := time.NewTicker(catchUpEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			err := s.fold.catchUp(ctx, s.Log)
			if err == nil {
				s.fold.mu.Unlock()
			} else if ctx.Err() == nil {
				s.logger().ErrorContext(ctx, "catch up", "err", err)
			}
		case <-ctx.Done():
			return
		}
	}
}

// Close ends every socket and admits no more.
func (s *Server) Close() {
	s.mu.Lock()
	s.closing = true
	open := make([]*socket, 0, len(s.sockets))
	for c := range s.sockets {
		open = append(open, c)
	}
	s.mu.Unlock()
	for _, c := range open {
		c.close(closeLater, "the server is closing")
	}
}

// drain waits until no socket is left, so that what they were doing is done.
func (s *Server) drain(ctx context.Context) {
	for {
		s.mu.Lock()
		left := s.taken
		s.mu.Unlock()
		if left == 0 || !sleep(ctx, 2*time.Millisecond) {
			return
		}
	}
}

// Handler returns the server's routes. Start must have been called.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/socket", s.handleSocket)
	mux.HandleFunc("POST /v1/messages", s.handleMessages)
	mux.HandleFunc("GET /v1/instrument/{hash}", s.handleInstrument)
	mux.HandleFunc("GET /v1/table/{hash}", s.handleTable)
	mux.HandleFunc("GET /v1/export", s.handleExport)
	mux.HandleFunc("GET /health", s.handleHealth)
	mux.HandleFunc("GET /", s.handlePage)
	return s.guard(http.NewCrossOriginProtection().Handler(mux))
}

// admit takes a place for one more connection.
func (s *Server) admit() bool {
	most := s.Sockets
	if most == 0 {
		most = maxSockets
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing || s.taken >= most {
		return false
	}
	s.taken++
	return true
}

func (s *Server) dismiss() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.taken--
}

// enter notes an open socket, unless the server is closing.
func (s *Server) enter(c *socket) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return false
	}
	s.sockets[c] = true
	return true
}

func (s *Server) leave(c *socket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sockets, c)
	device := c.session.device
	if list := slices.DeleteFunc(slices.Clone(s.devices[device]), func(o *socket) bool { return o == c }); len(list) > 0 {
		s.devices[device] = list
	} else {
		delete(s.devices, device)
	}
}

// newBucket returns the limit of one connection.
func (s *Server) newBucket() bucket {
	rate := float64(s.Rate)
	switch {
	case s.Rate < 0:
		return bucket{}
	case s.Rate == 0:
		rate = standardRate
	}
	return bucket{rate: rate, burst: burstSeconds * rate, level: burstSeconds * rate, at: time.Now()}
}

func (s *Server) timing() timing {
	if s.times != nil {
		return *s.times
	}
	return standard
}

func (s *Server) logger() *slog.Logger {
	if s.Logger != nil {
		return s.Logger
	}
	return slog.New(slog.DiscardHandler)
}

func (s *Server) now() time.Time {
	if s.Now != nil {
		return s.Now()
	}
	return time.Now()
}

// blob fetches the blobs that entries name.
func (s *Server) blob(ctx context.Context) func(q.Hash) ([]byte, error) {
	return func(hash q.Hash) ([]byte, error) { return s.Log.Blob(ctx, hash) }
}

// loopback reports whether an address can be reached from this machine only.
func loopback(addr net.Addr) bool {
	tcp, ok := addr.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}
