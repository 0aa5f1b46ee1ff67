package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/perch-chat/perch"
)

// What is here is about all tables of a session that has ended, as it moves from one
// database into another, of whatever engine.

// column is a column and what it holds.
type column struct {
	name string
	kind kind
}

type kind byte

const (
	number kind = iota
	text
	blob
)

// movedTables are the tables of a session that has ended, but its log, which is in a
// file by then, what the log tells again (imported_item), and what is kept only while
// it goes on. The first column is the bucket, the second the session.
func movedTables() map[string][]column {
	n, t, b := number, text, blob
	return map[string][]column{
		"session": {{"bucket", n}, {"id", t}, {"instance", t}, {"started", n}, {"ended", n}, {"customer", t}, {"generation", n}, {"attributes_version", n}, {"attributes", b}, {"frozen", n}},
		"contact": {{"bucket", n}, {"session", t}, {"id", t}, {"instance", t}, {"work_started", n}, {"work_ended", n}, {"details", b}, {"details_version", n},
			{"opened", n}, {"closed", n}, {"enqueued", n}, {"joined", n}, {"responded", n}, {"method", t}, {"reason", t}, {"queue", t}, {"agent", t}},
		"link":       {{"bucket", n}, {"session", t}, {"source", t}, {"contact", t}, {"through", n}, {"type", t}, {"depth", n}, {"jump", t}, {"jump_depth", n}},
		"cold":       {{"bucket", n}, {"session", t}, {"generation", n}, {"head", n}, {"file", t}, {"size", n}, {"index_size", n}, {"hash", b}},
		"attachment": {{"bucket", n}, {"session", t}, {"id", t}, {"contact", t}, {"number", n}, {"state", n}, {"created", n}, {"body", b}},
		"flow_log":   {{"bucket", n}, {"session", t}, {"contact", t}, {"number", n}, {"body", b}},
		"note":       {{"bucket", n}, {"session", t}, {"contact", t}, {"number", n}, {"author", t}, {"name", t}, {"time", n}, {"body", b}},
		"imported":   {{"bucket", n}, {"session", t}, {"sources", b}},
	}
}

// Rows are the rows of a session, by table, each in the order of its columns.
type Rows map[string][]Row

// Row is a row: int64, string and []byte.
type Row []any

// SessionRows are all rows of a session, each table's in the order of all columns.
func (s *Store) SessionRows(ctx context.Context, id perch.SessionID) (Rows, error) {
	out := Rows{}
	for table, columns := range movedTables() {
		names := namesOf(columns)
		err := s.query(ctx, func(rows *sql.Rows) error {
			row, err := scanRow(rows, columns)
			out[table] = append(out[table], row)
			return err
		}, `SELECT `+names+` FROM `+table+` WHERE bucket = ? AND `+columns[1].name+` = ? ORDER BY `+names, id.Bucket(), string(id))
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func namesOf(columns []column) string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.name
	}
	return strings.Join(names, ", ")
}

func scanRow(rows *sql.Rows, columns []column) (Row, error) {
	dest := make([]any, len(columns))
	for i, c := range columns {
		switch c.kind {
		case number:
			dest[i] = new(int64)
		case text:
			dest[i] = new(string)
		case blob:
			dest[i] = new([]byte)
		}
	}
	if err := rows.Scan(dest...); err != nil {
		return nil, err
	}
	out := make(Row, len(columns))
	for i := range dest {
		switch v := dest[i].(type) {
		case *int64:
			out[i] = *v
		case *string:
			out[i] = *v
		case *[]byte:
			out[i] = append([]byte{}, *v...)
		}
	}
	return out, nil
}

// Get is a value of a row of a table, by the name of its column.
func (r Rows) Get(table string, row int, name string) any {
	for i, c := range movedTables()[table] {
		if c.name == name {
			return r[table][row][i]
		}
	}
	return nil
}

// Set replaces one.
func (r Rows) Set(table string, row int, name string, value any) {
	for i, c := range movedTables()[table] {
		if c.name == name {
			r[table][row][i] = value
		}
	}
}

