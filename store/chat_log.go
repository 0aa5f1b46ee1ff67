package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/perch-chat/perch"
)

const logColumns = "number, contact, kind, audience, time, participant, turn, token, codec, body"

// logQuery reads entries; the body of one that is too long for its row lies
// beside it.
const logQuery = `SELECT number, contact, kind, audience, time, participant, turn, token, codec,
	CASE WHEN codec < 128 THEN body ELSE (SELECT l.body FROM log_long l
		WHERE l.bucket = log.bucket AND l.session = log.session AND l.number = log.number) END
	FROM log `

// beside is added to the codec of an entry whose body is in log_long.
const beside = 128

// append are the statements that add an entry, unless its number is taken.
func (s *Store) append(t Turn, e perch.Entry) ([]statement, error) {
	codec, body, err := perch.EncodeBody(e.Body)
	if err != nil {
		return nil, err
	}
	s.Stats.Rows.Add(1)
	var long []statement
	at := []any{t.Session.Bucket(), string(t.Session), e.Number}
	if most := s.engine.longest(); most > 0 && len(body) > most {
		long = []statement{{text: `INSERT INTO log_long (bucket, session, number, body) VALUES (?, ?, ?, ?)`, args: append(at[:3:3], body), rows: 1}}
		codec, body = codec+beside, []byte{}
	}
	return append([]statement{{text: `INSERT INTO log (bucket, session, ` + logColumns + `)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		args: append(at, string(e.Contact), int(e.Kind), int(e.Audience),
			e.Time.UnixMilli(), string(e.Participant), int64(t.ID), int64(e.Token), int(codec), body), rows: 1}}, long...), nil
}

// Log hands the entries numbered from..to (both included) to each, in order.
func (s *Store) Log(ctx context.Context, session perch.SessionID, from, to int64, each func(perch.Entry) error) error {
	return s.query(ctx, entryTo(session, each), logQuery+`WHERE bucket = ? AND session = ? AND number BETWEEN ? AND ? ORDER BY number`,
		session.Bucket(), string(session), from, to)
}

// ItemsBefore are the last limit items below a number that an audience sees,
// newest first; only of one contact, if one is named.
func (s *Store) ItemsBefore(ctx context.Context, session perch.SessionID, number int64, to perch.Audience, contact perch.ContactID, limit int) ([]perch.Entry, error) {
	var out []perch.Entry
	err := s.query(ctx, entryTo(session, collect(&out)), logQuery+`WHERE bucket = ? AND session = ? AND number < ? AND audience & ? <> 0 AND (? = '' OR contact = ?)
		ORDER BY number DESC LIMIT ?`,
		session.Bucket(), string(session), number, int(to), string(contact), string(contact), limit)
	return out, err
}

// ItemsFrom are the first limit items from a number on, up to and including
// another, that an audience sees, oldest first; only of one contact, if named.
func (s *Store) ItemsFrom(ctx context.Context, session perch.SessionID, from, through int64, to perch.Audience, contact perch.ContactID, limit int) ([]perch.Entry, error) {
	var out []perch.Entry
	err := s.query(ctx, entryTo(session, collect(&out)), logQuery+`WHERE bucket = ? AND session = ? AND number BETWEEN ? AND ? AND audience & ? <> 0 AND (? = '' OR contact = ?)
		ORDER BY number LIMIT ?`,
		session.Bucket(), string(session), from, through, int(to), string(contact), string(contact), limit)
	return out, err
}

// Head is the number of a session's last entry, in a row or in a file; 0 of one
// without any.
func (s *Store) Head(ctx context.Context, session perch.SessionID) (number int64, err error) {
	_, err = s.one(ctx, []any{&number}, `SELECT COALESCE(
		(SELECT number FROM log WHERE bucket = ? AND session = ? ORDER BY number DESC LIMIT 1),
		(SELECT head FROM cold WHERE bucket = ? AND session = ?), 0)`,
		session.Bucket(), string(session), session.Bucket(), string(session))
	return number, err
}

// headsAtOnce is how many sessions one statement of Heads is about. It is the
// same for all, so that the engine knows few of them.
const headsAtOnce = 64

// Heads are the numbers of the last entries of sessions, without those that have
// none.
func (s *Store) Heads(ctx context.Context, sessions []perch.SessionID) (map[perch.SessionID]int64, error) {
	text := `WITH wanted (bucket, session) AS (VALUES (CAST(? AS INTEGER), CAST(? AS TEXT))` +
		strings.Repeat(`, (CAST(? AS INTEGER), CAST(? AS TEXT))`, headsAtOnce-1) + `)
		SELECT wanted.session, (SELECT number FROM log WHERE log.bucket = wanted.bucket AND log.session = wanted.session
			ORDER BY number DESC LIMIT 1) FROM wanted`
	heads := make(map[perch.SessionID]int64, len(sessions))
	for some := range slices.Chunk(sessions, headsAtOnce) {
		args := make([]any, 0, 2*headsAtOnce)
		for i := range headsAtOnce {
			id := some[min(i, len(some)-1)]
			args = append(args, id.Bucket(), string(id))
		}
		err := s.query(ctx, func(rows *sql.Rows) error {
			var id perch.SessionID
			var head sql.NullInt64
			if err := rows.Scan(&id, &head); err != nil {
				return err
			}
			if head.Valid {
				heads[id] = head.Int64
			}
			return nil
		}, text, args...)
		if err != nil {
			return nil, err
		}
	}
	return heads, nil
}

// EntryTime is the time of one entry, which bisection needs.
func (s *Store) EntryTime(ctx context.Context, session perch.SessionID, number int64) (time.Time, bool, error) {
	var ms int64
	found, err := s.one(ctx, []any{&ms}, `SELECT time FROM log WHERE bucket = ? AND session = ? AND number = ?`,
		session.Bucket(), string(session), number)
	return time.UnixMilli(ms).UTC(), found, err
}

func collect(out *[]perch.Entry) func(perch.Entry) error {
	return func(e perch.Entry) error {
		*out = append(*out, e)
		return nil
	}
}

func entryTo(session perch.SessionID, each func(perch.Entry) error) func(*sql.Rows) error {
	return func(rows *sql.Rows) error {
		var (
			e           perch.Entry
			ms          int64
			turn, token int64
			codec       byte
			body        sql.RawBytes
		)
		err := rows.Scan(&e.Number, &e.Contact, &e.Kind, &e.Audience, &ms, &e.Participant, &turn, &token, &codec, &body)
		if err != nil {
			return err
		}
		e.Time, e.Turn, e.Token = time.UnixMilli(ms).UTC(), perch.TurnID(turn), perch.TokenHash(token)
		if e.Body, err = perch.DecodeBody(e.Kind, codec&^beside, body); err != nil {
			return fmt.Errorf("session %s, number %d: %w", session, e.Number, err)
		}
		return each(e)
	}
}
