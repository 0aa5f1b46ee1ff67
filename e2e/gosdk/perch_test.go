// Package gosdk has perch called by Amazon's own Go SDK, as a customer's backend
// written in Go calls it. It is a module of its own, so that the SDK is nothing
// that perch depends on; gosdk.test.mjs starts a server and runs it.
package gosdk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// server is what the server under test says of itself when it is ready.
type server struct {
	Endpoint, Region, InstanceId, ContactFlowId, AccessKeyId, SecretAccessKey string
}

// backend is a customer's backend.
type backend struct {
	*testing.T
	*connect.Client
	server
}

func newBackend(t *testing.T) *backend {
	t.Helper()
	info, ok := os.LookupEnv("PERCH_INFO")
	if !ok {
		t.Skip("no server: gosdk.test.mjs beside this directory starts one")
	}
	b := &backend{T: t}
	if err := json.Unmarshal([]byte(info), &b.server); err != nil {
		t.Fatal("PERCH_INFO:", err)
	}
	b.Client = b.as(b.AccessKeyId, b.SecretAccessKey)
	return b
}

// as is a client with another key.
func (b *backend) as(id, secret string) *connect.Client {
	return connect.New(connect.Options{
		BaseEndpoint: aws.String(b.Endpoint), Region: b.Region,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: id, SecretAccessKey: secret}, nil
		}),
	})
}

// arn is the instance's id in its long form, which every operation takes as well.
func (b *backend) arn() *string {
	return aws.String("arn:aws:connect:" + b.Region + ":000000000000:instance/" + b.InstanceId)
}

// request is a plain chat's; more may add to it.
func (b *backend) request(more func(*connect.StartChatContactInput)) *connect.StartChatContactInput {
	in := &connect.StartChatContactInput{InstanceId: &b.InstanceId, ContactFlowId: &b.ContactFlowId,
		ParticipantDetails: &types.ParticipantDetails{DisplayName: aws.String("Ada")}}
	if more != nil {
		more(in)
	}
	return in
}

func (b *backend) start(more func(*connect.StartChatContactInput)) *connect.StartChatContactOutput {
	b.Helper()
	out, err := b.StartChatContact(b.Context(), b.request(more))
	b.must(err)
	return out
}

func (b *backend) stop(contact *string) {
	b.Helper()
	_, err := b.StopContact(b.Context(), &connect.StopContactInput{InstanceId: &b.InstanceId, ContactId: contact})
	b.must(err)
}

// ended is a chat that is over, with something said in it.
func (b *backend) ended(text string) *string {
	b.Helper()
	out := b.start(func(in *connect.StartChatContactInput) {
		in.InitialMessage = &types.ChatMessage{ContentType: aws.String("text/plain"), Content: &text}
	})
	b.stop(out.ContactId)
	return out.ContactId
}

func (b *backend) describe(instance, contact *string) *types.Contact {
	b.Helper()
	out, err := b.DescribeContact(b.Context(), &connect.DescribeContactInput{InstanceId: instance, ContactId: contact})
	b.must(err)
	return out.Contact
}

func (b *backend) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func (b *backend) equal(what string, got, want any) {
	b.Helper()
	g, err := json.Marshal(got)
	b.must(err)
	w, err := json.Marshal(want)
	b.must(err)
	if !bytes.Equal(g, w) {
		b.Errorf("%s: got %s, want %s", what, g, w)
	}
}

// refused is an error of one of the SDK's types, with the status it should have
// and words that say why.
func refused[E smithy.APIError](b *backend, what string, err error, status int) {
	b.Helper()
	typed, ok := errors.AsType[E](err)
	if !ok {
		b.Errorf("%s: got %T %v, want a %T", what, err, err, typed)
		return
	}
	answer, ok := errors.AsType[*smithyhttp.ResponseError](err)
	if !ok || answer.HTTPStatusCode() != status || typed.ErrorMessage() == "" {
		b.Errorf("%s: got %v, want status %d and a message", what, err, status)
	}
}

// item is a line of a transcript.
type item struct{ Content, ContactId, RelatedContactId string }

// transcript is what the customer of a chat reads. The participant service's SDK
// for Go is left out: its calls are plain JSON.
func (b *backend) transcript(participantToken *string) (items []item) {
	b.Helper()
	var connection struct {
		ConnectionCredentials struct{ ConnectionToken string }
	}
	b.participant("connection", *participantToken, map[string]any{"Type": []string{"CONNECTION_CREDENTIALS"}}, &connection)
	for next := ""; ; {
		body := map[string]any{"MaxResults": 100, "ScanDirection": "BACKWARD"}
		if next != "" {
			body["NextToken"] = next
		}
		var page struct {
			Transcript []item
			NextToken  string
		}
		b.participant("transcript", connection.ConnectionCredentials.ConnectionToken, body, &page)
		items = append(items, page.Transcript...)
		if next = page.NextToken; next == "" {
			return items
		}
	}
}

func (b *backend) participant(operation, bearer string, in, out any) {
	b.Helper()
	data, err := json.Marshal(in)
	b.must(err)
	r, err := http.NewRequestWithContext(b.Context(), http.MethodPost, b.Endpoint+"/participant/"+operation, bytes.NewReader(data))
	b.must(err)
	r.Header.Set("X-Amz-Bearer", bearer)
	answer, err := http.DefaultClient.Do(r)
	b.must(err)
	defer answer.Body.Close()
	data, err = io.ReadAll(answer.Body)
	b.must(err)
	if answer.StatusCode != http.StatusOK {
		b.Fatalf("%s: %s %s", operation, answer.Status, data)
	}
	b.must(json.Unmarshal(data, out))
}
