package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/routing"
	"github.com/perch-chat/perch/staff"
	"github.com/perch-chat/perch/store"
	"github.com/perch-chat/perch/wire"
)

// The agents' API is perch's own: Amazon keeps its one private. An agent's
// messages go through the participant API like everybody's; only work is here.

// agentCall is one request of a signed-in agent.
type agentCall struct {
	*Server
	*http.Request
	session staff.Session
	user    catalog.User
	body    []byte
	header  http.Header // of the response
}

// agentRoutes mounts the table of the agents' API.
func (s *Server) agentRoutes() {
	s.signInRoutes()
	s.providerRoutes()
	s.noteRoutes()
	s.pastRoutes()
	s.ownSettingRoutes()
	s.widgetSettingRoutes()
	s.keySettingRoutes()
	s.flowCheckRoutes()
	for pattern, run := range map[string]func(*agentCall) (any, error){
		"GET /agent/me":                             (*agentCall).me,
		"PUT /agent/status":                         (*agentCall).setStatus,
		"GET /agent/contacts":                       (*agentCall).contacts,
		"POST /agent/contacts/{ContactId}/accept":   (*agentCall).accept,
		"POST /agent/contacts/{ContactId}/reject":   (*agentCall).reject,
		"POST /agent/contacts/{ContactId}/transfer": (*agentCall).transfer,
		"POST /agent/contacts/{ContactId}/end":      (*agentCall).end,
		"POST /agent/contacts/{ContactId}/clear":    (*agentCall).clear,
		"POST /agent/contacts/{ContactId}/monitor":  (*agentCall).monitor,
		"POST /agent/contacts/{ContactId}/barge":    (*agentCall).barge,
		"POST /agent/contacts/{ContactId}/leave":    (*agentCall).stopMonitoring,
		"POST /agent/contacts/{ContactId}/whisper":  (*agentCall).whisper,
		"POST /agent/contacts/{ContactId}/reassign": (*agentCall).reassign,
		"POST /agent/connection":                    (*agentCall).connection,
		"GET /agent/figures":                        (*agentCall).figures,
		"GET /agent/floor/contacts":                 (*agentCall).floorContacts,
		"GET /agent/search":                         (*agentCall).search,
		"POST /agent/logout":                        (*agentCall).logout,
		"PUT /agent/password":                       (*agentCall).changePassword,
		"PUT /agent/users/{UserId}/password":        (*agentCall).setPassword,
		"POST /agent/users/{UserId}/logout":         (*agentCall).logoutUser,
	} {
		s.mux.Handle(pattern, s.agent(run))
	}
}

func (s *Server) agent(run func(*agentCall) (any, error)) http.Handler {
	return guarded{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		out, err := func() (out any, err error) {
			c := &agentCall{Server: s, Request: r, header: w.Header()}
			if err := c.signedIn(); err != nil {
				return nil, err
			}
			if err := s.may(r.Pattern, ofProfile(c.user.SecurityProfile)); err != nil {
				return nil, err
			}
			if c.body, err = body(w, r); err != nil {
				return nil, err
			}
			return run(c)
		}()
		s.answerAgent(w, r, out, err)
	})}
}

var errSignIn = perch.Errorf(perch.Unauthenticated, "sign in first: POST /agent/login")

func (s *Server) answerAgent(w http.ResponseWriter, r *http.Request, out any, err error) {
	if err == nil {
		writeJSON(w, http.StatusOK, out)
		return
	}
	err = orGivenUp(r, err)
	if perch.KindOf(err) == perch.Internal {
		s.opts.Log.ErrorContext(r.Context(), "an agent's request failed", "request", requestID(r), "path", r.Pattern, "error", err)
	}
	wire.WriteFault(w, requestID(r), agentFault(err))
}

// agentFault is the fault of the agents' API: Connect's shapes, and 401 for a
// sign-in that does not hold.
func agentFault(err error) wire.Fault {
	f := wire.FaultOf(nil, err)
	switch perch.KindOf(err) {
	case perch.Unauthenticated: // and not Denied: signing in again would not help
		f.Name, f.Status = wire.AccessDenied, http.StatusUnauthorized
	case perch.Conflict, perch.Gone, perch.LimitExceeded:
		f.Name, f.Status = wire.Conflict, http.StatusConflict
	case perch.Invalid, perch.Refused:
		f.Name, f.Status = wire.InvalidRequest, http.StatusBadRequest
	case perch.NotFound:
		f.Name, f.Status = wire.ResourceNotFound, http.StatusNotFound
	}
	return f
}

