package store

import (
	"context"
	"time"

	"github.com/perch-chat/perch"
)

// SignIn is somebody who is signed in, in one browser or program.
type SignIn struct {
	ID        string
	Instance  perch.InstanceID
	User      perch.UserID
	Refresh   []byte // SHA-256 of the secret with which it goes on
	Before    []byte // SHA-256 of the secret before that one; empty at first
	Began     time.Time
	Refreshed time.Time // when Refresh took the place of Before
	Expires   time.Time
}

// InsertSignIn begins a sign-in. With a credential's version other than 0, the
// turn fails with stale where the credential has another by now.
func InsertSignIn(s SignIn, version int64, stale error) Write {
	values := []any{s.ID, string(s.Instance), string(s.User), s.Refresh, []byte{}, s.Began.UnixMilli(), s.Began.UnixMilli(), s.Expires.UnixMilli()}
	const into = `INSERT INTO sign_in (id, instance, user_id, refresh, before, began, refreshed, expires) `
	if version == 0 {
		return Write{SQL: into + `VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, Args: values, Rows: 1}
	}
	return Write{SQL: into + `SELECT ?, instance, user_id, ?, ?, CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS BIGINT) FROM credential
		WHERE user_id = ? AND instance = ? AND version = ?`,
		Args: []any{values[0], values[3], values[4], values[5], values[6], values[7], values[2], values[1], version}, Rows: 1, Else: stale}
}

// RefreshSignIn puts a new secret in the place of old; lost is what the turn
// fails with where old is no longer the one that is good.
func RefreshSignIn(id string, old, refresh []byte, at, expires time.Time, lost error) Write {
	return Write{SQL: `UPDATE sign_in SET refresh = ?, before = ?, refreshed = ?, expires = ? WHERE id = ? AND refresh = ?`,
		Args: []any{refresh, old, at.UnixMilli(), expires.UnixMilli(), id, old}, Rows: 1, Else: lost}
}

// DeleteSignIn ends a sign-in, if it has not ended.
func DeleteSignIn(id string) Write {
	return Write{SQL: `DELETE FROM sign_in WHERE id = ?`, Args: []any{id}, Rows: Any}
}

// DeleteSignIns ends those of a user's sign-ins that expire before a time.
func DeleteSignIns(instance perch.InstanceID, user perch.UserID, before time.Time) Write {
	return Write{SQL: `DELETE FROM sign_in WHERE instance = ? AND user_id = ? AND expires < ?`,
		Args: []any{string(instance), string(user), before.UnixMilli()}, Rows: Any}
}

// SignIn is a sign-in that has not been ended; it may have expired.
func (s *Store) SignIn(ctx context.Context, id string) (in SignIn, found bool, err error) {
	in.ID = id
	var began, refreshed, expires int64
	found, err = s.one(ctx, []any{&in.Instance, &in.User, &in.Refresh, &in.Before, &began, &refreshed, &expires},
		`SELECT instance, user_id, refresh, before, began, refreshed, expires FROM sign_in WHERE id = ?`, id)
	in.Began, in.Refreshed, in.Expires = time.UnixMilli(began).UTC(), time.UnixMilli(refreshed).UTC(), time.UnixMilli(expires).UTC()
	return in, found, err
}
