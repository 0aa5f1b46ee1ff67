package chat

import (
	"context"
	"time"

	"github.com/perch-chat/perch"
)

// SilenceEvent is what is told of somebody's silence.
type SilenceEvent uint8

const (
	BecameIdle SilenceEvent = iota + 1
	CameBack
	AutoDisconnected
)

// Silence is whispered when somebody has been silent for too long, or is back.
// It is never stored.
// doc: setup-chat-timeouts.md
type Silence struct {
	ID          string
	At          time.Time
	Contact     perch.ContactID
	Participant perch.ParticipantID
	Who         perch.Who
	Event       SilenceEvent
}

// keys of the rows by which a side's silence is looked at.
func silenceKey(side perch.Role) string {
	if side == perch.Customer {
		return "customer"
	}
	return "agent"
}

// SetTimers changes how long roles may be silent. Who is in the chat keeps the
// timers that ran when they joined; the new ones are for who joins next.
//
// Errors: Gone for a contact that has ended.
// doc: API_UpdateParticipantRoleConfig
func (t *Turn) SetTimers(contact perch.ContactID, change func(*perch.Timers)) error {
	if t.state.Ended || t.state.Current().ID != contact {
		return perch.Errorf(perch.Gone, "the contact has ended")
	}
	timers := t.state.Timers
	change(&timers)
	if timers != t.state.Timers {
		t.control(perch.TimersSet{Timers: timers})
	}
	return nil
}

// watched sets a row for each side that is watched from this entry on.
func (t *Turn) watched() {
	if w := t.state.Watch; w.Since.IsZero() || !w.Since.Equal(t.state.Time) {
		return
	}
	for _, side := range []perch.Role{perch.Customer, perch.Agent} {
		t.listen(side)
	}
}

// listen sets the row for a side's next timer, in place of an earlier one. A
// plain message needs none: it puts off what the row is about, and who handles
// the row looks again.
func (t *Turn) listen(side perch.Role) {
	if at, _, ok := t.state.Watch.Next(side); ok {
		t.Due(DueSilence, silenceKey(side), at, nil)
	}
}

// returned tells that somebody who was idle speaks again. was is the watch
// before the message.
func (t *Turn) returned(p *perch.Participant, was perch.Watch) error {
	side, ok := p.Role.TimerSide()
	if !ok || was.Since.IsZero() {
		return nil
	}
	if silence, _ := was.Of(side); silence.Idle.IsZero() {
		return nil
	}
	t.listen(side)
	return t.tell(*p, CameBack)
}

// tell whispers once the turn is committed, before its bell: a socket that the
// turn closes still hears why.
func (t *Turn) tell(p perch.Participant, what SilenceEvent) error {
	id, err := t.newID()
	if err != nil {
		return err
	}
	w := Silence{ID: id, At: t.state.Next(t.Now), Contact: t.state.Current().ID, Participant: p.ID, Who: p.Who, Event: what}
	t.After(func() { t.chats.opts.Bus.Whisper(Topic(t.state.ID), w) })
	return nil
}

// SilenceDue looks at how long a side has been silent: it waits on, counts
// somebody as idle, or sends away everybody but the customer.
func (c *Chats) SilenceDue(ctx context.Context, d perch.Due) error {
	return c.On(ctx, d.Session, func(t *Turn) error {
		t.Take(d)
		side := perch.Agent
		if d.Key == silenceKey(perch.Customer) {
			side = perch.Customer
		}
		at, disconnect, ok := t.state.Watch.Next(side)
		who, here := t.state.Silent(side)
		switch {
		case !ok || !here:
			return nil
		case at.After(t.Now):
			t.listen(side)
			return nil
		case disconnect:
			return t.sendAway(who)
		}
		t.control(perch.Idled{Role: side})
		t.listen(side)
		return t.tell(who, BecameIdle)
	})
}

// sendAway makes everybody leave but the customer, who goes on with the
// disconnect flow if an agent was among them.
func (t *Turn) sendAway(silent perch.Participant) error {
	if err := t.tell(silent, AutoDisconnected); err != nil {
		return err
	}
	t.mark = true
	agents := len(t.state.Agents()) > 0
	for _, p := range t.state.Clone().Participants {
		if p.Role == perch.Customer || p.Presence != perch.Present {
			continue
		}
		t.leave(&p)
		if p.Role != perch.Bot {
			continue
		}
		if err := t.botLeft(); err != nil {
			return err
		}
	}
	if !agents {
		return nil
	}
	return t.survey(perch.IdleDisconnect)
}
