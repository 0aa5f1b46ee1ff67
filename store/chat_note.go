package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/perch-chat/perch"
)

// InsertNote adds a note to a contact, under a number that no other of it has.
func InsertNote(n perch.Note) Write {
	return Write{SQL: `INSERT INTO note (bucket, session, contact, number, author, name, time, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		Args: []any{n.Session.Bucket(), string(n.Session), string(n.Contact), n.Number, string(n.Author.ID), n.Author.Name, n.Time.UnixMilli(), []byte(n.Text)}, Rows: 1}
}

// Notes are all on contacts of a session; those of a contact in order.
func (s *Store) Notes(ctx context.Context, session perch.SessionID) ([]perch.Note, error) {
	var out []perch.Note
	err := s.query(ctx, func(rows *sql.Rows) error {
		n := perch.Note{Session: session}
		var at int64
		var text []byte
		err := rows.Scan(&n.Contact, &n.Number, &n.Author.ID, &n.Author.Name, &at, &text)
		n.Time, n.Text = time.UnixMilli(at).UTC(), string(text)
		out = append(out, n)
		return err
	}, `SELECT contact, number, author, name, time, body FROM note WHERE bucket = ? AND session = ? ORDER BY contact, number`,
		session.Bucket(), string(session))
	return out, err
}
