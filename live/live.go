// Package live is the door that stays open: the websockets over which
// participants see their chat go on, and agents their work and all their chats.
// Clients send by REST; a socket carries subscribe, heartbeat and ping inwards,
// and items, typing, receipts and an agent's contacts outwards.
//
// Each session with an open socket has one tail, which follows the session's log
// by the bell and hands what is new to the session's sockets. Each agent with an
// open socket has one feed, which does the same with the agent's work and takes
// places at the tails of the agent's chats. A socket has a bounded queue: one
// that does not read is closed, and nobody waits for it.
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
	// Wall is the machine's clock, by which sockets' addresses expire; Now if nil.
	Wall func() time.Time
	// Rand is what ids of signals and of refused requests are made from;
	// crypto/rand if nil.
	Rand io.Reader
	Log  *slog.Logger
	// MaxSockets is how many sockets a participant, or an agent, may have open;
	// 5 if zero.
	MaxSockets int
	// Lose tells that an item or a whisper for a socket is lost, to try out what
	// clients do then; nil is never.
	Lose func() bool
	// Agents tells of agents' work. Without it there are no agents' sockets.
	Agents *Agents
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
	wg    sync.WaitGroup // tails, feeds, sockets, and what they start

	mu      sync.Mutex // taken before that of a tail or a feed
	closing bool
	tails   map[perch.SessionID]*tail
	feeds   map[perch.UserID]*feed
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
	if opts.Wall == nil {
		opts.Wall = opts.Now
	}
	return &Live{opts: opts, tails: map[perch.SessionID]*tail{}, feeds: map[perch.UserID]*feed{}}
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
	for _, f := range l.feeds {
		for _, a := range f.sitting() {
			a.retire(restarting)
		}
	}
	l.mu.Unlock()
	l.wg.Wait()
	return nil
}

// ServeHTTP opens a socket for the participant, or the agent, of the token in the
// URL.
//
// A token that is no good, a participant who has left, a chat that has ended and
// a sign-in that does not hold are 403; more than MaxSockets are 429; a server
// that is stopping is 503.
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
	given := r.URL.Query().Get("token")
	var ofChat token.Socket
	if l.opts.Tokens.Open(token.KindSocket, given, &ofChat) == nil {
		return l.openChat(r.Context(), ofChat)
	}
	var ofAgent token.AgentSocket
	if l.opts.Agents != nil && l.opts.Tokens.Open(token.KindAgentSocket, given, &ofAgent) == nil {
		return l.openAgent(r.Context(), ofAgent)
	}
	return nil, denied()
}

func denied() error { return perch.Errorf(perch.Denied, "Access denied") }

func (l *Live) openChat(ctx context.Context, t token.Socket) (*socket, error) {
	if t.Expired(l.opts.Wall()) {
		return nil, denied()
	}
	state, err := l.opts.Chats.Session(ctx, perch.SessionID(t.Session))
	if perch.KindOf(err) == perch.NotFound {
		return nil, denied()
	}
	if err != nil {
		return nil, err
	}
	if state.Instance != perch.InstanceID(t.Instance) {
		return nil, denied()
	}
	p, err := state.Caller(perch.ParticipantID(t.Participant))
	if err != nil {
		return nil, err
	}
	s := newSocket(l)
	place := &subscriber{socket: s, session: state.ID, participant: p.ID, role: p.Role}
	s.handler = place
	return s, l.admit(s, func() error { return l.attach(place) })
}

func (l *Live) openAgent(ctx context.Context, t token.AgentSocket) (*socket, error) {
	if t.Expired(l.opts.Wall()) {
		return nil, denied()
	}
	err := l.opts.Agents.SignedIn(ctx, t)
	if perch.KindOf(err) == perch.Unauthenticated {
		return nil, denied()
	}
	if err != nil {
		return nil, err
	}
	s := newSocket(l)
	a := &agentSocket{socket: s, token: t, chats: map[perch.ParticipantID]*subscriber{}}
	s.handler = a
	return s, l.admit(s, func() error { return l.follow(a) })
}

func (l *Live) refuse(w http.ResponseWriter, r *http.Request, err error) {
	id, idErr := perch.NewID(l.opts.Rand)
	if idErr != nil {
		id = ""
	}
	f := wire.FaultOf(nil, err)
	// Of a client that has gone meanwhile nothing is said: it is not perch that failed.
	if f.Status == http.StatusInternalServerError && r.Context().Err() == nil {
		l.opts.Log.ErrorContext(r.Context(), "a socket could not be opened", "request", id, "error", err)
	}
	wire.WriteFault(w, id, f)
}
