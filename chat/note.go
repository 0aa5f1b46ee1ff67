package chat

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/store"
)

// notedSessions is how many chats of a chain are looked through for one page of
// notes: most have none.
const notedSessions = 50

// Note writes down something about a contact, running or ended, once for a
// ClientToken. The contact's customer never sees it.
//
// Errors: NotFound for a contact that is not of the session; LimitExceeded where it
// has as many notes as it may; Refused for a ClientToken of another request.
func (c *Chats) Note(ctx context.Context, n perch.Note, once Once) (perch.Note, error) {
	found, err := c.answered(ctx, once, &n)
	if err != nil || found {
		return n, err
	}
	err = c.On(ctx, n.Session, func(t *Turn) error {
		if _, ok := t.state.Contact(n.Contact); !ok {
			return NoContact()
		}
		n.Time = t.Now.Truncate(time.Millisecond)
		err := t.ChangeDetails(n.Contact, func(d *perch.Details) error {
			if d.Notes >= perch.MaxNotes {
				return perch.Errorf(perch.LimitExceeded, "the contact has %d notes, which is the limit", perch.MaxNotes)
			}
			d.Notes++
			n.Number = d.Notes
			return nil
		})
		if err != nil {
			return err
		}
		t.Record(store.InsertNote(n))
		t.contactsChanged(n.Session)
		return t.answer(once, n)
	})
	if errors.Is(err, errAnswered) {
		return n, c.beaten(ctx, once, &n)
	}
	return n, err
}

// Dispose says what a contact, running or ended, was about or came to, in place of
// what was said before. A disposition that says nothing takes that back.
//
// Errors: NotFound for a contact that is not of the session; those of
// Turn.ChangeDetails.
func (c *Chats) Dispose(ctx context.Context, session perch.SessionID, contact perch.ContactID, as perch.Disposition) error {
	return c.On(ctx, session, func(t *Turn) error {
		if _, ok := t.state.Contact(contact); !ok {
			return NoContact()
		}
		t.contactsChanged(session)
		return t.ChangeDetails(contact, func(d *perch.Details) error {
			d.Disposition = nil
			if as.Said() {
				said := as
				said.Time = t.Now.Truncate(time.Millisecond)
				d.Disposition = &said
			}
			return nil
		})
	})
}

// NotePlace is a note's place in a chain; zero is before its newest.
type NotePlace struct {
	Session perch.SessionID `json:"s,omitempty"`
	Through int64           `json:"t,omitempty"` // as far as the chain has the session; 0 is all of it
	Contact perch.ContactID `json:"c,omitempty"` // empty is before the newest of the session
	Number  int             `json:"n,omitempty"`
}

// Notes are those of a chat and of the past that it continues, as far as it does:
// of the latest contact first, and of a contact the newest first. It goes on after
// a place and returns the next one to go on after; zero at the end. A page may be
// short, or empty, and yet not be the last one.
func (c *Chats) Notes(ctx context.Context, s *perch.Session, after NotePlace, limit int) (out []perch.Note, next NotePlace, err error) {
	at := s
	if after.Session != "" {
		if at, err = c.Session(ctx, after.Session); err != nil {
			return nil, next, err
		}
	}
	for range notedSessions {
		found, err := c.notesOf(ctx, at, after)
		if err != nil {
			return nil, next, err
		}
		if room := limit - len(out); len(found) > room {
			out = append(out, found[:room]...)
			last := out[len(out)-1]
			return out, NotePlace{at.ID, after.Through, last.Contact, last.Number}, nil
		}
		out = append(out, found...)
		if at.Link == nil {
			return out, NotePlace{}, nil
		}
		after = NotePlace{Session: at.Link.Session, Through: at.Link.Through}
		if at, err = c.Session(ctx, after.Session); err != nil {
			return nil, next, err
		}
	}
	return out, after, nil
}

// notesOf are those of a session after a place in it.
func (c *Chats) notesOf(ctx context.Context, s *perch.Session, after NotePlace) ([]perch.Note, error) {
	all, err := c.opts.Store.Notes(ctx, s.ID)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	var out []perch.Note
	begun := after.Contact == ""
	for _, of := range slices.Backward(s.Contacts) {
		if after.Through > 0 && of.First > after.Through || !begun && of.ID != after.Contact {
			continue
		}
		for _, n := range slices.Backward(all) {
			if n.Contact == of.ID && (begun || n.Number < after.Number) {
				out = append(out, n)
			}
		}
		begun = true
	}
	return out, nil
}
