// Package actor is customers and agents as programs: clients for both sides of a
// chat, over HTTP alone, as pages and desks are. Tests and fixtures play with them.
package actor

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// Perch is a server, as its clients know it.
type Perch struct {
	Endpoint string
	Instance string
	Flow     string // where chats start
	Key      Key    // signs calls of the Connect API
	// Handler takes the requests in place of the network, if set.
	Handler http.Handler
}

// Refused is an answer that is not 200.
type Refused struct {
	Status int
	Name   string // Amazon's, such as ThrottlingException
	Body   string
}

func (r *Refused) Error() string { return fmt.Sprintf("%d %s: %s", r.Status, r.Name, r.Body) }

type object = map[string]any

// call sends a request with a header that says who calls.
//
// Errors: Refused.
func (p Perch) call(ctx context.Context, method, path, header, value string, body, into any) error {
	var data []byte
	if body != nil {
		var err error
		if data, err = json.Marshal(body); err != nil {
			return err
		}
	}
	r, err := http.NewRequestWithContext(ctx, method, p.Endpoint+path, bytes.NewReader(data))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	if header != "" {
		r.Header.Set(header, value)
	}
	return p.answer(r, method+" "+path, into)
}

// answer sends a request and reads what comes: JSON, or as it is into a *[]byte,
// or into nothing if into is nil. What names the request in errors.
func (p Perch) answer(r *http.Request, what string, into any) error {
	status, name, text, err := p.send(r)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if status != http.StatusOK {
		return fmt.Errorf("%s: %w", what, &Refused{status, name, string(text)})
	}
	switch into := into.(type) {
	case nil:
		return nil
	case *[]byte:
		*into = text
		return nil
	}
	return json.Unmarshal(text, into)
}

func (p Perch) send(r *http.Request) (status int, name string, body []byte, err error) {
	if p.Handler != nil {
		w := &written{header: http.Header{}, status: http.StatusOK}
		p.Handler.ServeHTTP(w, r)
		return w.status, w.header.Get("X-Amzn-ErrorType"), w.body.Bytes(), nil
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, "", nil, err
	}
	defer answer.Body.Close()
	body, err = io.ReadAll(answer.Body)
	return answer.StatusCode, answer.Header.Get("X-Amzn-ErrorType"), body, err
}

// written is an answer that takes no network.
type written struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (w *written) Header() http.Header         { return w.header }
func (w *written) WriteHeader(status int)      { w.status = status }
func (w *written) Write(b []byte) (int, error) { return w.body.Write(b) }

// Item is a line of a transcript.
type Item struct {
	Id, Type, ContentType, Content, ParticipantId, ParticipantRole, DisplayName string
	ContactId, RelatedContactId                                                 string
	AbsoluteTime                                                                time.Time
	Attachments                                                                 []Attachment
}

// Attachment is a file in a transcript.
type Attachment struct{ AttachmentId, AttachmentName, ContentType, Status string }

// String is the line as people would tell it: "CUSTOMER: hello", or what happened.
func (i Item) String() string {
	if i.Type == "MESSAGE" {
		return i.ParticipantRole + ": " + i.Content
	}
	if i.Type == "ATTACHMENT" && len(i.Attachments) > 0 {
		return i.ParticipantRole + " attaches " + i.Attachments[0].AttachmentName
	}
	const lead = "application/vnd.amazonaws.connect.event."
	what := i.ContentType
	if len(what) > len(lead) && what[:len(lead)] == lead {
		what = what[len(lead):]
	}
	if i.DisplayName == "" {
		return what
	}
	return i.DisplayName + " " + what
}
