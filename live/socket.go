package live

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"

	"github.com/perch-chat/perch"
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
	replaced   = parting{websocket.StatusPolicyViolation, "replaced by a newer socket of the participant", time.Second}
	tooSlow    = parting{websocket.StatusTryAgainLater, "too slow: frames were not read, get the transcript", writeTimeout}
	failed     = parting{websocket.StatusInternalError, "perch could not read the chat: connect again", time.Second}
	notText    = parting{websocket.StatusUnsupportedData, "frames must be text", time.Second}
)

// socket is one open connection of a participant.
type socket struct {
	live        *Live
	tail        *tail
	session     perch.SessionID
	participant perch.ParticipantID
	role        perch.Role
	conn        *websocket.Conn
	ctx         context.Context // done when the connection must be cut
	cancel      context.CancelFunc
	quiet       atomic.Int32 // periods without a sign of life

	mu      sync.Mutex
	queue   [][]byte
	parting *parting
	wake    chan struct{} // a frame is queued
	retired chan struct{} // closed when parting is set

	// The tail's goroutine alone knows these.
	subscribed bool
	from       int64 // entries above it are the socket's
}

func newSocket(l *Live, session perch.SessionID, p perch.ParticipantID, role perch.Role) *socket {
	s := &socket{live: l, session: session, participant: p, role: role,
		wake: make(chan struct{}, 1), retired: make(chan struct{})}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	return s
}

// push queues a frame, or closes a socket whose queue is full. It never waits.
func (s *socket) push(frame []byte) {
	s.mu.Lock()
	if s.parting != nil {
		s.mu.Unlock()
		return
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
			// An error means that the client went first, or was cut off.
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
