package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/perch-chat/perch"
)

// WorkState is where an agent stands with a contact. Each takes a slot.
type WorkState string

const (
	Incoming  WorkState = "INCOMING" // offered
	Connected WorkState = "CONNECTED"
	Missed    WorkState = "MISSED"
	Rejected  WorkState = "REJECTED"
	EndedWork WorkState = "ENDED" // after-contact work
)

// Work is an agent's business with a contact, until it is cleared.
type Work struct {
	User        perch.UserID
	Contact     perch.ContactID
	Session     perch.SessionID
	Instance    perch.InstanceID
	State       WorkState
	Since       time.Time
	Expires     time.Time // of an offer
	Queue       perch.QueueID
	Participant perch.ParticipantID // once accepted
}

// InsertOffer offers a contact to an agent who has a free slot of so many, is
// routable and about to stay that; lost is what the turn fails with when not.
func InsertOffer(w Work, slots int, lost error) Write {
	return Write{SQL: `INSERT INTO work (user_id, contact, session, instance, state, since, expires, queue)
		SELECT ?, ?, ?, ?, ?, ?, ?, ?
		WHERE (SELECT COUNT(*) FROM work WHERE user_id = ?) < ?
			AND EXISTS (SELECT 1 FROM agent WHERE user_id = ? AND routable = 1 AND next_status = '')
		ON CONFLICT DO NOTHING`,
		Args: []any{string(w.User), string(w.Contact), string(w.Session), string(w.Instance), string(Incoming), w.Since.UnixMilli(), w.Expires.UnixMilli(), string(w.Queue),
			string(w.User), slots, string(w.User)}, Rows: 1, Else: lost}
}

