package store

import (
	"context"
	"database/sql"

	"github.com/perch-chat/perch"
)

// Setting is the row of one thing that an instance is set up with.
type Setting struct {
	Kind    string
	ID      string
	Name    string // unique among the instance's settings of the kind
	Version int64  // version of the instance's settings in which it last changed
	Body    []byte
}

// PutSetting makes or replaces a setting.
func PutSetting(instance perch.InstanceID, s Setting) Write {
	return Write{SQL: `INSERT INTO setting (instance, kind, id, name, version, body) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (instance, kind, id) DO UPDATE SET name = excluded.name, version = excluded.version, body = excluded.body`,
		Args: []any{string(instance), s.Kind, s.ID, s.Name, s.Version, s.Body}, Rows: 1}
}

// DeleteSetting removes a setting.
func DeleteSetting(instance perch.InstanceID, kind, id string) Write {
	return Write{SQL: `DELETE FROM setting WHERE instance = ? AND kind = ? AND id = ?`, Args: []any{string(instance), kind, id}, Rows: 1}
}

// KindQueue is the kind of the settings in which contacts can wait.
const KindQueue = "queue"

// DeleteQueue removes a queue in which nobody waits. Where somebody does, the turn
// fails with waits. Where several processes count and add, Pass comes first.
func DeleteQueue(instance perch.InstanceID, id string, waits error) Write {
	return Write{SQL: `DELETE FROM setting WHERE instance = ? AND kind = ? AND id = ? AND NOT EXISTS (SELECT 1 FROM waiting WHERE queue = ?)`,
		Args: []any{string(instance), KindQueue, id, id}, Rows: 1, Else: waits}
}

// DeleteSettings removes all settings of an instance.
func DeleteSettings(instance perch.InstanceID) Write {
	return Write{SQL: `DELETE FROM setting WHERE instance = ?`, Args: []any{string(instance)}, Rows: Any}
}

// Settings are all settings of an instance, as of one moment.
func (s *Store) Settings(ctx context.Context, instance perch.InstanceID) ([]Setting, error) {
	var out []Setting
	err := s.query(ctx, func(rows *sql.Rows) error {
		var r Setting
		if err := rows.Scan(&r.Kind, &r.ID, &r.Name, &r.Version, &r.Body); err != nil {
			return err
		}
		out = append(out, r)
		return nil
	}, `SELECT kind, id, name, version, body FROM setting WHERE instance = ?`, string(instance))
	return out, err
}
