package live

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
)

const (
	// maxQueue is how many frames may wait for a client to read.
	maxQueue = 256
	// writeTimeout is how long one frame may take.
	writeTimeout = 10 * time.Second

	// A socket that has been silent for quietAfter of these periods is probed
	// with a ping of the protocol, which every client's stack answers by
	// itself; one that is still silent after deadAfter is closed. So a client
	// need not send anything, and one that has vanished is found out.
	quietPeriod = time.Minute
	quietAfter  = 2
	deadAfter   = 5
)

// parting is how the server closes a socket. Grace is how long the client has
// to read what is queued and to answer.
type parting struct {
	code   websocket.StatusCode
	reason string
	grace  time.Duration
}

// What a client hears when the server closes its socket. Reasons have at most
// 123 bytes.
var (
	left       = parting{websocket.StatusNormalClosure, "the participant has left the chat", time.Second}
	ended      = parting{websocket.StatusNormalClosure, "the chat has ended", time.Second}
	closed     = parting{websocket.StatusNormalClosure, "", time.Second}
	restarting = parting{websocket.StatusServiceRestart, "perch is restarting: connect again", time.Second}
	silent     = parting{websocket.StatusGoingAway, "no sign of life for five minutes", time.Second}
	replaced   = parting{websocket.StatusPolicyViolation, "replaced by a newer socket of the same person", time.Second}
	signedOut  = parting{websocket.StatusPolicyViolation, "the sign-in does not hold any more: sign in again", time.Second}
	tooSlow    = parting{websocket.StatusTryAgainLater, "too slow: frames were not read, get the transcript", writeTimeout}
	failed     = parting{websocket.StatusInternalError, "perch could not read the chat: connect again", time.Second}
	notText    = parting{websocket.StatusUnsupportedData, "frames must be text", time.Second}
)

// socket is one open connection. What it is for is its handler's business.
type socket struct {
	live    *Live
	handler handler
	conn    *websocket.Conn
	ctx     context.Context // done when the connection must be cut
	cancel  context.CancelFunc
	quiet   atomic.Int32 // periods without a sign of life

	mu      sync.Mutex
	queue   [][]byte
	parting *parting
	wake    chan struct{} // a frame is queued
	retired chan struct{} // closed when parting is set
}

// handler is what a socket is for: one chat (a subscriber), or all of an agent's
// work (an agentSocket).
type handler interface {
	subscribe(topics []string)
	unsubscribe(topics []string)
	// release gives up the place that the socket has; it is called once. The
	// caller holds the lock of Live.
	release()
}

func newSocket(l *Live) *socket {
	s := &socket{live: l, wake: make(chan struct{}, 1), retired: make(chan struct{})}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	return s
}

// makeRoom reports whether one more socket may be opened beside those that
// somebody has. At the limit one that has been silent gives way; if all are alive
// there is no room, since whoever lost a live one would connect again at once
// and take that of another.
func makeRoom(own []*socket, limit int) (gone *socket, ok bool) {
	if len(own) < limit {
		return nil, true
	}
	var quietest *socket
	for _, o := range own {
		if n := o.quiet.Load(); n >= quietAfter && (quietest == nil || n > quietest.quiet.Load()) {
			quietest = o
		}
	}
	if quietest == nil {
		return nil, false
	}
	quietest.retire(replaced)
	return quietest, true
}

// push queues a frame, or closes a socket whose queue is full. It never waits.
func (s *socket) push(frame []byte) { s.pushInstead(nil, frame) }

// pushInstead queues a frame that makes an earlier one needless: if that still
// waits, it is taken out.
func (s *socket) pushInstead(earlier, frame []byte) {
	s.mu.Lock()
	if s.parting != nil {
		s.mu.Unlock()
		return
	}
	if len(earlier) > 0 {
		s.queue = slices.DeleteFunc(s.queue, func(f []byte) bool { return len(f) > 0 && &f[0] == &earlier[0] })
	}
	if len(s.queue) >= maxQueue {
		s.queue = nil // the client will read the gap, so the rest is of no use
		s.depart(tooSlow)
		s.mu.Unlock()
		s.live.Stats.Slow.Add(1)
		return
	}
	s.queue = append(s.queue, frame)
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// retire closes the socket once what is queued has been written. Only the first
// parting counts.
func (s *socket) retire(p parting) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.parting == nil {
		s.depart(p)
	}
}

// depart notes the parting and sees to it that it comes about, whatever the
// client does. The caller holds the lock.
func (s *socket) depart(p parting) {
	s.parting = &p
	close(s.retired)
	time.AfterFunc(p.grace, s.cancel)
}

func (s *socket) pop() (frame []byte, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.queue) == 0 {
		return nil, false
	}
	frame, s.queue = s.queue[0], s.queue[1:]
	return frame, true
}

func (s *socket) run() {
	defer s.live.release(s)
	var writing sync.WaitGroup
	writing.Go(s.write)
	s.read()
	s.retire(closed)
	writing.Wait()
}

// read takes the client's frames until the connection is closed. It goes on
// while the socket is being closed, since it reads the client's answer to that.
func (s *socket) read() {
	for {
		kind, data, err := s.conn.Read(s.ctx)
		if err != nil {
			return
		}
		s.heard()
		select {
		case <-s.retired:
		default:
			s.receive(kind, data)
		}
	}
}

func (s *socket) heard() { s.quiet.Store(0) }

// write sends what is queued until the socket is closed.
func (s *socket) write() {
	stall := time.AfterFunc(writeTimeout, s.cancel)
	stall.Stop()
	defer stall.Stop()
	quiet := time.NewTicker(quietPeriod)
	defer quiet.Stop()
	for {
		select {
		case <-s.wake:
			s.flush(stall)
		case <-quiet.C:
			s.listen()
		case <-s.retired:
			s.flush(stall)
			if s.ctx.Err() != nil { // it is cut off, and nothing is said any more
				_ = s.conn.CloseNow()
				return
			}
			// An error means that the client went first.
			_ = s.conn.Close(s.parting.code, s.parting.reason)
			return
		}
	}
}

// flush writes the queue; a client that takes too long over a frame is cut off.
func (s *socket) flush(stall *time.Timer) {
	for frame, ok := s.pop(); ok; frame, ok = s.pop() {
		stall.Reset(writeTimeout)
		err := s.conn.Write(s.ctx, websocket.MessageText, frame)
		stall.Stop()
		if err != nil {
			s.cancel()
			return
		}
		s.live.Stats.Frames.Add(1)
	}
}

// listen finds out whether a silent client is still there.
func (s *socket) listen() {
	switch n := s.quiet.Add(1); {
	case n > deadAfter:
		s.retire(silent)
	case n == quietAfter:
		s.live.wg.Go(func() {
			ctx, cancel := context.WithTimeout(s.ctx, (deadAfter-quietAfter)*quietPeriod)
			defer cancel()
			_ = s.conn.Ping(ctx) // the answer, if any, is heard
		})
	}
}
