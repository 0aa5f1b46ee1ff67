package live_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/live"
	"github.com/perch-chat/perch/token"
	"github.com/perch-chat/perch/wire"
)

func TestAgentIsToldTheWorkFirstAndThenEveryChange(t *testing.T) {
	o := newOffice(t, overLoopback)
	p := o.page(1)
	p.send(subscribeWork)
	p.want(subscribeWorkOK)
	if l := p.nextList(); l.Version != 0 || len(l.Chats) != 0 {
		t.Errorf("the first list is %+v", l)
	}
	in := o.accepts(o.start(nil).Session)
	if l := p.nextList(); l.Version != 1 || !slices.Equal(l.Chats, []perch.ParticipantID{in}) {
		t.Errorf("after a change comes %+v", l)
	}
	again := o.page(1)
	again.send(subscribeAll)
	again.want(subscribeAllAnswer)
	if l := again.nextList(); l.Version != 1 || len(l.Chats) != 1 {
		t.Errorf("after connecting again comes %+v", l)
	}
	v := o.change(func() {})
	p.upTo(v)
	again.upTo(v)
	p.send(subscribeWork)
	p.want(subscribeWorkOK)
	if l := p.nextList(); l.Version != v {
		t.Errorf("after subscribing again comes %+v", l)
	}
}

func TestAgentSocketSpeaksTheFramesOfTheChatSocket(t *testing.T) {
	o := newOffice(t, overLoopback)
	p := o.page(1)
	p.send(`{"topic":"aws/heartbeat"}`)
	p.want(`{"topic":"aws/heartbeat"}`)
	p.send(`{"topic":"aws/ping"}`)
	p.want(`{"topic":"aws/ping","statusCode":200,"statusContent":"OK"}`)
	p.send(`{"topic":"aws/subscribe","content":{"topics":["aws/weather"]}}`)
	p.want(`{"topic":"aws/subscribe","content":{"status":"failure","topics":["aws/weather"]}}`)
	p.send(subscribe)
	p.want(subscribeAnswer)
	p.send(`hello`)
	p.wantClose(websocket.StatusPolicyViolation, "frame: must be a JSON object with a topic")
}

func TestAgentGetsOnlyTheTopicsSubscribedTo(t *testing.T) {
	o := newOffice(t, overLoopback)
	b := o.start(nil)
	work, chats := o.page(1), o.page(1)
	work.send(subscribeWork)
	work.want(subscribeWorkOK)
	work.nextList()
	chats.send(subscribe)
	chats.want(subscribeAnswer)
	o.accepts(b.Session)
	o.prompt(b.Session, "hello")
	work.upTo(1)
	chats.sees(b.Session, wire.EventParticipantJoined, "hello")
	work.seesNoMore()

	chats.send(`{"topic":"aws/unsubscribe","content":{"topics":["aws/chat"]}}`)
	chats.want(`{"topic":"aws/unsubscribe","content":{"status":"success","topics":["aws/chat"]}}`)
	o.prompt(b.Session, "unheard")
	chats.seesNoMore()
	chats.send(subscribe)
	chats.want(subscribeAnswer)
	o.prompt(b.Session, "heard")
	chats.sees(b.Session, "heard")

	work.send(`{"topic":"aws/unsubscribe","content":{"topics":["perch/agent"]}}`)
	work.want(`{"topic":"aws/unsubscribe","content":{"status":"success","topics":["perch/agent"]}}`)
	o.change(func() {})
	work.seesNoMore()
}

