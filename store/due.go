package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/perch-chat/perch"
)

// Due rows belong to two rooms: a chat's turn sets and deletes them with what
// it does, schedule finds them and puts off those that fail.

// SetDue writes a due row, moving the one of the same name.
func SetDue(d perch.Due) Write {
	body := d.Body
	if body == nil {
		body = []byte{}
	}
	return Write{SQL: `INSERT INTO due (bucket, session, kind, name, contact, at, body) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (bucket, session, kind, name) DO UPDATE SET
			contact = excluded.contact, at = excluded.at, body = excluded.body, attempts = 0, dead = 0`,
		Args: []any{d.Session.Bucket(), string(d.Session), d.Kind, d.Key, string(d.Contact), d.At.UnixMilli(), body}, Rows: 1}
}

// DeleteDue removes a due row if it is there.
func DeleteDue(session perch.SessionID, kind, key string) Write {
	return Write{SQL: `DELETE FROM due WHERE bucket = ? AND session = ? AND kind = ? AND name = ?`,
		Args: []any{session.Bucket(), string(session), kind, key}, Rows: Any}
}

// TakeDue removes a due row in the commit of its effect; gone is what the turn
// fails with when somebody else has done so, or it has been moved.
func TakeDue(d perch.Due, gone error) Write {
	return Write{SQL: `DELETE FROM due WHERE bucket = ? AND session = ? AND kind = ? AND name = ? AND at = ?`,
		Args: []any{d.Session.Bucket(), string(d.Session), d.Kind, d.Key, d.At.UnixMilli()}, Rows: 1, Else: gone}
}

// MoveDue has a due row come due at another time, after so many attempts; gone is
// what the turn fails with when somebody else has taken it or moved it.
func MoveDue(d perch.Due, at time.Time, attempts int, gone error) Write {
	return Write{SQL: `UPDATE due SET at = ?, attempts = ? WHERE bucket = ? AND session = ? AND kind = ? AND name = ? AND at = ?`,
		Args: []any{at.UnixMilli(), attempts, d.Session.Bucket(), string(d.Session), d.Kind, d.Key, d.At.UnixMilli()}, Rows: 1, Else: gone}
}

// PutOffDue tries a due row again later, or never again: dead rows stay for an
// operator to see.
func PutOffDue(d perch.Due, at time.Time, dead bool) Write {
	buried := 0
	if dead {
		buried = 1
	}
	return Write{SQL: `UPDATE due SET at = ?, attempts = attempts + 1, dead = ? WHERE bucket = ? AND session = ? AND kind = ? AND name = ? AND at = ?`,
		Args: []any{at.UnixMilli(), buried, d.Session.Bucket(), string(d.Session), d.Kind, d.Key, d.At.UnixMilli()}, Rows: Any}
}

// DueBy are the rows of a share that are due at a time, the longest overdue first.
func (s *Store) DueBy(ctx context.Context, of Share, now time.Time, limit int) ([]perch.Due, error) {
	var out []perch.Due
	err := s.query(ctx, func(rows *sql.Rows) error {
		var d perch.Due
		var at int64
		if err := rows.Scan(&d.Session, &d.Kind, &d.Key, &d.Contact, &at, &d.Body, &d.Attempts); err != nil {
			return err
		}
		d.At = time.UnixMilli(at).UTC()
		out = append(out, d)
		return nil
	}, `SELECT session, kind, name, contact, at, body, attempts FROM due
		WHERE dead = 0 AND at <= ? AND bucket >= ? AND bucket < ? ORDER BY at LIMIT ?`,
		now.UnixMilli(), of.First, of.Past, limit)
	return out, err
}

// NextDue is when the next row of a share after a time comes due.
func (s *Store) NextDue(ctx context.Context, of Share, after time.Time) (at time.Time, found bool, err error) {
	var ms int64
	found, err = s.one(ctx, []any{&ms}, `SELECT at FROM due
		WHERE dead = 0 AND at > ? AND bucket >= ? AND bucket < ? ORDER BY at LIMIT 1`, after.UnixMilli(), of.First, of.Past)
	return time.UnixMilli(ms).UTC(), found, err
}
