package live_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/bus"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/live"
	"github.com/perch-chat/perch/token"
	"github.com/perch-chat/perch/wire"
)

func contains(s, part string) bool { return strings.Contains(s, part) }

func TestSubscribingJoinsOnceAfterTheAnswer(t *testing.T) {
	h := overLoopback(t)
	b := h.start(nil)
	first := h.open(b.Session, b.Participant)
	if p, _ := h.session(b.Session).Customer(); p.Presence != perch.Expected {
		t.Error("opening a socket connects the participant")
	}
	first.send(subscribe)
	first.want(subscribeAnswer)
	it := first.wantItem(wire.EventParticipantJoined)
	id := string(b.Session)
	if it.InitialContactId != id || it.ContactId != id || it.ParticipantId != string(b.Participant) ||
		it.ParticipantRole != "CUSTOMER" || it.DisplayName != "Cora" || it.Type != "EVENT" {
		t.Errorf("%+v", it)
	}
	second := h.subscribed(b.Session, b.Participant)
	first.send(subscribe)
	first.want(subscribeAnswer)
	h.prompt(b.Session, "welcome")
	first.wantText("welcome")
	second.wantText("welcome")
}

func TestHeartbeatAndPingAreAnswered(t *testing.T) {
	h := overLoopback(t)
	b := h.start(nil)
	c := h.open(b.Session, b.Participant)
	c.send(`{"topic":"aws/heartbeat"}`)
	c.want(`{"topic":"aws/heartbeat"}`)
	c.send(`{"topic":"aws/ping"}`)
	c.want(`{"topic":"aws/ping","statusCode":200,"statusContent":"OK"}`)
	c.send("")
	c.send(`{"topic":"aws/weather"}`)
	c.send(`{"topic":"aws/subscribe","content":{"topics":["aws/weather"]}}`)
	c.want(`{"topic":"aws/subscribe","content":{"status":"failure","topics":["aws/weather"]}}`)
}

func TestUnsubscribedSocketReceivesNothing(t *testing.T) {
	h := overLoopback(t)
	b := h.start(nil)
	c := h.joined(b.Session, b.Participant)
	c.send(`{"topic":"aws/unsubscribe","content":{"topics":["aws/chat"]}}`)
	c.want(`{"topic":"aws/unsubscribe","content":{"status":"success","topics":["aws/chat"]}}`)
	h.prompt(b.Session, "unheard")
	c.send(subscribe)
	c.want(subscribeAnswer)
	h.prompt(b.Session, "heard")
	c.wantText("heard")
}

func TestMessageReachesAllSocketsWithTheIdOfItsEntry(t *testing.T) {
	h := overLoopback(t)
	b := h.start(nil)
	a := h.invite(b.Session, perch.Agent)
	customer := h.joined(b.Session, b.Participant)
	agent := h.joined(b.Session, a)
	other := h.subscribed(b.Session, a)
	customer.wantItem(wire.EventParticipantJoined)
	e := h.say(b.Session, a, "hello \"you\" \u2028 ü")
	for _, c := range []*client{customer, agent, other} {
		it := c.wantText("hello \"you\" \u2028 ü")
		if it.Id != perch.ItemID(b.Session, e.Number, e.Time) || it.AbsoluteTime != wire.Time(e.Time) || it.Type != "MESSAGE" {
			t.Errorf("%+v", it)
		}
	}
}

func TestSilentSupervisorIsNotSeen(t *testing.T) {
	h := overLoopback(t)
	b := h.start(nil)
	v := h.invite(b.Session, perch.Supervisor)
	customer := h.joined(b.Session, b.Participant)
	supervisor := h.subscribed(b.Session, v)
	_, err := h.chats.Type(t.Context(), h.session(b.Session), v)
	h.must(err)
	supervisor.wantItem(wire.EventTyping)
	h.on(b.Session, func(t *chat.Turn) error { return t.Leave(v) })
	supervisor.wantClose(websocket.StatusNormalClosure, "the participant has left the chat")
	h.prompt(b.Session, "next")
	customer.wantText("next")
}

