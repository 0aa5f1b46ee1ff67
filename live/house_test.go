package live_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/goleak"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/bus"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/live"
	"github.com/perch-chat/perch/store"
	"github.com/perch-chat/perch/store/storetest"
	"github.com/perch-chat/perch/token"
	"github.com/perch-chat/perch/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const instance = perch.InstanceID("instance")

// house is chats with sockets, served over whatever net it is given.
type house struct {
	t      testing.TB
	chats  *chat.Chats
	bus    bus.Bus
	tokens *token.Sealer
	live   *live.Live
	stop   func() // stops the sockets and waits for them
	client *http.Client
}

// overLoopback serves real sockets.
func overLoopback(t *testing.T, change ...func(*live.Options)) *house {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "tcp", l.Addr().String())
	}
	return newHouse(t, l, dial, change...)
}

// inBubble serves pipes, whose goroutines do not stop a bubble's clock. A pipe
// buffers nothing: what the client does not read, the server cannot write.
func inBubble(t *testing.T, change ...func(*live.Options)) *house {
	p := &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
	return newHouse(t, p, p.dial, change...)
}

// disk has the directories of this binary's tests.
var disk storetest.Disk

func newHouse(t *testing.T, l net.Listener, dial func(context.Context, string, string) (net.Conn, error), change ...func(*live.Options)) *house {
	h := &house{t: t, bus: &bus.Memory{}}
	s, err := store.Open(t.Context(), store.Options{Dir: disk.Dir(t), Fleeting: true})
	if err != nil {
		t.Fatal(err)
	}
	background(t, s.Run, s.Close)
	if h.tokens, err = token.New(make([]byte, token.KeySize)); err != nil {
		t.Fatal(err)
	}
	o := live.Options{Bus: h.bus, Tokens: h.tokens, Now: time.Now, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	for _, f := range change {
		f(&o)
	}
	h.bus = o.Bus
	h.chats = chat.New(chat.Options{Store: s, Bus: h.bus, Now: time.Now, Rand: rand.Reader, Log: o.Log})
	o.Chats = h.chats
	h.live = live.New(o)
	server, transport := &http.Server{Handler: h.live}, &http.Transport{DialContext: dial}
	h.client = &http.Client{Transport: transport}
	background(t, func(context.Context) error { _ = server.Serve(l); return nil }, func() error { return nil }, server.Close)
	h.stop = background(t, h.live.Run, func() error { transport.CloseIdleConnections(); return nil })
	return h
}

// background runs something until stop is called, or the test ends.
func background(t *testing.T, run func(context.Context) error, after func() error, before ...func() error) (stop func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	over := make(chan error, 1)
	go func() { over <- run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		for _, f := range before {
			if err := f(); err != nil {
				t.Error(err)
			}
		}
		if err := <-over; err != nil {
			t.Error(err)
		}
		if err := after(); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	return stop
}

// pipes is a network of pipes.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case p.conns <- theirs:
		return ours, nil
	case <-p.closed:
	case <-ctx.Done():
	}
	return nil, net.ErrClosed
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.closed) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{} }

// elapse moves a bubble's clock on, and waits until everybody has done what
// there is to do by then.
func elapse(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) on(id perch.SessionID, body func(*chat.Turn) error) {
	h.t.Helper()
	h.must(h.chats.On(h.t.Context(), id, body))
}

// start begins a chat.
func (h *house) start(past *chat.Past) chat.Begun {
	h.t.Helper()
	b, err := h.chats.Start(h.t.Context(), chat.Start{Instance: instance, Flow: "flow", DisplayName: "Cora", Past: past})
	h.must(err)
	return b
}

// invite makes an agent known, who may then connect.
func (h *house) invite(id perch.SessionID, role perch.Role) (p perch.ParticipantID) {
	h.t.Helper()
	h.on(id, func(t *chat.Turn) (err error) {
		p, err = t.Invite(perch.Who{Name: "Abe", Role: role}, "abe")
		return err
	})
	return p
}

func (h *house) say(id perch.SessionID, p perch.ParticipantID, text string) perch.Entry {
	h.t.Helper()
	var e perch.Entry
	h.on(id, func(t *chat.Turn) (err error) {
		e, err = t.Say(p, chat.Saying{ContentType: "text/plain", Content: text})
		return err
	})
	return e
}

func (h *house) prompt(id perch.SessionID, text string) {
	h.t.Helper()
	h.on(id, func(t *chat.Turn) error { t.Prompt(text, perch.ToAll); return nil })
}