// read decodes a body, which may be empty; unknown members are ignored. What is
// wrong is told by the member's name, or as the body's.
func read(data []byte, into any) error {
	if len(data) == 0 {
		return nil
	}
	err := json.Unmarshal(data, into)
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && wrong.Field != "" {
		return perch.InvalidField(wrong.Field, "must not be a JSON %s: its type is %s", wrong.Value, wrong.Type)
	}
	if err != nil {
		return perch.InvalidField("body", "must be one JSON object")
	}
	return nil
}

// agentUser is a user as agents see one.
type agentUser struct {
	ID               perch.UserID `json:"Id"`
	Username         string
	DisplayName      string
	RoutingProfileID string `json:"RoutingProfileId"`
	SecurityProfile  string
}

func userOf(u catalog.User) agentUser {
	return agentUser{u.ID, u.Username, u.DisplayName, u.RoutingProfile, string(u.SecurityProfile)}
}

func (c *agentCall) me() (any, error) {
	ctx := c.Context()
	desk, err := c.opts.Router.Desk(ctx, c.user)
	if err != nil {
		return nil, err
	}
	statuses, err := c.opts.Settings.Statuses(ctx, c.user.Instance)
	if err != nil {
		return nil, err
	}
	all := []agentStatus{}
	for _, s := range statuses {
		if s.Disabled {
			continue
		}
		all = append(all, statusOf(s, time.Time{}))
	}
	profile, err := c.profile()
	if err != nil {
		return nil, err
	}
	quick, err := c.quickConnects()
	return map[string]any{"User": userOf(c.user), "Status": presentStatus(desk), "Statuses": all, "RoutingProfile": profile, "QuickConnects": quick}, err
}

// agentStatus is a status and, of the present one, since when.
type agentStatus struct {
	Name           string
	Type           string
	StartTimestamp string `json:",omitempty"`
	// NextStatus is the name of the one that follows once all contacts are cleared.
	NextStatus string `json:",omitempty"`
}

func presentStatus(d routing.Desk) agentStatus {
	out := statusOf(d.Status, d.Since)
	out.NextStatus = d.Next
	return out
}

func statusOf(s catalog.Status, since time.Time) agentStatus {
	out := agentStatus{Name: s.Name, Type: string(s.Type)}
	if !since.IsZero() {
		out.StartTimestamp = wire.Time(since)
	}
	return out
}

func (c *agentCall) profile() (any, error) {
	p, err := c.opts.Settings.RoutingProfile(c.Context(), c.user.Instance, c.user.RoutingProfile)
	if err != nil {
		return nil, err
	}
	type queue struct {
		ID   perch.QueueID `json:"Id"`
		Name string
	}
	queues := []queue{}
	for _, served := range p.Queues {
		q, err := c.opts.Settings.Queue(c.Context(), c.user.Instance, served.Queue)
		if err != nil {
			return nil, err
		}
		queues = append(queues, queue{q.ID, q.Name})
	}
	return map[string]any{"Id": p.ID, "Name": p.Name, "ChatConcurrency": p.ChatConcurrency, "Queues": queues}, nil
}

// quickConnects are those that an agent can use: one's own is left out.
func (c *agentCall) quickConnects() (any, error) {
	all, err := c.opts.Settings.QuickConnects(c.Context(), c.user.Instance)
	if err != nil {
		return nil, err
	}
	type quick struct {
		ID       string `json:"Id"`
		Name     string
		Type     string
		Username string        `json:",omitempty"`
		QueueID  perch.QueueID `json:"QueueId,omitempty"`
	}
	out := []quick{}
	for _, q := range all {
		if q.User == c.user.ID {
			continue
		}
		one := quick{ID: q.ID, Name: q.Name, Type: string(q.Type), QueueID: q.Queue}
		if q.User != "" {
			u, err := c.opts.Settings.User(c.Context(), c.user.Instance, q.User)
			if err != nil && perch.KindOf(err) == perch.NotFound {
				continue // who does not work here any more
			}
			if err != nil {
				return nil, err
			}
			one.Username = u.Username
		}
		out = append(out, one)
	}
	return out, nil
}

