package chat_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/bus"
	"github.com/perch-chat/perch/chat"
)

func TestTheSameClientTokenIsTheSameMessage(t *testing.T) {
	t.Parallel()
	k := newHouse(t).start()
	k.connect(k.customer)
	agent := k.agent("a1")
	first, err := k.saying(k.customer, "hello", "token")
	k.must(err)
	check := func(k talk) {
		t.Helper()
		before := len(k.log())
		again, err := k.saying(k.customer, "hello", "token")
		if err != nil || again.Number != first.Number || !again.Time.Equal(first.Time) || again.Contact != first.Contact {
			t.Errorf("said again: %+v, %v; want %+v", again, err, first)
		}
		_, err = k.saying(k.customer, "good bye", "token")
		k.refused(err, perch.Invalid)
		k.refused(k.try(func(t *chat.Turn) error {
			_, err := t.Say(k.customer, chat.Saying{ContentType: "text/markdown", Content: "hello", ClientToken: "token"})
			return err
		}), perch.Invalid)
		if n := len(k.log()) - before; n != 0 {
			t.Errorf("repeating has added %d entries", n)
		}
	}
	check(k)
	check(k.in(k.restarted())) // a checkpoint, and the entries after it
	k.leave(agent)             // ends the chat: nobody may speak, whatever the token
	_, err = k.saying(k.customer, "hello", "token")
	k.refused(err, perch.Denied)
}

func TestClientTokensSurviveCheckpointsAndBelongToOneParticipant(t *testing.T) {
	t.Parallel()
	k := newHouse(t).start()
	k.connect(k.customer)
	first, err := k.saying(k.customer, "mine", "token")
	k.must(err)
	a := k.agent("a1") // a checkpoint that knows the token
	k.say(k.customer, "more")
	k = k.in(k.restarted())
	if again, err := k.saying(k.customer, "mine", "token"); err != nil || again.Number != first.Number {
		t.Errorf("said again: %+v, %v", again, err)
	}
	if other, err := k.saying(a, "mine", "token"); err != nil || other.Number == first.Number {
		t.Errorf("another's use of the token: %+v, %v", other, err)
	}
	one, err := k.saying(k.customer, "no token", "")
	k.must(err)
	if two, err := k.saying(k.customer, "no token", ""); err != nil || two.Number == one.Number {
		t.Errorf("without a token: %+v, %v", two, err)
	}
	// Twice in one turn, before anything is written.
	k.on(func(t *chat.Turn) error {
		s := chat.Saying{ContentType: "text/plain", Content: "x", ClientToken: "in one turn"}
		one, err := t.Say(a, s)
		if err != nil {
			return err
		}
		two, err := t.Say(a, s)
		if one.Number != two.Number {
			k.Errorf("numbers %d and %d", one.Number, two.Number)
		}
		return err
	})
	k.sound()
}

func TestATokenOfATurnThatFailedIsFree(t *testing.T) {
	t.Parallel()
	k := newHouse(t).start()
	k.connect(k.customer)
	_, err := k.saying(k.customer, "before", "earlier token") // what is seen is shared from now on
	k.must(err)
	no := errors.New("no")
	err = k.try(func(t *chat.Turn) error {
		if _, err := t.Say(k.customer, chat.Saying{ContentType: "text/plain", Content: "a", ClientToken: "token"}); err != nil {
			return err
		}
		return no
	})
	if !errors.Is(err, no) {
		t.Fatalf("the turn fails with %v, want its own error", err)
	}
	if e, err := k.saying(k.customer, "b", "token"); err != nil || e.Body.(perch.Message).Content != "b" {
		t.Errorf("said %+v, %v", e, err)
	}
	k.sound()
}

func TestWhatMayBeSaidAndByWhom(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	k := h.start(func(in *chat.Start) { in.ContentTypes = []string{"text/plain", "text/markdown"} })
	for contentType, ok := range map[string]bool{"text/plain": true, "text/markdown": true, "application/json": false, "": false} {
		err := k.try(func(t *chat.Turn) error {
			_, err := t.Say(k.customer, chat.Saying{ContentType: contentType, Content: "x"})
			return err
		})
		if (err == nil) != ok || !ok && perch.KindOf(err) != perch.Invalid {
			t.Errorf("%q: %v", contentType, err)
		}
	}
	for _, who := range []perch.ParticipantID{"", "unknown", h.start().customer} {
		_, err := k.saying(who, "x", "")
		k.refused(err, perch.Denied)
	}
	unknown := talk{house: h, id: "no such session"}
	_, err := unknown.saying(k.customer, "x", "")
	k.refused(err, perch.Denied)
	_, err = h.Session(t.Context(), "no such session")
	h.refused(err, perch.NotFound)
}

