package actor

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strconv"
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
	// Related is a contact that this one belongs to, and Interactive says that the
	// customer's client draws interactive messages: both for Begin alone.
	Related     string
	Interactive bool
}

// Person is somebody in a chat: its customer, or an agent.
type Person struct {
	perch       Perch
	Contact     string // that by which the person came in
	Participant string
	token       string // to ask for a connection
	bearer      string
	attached    int    // uploads so far
	Socket      string // the address of a websocket, good for two minutes after Connect
	Continued   string // the contact that the chat continues, by what Begin was answered
}

// interactive is the content type of messages that a client draws.
const interactive = "application/vnd.amazonaws.connect.message.interactive"

// request is what both ways to start a chat have in common.
func (p Perch) request(c Chat) object {
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
	return body
}

// Start starts a chat as a page does. The customer is not connected yet.
func (p Perch) Start(ctx context.Context, c Chat) (*Person, error) {
	var out struct {
		Data struct {
			StartChatResult struct{ ContactId, ParticipantId, ParticipantToken string } `json:"startChatResult"`
		} `json:"data"`
	}
	if err := p.call(ctx, http.MethodPost, "/Prod/", "", "", p.request(c), &out); err != nil {
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

// SayAs sends a message of any content type, such as an answer to a view.
func (w *Person) SayAs(ctx context.Context, contentType, content string) error {
	return w.do(ctx, "message", object{"ContentType": contentType, "Content": content}, nil)
}

// Show shows a list to pick from.
func (w *Person) Show(ctx context.Context, title string, choices []string) error {
	var elements []object
	for _, c := range choices {
		elements = append(elements, object{"title": c})
	}
	content, err := json.Marshal(object{"templateType": "ListPicker", "version": "1.0", "data": object{"content": object{"title": title, "elements": elements}}})
	if err != nil {
		return err
	}
	return w.SayAs(ctx, interactive, string(content))
}

// Answer answers a view with an action and what has been entered.
func (w *Person) Answer(ctx context.Context, action string, data map[string]any) error {
	content, err := json.Marshal(object{"templateType": "ViewResource", "version": "1.0", "action": action, "data": data})
	if err != nil {
		return err
	}
	return w.SayAs(ctx, interactive+".response", string(content))
}

// Attach uploads a file into the chat, and tells its id.
func (w *Person) Attach(ctx context.Context, name, contentType string, body []byte) (string, error) {
	var started struct {
		AttachmentId   string
		UploadMetadata struct {
			Url              string
			HeadersToInclude map[string]string
		}
	}
	token := name + strconv.Itoa(w.attached)
	w.attached++
	if err := w.do(ctx, "start-attachment-upload",
		object{"AttachmentName": name, "ContentType": contentType, "AttachmentSizeInBytes": len(body), "ClientToken": token}, &started); err != nil {
		return "", err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPut, started.UploadMetadata.Url, bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	for name, value := range started.UploadMetadata.HeadersToInclude {
		r.Header.Set(name, value)
	}
	if err := w.perch.answer(r, "uploading "+name, nil); err != nil {
		return "", err
	}
	return started.AttachmentId, w.do(ctx, "complete-attachment-upload", object{"AttachmentIds": []string{started.AttachmentId}, "ClientToken": token}, nil)
}

// Leave leaves the chat.
func (w *Person) Leave(ctx context.Context) error { return w.do(ctx, "disconnect", object{}, nil) }

// Page is a page of a transcript, oldest first, and what leads on to an older one.
type Page struct {
	Items []Item
	Next  string
}

// Page reads a page of the transcript of at most so many items: the newest, or
// what lies before that to which next belongs.
func (w *Person) Page(ctx context.Context, next string, size int) (Page, error) {
	body := object{"MaxResults": size, "ScanDirection": "BACKWARD", "SortOrder": "ASCENDING"}
	if next != "" {
		body["NextToken"] = next
	}
	var page struct {
		Transcript []Item
		NextToken  string
	}
	err := w.do(ctx, "transcript", body, &page)
	return Page{page.Transcript, page.NextToken}, err
}

// Since is what has come after an item of the running chat, oldest first.
func (w *Person) Since(ctx context.Context, id string) (fresh []Item, err error) {
	body := object{"MaxResults": 100, "ScanDirection": "FORWARD", "SortOrder": "ASCENDING", "StartPosition": object{"Id": id}}
	for {
		var page struct {
			Transcript []Item
			NextToken  string
		}
		if err := w.do(ctx, "transcript", body, &page); err != nil {
			return nil, err
		}
		for _, i := range page.Transcript {
			if i.Id != id {
				fresh = append(fresh, i)
			}
		}
		if page.NextToken == "" {
			return fresh, nil
		}
		delete(body, "StartPosition")
		body["NextToken"] = page.NextToken
	}
}

// Transcript is all that the person can read, oldest first, past chats included.
func (w *Person) Transcript(ctx context.Context) (all []Item, err error) {
	for next := ""; ; {
		page, err := w.Page(ctx, next, 100)
		if err != nil {
			return nil, err
		}
		all = append(page.Items, all...)
		if next = page.Next; next == "" {
			return all, nil
		}
	}
}