func TestTypingAndReceiptsArePassedOn(t *testing.T) {
	h := overLoopback(t)
	b := h.start(nil)
	a := h.invite(b.Session, perch.Agent)
	customer := h.joined(b.Session, b.Participant)
	agent := h.joined(b.Session, a)
	customer.wantItem(wire.EventParticipantJoined)
	_, err := h.chats.Type(t.Context(), h.session(b.Session), a)
	h.must(err)
	for _, c := range []*client{customer, agent} {
		it := c.wantItem(wire.EventTyping)
		if it.ParticipantId != string(a) || it.ParticipantRole != "AGENT" || it.DisplayName != "Abe" ||
			it.InitialContactId != string(b.Session) || it.Id == "" {
			t.Errorf("%+v", it)
		}
	}
	e := h.say(b.Session, b.Participant, "hi")
	customer.wantText("hi")
	id := agent.wantText("hi").Id
	for _, read := range []bool{false, true} {
		f, err := h.chats.Confirm(t.Context(), h.session(b.Session), a, perch.ItemID(b.Session, e.Number, e.Time), read)
		h.must(err)
		it := customer.wantItem(wire.EventMessageMetadata)
		agent.wantItem(wire.EventMessageMetadata)
		if it.Type != "MESSAGEMETADATA" || it.MessageMetadata.MessageId != id || len(it.MessageMetadata.Receipts) != 1 {
			t.Fatalf("%+v", it)
		}
		r := it.MessageMetadata.Receipts[0]
		want := wire.Receipt{RecipientParticipantId: string(a), DeliveredTimestamp: wire.Time(f.At)}
		if read {
			want = wire.Receipt{RecipientParticipantId: string(a), ReadTimestamp: wire.Time(f.At)}
		}
		if r != want {
			t.Errorf("got %+v, want %+v", r, want)
		}
	}
}

func TestFrameThatNoClientSendsClosesTheSocket(t *testing.T) {
	h := overLoopback(t)
	b := h.start(nil)
	c := h.open(b.Session, b.Participant)
	c.send(`hello`)
	c.wantClose(websocket.StatusPolicyViolation, "frame: must be a JSON object with a topic")
	c = h.open(b.Session, b.Participant)
	h.must(c.conn.Write(t.Context(), websocket.MessageBinary, []byte("hello")))
	c.wantClose(websocket.StatusUnsupportedData, "frames must be text")
	c = h.open(b.Session, b.Participant)
	_ = c.conn.Write(t.Context(), websocket.MessageText, []byte(strings.Repeat(" ", 64<<10+1)))
	_, _, err := c.conn.Read(t.Context())
	if websocket.CloseStatus(err) != websocket.StatusMessageTooBig {
		t.Errorf("a frame too large: %v", err)
	}
}

func TestSocketIsRefusedBeforeItOpens(t *testing.T) {
	h := overLoopback(t, func(o *live.Options) { o.MaxSockets = 1 })
	b, over, full := h.start(nil), h.start(nil), h.start(nil)
	gone := h.invite(b.Session, perch.Agent)
	h.invite(b.Session, perch.Agent)
	h.on(b.Session, func(t *chat.Turn) error {
		t.Hook(perch.CustomerRemaining, "survey")
		return t.Leave(gone)
	})
	h.on(over.Session, func(t *chat.Turn) error { return t.End(perch.Stopped) })
	h.open(full.Session, full.Participant)
	payload := token.Socket{Instance: string(instance), Session: string(b.Session), Participant: string(b.Participant),
		Expires: time.Now().Add(time.Hour).UnixMilli()}
	expired, foreign, unknown, nobody := payload, payload, payload, payload
	expired.Expires = time.Now().UnixMilli()
	foreign.Instance, unknown.Session, nobody.Participant = "another", "unknown", "nobody"
	for name, c := range map[string]struct {
		url, fault string
		status     int
	}{
		"no token":         {"http://perch/socket", "AccessDeniedException", 403},
		"what is no token": {"http://perch/socket?token=abc", "AccessDeniedException", 403},
		"another kind":     {h.url(token.KindConnection, payload), "AccessDeniedException", 403},
		"expired":          {h.url(token.KindSocket, expired), "AccessDeniedException", 403},
		"another instance": {h.url(token.KindSocket, foreign), "AccessDeniedException", 403},
		"unknown session":  {h.url(token.KindSocket, unknown), "AccessDeniedException", 403},
		"unknown person":   {h.url(token.KindSocket, nobody), "AccessDeniedException", 403},
		"left":             {h.urlOf(b.Session, gone), "AccessDeniedException", 403},
		"ended":            {h.urlOf(over.Session, over.Participant), "AccessDeniedException", 403},
		"too many":         {h.urlOf(full.Session, full.Participant), "ThrottlingException", 429},
	} {
		_, r, err := websocket.Dial(t.Context(), c.url, &websocket.DialOptions{HTTPClient: h.client})
		if err == nil || r == nil {
			t.Errorf("%s: opened, or %v", name, err)
			continue
		}
		body, _ := io.ReadAll(r.Body)
		if r.StatusCode != c.status || r.Header.Get("X-Amzn-ErrorType") != c.fault ||
			!contains(string(body), `"__type":"`+c.fault+`"`) || r.Header.Get("X-Amzn-RequestId") == "" {
			t.Errorf("%s: %s, %v, %s", name, r.Status, r.Header, body)
		}
	}
}