func TestTenChatsOnOneSocket(t *testing.T) {
	o := newOffice(t, overLoopback)
	desks := []*page{o.desk(), o.desk()}
	var begun []chat.Begun
	var in []perch.ParticipantID
	for range 10 {
		b := o.start(nil)
		o.on(b.Session, func(t *chat.Turn) error { return t.Connect(b.Participant) })
		begun, in = append(begun, b), append(in, o.accepts(b.Session))
	}
	desks = append(desks, o.desk()) // which finds the chats there already
	for _, b := range begun {       // and hears who types once it follows them
		o.prompt(b.Session, "all here")
		desks[2].sees(b.Session, "all here")
	}
	for i, b := range begun {
		for n := range 3 {
			o.say(b.Session, b.Participant, fmt.Sprint(i, n))
		}
		_, err := o.chats.Type(t.Context(), o.session(b.Session), b.Participant)
		o.must(err)
		e := o.say(b.Session, in[i], "yes?")
		_, err = o.chats.Confirm(t.Context(), o.session(b.Session), b.Participant, perch.ItemID(b.Session, e.Number, e.Time), true)
		o.must(err)
	}
	for n, p := range desks {
		for i, b := range begun {
			if n < 2 {
				if it := p.next(b.Session); it.ContentType != wire.EventParticipantJoined || it.ParticipantId != string(in[i]) {
					t.Fatalf("the first item is %+v", it)
				}
			}
			if n < 2 {
				p.sees(b.Session, "all here")
			}
			p.sees(b.Session, fmt.Sprint(i, 0), fmt.Sprint(i, 1), fmt.Sprint(i, 2), wire.EventTyping, "yes?", wire.EventMessageMetadata)
		}
	}
}

func TestFramesOfAgentsCarryBothContactIds(t *testing.T) {
	o := newOffice(t, overLoopback)
	p, b := o.desk(), o.start(nil)
	first := o.accepts(b.Session)
	o.transfer(b.Session, first)
	o.accepts(b.Session)
	contact := string(o.session(b.Session).Current().ID)
	p.sees(b.Session, wire.EventParticipantJoined, wire.EventParticipantLeft, wire.EventTransferSucceeded)
	if it := p.next(b.Session); it.ContactId != contact || it.InitialContactId != string(b.Session) || contact == string(b.Session) {
		t.Errorf("%+v is not of contact %s", it, contact)
	}
}

func TestTransferEndsOneChatAndNoOther(t *testing.T) {
	o := newOffice(t, overLoopback)
	p := o.desk()
	one, two := o.start(nil), o.start(nil)
	first := o.accepts(one.Session)
	o.accepts(two.Session)
	p.sees(one.Session, wire.EventParticipantJoined)
	p.sees(two.Session, wire.EventParticipantJoined)
	o.transfer(one.Session, first)
	o.prompt(one.Session, "please wait")
	o.prompt(two.Session, "goes on")
	p.sees(one.Session, wire.EventParticipantLeft, wire.EventTransferSucceeded)
	p.sees(two.Session, "goes on")
	o.clears(first)
	o.prompt(one.Session, "still waiting")
	p.upTo(o.version)
	p.seesNoMore()

	back := o.accepts(one.Session) // as somebody new in it
	p.sees(one.Session, wire.EventParticipantJoined)
	o.say(one.Session, back, "here I am")
	p.sees(one.Session, "here I am")
}

func TestEndOfAChatLeavesTheAgentsSocketOpen(t *testing.T) {
	o := newOffice(t, overLoopback)
	p := o.desk()
	one, two := o.start(nil), o.start(nil)
	o.on(one.Session, func(t *chat.Turn) error { return t.Connect(one.Participant) })
	first := o.accepts(one.Session)
	o.accepts(two.Session)
	own := o.subscribed(one.Session, first) // a page may have sockets of both kinds
	o.on(one.Session, func(t *chat.Turn) error { return t.Leave(one.Participant) })
	p.sees(one.Session, wire.EventParticipantJoined, wire.EventParticipantLeft, wire.EventChatEnded)
	own.wantItem(wire.EventParticipantLeft)
	own.wantItem(wire.EventChatEnded)
	own.wantClose(websocket.StatusNormalClosure, "the chat has ended")
	o.prompt(two.Session, "goes on")
	p.sees(two.Session, wire.EventParticipantJoined, "goes on")

	late := o.desk() // the chat is there still, as after-contact work
	late.seesNoMore()
}

