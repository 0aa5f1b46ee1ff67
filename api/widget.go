package api

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/wire"
)

// attributePrefix is before whatever a page says about a contact unsigned.
// doc: pass-contact-attributes-chat.md
const attributePrefix = "HostedWidget-"

// Limits of what a widget sends, in characters.
const (
	maxWidgetName    = 256
	maxWidgetMessage = 1024
	leastMinutes     = 60
	mostMinutes      = 10080
)

// widgetRoutes mounts what the widget's frame calls: the wire between the two is
// perch's own.
func (s *Server) widgetRoutes() {
	s.mux.HandleFunc("POST /widget/{WidgetId}/start", s.widgetEndpoint)
}

// widgetStart is what the frame sends.
type widgetStart struct {
	Page         string            // origin of the page around the frame
	Token        string            // that the site has signed
	DisplayName  string            // "Customer" if empty
	Attributes   map[string]string // what the page says, unsigned
	ContentTypes []string
	Minutes      int    // how long the chat may last
	Message      string // the customer's first
	ClientToken  string // the same start, sent again
	// Choice is what a known customer wants: "" goes on with a chat that is open,
	// "continue" also with one that has ended, "new" with none; "ask" starts
	// none where there is a past to choose.
	Choice string
	Last   string // participant token of this browser's last chat, which "continue" goes on with
}

// widgetStarted is the answer, in the shape of the start endpoint's.
type widgetStarted struct {
	startResult
	Attached bool `json:"attached,omitempty"` // it goes on with a chat that is open
	Choose   bool `json:"choose,omitempty"`   // nothing was started: ask the customer
}

func (s *Server) widgetEndpoint(w http.ResponseWriter, r *http.Request) {
	out, err := s.startForWidget(w, r)
	if err == nil {
		writeJSON(w, http.StatusOK, out)
		return
	}
	f := wire.FaultOf(wire.Lookup(wire.Connect, "StartChatContact"), err)
	switch perch.KindOf(err) {
	case perch.Internal:
		s.opts.Log.ErrorContext(r.Context(), "starting a chat for a widget failed", "request", requestID(r), "error", err)
	case perch.Unauthenticated:
		f.Name, f.Status = "UnauthorizedException", http.StatusUnauthorized
	}
	var answer startFault
	answer.Message = f.Message
	answer.Data.Error = startError{Code: f.Name, Message: f.Message, StatusCode: f.Status}
	w.Header().Set("x-amzn-ErrorType", f.Name)
	writeJSON(w, f.Status, answer)
}

func (s *Server) startForWidget(w http.ResponseWriter, r *http.Request) (out widgetStarted, err error) {
	if !s.starts.allow(address(r), s.opts.Wall()) {
		return out, perch.Errorf(perch.Throttled, "too many chats have been started from your address: try again in a minute")
	}
	data, err := body(w, r)
	if err != nil {
		return out, err
	}
	var in widgetStart
	if err := json.Unmarshal(data, &in); err != nil {
		return out, perch.Errorf(perch.Refused, "the body must be a JSON object as the widget sends it")
	}
	widget, err := s.opts.Settings.Widget(r.Context(), r.PathValue("WidgetId"))
	if err != nil {
		return out, err
	}
	if !slices.Contains(widget.Pages(s.opts.PublicURL), strings.ToLower(in.Page)) {
		return out, perch.Errorf(perch.Refused, "pages of this origin may not show the widget: put it among the widget's domains, in the desk or by the agents' API")
	}
	claims, err := s.claims(in, widget)
	if err != nil {
		return out, err
	}
	if err := in.check(); err != nil {
		return out, err
	}
	in.ContentTypes = known(in.ContentTypes)
	if err := s.throttled(r.Context(), widget.At, "connect:StartChatContact"); err != nil {
		return out, err
	}
	return s.beginForWidget(r.Context(), in, widget, claims)
}

// claims are what the site has signed: nothing where it need not sign and has not.
func (s *Server) claims(in widgetStart, widget catalog.Widget) (widgetClaims, error) {
	if in.Token == "" && !widget.Signed {
		return widgetClaims{}, nil
	}
	keys, err := s.opts.Settings.SecurityKeys(widget)
	if err != nil {
		return widgetClaims{}, err
	}
	return openWidgetToken(in.Token, widget.ID, keys, s.opts.Wall())
}

