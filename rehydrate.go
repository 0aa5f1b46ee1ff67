package perch

import "time"

// RehydrationType says how much of a past session a new chat brings along.
// doc: chat-persistence.md#rehydration
type RehydrationType string

const (
	EntirePastSession RehydrationType = "ENTIRE_PAST_SESSION"
	FromSegment       RehydrationType = "FROM_SEGMENT"
)

// Link is a session's past: the log of an ended session up to a number, and
// whatever that session is linked to in turn. Nothing is copied.
type Link struct {
	Session SessionID       `json:"s"` // whose log
	Contact ContactID       `json:"c"` // the contact continued from
	Through int64           `json:"t"` // its last number; what lies above is dropped
	Type    RehydrationType `json:"y,omitempty"`

	// A chain of links can be thousands long. Depth is its length from this
	// link on; Jump leaps over a part of it, so that any place in the chain is
	// found in a logarithm of it (a skew-binary random-access list).
	Depth     int       `json:"d"`
	Jump      SessionID `json:"j"`
	JumpDepth int       `json:"k"`
}

// Rehydrate chooses what a new chat continues from: a contact of an ended
// session and, by the link that session has itself, everything before it.
// Of FROM_SEGMENT it is the contact named; of ENTIRE_PAST_SESSION the last one
// of its session, whichever contact of it was named.
//
// doc: chat-persistence.md#persistentchatscenario
func Rehydrate(kind RehydrationType, source ContactID, past *Session) (Link, error) {
	c, ok := past.Contact(source)
	if !ok {
		return Link{}, Errorf(NotFound, "the source contact does not exist")
	}
	if !past.Ended {
		return Link{}, Errorf(Refused, "the source contact belongs to a chat that has not ended: only ended chats can be continued")
	}
	switch kind {
	case FromSegment:
	case EntirePastSession:
		c = past.Current()
	default:
		return Link{}, InvalidField("RehydrationType", "must be ENTIRE_PAST_SESSION or FROM_SEGMENT")
	}
	return Link{Session: past.ID, Contact: c.ID, Through: c.Last, Type: kind}, nil
}

// Chain gives a link its place above its source: parent is the source's own
// link and leap the link of the session that parent jumps to; nil where there
// is none.
func (l Link) Chain(parent, leap *Link) Link {
	l.Depth, l.Jump, l.JumpDepth = 1, l.Session, 0
	if parent == nil {
		return l
	}
	l.Depth, l.JumpDepth = parent.Depth+1, parent.Depth
	far, farDepth := parent.Jump, 0 // where parent's leap leaps to
	if leap != nil {
		far, farDepth = leap.Jump, leap.JumpDepth
	}
	if parent.Depth-parent.JumpDepth == parent.JumpDepth-farDepth {
		l.Jump, l.JumpDepth = far, farDepth
	}
	return l
}

// Position is a border between two entries of a chain of sessions: it stands
// before the entry with this number.
type Position struct {
	Session SessionID
	Number  int64
}

// MayPersist checks that a session may be given a past, now.
func (s *Session) MayPersist() error {
	switch {
	case s.Ended:
		return Errorf(Refused, "the chat has ended")
	case s.Link != nil:
		return Errorf(Refused, "the chat continues a past chat already: a source can be associated only once")
	}
	return nil
}

// Caller is the participant who may act in a chat as the bearer of its token:
// known, not gone, and the chat not ended.
func (s *Session) Caller(id ParticipantID) (*Participant, error) {
	p, ok := s.Participant(id)
	if !ok || s.Ended || p.Presence == Departed {
		return nil, Errorf(Denied, "Access denied")
	}
	return p, nil
}

// Next is the time of the entry after the last one: now, but never the last
// entry's time or before, whatever the clock does.
func (s *Session) Next(now time.Time) time.Time {
	now = now.UTC().Truncate(time.Millisecond)
	if after := s.Time.Add(time.Millisecond); now.Before(after) {
		return after
	}
	return now
}

// HasRoom reports whether the session may open one more contact.
func (s *Session) HasRoom() bool { return len(s.Contacts) < MaxContacts }