func (c *agentCall) setStatus() (any, error) {
	var in struct{ Status, NextStatus string }
	if err := read(c.body, &in); err != nil {
		return nil, err
	}
	if in.Status != "" && in.NextStatus != "" {
		return nil, perch.Errorf(perch.Invalid, "give one of Status, which holds at once, and NextStatus, which follows once all contacts are cleared")
	}
	if in.NextStatus != "" {
		return nothing{}, c.opts.Router.SetNextStatus(c.Context(), c.user, in.NextStatus)
	}
	return nothing{}, c.opts.Router.SetStatus(c.Context(), c.user, in.Status)
}

// agentContact is a row of an agent's work.
type agentContact struct {
	ContactID           perch.ContactID `json:"ContactId"`
	InitialContactID    perch.SessionID `json:"InitialContactId"`
	State               store.WorkState
	StateStartTimestamp string
	OfferExpiry         string      `json:",omitempty"`
	Queue               *agentQueue `json:",omitempty"`
	CustomerDisplayName string
	Attributes          map[string]string
	RelatedContactID    perch.ContactID `json:"RelatedContactId,omitempty"`
	InitiationMethod    perch.Method
	Notes               int               // how many there are of this contact
	Disposition         *agentDisposition `json:",omitempty"`
}

type agentQueue struct {
	ID   perch.QueueID `json:"Id"`
	Name string
}

func (c *agentCall) contactID() perch.ContactID { return perch.ContactID(c.PathValue("ContactId")) }

func (c *agentCall) accept() (any, error) {
	w, err := c.opts.Router.Accept(c.Context(), c.user, c.contactID())
	if err != nil {
		return nil, err
	}
	return c.joined(w.Instance, w.Session, w.Contact, w.Participant)
}

// joinedReply is what somebody who works here speaks in a chat with, or watches it.
type joinedReply struct {
	ContactID                      perch.ContactID     `json:"ContactId"`
	InitialContactID               perch.SessionID     `json:"InitialContactId"`
	ParticipantID                  perch.ParticipantID `json:"ParticipantId"`
	ParticipantToken               string
	SupportedMessagingContentTypes []string // what the chat takes
}

func (c *agentCall) joined(instance perch.InstanceID, session perch.SessionID, contact perch.ContactID, as perch.ParticipantID) (any, error) {
	s, err := c.opts.Chats.Session(c.Context(), session)
	if err != nil {
		return nil, err
	}
	t, err := c.participantToken(instance, session, as)
	return joinedReply{contact, session, as, t, s.ContentTypes}, err
}

func (c *agentCall) reject() (any, error) {
	return nothing{}, c.opts.Router.Reject(c.Context(), c.user, c.contactID())
}

func (c *agentCall) transfer() (any, error) {
	to, err := c.target()
	if err != nil {
		return nil, err
	}
	next, err := c.opts.Router.Transfer(c.Context(), c.user, c.contactID(), to)
	return map[string]any{"ContactId": next}, err
}

// target is where a body says that a chat is to go.
func (c *agentCall) target() (routing.Target, error) {
	var in struct{ QuickConnectId, QueueId, UserId string }
	if err := read(c.body, &in); err != nil {
		return routing.Target{}, err
	}
	given := 0
	for _, v := range []string{in.QuickConnectId, in.QueueId, in.UserId} {
		if v != "" {
			given++
		}
	}
	if given != 1 {
		return routing.Target{}, perch.Errorf(perch.Invalid, "give exactly one of QuickConnectId, QueueId and UserId")
	}
	return routing.Target{QuickConnect: in.QuickConnectId, Queue: perch.QueueID(in.QueueId), User: perch.UserID(in.UserId)}, nil
}

func (c *agentCall) end() (any, error) {
	return nothing{}, c.opts.Router.End(c.Context(), c.user, c.contactID())
}

func (c *agentCall) clear() (any, error) {
	return nothing{}, c.opts.Router.Clear(c.Context(), c.user, c.contactID())
}
