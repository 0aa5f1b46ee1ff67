// Package chat is the sole writer of conversations.
//
// A conversation changes only inside On: it takes the session's lock, reads the
// clock once, runs a body against the session's state as its log tells it,
// commits what the body recorded, and then rings the bell. Everything else that
// changes a chat composes the verbs of Turn. Nobody else writes, nobody
// publishes before the commit, and nothing inside waits for the network.
package chat

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/bus"
	"github.com/perch-chat/perch/segment"
	"github.com/perch-chat/perch/store"
)

const (
	// checkpointEvery is how many entries may lie behind the last checkpoint.
	checkpointEvery = 1000
	// cachedSessions is how many states are kept at hand.
	cachedSessions = 10_000
	// maxAttempts of one body, each after something has been in the way.
	maxAttempts = 32
	// maxRaces is how many turns of other processes may come before one. The
	// chat goes on with each, so it is no deadlock, only bad luck; a process
	// that has just won is the quickest for the next number.
	maxRaces = 1000
)

// Options of a Chats.
type Options struct {
	Store *store.Store
	// Cold is the files of sessions that were moved out of Store, and those that
	// Freeze moves; nil where there are none.
	Cold *segment.Shelf
	Bus  bus.Bus
	Now  func() time.Time
	Rand io.Reader
	Log  *slog.Logger
	// ContactClosed is called inside the turn that closes a contact, so that
	// a staff room's rows about it change in the same commit.
	ContactClosed func(*Turn, perch.Contact)
	// ContactReturned is called inside the turn in which an agent who has hardly
	// joined leaves, so that the contact waits again; nil means that none does.
	ContactReturned func(*Turn, perch.Contact)
	// ContactsChanged is called inside the turn that changes what staff are
	// shown of a session's contacts: its attributes, and what it continues. It
	// is called once in a turn for each session that the turn changes.
	ContactsChanged func(*Turn, perch.SessionID)
	// DetailsChanged is called inside the turn that changes a contact's details,
	// with what they were and are; nil where nobody has to know.
	DetailsChanged func(t *Turn, contact perch.ContactID, was, is perch.Details)
}

// Chats is all conversations.
type Chats struct {
	opts Options

	mu    sync.Mutex
	slots map[perch.SessionID]*slot
}

// slot holds what is known of one session.
type slot struct {
	lock  chan struct{} // holds one token; a channel, so that waiting can be cancelled
	state atomic.Pointer[perch.Session]
	mark  int64 // number of the last checkpoint; under lock
	users int   // under Chats.mu
}

// New makes a Chats. The committer of opts.Store must be running.
func New(opts Options) *Chats {
	return &Chats{opts: opts, slots: map[perch.SessionID]*slot{}}
}

// Topic is the bus topic of a session. Rings carry []perch.Entry, those of the
// commit; whispers carry Typing and Receipt.
func Topic(id perch.SessionID) string { return topicLead + string(id) }

const topicLead = "session/"

// Heads are how far the sessions among some topics have come.
func (c *Chats) Heads(ctx context.Context, topics []string) (map[string]int64, error) {
	var ids []perch.SessionID
	for _, t := range topics {
		if id, ok := strings.CutPrefix(t, topicLead); ok {
			ids = append(ids, perch.SessionID(id))
		}
	}
	found, err := c.opts.Store.Heads(ctx, ids)
	if err != nil {
		return nil, err
	}
	heads := make(map[string]int64, len(found))
	for id, head := range found {
		heads[Topic(id)] = head
	}
	return heads, nil
}

