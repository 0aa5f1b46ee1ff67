package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/coder/websocket"
)

// client calls the server, as its users do.
type client struct {
	server    *server
	transport *http.Transport
	http      *http.Client
}

func newClient(s *server) *client {
	t := &http.Transport{MaxIdleConnsPerHost: 1024}
	return &client{server: s, transport: t, http: &http.Client{Transport: t, Timeout: time.Minute}}
}

type object = map[string]any

// call sends a request whose answer must be good, and reads it.
func (c *client) call(ctx context.Context, method, path string, header [2]string, body, into any) error {
	data, err := json.Marshal(body)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, method, c.server.started.Endpoint+path, bytes.NewReader(data))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	if header[0] != "" {
		r.Header.Set(header[0], header[1])
	}
	answer, err := c.http.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s is answered %d %s", method, path, answer.StatusCode, text)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(text, into)
}

// talk is a chat, and one who is in it.
type talk struct {
	*client
	contact, token, bearer, socket string
}

// start starts a chat; source is the contact of the one that it continues, if any.
func (c *client) start(ctx context.Context, source string) (*talk, error) {
	body := object{"InstanceId": c.server.started.InstanceId, "ContactFlowId": c.server.started.ContactFlowId,
		"ParticipantDetails": object{"DisplayName": "Bench"}}
	if source != "" {
		body["PersistentChat"] = object{"SourceContactId": source, "RehydrationType": "ENTIRE_PAST_SESSION"}
	}
	var out struct {
		Data struct {
			StartChatResult struct{ ContactId, ParticipantToken string } `json:"startChatResult"`
		} `json:"data"`
	}
	if err := c.call(ctx, http.MethodPost, "/Prod/", [2]string{}, body, &out); err != nil {
		return nil, err
	}
	return &talk{client: c, contact: out.Data.StartChatResult.ContactId, token: out.Data.StartChatResult.ParticipantToken}, nil
}

// connect gets what calls and the socket need.
func (t *talk) connect(ctx context.Context) error {
	var out struct {
		ConnectionCredentials struct{ ConnectionToken string }
		Websocket             struct{ Url string }
	}
	err := t.call(ctx, http.MethodPost, "/participant/connection", [2]string{"X-Amz-Bearer", t.token},
		object{"Type": []string{"WEBSOCKET", "CONNECTION_CREDENTIALS"}, "ConnectParticipant": true}, &out)
	t.bearer, t.socket = out.ConnectionCredentials.ConnectionToken, out.Websocket.Url
	return err
}

// open starts a chat and connects its customer.
func (c *client) open(ctx context.Context, source string) (*talk, error) {
	t, err := c.start(ctx, source)
	if err != nil {
		return nil, err
	}
	return t, t.connect(ctx)
}

func (t *talk) act(ctx context.Context, what string, body, into any) error {
	return t.call(ctx, http.MethodPost, "/participant/"+what, [2]string{"X-Amz-Bearer", t.bearer}, body, into)
}

// message is stored before it is answered.
func (t *talk) message(ctx context.Context) error {
	return t.act(ctx, "message", object{"ContentType": "text/plain", "Content": "I would like to ask something about my order."}, nil)
}

// typing takes the same way, and nothing of it is stored.
func (t *talk) typing(ctx context.Context) error {
	return t.act(ctx, "event", object{"ContentType": "application/vnd.amazonaws.connect.event.typing"}, nil)
}

// listen opens the chat's socket and waits until it is subscribed.
func (t *talk) listen(ctx context.Context) (*websocket.Conn, error) {
	conn, _, err := websocket.Dial(ctx, t.socket, &websocket.DialOptions{HTTPClient: t.client.http, CompressionMode: websocket.CompressionDisabled})
	if err != nil {
		return nil, err
	}
	if err := conn.Write(ctx, websocket.MessageText, []byte(`{"topic":"aws/subscribe","content":{"topics":["aws/chat"]}}`)); err != nil {
		return nil, err
	}
	_, _, err = conn.Read(ctx)
	return conn, err
}
