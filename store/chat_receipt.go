package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/perch-chat/perch"
)

// Receipt is what a participant has confirmed of a message; zero times are
// unconfirmed.
type Receipt struct {
	Number          int64
	Participant     perch.ParticipantID
	Delivered, Read time.Time
}

// SetReceipt confirms a message; the first time of each kind stays.
func SetReceipt(session perch.SessionID, r Receipt) Write {
	ms := func(t time.Time) int64 {
		if t.IsZero() {
			return 0
		}
		return t.UnixMilli()
	}
	return Write{SQL: `INSERT INTO receipt (bucket, session, number, participant, delivered, seen) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (bucket, session, number, participant) DO UPDATE SET
			delivered = CASE WHEN receipt.delivered > 0 THEN receipt.delivered ELSE excluded.delivered END,
			seen = CASE WHEN receipt.seen > 0 THEN receipt.seen ELSE excluded.seen END`,
		Args: []any{session.Bucket(), string(session), r.Number, string(r.Participant), ms(r.Delivered), ms(r.Read)}, Rows: Any}
}

// Receipts are those of the messages numbered from..to of a session.
func (s *Store) Receipts(ctx context.Context, session perch.SessionID, from, to int64) ([]Receipt, error) {
	var out []Receipt
	err := s.query(ctx, func(rows *sql.Rows) error {
		var r Receipt
		var delivered, read int64
		if err := rows.Scan(&r.Number, &r.Participant, &delivered, &read); err != nil {
			return err
		}
		r.Delivered, r.Read = timeOf(delivered), timeOf(read)
		out = append(out, r)
		return nil
	}, `SELECT number, participant, delivered, seen FROM receipt
		WHERE bucket = ? AND session = ? AND number BETWEEN ? AND ? ORDER BY number`,
		session.Bucket(), string(session), from, to)
	return out, err
}
