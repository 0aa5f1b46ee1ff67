package chat

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/store"
)

// Once makes an operation happen once for a ClientToken, for seven days. With
// an empty ClientToken it happens every time.
type Once struct {
	Instance    perch.InstanceID
	Operation   string
	ClientToken string
	Request     []byte // a hash of what was asked for
}

// answered reads the answer that a token has had into result; Refused where it
// was used for another request.
func (c *Chats) answered(ctx context.Context, o Once, result any) (found bool, err error) {
	if o.ClientToken == "" {
		return false, nil
	}
	a, found, err := c.opts.Store.Answer(ctx, o.Instance, o.Operation, o.ClientToken, c.opts.Now())
	if err != nil || !found {
		return false, err
	}
	if !bytes.Equal(a.Request, o.Request) {
		return true, &perch.Error{Kind: perch.Refused, Field: "ClientToken", Message: "has been used for another request"}
	}
	return true, json.Unmarshal(a.Result, result)
}

// beaten reads the answer of who was first with a token, a moment ago.
func (c *Chats) beaten(ctx context.Context, o Once, result any) error {
	found, err := c.answered(ctx, o, result)
	if err == nil && !found {
		err = perch.Errorf(perch.Conflict, "the same ClientToken is being used: try again")
	}
	return err
}

// answer remembers a result in the turn that brings it about, which fails with
// errAnswered if another was first.
func (t *Turn) answer(o Once, result any) error {
	if o.ClientToken == "" {
		return nil
	}
	data, err := json.Marshal(result)
	if err != nil {
		return fmt.Errorf("encoding an answer: %w", err)
	}
	t.Record(store.ForgetAnswer(o.Instance, o.Operation, o.ClientToken, t.Now),
		store.InsertAnswer(store.Answer{Instance: o.Instance, Operation: o.Operation, Token: o.ClientToken,
			Request: o.Request, Result: data, Expires: t.Now.Add(perch.TokenLife)}, errAnswered))
	return nil
}

// Run makes contacts of older versions findable and forgets answers whose time is
// over, until ctx is done.
func (c *Chats) Run(ctx context.Context) error {
	if err := c.index(ctx); err != nil && ctx.Err() == nil {
		c.opts.Log.WarnContext(ctx, "older contacts could not all be made findable; trying again with the next start", "error", err)
	}
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		err := c.opts.Store.Commit(store.Turn{Writes: []store.Write{store.ForgetAnswers(c.opts.Now())}})
		if err != nil {
			c.opts.Log.WarnContext(ctx, "forgetting old ClientTokens failed; trying again in an hour", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