// On changes a conversation. The body may run more than once, so it hands out
// results only through variables that are read after On has returned nil. An
// error from the body undoes everything and is returned as it is.
func (c *Chats) On(ctx context.Context, id perch.SessionID, body func(*Turn) error) error {
	s := c.hold(id)
	defer c.release(id, s)
	if err := s.acquire(ctx); err != nil {
		return err
	}
	defer func() { s.lock <- struct{}{} }()
	lost := error(perch.Errorf(perch.Conflict, "too many changes to this chat at once: try again"))
	unknown := false
	current := false // the state has been read in the course of this call
	for tries, races := 0, 0; tries < maxAttempts && races < maxRaces; tries++ {
		before := s.state.Load()
		again, err := c.attempt(ctx, id, s, &current, body)
		switch {
		case again && err == nil:
			if before != nil && s.state.Load().Head > before.Head {
				tries, races = tries-1, races+1
			}
			if ctx.Err() != nil {
				return ctx.Err()
			}
			continue
		case again:
			lost, unknown = err, unknown || errors.Is(err, errPerhapsDone)
		case err != nil && unknown: // the first attempt's own rows may be in the way
			return &perch.Error{Kind: perch.Internal, Message: "the change may have been made", Err: errors.Join(lost, err)}
		default:
			return err
		}
	}
	return lost
}

// errPerhapsDone is the outcome of a turn without entries that nothing tells.
var errPerhapsDone = errors.New("rows alone tell nobody whether they were written")

// attempt runs the body once. With again it wants another try, and err says
// what has been in the way.
func (c *Chats) attempt(ctx context.Context, id perch.SessionID, s *slot, current *bool, body func(*Turn) error) (again bool, err error) {
	if s.state.Load() == nil {
		if err := c.load(ctx, id, s); err != nil {
			return false, err
		}
		*current = true
	}
	t, err := c.newTurn(ctx, s.state.Load())
	if err != nil {
		return false, err
	}
	verdict := body(t)
	if verdict == nil && t.late {
		verdict = perch.Errorf(perch.Gone, "the chat has ended")
	}
	if (verdict != nil || len(t.entries) == 0) && !*current {
		// No number guards this decision.
		*current = true
		behind, err := c.catchUp(ctx, id, s)
		if err != nil || behind {
			return behind, err
		}
	}
	if verdict != nil || len(t.entries) == 0 && len(t.writes) == 0 {
		return false, verdict
	}
	t.keepFacts(s.state.Load())
	writes, marked, err := t.checkpoint(s.mark)
	if err != nil {
		return false, err
	}
	turn := store.Turn{ID: t.id, Session: id, Entries: t.entries, Writes: writes}
	err = c.opts.Store.Commit(turn)
	if errors.Is(err, store.ErrUnknown) {
		err = c.settle(ctx, turn, err)
	}
	switch {
	case err == nil:
		t.state.Settle()
		s.state.Store(t.state)
		if marked {
			s.mark = t.state.Head
		}
		c.ring(t)
		return false, nil
	case errors.Is(err, store.ErrBehind):
		*current = true
		return true, c.reload(ctx, id, s)
	}
	return errors.Is(err, errPerhapsDone) && ctx.Err() == nil, err
}

// settle finds out what became of a commit of unknown outcome. Its turn's id
// tells, where its first number is taken; where it is not, the commit may be
// under way still, so the same turn is handed over again: one of the two wins
// the number, and it is the same turn.
//
// Rows alone leave no trace in the log; they are written again, which changes
// nothing when they are there already, or fails.
func (c *Chats) settle(ctx context.Context, t store.Turn, cause error) error {
	if len(t.Entries) == 0 {
		return errors.Join(errPerhapsDone, cause)
	}
	first := t.Entries[0].Number
	behind := false
	for range maxAttempts {
		taken, won := false, false
		// Who asked may be gone; the others wait for the bell all the same.
		some, err := c.entries(context.WithoutCancel(ctx), t.Session, first, first)
		for _, e := range some {
			taken, won = true, e.Turn == t.ID
		}
		switch {
		case err != nil:
			return errors.Join(cause, err)
		case won:
			return nil
		case taken, behind: // the number, or a row that the turn counts on
			return store.ErrBehind
		case ctx.Err() != nil:
			return cause
		}
		err = c.opts.Store.Commit(t)
		behind = errors.Is(err, store.ErrBehind)
		if !behind && !errors.Is(err, store.ErrUnknown) {
			return err
		}
	}
	return cause
}

