package store

import (
	"context"
	"database/sql"
	"math"
	"strings"

	"github.com/perch-chat/perch"
)

// Found is a contact that has ended, as it is found by its words.
type Found struct {
	ID       int64 // rises with the time of the contact's end; unique
	Instance perch.InstanceID
	Session  perch.SessionID
	Contact  perch.ContactID
}

// InsertFound gives a contact its id; taken is what the turn fails with where the
// contact has one, or another has that.
func InsertFound(f Found, taken error) Write {
	return Write{SQL: `INSERT INTO found (id, instance, session, contact) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		Args: []any{f.ID, string(f.Instance), string(f.Session), string(f.Contact)}, Rows: 1, Else: taken}
}

// PutWords replaces the terms that a contact is found by. A term is made of
// letters, digits and the underscore.
func PutWords(id int64, terms []string) Write {
	return Write{SQL: putWords, Args: []any{id, strings.Join(terms, " ")}, Rows: Any}
}

// Statements that engines spell in ways of their own.
const (
	putWords  = `INSERT OR REPLACE INTO words (rowid, terms) VALUES (?, ?)`
	haveWords = `words MATCH ?`
)

// FoundAs is the id that a contact has been given; 0 if none.
func (s *Store) FoundAs(ctx context.Context, contact perch.ContactID) (id int64, err error) {
	_, err = s.one(ctx, []any{&id}, `SELECT id FROM found WHERE contact = ?`, string(contact))
	return id, err
}

// FoundAt reports whether an id has been given to a contact.
func (s *Store) FoundAt(ctx context.Context, id int64) (taken bool, err error) {
	var of int64
	return s.one(ctx, []any{&of}, `SELECT id FROM found WHERE id = ?`, id)
}

// WordsQuery finds contacts with ids from From and before Before that have, of each
// list of terms, at least one. A term that ends in * stands for all that begin like
// it.
type WordsQuery struct {
	All    [][]string
	From   int64
	Before int64 // 0 is without end
	Limit  int
}

// FindWords finds contacts, those with the highest ids first.
func (s *Store) FindWords(ctx context.Context, q WordsQuery) ([]Found, error) {
	if q.Before == 0 {
		q.Before = math.MaxInt64
	}
	var out []Found
	err := s.query(ctx, func(rows *sql.Rows) error {
		var f Found
		err := rows.Scan(&f.ID, &f.Instance, &f.Session, &f.Contact)
		out = append(out, f)
		return err
	}, `SELECT f.id, f.instance, f.session, f.contact FROM
		(SELECT rowid AS at FROM words WHERE `+haveWords+` AND rowid >= ? AND rowid < ? ORDER BY rowid DESC LIMIT ?) AS w
		JOIN found AS f ON f.id = w.at ORDER BY f.id DESC`,
		s.engine.match(q.All), q.From, q.Before, q.Limit)
	return out, err
}

// EndedContact is a place among all contacts that have ended.
type EndedContact struct {
	Session perch.SessionID
	Contact perch.ContactID
}

// Unfound are contacts that have ended and have no id to be found by, after one in
// the order of their keys.
func (s *Store) Unfound(ctx context.Context, after EndedContact, limit int) ([]EndedContact, error) {
	bucket := -1
	if after.Session != "" {
		bucket = after.Session.Bucket()
	}
	var out []EndedContact
	err := s.query(ctx, func(rows *sql.Rows) error {
		var c EndedContact
		err := rows.Scan(&c.Session, &c.Contact)
		out = append(out, c)
		return err
	}, `SELECT c.session, c.id FROM contact AS c LEFT JOIN found AS f ON f.contact = c.id
		WHERE (c.bucket, c.session, c.id) > (?, ?, ?) AND c.closed > 0 AND f.id IS NULL ORDER BY c.bucket, c.session, c.id LIMIT ?`,
		bucket, string(after.Session), string(after.Contact), limit)
	return out, err
}

// matching writes a query of terms: of each list at least one.
func matching(all [][]string, and, or string, term func(text string, prefix bool) string) string {
	var lists []string
	for _, some := range all {
		var terms []string
		for _, t := range some {
			text, prefix := strings.CutSuffix(t, "*")
			terms = append(terms, term(text, prefix))
		}
		lists = append(lists, "("+strings.Join(terms, or)+")")
	}
	return strings.Join(lists, and)
}

// match implements engine, in the language of FTS5.
func (e *sqliteEngine) match(all [][]string) string {
	return matching(all, " AND ", " OR ", func(text string, prefix bool) string {
		if prefix {
			return `"` + text + `" *`
		}
		return `"` + text + `"`
	})
}

// match implements engine, in the language of tsquery.
func (e *postgres) match(all [][]string) string {
	return matching(all, " & ", " | ", func(text string, prefix bool) string {
		if prefix {
			return `'` + text + `':*`
		}
		return `'` + text + `'`
	})
}
