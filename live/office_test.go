package live_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/live"
	"github.com/perch-chat/perch/token"
	"github.com/perch-chat/perch/wire"
)

const abe = perch.UserID("abe")

// office is a house where an agent works; the work is told as a room below
// would tell it.
type office struct {
	*house
	agents  *live.Agents
	mu      sync.Mutex
	version int64
	work    []live.Chat
	broken  error
	outs    map[string]bool // sign-ins that hold no more
}

func newOffice(t *testing.T, open func(*testing.T, ...func(*live.Options)) *house, change ...func(*live.Options)) *office {
	o := &office{outs: map[string]bool{}}
	o.house = open(t, append(change, func(opts *live.Options) {
		opts.Agents = &live.Agents{Topic: topicOf, Version: o.tellVersion, Work: o.tellWork, SignedIn: o.tellSignedIn}
		o.agents = opts.Agents
	})...)
	return o
}

func topicOf(u perch.UserID) string { return "agent/" + string(u) }

// told is the content of a frame on perch/agent.
type told struct {
	Version int64
	Chats   []perch.ParticipantID
}

func (o *office) tellVersion(context.Context, perch.UserID) (int64, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.version, o.broken
}

func (o *office) tellWork(_ context.Context, i perch.InstanceID, u perch.UserID) (live.Work, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if i != instance || u != abe {
		return live.Work{}, errors.New("somebody else is asked for")
	}
	t := told{Version: o.version}
	for _, c := range o.work {
		t.Chats = append(t.Chats, c.Participant)
	}
	content, err := json.Marshal(t)
	return live.Work{Version: o.version, Content: content, Chats: slices.Clone(o.work)}, errors.Join(err, o.broken)
}

func (o *office) tellSignedIn(_ context.Context, t token.AgentSocket) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.outs[t.SignIn] || time.Now().UnixMilli() >= t.SignedIn {
		return perch.Errorf(perch.Unauthenticated, "sign in again")
	}
	return o.broken
}

// change changes the agent's work and rings.
func (o *office) change(f func()) int64 {
	o.mu.Lock()
	f()
	o.version++
	v := o.version
	o.mu.Unlock()
	o.bus.Ring(topicOf(abe), v, nil)
	return v
}

func (o *office) breaks(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.broken = err
}

func (o *office) signOut(credential int64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.outs[strconv.FormatInt(credential, 10)] = true
}

// accepts has the agent come into a chat.
func (o *office) accepts(id perch.SessionID) perch.ParticipantID {
	o.t.Helper()
	var p perch.ParticipantID
	o.on(id, func(t *chat.Turn) (err error) {
		if p, err = t.Invite(perch.Who{Name: "Abe", Role: perch.Agent}, abe); err != nil {
			return err
		}
		return t.Connect(p)
	})
	o.change(func() { o.work = append(o.work, live.Chat{Session: id, Participant: p}) })
	return p
}

// clears puts a chat away that the agent has left.
func (o *office) clears(p perch.ParticipantID) {
	o.change(func() {
		o.work = slices.DeleteFunc(o.work, func(c live.Chat) bool { return c.Participant == p })
	})
}

func (o *office) transfer(id perch.SessionID, p perch.ParticipantID) {
	o.t.Helper()
	o.on(id, func(t *chat.Turn) error {
		_, err := t.Transfer(p, chat.FlowCall{})
		return err
	})
	o.change(func() {})
}

// signIn is what a socket's address holds, of a sign-in with a credential.
func (o *office) signIn(credential int64) token.AgentSocket {
	now := time.Now()
	return token.AgentSocket{Instance: string(instance), User: string(abe), SignIn: strconv.FormatInt(credential, 10),
		SignedIn: now.Add(12 * time.Hour).UnixMilli(), Expires: now.Add(2 * time.Minute).UnixMilli()}
}

// page is an agent's page: one socket, and what has come over it, by topic.
type page struct {
	*client
	lists []told
	items map[string][]wire.Item // by InitialContactId
}

