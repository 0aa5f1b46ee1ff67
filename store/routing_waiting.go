package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
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
	Place    perch.Place
}

// InsertWaiting puts a contact into a queue, or into an agent's own, that holds
// fewer than limit contacts, offered ones included; 0 is no limit. With full the
// turn fails where it does not, or where the queue is gone.
func InsertWaiting(w Waiting, limit int, full error) (Write, error) {
	criteria, err := encodeCriteria(w.Place)
	in := Write{SQL: `INSERT INTO waiting (contact, session, instance, queue, user_id, since, priority, seconds, criteria)
		SELECT ?, ?, ?, ?, ?, ?, ?, ?, ? WHERE (? = '' OR EXISTS (SELECT 1 FROM setting WHERE instance = ? AND kind = ? AND id = ?))`,
		Args: []any{string(w.Contact), string(w.Session), string(w.Instance), string(w.Queue), string(w.User), w.Since.UnixMilli(),
			w.Place.Priority, w.Place.Seconds, criteria, string(w.Queue), string(w.Instance), KindQueue, string(w.Queue)}, Rows: 1, Else: full}
	if limit > 0 {
		in.SQL += ` AND (SELECT COUNT(*) FROM waiting WHERE queue = ? AND user_id = ?) < ?`
		in.Args = append(in.Args, string(w.Queue), string(w.User), limit)
	}
	return in, err
}

// RestoreWaiting puts a contact back into its queue, at the default place.
func RestoreWaiting(w Waiting) Write {
	return Write{SQL: `INSERT INTO waiting (contact, session, instance, queue, user_id, since) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		Args: []any{string(w.Contact), string(w.Session), string(w.Instance), string(w.Queue), string(w.User), w.Since.UnixMilli()}, Rows: 1}
}

// PlaceWaiting moves a contact among those that wait; one that does not is left
// alone.
func PlaceWaiting(contact perch.ContactID, p perch.Place) (Write, error) {
	criteria, err := encodeCriteria(p)
	return Write{SQL: `UPDATE waiting SET priority = ?, seconds = ?, criteria = ? WHERE contact = ?`,
		Args: []any{p.Priority, p.Seconds, criteria, string(contact)}, Rows: Any}, err
}

func encodeCriteria(p perch.Place) (string, error) {
	if len(p.Criteria.Steps) == 0 {
		return "", nil
	}
	data, err := json.Marshal(p.Criteria)
	return string(data), err
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
func (s *Store) Unoffered(ctx context.Context) ([]Waiting, error) {
	return s.waiting(ctx, `WHERE offered_to = '' ORDER BY priority, since - seconds * 1000, contact`)
}

// WaitingIn are the contacts that wait in a queue or, where user is set, for
// one agent, offered ones included, in the order in which they are to go.
func (s *Store) WaitingIn(ctx context.Context, queue perch.QueueID, user perch.UserID) ([]Waiting, error) {
	if user != "" {
		return s.waiting(ctx, `WHERE user_id = ? ORDER BY priority, since - seconds * 1000, contact`, string(user))
	}
	return s.waiting(ctx, `WHERE queue = ? AND user_id = '' ORDER BY priority, since - seconds * 1000, contact`, string(queue))
}

func (s *Store) waiting(ctx context.Context, which string, args ...any) ([]Waiting, error) {
	var out []Waiting
	err := s.query(ctx, func(rows *sql.Rows) error {
		var w Waiting
		var since int64
		var criteria string
		if err := rows.Scan(&w.Contact, &w.Session, &w.Instance, &w.Queue, &w.User, &since, &w.Place.Priority, &w.Place.Seconds, &criteria); err != nil {
			return err
		}
		if criteria != "" {
			if err := json.Unmarshal([]byte(criteria), &w.Place.Criteria); err != nil {
				return fmt.Errorf("damaged criteria of waiting contact %s: %w", w.Contact, err)
			}
		}
		w.Since = timeOf(since)
		out = append(out, w)
		return nil
	}, `SELECT contact, session, instance, queue, user_id, since, priority, seconds, criteria FROM waiting `+which, args...)
	return out, err
}

// InQueue is how many contacts are in a queue, offered ones included.
func (s *Store) InQueue(ctx context.Context, queue perch.QueueID) (n int, err error) {
	_, err = s.one(ctx, []any{&n}, `SELECT COUNT(*) FROM waiting WHERE queue = ? AND user_id = ''`, string(queue))
	return n, err
}

// InAgentQueue is how many contacts wait for one agent.
func (s *Store) InAgentQueue(ctx context.Context, user perch.UserID) (n int, err error) {
	_, err = s.one(ctx, []any{&n}, `SELECT COUNT(*) FROM waiting WHERE user_id = ?`, string(user))
	return n, err
}
