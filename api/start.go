package api

import (
	"context"
	"encoding/json"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/strict"
	"github.com/perch-chat/perch/token"
	"github.com/perch-chat/perch/wire"
)

// start starts a chat for whoever vouches for what is asked.
func (s *Server) start(ctx context.Context, instance perch.InstanceID, in wire.StartChatContactRequest, origin perch.Origin) (out wire.StartChatContactResponse, err error) {
	flow := perch.FlowID(wire.ResourceID(in.ContactFlowId))
	if err := s.checkStart(ctx, instance, flow); err != nil {
		return out, err
	}
	if err := s.opts.Settings.CheckSegment(ctx, instance, segmentOf(in.SegmentAttributes)); err != nil {
		return out, err
	}
	clientToken := in.ClientToken
	in.ClientToken = ""
	once, err := onceFor(instance, "StartChatContact", clientToken, in)
	if err != nil {
		return out, err
	}
	begin := chat.Start{Instance: instance, Flow: flow, DisplayName: in.ParticipantDetails.DisplayName,
		Attributes: attributes(in.Attributes, origin), CustomerID: in.CustomerId, Verified: in.CustomerId != "" && origin == perch.FromSigV4,
		Duration: time.Duration(in.ChatDurationInMinutes) * time.Minute, ContentTypes: in.SupportedMessagingContentTypes,
		SurveyOnExit: surveyOnExit(in.DisconnectOnCustomerExit), Related: perch.ContactID(in.RelatedContactId),
		Segment: segmentOf(in.SegmentAttributes), Quota: s.opts.Limits.ActiveChats, Once: once}
	if p := in.ParticipantConfiguration; p != nil {
		begin.ResponseMode = p.ResponseMode
	}
	if m := in.InitialMessage; m != nil {
		begin.Initial = &chat.Saying{ContentType: m.ContentType, Content: m.Content}
	}
	if p := in.PersistentChat; p != nil {
		begin.Past = &chat.Past{Type: perch.RehydrationType(p.RehydrationType), Source: perch.ContactID(p.SourceContactId), Origin: origin}
	}
	b, err := s.opts.Chats.Start(ctx, begin)
	if err != nil {
		return out, err
	}
	strict.About(ctx, string(b.Session.First()))
	t, err := s.participantToken(instance, b.Session, b.Participant)
	return wire.StartChatContactResponse{ContactId: string(b.Session), ParticipantId: string(b.Participant),
		ParticipantToken: t, ContinuedFromContactId: string(b.ContinuedFrom)}, err
}

// checkStart refuses to start a contact in a flow that is archived, was never
// published, or is for another occasion.
// doc: API_StartChatContact, ContactFlowId
func (s *Server) checkStart(ctx context.Context, instance perch.InstanceID, id perch.FlowID) error {
	f, err := s.opts.Settings.Startable(ctx, instance, id)
	if err == nil && f.Type != catalog.FlowInbound {
		err = &perch.Error{Kind: perch.Refused, Field: "ContactFlowId", Message: "must be a flow of type CONTACT_FLOW, not " + string(f.Type)}
	}
	return err
}

func (s *Server) participantToken(instance perch.InstanceID, session perch.SessionID, p perch.ParticipantID) (string, error) {
	return s.opts.Tokens.Seal(token.KindParticipant, token.Participant{Instance: string(instance), Session: string(session), Participant: string(p)})
}

// startRoutes mounts the endpoint that pages call to start a chat, which Amazon
// leaves to a sample of its own: POST to the stage "Prod", with or without the
// slash.
func (s *Server) startRoutes() {
	s.mux.HandleFunc("POST /Prod", s.startEndpoint)
	s.mux.HandleFunc("POST /Prod/{$}", s.startEndpoint)
}

// startFault is the endpoint's form of a fault: the fault and, as the sample
// has it, the same inside data.
type startFault struct {
	Data struct {
		Error startError `json:"Error"`
	} `json:"data"`
	Message string `json:"message"`
}

type startError struct {
	Code       string `json:"code"`
	Message    string `json:"message"`
	StatusCode int    `json:"statusCode"`
}

// startResult is the endpoint's answer.
type startResult struct {
	Data struct {
		StartChatResult    wire.StartChatContactResponse `json:"startChatResult"`
		FeaturePermissions map[string]bool               `json:"featurePermissions"`
	} `json:"data"`
}

// startEndpoint starts a chat for an unknown page: the body is JSON, whatever
// its content type says, and answers are JSON always, since a page waits for
// ever for anything else.
func (s *Server) startEndpoint(w http.ResponseWriter, r *http.Request) {
	out, err := s.startForPage(w, r)
	if err != nil {
		if perch.KindOf(err) == perch.Internal {
			s.opts.Log.ErrorContext(r.Context(), "starting a chat for a page failed", "request", requestID(r), "error", err)
		}
		f := wire.FaultOf(wire.Lookup(wire.Connect, "StartChatContact"), err)
		var answer startFault
		answer.Message = f.Message
		answer.Data.Error = startError{Code: f.Name, Message: f.Message, StatusCode: f.Status}
		w.Header().Set("x-amzn-ErrorType", f.Name)
		writeJSON(w, f.Status, answer)
		return
	}
	writeJSON(w, http.StatusOK, out)
}

