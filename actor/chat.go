package actor

import (
	"context"
	"net/http"
	"slices"
)

// Chat is what a customer asks for. Only Name must be there.
type Chat struct {
	Name       string
	CustomerID string // who the customer is, to the instance
	// Source is a contact of the past chat that this one continues, with
	// Rehydration ENTIRE_PAST_SESSION (if empty) or FROM_SEGMENT.
	Source, Rehydration string
	Flow                string // id; that of Perch if empty
	Attributes          map[string]string
	InitialMessage      string
	Minutes             int // how long the chat may last; 25 hours if zero
}

// Person is somebody in a chat: its customer, or an agent.
type Person struct {
	perch       Perch
	Contact     string // that by which the person came in
	Participant string
	token       string // to ask for a connection
	bearer      string
	Socket      string // the address of a websocket, good for two minutes after Connect
}

// Start starts a chat as a page does. The customer is not connected yet.
func (p Perch) Start(ctx context.Context, c Chat) (*Person, error) {
	flow := p.Flow
	if c.Flow != "" {
		flow = c.Flow
	}
	body := object{"InstanceId": p.Instance, "ContactFlowId": flow, "ParticipantDetails": object{"DisplayName": c.Name}}
	if c.CustomerID != "" {
		body["CustomerId"] = c.CustomerID
	}
	if c.Source != "" {
		kind := c.Rehydration
		if kind == "" {
			kind = "ENTIRE_PAST_SESSION"
		}
		body["PersistentChat"] = object{"SourceContactId": c.Source, "RehydrationType": kind}
	}
	if c.Attributes != nil {
		body["Attributes"] = c.Attributes
	}
	if c.InitialMessage != "" {
		body["InitialMessage"] = object{"ContentType": "text/plain", "Content": c.InitialMessage}
	}
	if c.Minutes > 0 {
		body["ChatDurationInMinutes"] = c.Minutes
	}
	var out struct {
		Data struct {
			StartChatResult struct{ ContactId, ParticipantId, ParticipantToken string } `json:"startChatResult"`
		} `json:"data"`
	}
	if err := p.call(ctx, http.MethodPost, "/Prod/", "", "", body, &out); err != nil {
		return nil, err
	}
	r := out.Data.StartChatResult
	return &Person{perch: p, Contact: r.ContactId, Participant: r.ParticipantId, token: r.ParticipantToken}, nil
}

// Open starts a chat and connects its customer.
func (p Perch) Open(ctx context.Context, c Chat) (*Person, error) {
	who, err := p.Start(ctx, c)
	if err != nil {
		return nil, err
	}
	return who, who.Connect(ctx)
}

// Connect joins the chat, and renews the connection token.
func (w *Person) Connect(ctx context.Context) error {
	var out struct {
		ConnectionCredentials struct{ ConnectionToken string }
		Websocket             struct{ Url string }
	}
	err := w.perch.call(ctx, http.MethodPost, "/participant/connection", "X-Amz-Bearer", w.token,
		object{"Type": []string{"WEBSOCKET", "CONNECTION_CREDENTIALS"}, "ConnectParticipant": true}, &out)
	if err == nil {
		w.bearer, w.Socket = out.ConnectionCredentials.ConnectionToken, out.Websocket.Url
	}
	return err
}

func (w *Person) do(ctx context.Context, what string, body, into any) error {
	return w.perch.call(ctx, http.MethodPost, "/participant/"+what, "X-Amz-Bearer", w.bearer, body, into)
}

// Say sends a message of plain text.
func (w *Person) Say(ctx context.Context, text string) error {
	return w.do(ctx, "message", object{"ContentType": "text/plain", "Content": text}, nil)
}

// Typing shows the others that the person types.
func (w *Person) Typing(ctx context.Context) error {
	return w.do(ctx, "event", object{"ContentType": "application/vnd.amazonaws.connect.event.typing"}, nil)
}

// Leave leaves the chat.
func (w *Person) Leave(ctx context.Context) error { return w.do(ctx, "disconnect", object{}, nil) }

// Transcript is all that the person can read, oldest first, past chats included.
func (w *Person) Transcript(ctx context.Context) (all []Item, err error) {
	for next := ""; ; {
		body := object{"MaxResults": 100, "ScanDirection": "BACKWARD", "SortOrder": "DESCENDING"}
		if next != "" {
			body["NextToken"] = next
		}
		var page struct {
			Transcript []Item
			NextToken  string
		}
		if err := w.do(ctx, "transcript", body, &page); err != nil {
			return nil, err
		}
		all = append(all, page.Transcript...)
		if next = page.NextToken; next == "" {
			slices.Reverse(all)
			return all, nil
		}
	}
}