// AssignOffer offers a contact to an agent who has not been offered it and not
// cleared it; lost is what the turn fails with otherwise.
func AssignOffer(w Work, lost error) Write {
	return Write{SQL: `INSERT INTO work (user_id, contact, session, instance, state, since, expires, queue) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		Args: []any{string(w.User), string(w.Contact), string(w.Session), string(w.Instance), string(Incoming), w.Since.UnixMilli(), w.Expires.UnixMilli(), string(w.Queue)},
		Rows: 1, Else: lost}
}

// AcceptOffer takes an offer that has not expired; gone is what the turn fails
// with when it has, or is somebody else's by now.
func AcceptOffer(user perch.UserID, contact perch.ContactID, participant perch.ParticipantID, now time.Time, gone error) Write {
	return Write{SQL: `UPDATE work SET state = ?, since = ?, expires = 0, participant = ?
		WHERE user_id = ? AND contact = ? AND state = ? AND expires > ?`,
		Args: []any{string(Connected), now.UnixMilli(), string(participant), string(user), string(contact), string(Incoming), now.UnixMilli()},
		Rows: 1, Else: gone}
}

// CloseOffer ends an offer as missed or rejected; gone is what the turn fails
// with when there is none.
func CloseOffer(user perch.UserID, contact perch.ContactID, as WorkState, now time.Time, gone error) Write {
	return Write{SQL: `UPDATE work SET state = ?, since = ?, expires = 0 WHERE user_id = ? AND contact = ? AND state = ?`,
		Args: []any{string(as), now.UnixMilli(), string(user), string(contact), string(Incoming)}, Rows: 1, Else: gone}
}

// EndWorkOn begins the after-contact work of whoever is connected to a contact.
func EndWorkOn(contact perch.ContactID, now time.Time) Write {
	return Write{SQL: `UPDATE work SET state = ?, since = ? WHERE contact = ? AND state = ?`,
		Args: []any{string(EndedWork), now.UnixMilli(), string(contact), string(Connected)}, Rows: Any}
}

// ClearEndedWork frees the slot of after-contact work that began at a time; work
// that has been cleared, or is of another time, is left alone.
func ClearEndedWork(user perch.UserID, contact perch.ContactID, since time.Time) Write {
	return Write{SQL: `DELETE FROM work WHERE user_id = ? AND contact = ? AND state = ? AND since = ?`,
		Args: []any{string(user), string(contact), string(EndedWork), since.UnixMilli()}, Rows: Any}
}

// DropOffers takes back the offers of a contact that waits no more.
func DropOffers(contact perch.ContactID) Write {
	return Write{SQL: `DELETE FROM work WHERE contact = ? AND state = ?`, Args: []any{string(contact), string(Incoming)}, Rows: Any}
}

// ClearWork frees a slot; busy is what the turn fails with when there is nothing
// that can be cleared.
func ClearWork(user perch.UserID, contact perch.ContactID, busy error) Write {
	return Write{SQL: `DELETE FROM work WHERE user_id = ? AND contact = ? AND state IN (?, ?, ?)`,
		Args: []any{string(user), string(contact), string(Missed), string(Rejected), string(EndedWork)}, Rows: 1, Else: busy}
}

const workQuery = `SELECT user_id, contact, session, instance, state, since, expires, queue, participant FROM work `

// WorkOf is everything an agent has to do with, oldest first.
func (s *Store) WorkOf(ctx context.Context, user perch.UserID) ([]Work, error) {
	return s.work(ctx, workQuery+`WHERE user_id = ? ORDER BY since, contact`, string(user))
}

// WorkOfRoutable are the contacts that agents have to do with who may be offered
// others.
func (s *Store) WorkOfRoutable(ctx context.Context) (map[perch.UserID][]perch.ContactID, error) {
	out := map[perch.UserID][]perch.ContactID{}
	err := s.query(ctx, func(rows *sql.Rows) error {
		var user perch.UserID
		var contact perch.ContactID
		if err := rows.Scan(&user, &contact); err != nil {
			return err
		}
		out[user] = append(out[user], contact)
		return nil
	}, `SELECT user_id, contact FROM work WHERE user_id IN (SELECT user_id FROM agent WHERE routable = 1)`)
	return out, err
}

// WorkOn is an agent's business with one contact.
func (s *Store) WorkOn(ctx context.Context, user perch.UserID, contact perch.ContactID) (w Work, found bool, err error) {
	all, err := s.work(ctx, workQuery+`WHERE user_id = ? AND contact = ?`, string(user), string(contact))
	if err != nil || len(all) == 0 {
		return Work{}, false, err
	}
	return all[0], true, nil
}

// WorkWith is who has to do with a contact.
func (s *Store) WorkWith(ctx context.Context, contact perch.ContactID) ([]Work, error) {
	return s.work(ctx, workQuery+`WHERE contact = ? ORDER BY user_id`, string(contact))
}

// WorkOnSession is who has to do with any contact of a session.
func (s *Store) WorkOnSession(ctx context.Context, session perch.SessionID) ([]Work, error) {
	return s.work(ctx, workQuery+`WHERE contact IN `+contactsOf+` ORDER BY user_id, contact`, session.Bucket(), string(session))
}

func (s *Store) work(ctx context.Context, text string, args ...any) ([]Work, error) {
	var out []Work
	err := s.query(ctx, func(rows *sql.Rows) error {
		var w Work
		var since, expires int64
		if err := rows.Scan(&w.User, &w.Contact, &w.Session, &w.Instance, &w.State, &since, &expires, &w.Queue, &w.Participant); err != nil {
			return err
		}
		w.Since, w.Expires = timeOf(since), timeOf(expires)
		out = append(out, w)
		return nil
	}, text, args...)
	return out, err
}

// RequireNoWork changes nothing; busy is what the turn fails with where the user
// has to do with a contact.
func RequireNoWork(user perch.UserID, busy error) Write {
	return Write{SQL: `UPDATE work SET since = since WHERE user_id = ?`, Args: []any{string(user)}, Rows: 0, Else: busy}
}
