package store

import (
	"context"
	"database/sql"

	"github.com/perch-chat/perch"
)

// Share is a part of the buckets: from First up to but not including Past.
type Share struct{ First, Past int }

// AllBuckets is the share of a process that has the database to itself.
func AllBuckets() Share { return Share{Past: perch.Buckets} }

// Lease is a process's claim to look after a share.
type Lease struct {
	Node string
	Share
	Beat int64 // raised with each renewal
}

// PutLease makes or renews a lease.
func PutLease(l Lease) Write {
	return Write{SQL: `INSERT INTO lease (node, first, past, beat) VALUES (?, ?, ?, ?)
		ON CONFLICT (node) DO UPDATE SET first = excluded.first, past = excluded.past, beat = excluded.beat`,
		Args: []any{l.Node, l.First, l.Past, l.Beat}, Rows: 1}
}

// DeleteLease removes a lease, unless it has been renewed since.
func DeleteLease(node string, beat int64) Write {
	return Write{SQL: `DELETE FROM lease WHERE node = ? AND beat = ?`, Args: []any{node, beat}, Rows: Any}
}

// Leases are all leases, by node.
func (s *Store) Leases(ctx context.Context) ([]Lease, error) {
	var out []Lease
	err := s.query(ctx, func(rows *sql.Rows) error {
		var l Lease
		if err := rows.Scan(&l.Node, &l.First, &l.Past, &l.Beat); err != nil {
			return err
		}
		out = append(out, l)
		return nil
	}, `SELECT node, first, past, beat FROM lease ORDER BY node`)
	return out, err
}
