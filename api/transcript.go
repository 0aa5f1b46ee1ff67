package api

import (
	"context"
	"mime"
	"net/http"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/transcript"
	"github.com/perch-chat/perch/wire"
)

// A transcript as a document is perch's own: Amazon has none. Its routes take
// what Amazon's take, an access key or a participant's bearer, and have the
// faults of the operation that shows the same.

// transcriptRoutes mounts the documents.
func (s *Server) transcriptRoutes() {
	s.mux.Handle("GET /perch/contacts/{ContactId}/transcript", s.document(wire.Lookup(wire.Connect, "DescribeContact"), contactOrder))
	s.mux.Handle("GET /perch/transcript", s.document(wire.Lookup(wire.Participant, "GetTranscript"), participantOrder))
}

// document serves a document about what order finds; like says whose callers and
// faults it has.
func (s *Server) document(like *wire.Operation, order func(*call) (transcript.Order, error)) http.Handler {
	return guarded{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var o transcript.Order
		c, err := s.own(w, r, like)
		if err == nil {
			o, err = order(c)
		}
		if err != nil {
			s.fail(w, r, like, err)
			return
		}
		s.write(w, r, o)
	})}
}

// own begins a request of a route of perch's own: who calls, whether they may,
// whether that is too much.
func (s *Server) own(w http.ResponseWriter, r *http.Request, like *wire.Operation) (*call, error) {
	return s.ownUpTo(maxBody, w, r, like)
}

// ownUpTo is own for a body of so many bytes.
func (s *Server) ownUpTo(limit int64, w http.ResponseWriter, r *http.Request, like *wire.Operation) (*call, error) {
	c := &call{Server: s, Request: r, op: like}
	var err error
	if c.body, err = bodyUpTo(limit, w, r); err != nil {
		return nil, err
	}
	if err := c.identify(); err != nil {
		return nil, err
	}
	if err := c.may(r.Pattern, c.kind); err != nil {
		return nil, err
	}
	return c, c.limits.allow(c.instance, actionOf(like), s.opts.Wall())
}

// write sends the document while it is read. An error on the way cuts the
// response off, so that nobody takes half a document for a whole one.
func (s *Server) write(w http.ResponseWriter, r *http.Request, o transcript.Order) {
	kind := map[transcript.Format][2]string{transcript.Text: {"text/plain; charset=utf-8", "txt"},
		transcript.JSON: {"application/json", "json"}, transcript.HTML: {"text/html; charset=utf-8", "html"}}[o.Format]
	h := w.Header()
	h.Set("Content-Type", kind[0])
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": "chat-" + o.Session.Started.UTC().Format("2006-01-02") + "." + kind[1]}))
	h.Set("Content-Security-Policy", transcript.SecurityPolicy())
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	h.Set("x-amzn-RequestId", requestID(r))
	if err := transcript.Write(r.Context(), w, o); err != nil {
		if r.Context().Err() == nil {
			s.opts.Log.ErrorContext(r.Context(), "a transcript was cut off", "request", requestID(r), "contact", o.Session.Current().ID, "error", err)
		}
		panic(http.ErrAbortHandler)
	}
}

// contactOrder is for a key of the contact's instance: all that an agent, or
// with audience=customer all that the customer may see.
func contactOrder(c *call) (transcript.Order, error) {
	to := map[string]perch.Audience{"": perch.ToAgents, "agent": perch.ToAgents, "customer": perch.ToCustomer, "supervisor": perch.ToSupervisors}
	audience, ok := to[c.URL.Query().Get("audience")]
	if !ok {
		return transcript.Order{}, perch.InvalidField("audience", "must be one of customer, agent, supervisor")
	}
	if audience == perch.ToSupervisors && c.kind == workingAgent {
		return transcript.Order{}, perch.InvalidField("audience", "must be customer or agent for somebody who is no supervisor")
	}
	s, err := c.find(perch.ContactID(c.PathValue("ContactId")))
	if err != nil {
		return transcript.Order{}, err
	}
	return c.ordered(s, audience)
}

// participantOrder is for somebody in the chat: what they may see of it.
func participantOrder(c *call) (transcript.Order, error) {
	who, err := c.session.Caller(c.party)
	if err != nil {
		return transcript.Order{}, err
	}
	return c.ordered(c.session, who.Role.Audience())
}

func (c *call) ordered(s *perch.Session, to perch.Audience) (transcript.Order, error) {
	q := c.URL.Query()
	o := transcript.Order{Chats: c.opts.Chats, Session: s, To: to, Format: transcript.Format(q.Get("format")), Zone: time.UTC,
		Queue: func(ctx context.Context, id perch.QueueID) string {
			found, err := c.opts.Settings.Queue(ctx, c.instance, id)
			if err != nil {
				return "" // it is gone, and the transcript is not
			}
			return found.Name
		}}
	switch o.Format {
	case "":
		o.Format = transcript.Text
	case transcript.Text, transcript.JSON, transcript.HTML:
	default:
		return o, perch.InvalidField("format", "must be one of text, json, html")
	}
	if name := q.Get("timezone"); name != "" {
		zone, err := time.LoadLocation(name)
		if err != nil || name == "Local" {
			return o, perch.InvalidField("timezone", "must be a name such as Europe/Berlin")
		}
		o.Zone = zone
	}
	return o, nil
}
