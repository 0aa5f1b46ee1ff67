// Package live is the door that stays open: the websockets over which
// participants see their chat go on. Clients send by REST; a socket carries
// subscribe, heartbeat and ping inwards, and items, typing and receipts outwards.
//
// Each session with an open socket has one tail, which follows the session's log
// by the bell and hands what is new to the session's sockets. A socket has a
// bounded queue: one that does not read is closed, and nobody waits for it.
package live

import (
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/bus"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/token"
	"github.com/perch-chat/perch/wire"
)

const (
	// maxSockets is the default of Options.MaxSockets: several tabs, and two
	// sockets of each while a client changes from an old one to a new one.
	maxSockets = 5
	// readLimit is the most bytes of a client's frame; those that clients send
	// have under a hundred.
	readLimit = 64 << 10
)

// Options of a Live.
type Options struct {
	Chats  *chat.Chats
	Bus    bus.Bus
	Tokens *token.Sealer
	Now    func() time.Time
	// Rand is what ids of signals and of refused requests are made from;
	// crypto/rand if nil.
	Rand io.Reader
	Log  *slog.Logger
	// MaxSockets is how many sockets a participant may have open; 5 if zero.
	MaxSockets int
}

// Stats counts what the sockets do.
type Stats struct {
	Sockets atomic.Int64 // open now
	Frames  atomic.Int64 // sent, of all kinds
	Slow    atomic.Int64 // closed because the client did not read
}

// Live is all sockets of this process.
type Live struct {
	Stats Stats
	opts  Options
	wg    sync.WaitGroup // tails, sockets, and what they start

	mu      sync.Mutex // taken before that of a tail
	closing bool
	tails   map[perch.SessionID]*tail
}

// New makes a Live. Sockets may be opened as soon as it is served; Run closes
// them.
func New(opts Options) *Live {
	if opts.MaxSockets == 0 {
		opts.MaxSockets = maxSockets
	}
	if opts.Rand == nil {
		opts.Rand = rand.Reader
	}
	return &Live{opts: opts, tails: map[perch.SessionID]*tail{}}
}

// Run waits for ctx to be done, asks all clients to come back (close code 1012)
// and returns when the last socket is gone, which takes a second at most.
func (l *Live) Run(ctx context.Context) error {
	<-ctx.Done()
	l.mu.Lock()
	l.closing = true
	for _, t := range l.tails {
		for _, s := range t.list() {
			s.retire(restarting)
		}
	}
	l.mu.Unlock()
	l.wg.Wait()
	return nil
}

// ServeHTTP opens a socket for the participant of the token in the URL.
//
// A token that is no good, a participant who has left and a chat that has ended
// are 403; more than MaxSockets are 429; a server that is stopping is 503.
func (l *Live) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s, err := l.open(r)
	if err != nil {
		l.refuse(w, r, err)
		return
	}
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{
		// Any page may open a socket: what admits it is the token in the URL,
		// which no other page knows. Cookies play no part, so there is nothing
		// that a foreign page could make a browser send along.
		InsecureSkipVerify: true,
		// Compression costs each socket more memory than all else, to save
		// bytes on frames that are small.
		CompressionMode: websocket.CompressionDisabled,
		OnPingReceived:  func(context.Context, []byte) bool { s.heard(); return true },
		OnPongReceived:  func(context.Context, []byte) { s.heard() },
	})
	if err != nil { // Accept has answered
		l.release(s)
		return
	}
	conn.SetReadLimit(readLimit)
	s.conn = conn
	go s.run() // apart from the handler, whose buffers are no longer needed
}

// open decides whether a request may have a socket, and makes room for it.
func (l *Live) open(r *http.Request) (*socket, error) {
	denied := perch.Errorf(perch.Denied, "Access denied")
	var t token.Socket
	if err := l.opts.Tokens.Open(token.KindSocket, r.URL.Query().Get("token"), &t); err != nil {
		return nil, denied
	}
	if t.Expired(l.opts.Now()) {
		return nil, denied
	}
	state, err := l.opts.Chats.Session(r.Context(), perch.SessionID(t.Session))
	if perch.KindOf(err) == perch.NotFound {
		return nil, denied
	}
	if err != nil {
		return nil, err
	}
	if state.Instance != perch.InstanceID(t.Instance) {
		return nil, denied
	}
	p, err := state.Caller(perch.ParticipantID(t.Participant))
	if err != nil {
		return nil, err
	}
	s := newSocket(l, state.ID, p.ID, p.Role)
	return s, l.admit(s)
}

func (l *Live) refuse(w http.ResponseWriter, r *http.Request, err error) {
	id, idErr := perch.NewID(l.opts.Rand)
	if idErr != nil {
		id = ""
	}
	f := wire.FaultOf(nil, err)
	if f.Status == http.StatusInternalServerError {
		l.opts.Log.ErrorContext(r.Context(), "a socket could not be opened", "request", id, "error", err)
	}
	wire.WriteFault(w, id, f)
}

// admit gives a socket a place at its session's tail, starting that if it is
// the first. Each socket admitted is released once.
func (l *Live) admit(s *socket) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closing {
		return perch.Errorf(perch.Unavailable, "perch is stopping: try again")
	}
	t, ok := l.tails[s.session]
	if !ok {
		t = newTail(l, s.session)
	}
	if !t.add(s, l.opts.MaxSockets) {
		return perch.Errorf(perch.Throttled, "the participant has %d sockets open, which is the limit: close one", l.opts.MaxSockets)
	}
	s.tail = t
	l.wg.Add(1)
	l.Stats.Sockets.Add(1)
	if !ok {
		ctx, cancel := context.WithCancel(context.Background())
		t.cancel = cancel
		l.tails[s.session] = t
		l.wg.Go(func() { t.run(ctx) })
	}
	return nil
}

// release gives up a socket's place; the tail ends with the last one.
func (l *Live) release(s *socket) {
	defer l.wg.Done()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.Stats.Sockets.Add(-1)
	s.cancel()
	if s.tail.remove(s) == 0 && l.tails[s.session] == s.tail {
		delete(l.tails, s.session)
		s.tail.cancel()
	}
}
