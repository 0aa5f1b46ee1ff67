package api

import (
	"slices"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/wire"
)

// Settings that Amazon has no operations for are kept by the agents' API, for
// administrators: each kind of them the same way.

// ownSetting is a kind of setting as the agents' API has it: In is what is said of
// one, all of it each time, and Shown how it is shown.
type ownSetting[V catalog.Setting, In, Shown any] struct {
	kind catalog.Kind[V]
	fill func(*V, In)
	show func(V) Shown
}

// disposition settings are codes for what contacts were about, or came to.
type (
	saidDisposition  struct{ Code, Description string }
	shownDisposition struct {
		ID string `json:"Id"`
		saidDisposition
	}
)

func dispositionSettings() ownSetting[catalog.Disposition, saidDisposition, shownDisposition] {
	return ownSetting[catalog.Disposition, saidDisposition, shownDisposition]{kind: catalog.DispositionKind(),
		fill: func(v *catalog.Disposition, in saidDisposition) { v.Code, v.Description = in.Code, in.Description },
		show: func(v catalog.Disposition) shownDisposition {
			return shownDisposition{v.ID, saidDisposition{v.Code, v.Description}}
		}}
}

// canned replies are texts that agents send often.
type (
	saidReply struct {
		Shortcut, Name, Text string
		Queues               []perch.QueueID
	}
	shownReply struct {
		ID string `json:"Id"`
		saidReply
	}
)

func replySettings() ownSetting[catalog.Reply, saidReply, shownReply] {
	return ownSetting[catalog.Reply, saidReply, shownReply]{kind: catalog.ReplyKind(),
		fill: func(v *catalog.Reply, in saidReply) {
			v.Shortcut, v.Name, v.Text, v.Queues = in.Shortcut, in.Name, in.Text, in.Queues
		},
		show: func(v catalog.Reply) shownReply {
			return shownReply{v.ID, saidReply{v.Shortcut, v.Name, v.Text, append([]perch.QueueID{}, v.Queues...)}}
		}}
}

func (s *Server) ownSettingRoutes() {
	s.mux.Handle("GET /agent/dispositions", s.agent((*agentCall).dispositions))
	s.mux.Handle("POST /agent/dispositions", s.agent(dispositionSettings().create))
	s.mux.Handle("PUT /agent/dispositions/{Id}", s.agent(dispositionSettings().change))
	s.mux.Handle("DELETE /agent/dispositions/{Id}", s.agent(dispositionSettings().delete))
	s.mux.Handle("GET /agent/replies", s.agent((*agentCall).replies))
	s.mux.Handle("POST /agent/replies", s.agent(replySettings().create))
	s.mux.Handle("PUT /agent/replies/{Id}", s.agent(replySettings().change))
	s.mux.Handle("DELETE /agent/replies/{Id}", s.agent(replySettings().delete))
	s.mux.Handle("GET /agent/contacts/{ContactId}/replies", s.agent((*agentCall).repliesTo))
}

func (o ownSetting[V, In, Shown]) create(c *agentCall) (any, error) {
	var in In
	if err := read(c.body, &in); err != nil {
		return nil, err
	}
	var v V
	o.fill(&v, in)
	o.kind.Label(&v).Modified = c.opts.Now()
	v, err := o.kind.Create(c.Context(), c.opts.Settings, c.user.Instance, v)
	if err != nil {
		return nil, err
	}
	return o.show(v), nil
}

func (o ownSetting[V, In, Shown]) change(c *agentCall) (any, error) {
	var in In
	if err := read(c.body, &in); err != nil {
		return nil, err
	}
	return nothing{}, o.kind.Change(c.Context(), c.opts.Settings, c.user.Instance, c.PathValue("Id"), func(v *V) error {
		o.fill(v, in)
		o.kind.Label(v).Modified = c.opts.Now()
		return nil
	})
}

func (o ownSetting[V, In, Shown]) delete(c *agentCall) (any, error) {
	return nothing{}, o.kind.Delete(c.Context(), c.opts.Settings, c.user.Instance, c.PathValue("Id"))
}

// dispositions are those that agents can choose from, by code.
func (c *agentCall) dispositions() (any, error) {
	all, err := catalog.DispositionKind().All(c.Context(), c.opts.Settings, c.user.Instance)
	out := []shownDisposition{}
	for _, v := range all {
		out = append(out, dispositionSettings().show(v))
	}
	return map[string]any{"Dispositions": out}, err
}

// replies are those for the queues that the caller serves; administrators have
// all.
func (c *agentCall) replies() (any, error) {
	all, err := catalog.ReplyKind().All(c.Context(), c.opts.Settings, c.user.Instance)
	if err != nil {
		return nil, err
	}
	if c.user.SecurityProfile != catalog.Admin {
		served, err := c.served()
		if err != nil {
			return nil, err
		}
		all = slices.DeleteFunc(all, func(r catalog.Reply) bool { return !r.For(served...) })
	}
	out := []shownReply{}
	for _, v := range all {
		out = append(out, replySettings().show(v))
	}
	return map[string]any{"Replies": out}, nil
}

// served are the queues of the caller's routing profile.
func (c *agentCall) served() ([]perch.QueueID, error) {
	p, err := c.opts.Settings.RoutingProfile(c.Context(), c.user.Instance, c.user.RoutingProfile)
	var out []perch.QueueID
	for _, q := range p.Queues {
		out = append(out, q.Queue)
	}
	return out, err
}

// readyReply is a canned reply as it can be sent into a chat.
type readyReply struct {
	ID          string `json:"Id"`
	Shortcut    string
	Name        string
	ContentType string
	Content     string
}

// repliesTo are the canned replies for a contact's queue, filled.
func (c *agentCall) repliesTo() (any, error) {
	s, err := c.findFor(c.Context(), c.user, c.contactID())
	if err != nil {
		return nil, err
	}
	of, _ := s.Contact(c.contactID())
	all, err := c.opts.Settings.Replies(c.Context(), c.user.Instance, of.Queue)
	if err != nil {
		return nil, err
	}
	attributes, err := c.opts.Chats.Attributes(c.Context(), s.ID)
	if err != nil {
		return nil, err
	}
	customer, kind := "", wire.TextPlain
	if p, ok := s.Customer(); ok {
		customer = p.Name
	}
	if slices.Contains(s.ContentTypes, wire.TextMarkdown) {
		kind = wire.TextMarkdown
	}
	out := []readyReply{}
	for _, r := range all {
		out = append(out, readyReply{r.ID, r.Shortcut, r.Name, kind, r.Fill(customer, c.user.DisplayName, attributes, kind == wire.TextMarkdown)})
	}
	return map[string]any{"Replies": out}, nil
}
