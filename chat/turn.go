package chat

import (
	"context"
	"slices"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/store"
)

// Turn is one change of a conversation, as it is being made. Its verbs check
// what the present state allows, record entries and rows, and apply the entries
// to the state, so that the next verb sees them.
type Turn struct {
	Now time.Time // the clock, read once

	ctx               context.Context
	chats             *Chats
	id                perch.TurnID
	state             *perch.Session
	owned             bool // state's slices are this turn's own
	entries           []perch.Entry
	writes            []store.Write
	mark              bool // a checkpoint is wanted
	attributes        perch.Attributes
	attributesVersion int64
	relatedTo         perch.SessionID // the chat that this one is related to, and its attributes
	related           perch.Attributes
	relatedVersion    int64
	details           map[perch.ContactID]*pendingDetails
	after             []func()
	late              bool              // an entry was to be added after the last one
	changed           []perch.SessionID // told to ContactsChanged
}

func (c *Chats) newTurn(ctx context.Context, state *perch.Session) (*Turn, error) {
	id, err := perch.NewTurnID(c.opts.Rand)
	if err != nil {
		return nil, err
	}
	// A plain message changes none of the state's slices: a shallow copy will
	// do for it, and add takes a real one for everything else.
	shallow := *state
	shallow.Seen = state.Seen.Fork()
	return &Turn{Now: c.opts.Now().UTC(), ctx: ctx, chats: c, id: id, state: &shallow}, nil
}

// State is the session as of now; it must not be changed.
func (t *Turn) State() *perch.Session { return t.state }

// Context is that of the caller of On.
func (t *Turn) Context() context.Context { return t.ctx }

// Record adds a row of a staff room to the turn.
func (t *Turn) Record(w ...store.Write) { t.writes = append(t.writes, w...) }

// After runs f when the turn has been committed, before the bell.
func (t *Turn) After(f func()) { t.after = append(t.after, f) }

// add appends an entry, stamped with the contact in force. After the last one
// there is no other: such a turn fails as a whole.
func (t *Turn) add(e perch.Entry) perch.Entry {
	e.Kind = e.Body.Kind()
	if t.state.Ended {
		t.late = true
		return e
	}
	// A message changes none of the state's slices, but an agent's first.
	if !t.owned && (e.Kind != perch.KindMessage || t.state.Responds(e)) {
		seen := t.state.Seen
		t.state = t.state.Clone()
		t.state.Seen, t.owned = seen, true
	}
	e.Number, e.Time, e.Turn = t.state.Head+1, t.state.Next(t.Now), t.id
	if e.Contact == "" {
		e.Contact = t.state.Current().ID
	}
	t.entries = append(t.entries, e)
	t.state.Apply(e)
	return e
}

// control appends an entry that nobody is shown.
func (t *Turn) control(b perch.Body) perch.Entry { return t.add(perch.Entry{Body: b}) }

// by appends an item of a participant.
func (t *Turn) by(p *perch.Participant, to perch.Audience, b perch.Body) perch.Entry {
	return t.add(perch.Entry{Participant: p.ID, Audience: to, Body: b})
}

// Due sets something to be done later about the contact in force.
func (t *Turn) Due(kind, key string, at time.Time, body []byte) {
	t.Record(store.SetDue(perch.Due{Session: t.state.ID, Kind: kind, Key: key, Contact: t.state.Current().ID, At: at, Body: body}))
	t.After(func() { t.chats.opts.Bus.Ring(perch.TopicDue, at.UnixMilli(), nil) })
}

// DropDue takes back what Due set.
func (t *Turn) DropDue(kind, key string) { t.Record(store.DeleteDue(t.state.ID, kind, key)) }

// ErrTaken says that a due row has been dealt with by somebody else.
var ErrTaken = perch.Errorf(perch.Conflict, "this has been done already")

// Take deletes a due row in the commit of its effect; On fails with ErrTaken
// if it is no longer there.
func (t *Turn) Take(d perch.Due) { t.Record(store.TakeDue(d, ErrTaken)) }

// PutOff has a due row come due later, after so many attempts: its work is under
// way, and is found again when it comes to nothing. On fails with ErrTaken if the
// row is no longer there as it was.
func (t *Turn) PutOff(d perch.Due, at time.Time, attempts int) {
	t.Record(store.MoveDue(d, at, attempts, ErrTaken))
	t.After(func() { t.chats.opts.Bus.Ring(perch.TopicDue, at.UnixMilli(), nil) })
}

// contactsChanged tells the staff rooms that what they show has changed.
func (t *Turn) contactsChanged(id perch.SessionID) {
	if tell := t.chats.opts.ContactsChanged; tell != nil && !slices.Contains(t.changed, id) {
		t.changed = append(t.changed, id)
		tell(t, id)
	}
}

// newID makes an id for something in this turn.
func (t *Turn) newID() (string, error) { return perch.NewID(t.chats.opts.Rand) }

// checkpoint adds the state to the rows where it is time for that.
func (t *Turn) checkpoint(last int64) (writes []store.Write, marked bool, err error) {
	if !t.mark && t.state.Head-last < checkpointEvery {
		return t.writes, false, nil
	}
	w, err := store.SetCheckpoint(t.state.ID, t.state.Head, t.state)
	if err != nil {
		return nil, false, err
	}
	return append(t.writes, w), true, nil
}
