package routing

import (
	"context"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/store"
)

// Monitoring is a contact that a supervisor watches.
type Monitoring struct {
	store.Monitor
	Barged bool // seen and heard by all
}

// Monitor lets a supervisor watch a contact silently; with mayBarge, Barge is
// allowed later. Watching what one watches already changes mayBarge alone.
//
// Errors: Denied for who is no supervisor; those of chat's Watch; NotFound for a
// contact that is not of the instance.
// doc: API_MonitorContact
func (r *Router) Monitor(ctx context.Context, u catalog.User, contact perch.ContactID, mayBarge bool) (store.Monitor, error) {
	m := store.Monitor{User: u.ID, Contact: contact, Instance: u.Instance, MayBarge: mayBarge}
	if u.SecurityProfile != catalog.Supervisor && u.SecurityProfile != catalog.Admin {
		return m, perch.Errorf(perch.Refused, "only users of the security profiles Supervisor and Admin watch contacts")
	}
	s, err := r.opts.Chats.Find(ctx, u.Instance, contact)
	if err != nil {
		return m, err
	}
	m.Session = s.ID
	err = r.opts.Chats.On(ctx, s.ID, func(t *chat.Turn) error {
		m.Participant, err = t.Watch(contact, perch.Who{Name: u.DisplayName, Role: perch.Supervisor}, u.ID)
		if err != nil {
			return err
		}
		m.Since = t.Now
		r.meet(t, u)
		t.Record(store.PutMonitor(m))
		return nil
	})
	return m, err
}

// meet has a supervisor's page notice what a turn changes.
func (r *Router) meet(t *chat.Turn, u catalog.User) {
	t.Record(r.opts.Store.Pass()...)
	t.Record(store.MeetAgent(store.Agent{User: u.ID, Instance: u.Instance, Status: offline, Since: t.Now.Truncate(time.Millisecond)}))
	t.After(func() { r.ring(t.Context(), u.ID) })
}

// Barge makes a supervisor who watches a contact one whom all see and hear.
//
// Errors: NotFound for who does not watch it, Refused where only watching was
// allowed or the instance lets nobody barge in, those of chat's Barge.
// doc: monitor-barge.md
func (r *Router) Barge(ctx context.Context, u catalog.User, contact perch.ContactID) (store.Monitor, error) {
	whole, err := r.opts.Settings.InstanceSetting(ctx, u.Instance)
	if err == nil && !whole.On(catalog.BargeIn) {
		err = perch.Errorf(perch.Refused, "the instance lets nobody barge in: its attribute %s is off", catalog.BargeIn)
	}
	if err != nil {
		return store.Monitor{}, err
	}
	return r.watched(ctx, u, contact, func(t *chat.Turn, m store.Monitor) error {
		if !m.MayBarge {
			return perch.Errorf(perch.Refused, "you were asked to watch this contact, and not to barge in")
		}
		r.meet(t, u)
		return t.Barge(m.Participant)
	})
}

// Whisper says something to those who work a contact that a supervisor watches; its
// customer sees nothing of it.
//
// Errors: NotFound for who does not watch it; those of chat's Say.
func (r *Router) Whisper(ctx context.Context, u catalog.User, contact perch.ContactID, s chat.Saying) (m store.Monitor, said perch.Entry, err error) {
	s.Aside = true
	m, err = r.watched(ctx, u, contact, func(t *chat.Turn, m store.Monitor) (err error) {
		said, err = t.Say(m.Participant, s)
		return err
	})
	return m, said, err
}

// StopMonitoring has a supervisor leave a contact, unseen who was not seen.
func (r *Router) StopMonitoring(ctx context.Context, u catalog.User, contact perch.ContactID) error {
	_, err := r.watched(ctx, u, contact, func(t *chat.Turn, m store.Monitor) error {
		r.meet(t, u)
		t.Record(store.DeleteMonitor(u.ID, contact))
		return t.Leave(m.Participant)
	})
	return err
}

// watched is a turn of a supervisor's on a contact that is being watched.
func (r *Router) watched(ctx context.Context, u catalog.User, contact perch.ContactID, do func(*chat.Turn, store.Monitor) error) (store.Monitor, error) {
	all, err := r.Monitors(ctx, u.ID)
	if err != nil {
		return store.Monitor{}, err
	}
	for _, m := range all {
		if m.Contact == contact {
			return m.Monitor, r.opts.Chats.On(ctx, m.Session, func(t *chat.Turn) error { return do(t, m.Monitor) })
		}
	}
	return store.Monitor{}, perch.Errorf(perch.NotFound, "the contact does not exist, or you do not watch it")
}

// Monitors are what a user watches now. Who has left a chat by the participant
// API, as any participant can, watches it no more.
func (r *Router) Monitors(ctx context.Context, user perch.UserID) ([]Monitoring, error) {
	rows, err := r.opts.Store.MonitorsOf(ctx, user)
	var out []Monitoring
	for _, m := range rows {
		s, err := r.opts.Chats.Session(ctx, m.Session)
		if err != nil {
			return nil, err
		}
		if p, err := s.Caller(m.Participant); err == nil && s.Current().ID == m.Contact {
			out = append(out, Monitoring{m, p.Barged})
		}
	}
	return out, err
}

// monitorsEnd takes note, in the turn in which a contact ends, that nobody
// watches it any more.
func (r *Router) monitorsEnd(t *chat.Turn, contact perch.ContactID) {
	rows, err := r.opts.Store.MonitorsOn(t.Context(), contact)
	var work []store.Work
	for _, m := range rows {
		work = append(work, store.Work{User: m.User})
	}
	r.ringAfter(t, work, err)
	t.Record(store.TouchMonitors(contact), store.DeleteMonitors(contact))
}
