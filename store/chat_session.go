package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"time"

	"github.com/perch-chat/perch"
)

// InsertSession makes the row of a new session.
func InsertSession(id perch.SessionID, instance perch.InstanceID, started time.Time, customer string) Write {
	return Write{SQL: `INSERT INTO session (bucket, id, instance, started, customer, attributes) VALUES (?, ?, ?, ?, ?, ?)`,
		Args: []any{id.Bucket(), string(id), string(instance), started.UnixMilli(), customer, []byte("{}")}, Rows: 1}
}

// InsertSessionWithin is InsertSession, with which the turn fails with full
// where the instance has limit sessions already that have not ended. It reads
// an index of those alone.
func InsertSessionWithin(limit int, full error, id perch.SessionID, instance perch.InstanceID, started time.Time, customer string) Write {
	w := InsertSession(id, instance, started, customer)
	w.SQL = `INSERT INTO session (bucket, id, instance, started, customer, attributes) SELECT ?, ?, ?, ?, ?, ?
		WHERE (SELECT COUNT(*) FROM session WHERE instance = ? AND ended = 0) < ?`
	w.Args, w.Else = append(w.Args, string(instance), limit), full
	return w
}

// ActiveSessions is how many sessions of an instance have not ended.
func (s *Store) ActiveSessions(ctx context.Context, instance perch.InstanceID) (n int, err error) {
	_, err = s.one(ctx, []any{&n}, `SELECT COUNT(*) FROM session WHERE instance = ? AND ended = 0`, string(instance))
	return n, err
}

// EndSession marks a session as ended.
func EndSession(id perch.SessionID, ended time.Time) Write {
	return Write{SQL: `UPDATE session SET ended = ? WHERE bucket = ? AND id = ?`,
		Args: []any{ended.UnixMilli(), id.Bucket(), string(id)}, Rows: 1}
}

// Ended is when a session ended; zero of one that has not.
func (s *Store) Ended(ctx context.Context, id perch.SessionID) (time.Time, error) {
	var ms int64
	_, err := s.one(ctx, []any{&ms}, `SELECT ended FROM session WHERE bucket = ? AND id = ?`, id.Bucket(), string(id))
	return timeOf(ms), err
}

// SetCustomer changes whose session it is.
func SetCustomer(id perch.SessionID, customer string) Write {
	return Write{SQL: `UPDATE session SET customer = ? WHERE bucket = ? AND id = ?`,
		Args: []any{customer, id.Bucket(), string(id)}, Rows: 1}
}

// SetAttributes replaces a session's attributes if they are at version-1.
func SetAttributes(id perch.SessionID, attributes perch.Attributes, version int64) (Write, error) {
	data, err := json.Marshal(attributes)
	if err != nil {
		return Write{}, fmt.Errorf("encoding attributes: %w", err)
	}
	return Write{SQL: `UPDATE session SET attributes = ?, attributes_version = ? WHERE bucket = ? AND id = ? AND attributes_version = ?`,
		Args: []any{data, version, id.Bucket(), string(id), version - 1}, Rows: 1}, nil
}

// Attributes are a session's, with their version.
func (s *Store) Attributes(ctx context.Context, id perch.SessionID) (perch.Attributes, int64, error) {
	var data []byte
	var version int64
	found, err := s.one(ctx, []any{&data, &version},
		`SELECT attributes, attributes_version FROM session WHERE bucket = ? AND id = ?`, id.Bucket(), string(id))
	attributes := perch.Attributes{}
	if err != nil || !found {
		return attributes, 0, err
	}
	if err := json.Unmarshal(data, &attributes); err != nil {
		return nil, 0, fmt.Errorf("damaged attributes of session %s: %w", id, err)
	}
	return attributes, version, nil
}

// LastSession is the session of a customer that ended last.
func (s *Store) LastSession(ctx context.Context, instance perch.InstanceID, customer string) (id perch.SessionID, found bool, err error) {
	found, err = s.one(ctx, []any{&id}, `SELECT id FROM session
		WHERE instance = ? AND customer = ? AND ended > 0 ORDER BY ended DESC LIMIT 1`, string(instance), customer)
	return id, found, err
}

// CustomerSession is one of a customer's, with when it ended; zero of one that has
// not.
type CustomerSession struct {
	ID    perch.SessionID
	Ended time.Time
}

// EndedSessions are a customer's that have ended, the latest first, of those after
// one in that order; all if that is zero.
func (s *Store) EndedSessions(ctx context.Context, instance perch.InstanceID, customer string, after CustomerSession, limit int) ([]CustomerSession, error) {
	before := int64(math.MaxInt64)
	if !after.Ended.IsZero() {
		before = after.Ended.UnixMilli()
	}
	return s.sessionsOf(ctx, `WHERE instance = ? AND customer = ? AND ended > 0 AND (ended < ? OR ended = ? AND id < ?) ORDER BY ended DESC, id DESC LIMIT ?`,
		string(instance), customer, before, before, string(after.ID), limit)
}

// OpenSessions are a customer's that have not ended, the newest first.
func (s *Store) OpenSessions(ctx context.Context, instance perch.InstanceID, customer string, limit int) ([]CustomerSession, error) {
	return s.sessionsOf(ctx, `WHERE instance = ? AND customer = ? AND ended = 0 ORDER BY started DESC, id DESC LIMIT ?`, string(instance), customer, limit)
}

