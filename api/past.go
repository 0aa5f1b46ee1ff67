package api

import (
	"context"
	"slices"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/wire"
)

// What somebody who works here is shown of a contact that they may know of, before
// accepting it or long after its end.

// Most rows of a page.
const (
	itemsPage    = 100
	chainPage    = 50 // chats
	customerPage = 50
)

// agentRecord is a contact as those who work here see it.
type agentRecord struct {
	ContactID                 perch.ContactID `json:"ContactId"`
	InitialContactID          perch.SessionID `json:"InitialContactId"`
	PreviousContactID         perch.ContactID `json:"PreviousContactId,omitempty"`
	RelatedContactID          perch.ContactID `json:"RelatedContactId,omitempty"`
	InitiationMethod          perch.Method
	InitiationTimestamp       string
	EnqueueTimestamp          string       `json:",omitempty"`
	ConnectedToAgentTimestamp string       `json:",omitempty"`
	DisconnectTimestamp       string       `json:",omitempty"`
	DisconnectReason          perch.Reason `json:",omitempty"`
	Queue                     *agentQueue  `json:",omitempty"`
	Agent                     *agentAuthor `json:",omitempty"` // under the name of then
	CustomerDisplayName       string
	CustomerID                string `json:"CustomerId,omitempty"`
	CustomerVerified          bool   // the CustomerId was signed for
	Name                      string `json:",omitempty"`
	Description               string `json:",omitempty"`
	Tags                      map[string]string
	Notes                     int
	Disposition               *agentDisposition `json:",omitempty"`
}

// stampOf is a time, or nothing where there has been none.
func stampOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return wire.Time(t)
}

func (s *Server) pastRoutes() {
	s.mux.Handle("GET /agent/contacts/{ContactId}", s.agent((*agentCall).contact))
	s.mux.Handle("GET /agent/contacts/{ContactId}/items", s.agent((*agentCall).items))
	s.mux.Handle("GET /agent/contacts/{ContactId}/chain", s.agent((*agentCall).chain))
	s.mux.Handle("GET /agent/contacts/{ContactId}/customer", s.agent((*agentCall).customerChats))
}

// record makes the record of a contact.
func (s *Server) record(ctx context.Context, of *perch.Session, c perch.Contact) (agentRecord, error) {
	out := agentRecord{ContactID: c.ID, InitialContactID: of.ID, PreviousContactID: c.Previous, RelatedContactID: c.Related,
		InitiationMethod: c.Method, InitiationTimestamp: stampOf(c.Opened), EnqueueTimestamp: stampOf(c.Enqueued),
		ConnectedToAgentTimestamp: stampOf(c.Accepted), DisconnectTimestamp: stampOf(c.Closed), DisconnectReason: c.Reason,
		CustomerID: of.CustomerID, CustomerVerified: of.Verified, Tags: map[string]string{}}
	if p, ok := of.Customer(); ok {
		out.CustomerDisplayName = p.Name
	}
	if c.Queue != "" {
		out.Queue = &agentQueue{ID: c.Queue}
		if q, err := s.opts.Settings.Queue(ctx, of.Instance, c.Queue); err == nil {
			out.Queue.Name = q.Name // of one that is gone there is only the id
		}
	}
	if c.Agent != "" {
		out.Agent = &agentAuthor{ID: c.Agent}
		i := slices.IndexFunc(of.Participants, func(p perch.Participant) bool { return p.User == c.Agent && p.Role == perch.Agent })
		if i >= 0 {
			out.Agent.DisplayName = of.Participants[i].Name
		}
	}
	d, err := s.opts.Chats.Details(ctx, of.ID, c.ID)
	out.Name, out.Description, out.Notes, out.Disposition = d.Name, d.Description, d.Notes, dispositionOf(d)
	for k, v := range d.Tags {
		out.Tags[k] = v
	}
	return out, err
}

// contact is one contact, with the attributes of its chat.
func (c *agentCall) contact() (any, error) {
	s, err := c.findFor(c.Context(), c.user, c.contactID())
	if err != nil {
		return nil, err
	}
	of, _ := s.Contact(c.contactID())
	row, err := c.record(c.Context(), s, *of)
	if err != nil {
		return nil, err
	}
	all, err := c.opts.Chats.Attributes(c.Context(), s.ID)
	attributes := map[string]string{}
	for k, v := range all {
		attributes[k] = v.Value
	}
	return map[string]any{"Contact": row, "Attributes": attributes}, err
}

// reads is the audience that somebody who works here belongs to.
func (c *agentCall) reads() perch.Audience {
	if c.user.SecurityProfile == catalog.Agent {
		return perch.ToAgents
	}
	return perch.ToSupervisors
}

