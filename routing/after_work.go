package routing

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/store"
)

// afterWork is the body of a row that ends after-contact work.
type afterWork struct {
	User  perch.UserID `json:"u"`
	Since time.Time    `json:"s"` // a row says nothing about work of another time
}

func afterWorkKey(user perch.UserID, contact perch.ContactID) string {
	return string(contact) + "/" + string(user)
}

// limitWork lets the work of a contact's agent, which begins with this turn, end
// by itself after the agent's time.
// doc: API_AfterContactWorkConfig
func (r *Router) limitWork(t *chat.Turn, c perch.Contact) {
	if c.Agent == "" {
		return
	}
	u, err := r.opts.Settings.User(t.Context(), t.State().Instance, c.Agent)
	if err != nil {
		if perch.KindOf(err) != perch.NotFound {
			r.opts.Log.WarnContext(t.Context(), "how long an agent's after-contact work may last could not be read: it lasts until it is cleared",
				"user", c.Agent, "contact", c.ID, "error", err)
		}
		return
	}
	if u.AfterWork == 0 {
		return
	}
	body, err := json.Marshal(afterWork{User: u.ID, Since: t.Now})
	if err != nil {
		return // of an id and a time, both of which JSON can write
	}
	t.Due(DueAfterWork, afterWorkKey(u.ID, c.ID), t.Now.Add(time.Duration(u.AfterWork)*time.Second), body)
}

// AfterWorkExpired clears after-contact work that has lasted its time.
func (r *Router) AfterWorkExpired(ctx context.Context, d perch.Due) error {
	var work afterWork
	if err := json.Unmarshal(d.Body, &work); err != nil {
		return fmt.Errorf("damaged due row %s of session %s: %w", d.Kind, d.Session, err)
	}
	contact := perch.ContactID(strings.TrimSuffix(d.Key, "/"+string(work.User))) // d.Contact may be the one that follows
	err := r.opts.Chats.On(ctx, d.Session, func(t *chat.Turn) error {
		t.Take(d)
		w, found, err := r.opts.Store.WorkOn(t.Context(), work.User, contact)
		if err != nil || !found || w.State != store.EndedWork || !w.Since.Equal(work.Since.Truncate(time.Millisecond)) {
			return err
		}
		if c, ok := t.State().Contact(contact); ok && !c.Closed.IsZero() {
			t.EndWork(contact)
		}
		t.Record(r.opts.Store.Pass()...)
		t.Record(store.IdleAgent(work.User, t.Now), store.ClearEndedWork(work.User, contact, w.Since),
			store.SettleStatus(work.User, t.Now))
		t.After(func() { r.ring(ctx, work.User) })
		return nil
	})
	r.poke()
	return err
}
