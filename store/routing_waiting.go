package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/perch-chat/perch"
)

// Waiting is a contact in a queue, or in an agent's own.
type Waiting struct {
	Contact  perch.ContactID
	Session  perch.SessionID
	Instance perch.InstanceID
	Queue    perch.QueueID
	User     perch.UserID // whose own queue
	Since    time.Time
}

// InsertWaiting puts a contact into a queue; there is what the turn fails with
// when it is in one already.
func InsertWaiting(w Waiting, there error) Write {
	return Write{SQL: `INSERT INTO waiting (contact, session, instance, queue, user_id, since) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		Args: []any{string(w.Contact), string(w.Session), string(w.Instance), string(w.Queue), string(w.User), w.Since.UnixMilli()}, Rows: 1, Else: there}
}

// DeleteWaiting takes a contact out of its queue.
func DeleteWaiting(contact perch.ContactID) Write {
	return Write{SQL: `DELETE FROM waiting WHERE contact = ?`, Args: []any{string(contact)}, Rows: Any}
}

// OfferWaiting marks a contact as offered, so that it is to nobody else; lost is
// what the turn fails with when it is, or waits no more.
func OfferWaiting(contact perch.ContactID, to perch.UserID, lost error) Write {
	return Write{SQL: `UPDATE waiting SET offered_to = ? WHERE contact = ? AND offered_to = ''`,
		Args: []any{string(to), string(contact)}, Rows: 1, Else: lost}
}

// ReturnWaiting ends an offer: the contact waits on, in its place.
func ReturnWaiting(contact perch.ContactID, from perch.UserID) Write {
	return Write{SQL: `UPDATE waiting SET offered_to = '' WHERE contact = ? AND offered_to = ?`,
		Args: []any{string(contact), string(from)}, Rows: Any}
}

// Unoffered are the contacts that wait and are offered to nobody, of all
// instances, the longest waiting first.
func (s *Store) Unoffered(ctx context.Context, limit int) ([]Waiting, error) {
	var out []Waiting
	err := s.query(ctx, func(rows *sql.Rows) error {
		var w Waiting
		var since int64
		if err := rows.Scan(&w.Contact, &w.Session, &w.Instance, &w.Queue, &w.User, &since); err != nil {
			return err
		}
		w.Since = timeOf(since)
		out = append(out, w)
		return nil
	}, `SELECT contact, session, instance, queue, user_id, since FROM waiting WHERE offered_to = '' ORDER BY since, contact LIMIT ?`, limit)
	return out, err
}

// InQueue is how many contacts are in a queue, offered ones included.
func (s *Store) InQueue(ctx context.Context, queue perch.QueueID) (n int, err error) {
	_, err = s.one(ctx, []any{&n}, `SELECT COUNT(*) FROM waiting WHERE queue = ?`, string(queue))
	return n, err
}

// InAgentQueue is how many contacts wait for one agent.
func (s *Store) InAgentQueue(ctx context.Context, user perch.UserID) (n int, err error) {
	_, err = s.one(ctx, []any{&n}, `SELECT COUNT(*) FROM waiting WHERE user_id = ?`, string(user))
	return n, err
}
