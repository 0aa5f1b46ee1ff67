package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/perch-chat/perch"
)

// Cold is where the log of a session is that has no rows any more.
type Cold struct {
	Session    perch.SessionID
	Generation int64
	Head       int64
	File       string
	Size       int64
	IndexSize  int64
	Hash       []byte
}

// SetCold says that a session that has ended is in a file. The turn fails with
// moved where it is cold already, or is not what was written any more.
func SetCold(c Cold, moved error) []Write {
	bucket, id := c.Session.Bucket(), string(c.Session)
	return []Write{
		{SQL: `UPDATE session SET frozen = 1 WHERE bucket = ? AND id = ? AND generation = ? AND frozen = 0 AND ended > 0`,
			Args: []any{bucket, id, c.Generation}, Rows: 1, Else: moved},
		{SQL: `INSERT INTO cold (bucket, session, generation, head, file, size, index_size, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
			Args: []any{bucket, id, c.Generation, c.Head, c.File, c.Size, c.IndexSize, c.Hash}, Rows: 1},
	}
}

// Cold is where a session is in a file; found is false of one that has its rows.
func (s *Store) Cold(ctx context.Context, id perch.SessionID) (c Cold, found bool, err error) {
	c.Session = id
	found, err = s.one(ctx, []any{&c.Generation, &c.Head, &c.File, &c.Size, &c.IndexSize, &c.Hash},
		`SELECT generation, head, file, size, index_size, hash FROM cold WHERE bucket = ? AND session = ?`, id.Bucket(), string(id))
	return c, found, err
}

// DeleteEntries deletes the entries of a session up to a number.
func DeleteEntries(id perch.SessionID, through int64) []Write {
	args := []any{id.Bucket(), string(id), through}
	return []Write{
		{SQL: `DELETE FROM log WHERE bucket = ? AND session = ? AND number <= ?`, Args: args, Rows: Any},
		{SQL: `DELETE FROM log_long WHERE bucket = ? AND session = ? AND number <= ?`, Args: args, Rows: Any},
	}
}

// FinishCold deletes what is left of the rows that a file has, and notes that
// there are none.
func FinishCold(id perch.SessionID) []Write {
	args := []any{id.Bucket(), string(id)}
	return []Write{
		{SQL: `DELETE FROM receipt WHERE bucket = ? AND session = ?`, Args: args, Rows: Any},
		{SQL: `DELETE FROM checkpoint WHERE bucket = ? AND session = ?`, Args: args, Rows: Any},
		{SQL: `UPDATE session SET frozen = 2 WHERE bucket = ? AND id = ?`, Args: args, Rows: 1},
	}
}

// Generation is a session's; it rises when something in its log is erased.
func (s *Store) Generation(ctx context.Context, id perch.SessionID) (generation int64, err error) {
	_, err = s.one(ctx, []any{&generation}, `SELECT generation FROM session WHERE bucket = ? AND id = ?`, id.Bucket(), string(id))
	return generation, err
}

// Over is a session that has ended, and when.
type Over struct {
	Session perch.SessionID
	Ended   time.Time
}

// Warm are sessions that ended before a time and have rows still, in the order of
// their ends, those behind another.
func (s *Store) Warm(ctx context.Context, before time.Time, after Over, limit int) ([]Over, error) {
	from := int64(1)
	if !after.Ended.IsZero() {
		from = after.Ended.UnixMilli()
	}
	var out []Over
	err := s.query(ctx, func(rows *sql.Rows) error {
		var o Over
		var ended int64
		if err := rows.Scan(&o.Session, &ended); err != nil {
			return err
		}
		o.Ended = timeOf(ended)
		out = append(out, o)
		return nil
	}, `SELECT id, ended FROM session WHERE frozen < 2 AND ended > 0 AND ended < ? AND ended >= ? AND (ended > ? OR id > ?)
		ORDER BY ended, id LIMIT ?`, before.UnixMilli(), from, from, string(after.Session), limit)
	return out, err
}

// ColdOnes are how many sessions are in files, and the bytes of those.
func (s *Store) ColdOnes(ctx context.Context) (sessions, bytes int64, err error) {
	_, err = s.one(ctx, []any{&sessions, &bytes}, `SELECT COUNT(*), CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM cold`)
	return sessions, bytes, err
}
