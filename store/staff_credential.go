package store

import (
	"context"

	"github.com/perch-chat/perch"
)

// Credential is what somebody who works here signs in with.
type Credential struct {
	User     perch.UserID
	Instance perch.InstanceID
	Username string
	Hash     string // of the password, in the PHC string format
	Version  int64  // 1, 2, 3 ...: raised with every new password
}

// InsertCredential makes a user's first credential; taken is what the turn fails
// with when the user or the username has one.
func InsertCredential(c Credential, taken error) Write {
	return Write{SQL: `INSERT INTO credential (user_id, instance, username, hash, version) VALUES (?, ?, ?, ?, 1) ON CONFLICT DO NOTHING`,
		Args: []any{string(c.User), string(c.Instance), c.Username, c.Hash}, Rows: 1, Else: taken}
}

// SetPasswordHash replaces a user's password and raises the version; missing is
// what the turn fails with when the user has no credential.
func SetPasswordHash(instance perch.InstanceID, user perch.UserID, hash string, missing error) Write {
	return Write{SQL: `UPDATE credential SET hash = ?, version = version + 1 WHERE user_id = ? AND instance = ?`,
		Args: []any{hash, string(user), string(instance)}, Rows: 1, Else: missing}
}

// CredentialNamed is the credential of a username.
func (s *Store) CredentialNamed(ctx context.Context, instance perch.InstanceID, username string) (c Credential, found bool, err error) {
	c = Credential{Instance: instance, Username: username}
	found, err = s.one(ctx, []any{&c.User, &c.Hash, &c.Version},
		`SELECT user_id, hash, version FROM credential WHERE instance = ? AND username = ?`, string(instance), username)
	return c, found, err
}

// CredentialOf is the credential of a user.
func (s *Store) CredentialOf(ctx context.Context, instance perch.InstanceID, user perch.UserID) (c Credential, found bool, err error) {
	c = Credential{Instance: instance, User: user}
	found, err = s.one(ctx, []any{&c.Username, &c.Hash, &c.Version},
		`SELECT username, hash, version FROM credential WHERE user_id = ? AND instance = ?`, string(user), string(instance))
	return c, found, err
}

// DeleteCredential takes away what a user signs in with.
func DeleteCredential(instance perch.InstanceID, user perch.UserID) Write {
	return Write{SQL: `DELETE FROM credential WHERE user_id = ? AND instance = ?`, Args: []any{string(user), string(instance)}, Rows: Any}
}

// PutCredential makes a user's credential, or replaces the password of the one that
// there is and raises the version.
func PutCredential(c Credential) Write {
	return Write{SQL: `INSERT INTO credential (user_id, instance, username, hash, version) VALUES (?, ?, ?, ?, 1)
		ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash, version = credential.version + 1`,
		Args: []any{string(c.User), string(c.Instance), c.Username, c.Hash}, Rows: 1}
}

// MoveCredential gives what one user signs in with to another.
func MoveCredential(instance perch.InstanceID, from, to perch.UserID) Write {
	return Write{SQL: `UPDATE credential SET user_id = ? WHERE user_id = ? AND instance = ?`, Args: []any{string(to), string(from), string(instance)}, Rows: Any}
}