func (s *Server) startForPage(w http.ResponseWriter, r *http.Request) (out startResult, err error) {
	if !s.starts.allow(address(r), s.opts.Wall()) {
		return out, perch.Errorf(perch.Throttled, "too many chats have been started from your address: try again in a minute")
	}
	data, err := body(w, r)
	if err != nil {
		return out, err
	}
	if data, err = pageBody(data); err != nil {
		return out, err
	}
	var in wire.StartChatContactRequest
	if err := wire.Decode(wire.Lookup(wire.Connect, "StartChatContact"), r, data, &in); err != nil {
		return out, err
	}
	instance := perch.InstanceID(wire.ResourceID(in.InstanceId))
	if _, err := s.opts.Settings.Instance(r.Context(), instance); err != nil {
		return out, &perch.Error{Kind: perch.NotFound, Field: "InstanceId", Message: "there is no such instance"}
	}
	if err := s.admit(r, instance); err != nil {
		return out, err
	}
	if err := s.throttled(r.Context(), instance, "connect:StartChatContact"); err != nil {
		return out, err
	}
	origin := perch.FromJWT // with demo rules the page is taken at its word
	if !s.opts.Demo {
		origin = perch.FromBrowser
		s.withhold(r, &in)
	}
	if out.Data.FeaturePermissions, err = s.permissions(r.Context(), instance, in.SupportedMessagingContentTypes); err != nil {
		return out, err
	}
	out.Data.StartChatResult, err = s.start(r.Context(), instance, in, origin)
	return out, err
}

// permissions are what a client offers besides plain text: attachments where the
// instance keeps them, markdown where the client takes it.
func (s *Server) permissions(ctx context.Context, instance perch.InstanceID, types []string) (map[string]bool, error) {
	where, err := s.opts.Settings.Storage(ctx, instance, catalog.Attachments)
	out := map[string]bool{"ATTACHMENTS": where.Bucket != ""}
	if slices.Contains(types, wire.TextMarkdown) {
		out["MESSAGING_MARKDOWN"] = true
	}
	return out, err
}

// admit refuses pages of origins that the instance has not approved, where it has
// approved any. What is no page names no origin; perch's own pages are admitted.
func (s *Server) admit(r *http.Request, instance perch.InstanceID) error {
	origin := r.Header.Get("Origin")
	ours := strings.HasPrefix(s.opts.PublicURL+"/", origin+"/") || strings.TrimPrefix(strings.TrimPrefix(origin, "https://"), "http://") == r.Host
	if origin == "" || ours {
		return nil
	}
	set, err := s.opts.Settings.InstanceSetting(r.Context(), instance)
	if err == nil && !set.Admits(origin) {
		err = perch.Errorf(perch.Denied, "the instance has not approved the origin %s", origin)
	}
	return err
}

// pageBody makes what pages send into what the operation takes: the mobile
// samples say ConnectInstanceId, values of attributes may be of any kind, the
// customer's name goes into an attribute, and half a PersistentChat is none.
func pageBody(data []byte) ([]byte, error) {
	var in map[string]any
	if err := json.Unmarshal(data, &in); err != nil || in == nil {
		return nil, perch.Errorf(perch.Refused, "the body must be a JSON object")
	}
	if id, ok := in["ConnectInstanceId"]; ok && in["InstanceId"] == nil {
		in["InstanceId"] = id
	}
	attributes, _ := in["Attributes"].(map[string]any)
	if attributes == nil && in["Attributes"] == nil {
		attributes = map[string]any{}
	}
	if attributes != nil {
		for k, v := range attributes {
			if _, text := v.(string); !text {
				encoded, err := json.Marshal(v)
				if err != nil {
					return nil, err
				}
				attributes[k] = string(encoded)
			}
		}
		if p, ok := in["ParticipantDetails"].(map[string]any); ok && attributes["customerName"] == nil {
			if name, ok := p["DisplayName"].(string); ok {
				attributes["customerName"] = name
			}
		}
		in["Attributes"] = attributes
	}
	if p, ok := in["PersistentChat"].(map[string]any); ok && (empty(p["SourceContactId"]) || empty(p["RehydrationType"])) {
		delete(in, "PersistentChat")
	}
	return json.Marshal(in)
}

func empty(v any) bool { return v == nil || v == "" }

// withhold drops what an unsigned page must not say: whose chat this is, and
// which past it continues. Anybody who knew a contact's id could read it.
func (s *Server) withhold(r *http.Request, in *wire.StartChatContactRequest) {
	dropped := in.PersistentChat != nil || in.RelatedContactId != "" || in.CustomerId != "" || in.SegmentAttributes != nil
	in.PersistentChat, in.RelatedContactId, in.CustomerId, in.SegmentAttributes = nil, "", "", nil
	for k := range in.Attributes {
		switch strings.TrimPrefix(strings.ToLower(k), "hostedwidget-") {
		case "sourcecontactid", "rehydrationtype", "customerid":
			delete(in.Attributes, k)
			dropped = true
		}
	}
	if dropped {
		s.opts.Log.WarnContext(r.Context(), "a page asked for a past chat or named its customer, which only a signed call may: "+
			"start the chat by StartChatContact from your own backend, or use perch try or serve --demo to try it out", "request", requestID(r))
	}
}

// address is where a request comes from, as far as can be trusted.
func address(r *http.Request) netip.Addr {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil { // in tests there is no network
		return netip.Addr{}
	}
	return at.Addr().Unmap()
}
