package perch

import "time"

// Limits of a timer.
// doc: API_ParticipantTimerValue
const (
	MinTimer = 2 * time.Minute
	MaxTimer = 480 * time.Minute
)

// RoleTimers are how long somebody of a role may be silent; zero is for ever.
type RoleTimers struct {
	Idle       time.Duration `json:"i,omitempty"` // until counted as idle
	Disconnect time.Duration `json:"d,omitempty"` // until everybody but the customer is sent away
}

// Timers are those of both sides. They belong to the chat, through all of its
// contacts.
// doc: API_UpdateParticipantRoleConfig
type Timers struct {
	Customer RoleTimers `json:"c,omitzero"`
	Agent    RoleTimers `json:"a,omitzero"` // and of a custom participant in an agent's place
}

// Watch is the timers at work. They run while the customer and somebody to talk
// to are in the chat, with the values that were set when the latter joined.
// It holds no pointers: a plain message changes it without a copy of the state.
// doc: setup-chat-timeouts.md
type Watch struct {
	Since    time.Time `json:",omitzero"` // zero while nothing is watched
	Timers   Timers    `json:",omitzero"`
	Customer Silence   `json:",omitzero"`
	Agent    Silence   `json:",omitzero"`
}

// Silence is how long a side has said nothing.
type Silence struct {
	Since time.Time `json:",omitzero"` // the last message, or the beginning of the watch
	Idle  time.Time `json:",omitzero"` // when that became too long; zero before
}

// TimerSide is the role whose timers hold for a role: a custom participant stands in
// an agent's place. It is false for roles that have none.
func (r Role) TimerSide() (Role, bool) {
	switch r {
	case Customer:
		return Customer, true
	case Agent, Bot:
		return Agent, true
	}
	return System, false
}

// Of are the silence and the timers of a side.
func (w *Watch) Of(side Role) (*Silence, RoleTimers) {
	if side == Customer {
		return &w.Customer, w.Timers.Customer
	}
	return &w.Agent, w.Timers.Agent
}

// Next is when a side's silence has its next consequence: being counted as idle
// or, with disconnect, being sent away. Of a role with both timers, the second
// runs from the end of the first.
func (w Watch) Next(side Role) (at time.Time, disconnect, ok bool) {
	if w.Since.IsZero() {
		return time.Time{}, false, false
	}
	silence, timers := w.Of(side)
	switch {
	case timers.Idle > 0 && silence.Idle.IsZero():
		return silence.Since.Add(timers.Idle), false, true
	case timers.Disconnect > 0 && !silence.Idle.IsZero():
		return silence.Idle.Add(timers.Disconnect), true, true
	case timers.Disconnect > 0:
		return silence.Since.Add(timers.Disconnect), true, true
	}
	return time.Time{}, false, false
}

// heard takes note of a message.
func (w *Watch) heard(r Role, at time.Time) {
	if side, ok := r.TimerSide(); ok && !w.Since.IsZero() {
		silence, _ := w.Of(side)
		*silence = Silence{Since: at}
	}
}

func (w *Watch) idle(side Role, at time.Time) {
	silence, _ := w.Of(side)
	silence.Idle = at
}

// watch begins to watch when the customer and somebody else have come together.
// Whoever comes later brings the timers as they have been set by then.
func (s *Session) watch(came Role, at time.Time) {
	if _, ok := came.TimerSide(); !ok || s.Timers == (Timers{}) || !s.together() {
		return
	}
	s.Watch = Watch{Since: at, Timers: s.Timers, Customer: Silence{Since: at}, Agent: Silence{Since: at}}
}

// unwatch stops watching when one of the two sides is gone.
func (s *Session) unwatch() {
	if !s.together() {
		s.Watch = Watch{}
	}
}

// together reports whether the customer and an agent or a custom participant are
// in the chat.
func (s *Session) together() bool {
	customer, other := false, false
	for _, p := range s.Participants {
		side, ok := p.Role.TimerSide()
		if !ok || p.Presence != Present {
			continue
		}
		customer = customer || side == Customer
		other = other || side == Agent
	}
	return customer && other
}

// Silent is the participant whose silence a side's timers are about.
func (s *Session) Silent(side Role) (Participant, bool) {
	for _, p := range s.Participants {
		if of, ok := p.Role.TimerSide(); ok && of == side && p.Presence == Present {
			return p, true
		}
	}
	return Participant{}, false
}
