package store

import (
	"context"
	"time"

	"github.com/perch-chat/perch"
)

// Answer is what an operation answered to a ClientToken.
type Answer struct {
	Instance  perch.InstanceID
	Operation string
	Token     string
	Request   []byte // a hash of the request
	Result    []byte
	Expires   time.Time
}

// InsertAnswer remembers an answer; taken is what the turn fails with when the
// token has been answered already.
func InsertAnswer(a Answer, taken error) Write {
	return Write{SQL: `INSERT INTO idempotency (instance, operation, token, request, result, expires)
		VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		Args: []any{string(a.Instance), a.Operation, a.Token, a.Request, a.Result, a.Expires.UnixMilli()}, Rows: 1, Else: taken}
}

// Answer finds what was answered to a token, if that has not expired.
func (s *Store) Answer(ctx context.Context, instance perch.InstanceID, operation, token string, now time.Time) (a Answer, found bool, err error) {
	a = Answer{Instance: instance, Operation: operation, Token: token}
	var expires int64
	found, err = s.one(ctx, []any{&a.Request, &a.Result, &expires}, `SELECT request, result, expires FROM idempotency
		WHERE instance = ? AND operation = ? AND token = ? AND expires > ?`, string(instance), operation, token, now.UnixMilli())
	a.Expires = timeOf(expires)
	return a, found, err
}

// ForgetAnswers removes what has expired.
func ForgetAnswers(now time.Time) Write {
	return Write{SQL: `DELETE FROM idempotency WHERE expires <= ?`, Args: []any{now.UnixMilli()}, Rows: Any}
}

// ForgetAnswer removes an expired answer so that its token can be used again.
func ForgetAnswer(instance perch.InstanceID, operation, token string, now time.Time) Write {
	return Write{SQL: `DELETE FROM idempotency WHERE instance = ? AND operation = ? AND token = ? AND expires <= ?`,
		Args: []any{string(instance), operation, token, now.UnixMilli()}, Rows: Any}
}
