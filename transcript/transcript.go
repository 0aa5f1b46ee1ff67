// Package transcript writes a chat and everything that it continues as one
// document for people to keep, read and print: as text, as JSON or as HTML.
//
// A document has a part for each contact of the chain in which the reader may
// see something, oldest first. It is written while it is read: however long the
// chain is, one page of it is in memory.
package transcript

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/wire"
)

// Format is what a document is written as.
type Format string

// Formats of documents.
const (
	Text Format = "text"
	JSON Format = "json"
	HTML Format = "html"
)

// pageSize is how many items are read at once.
const pageSize = 200

// Order asks for a document.
type Order struct {
	Chats *chat.Chats
	// Queue is the name of a queue of the chat's instance; empty where there is
	// none of that id any more.
	Queue   func(context.Context, perch.QueueID) string
	Session *perch.Session // the last chat of the chain
	To      perch.Audience // what the reader may see; nothing else is in the document
	Format  Format
	Zone    *time.Location // in which times are told in Text and HTML
}

// Part is what is said about one contact.
type Part struct {
	ContactID        string `json:"ContactId"`
	InitialContactID string `json:"InitialContactId"`
	// Related is the past contact that the part's chat continues; with the first
	// part of a chat.
	Related   string     `json:"RelatedContactId,omitempty"`
	Initiated time.Time  `json:"InitiationTimestamp"`
	Ended     *time.Time `json:"DisconnectTimestamp,omitempty"`
	Agent     string     `json:"AgentDisplayName,omitempty"`
	// What follows is for those who work here.
	Method string `json:"InitiationMethod,omitempty"`
	Queue  string `json:"QueueName,omitempty"`
	Reason string `json:"DisconnectReason,omitempty"`
}

// printer writes a document of one format, part by part.
type printer interface {
	begin() error
	part(Part) error
	item(perch.Entry, wire.Item) error
	end() error
}

// Write writes the document. Errors of w are returned as they are; a format that
// there is not is a perch.Error of kind Invalid, and nothing has been written.
func Write(ctx context.Context, w io.Writer, o Order) error {
	p, err := o.printer(w)
	if err != nil {
		return err
	}
	if err := p.begin(); err != nil {
		return err
	}
	q := chat.Query{Session: o.Session, To: o.To, Forward: true, Start: &chat.StartPosition{Time: time.UnixMilli(0)}, Limit: pageSize}
	var last perch.ContactID
	for {
		page, err := o.Chats.Page(ctx, q)
		if err != nil {
			return err
		}
		for _, it := range page.Items {
			if it.Contact != last {
				part, err := o.describe(ctx, it)
				if err != nil {
					return err
				}
				if err := p.part(part); err != nil {
					return err
				}
				last = it.Contact
			}
			shown, ok := wire.ItemOf(it.ID(), it.Entry, it.Past)
			if !ok {
				continue
			}
			if err := p.item(it.Entry, shown); err != nil {
				return err
			}
		}
		if page.Next == nil {
			return p.end()
		}
		q.Start, q.From = nil, page.Next
	}
}

func (o Order) printer(w io.Writer) (printer, error) {
	zone := o.Zone
	if zone == nil {
		zone = time.UTC
	}
	switch o.Format {
	case Text:
		return &textPrinter{w: w, zone: zone}, nil
	case JSON:
		return &jsonPrinter{w: w, of: o.Session.Current().ID}, nil
	case HTML:
		return &htmlPrinter{w: w, zone: zone, first: o.Session.Started}, nil
	}
	return nil, perch.InvalidField("format", "must be one of text, json, html")
}

// describe tells about the contact of an item.
func (o Order) describe(ctx context.Context, it chat.Item) (Part, error) {
	s := o.Session
	if it.Session != s.ID {
		var err error
		if s, err = o.Chats.Session(ctx, it.Session); err != nil {
			return Part{}, fmt.Errorf("reading the past chat %s: %w", it.Session, err)
		}
	}
	c, ok := s.Contact(it.Contact)
	if !ok {
		return Part{}, fmt.Errorf("contact %s is not known in its chat %s", it.Contact, s.ID)
	}
	out := Part{ContactID: string(c.ID), InitialContactID: string(s.ID), Initiated: c.Opened.UTC(), Agent: agentOf(s, c)}
	if len(s.Contacts) > 0 && s.Contacts[0].ID == c.ID && s.Link != nil {
		out.Related = string(s.Link.Contact)
	}
	if !c.Closed.IsZero() {
		ended := c.Closed.UTC()
		out.Ended = &ended
	}
	if o.To == perch.Customer.Audience() {
		return out, nil
	}
	out.Method, out.Reason = string(c.Method), string(c.Reason)
	if c.Queue != "" && o.Queue != nil {
		out.Queue = o.Queue(ctx, c.Queue)
	}
	return out, nil
}

// agentOf is the name under which the contact's agent was in the chat.
func agentOf(s *perch.Session, c *perch.Contact) string {
	for _, p := range s.Participants {
		if c.Agent != "" && p.User == c.Agent {
			return p.Name
		}
	}
	return ""
}