// Who goes away while a socket is being opened has not met a failure.
func TestAClientThatDoesNotWaitForItsSocketIsNoFailure(t *testing.T) {
	var log bytes.Buffer
	h := overLoopback(t, func(o *live.Options) {
		o.Log = slog.New(slog.NewTextHandler(&log, nil))
		o.Agents = &live.Agents{SignedIn: func(ctx context.Context, _ token.AgentSocket) error { return ctx.Err() }}
	})
	address := h.url(token.KindAgentSocket, token.AgentSocket{Instance: string(instance), Expires: time.Now().Add(time.Minute).UnixMilli()})
	gone, leave := context.WithCancel(t.Context())
	leave()
	r := httptest.NewRecorder()
	h.live.ServeHTTP(r, httptest.NewRequestWithContext(gone, http.MethodGet, address, nil))
	if log.Len() > 0 {
		t.Errorf("answered %d, and told %s", r.Code, log.String())
	}
}

func TestRequestThatIsNoUpgradeTakesNoPlace(t *testing.T) {
	h := overLoopback(t, func(o *live.Options) { o.MaxSockets = 1 })
	b := h.start(nil)
	for range 2 {
		r := httptest.NewRecorder()
		h.live.ServeHTTP(r, httptest.NewRequest(http.MethodGet, h.urlOf(b.Session, b.Participant), nil))
		if r.Code != http.StatusUpgradeRequired {
			t.Errorf("answered %d", r.Code)
		}
	}
	h.joined(b.Session, b.Participant)
	if n := h.live.Stats.Sockets.Load(); n != 1 {
		t.Errorf("%d sockets are counted", n)
	}
}

func TestPastIsSignalledToCustomersOnly(t *testing.T) {
	h := overLoopback(t)
	old := h.start(nil)
	h.say(old.Session, old.Participant, "long ago")
	h.on(old.Session, func(t *chat.Turn) error { return t.End(perch.Stopped) })
	past := chat.Past{Type: perch.EntirePastSession, Source: old.Session.First(), Origin: perch.FromSigV4}

	b := h.start(&past)
	customer := h.joined(b.Session, b.Participant)
	it := customer.wantItem(wire.EventChatRehydrated)
	if it.Type != "EVENT" || it.Id == "" || it.ContactId != string(b.Session) || it.InitialContactId != string(b.Session) {
		t.Errorf("%+v", it)
	}
	again := h.subscribed(b.Session, b.Participant)
	if other := again.wantItem(wire.EventChatRehydrated); other.Id == it.Id {
		t.Error("two signals have one id")
	}

	later := h.start(nil)
	a := h.invite(later.Session, perch.Agent)
	customer = h.joined(later.Session, later.Participant)
	agent := h.joined(later.Session, a)
	customer.wantItem(wire.EventParticipantJoined)
	_, err := h.chats.Associate(t.Context(), later.Session, past, chat.Once{})
	h.must(err)
	customer.wantItem(wire.EventChatRehydrated)
	h.prompt(later.Session, "so you are back")
	customer.wantText("so you are back")
	agent.wantText("so you are back")
}

func TestStoppingAsksClientsToComeBack(t *testing.T) {
	h := overLoopback(t)
	b := h.start(nil)
	c := h.joined(b.Session, b.Participant)
	stopped := make(chan struct{})
	go func() { h.stop(); close(stopped) }()
	c.wantClose(websocket.StatusServiceRestart, "perch is restarting: connect again")
	<-stopped
	if n := h.live.Stats.Sockets.Load(); n != 0 {
		t.Errorf("%d sockets are still open", n)
	}
	_, r, err := websocket.Dial(t.Context(), h.urlOf(b.Session, b.Participant), &websocket.DialOptions{HTTPClient: h.client})
	if err == nil || r == nil || r.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("after the stop: %v, %v", r, err)
	}
}

// storm rings each bell so often that a tail's inbox overflows.
type storm struct{ bus.Memory }

func (s *storm) Ring(topic string, at int64, payload any) {
	for range 1000 {
		s.Memory.Ring(topic, at, nil)
		s.Whisper(topic, nil)
	}
}

func TestStormOfRingsLosesNothing(t *testing.T) {
	h := overLoopback(t, func(o *live.Options) { o.Bus = &storm{} })
	b := h.start(nil)
	c := h.joined(b.Session, b.Participant)
	for _, text := range []string{"one", "two", "three"} {
		h.prompt(b.Session, text)
		c.wantText(text)
	}
}