func (s *Store) sessionsOf(ctx context.Context, where string, args ...any) (out []CustomerSession, err error) {
	err = s.query(ctx, func(rows *sql.Rows) error {
		var one CustomerSession
		var ended int64
		err := rows.Scan(&one.ID, &ended)
		one.Ended = timeOf(ended)
		out = append(out, one)
		return err
	}, `SELECT id, ended FROM session `+where, args...)
	return out, err
}

// OpenSession is the session of a customer that has not ended; the newest
// where there are several.
func (s *Store) OpenSession(ctx context.Context, instance perch.InstanceID, customer string) (id perch.SessionID, found bool, err error) {
	found, err = s.one(ctx, []any{&id}, `SELECT id FROM session
		WHERE instance = ? AND customer = ? AND ended = 0 ORDER BY started DESC LIMIT 1`, string(instance), customer)
	return id, found, err
}

// InsertContact makes a contact findable.
func InsertContact(session perch.SessionID, id perch.ContactID, instance perch.InstanceID) Write {
	return Write{SQL: `INSERT INTO contact (bucket, session, id, instance) VALUES (?, ?, ?, ?)`,
		Args: []any{session.Bucket(), string(session), string(id), string(instance)}, Rows: 1}
}

// FindContact is the session of a contact of an instance.
func (s *Store) FindContact(ctx context.Context, instance perch.InstanceID, id perch.ContactID) (session perch.SessionID, found bool, err error) {
	found, err = s.one(ctx, []any{&session}, `SELECT session FROM contact WHERE id = ? AND instance = ?`, string(id), string(instance))
	return session, found, err
}

// AfterContactWork is when an agent's work after a contact began and ended;
// zero while it has not.
type AfterContactWork struct{ Started, Ended time.Time }

// StartWork and EndWork note the agent's work after a contact. They touch the
// contact's row alone: the session's log may be closed already.
func StartWork(session perch.SessionID, contact perch.ContactID, at time.Time) Write {
	return Write{SQL: `UPDATE contact SET work_started = ? WHERE bucket = ? AND session = ? AND id = ?`,
		Args: []any{at.UnixMilli(), session.Bucket(), string(session), string(contact)}, Rows: 1}
}

// EndWork see StartWork.
func EndWork(session perch.SessionID, contact perch.ContactID, at time.Time) Write {
	return Write{SQL: `UPDATE contact SET work_ended = ? WHERE bucket = ? AND session = ? AND id = ?`,
		Args: []any{at.UnixMilli(), session.Bucket(), string(session), string(contact)}, Rows: 1}
}

// Work reads the work after each contact of a session.
func (s *Store) Work(ctx context.Context, session perch.SessionID) (map[perch.ContactID]AfterContactWork, error) {
	out := map[perch.ContactID]AfterContactWork{}
	err := s.query(ctx, func(rows *sql.Rows) error {
		var id perch.ContactID
		var started, ended int64
		if err := rows.Scan(&id, &started, &ended); err != nil {
			return err
		}
		out[id] = AfterContactWork{Started: timeOf(started), Ended: timeOf(ended)}
		return nil
	}, `SELECT id, work_started, work_ended FROM contact WHERE bucket = ? AND session = ?`, session.Bucket(), string(session))
	return out, err
}

// SetCheckpoint keeps a session's state as of a number, for loading it later.
func SetCheckpoint(session perch.SessionID, number int64, state *perch.Session) (Write, error) {
	body, err := json.Marshal(state)
	if err != nil {
		return Write{}, fmt.Errorf("encoding a checkpoint: %w", err)
	}
	return Write{SQL: `INSERT INTO checkpoint (bucket, session, number, body) VALUES (?, ?, ?, ?)
		ON CONFLICT (bucket, session) DO UPDATE SET number = excluded.number, body = excluded.body`,
		Args: []any{session.Bucket(), string(session), number, body}, Rows: 1}, nil
}

// Checkpoint is the last one of a session, or nil.
func (s *Store) Checkpoint(ctx context.Context, session perch.SessionID) (*perch.Session, error) {
	var body []byte
	found, err := s.one(ctx, []any{&body}, `SELECT body FROM checkpoint WHERE bucket = ? AND session = ?`, session.Bucket(), string(session))
	if err != nil || !found {
		return nil, err
	}
	state := &perch.Session{}
	if err := json.Unmarshal(body, state); err != nil {
		return nil, fmt.Errorf("damaged checkpoint of session %s: %w; delete its row, the log has it all", session, err)
	}
	return state, nil
}

// InsertLink gives a session its past.
func InsertLink(session perch.SessionID, l perch.Link) Write {
	return Write{SQL: `INSERT INTO link (bucket, session, source, contact, through, type, depth, jump, jump_depth) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		Args: []any{session.Bucket(), string(session), string(l.Session), string(l.Contact), l.Through, string(l.Type), l.Depth, string(l.Jump), l.JumpDepth}, Rows: 1}
}

// Link is a session's past, or nil.
func (s *Store) Link(ctx context.Context, session perch.SessionID) (*perch.Link, error) {
	var l perch.Link
	found, err := s.one(ctx, []any{&l.Session, &l.Contact, &l.Through, &l.Type, &l.Depth, &l.Jump, &l.JumpDepth},
		`SELECT source, contact, through, type, depth, jump, jump_depth FROM link WHERE bucket = ? AND session = ?`,
		session.Bucket(), string(session))
	if err != nil || !found {
		return nil, err
	}
	return &l, nil
}

func timeOf(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
