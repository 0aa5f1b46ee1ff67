package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/perch-chat/perch"
)

// Monitor is that somebody watches a contact.
type Monitor struct {
	User        perch.UserID
	Contact     perch.ContactID
	Session     perch.SessionID
	Instance    perch.InstanceID
	Participant perch.ParticipantID
	MayBarge    bool
	Since       time.Time
}

// PutMonitor notes that somebody watches a contact, in place of an earlier time.
func PutMonitor(m Monitor) Write {
	return Write{SQL: `INSERT INTO monitor (user_id, contact, session, instance, participant, barge, since) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (user_id, contact) DO UPDATE SET participant = excluded.participant, barge = excluded.barge, since = excluded.since`,
		Args: []any{string(m.User), string(m.Contact), string(m.Session), string(m.Instance), string(m.Participant), flag(m.MayBarge), m.Since.UnixMilli()}, Rows: 1}
}

// DeleteMonitor notes that somebody watches a contact no more.
func DeleteMonitor(user perch.UserID, contact perch.ContactID) Write {
	return Write{SQL: `DELETE FROM monitor WHERE user_id = ? AND contact = ?`, Args: []any{string(user), string(contact)}, Rows: Any}
}

// DeleteMonitors notes that nobody watches a contact any more.
func DeleteMonitors(contact perch.ContactID) Write {
	return Write{SQL: `DELETE FROM monitor WHERE contact = ?`, Args: []any{string(contact)}, Rows: Any}
}

// TouchMonitors raises the version of whoever watches a contact.
func TouchMonitors(contact perch.ContactID) Write {
	return Write{SQL: `UPDATE agent SET version = version + 1 WHERE user_id IN (SELECT user_id FROM monitor WHERE contact = ?)`,
		Args: []any{string(contact)}, Rows: Any}
}

// MeetAgent raises the version of somebody who may never have had a status, and
// then has this one.
func MeetAgent(a Agent) Write {
	return Write{SQL: `INSERT INTO agent (user_id, instance, status, routable, since, idle_since, version) VALUES (?, ?, ?, 0, ?, ?, 1)
		ON CONFLICT (user_id) DO UPDATE SET version = agent.version + 1`,
		Args: []any{string(a.User), string(a.Instance), a.Status, a.Since.UnixMilli(), a.Since.UnixMilli()}, Rows: 1}
}

// MonitorsOf is what somebody watches, the oldest first.
func (s *Store) MonitorsOf(ctx context.Context, user perch.UserID) ([]Monitor, error) {
	return s.monitors(ctx, `WHERE user_id = ? ORDER BY since, contact`, string(user))
}

// MonitorsOn is who watches a contact.
func (s *Store) MonitorsOn(ctx context.Context, contact perch.ContactID) ([]Monitor, error) {
	return s.monitors(ctx, `WHERE contact = ? ORDER BY user_id`, string(contact))
}

func (s *Store) monitors(ctx context.Context, which string, args ...any) ([]Monitor, error) {
	var out []Monitor
	err := s.query(ctx, func(rows *sql.Rows) error {
		var m Monitor
		var since int64
		if err := rows.Scan(&m.User, &m.Contact, &m.Session, &m.Instance, &m.Participant, &m.MayBarge, &since); err != nil {
			return err
		}
		m.Since = timeOf(since)
		out = append(out, m)
		return nil
	}, `SELECT user_id, contact, session, instance, participant, barge, since FROM monitor `+which, args...)
	return out, err
}
