package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/perch-chat/perch"
)

// Instance is the row of an instance.
type Instance struct {
	ID          perch.InstanceID
	Alias       string
	InboundFlow perch.FlowID // played where a new chat names no other
	Settings    int64        // version of the settings, raised by every change
	Created     time.Time
	// Founder is the instance with whose key this one was made by a request, and Token
	// that of the request; empty where it was made otherwise.
	Founder perch.InstanceID
	Token   string
}

// AccessKey is the row of an access key; its secret is sealed.
type AccessKey struct {
	ID       string
	Instance perch.InstanceID
	Secret   []byte
	Scope    string // what it may do, in catalog's words
	Created  time.Time
}

// InsertFirstInstance makes the row of the first instance of a database; taken
// is what the turn fails with when there is one already.
func InsertFirstInstance(i Instance, taken error) Write {
	return Write{SQL: `INSERT INTO instance (id, alias, inbound_flow, settings, created)
		SELECT ?, ?, ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM instance) ON CONFLICT DO NOTHING`,
		Args: []any{string(i.ID), i.Alias, string(i.InboundFlow), i.Settings, i.Created.UnixMilli()}, Rows: 1, Else: taken}
}

// InsertInstance makes the row of one more instance; taken is what the turn
// fails with when the alias is another's.
func InsertInstance(i Instance, taken error) Write {
	return Write{SQL: `INSERT INTO instance (id, alias, inbound_flow, settings, created, founder, client_token)
		SELECT ?, ?, ?, ?, ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM instance WHERE alias = ?) ON CONFLICT DO NOTHING`,
		Args: []any{string(i.ID), i.Alias, string(i.InboundFlow), i.Settings, i.Created.UnixMilli(), string(i.Founder), i.Token, i.Alias}, Rows: 1, Else: taken}
}

// DeleteInstance removes the row of an instance that has had no chats; had is what
// the turn fails with otherwise.
func DeleteInstance(id perch.InstanceID, had error) Write {
	return Write{SQL: `DELETE FROM instance WHERE id = ? AND NOT EXISTS (SELECT 1 FROM session WHERE instance = ?)`,
		Args: []any{string(id), string(id)}, Rows: 1, Else: had}
}

// DeleteAccessKeys takes all access keys of an instance away.
func DeleteAccessKeys(id perch.InstanceID) Write {
	return Write{SQL: `DELETE FROM access_key WHERE instance = ?`, Args: []any{string(id)}, Rows: Any}
}

// RaiseSettings raises the version of an instance's settings if it is at from.
func RaiseSettings(id perch.InstanceID, from int64) Write {
	return Write{SQL: `UPDATE instance SET settings = settings + 1 WHERE id = ? AND settings = ?`,
		Args: []any{string(id), from}, Rows: 1}
}

// SetInboundFlow changes the flow in which chats of an instance start that name none.
func SetInboundFlow(id perch.InstanceID, flow perch.FlowID) Write {
	return Write{SQL: `UPDATE instance SET inbound_flow = ? WHERE id = ?`, Args: []any{string(flow), string(id)}, Rows: 1}
}

// HasContacts reports whether an instance has ever had a contact.
func (s *Store) HasContacts(ctx context.Context, id perch.InstanceID) (bool, error) {
	var one int
	return s.one(ctx, []any{&one}, `SELECT 1 FROM contact WHERE instance = ? LIMIT 1`, string(id))
}

// SettingsVersion is the version of an instance's settings.
func (s *Store) SettingsVersion(ctx context.Context, id perch.InstanceID) (version int64, found bool, err error) {
	found, err = s.one(ctx, []any{&version}, `SELECT settings FROM instance WHERE id = ?`, string(id))
	return version, found, err
}

// Instances are all instances, by alias.
func (s *Store) Instances(ctx context.Context) ([]Instance, error) {
	var out []Instance
	err := s.query(ctx, func(rows *sql.Rows) error {
		var i Instance
		var created int64
		if err := rows.Scan(&i.ID, &i.Alias, &i.InboundFlow, &i.Settings, &created, &i.Founder, &i.Token); err != nil {
			return err
		}
		i.Created = timeOf(created)
		out = append(out, i)
		return nil
	}, `SELECT id, alias, inbound_flow, settings, created, founder, client_token FROM instance ORDER BY alias`)
	return out, err
}

// InsertAccessKey makes the row of a new access key.
func InsertAccessKey(k AccessKey) Write {
	return Write{SQL: `INSERT INTO access_key (id, instance, secret, scope, created) VALUES (?, ?, ?, ?, ?)`,
		Args: []any{k.ID, string(k.Instance), k.Secret, k.Scope, k.Created.UnixMilli()}, Rows: 1}
}

// SetAccessKeySecret replaces the sealed secret of an access key.
func SetAccessKeySecret(id string, sealed []byte) Write {
	return Write{SQL: `UPDATE access_key SET secret = ? WHERE id = ?`, Args: []any{sealed, id}, Rows: 1}
}

// DeleteAccessKey takes an access key of an instance away; missing is what the
// turn fails with where there is none.
func DeleteAccessKey(instance perch.InstanceID, id string, missing error) Write {
	return Write{SQL: `DELETE FROM access_key WHERE id = ? AND instance = ?`, Args: []any{id, string(instance)}, Rows: 1, Else: missing}
}

// AccessKeys are the access keys of all instances.
func (s *Store) AccessKeys(ctx context.Context) ([]AccessKey, error) {
	var out []AccessKey
	err := s.query(ctx, func(rows *sql.Rows) error {
		var k AccessKey
		var created int64
		if err := rows.Scan(&k.ID, &k.Instance, &k.Secret, &k.Scope, &created); err != nil {
			return err
		}
		k.Created = timeOf(created)
		out = append(out, k)
		return nil
	}, `SELECT id, instance, secret, scope, created FROM access_key ORDER BY id`)
	return out, err
}
