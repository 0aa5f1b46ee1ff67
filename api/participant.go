package api

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/strict"
	"github.com/perch-chat/perch/token"
	"github.com/perch-chat/perch/wire"
)

const (
	// connectionLife is how long a connection token holds. ChatJS sets a timer
	// by it that must not pass 24 days.
	connectionLife = 24 * time.Hour
	// socketURLLife is how long a socket's URL can be opened: clients try for
	// up to 85 seconds, Amazon's documents speak of 100.
	socketURLLife = 2 * time.Minute
	// socketLife is the age at which clients ask for a new socket.
	socketLife = time.Hour
	// defaultResults is the page size of GetTranscript.
	defaultResults = 10
)

func createParticipantConnection(c *call, in wire.CreateParticipantConnectionRequest) (wire.CreateParticipantConnectionResponse, error) {
	var out wire.CreateParticipantConnectionResponse
	s, p := c.session, c.party
	if len(in.Type) == 0 && !in.ConnectParticipant {
		return out, perch.InvalidField("Type", "is required unless ConnectParticipant is true")
	}
	if slices.Contains(in.Type, "WEBRTC_CONNECTION") {
		return out, perch.InvalidField("Type", "WEBRTC_CONNECTION is for voice and video: a chat has WEBSOCKET and CONNECTION_CREDENTIALS")
	}
	// A custom participant has 15 seconds to make a connection, of any type.
	// doc: API_CreateParticipant
	if in.ConnectParticipant || c.kind == asBot {
		err := c.opts.Chats.On(c.Context(), s.ID, func(t *chat.Turn) error { return t.Connect(p) })
		if err != nil {
			return out, err
		}
	}
	now := c.opts.Wall()
	if slices.Contains(in.Type, "WEBSOCKET") {
		t, err := c.opts.Tokens.Seal(token.KindSocket, token.Socket{Instance: string(s.Instance), Session: string(s.ID),
			Participant: string(p), Expires: now.Add(socketURLLife).UnixMilli()})
		if err != nil {
			return out, err
		}
		out.Websocket = &wire.Websocket{Url: c.url(t), ConnectionExpiry: wire.Time(now.Add(socketLife))}
	}
	if slices.Contains(in.Type, "CONNECTION_CREDENTIALS") {
		expires := now.Add(connectionLife)
		t, err := c.opts.Tokens.Seal(token.KindConnection, token.Connection{Instance: string(s.Instance), Session: string(s.ID),
			Participant: string(p), Expires: expires.UnixMilli()})
		if err != nil {
			return out, err
		}
		out.ConnectionCredentials = &wire.ConnectionCredentials{ConnectionToken: t, Expiry: wire.Time(expires)}
	}
	return out, nil
}

// checkMessage looks at what a message has to be besides its limits.
func (c *call) checkMessage(in wire.SendMessageRequest) error {
	switch in.ContentType {
	case wire.Interactive:
		if c.kind == asCustomer {
			return perch.InvalidField("ContentType", "%s is for agents, custom participants and flows; answers are %s", wire.Interactive, wire.InteractiveResponse)
		}
		if strict.Holds(c.Context(), strict.AgentInteractive, "") {
			return perch.InvalidField("ContentType", "%s is for flows", wire.Interactive)
		}
		return wire.CheckInteractive(in.Content)
	case wire.InteractiveResponse:
		return wire.CheckInteractiveResponse(in.Content)
	}
	return nil
}

func sendMessage(c *call, in wire.SendMessageRequest) (wire.SendMessageResponse, error) {
	s, p := c.session, c.party
	if err := c.checkMessage(in); err != nil {
		return wire.SendMessageResponse{}, err
	}
	var said perch.Entry
	status := ""
	err := c.opts.Chats.On(c.Context(), s.ID, func(t *chat.Turn) (err error) {
		said, err = t.Say(p, chat.Saying{ContentType: in.ContentType, Content: in.Content, ClientToken: in.ClientToken,
			Answer: in.ContentType == wire.InteractiveResponse})
		if err == nil {
			status, err = t.ProcessingStatus(said)
		}
		return err
	})
	if err != nil {
		return wire.SendMessageResponse{}, err
	}
	out := wire.SendMessageResponse{Id: said.ID(s.ID), AbsoluteTime: wire.Time(said.Time)}
	if status != "" {
		out.MessageMetadata = &wire.MessageProcessingMetadata{MessageProcessingStatus: status}
	}
	return out, nil
}

// sendEvent passes on what is not part of a transcript. Its ClientToken is
// ignored: ChatJS gives all receipts of a kind the same one.
func sendEvent(c *call, in wire.SendEventRequest) (wire.SendEventResponse, error) {
	s, p := c.session, c.party
	switch in.ContentType {
	case wire.EventTyping:
		y, err := c.opts.Chats.Type(c.Context(), s, p)
		return wire.SendEventResponse{Id: y.ID, AbsoluteTime: wire.Time(y.At)}, err
	case wire.EventConnectionAcknowledged:
		if err := c.opts.Chats.On(c.Context(), s.ID, func(t *chat.Turn) error { return t.Connect(p) }); err != nil {
			return wire.SendEventResponse{}, err
		}
		id, err := c.opts.Chats.NewID()
		return wire.SendEventResponse{Id: id, AbsoluteTime: wire.Time(c.opts.Now())}, err
	}
	var receipt wire.ReceiptContent
	if err := json.Unmarshal([]byte(in.Content), &receipt); err != nil || receipt.MessageID == "" {
		return wire.SendEventResponse{}, perch.InvalidField("Content", `of a receipt must be JSON like {"messageId":"..."}`)
	}
	f, err := c.opts.Chats.Confirm(c.Context(), s, p, receipt.MessageID, in.ContentType == wire.EventMessageRead)
	return wire.SendEventResponse{Id: f.ID, AbsoluteTime: wire.Time(f.At)}, err
}

