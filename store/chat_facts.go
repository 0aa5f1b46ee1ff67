package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/perch-chat/perch"
)

// Facts are what contacts are found and counted by.
type Facts struct {
	Contact  perch.ContactID
	Session  perch.SessionID
	Instance perch.InstanceID
	Opened   time.Time
	Closed   time.Time
	Enqueued time.Time
	Joined   time.Time // the agent
	// Responded is when that agent first said something; zero of one who has not.
	Responded time.Time
	Method    perch.Method
	Reason    perch.Reason
	Queue     string // id of the queue or, of an agent's own, of the agent
	Agent     perch.UserID
	Work      AfterContactWork // read only
}

// SetFacts replaces those of a contact.
func SetFacts(f Facts) Write {
	return Write{SQL: `UPDATE contact SET opened = ?, closed = ?, enqueued = ?, joined = ?, responded = ?, method = ?, reason = ?, queue = ?, agent = ?
		WHERE bucket = ? AND session = ? AND id = ?`,
		Args: []any{msOf(f.Opened), msOf(f.Closed), msOf(f.Enqueued), msOf(f.Joined), msOf(f.Responded), string(f.Method), string(f.Reason), f.Queue, string(f.Agent),
			f.Session.Bucket(), string(f.Session), string(f.Contact)}, Rows: 1}
}

func msOf(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// Times that contacts are found by.
const (
	ByOpened   = "opened"
	ByClosed   = "closed"
	ByEnqueued = "enqueued"
	ByJoined   = "joined"
)

// FactsQuery finds contacts of an instance: those with a time from From and before
// Till, and among the given ids and methods where there are any.
type FactsQuery struct {
	Instance   perch.InstanceID
	Time       string // ByOpened, ByClosed ...
	From, Till time.Time
	Agents     []string
	Queues     []string
	Methods    []string
	Open       bool   // only those that have not ended
	Sort       string // ByOpened, ByClosed, ByJoined or "method"; then by id
	Descending bool
	After      []any // the sort's value and the id after which to go on; nil is from the beginning
	Limit      int
}

const factsColumns = `SELECT id, session, instance, opened, closed, enqueued, joined, responded, method, reason, queue, agent, work_started, work_ended FROM contact `

// FindFacts finds contacts, in order.
func (s *Store) FindFacts(ctx context.Context, q FactsQuery) ([]Facts, error) {
	where, args := q.where()
	order, after := "ASC", ">"
	if q.Descending {
		order, after = "DESC", "<"
	}
	if len(q.After) == 2 {
		where += fmt.Sprintf(` AND (%[1]s %[2]s ? OR %[1]s = ? AND id %[2]s ?)`, q.Sort, after)
		args = append(args, q.After[0], q.After[0], q.After[1])
	}
	text := factsColumns + where + fmt.Sprintf(` ORDER BY %s %s, id %s`, q.Sort, order, order)
	if q.Limit > 0 {
		text += ` LIMIT ?`
		args = append(args, q.Limit)
	}
	return s.facts(ctx, text, args...)
}

// CountFacts is how many FindFacts would find without a limit, from the beginning.
func (s *Store) CountFacts(ctx context.Context, q FactsQuery) (n int64, err error) {
	where, args := q.where()
	_, err = s.one(ctx, []any{&n}, `SELECT COUNT(*) FROM contact `+where, args...)
	return n, err
}

func (q FactsQuery) where() (text string, args []any) {
	text = fmt.Sprintf(`WHERE instance = ? AND opened > 0 AND %[1]s >= ? AND %[1]s < ?`, q.Time)
	args = []any{string(q.Instance), max(q.From.UnixMilli(), 1), q.Till.UnixMilli()}
	if q.Open {
		text += ` AND closed = 0`
	}
	for i, among := range [][]string{q.Agents, q.Queues, q.Methods} {
		if len(among) == 0 {
			continue
		}
		places, some := listed(among)
		text += ` AND ` + []string{"agent", "queue", "method"}[i] + ` IN ` + places
		args = append(args, some...)
	}
	return text, args
}

// Unindexed are contacts of which no facts have been written yet.
func (s *Store) Unindexed(ctx context.Context, limit int) ([]perch.SessionID, error) {
	var out []perch.SessionID
	err := s.query(ctx, func(rows *sql.Rows) error {
		var id perch.SessionID
		err := rows.Scan(&id)
		out = append(out, id)
		return err
	}, `SELECT DISTINCT session FROM contact WHERE opened = 0 ORDER BY session LIMIT ?`, limit)
	return out, err
}

func (s *Store) facts(ctx context.Context, text string, args ...any) ([]Facts, error) {
	var out []Facts
	err := s.query(ctx, func(rows *sql.Rows) error {
		var f Facts
		var opened, closed, enqueued, joined, responded, started, ended int64
		if err := rows.Scan(&f.Contact, &f.Session, &f.Instance, &opened, &closed, &enqueued, &joined, &responded, &f.Method, &f.Reason, &f.Queue, &f.Agent, &started, &ended); err != nil {
			return err
		}
		f.Opened, f.Closed, f.Enqueued, f.Joined = timeOf(opened), timeOf(closed), timeOf(enqueued), timeOf(joined)
		f.Responded = timeOf(responded)
		f.Work = AfterContactWork{timeOf(started), timeOf(ended)}
		out = append(out, f)
		return nil
	}, text, args...)
	return out, err
}
