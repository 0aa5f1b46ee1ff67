package actor

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// Key is an access key, by which backends call the Connect API.
type Key struct{ ID, Secret, Region string }

// Call calls an operation of the Connect API, signed as SDKs sign it, by the
// machine's time. The path begins with a slash.
//
// Errors: Refused.
func (p Perch) Call(ctx context.Context, method, path string, body, into any) error {
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
	sum := sha256.Sum256(data)
	key := aws.Credentials{AccessKeyID: p.Key.ID, SecretAccessKey: p.Key.Secret}
	if err := v4.NewSigner().SignHTTP(ctx, key, r, hex.EncodeToString(sum[:]), "connect", p.Key.Region, time.Now()); err != nil {
		return err
	}
	return p.answer(r, method+" "+path, into)
}

// Begin starts a chat by StartChatContact, as a backend does. The customer is not
// connected yet.
func (p Perch) Begin(ctx context.Context, c Chat) (*Person, error) {
	body := p.request(c)
	if c.Related != "" {
		body["RelatedContactId"] = c.Related
	}
	if c.Interactive {
		body["SupportedMessagingContentTypes"] = []string{"text/plain", "text/markdown", interactive, interactive + ".response"}
	}
	var out struct{ ContactId, ParticipantId, ParticipantToken, ContinuedFromContactId string }
	if err := p.Call(ctx, http.MethodPut, "/contact/chat", body, &out); err != nil {
		return nil, err
	}
	return &Person{perch: p, Contact: out.ContactId, Participant: out.ParticipantId, token: out.ParticipantToken, Continued: out.ContinuedFromContactId}, nil
}

// Continue has a chat that runs continue a past one, by
// CreatePersistentContactAssociation, and tells from which contact.
func (p Perch) Continue(ctx context.Context, contact, source, rehydration string) (string, error) {
	var out struct{ ContinuedFromContactId string }
	err := p.Call(ctx, http.MethodPost, "/contact/persistent-contact-association/"+p.Instance+"/"+contact,
		object{"SourceContactId": source, "RehydrationType": rehydration}, &out)
	return out.ContinuedFromContactId, err
}

// Stop ends a chat by StopContact.
func (p Perch) Stop(ctx context.Context, contact string) error {
	return p.Call(ctx, http.MethodPost, "/contact/stop", object{"InstanceId": p.Instance, "ContactId": contact}, nil)
}

// SetAttributes changes attributes by UpdateContactAttributes. An empty value takes
// one away.
func (p Perch) SetAttributes(ctx context.Context, contact string, values map[string]string) error {
	return p.Call(ctx, http.MethodPost, "/contact/attributes", object{"InstanceId": p.Instance, "InitialContactId": contact, "Attributes": values}, nil)
}

// Attributes are those of a contact, by GetContactAttributes.
func (p Perch) Attributes(ctx context.Context, contact string) (map[string]string, error) {
	var out struct{ Attributes map[string]string }
	err := p.Call(ctx, http.MethodGet, "/contact/attributes/"+p.Instance+"/"+contact, nil, &out)
	return out.Attributes, err
}

// Describe is a contact's record, by DescribeContact.
func (p Perch) Describe(ctx context.Context, contact string) (map[string]any, error) {
	var out struct{ Contact map[string]any }
	err := p.Call(ctx, http.MethodGet, "/contacts/"+p.Instance+"/"+contact, nil, &out)
	return out.Contact, err
}

// Associated is one of the contacts around one.
type Associated struct{ ContactId, InitialContactId, PreviousContactId, RelatedContactId, InitiationMethod string }

// Chain is the contacts of a contact's chat, oldest first, by
// ListAssociatedContacts. What the chat continues is left out.
func (p Perch) Chain(ctx context.Context, contact string) ([]Associated, error) {
	var chain []Associated
	for next := ""; ; {
		query := url.Values{"contactId": {contact}}
		if next != "" {
			query.Set("nextToken", next)
		}
		var page struct {
			ContactSummaryList []Associated
			NextToken          string
		}
		if err := p.Call(ctx, http.MethodGet, "/contact/associated/"+p.Instance+"?"+query.Encode(), nil, &page); err != nil {
			return nil, err
		}
		for _, one := range page.ContactSummaryList {
			if len(chain) > 0 && one.InitialContactId != chain[0].ContactId {
				return chain, nil
			}
			chain = append(chain, one)
		}
		if next = page.NextToken; next == "" {
			return chain, nil
		}
	}
}

// Step is one of a contact's flow log.
type Step struct{ FlowId, ActionId, ActionType, Effect, Error, Result, Branch, Reason string }

// FlowLog is what the flows of a contact have done, oldest first.
func (p Perch) FlowLog(ctx context.Context, contact string) (all []Step, err error) {
	for next := ""; ; {
		query := url.Values{"maxResults": {"1000"}}
		if next != "" {
			query.Set("nextToken", next)
		}
		var page struct {
			FlowLog   []Step
			NextToken string
		}
		if err := p.Call(ctx, http.MethodGet, "/perch/contacts/"+contact+"/flow-log?"+query.Encode(), nil, &page); err != nil {
			return nil, err
		}
		all = append(all, page.FlowLog...)
		if next = page.NextToken; next == "" {
			return all, nil
		}
	}
}

// Segment is a contact of a chain of chats, with what was said in it.
type Segment struct {
	ContactId, InitialContactId, RelatedContactId, InitiationMethod, DisconnectReason string
	AgentDisplayName, QueueName                                                       string
	Transcript                                                                        []Item
}

// Chats are the contacts of a chat and of all that it continues, oldest first, as
// an audience sees them: customer, agent or supervisor. It works after the end of a
// chat as well.
func (p Perch) Chats(ctx context.Context, contact, audience string) ([]Segment, error) {
	var out struct{ Segments []Segment }
	err := p.Call(ctx, http.MethodGet, "/perch/contacts/"+contact+"/transcript?format=json&audience="+audience, nil, &out)
	return out.Segments, err
}

// Told is a chat and all that it continues as a text to read, with all that
// supervisors see.
func (p Perch) Told(ctx context.Context, contact string) (string, error) {
	var text []byte
	err := p.Call(ctx, http.MethodGet, "/perch/contacts/"+contact+"/transcript?audience=supervisor", nil, &text)
	return string(text), err
}