func (o *office) page(credential int64) *page {
	o.t.Helper()
	conn, _, err := websocket.Dial(o.t.Context(), o.url(token.KindAgentSocket, o.signIn(credential)),
		&websocket.DialOptions{HTTPClient: o.client, HTTPHeader: http.Header{"Origin": {"https://some.other.site"}}})
	o.must(err)
	o.t.Cleanup(func() { _ = conn.CloseNow() })
	return &page{client: &client{o.house, conn}, items: map[string][]wire.Item{}}
}

const (
	subscribeAll       = `{"topic":"aws/subscribe","content":{"topics":["aws/chat","perch/agent"]}}`
	subscribeAllAnswer = `{"topic":"aws/subscribe","content":{"status":"success","topics":["aws/chat","perch/agent"]}}`
	subscribeWork      = `{"topic":"aws/subscribe","content":{"topics":["perch/agent"]}}`
	subscribeWorkOK    = `{"topic":"aws/subscribe","content":{"status":"success","topics":["perch/agent"]}}`
)

// desk is a page that has subscribed to everything and been told the work.
func (o *office) desk() *page {
	o.t.Helper()
	p := o.page(1)
	p.send(subscribeAll)
	p.want(subscribeAllAnswer)
	p.nextList()
	return p
}

// take reads a frame and puts it where it belongs; other topics it returns.
func (p *page) take() (other string) {
	p.h.t.Helper()
	var f struct{ Topic, ContentType, Content string }
	text := p.frame()
	if err := json.Unmarshal([]byte(text), &f); err != nil || f.ContentType != "application/json" {
		return text
	}
	switch f.Topic {
	case wire.TopicAgent:
		var l told
		p.h.must(json.Unmarshal([]byte(f.Content), &l))
		p.lists = append(p.lists, l)
	case wire.TopicChat:
		var it wire.Item
		p.h.must(json.Unmarshal([]byte(f.Content), &it))
		p.items[it.InitialContactId] = append(p.items[it.InitialContactId], it)
	default:
		return text
	}
	return ""
}

// nextList reads on to the next list.
func (p *page) nextList() told {
	p.h.t.Helper()
	for len(p.lists) == 0 {
		if other := p.take(); other != "" {
			p.h.t.Fatalf("want a list, not %s", other)
		}
	}
	l := p.lists[0]
	p.lists = p.lists[1:]
	return l
}

// upTo reads on to the list of a version; versions rise.
func (p *page) upTo(version int64) told {
	p.h.t.Helper()
	for last := int64(-1); ; {
		l := p.nextList()
		if l.Version <= last || l.Version > version {
			p.h.t.Fatalf("version %d came after %d, awaited is %d", l.Version, last, version)
		}
		if last = l.Version; last == version {
			return l
		}
	}
}

// next reads on to the next item of a chat.
func (p *page) next(id perch.SessionID) wire.Item {
	p.h.t.Helper()
	for len(p.items[string(id)]) == 0 {
		if other := p.take(); other != "" {
			p.h.t.Fatalf("want an item, not %s", other)
		}
	}
	it := p.items[string(id)][0]
	p.items[string(id)] = p.items[string(id)][1:]
	return it
}

// sees reads items of a chat, which are to have these content types; of a text,
// its content.
func (p *page) sees(id perch.SessionID, want ...string) {
	p.h.t.Helper()
	for _, w := range want {
		it := p.next(id)
		if it.ContentType != w && (it.ContentType != "text/plain" || it.Content != w) {
			p.h.t.Fatalf("got %+v, want %s", it, w)
		}
	}
}

// seesNoMore checks that nothing more has come: whatever was on its way is here
// before the answer to a heartbeat.
func (p *page) seesNoMore() {
	p.h.t.Helper()
	p.send(`{"topic":"aws/heartbeat"}`)
	for {
		if other := p.take(); other != "" {
			if other != wire.HeartbeatAnswer {
				p.h.t.Fatalf("got %s", other)
			}
			break
		}
	}
	for id, items := range p.items {
		if len(items) > 0 {
			p.h.t.Errorf("of chat %s came %+v", id, items)
		}
	}
	if len(p.lists) > 0 {
		p.h.t.Errorf("the work was told again: %+v", p.lists)
	}
}
