package store

import (
	"context"
	"database/sql"

	"github.com/perch-chat/perch"
)

// InsertFlowLog keeps the steps of one turn of a contact's flow, of which the
// last has the number given.
func InsertFlowLog(session perch.SessionID, contact perch.ContactID, last int64, steps []byte) Write {
	return Write{SQL: `INSERT INTO flow_log (bucket, session, contact, number, body) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		Args: []any{session.Bucket(), string(session), string(contact), last, steps}, Rows: 1}
}

// TrimFlowLog forgets the turns whose steps all have numbers up to through.
func TrimFlowLog(session perch.SessionID, contact perch.ContactID, through int64) Write {
	return Write{SQL: `DELETE FROM flow_log WHERE bucket = ? AND session = ? AND contact = ? AND number <= ?`,
		Args: []any{session.Bucket(), string(session), string(contact), through}, Rows: Any}
}

// FlowLog is the turns of a contact's flow that hold steps with numbers above
// after, oldest first, at most limit of them.
func (s *Store) FlowLog(ctx context.Context, session perch.SessionID, contact perch.ContactID, after int64, limit int) ([][]byte, error) {
	var out [][]byte
	err := s.query(ctx, func(rows *sql.Rows) error {
		var steps []byte
		if err := rows.Scan(&steps); err != nil {
			return err
		}
		out = append(out, steps)
		return nil
	}, `SELECT body FROM flow_log WHERE bucket = ? AND session = ? AND contact = ? AND number > ? ORDER BY number LIMIT ?`,
		session.Bucket(), string(session), string(contact), after, limit)
	return out, err
}
