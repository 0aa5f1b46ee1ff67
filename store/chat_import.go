package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"strings"

	"github.com/perch-chat/perch"
)

// InsertImported notes what an imported session was made of; the turn fails with
// there where it was imported already.
func InsertImported(id perch.SessionID, sources []byte, there error) Write {
	return Write{SQL: `INSERT INTO imported (bucket, session, sources) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
		Args: []any{id.Bucket(), string(id), sources}, Rows: 1, Else: there}
}

// Imported is what a session was made of; found is false of one that was not
// imported.
func (s *Store) Imported(ctx context.Context, id perch.SessionID) (sources []byte, found bool, err error) {
	found, err = s.one(ctx, []any{&sources}, `SELECT sources FROM imported WHERE bucket = ? AND session = ?`, id.Bucket(), string(id))
	return sources, found, err
}

// itemsAtOnce is how many items one statement notes.
const itemsAtOnce = 32

// InsertItems makes the items of an imported session findable by the ids that they
// came with; numbers are those of their entries.
func InsertItems(session perch.SessionID, ids []string, numbers []int64) []Write {
	var out []Write
	for len(ids) > 0 {
		n := min(len(ids), itemsAtOnce)
		if n < itemsAtOnce {
			n = 1 // two texts, whatever the length
		}
		args := make([]any, 0, 3*n)
		for i := range n {
			args = append(args, itemKey(ids[i]), string(session), numbers[i])
		}
		out = append(out, Write{SQL: `INSERT INTO imported_item (item, session, number) VALUES (?, ?, ?)` + strings.Repeat(`, (?, ?, ?)`, n-1), Args: args, Rows: int64(n)})
		ids, numbers = ids[n:], numbers[n:]
	}
	return out
}

// Place is an entry of a session.
type Place struct {
	Session perch.SessionID
	Number  int64
}

// ImportedItems are the items that came with an id: as a rule one at the most.
func (s *Store) ImportedItems(ctx context.Context, id string) ([]Place, error) {
	var out []Place
	err := s.query(ctx, func(rows *sql.Rows) error {
		var p Place
		err := rows.Scan(&p.Session, &p.Number)
		out = append(out, p)
		return err
	}, `SELECT session, number FROM imported_item WHERE item = ? ORDER BY session`, itemKey(id))
	return out, err
}

// itemKey is an id as it is kept: a UUID as sixteen bytes, anything else as it is
// written. Two may have one key, so that who finds an item looks whether it is it.
func itemKey(id string) []byte {
	if len(id) == 36 && id[8] == '-' && id[13] == '-' && id[18] == '-' && id[23] == '-' && strings.ToLower(id) == id {
		if b, err := hex.DecodeString(strings.ReplaceAll(id, "-", "")); err == nil && len(b) == 16 {
			return b
		}
	}
	return []byte(id)
}

// SessionOf is the session of a contact, of whatever instance.
func (s *Store) SessionOf(ctx context.Context, id perch.ContactID) (session perch.SessionID, instance perch.InstanceID, found bool, err error) {
	found, err = s.one(ctx, []any{&session, &instance}, `SELECT session, instance FROM contact WHERE id = ?`, string(id))
	return session, instance, found, err
}
