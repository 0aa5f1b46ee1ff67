package api

import (
	"context"
	"encoding/json"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/routing"
	"github.com/perch-chat/perch/store"
	"github.com/perch-chat/perch/token"
	"github.com/perch-chat/perch/wire"
)

// agentWork is an agent's status and contacts as of a version: the answer of GET
// /agent/contacts, and the content of the frames on the agent's socket.
type agentWork struct {
	Version  int64
	Status   agentStatus
	Contacts []agentContact
	Monitors []agentMonitor // contacts that a supervisor watches
}

func (c *agentCall) contacts() (any, error) {
	out, _, err := c.work(c.Context(), c.user)
	return out, err
}

// AgentWork is an agent's work and its JSON, as GET /agent/contacts answers it.
func (s *Server) AgentWork(ctx context.Context, instance perch.InstanceID, user perch.UserID) (routing.Desk, []byte, error) {
	u, err := s.opts.Settings.User(ctx, instance, user)
	if err != nil {
		return routing.Desk{}, nil, err
	}
	out, desk, err := s.work(ctx, u)
	if err != nil {
		return routing.Desk{}, nil, err
	}
	content, err := json.Marshal(out)
	return desk, content, err
}

func (s *Server) work(ctx context.Context, u catalog.User) (agentWork, routing.Desk, error) {
	desk, err := s.opts.Router.Desk(ctx, u)
	if err != nil {
		return agentWork{}, desk, err
	}
	out := agentWork{Version: desk.Version, Status: presentStatus(desk), Contacts: []agentContact{}, Monitors: []agentMonitor{}}
	for _, w := range desk.Work {
		row, err := s.row(ctx, u, w)
		if err != nil {
			return agentWork{}, desk, err
		}
		out.Contacts = append(out.Contacts, row)
	}
	for _, m := range desk.Monitors {
		out.Monitors = append(out.Monitors, monitorOf(m))
	}
	return out, desk, nil
}

func (s *Server) row(ctx context.Context, u catalog.User, w store.Work) (agentContact, error) {
	row := agentContact{ContactID: w.Contact, InitialContactID: w.Session, State: w.State, StateStartTimestamp: wire.Time(w.Since), Attributes: map[string]string{}}
	if !w.Expires.IsZero() {
		row.OfferExpiry = wire.Time(w.Expires)
	}
	if q, err := s.opts.Settings.Queue(ctx, u.Instance, w.Queue); err == nil {
		row.Queue = &agentQueue{q.ID, q.Name}
	}
	state, err := s.opts.Chats.Session(ctx, w.Session)
	if err != nil {
		return row, err
	}
	if p, ok := state.Customer(); ok {
		row.CustomerDisplayName = p.Name
	}
	if of, ok := state.Contact(w.Contact); ok {
		row.RelatedContactID, row.InitiationMethod = of.Related, of.Method
	}
	attributes, err := s.opts.Chats.Attributes(ctx, w.Session)
	if err != nil {
		return row, err
	}
	for k, v := range attributes {
		row.Attributes[k] = v.Value
	}
	d, err := s.opts.Chats.Details(ctx, w.Session, w.Contact)
	row.Notes, row.Disposition = d.Notes, dispositionOf(d)
	return row, err
}

// connection gives the address of a socket for all of an agent's work and chats.
func (c *agentCall) connection() (any, error) {
	now := c.opts.Wall()
	t, err := c.opts.Tokens.Seal(token.KindAgentSocket, token.AgentSocket{Instance: string(c.session.Instance), User: string(c.session.User),
		SignIn: c.session.SignIn, SignedIn: c.session.Expires.UnixMilli(), Expires: now.Add(socketURLLife).UnixMilli()})
	if err != nil {
		return nil, err
	}
	return map[string]any{"Websocket": wire.Websocket{Url: c.url(t), ConnectionExpiry: wire.Time(earlier(now.Add(socketLife), c.session.Expires))}}, nil
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
