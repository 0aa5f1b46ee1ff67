package serve_test

import (
	"fmt"
	"net/http"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
)

const (
	// rush is how many messages are acknowledged in a round before the kill.
	rush = 50
)

// sender is somebody who sends one message after the other, and keeps what was
// acknowledged.
type sender struct {
	*person
	name    string
	sent    []message
	pending *message // not known whether it arrived
}

type message struct{ text, token, id, at string }

func (s *sender) send(m message) (id, at string, r reply) {
	letter := s.h.request("POST", "/participant/message", encode(s.h.t,
		object{"ContentType": "text/plain", "Content": m.text, "ClientToken": m.token}))
	letter.Header.Set("X-Amz-Bearer", s.credentials)
	r = s.h.serve(letter)
	if r.status != http.StatusOK {
		return "", "", r
	}
	var out struct{ Id, AbsoluteTime string }
	r.into(s.h.t, &out)
	return out.Id, out.AbsoluteTime, r
}

// rush sends until the server is gone.
func (s *sender) rush(acknowledged func()) {
	for {
		n := len(s.sent)
		m := message{text: fmt.Sprintf("%s says %d", s.name, n), token: fmt.Sprintf("%s/%d", s.name, n)}
		id, at, r := s.send(m)
		if r.status == 0 {
			s.pending = &m
			return
		}
		if r.status != http.StatusOK {
			s.h.t.Errorf("%s: a message is answered %d %s", s.name, r.status, r.body)
			return
		}
		m.id, m.at = id, at
		s.sent = append(s.sent, m)
		acknowledged()
	}
}

// retry sends again what was under way, and what was acknowledged last: each
// is in the chat once, whatever became of the first try.
func (s *sender) retry() {
	t := s.h.t
	t.Helper()
	if n := len(s.sent); n > 0 {
		last := s.sent[n-1]
		if id, at, r := s.send(last); id != last.id || at != last.at {
			t.Errorf("%s: sending %q again gives %s %s (%d %s), want %s %s", s.name, last.text, id, at, r.status, r.body, last.id, last.at)
		}
	}
	if s.pending == nil {
		return
	}
	m := *s.pending
	s.pending = nil
	var r reply
	if m.id, m.at, r = s.send(m); m.id == "" {
		t.Errorf("%s: what was under way is answered %d %s", s.name, r.status, r.body)
	}
	if again, _, _ := s.send(m); again != m.id {
		t.Errorf("%s: sent three times, %q has the ids %s and %s", s.name, m.text, m.id, again)
	}
	s.sent = append(s.sent, m)
}

// check compares what was acknowledged with the transcript.
func (s *sender) check(items []item, role string) {
	t := s.h.t
	t.Helper()
	var found []item
	for _, i := range items {
		if i.Type == "MESSAGE" && i.ParticipantRole == role {
			found = append(found, i)
		}
	}
	if s.pending != nil && len(found) == len(s.sent)+1 {
		if last := found[len(s.sent)]; last.Content != s.pending.text {
			t.Errorf("%s: the last message is %q, want %q", s.name, last.Content, s.pending.text)
		}
		found = found[:len(s.sent)]
	}
	if len(found) != len(s.sent) {
		t.Fatalf("%s: %d messages are there, %d were acknowledged", s.name, len(found), len(s.sent))
	}
	for n, i := range found {
		if m := s.sent[n]; i.Content != m.text || i.Id != m.id || i.AbsoluteTime != m.at {
			t.Fatalf("%s: message %d is %q %s %s, acknowledged was %q %s %s", s.name, n, i.Content, i.Id, i.AbsoluteTime, m.text, m.id, m.at)
		}
	}
}

// conversation is a chat of a customer and an agent who both send.
type conversation struct{ customer, agent *sender }

func (c conversation) each(f func(*sender)) {
	f(c.customer)
	f(c.agent)
}

