package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/perch-chat/perch"
)

// AddFile writes a new file of a contact.
func AddFile(f perch.File) (Write, error) {
	body, err := json.Marshal(f)
	if err != nil {
		return Write{}, fmt.Errorf("encoding file %s: %w", f.ID, err)
	}
	return Write{SQL: `INSERT INTO attachment (bucket, session, id, contact, number, state, created, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		Args: []any{f.Session.Bucket(), string(f.Session), string(f.ID), string(f.Contact), f.Number, int(f.State), f.Created.UnixMilli(), body}, Rows: 1}, nil
}

// MoveFile has a file go on from the state that it was read in; gone is what the
// turn fails with where it is in another by now.
func MoveFile(f perch.File, to perch.FileState, number int64, gone error) Write {
	return Write{SQL: `UPDATE attachment SET state = ?, number = ? WHERE bucket = ? AND session = ? AND id = ? AND state = ?`,
		Args: []any{int(to), number, f.Session.Bucket(), string(f.Session), string(f.ID), int(f.State)}, Rows: 1, Else: gone}
}

const fileQuery = `SELECT session, id, contact, number, state, created, body FROM attachment `

func (s *Store) files(ctx context.Context, where string, args ...any) ([]perch.File, error) {
	var out []perch.File
	err := s.query(ctx, func(rows *sql.Rows) error {
		var f perch.File
		var created int64
		var body []byte
		if err := rows.Scan(&f.Session, &f.ID, &f.Contact, &f.Number, &f.State, &created, &body); err != nil {
			return err
		}
		if err := json.Unmarshal(body, &f); err != nil {
			return fmt.Errorf("damaged file %s: %w", f.ID, err)
		}
		f.Created = time.UnixMilli(created).UTC()
		out = append(out, f)
		return nil
	}, fileQuery+where, args...)
	return out, err
}

// File is a file of any contact, by its id.
func (s *Store) File(ctx context.Context, id perch.FileID) (perch.File, bool, error) {
	found, err := s.files(ctx, `WHERE id = ?`, string(id))
	if err != nil || len(found) == 0 {
		return perch.File{}, false, err
	}
	return found[0], true, nil
}

// Files are all of a session, in no order.
func (s *Store) Files(ctx context.Context, session perch.SessionID) ([]perch.File, error) {
	return s.files(ctx, `WHERE bucket = ? AND session = ?`, session.Bucket(), string(session))
}
