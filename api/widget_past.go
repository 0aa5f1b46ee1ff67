package api

import (
	"context"
	"net/http"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/token"
	"github.com/perch-chat/perch/transcript"
	"github.com/perch-chat/perch/wire"
)

// What the widget asks for that Amazon's wire has no call for: the rest of a chat
// that ended while its customer was away, the files in it, and how many are before
// somebody who waits.

// endedLife is how long after its end a chat can be read, and gone on with, by
// the participant token of its customer: the longest that a chat itself may last.
const endedLife = mostMinutes * time.Minute

func (s *Server) widgetPastRoutes() {
	like := wire.Lookup(wire.Participant, "GetTranscript")
	s.mux.Handle("POST /perch/transcript/ended", s.ofWidget(like, endedTranscript))
	s.mux.Handle("GET /perch/transcript/ended", s.endedDocument(like))
	s.mux.Handle("POST /perch/attachment/ended", s.ofWidget(wire.Lookup(wire.Participant, "GetAttachment"), endedAttachment))
	s.mux.Handle("GET /perch/waiting", s.ofWidget(like, waiting))
}

// ofWidget serves a route with the faults of an operation that shows the like.
func (s *Server) ofWidget(like *wire.Operation, run func(*call) (any, error)) http.Handler {
	return guarded{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := &call{Server: s, Request: r, op: like}
		var err error
		var out any
		if c.body, err = body(w, r); err == nil {
			out, err = run(c)
		}
		if err != nil {
			s.fail(w, r, like, err)
			return
		}
		w.Header().Set("Cache-Control", "no-store")
		writeJSON(w, http.StatusOK, out)
	})}
}

// endedTranscript is GetTranscript for the customer of a chat that has ended, who
// shows the participant token. Whoever was cut off reads here what they missed:
// the operation itself is closed to them, as at Amazon.
func endedTranscript(c *call) (any, error) {
	who, err := c.lookingBack()
	if err != nil {
		return nil, err
	}
	var in wire.GetTranscriptRequest
	if err := wire.Decode(c.op, c.Request, c.body, &in); err != nil {
		return nil, err
	}
	return c.pageOf(c.session, who, in)
}

// endedDocument is the same as a document, see transcriptRoutes.
func (s *Server) endedDocument(like *wire.Operation) http.Handler {
	return guarded{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := &call{Server: s, Request: r, op: like}
		_, err := c.lookingBack()
		var o transcript.Order
		if err == nil {
			o, err = c.ordered(c.session, perch.ToCustomer)
		}
		if err != nil {
			s.fail(w, r, like, err)
			return
		}
		s.write(w, r, o)
	})}
}

// endedAttachment is GetAttachment for the same customer: the files that their
// transcript shows, also those of the past that the chat continues, and no others.
func endedAttachment(c *call) (any, error) {
	if _, err := c.lookingBack(); err != nil {
		return nil, err
	}
	var in wire.GetAttachmentRequest
	if err := wire.Decode(c.op, c.Request, c.body, &in); err != nil {
		return nil, err
	}
	return getAttachment(c, in)
}

// lookingBack finds out who calls with the token of a chat that has ended.
func (c *call) lookingBack() (*perch.Participant, error) {
	s, who, err := c.ended(c.Context(), c.Header.Get(wire.BearerHeader))
	if err != nil {
		return nil, err
	}
	c.session, c.party, c.instance, c.kind = s, who.ID, s.Instance, asCustomer
	if err := c.may(c.Pattern, c.kind); err != nil {
		return nil, err
	}
	return who, c.limits.allow(c.instance, actionOf(c.op), c.opts.Wall())
}

// ended is the chat of a participant token whose customer may still look back at
// it: one that has ended, a short while ago. The token was sealed here and given
// to nobody else, so that who has it was there.
//
// Errors: Denied.
func (s *Server) ended(ctx context.Context, bearer string) (*perch.Session, *perch.Participant, error) {
	var p token.Participant
	if err := s.opts.Tokens.Open(token.KindParticipant, bearer, &p); err != nil {
		return nil, nil, errDenied
	}
	found, err := s.opts.Chats.Session(ctx, perch.SessionID(p.Session))
	if err != nil {
		if perch.KindOf(err) == perch.NotFound {
			err = errDenied
		}
		return nil, nil, err
	}
	who, ok := found.Participant(perch.ParticipantID(p.Participant))
	if !ok || who.Role != perch.Customer || !found.Ended || s.opts.Now().Sub(found.Time) > endedLife {
		return nil, nil, errDenied
	}
	return found, who, nil
}

// pastByToken is the past that a chat of the widget continues by the participant
// token of its last one; nil where that opens nothing. A chat of somebody whom
// the site had signed for is gone on with by the same person alone.
func (s *Server) pastByToken(ctx context.Context, instance perch.InstanceID, bearer, customer string) (*chat.Past, error) {
	if bearer == "" {
		return nil, nil
	}
	past, _, err := s.ended(ctx, bearer)
	if perch.KindOf(err) == perch.Denied && err != nil {
		return nil, nil
	}
	if err != nil || past.Instance != instance || past.Verified && past.CustomerID != customer {
		return nil, err
	}
	return &chat.Past{Type: perch.EntirePastSession, Source: past.ID.First(), Origin: perch.FromJWT}, nil
}

// place is where somebody stands who waits.
type place struct {
	Position int // 1 is next; 0 where the chat does not wait
}

func waiting(c *call) (any, error) {
	if err := c.bearer(); err != nil {
		return nil, err
	}
	if err := c.may(c.Pattern, c.kind); err != nil {
		return nil, err
	}
	if err := c.limits.allow(c.instance, actionOf(c.op), c.opts.Wall()); err != nil {
		return nil, err
	}
	at := c.session.Current()
	if at.Queue == "" || len(c.session.Agents()) > 0 {
		return place{}, nil
	}
	f, err := c.opts.Router.Figures(c.Context(), c.instance, at.Queue, at.QueueUser, at.ID)
	if err != nil || f.Position > f.Waiting { // it is being offered
		return place{}, err
	}
	return place{f.Position}, nil
}