// describeView shows what a view looks like to who has been shown it: the token
// is in the message, and opens nothing else.
func describeView(c *call, in wire.DescribeViewRequest) (out wire.DescribeViewResponse, err error) {
	var of token.View
	if err := c.opts.Tokens.Open(token.KindView, in.ViewToken, &of); err != nil || perch.InstanceID(of.Instance) != c.instance {
		return out, perch.Errorf(perch.NotFound, "the view does not exist")
	}
	v, err := c.opts.Settings.View(c.Context(), c.instance, of.View, "")
	if err != nil {
		return out, err
	}
	out.View = wire.ParticipantView{Id: v.ID, Arn: c.viewARN(v), Name: v.Name, Version: v.Version, Content: viewContent(v)}
	return out, nil
}

func disconnectParticipant(c *call, in wire.DisconnectParticipantRequest) (nothing, error) {
	s, p := c.session, c.party
	return nothing{}, c.opts.Chats.On(c.Context(), s.ID, func(t *chat.Turn) error { return t.Leave(p) })
}

// pageCursor is the payload of a GetTranscript token: a border in the past or
// present of one chat, for readers of one audience. It holds on later
// connections, in any direction and page size, more than once.
type pageCursor struct {
	Session  perch.SessionID `json:"s"`
	Audience perch.Audience  `json:"a"`
	In       perch.SessionID `json:"i,omitempty"` // Session if empty
	Number   int64           `json:"n"`
}

func getTranscript(c *call, in wire.GetTranscriptRequest) (wire.GetTranscriptResponse, error) {
	s, p := c.session, c.party
	who, err := s.Caller(p)
	if err != nil {
		return wire.GetTranscriptResponse{}, err
	}
	return c.pageOf(s, who, in)
}

// pageOf is the page that a participant asks for.
func (c *call) pageOf(s *perch.Session, who *perch.Participant, in wire.GetTranscriptRequest) (wire.GetTranscriptResponse, error) {
	q, err := c.query(s, who, in)
	if err != nil {
		return wire.GetTranscriptResponse{}, err
	}
	page, err := c.opts.Chats.Page(c.Context(), q)
	if err != nil {
		return wire.GetTranscriptResponse{}, err
	}
	out := wire.GetTranscriptResponse{InitialContactId: string(s.ID), Transcript: make([]wire.Item, 0, len(page.Items))}
	for _, it := range page.Items {
		out.Transcript = append(out.Transcript, item(it))
	}
	if in.SortOrder != "ASCENDING" {
		slices.Reverse(out.Transcript)
	}
	if page.Next != nil {
		cursor := pageCursor{Session: s.ID, Audience: q.To, Number: page.Next.Number}
		if page.Next.Session != s.ID {
			cursor.In = page.Next.Session
		}
		out.NextToken, err = c.opts.Tokens.Seal(token.KindPage, cursor)
	}
	return out, err
}

// query reads where a page begins and which way it goes.
// doc: API_GetTranscript
func (c *call) query(s *perch.Session, who *perch.Participant, in wire.GetTranscriptRequest) (chat.Query, error) {
	q := chat.Query{Session: s, To: who.Role.Audience(), Contact: perch.ContactID(in.ContactId), Limit: in.MaxResults}
	if q.Limit == 0 {
		q.Limit = defaultResults
	}
	if at := in.StartPosition; at != nil {
		q.Start = &chat.StartPosition{ID: at.Id, MostRecent: at.MostRecent}
		if at.AbsoluteTime != "" {
			t, err := wire.ParseTime(at.AbsoluteTime)
			if err != nil {
				return q, perch.InvalidField("StartPosition.AbsoluteTime", "%v", err)
			}
			q.Start.Time = t
		}
	}
	q.Forward = in.ScanDirection == "FORWARD" || in.ScanDirection == "" && q.Start != nil
	if in.NextToken == "" {
		return q, nil
	}
	var cursor pageCursor
	if err := c.opts.Tokens.Open(token.KindPage, in.NextToken, &cursor); err != nil || cursor.Session != s.ID || cursor.Audience != q.To {
		return q, perch.InvalidField("NextToken", "is not a token of this chat")
	}
	if cursor.In == "" {
		cursor.In = s.ID
	}
	q.From = &perch.Position{Session: cursor.In, Number: cursor.Number}
	return q, nil
}

func item(it chat.Item) wire.Item {
	id := it.ID()
	out, _ := wire.ItemOf(id, it.Entry, it.Past)
	if len(it.Receipts) > 0 {
		m := &wire.MessageMetadata{MessageId: id}
		for _, r := range it.Receipts {
			receipt := wire.Receipt{RecipientParticipantId: string(r.Participant)}
			if !r.Delivered.IsZero() {
				receipt.DeliveredTimestamp = wire.Time(r.Delivered)
			}
			if !r.Read.IsZero() {
				receipt.ReadTimestamp = wire.Time(r.Read)
			}
			m.Receipts = append(m.Receipts, receipt)
		}
		out.MessageMetadata = m
	}
	return out
}
