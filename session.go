package perch

import (
	"encoding/json"
	"maps"
	"slices"
	"time"
)

// Session is a session's state as its log tells it: the fold. It is made by
// applying entries in order and by nothing else, so any copy that has applied
// the same entries is the same.
type Session struct {
	ID           SessionID
	Instance     InstanceID
	Head         int64     // number of the last entry
	Time         time.Time // of the last entry
	Started      time.Time
	Expires      time.Time
	CustomerID   string `json:",omitempty"`
	Verified     bool   `json:",omitempty"`
	SurveyOnExit bool   `json:",omitempty"`
	Subtype      string `json:",omitempty"` // SubtypeChat if empty
	ResponseMode string `json:",omitempty"`
	ContentTypes []string
	Contacts     []Contact // in order; the last is in force until Ended
	Participants []Participant
	Hooks        map[Hook]FlowID `json:",omitempty"`
	Link         *Link           `json:",omitempty"`
	Attributes   int64           `json:",omitempty"` // version of the attributes
	Initial      int64           `json:",omitempty"` // number of the initial message
	Ended        bool            `json:",omitempty"`
	Timers       Timers          `json:",omitzero"`  // as they were last set
	Watch        Watch           `json:",omitzero"`  // as they run
	Seen         *Seen           `json:",omitempty"` // ClientTokens; none after the end
	Processing   *Processing     `json:",omitempty"` // of messages, before they are delivered
	Held         []HeldMessage   `json:",omitempty"` // those that wait for that, in order
	Attachments  int             `json:",omitempty"` // how many files have been attached
}

// Contact is one segment of a session.
type Contact struct {
	ID        ContactID
	Previous  ContactID `json:",omitempty"`
	Related   ContactID `json:",omitempty"`
	Method    Method
	First     int64
	Last      int64 `json:",omitempty"` // 0 while in force
	Opened    time.Time
	Closed    time.Time `json:",omitzero"`
	Reason    Reason    `json:",omitempty"`
	Connected time.Time `json:",omitzero"` // the customer reached the system
	Queue     QueueID   `json:",omitempty"`
	QueueUser UserID    `json:",omitempty"` // an agent's own queue
	Enqueued  time.Time `json:",omitzero"`
	Agent     UserID    `json:",omitempty"`
	Accepted  time.Time `json:",omitzero"`
	Responded time.Time `json:",omitzero"` // the agent first said something
	// Whispering is set from when an agent joins until the whisper flows are over.
	Whispering bool `json:",omitempty"`
	// Hidden is set while what the customer answers is for the flow alone.
	Hidden bool `json:",omitempty"`
	// Flow is the flow runner's state; Listening says that the next message
	// of the customer is its business.
	Flow      json.RawMessage `json:",omitempty"`
	Listening bool            `json:",omitempty"`
	Bot       bool            `json:",omitempty"` // a bot that the flow has brought talks
}

// Presence is where a participant stands.
type Presence uint8

const (
	Expected Presence = iota // invited, not yet connected
	Present
	Departed
)

// Participant is somebody in a chat. The id stays through all its contacts.
type Participant struct {
	ID       ParticipantID
	Who      `json:"w"`
	User     UserID    `json:",omitempty"`
	Contact  ContactID // in force when the participant was made known
	Presence Presence  `json:",omitempty"`
	Left     int64     `json:",omitempty"` // number of the entry
	// Barged is set of a supervisor who is not silent any more.
	Barged bool `json:",omitempty"`
}

// Unseen reports whether somebody is there whom the others must not notice.
func (p *Participant) Unseen() bool { return p.Role == Supervisor && !p.Barged }

// Current is the contact in force, or the last one of an ended session.
func (s *Session) Current() *Contact {
	if len(s.Contacts) == 0 {
		return &Contact{}
	}
	return &s.Contacts[len(s.Contacts)-1]
}

