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
	Idle     time.Time // since when nothing has been handed to this agent, and nothing cleared
	Handed   time.Time // when the last contact was; zero for never
	Version  int64
	Load     int    // contacts that take a slot
	Next     string // the status that follows once the load is 0; empty for none
}

// SetAgentStatus changes an agent's status, in place of one that was to follow;
// idle time begins anew only when the agent had not been routable. Where no
// socket has been open after seenSince, the agent counts as one without.
func SetAgentStatus(a Agent, seenSince time.Time) Write {
	return Write{SQL: `INSERT INTO agent (user_id, instance, status, routable, since, idle_since, version) VALUES (?, ?, ?, ?, ?, ?, 1)
		ON CONFLICT (user_id) DO UPDATE SET status = excluded.status, since = excluded.since, version = agent.version + 1,
			idle_since = CASE WHEN agent.routable = 1 THEN agent.idle_since ELSE excluded.idle_since END,
			routable = excluded.routable, next_status = '', seen = CASE WHEN agent.seen > ? THEN agent.seen ELSE 0 END`,
		Args: []any{string(a.User), string(a.Instance), a.Status, flag(a.Routable), a.Since.UnixMilli(), a.Idle.UnixMilli(),
			seenSince.UnixMilli()}, Rows: 1}
}

func flag(set bool) int {
	if set {
		return 1
	}
	return 0
}

// DeleteAgent takes away where somebody stands who works here no more.
func DeleteAgent(user perch.UserID) Write {
	return Write{SQL: `DELETE FROM agent WHERE user_id = ?`, Args: []any{string(user)}, Rows: Any}
}

// SetNextStatus says which status follows; SettleStatus brings it about.
func SetNextStatus(user perch.UserID, status string, routable bool) Write {
	return Write{SQL: `UPDATE agent SET next_status = ?, next_routable = ?, version = version + 1 WHERE user_id = ?`,
		Args: []any{status, flag(routable), string(user)}, Rows: Any}
}

const settleStatus = `UPDATE agent SET status = next_status, since = ?, next_status = '', version = version + 1,
	idle_since = CASE WHEN routable = 1 AND next_routable = 1 THEN idle_since ELSE ? END, routable = next_routable
	WHERE next_status <> '' `

// SettleStatus gives an agent who has nothing left to do the status that was to
// follow, if any.
func SettleStatus(user perch.UserID, now time.Time) Write {
	return Write{SQL: settleStatus + `AND user_id = ? AND NOT EXISTS (SELECT 1 FROM work WHERE work.user_id = agent.user_id)`,
		Args: []any{now.UnixMilli(), now.UnixMilli(), string(user)}, Rows: Any}
}

// SettleStatusOf does so for those who have nothing to do but the offer of a
// contact, which is about to be taken back.
func SettleStatusOf(contact perch.ContactID, now time.Time) Write {
	return Write{SQL: settleStatus + `AND user_id IN (SELECT user_id FROM work WHERE contact = ? AND state = ?)
		AND NOT EXISTS (SELECT 1 FROM work WHERE work.user_id = agent.user_id AND contact <> ?)`,
		Args: []any{now.UnixMilli(), now.UnixMilli(), string(contact), string(Incoming), string(contact)}, Rows: Any}
}

// SeeAgents notes that these agents have sockets open. No version is raised:
// nobody is shown it.
func SeeAgents(users []perch.UserID, now time.Time) Write {
	places, some := listed(users)
	return Write{SQL: `UPDATE agent SET seen = ? WHERE user_id IN ` + places, Args: append([]any{now.UnixMilli()}, some...), Rows: Any}
}

// AbsentAgents are those in a status that is not this one whose last socket has
// gone before a time.
func (s *Store) AbsentAgents(ctx context.Context, except string, before time.Time) ([]Agent, error) {
	return s.agents(ctx, `WHERE seen > 0 AND seen < ? AND status <> ? ORDER BY user_id`, before.UnixMilli(), except)
}

// DismissAgent changes the status of an agent who is still as absent; lost is
// what the turn fails with when not.
func DismissAgent(user perch.UserID, status string, before, now time.Time, lost error) Write {
	return Write{SQL: `UPDATE agent SET status = ?, since = ?, routable = 0, next_status = '', seen = 0, version = version + 1
		WHERE user_id = ? AND seen > 0 AND seen < ?`,
		Args: []any{status, now.UnixMilli(), string(user), before.UnixMilli()}, Rows: 1, Else: lost}
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

// HandAgent notes that an agent is handed a contact, which begins the idle time anew.
func HandAgent(user perch.UserID, now time.Time) Write {
	return Write{SQL: `UPDATE agent SET idle_since = ?, handed = ?, version = version + 1 WHERE user_id = ?`,
		Args: []any{now.UnixMilli(), now.UnixMilli(), string(user)}, Rows: Any}
}

const agentQuery = `SELECT user_id, instance, status, routable, since, idle_since, handed, version, next_status,
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
// longest idle first. Who is about to leave for another status is not.
func (s *Store) RoutableAgents(ctx context.Context) ([]Agent, error) {
	return s.agents(ctx, `WHERE routable = 1 AND next_status = '' ORDER BY idle_since, user_id`)
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
	var since, idle, handed int64
	err := rows.Scan(&a.User, &a.Instance, &a.Status, &a.Routable, &since, &idle, &handed, &a.Version, &a.Next, &a.Load)
	a.Since, a.Idle, a.Handed = timeOf(since), timeOf(idle), timeOf(handed)
	return err
}