func (h *house) session(id perch.SessionID) *perch.Session {
	h.t.Helper()
	s, err := h.chats.Session(h.t.Context(), id)
	h.must(err)
	return s
}

// url is that of a socket.
func (h *house) url(kind token.Kind, payload any) string {
	h.t.Helper()
	sealed, err := h.tokens.Seal(kind, payload)
	h.must(err)
	return "http://perch/socket?token=" + url.QueryEscape(sealed)
}

func (h *house) urlOf(id perch.SessionID, p perch.ParticipantID) string {
	h.t.Helper()
	return h.url(token.KindSocket, token.Socket{Instance: string(instance), Session: string(id), Participant: string(p),
		Expires: time.Now().Add(2 * time.Minute).UnixMilli()})
}

// patience is how long a frame may be on its way before a test fails.
const patience = 30 * time.Second

// client is a participant's end of a socket.
type client struct {
	h    *house
	conn *websocket.Conn
}

func (h *house) open(id perch.SessionID, p perch.ParticipantID) *client {
	h.t.Helper()
	conn, _, err := websocket.Dial(h.t.Context(), h.urlOf(id, p), &websocket.DialOptions{HTTPClient: h.client,
		HTTPHeader: http.Header{"Origin": {"https://some.other.site"}}})
	h.must(err)
	h.t.Cleanup(func() { _ = conn.CloseNow() })
	return &client{h, conn}
}

// subscribed is a socket that has subscribed.
func (h *house) subscribed(id perch.SessionID, p perch.ParticipantID) *client {
	h.t.Helper()
	c := h.open(id, p)
	c.send(subscribe)
	c.want(subscribeAnswer)
	return c
}

// joined is a socket that has subscribed and seen its own joined item.
func (h *house) joined(id perch.SessionID, p perch.ParticipantID) *client {
	h.t.Helper()
	c := h.subscribed(id, p)
	c.wantItem(wire.EventParticipantJoined)
	return c
}

const (
	subscribe       = `{"topic":"aws/subscribe","content":{"topics":["aws/chat"]}}`
	subscribeAnswer = `{"topic":"aws/subscribe","content":{"status":"success","topics":["aws/chat"]}}`
)

func (c *client) send(frame string) {
	c.h.t.Helper()
	c.h.must(c.conn.Write(c.h.t.Context(), websocket.MessageText, []byte(frame)))
}

func (c *client) frame() string {
	c.h.t.Helper()
	ctx, cancel := context.WithTimeout(c.h.t.Context(), patience)
	defer cancel()
	_, data, err := c.conn.Read(ctx)
	c.h.must(err)
	return string(data)
}

func (c *client) want(frame string) {
	c.h.t.Helper()
	if got := c.frame(); got != frame {
		c.h.t.Fatalf("got %s, want %s", got, frame)
	}
}

// item reads a frame as ChatJS does: JSON within JSON.
func (c *client) item() wire.Item {
	c.h.t.Helper()
	var f struct{ Topic, Content string }
	var it wire.Item
	text := c.frame()
	if err := json.Unmarshal([]byte(text), &f); err != nil || f.Topic != "aws/chat" {
		c.h.t.Fatalf("want an item, not %s", text)
	}
	c.h.must(json.Unmarshal([]byte(f.Content), &it))
	return it
}

// wantItem reads the next item, which is to have a content type.
func (c *client) wantItem(contentType string) wire.Item {
	c.h.t.Helper()
	it := c.item()
	if it.ContentType != contentType {
		c.h.t.Fatalf("got %+v, want a %s", it, contentType)
	}
	return it
}

func (c *client) wantText(text string) wire.Item {
	c.h.t.Helper()
	it := c.wantItem("text/plain")
	if it.Content != text {
		c.h.t.Fatalf("got %q, want %q", it.Content, text)
	}
	return it
}

// wantClose reads on to the server's close, and answers it.
func (c *client) wantClose(code websocket.StatusCode, reason string) {
	c.h.t.Helper()
	_, data, err := c.conn.Read(c.h.t.Context())
	if err == nil {
		c.h.t.Fatalf("want the socket closed, not %s", data)
	}
	want := websocket.CloseError{Code: code, Reason: reason}
	if got := fmt.Sprint(err); websocket.CloseStatus(err) != code || !contains(got, want.Error()) {
		c.h.t.Fatalf("got %v, want %v", err, want)
	}
}
