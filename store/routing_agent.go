package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/perch-chat/perch"
)

// Agent is where somebody who takes contacts stands. Version rises with every
// change of the status or of the contacts.
type Agent struct {
	User     perch.UserID
	Instance perch.InstanceID
	Status   string
	Routable bool
	Since    time.Time // of the status
	Idle     time.Time // since when nothing has been handed to this agent
	Version  int64
	Load     int // contacts that take a slot
}

// SetAgentStatus changes an agent's status; idle time begins anew only when the
// agent had not been routable.
func SetAgentStatus(a Agent) Write {
	routable := 0
	if a.Routable {
		routable = 1
	}
	return Write{SQL: `INSERT INTO agent (user_id, instance, status, routable, since, idle_since, version) VALUES (?, ?, ?, ?, ?, ?, 1)
		ON CONFLICT (user_id) DO UPDATE SET status = excluded.status, since = excluded.since, version = agent.version + 1,
			idle_since = CASE WHEN agent.routable = 1 THEN agent.idle_since ELSE excluded.idle_since END,
			routable = excluded.routable`,
		Args: []any{string(a.User), string(a.Instance), a.Status, routable, a.Since.UnixMilli(), a.Idle.UnixMilli()}, Rows: 1}
}

// TouchAgent raises an agent's version.
func TouchAgent(user perch.UserID) Write {
	return Write{SQL: `UPDATE agent SET version = version + 1 WHERE user_id = ?`, Args: []any{string(user)}, Rows: Any}
}

// TouchAgentsOf raises the version of whoever has to do with a contact.
func TouchAgentsOf(contact perch.ContactID) Write {
	return Write{SQL: `UPDATE agent SET version = version + 1 WHERE user_id IN (SELECT user_id FROM work WHERE contact = ?)`,
		Args: []any{string(contact)}, Rows: Any}
}

// TouchAgentsOfSession raises the version of whoever has to do with a session.
func TouchAgentsOfSession(session perch.SessionID) Write {
	return Write{SQL: `UPDATE agent SET version = version + 1 WHERE user_id IN (SELECT user_id FROM work WHERE contact IN ` + contactsOf + `)`,
		Args: []any{session.Bucket(), string(session)}, Rows: Any}
}

// contactsOf are the contacts of a session: work is found by these.
const contactsOf = `(SELECT id FROM contact WHERE bucket = ? AND session = ?)`

// IdleAgent begins an agent's idle time anew.
func IdleAgent(user perch.UserID, since time.Time) Write {
	return Write{SQL: `UPDATE agent SET idle_since = ?, version = version + 1 WHERE user_id = ?`,
		Args: []any{since.UnixMilli(), string(user)}, Rows: Any}
}

const agentQuery = `SELECT user_id, instance, status, routable, since, idle_since, version,
	(SELECT COUNT(*) FROM work WHERE work.user_id = agent.user_id) FROM agent `

// Agent is one agent; not found who has never had a status.
func (s *Store) Agent(ctx context.Context, user perch.UserID) (a Agent, found bool, err error) {
	err = s.query(ctx, func(rows *sql.Rows) error {
		found = true
		return scanAgent(rows, &a)
	}, agentQuery+`WHERE user_id = ?`, string(user))
	return a, found, err
}

// AgentVersion is an agent's version; 0 of who has never had a status.
func (s *Store) AgentVersion(ctx context.Context, user perch.UserID) (version int64, err error) {
	_, err = s.one(ctx, []any{&version}, `SELECT version FROM agent WHERE user_id = ?`, string(user))
	return version, err
}

// RoutableAgents are those who may be offered contacts, of all instances, the
// longest idle first.
func (s *Store) RoutableAgents(ctx context.Context) ([]Agent, error) {
	return s.agents(ctx, `WHERE routable = 1 ORDER BY idle_since, user_id`)
}

// AgentsOf are the agents of an instance who have ever had a status.
func (s *Store) AgentsOf(ctx context.Context, instance perch.InstanceID) ([]Agent, error) {
	return s.agents(ctx, `WHERE instance = ? ORDER BY user_id`, string(instance))
}

func (s *Store) agents(ctx context.Context, which string, args ...any) ([]Agent, error) {
	var out []Agent
	err := s.query(ctx, func(rows *sql.Rows) error {
		var a Agent
		if err := scanAgent(rows, &a); err != nil {
			return err
		}
		out = append(out, a)
		return nil
	}, agentQuery+which, args...)
	return out, err
}

func scanAgent(rows *sql.Rows, a *Agent) error {
	var since, idle int64
	err := rows.Scan(&a.User, &a.Instance, &a.Status, &a.Routable, &since, &idle, &a.Version, &a.Load)
	a.Since, a.Idle = timeOf(since), timeOf(idle)
	return err
}
