package collector

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	q "cifra/questionnaire"
)

// This file carries the dialogue over a websocket. The rules:
//
//   - no compression: it would let a small frame become a large message;
//   - a message beyond the limit is read past and refused, and the connection
//     goes on; one beyond all measure ends it;
//   - a peer that neither answers a ping nor reads is gone;
//   - what waits to be sent is bounded: a peer that reads slowly is not heard
//     until it has read, and one that does not read is closed and comes back.

const (
	maxFrame      = 8 << 20 // bytes that are read past before the connection ends
	outgoing      = 64      // messages that may wait to be sent
	socketsDevice = 2       // connections of one device; the oldest goes
	closeLater    = websocket.CloseTryAgainLater
)

// timing holds how long things may take on a socket.
type timing struct {
	ping, pong, write, hello time.Duration
}

var standard = timing{ping: 15 * time.Second, pong: 45 * time.Second, write: 10 * time.Second, hello: 10 * time.Second}

// buffers are shared by connections while they write, so that idle ones hold
// none.
var buffers sync.Pool

// upgrader leaves the origin to ownOrigin, which runs first.
var upgrader = websocket.Upgrader{
	HandshakeTimeout: 10 * time.Second,
	ReadBufferSize:   1 << 10,
	WriteBufferSize:  4 << 10,
	WriteBufferPool:  &buffers,
	CheckOrigin:      func(*http.Request) bool { return true },
}

// A socket is one connection. Its reader is the goroutine of the request; a
// second one writes.
type socket struct {
	s       *Server
	ws      *websocket.Conn
	session session
	bucket  bucket
	out     chan []byte
	gone    chan struct{} // closed when the reader has ended
	sent    chan struct{} // closed when the writer has ended
	ending  sync.Once
}

// handleSocket is GET /v1/socket.
func (s *Server) handleSocket(w http.ResponseWriter, r *http.Request) {
	bearer := s.knows(bearerToken(r))
	if !s.ownOrigin(r, bearer) {
		s.refuseRequest(w, r, http.StatusForbidden, refuse(0, ReasonForeign, "a socket from origin %.100q", r.Header.Get("Origin")))
		return
	}
	if !s.admit() {
		w.Header().Set("Retry-After", "5")
		s.refuseRequest(w, r, http.StatusServiceUnavailable, refuse(0, ReasonBusy, "too many connections"))
		return
	}
	defer s.dismiss()
	ws, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		s.logger().InfoContext(r.Context(), "handshake", "remote", r.RemoteAddr, "err", err)
		return
	}
	c := &socket{
		s: s, ws: ws, session: session{s: s, remote: r.RemoteAddr},
		bucket: s.newBucket(), out: make(chan []byte, outgoing), gone: make(chan struct{}), sent: make(chan struct{}),
	}
	if !s.enter(c) {
		c.close(closeLater, "the server is closing")
		return
	}
	go c.write()
	c.read(r.Context())
	close(c.gone)
	<-c.sent
	ws.Close()
	s.leave(c)
}

// read hears message after message until the connection ends.
func (c *socket) read(ctx context.Context) {
	t := c.s.timing()
	c.ws.SetReadLimit(maxFrame)
	deadline := t.hello
	c.ws.SetPongHandler(func(string) error {
		if c.session.device == "" {
			return nil // a peer that never says hello is not kept by its pongs
		}
		return c.ws.SetReadDeadline(time.Now().Add(t.pong))
	})
	for {
		c.ws.SetReadDeadline(time.Now().Add(deadline))
		data, err := c.next()
		if refused := (*Refused)(nil); errors.As(err, &refused) {
			if !c.send(c.session.refused(ctx, refused)...) {
				return
			}
			continue
		}
		if err != nil {
			return
		}
		if wait := c.bucket.take(time.Now()); wait > 0 {
			// Not reading is what slows the peer down; the message tells it why.
			if !c.send(&Slow{Wait: wait.Milliseconds()}) || !sleep(ctx, wait) {
				return
			}
		}
		replies, end := c.session.hear(ctx, data)
		if c.session.device != "" && deadline != t.pong {
			deadline = t.pong
			c.s.greeted(c, c.session.device)
		}
		if !c.send(replies...) {
			return
		}
		if end {
			c.finish()
			return
		}
	}
}