func TestWhoSpeaksIsConnected(t *testing.T) {
	t.Parallel()
	k := newHouse(t).start()
	e := k.say(k.customer, "hello")
	p, _ := k.state().Participant(k.customer)
	log := k.log()
	if p.Presence != perch.Present || log[len(log)-2].Kind != perch.KindJoined || log[len(log)-1].Number != e.Number {
		t.Errorf("%+v; kinds %v", p, kinds(log))
	}
	if _, ok := k.dues()[chat.DueConnect+"/"]; ok {
		t.Error("the time to connect still runs")
	}
	before := len(k.log())
	k.connect(k.customer)
	k.say(k.customer, "again")
	if n := len(k.log()) - before; n != 1 {
		t.Errorf("%d entries for a message of who is connected", n)
	}
	k.sound()
}

// Sixteen at once on one session, through two processes that know nothing of
// each other but the log.
func TestManySpeakAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	k := h.start()
	k.connect(k.customer)
	other := k.in(h.restarted())
	const speakers, each = 16, 12
	said := make([][]perch.Entry, speakers)
	var wg sync.WaitGroup
	for i := range speakers {
		k := k
		if i%4 == 3 {
			k = other
		}
		wg.Go(func() {
			for n := range each {
				e, err := k.saying(k.customer, fmt.Sprint(i, "/", n), fmt.Sprint(i, "/", n))
				if err != nil {
					k.Errorf("speaker %d: %v", i, err)
					return
				}
				said[i] = append(said[i], e)
			}
		})
	}
	wg.Wait()
	at := map[int64]string{}
	for _, e := range k.log() {
		if m, ok := e.Body.(perch.Message); ok {
			at[e.Number] = m.Content
		}
	}
	if len(at) != speakers*each {
		t.Errorf("%d messages in the log, want %d", len(at), speakers*each)
	}
	for i, mine := range said {
		last := int64(0)
		for n, e := range mine {
			if at[e.Number] != fmt.Sprint(i, "/", n) || e.Number <= last {
				t.Errorf("speaker %d was told number %d after %d for message %d; there is %q", i, e.Number, last, n, at[e.Number])
			}
			last = e.Number
		}
	}
	// Whoever was behind catches up with the next turn.
	k.say(k.customer, "last")
	other.say(k.customer, "very last")
	k.say(k.customer, "now")
	k.sound()
}

func TestACheckpointIsMadeEveryThousandEntries(t *testing.T) {
	t.Parallel()
	k := newHouse(t).start()
	k.connect(k.customer)
	last := k.state().Head // connecting makes one
	for range 3 {
		k.on(func(t *chat.Turn) error {
			for range 400 {
				t.Prompt("x", perch.ToAll)
			}
			return nil
		})
	}
	c, err := k.store.Checkpoint(t.Context(), k.id)
	k.must(err)
	if c == nil || c.Head != last+1200 {
		t.Errorf("the checkpoint is at %+v, want %d", c, last+1200)
	}
	k.say(k.customer, "plain")
	if c, err = k.store.Checkpoint(t.Context(), k.id); err != nil || c.Head != last+1200 {
		t.Errorf("a message makes a checkpoint: %v", err)
	}
	k.sound()
}

func TestAPlainMessageIsOneRow(t *testing.T) {
	t.Parallel()
	k := newHouse(t).start()
	k.connect(k.customer)
	k.say(k.customer, "warm")
	rows, writes, reads := k.store.Stats.Rows.Load(), k.store.Stats.Writes.Load(), k.store.Stats.Reads.Load()
	k.say(k.customer, "plain")
	s := &k.store.Stats
	if rows, writes, reads = s.Rows.Load()-rows, s.Writes.Load()-writes, s.Reads.Load()-reads; rows != 1 || writes != 3 || reads != 0 {
		t.Errorf("%d rows in %d statements and %d reads; want one between BEGIN and COMMIT, and no read", rows, writes, reads)
	}
}