type itemsReply struct {
	Items     []wire.Item
	NextToken string `json:",omitempty"`
}

// items are what was said in a contact's chat and, behind that, in the past that it
// continues: the last ones first, each page oldest first. A page is full wherever
// there is enough.
func (c *agentCall) items() (any, error) {
	s, err := c.findFor(c.Context(), c.user, c.contactID())
	if err != nil {
		return nil, err
	}
	at, limit, err := paged[perch.Position](c, "items", itemsPage)
	if err != nil {
		return nil, err
	}
	q := chat.Query{Session: s, To: c.reads(), Limit: limit}
	if at.Place != (perch.Position{}) {
		q.From = &at.Place
	}
	out := itemsReply{Items: []wire.Item{}}
	for {
		page, err := c.opts.Chats.Page(c.Context(), q)
		if err != nil {
			return nil, err
		}
		var some []wire.Item
		for _, it := range page.Items {
			some = append(some, item(it))
		}
		out.Items = append(some, out.Items...)
		q.From, q.Limit = page.Next, q.Limit-len(page.Items)
		if q.From == nil || q.Limit == 0 || len(page.Items) == 0 {
			break
		}
	}
	if q.From != nil {
		out.NextToken, err = after(c, at, *q.From)
	}
	return out, err
}

// agentChat is a chat with its contacts, the oldest first.
type agentChat struct {
	InitialContactID perch.SessionID `json:"InitialContactId"`
	StartTimestamp   string
	EndTimestamp     string       `json:",omitempty"`
	Continues        *agentLink   `json:",omitempty"`
	Contacts         []chatRecord // oldest first
}

// agentLink is what a chat continues.
type agentLink struct {
	ContactID        perch.ContactID       `json:"ContactId"`
	InitialContactID perch.SessionID       `json:"InitialContactId"`
	Type             perch.RehydrationType `json:"RehydrationType"`
	Depth            int                   // how many chats there are behind
}

// chatRecord is a contact of a chat, and whether the chain leaves it out.
type chatRecord struct {
	agentRecord
	Dropped bool
}

func (c *agentCall) chatOf(s chat.Chained) (agentChat, error) {
	out := agentChat{InitialContactID: s.ID, StartTimestamp: stampOf(s.Started), Contacts: []chatRecord{}}
	if s.Ended {
		out.EndTimestamp = stampOf(s.Time)
	}
	if l := s.Link; l != nil {
		out.Continues = &agentLink{l.Contact, l.Session, l.Type, l.Depth}
	}
	for _, of := range s.Contacts {
		row, err := c.record(c.Context(), s.Session, of)
		if err != nil {
			return out, err
		}
		out.Contacts = append(out.Contacts, chatRecord{row, !s.Has(of)})
	}
	return out, nil
}

type chatsReply struct {
	Chats     []agentChat
	NextToken string `json:",omitempty"`
}

// chain is a contact's chat and those that it continues, as data for a picture.
func (c *agentCall) chain() (any, error) {
	s, err := c.findFor(c.Context(), c.user, c.contactID())
	if err != nil {
		return nil, err
	}
	at, limit, err := paged[chat.ChainPlace](c, "chain", chainPage)
	if err != nil {
		return nil, err
	}
	all, next, err := c.opts.Chats.Chain(c.Context(), s, at.Place, limit)
	if err != nil {
		return nil, err
	}
	out := chatsReply{Chats: []agentChat{}}
	for _, one := range all {
		shown, err := c.chatOf(one)
		if err != nil {
			return nil, err
		}
		out.Chats = append(out.Chats, shown)
	}
	out.NextToken, err = after(c, at, next)
	return out, err
}

// customerChats are the other chats of a contact's customer that the caller may
// know of.
func (c *agentCall) customerChats() (any, error) {
	s, err := c.findFor(c.Context(), c.user, c.contactID())
	if err != nil {
		return nil, err
	}
	at, limit, err := paged[chat.CustomerPlace](c, "customer", customerPage)
	if err != nil {
		return nil, err
	}
	all, next, err := c.opts.Chats.OfCustomer(c.Context(), s, at.Place, limit)
	if err != nil {
		return nil, err
	}
	out := chatsReply{Chats: []agentChat{}}
	for _, one := range all {
		known, err := c.knows(c.Context(), c.user, one)
		if err != nil {
			return nil, err
		}
		if !known {
			continue
		}
		shown, err := c.chatOf(chat.Chained{Session: one})
		if err != nil {
			return nil, err
		}
		out.Chats = append(out.Chats, shown)
	}
	out.NextToken, err = after(c, at, next)
	return out, err
}