func (c *Chats) ring(t *Turn) {
	for _, f := range t.after {
		f()
	}
	if len(t.entries) > 0 {
		c.opts.Bus.Ring(Topic(t.state.ID), t.state.Head, t.entries)
	}
}

// Session is a session's state, which must not be changed; NotFound where
// there is none. It is as of now: who has found a row in the store is shown a state
// that holds what was committed with it, in this process or, where they share the
// store, in another.
func (c *Chats) Session(ctx context.Context, id perch.SessionID) (*perch.Session, error) {
	s := c.hold(id)
	defer c.release(id, s)
	// A turn under way may be committed, and its state not be at hand yet. Whether
	// there is one is asked before the state is looked at, which it replaces first.
	turning := len(s.lock) == 0
	state := s.state.Load()
	old, err := state == nil, error(nil)
	if !old && (turning || c.opts.Store.Shared()) {
		if old, err = c.ahead(ctx, state); err != nil {
			return nil, err
		}
	}
	if old {
		if err := s.acquire(ctx); err != nil {
			return nil, err
		}
		err = c.read(ctx, id, s)
		s.lock <- struct{}{}
		if err != nil {
			return nil, err
		}
		state = s.state.Load()
	}
	if state.Head == 0 {
		return nil, perch.Errorf(perch.NotFound, "the contact does not exist")
	}
	return state, nil
}

// Find is the state of the session that a contact of an instance belongs to;
// NotFound alike for one of another instance and one that never was.
func (c *Chats) Find(ctx context.Context, instance perch.InstanceID, contact perch.ContactID) (*perch.Session, error) {
	id, found, err := c.opts.Store.FindContact(ctx, instance, contact)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, NoContact()
	}
	return c.Session(ctx, id)
}

// NoContact is the error for a contact that is not there, or not for the caller.
func NoContact() error { return perch.Errorf(perch.NotFound, "the contact does not exist") }

func (c *Chats) hold(id perch.SessionID) *slot {
	c.mu.Lock()
	defer c.mu.Unlock()
	s, ok := c.slots[id]
	if !ok {
		c.evict()
		s = &slot{lock: make(chan struct{}, 1)}
		s.lock <- struct{}{}
		c.slots[id] = s
	}
	s.users++
	return s
}

func (c *Chats) release(id perch.SessionID, s *slot) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s.users--
	if state := s.state.Load(); s.users == 0 && (state == nil || state.Head == 0) {
		delete(c.slots, id) // an id that nobody has must not take room
	}
}

// evict makes room by dropping some session that nobody holds.
func (c *Chats) evict() {
	if len(c.slots) < cachedSessions {
		return
	}
	for id, s := range c.slots {
		if s.users == 0 {
			delete(c.slots, id)
			return
		}
	}
}

func (s *slot) acquire(ctx context.Context) error {
	select {
	case <-s.lock:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// behind reports whether another process has added to a session since.
func (c *Chats) behind(ctx context.Context, state *perch.Session) (bool, error) {
	if !c.opts.Store.Shared() {
		return false, nil
	}
	return c.ahead(ctx, state)
}

// ahead reports whether the store holds more of a session than a state.
func (c *Chats) ahead(ctx context.Context, state *perch.Session) (bool, error) {
	head, err := c.opts.Store.Head(ctx, state.ID)
	return head > state.Head, err
}

// catchUp reads what other processes have added, if they have.
func (c *Chats) catchUp(ctx context.Context, id perch.SessionID, s *slot) (behind bool, err error) {
	behind, err = c.behind(ctx, s.state.Load())
	if err == nil && behind {
		err = c.reload(ctx, id, s)
	}
	return behind && err == nil, err
}

// read makes a session's state what it is now.
func (c *Chats) read(ctx context.Context, id perch.SessionID, s *slot) error {
	if s.state.Load() == nil {
		return c.load(ctx, id, s)
	}
	return c.reload(ctx, id, s)
}

// NewID makes an id for what is answered but not stored.
func (c *Chats) NewID() (string, error) { return perch.NewID(c.opts.Rand) }