// The bell is rung after the commit, with all of it, and once.
func TestTheBellRingsForWhatIsCommitted(t *testing.T) {
	t.Parallel()
	k := newHouse(t).start()
	var mu sync.Mutex
	var heard []string
	at := k.state().Head
	stop := k.bus.Watch(chat.Topic(k.id), func(s bus.Signal) {
		mu.Lock()
		defer mu.Unlock()
		entries := s.Payload.([]perch.Entry)
		if s.At != entries[len(entries)-1].Number || entries[0].Number != at+1 {
			k.Errorf("rung for %d with %d..%d, after %d", s.At, entries[0].Number, entries[len(entries)-1].Number, at)
		}
		at = s.At
		found := 0
		k.must(k.Entries(context.Background(), k.id, entries[0].Number, s.At, func(perch.Entry) error { found++; return nil }))
		if found != len(entries) {
			k.Errorf("rung for %d entries, and %d are committed", len(entries), found)
		}
		heard = append(heard, messages(entries)...)
	})
	defer stop()
	k.say(k.customer, "one")
	if err := k.try(func(t *chat.Turn) error { t.Prompt("never", perch.ToAll); return errors.New("no") }); err == nil {
		t.Error("a failed body is committed")
	}
	_, err := k.saying(k.customer, "two", "token")
	k.must(err)
	_, err = k.saying(k.customer, "two", "token")
	k.must(err)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() { k.say(k.customer, fmt.Sprint("n", i)) })
	}
	wg.Wait()
	slices.Sort(heard)
	if got := strings.Join(heard, " "); got != "n0 n1 n2 n3 n4 n5 n6 n7 one two" {
		t.Errorf("heard %q", got)
	}
	k.sound()
}

func TestDueRowsRingAndHooksRunAfterTheCommit(t *testing.T) {
	t.Parallel()
	k := newHouse(t).start()
	var order []string
	stop := k.bus.Watch(perch.TopicDue, func(s bus.Signal) { order = append(order, "due "+time.UnixMilli(s.At).UTC().Format(time.RFC3339)) })
	defer stop()
	stop2 := k.bus.Watch(chat.Topic(k.id), func(bus.Signal) { order = append(order, "bell") })
	defer stop2()
	k.on(func(t *chat.Turn) error {
		t.After(func() {
			if len(k.dues()) != 4 {
				k.Errorf("after runs before the commit: %v", k.dues())
			}
			order = append(order, "after")
		})
		t.Due("kind", "key", k.clock.Now().Add(time.Minute), []byte("x"))
		t.Prompt("y", perch.ToAll)
		return nil
	})
	if err := k.try(func(t *chat.Turn) error { t.After(func() { k.Error("after a failure") }); return errors.New("no") }); err == nil {
		t.Error("no error")
	}
	if want := []string{"after", "due 2026-05-01T08:01:00Z", "bell"}; !slices.Equal(order, want) {
		t.Errorf("the order is %q, want %q", order, want)
	}
	d := k.due("kind", "key")
	k.on(func(t *chat.Turn) error { t.Take(d); return nil })
	if err := k.try(func(t *chat.Turn) error { t.Take(d); t.Prompt("twice", perch.ToAll); return nil }); !errors.Is(err, chat.ErrTaken) {
		t.Errorf("taking it twice gives %v", err)
	}
	k.on(func(t *chat.Turn) error { t.DropDue("kind", "key"); return nil })
	k.sound()
}

func TestWaitingForAChatCanBeGivenUp(t *testing.T) {
	t.Parallel()
	k := newHouse(t).start()
	ctx, cancel := context.WithCancel(t.Context())
	k.on(func(*chat.Turn) error { // holds the chat
		cancel()
		err := k.On(ctx, k.id, func(*chat.Turn) error { k.Error("two turns at once"); return nil })
		if !errors.Is(err, context.Canceled) {
			k.Errorf("waiting ends with %v", err)
		}
		return nil
	})
}

func TestOnlyAListeningFlowIsWoken(t *testing.T) {
	t.Parallel()
	k := newHouse(t).start()
	k.connect(k.customer)
	a := k.agent("a1")
	woken := func() (message int64) {
		for _, d := range k.dues() {
			if d.Kind == chat.DueFlowReturned {
				if _, err := fmt.Sscanf(string(d.Body), `{"m":%d}`, &message); err != nil || d.Contact != k.id.First() {
					t.Errorf("the row is %+v, %v", d, err)
				}
			}
		}
		return message
	}
	k.say(k.customer, "nobody listens")
	k.on(func(t *chat.Turn) error {
		t.MoveFlow(perch.FlowMoved{State: []byte(`{"at":"wait"}`), Listening: true})
		return nil
	})
	k.say(a, "not the customer")
	if n := woken(); n != 0 {
		t.Errorf("woken by %d", n)
	}
	e := k.say(k.customer, "yes")
	if n := woken(); n != e.Number {
		t.Errorf("woken by %d, want %d", n, e.Number)
	}
	k.on(func(t *chat.Turn) error {
		t.Take(k.due(chat.DueFlowReturned, string(k.id)))
		t.MoveFlow(perch.FlowMoved{State: []byte(`{"at":"after"}`)})
		return nil
	})
	k.say(k.customer, "too late")
	if n := woken(); n != 0 {
		t.Errorf("woken by %d", n)
	}
	if f := string(k.state().Current().Flow); f != `{"at":"after"}` {
		t.Errorf("the flow stands at %s", f)
	}
	k.sound()
}