// Contact finds one of the session's contacts.
func (s *Session) Contact(id ContactID) (*Contact, bool) {
	i := slices.IndexFunc(s.Contacts, func(c Contact) bool { return c.ID == id })
	if i < 0 {
		return nil, false
	}
	return &s.Contacts[i], true
}

// Participant finds one of the session's participants.
func (s *Session) Participant(id ParticipantID) (*Participant, bool) {
	i := slices.IndexFunc(s.Participants, func(p Participant) bool { return p.ID == id })
	if i < 0 {
		return nil, false
	}
	return &s.Participants[i], true
}

// Customer is the session's customer.
func (s *Session) Customer() (*Participant, bool) {
	i := slices.IndexFunc(s.Participants, func(p Participant) bool { return p.Role == Customer })
	if i < 0 {
		return nil, false
	}
	return &s.Participants[i], true
}

// Agents are the agents present, in the order in which they came.
func (s *Session) Agents() []Participant {
	var in []Participant
	for _, p := range s.Participants {
		if p.Role == Agent && p.Presence == Present {
			in = append(in, p)
		}
	}
	return in
}

// Watching is a supervisor who is in the chat, as a participant.
func (s *Session) Watching(user UserID) (*Participant, bool) {
	i := slices.IndexFunc(s.Participants, func(p Participant) bool {
		return p.Role == Supervisor && p.User == user && p.Presence != Departed
	})
	if i < 0 {
		return nil, false
	}
	return &s.Participants[i], true
}

// Supervisors are how many watch, silently and not.
func (s *Session) Supervisors() (silent, barged int) {
	for _, p := range s.Participants {
		switch {
		case p.Role != Supervisor || p.Presence == Departed:
		case p.Barged:
			barged++
		default:
			silent++
		}
	}
	return silent, barged
}

// LastAgent is the agent of the latest contact that had one, of those through
// one; empty for through means of all.
func (s *Session) LastAgent(through ContactID) (last UserID) {
	for _, c := range s.Contacts {
		if c.Agent != "" {
			last = c.Agent
		}
		if c.ID == through {
			break
		}
	}
	return last
}

// Bot is the custom participant of the chat, connected or expected.
func (s *Session) Bot() (*Participant, bool) {
	i := slices.IndexFunc(s.Participants, func(p Participant) bool { return p.Role == Bot && p.Presence != Departed })
	if i < 0 {
		return nil, false
	}
	return &s.Participants[i], true
}

// Clone is a copy that may be changed without the other's knowledge. Seen is
// shared; what a clone adds to it becomes visible with Settle.
func (s *Session) Clone() *Session {
	c := *s
	c.Contacts = slices.Clone(s.Contacts)
	c.Participants = slices.Clone(s.Participants)
	c.Hooks = maps.Clone(s.Hooks)
	c.Seen = s.Seen.Fork()
	return &c
}

// Settle takes the tokens that this copy added as committed.
func (s *Session) Settle() {
	if s.Seen != nil {
		s.Seen.settle()
	}
}