// SetCold has the rows say that the session is in a file, and has no others.
func (r Rows) SetCold(c Cold) {
	r.Set("session", 0, "frozen", int64(2))
	r["cold"] = []Row{{int64(c.Session.Bucket()), string(c.Session), c.Generation, c.Head, c.File, c.Size, c.IndexSize, c.Hash}}
}

// Check tells what is wrong with rows that come from elsewhere: each must be of the
// session, and have what its columns hold.
func (r Rows) Check(id perch.SessionID) error {
	tables := movedTables()
	if len(r["session"]) != 1 || len(r["cold"]) != 1 {
		return fmt.Errorf("session %s has %d rows of its own and %d of its file", id, len(r["session"]), len(r["cold"]))
	}
	for table, rows := range r {
		columns, known := tables[table]
		if !known {
			return fmt.Errorf("there is no table %q", table)
		}
		for _, row := range rows {
			if len(row) != len(columns) {
				return fmt.Errorf("a row of %s has %d columns, not %d", table, len(row), len(columns))
			}
			if row[0] != int64(id.Bucket()) || row[1] != string(id) {
				return fmt.Errorf("a row of %s is not of session %s", table, id)
			}
		}
	}
	return nil
}

// InsertRows writes the rows of a session.
func InsertRows(r Rows) []Write {
	var out []Write
	for table, columns := range movedTables() {
		sql := `INSERT INTO ` + table + ` (` + namesOf(columns) + `) VALUES (?` + strings.Repeat(`, ?`, len(columns)-1) + `)`
		for _, row := range r[table] {
			out = append(out, Write{SQL: sql, Args: row, Rows: 1})
		}
	}
	return out
}

// MarshalJSON writes rows so that people can read what can be read: a blob that is
// text as that behind a "=", any other in base64.
func (r Rows) MarshalJSON() ([]byte, error) {
	out := map[string][][]any{}
	for table, rows := range r {
		for _, row := range rows {
			shown := make([]any, len(row))
			for i, v := range row {
				if b, ok := v.([]byte); ok {
					v = "#" + base64.StdEncoding.EncodeToString(b)
					if utf8.Valid(b) {
						v = "=" + string(b)
					}
				}
				shown[i] = v
			}
			out[table] = append(out[table], shown)
		}
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(out)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// UnmarshalJSON reads what MarshalJSON writes.
func (r *Rows) UnmarshalJSON(data []byte) error {
	var in map[string][][]json.RawMessage
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	*r = Rows{}
	tables := movedTables()
	for table, rows := range in {
		for _, raw := range rows {
			row, err := readRow(tables[table], raw)
			if err != nil {
				return fmt.Errorf("a row of %.100q: %w", table, err)
			}
			(*r)[table] = append((*r)[table], row)
		}
	}
	return nil
}

func readRow(columns []column, raw []json.RawMessage) (Row, error) {
	if len(raw) != len(columns) {
		return nil, fmt.Errorf("it has %d columns, not %d", len(raw), len(columns))
	}
	row := make(Row, len(raw))
	for i, c := range columns {
		if c.kind == number {
			var n int64
			if err := json.Unmarshal(raw[i], &n); err != nil {
				return nil, err
			}
			row[i] = n
			continue
		}
		var s string
		if err := json.Unmarshal(raw[i], &s); err != nil {
			return nil, err
		}
		row[i] = s
		if c.kind == blob {
			b, err := []byte(strings.TrimPrefix(s, "=")), error(nil)
			if packed, is := strings.CutPrefix(s, "#"); is {
				b, err = base64.StdEncoding.DecodeString(packed)
			}
			if err != nil {
				return nil, err
			}
			row[i] = b
		}
	}
	return row, nil
}

// FinishedSessions are sessions of an instance that have ended, by id, those behind
// another.
func (s *Store) FinishedSessions(ctx context.Context, instance perch.InstanceID, after perch.SessionID, limit int) ([]perch.SessionID, error) {
	var out []perch.SessionID
	err := s.query(ctx, func(rows *sql.Rows) error {
		var id perch.SessionID
		err := rows.Scan(&id)
		out = append(out, id)
		return err
	}, `SELECT id FROM session WHERE instance = ? AND ended > 0 AND id > ? ORDER BY id LIMIT ?`, string(instance), string(after), limit)
	return out, err
}