// next reads one message. A *Refused error leaves the connection usable. The
// message is the caller's to keep: the store may still read it when the
// connection has ended.
func (c *socket) next() ([]byte, error) {
	kind, r, err := c.ws.NextReader()
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(r, maxMessage+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxMessage {
		rest, err := io.Copy(io.Discard, r)
		if err != nil {
			return nil, err
		}
		return nil, refuse(peekID(data), ReasonTooLarge, "a message of %d bytes", int64(len(data))+rest)
	}
	if kind != websocket.TextMessage {
		return nil, refuse(0, ReasonMalformed, "messages are text")
	}
	return data, nil
}

// send queues messages and reports whether the connection goes on. While too
// much waits, nothing more is read from the peer; one that does not read for as
// long as a write may take is closed.
func (c *socket) send(messages ...any) bool {
	for _, m := range messages {
		data, err := encode(m)
		if err != nil {
			c.s.logger().Error("encode", "err", err)
			return false
		}
		select {
		case c.out <- data:
			continue
		default:
		}
		timer := time.NewTimer(c.s.timing().write)
		select {
		case c.out <- data:
			timer.Stop()
		case <-c.sent:
			return false
		case <-timer.C:
			c.close(closeLater, "read what was sent, then come back")
			return false
		}
	}
	return true
}

// finish sends what is queued, then closes.
func (c *socket) finish() {
	select {
	case c.out <- nil:
	case <-c.sent:
	}
	<-c.sent
	c.close(websocket.ClosePolicyViolation, "")
}

// write sends what is queued, and pings. A nil message is the last.
func (c *socket) write() {
	defer close(c.sent)
	t := c.s.timing()
	tick := time.NewTicker(t.ping)
	defer tick.Stop()
	for {
		select {
		case data := <-c.out:
			if data == nil {
				return
			}
			c.ws.SetWriteDeadline(time.Now().Add(t.write))
			if c.ws.WriteMessage(websocket.TextMessage, data) != nil {
				c.ws.Close() // wakes the reader
				return
			}
		case <-tick.C:
			if c.ws.WriteControl(websocket.PingMessage, nil, time.Now().Add(t.write)) != nil {
				c.ws.Close()
				return
			}
		case <-c.gone:
			return
		}
	}
}

// close ends the connection with a code; the first one counts. Any goroutine
// may call it.
func (c *socket) close(code int, why string) {
	c.ending.Do(func() {
		c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, why), time.Now().Add(time.Second))
		c.ws.Close()
	})
}

// sleep waits, or returns false when ctx ends.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// A bucket lets messages through at a rate, with a burst. The zero bucket lets
// all through.
type bucket struct {
	rate, burst, level float64
	at                 time.Time
}

// take takes one message out and returns how long it has to wait.
func (b *bucket) take(now time.Time) time.Duration {
	if b.rate == 0 {
		return 0
	}
	b.level = min(b.burst, b.level+b.rate*now.Sub(b.at).Seconds())
	b.at = now
	b.level--
	if b.level >= 0 {
		return 0
	}
	return time.Duration(-b.level / b.rate * float64(time.Second))
}

// greeted notes whose connection c is; the device's oldest goes if it has too
// many, since a tablet that lost its network does not know it yet.
func (s *Server) greeted(c *socket, device q.DeviceID) {
	s.mu.Lock()
	var oldest *socket
	if list := append(s.devices[device], c); len(list) > socketsDevice {
		oldest, s.devices[device] = list[0], list[1:]
	} else {
		s.devices[device] = list
	}
	s.mu.Unlock()
	if oldest != nil {
		oldest.close(websocket.ClosePolicyViolation, "the device has connected again")
	}
}