// Apply takes the next entry into the state.
func (s *Session) Apply(e Entry) {
	if s.Responds(e) {
		s.Current().Responded = e.Time
	}
	s.Head, s.Time = e.Number, e.Time
	if e.Token != 0 {
		if s.Seen == nil {
			s.Seen = &Seen{}
		}
		s.Seen.add(e.Token, e.Number)
	}
	switch b := e.Body.(type) {
	case Message:
		if b.Initial {
			s.Initial = e.Number
		}
		if b.Held != 0 {
			s.unhold(b.Held)
			break // has been heard when it was sent
		}
		s.Watch.heard(b.Role, e.Time)
	case Attached:
		s.Attachments++
		s.Watch.heard(b.Role, e.Time)
	case Held:
		s.hold(e.Number, b.Processing)
		s.Watch.heard(b.Role, e.Time)
	case Undelivered:
		s.unhold(b.Held)
	case ProcessingSet:
		if s.Processing = nil; b.Function != "" {
			s.Processing = &b.Processing
		}
	case Started:
		s.Instance, s.Started, s.Expires = b.Instance, e.Time, b.Expires
		s.CustomerID, s.Verified = b.CustomerID, b.Verified
		s.ContentTypes, s.SurveyOnExit = b.ContentTypes, b.SurveyOnExit
		s.Subtype, s.ResponseMode = b.Subtype, b.ResponseMode
	case Opened:
		s.Contacts = append(s.Contacts, Contact{ID: e.Contact, Previous: b.Previous, Related: b.Related,
			Method: b.Method, First: e.Number, Opened: e.Time})
	case Closed:
		s.close(e, b.Reason)
	case Ended:
		s.close(e, b.Reason)
		s.Ended, s.Seen, s.Watch, s.Held = true, nil, Watch{}, nil
		for i := range s.Participants {
			s.Participants[i].leave(e.Number)
		}
	case Invited:
		s.Participants = append(s.Participants, Participant{ID: e.Participant, Who: b.Who, User: b.User, Contact: e.Contact})
	case Joined, Connected:
		s.join(e)
	case Renamed:
		if p, ok := s.Participant(e.Participant); ok {
			p.Name = b.Name
		}
	case Left:
		if p, ok := s.Participant(e.Participant); ok {
			p.leave(e.Number)
		}
		s.unwatch()
	case Linked:
		s.Link = &b.Link
		s.Current().Related = b.Link.Contact
	case AttributesChanged:
		s.Attributes = b.Version
	case HookSet:
		if s.Hooks == nil {
			s.Hooks = map[Hook]FlowID{}
		}
		s.Hooks[b.Hook] = b.Flow
	case FlowMoved:
		c := s.Current()
		c.Flow, c.Listening, c.Whispering, c.Bot, c.Hidden = b.State, b.Listening, b.Whispering, b.Bot, b.Hidden
	case CustomerKnown:
		s.CustomerID, s.Verified = b.CustomerID, b.Verified
	case TimersSet:
		s.Timers = b.Timers
	case Idled:
		s.Watch.idle(b.Role, e.Time)
	case Queued:
		c := s.Current()
		if b.Back {
			c.Agent, c.Accepted, c.Responded = "", time.Time{}, time.Time{}
			c.unheard()
			break
		}
		c.Queue, c.QueueUser, c.Enqueued = b.Queue, b.User, e.Time
	}
}

// Responds reports whether an entry is the first thing that the agent of the
// contact in force says.
func (s *Session) Responds(e Entry) bool {
	c := s.Current()
	if c.Agent == "" || !c.Responded.IsZero() {
		return false
	}
	switch b := e.Body.(type) {
	case Message:
		return b.Role == Agent && b.Held == 0
	case Attached:
		return b.Role == Agent
	case Held:
		return b.Role == Agent
	}
	return false
}

func (s *Session) close(e Entry, reason Reason) {
	c := s.Current()
	c.Last, c.Closed, c.Reason = e.Number, e.Time, reason
	c.unheard()
}

// unheard notes that no flow listens any more.
func (c *Contact) unheard() { c.Listening, c.Whispering, c.Bot, c.Hidden = false, false, false, false }

func (s *Session) join(e Entry) {
	p, ok := s.Participant(e.Participant)
	if ok && p.Role == Supervisor && p.Presence != Departed && e.Kind == KindJoined {
		p.Presence, p.Barged = Present, true
		return
	}
	if !ok || p.Presence != Expected {
		return
	}
	p.Presence = Present
	switch p.Role {
	case Agent:
		// The queue's flow is over: what the customer says is for the agent.
		c := s.Current()
		c.Agent, c.Accepted = p.User, e.Time
		c.unheard()
		c.Whispering = s.Hooks[AgentWhisper] != "" || s.Hooks[CustomerWhisper] != ""
	case Customer:
		s.Current().Connected = e.Time
	}
	s.watch(p.Role, e.Time)
}

func (p *Participant) leave(number int64) {
	if p.Presence != Departed {
		p.Presence, p.Left = Departed, number
	}
}
