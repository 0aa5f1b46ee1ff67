package api

import (
	"cmp"
	"slices"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/routing"
	"github.com/perch-chat/perch/store"
	"github.com/perch-chat/perch/wire"
)

// agentMonitor is a contact that a supervisor watches.
type agentMonitor struct {
	ContactID        perch.ContactID `json:"ContactId"`
	InitialContactID perch.SessionID `json:"InitialContactId"`
	StartTimestamp   string
	Capability       string // what the supervisor does now
	MayBarge         bool
}

func monitorOf(m routing.Monitoring) agentMonitor {
	out := agentMonitor{ContactID: m.Contact, InitialContactID: m.Session, StartTimestamp: wire.Time(m.Since),
		Capability: wire.SilentMonitor, MayBarge: m.MayBarge}
	if m.Barged {
		out.Capability = wire.Barge
	}
	return out
}

// monitor watches a contact, or gives the token of watching it once more.
func (c *agentCall) monitor() (any, error) {
	desk, err := c.opts.Router.Monitors(c.Context(), c.user.ID)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(desk, func(m routing.Monitoring) bool { return m.Contact == c.contactID() })
	if i >= 0 { // a page that was reloaded; what was allowed stays
		return c.watching(desk[i].Monitor)
	}
	if _, err := c.findFor(c.Context(), c.user, c.contactID()); err != nil {
		return nil, err
	}
	m, err := c.opts.Router.Monitor(c.Context(), c.user, c.contactID(), true)
	if err != nil {
		return nil, err
	}
	return c.watching(m)
}

func (c *agentCall) barge() (any, error) {
	m, err := c.opts.Router.Barge(c.Context(), c.user, c.contactID())
	if err != nil {
		return nil, err
	}
	return c.watching(m)
}

func (c *agentCall) stopMonitoring() (any, error) {
	return nothing{}, c.opts.Router.StopMonitoring(c.Context(), c.user, c.contactID())
}

// whisper says something to the agent of a contact that the caller watches.
func (c *agentCall) whisper() (any, error) {
	var in struct{ Content, ContentType, ClientToken string }
	if err := read(c.body, &in); err != nil {
		return nil, err
	}
	in.ContentType = cmp.Or(in.ContentType, wire.TextPlain)
	switch n := len(in.Content); {
	case in.Content == "" || n > wire.MaxContentBytes:
		return nil, perch.InvalidField("Content", "must have 1 to %d bytes, not %d", wire.MaxContentBytes, n)
	case in.ContentType != wire.TextPlain && in.ContentType != wire.TextMarkdown:
		return nil, perch.InvalidField("ContentType", "must be %s or %s", wire.TextPlain, wire.TextMarkdown)
	}
	if err := checkWritten("ClientToken", in.ClientToken, 0, maxClientToken); err != nil {
		return nil, err
	}
	m, said, err := c.opts.Router.Whisper(c.Context(), c.user, c.contactID(),
		chat.Saying{ContentType: in.ContentType, Content: in.Content, ClientToken: in.ClientToken})
	return wire.SendMessageResponse{Id: said.ID(m.Session), AbsoluteTime: wire.Time(said.Time)}, err
}

// reassign brings a contact of a queue that the caller serves to another agent or
// queue.
func (c *agentCall) reassign() (any, error) {
	to, err := c.target()
	if err != nil {
		return nil, err
	}
	if _, err := c.findFor(c.Context(), c.user, c.contactID()); err != nil {
		return nil, err
	}
	next, err := c.opts.Router.Reassign(c.Context(), c.user, c.contactID(), to)
	return map[string]any{"ContactId": next}, err
}

func (c *agentCall) watching(m store.Monitor) (any, error) {
	return c.joined(m.Instance, m.Session, m.Contact, m.Participant)
}

// monitorContact has a supervisor watch a contact: it shows up on the
// supervisor's page. Asking again is as good as asking once, so that the
// ClientToken has nothing to add.
func monitorContact(c *call, in wire.MonitorContactRequest) (wire.MonitorContactResponse, error) {
	var out wire.MonitorContactResponse
	s, err := c.contact(in.InstanceId, in.ContactId)
	if err != nil {
		return out, err
	}
	u, err := c.opts.Settings.User(c.Context(), c.instance, perch.UserID(wire.ResourceID(in.UserId)))
	if err != nil {
		return out, err
	}
	if c.user != nil && c.user.SecurityProfile != catalog.Admin && c.user.ID != u.ID {
		return out, perch.Errorf(perch.Denied, "a supervisor has nobody but themselves watch a contact")
	}
	allowed := in.AllowedMonitorCapabilities
	if len(allowed) > 0 && !slices.Contains(allowed, wire.SilentMonitor) {
		return out, perch.InvalidField("AllowedMonitorCapabilities", "must hold SILENT_MONITOR: who barges in has watched before")
	}
	m, err := c.opts.Router.Monitor(c.Context(), u, perch.ContactID(in.ContactId), slices.Contains(allowed, wire.Barge))
	return wire.MonitorContactResponse{ContactId: string(m.Contact), ContactArn: c.opts.ARNs.Contact(s.Instance, m.Contact)}, err
}