func (in widgetStart) check() error {
	switch {
	case utf8.RuneCountInString(in.DisplayName) > maxWidgetName:
		return perch.InvalidField("DisplayName", "must have at most %d characters", maxWidgetName)
	case utf8.RuneCountInString(in.Message) > maxWidgetMessage:
		return perch.InvalidField("Message", "must have at most %d characters", maxWidgetMessage)
	case in.Minutes != 0 && (in.Minutes < leastMinutes || in.Minutes > mostMinutes):
		return perch.InvalidField("Minutes", "must be from %d to %d", leastMinutes, mostMinutes)
	}
	return nil
}

// known keeps the content types that there are, and plain text in any case.
func known(asked []string) []string {
	out := []string{wire.TextPlain}
	for _, t := range []string{wire.TextMarkdown, "application/json", wire.Interactive, wire.InteractiveResponse} {
		if slices.Contains(asked, t) {
			out = append(out, t)
		}
	}
	return out
}

func (s *Server) beginForWidget(ctx context.Context, in widgetStart, widget catalog.Widget, claims widgetClaims) (out widgetStarted, err error) {
	if claims.CustomerID != "" && in.Choice != "new" {
		if open, found, err := s.opts.Chats.OpenOf(ctx, widget.At, claims.CustomerID); err != nil {
			return out, err
		} else if found {
			out.Attached = true
			return out, s.answerWidget(ctx, &out, widget, in, open)
		}
		if in.Choice == "ask" {
			if out.Choose, err = s.opts.Chats.PastOf(ctx, widget.At, claims.CustomerID); err != nil || out.Choose {
				return out, err
			}
		}
	}
	start, err := s.startOf(ctx, in, widget, claims)
	if err != nil {
		return out, err
	}
	begun, err := s.opts.Chats.Start(ctx, start)
	if err != nil {
		return out, err
	}
	return out, s.answerWidget(ctx, &out, widget, in, begun)
}

func (s *Server) answerWidget(ctx context.Context, out *widgetStarted, widget catalog.Widget, in widgetStart, b chat.Begun) error {
	t, err := s.participantToken(widget.At, b.Session, b.Participant)
	out.Data.StartChatResult = wire.StartChatContactResponse{ContactId: string(b.Session), ParticipantId: string(b.Participant),
		ParticipantToken: t, ContinuedFromContactId: string(b.ContinuedFrom)}
	if err == nil {
		out.Data.FeaturePermissions, err = s.permissions(ctx, widget.At, in.ContentTypes)
	}
	return err
}

// startOf is the chat that a widget asks for. What the site has signed it
// vouches for, what the page says has a prefix and nobody who vouches for it.
func (s *Server) startOf(ctx context.Context, in widgetStart, widget catalog.Widget, claims widgetClaims) (chat.Start, error) {
	flow, err := s.widgetFlow(ctx, widget)
	if err != nil {
		return chat.Start{}, err
	}
	clientToken := in.ClientToken
	last := in.Last
	in.ClientToken, in.Token, in.Last = "", "", "" // a token is signed anew for each try
	once, err := onceFor(widget.At, "StartChatContact", clientToken, in)
	if err != nil {
		return chat.Start{}, err
	}
	all := attributes(claims.Attributes, perch.FromJWT)
	for k, v := range in.Attributes {
		all[attributePrefix+k] = perch.Attribute{Value: v, Origin: perch.FromBrowser}
	}
	name := strings.TrimSpace(in.DisplayName)
	if name == "" {
		name = "Customer"
	}
	start := chat.Start{Instance: widget.At, Flow: flow, DisplayName: name, Attributes: all, CustomerID: claims.CustomerID,
		Verified: claims.CustomerID != "", Duration: time.Duration(in.Minutes) * time.Minute, ContentTypes: in.ContentTypes,
		Segment: segmentOf(claims.Segment), Quota: s.opts.Limits.ActiveChats, Once: once}
	if in.Message != "" {
		start.Initial = &chat.Saying{ContentType: wire.TextPlain, Content: in.Message}
	}
	if in.Choice != "continue" {
		return start, nil
	}
	if start.Past, err = s.pastByToken(ctx, widget.At, last, claims.CustomerID); err == nil && start.Past == nil && claims.CustomerID != "" {
		start.Past = &chat.Past{Type: perch.EntirePastSession, Source: chat.Latest, Origin: perch.FromJWT}
	}
	return start, err
}

func (s *Server) widgetFlow(ctx context.Context, widget catalog.Widget) (perch.FlowID, error) {
	flow := widget.Flow
	if flow == "" {
		i, err := s.opts.Settings.Instance(ctx, widget.At)
		if err != nil {
			return "", err
		}
		flow = i.InboundFlow
	}
	return flow, s.checkStart(ctx, widget.At, flow)
}