func (c conversation) check() {
	c.customer.h.t.Helper()
	items := c.customer.transcript()
	c.customer.check(items, "CUSTOMER")
	c.agent.check(items, "AGENT")
	ids := map[string]bool{}
	for n, i := range items {
		if ids[i.Id] {
			c.customer.h.t.Errorf("the item %q is there twice", i)
		}
		ids[i.Id] = true
		if n > 0 && i.AbsoluteTime <= items[n-1].AbsoluteTime {
			c.customer.h.t.Errorf("%q at %s comes after %q at %s", i, i.AbsoluteTime, items[n-1], items[n-1].AbsoluteTime)
		}
	}
}

// roundsOf is how many rounds to play: as many as PERCH_ROUNDS asks for, for
// those who have a night to spare.
func roundsOf(t *testing.T, usual int) int {
	t.Helper()
	text := os.Getenv("PERCH_ROUNDS")
	if text == "" {
		return usual
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("PERCH_ROUNDS is %q: give a number of rounds", text)
	}
	return n
}

// A kill shows what the process had handed to the system in time. It does not
// show what the disk would have had if the power had gone.
func TestNothingAcknowledgedIsLostWhenTheServerIsKilled(t *testing.T) {
	t.Parallel()
	p := launch(t, t.TempDir(), "serve")
	talker, closer := p.available(1), p.agent(2)
	var chats []conversation
	for n := range 4 {
		customer := p.open(nil)
		p.until("the chat is offered", func() bool { return talker.state(customer.contact) == "INCOMING" })
		chats = append(chats, conversation{
			customer: &sender{person: customer, name: fmt.Sprint("customer", n)},
			agent:    &sender{person: talker.accept(customer.contact), name: fmt.Sprint("agent", n)}})
	}
	talker.status("Offline")
	closer.status("Available")
	for round := range roundsOf(t, 10) {
		survey := p.survey(closer, round%2 == 0)
		p.rushAndKill(chats)
		p.run()
		for _, c := range chats {
			c.check()
			c.each((*sender).retry)
			c.check()
		}
		p.finish(closer, survey)
	}
}

// rushAndKill has all send at once, and kills the server in the midst of it.
func (p *process) rushAndKill(chats []conversation) {
	var acknowledged atomic.Int64
	enough := make(chan struct{})
	var senders sync.WaitGroup
	for _, c := range chats {
		c.each(func(s *sender) {
			senders.Go(func() {
				s.rush(func() {
					if acknowledged.Add(1) == rush {
						close(enough)
					}
				})
			})
		})
	}
	over := make(chan struct{})
	go func() { senders.Wait(); close(over) }()
	select {
	case <-enough:
	case <-over:
		p.t.Error("the senders gave up before the server was killed")
	}
	p.kill()
	<-over
}

// survey brings a chat to the point at which its survey is asked, or is about
// to be.
func (p *process) survey(a *agent, asked bool) *person {
	p.t.Helper()
	customer := p.open(nil)
	p.until("the chat is offered", func() bool { return a.state(customer.contact) == "INCOMING" })
	a.accept(customer.contact).say("goodbye")
	a.does("end", customer.contact)
	if asked {
		p.until("the survey is asked", func() bool { return count(customer.told(), survey) == 1 })
	}
	return customer
}

// finish answers the survey, whose flow goes on where it stood.
func (p *process) finish(a *agent, customer *person) {
	p.t.Helper()
	p.until("the survey is asked", func() bool { return count(customer.told(), survey) > 0 })
	c3 := p.next(customer.contact)
	customer.say("5")
	p.until("the survey is over", func() bool { return p.describe(c3).DisconnectReason != "" })
	wantReason(p.t, p.house, c3, "CONTACT_FLOW_DISCONNECT")
	if told := p.past(customer.contact); count(told, survey) != 1 || count(told, thanks) != 1 || count(told, "AGENT: goodbye") != 1 {
		p.t.Errorf("the chat was %q", told)
	}
	a.does("clear", customer.contact)
}
