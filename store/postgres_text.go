package store

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"io/fs"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// spell writes a statement as PostgreSQL wants it, which is done once for each.
func (e *postgres) spell(text string) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	s, ok := e.spelt[text]
	if !ok {
		s = spell(text)
		e.spelt[text] = s
	}
	return s
}

// spell numbers the placeholders. There are none in quotes.
func spell(text string) string {
	if text == begin {
		return "BEGIN"
	}
	text = strings.NewReplacer(haveWords, `terms @@ CAST(? AS tsquery)`,
		putWords, `INSERT INTO words (rowid, terms) VALUES (?, array_to_tsvector(string_to_array(?, ' '))) ON CONFLICT (rowid) DO UPDATE SET terms = excluded.terms`).Replace(text)
	var b strings.Builder
	n, quoted := 0, false
	for _, c := range []byte(text) {
		quoted = quoted != (c == '\'')
		if c != '?' || quoted {
			b.WriteByte(c)
			continue
		}
		n++
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(n))
	}
	return b.String()
}

// marked begins a text that stands for one which PostgreSQL cannot store.
const marked = "\x01"

// storable are arguments as PostgreSQL can store and compare them. It takes no
// text with a NUL or of broken UTF-8, which clients do send where an id belongs;
// such a one is written in hexadecimal digits. Nothing that is read back as text
// can be of that kind: it is perch's own, or was checked.
func storable(args []any) []any {
	out := args
	for i, a := range args {
		s, ok := a.(string)
		if !ok || utf8.ValidString(s) && !strings.ContainsRune(s, 0) && !strings.HasPrefix(s, marked) {
			continue
		}
		if &out[0] == &args[0] {
			out = append([]any(nil), args...)
		}
		out[i] = marked + hex.EncodeToString([]byte(s))
	}
	return out
}

// migratePostgres migrates under a lock, so that several processes may start at
// the same time.
func migratePostgres(ctx context.Context, config *pgx.ConnConfig, reading bool) (err error) {
	db := stdlib.OpenDB(*config)
	defer func() { err = errors.Join(err, db.Close()) }()
	turns, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return err
	}
	return migrate(ctx, goose.DialectPostgres, db, spelt{migrations}, reading, goose.WithSessionLocker(turns))
}

// logKey is the key of the log where the log is made.
const logKey = `codec INTEGER NOT NULL,
	body BLOB NOT NULL,
	PRIMARY KEY (bucket, session, number)`

// wordsTable is where full-text search is made for SQLite, and ownWords what
// PostgreSQL has in its place. It looks through the index for a rare word and walks
// from the newest row down for a common one, and must know which is which: hence the
// statistics. Little of what is written waits in a list, which each search has to
// read.
const (
	wordsTable = `CREATE VIRTUAL TABLE words USING fts5(terms, content='', contentless_delete=1, detail=none, tokenize="ascii tokenchars '_'");`
	ownWords   = `CREATE TABLE words (rowid BIGINT NOT NULL PRIMARY KEY, terms TSVECTOR NOT NULL);
ALTER TABLE words ALTER COLUMN terms SET STATISTICS 1000;
CREATE INDEX words_terms ON words USING GIN (terms) WITH (gin_pending_list_limit = 512);`
)

// spelt is the migrations as PostgreSQL wants them. Text is compared byte by
// byte, as SQLite does it: orders do not depend on where the server was set up,
// and indexes outlive an upgrade of its operating system.
//
// The log's key holds the whole rows, as it does in SQLite: the entries of a chat
// lie side by side there, while in the table itself each is on another page,
// next to what was said elsewhere in the same instant. A page of 100 items then
// reads 16 blocks in place of 108, which of a chat that was not looked at
// for a while is three to four times as fast. It takes twice the room.
type spelt struct{ files fs.ReadFileFS }

func (s spelt) Open(name string) (fs.File, error) {
	f, err := s.files.Open(name)
	if err != nil || !strings.HasSuffix(name, ".sql") {
		return f, err
	}
	data, err := s.files.ReadFile(name)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	text := strings.Replace(string(data), logKey+"\n)", logKey+" INCLUDE (contact, kind, audience, time, participant, turn, token, codec, body)\n)", 1)
	text = strings.Replace(text, wordsTable, ownWords, 1)
	text = strings.NewReplacer(" WITHOUT ROWID", "", "BLOB", "BYTEA", " TEXT", ` TEXT COLLATE "C"`).Replace(text)
	return speltFile{f, bytes.NewReader([]byte(text))}, nil
}

// speltFile is a file with another text.
type speltFile struct {
	fs.File
	text *bytes.Reader
}

func (f speltFile) Read(p []byte) (int, error) { return f.text.Read(p) }