// However late it is noticed that an agent has come into a chat, nothing of it is
// missing, even if the agent has left by then.
func TestChatIsToldWholeThoughNoticedLate(t *testing.T) {
	m := &mischievous{}
	o := newOffice(t, overLoopback, func(opts *live.Options) { opts.Bus = m })
	p := o.desk()
	one, two := o.start(nil), o.start(nil)
	o.prompt(one.Session, "before")
	m.do("drop")
	first := o.accepts(one.Session)
	o.say(one.Session, first, "hello")
	o.transfer(one.Session, first)
	o.prompt(one.Session, "after")
	second := o.accepts(two.Session)
	o.say(two.Session, second, "hello")
	o.on(two.Session, func(t *chat.Turn) error { return t.End(perch.Stopped) })
	m.do("")
	o.change(func() {})
	p.sees(one.Session, wire.EventParticipantJoined, "hello", wire.EventParticipantLeft, wire.EventTransferSucceeded)
	p.sees(two.Session, wire.EventParticipantJoined, "hello", wire.EventChatEnded)
	p.upTo(o.version)
	p.seesNoMore()
}

func TestAgentSocketIsRefusedBeforeItOpens(t *testing.T) {
	o := newOffice(t, overLoopback, func(opts *live.Options) { opts.MaxSockets = 1 })
	deaf := overLoopback(t)
	o.signOut(2)
	expired, over := o.signIn(1), o.signIn(1)
	expired.Expires, over.SignedIn = time.Now().UnixMilli(), time.Now().UnixMilli()
	status := func(h *house, kind token.Kind, t token.AgentSocket) int {
		conn, r, err := websocket.Dial(h.t.Context(), h.url(kind, t), &websocket.DialOptions{HTTPClient: h.client})
		if err == nil {
			h.t.Cleanup(func() { _ = conn.CloseNow() })
		}
		return r.StatusCode
	}
	for name, c := range map[string]struct {
		h    *house
		kind token.Kind
		of   token.AgentSocket
	}{
		"another kind":            {o.house, token.KindAgent, o.signIn(1)},
		"expired":                 {o.house, token.KindAgentSocket, expired},
		"a sign-in that is over":  {o.house, token.KindAgentSocket, over},
		"a password changed":      {o.house, token.KindAgentSocket, o.signIn(2)},
		"a house without offices": {deaf, token.KindAgentSocket, o.signIn(1)},
	} {
		if got := status(c.h, c.kind, c.of); got != http.StatusForbidden {
			t.Errorf("%s: %d, want 403", name, got)
		}
	}
	o.breaks(errors.New("the disk is on fire"))
	if got := status(o.house, token.KindAgentSocket, o.signIn(1)); got != http.StatusInternalServerError {
		t.Errorf("while nothing can be read: %d, want 500", got)
	}
	o.breaks(nil)
	if got := status(o.house, token.KindAgentSocket, o.signIn(1)); got != http.StatusSwitchingProtocols {
		t.Errorf("a good one: %d", got)
	}
	if got := status(o.house, token.KindAgentSocket, o.signIn(1)); got != http.StatusTooManyRequests {
		t.Errorf("one too many: %d, want 429", got)
	}
}

func TestSubscribingFailsWhileTheWorkCannotBeRead(t *testing.T) {
	o := newOffice(t, overLoopback)
	p := o.page(1)
	o.breaks(errors.New("the disk is on fire"))
	p.send(subscribeWork)
	p.want(`{"topic":"aws/subscribe","content":{"status":"failure","topics":["perch/agent"]}}`)
	o.breaks(nil)
	p.send(subscribeWork)
	p.want(subscribeWorkOK)
	p.nextList()
}

func TestStoppingAsksAgentsToComeBack(t *testing.T) {
	o := newOffice(t, overLoopback)
	p := o.desk()
	o.accepts(o.start(nil).Session)
	p.upTo(1)
	stopped := make(chan struct{})
	go func() { o.stop(); close(stopped) }()
	for {
		_, _, err := p.conn.Read(t.Context())
		if err == nil {
			continue // the joined item
		}
		if websocket.CloseStatus(err) != websocket.StatusServiceRestart {
			t.Errorf("closed with %v", err)
		}
		break
	}
	<-stopped
	if n := o.live.Stats.Sockets.Load(); n != 0 {
		t.Errorf("%d sockets are still open", n)
	}
}
