package chat_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/bus"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/store"
)

var errDisk = errors.New("the disk says no")

// faults stand between the committer and its commits.
type faults struct {
	commits atomic.Int64
	// at decides about the commit of a number, counted from 1.
	at func(n int64, commit func() error) error
}

func (f *faults) around(opts *store.Options) {
	opts.AroundCommit = func(commit func() error) error {
		n := f.commits.Add(1)
		if f.at == nil {
			return commit()
		}
		return f.at(n, commit)
	}
}

// ways are those in which a commit can fail.
var ways = map[string]func(commit func() error) error{
	"not done": func(func() error) error { return errDisk },
	"done but reported failed": func(commit func() error) error {
		if err := commit(); err != nil {
			return err
		}
		return errDisk
	},
}

// script plays one of everything that is written, and gives the chats it made.
// No step of it may fail. tag keeps the tokens of several runs apart.
func (h *house) script(tag string) []talk {
	ctx := context.Background()
	h.clock.move(time.Minute)
	started := starting(with(attr(perch.FromSigV4, "k", "v")), func(in *chat.Start) {
		in.CustomerID, in.Verified, in.Once = "ann", true, once("Start", tag+"a", "r")
		in.Initial = &chat.Saying{ContentType: "text/plain", Content: "initial"}
	})
	b, err := h.Start(ctx, started)
	h.must(err)
	if again, err := h.Start(ctx, started); err != nil || again != b {
		h.Errorf("started again: %+v, %v; want %+v", again, err, b)
	}
	a := talk{h, b.Session, b.Participant, b}
	a.hook()
	a.connect(a.customer)
	e, err := a.saying(a.customer, "hello", "token")
	h.must(err)
	if again, err := a.saying(a.customer, "hello", "token"); err != nil || again.Number != e.Number {
		h.Errorf("said again: %+v, %v", again, err)
	}
	a1 := a.agent("a1")
	_, err = h.Confirm(ctx, a.state(), a1, a.idOf(e), false)
	h.must(err)
	h.clock.move(time.Second)
	_, err = h.Confirm(ctx, a.state(), a1, a.idOf(e), true)
	h.must(err)
	c2 := a.transfer(a1)
	a2 := a.agent("a2")
	h.must(a.set(attr(perch.FromAgent, "note", "kind")))
	a.say(a2, "hello again")
	a.leave(a2)
	a.on(func(t *chat.Turn) error {
		t.Prompt("how was it?", perch.ToAll)
		t.MoveFlow(perch.FlowMoved{State: []byte(`{"at":1}`), Listening: true})
		return nil
	})
	a.say(a.customer, "5")
	a.process("censor", true)
	held, err := a.saying(a.customer, "held", "held")
	h.must(err)
	if again, err := a.saying(a.customer, "held", "held"); err != nil || again.Number != held.Number {
		h.Errorf("held again: %+v, %v", again, err)
	}
	rejected := a.say(a.customer, "rejected")
	a.deliver(held, chat.Processed{ContentType: "text/plain", Content: "processed"})
	a.deliver(rejected, chat.Processed{Status: perch.MessageRejected})
	a.say(a.customer, "held at the end")
	a.on(func(t *chat.Turn) error { return t.End(perch.FlowDisconnect) })
	a.on(func(t *chat.Turn) error { t.StartWork(c2); return nil })
	h.must(a.set(attr(perch.FromAgent, "after", "the end")))
	a.on(func(t *chat.Turn) error { t.EndWork(c2); return nil })

	second := starting(continuing(perch.FromSegment, c2), func(in *chat.Start) { in.Once = once("Start", tag+"b", "r") })
	b, err = h.Start(ctx, second)
	h.must(err)
	if again, err := h.Start(ctx, second); err != nil || again != b || b.ContinuedFrom != c2 {
		h.Errorf("started again: %+v, %v; want %+v", again, err, b)
	}
	k := talk{h, b.Session, b.Participant, b}
	k.connect(k.customer)
	h.must(h.ChatExpired(ctx, k.due(chat.DueExpire, "")))
	c := h.start()
	for range 2 {
		from, err := h.Associate(ctx, c.id, chat.Past{Type: perch.EntirePastSession, Source: k.id.First(), Origin: perch.FromSigV4}, once("Associate", tag, "r"))
		if err != nil || from != k.id.First() {
			h.Errorf("associated with %q, %v", from, err)
		}
	}
	h.must(h.ConnectExpired(ctx, c.due(chat.DueConnect, "")))
	return []talk{a, k, c}
}

var anyID = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}`)

// told is everything that is stored about some chats, with ids replaced by the
// order in which they appear, and what is random left out.
func (h *house) told(talks []talk) string {
	ctx := context.Background()
	names := map[string]string{}
	name := func(s string) string {
		return anyID.ReplaceAllStringFunc(s, func(id string) string {
			if names[id] == "" {
				names[id] = fmt.Sprint("#", len(names)+1)
			}
			return names[id]
		})
	}
	var out []string
	add := func(what string, v any, err error) {
		h.must(err)
		out = append(out, name(what+" "+asJSON(h, v)))
	}
	for _, k := range talks {
		k = k.in(h)
		for _, e := range k.log() {
			token := e.Token != 0
			e.Turn, e.Token = 0, 0
			add(fmt.Sprint("entry, token ", token), e, nil)
		}
		s := *k.state()
		s.Seen = nil
		add("state", s, nil)
		// Not their version: rows of an ended chat that are written twice count twice.
		attributes, _, err := h.store.Attributes(ctx, k.id)
		add("attributes", attributes, err)
		l, err := h.store.Link(ctx, k.id)
		add("link", l, err)
		r, err := h.store.Receipts(ctx, k.id, 1, 1000)
		add("receipts", r, err)
		w, err := h.store.Work(ctx, k.id)
		add("work", len(w), err)
		for _, c := range s.Contacts {
			add("work of a contact", w[c.ID], nil)
		}
		var due []string
		for _, d := range k.dues() {
			due = append(due, name("due "+asJSON(h, d)))
		}
		slices.Sort(due)
		out = append(out, due...)
	}
	return strings.Join(out, "\n")
}

// Whichever commit fails, and in whichever way, what comes of the story is what
// would have come of it, and nobody is told otherwise.
func TestAnyCommitMayFailInBothWays(t *testing.T) {
	t.Parallel()
	for way, fail := range ways {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			f := &faults{}
			h := newHouse(t, f.around)
			begin := h.clock.Now()
			run := func(tag string) string {
				f.commits.Store(0)
				h.clock.move(begin.Sub(h.clock.Now()))
				talks := h.script(tag)
				for _, k := range talks {
					k.sound()
				}
				return h.told(talks)
			}
			want := run("undisturbed")
			commits := f.commits.Load()
			if commits < 20 {
				t.Fatalf("the story has %d commits", commits)
			}
			for n := int64(1); n <= commits; n++ {
				failed := false
				f.at = func(m int64, commit func() error) error {
					if m != n {
						return commit()
					}
					failed = true
					return fail(commit)
				}
				if diff := cmp.Diff(want, run(fmt.Sprint(way, n))); diff != "" {
					t.Fatalf("commit %d of %d fails (-undisturbed +got):\n%s", n, commits, diff)
				}
				if !failed {
					t.Fatalf("commit %d of %d has not failed", n, commits)
				}
			}
		})
	}
}

// One half of all commits fails, in either way: a message that was answered is
// there once, one that was refused is not.
func TestMessagesAreThereOnceWhateverFails(t *testing.T) {
	t.Parallel()
	f := &faults{}
	h := newHouse(t, f.around)
	k := h.start()
	k.connect(k.customer)
	f.at = func(n int64, commit func() error) error {
		switch n % 4 {
		case 1:
			return ways["not done"](commit)
		case 2:
			return ways["done but reported failed"](commit)
		}
		return commit()
	}
	var rung []string
	stop := k.bus.Watch(chat.Topic(k.id), func(s bus.Signal) { rung = append(rung, messages(s.Payload.([]perch.Entry))...) })
	defer stop()
	var want []string
	for n := range 40 {
		text := fmt.Sprint(n)
		e, err := k.saying(k.customer, text, text)
		k.must(err)
		want = append(want, text)
		if log := k.log(); log[e.Number-1].Body.(perch.Message).Content != text {
			t.Errorf("message %d is not at %d", n, e.Number)
		}
	}
	if diff := cmp.Diff(want, messages(k.log())); diff != "" {
		t.Errorf("the log (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, rung); diff != "" {
		t.Errorf("the bell (-want +got):\n%s", diff)
	}
	k.sound()
}

// Two processes write to one chat while commits fail: a turn that was not done
// may find that the other has taken its number meanwhile.
func TestManySpeakWhileCommitsFail(t *testing.T) {
	t.Parallel()
	f := &faults{}
	h := newHouse(t, f.around)
	k := h.start()
	k.connect(k.customer)
	f.at = func(n int64, commit func() error) error {
		switch n % 5 {
		case 0, 2:
			return ways["not done"](commit)
		case 1:
			return ways["done but reported failed"](commit)
		}
		return commit()
	}
	const speakers, each = 8, 12
	var wg sync.WaitGroup
	processes := []talk{k, k.in(h.restarted()), k.in(h.restarted())}
	for i := range speakers {
		k := processes[i%len(processes)]
		wg.Go(func() {
			for n := range each {
				e, err := k.saying(k.customer, fmt.Sprint(i, "/", n), "")
				if err != nil {
					k.Errorf("speaker %d: %v", i, err)
				} else if got := e.Body.(perch.Message).Content; got != fmt.Sprint(i, "/", n) {
					k.Errorf("speaker %d said %q", i, got)
				}
			}
		})
	}
	wg.Wait()
	times := map[string]int{}
	for _, text := range messages(k.log()) {
		times[text]++
	}
	for i := range speakers {
		for n := range each {
			if got := times[fmt.Sprint(i, "/", n)]; got != 1 {
				t.Errorf("message %d of speaker %d is there %d times", n, i, got)
			}
		}
	}
	k.say(k.customer, "catching up")
	k.sound()
}

// A turn that was not done and is handed over again may find that a row of it,
// though not its number, has moved on: then its body has to run again.
func TestATurnWhoseRowsMoveOnMeanwhileRunsAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &faults{}
		h := newHouse(t, f.around)
		past := h.start()
		past.end()
		k := h.start(continuing(perch.FromSegment, past.id.First()))
		first := f.commits.Load() + 1
		done := make(chan error, 1)
		f.at = func(n int64, commit func() error) error {
			if n != first {
				return commit()
			}
			go func() { done <- past.set(attr(perch.FromAgent, "theirs", "1")) }()
			synctest.Wait() // it is next in the queue
			return errDisk
		}
		k.on(func(t *chat.Turn) error {
			t.Prompt("hello", perch.ToAll)
			return t.SetRelatedAttributes(attr(perch.FromFlow, "ours", "2"))
		})
		k.must(<-done)
		if a := past.attributes(); len(a) != 2 || len(messages(k.log())) != 1 {
			t.Errorf("attributes %v, messages %q", a, messages(k.log()))
		}
		if n := f.commits.Load() - first; n > 4 {
			t.Errorf("it took %d more commits", n)
		}
		k.sound()
	})
}

// Work that has become due with the end of a chat is found as soon as that is
// committed, and asks for the chat before whoever has ended it has the answer.
func TestWhoFindsARowOfACommitIsShownTheStateThatCameWithIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &faults{}
		h := newHouse(t, f.around)
		k := h.start()
		k.connect(k.customer)
		shown := make(chan *perch.Session, 1)
		f.at = func(_ int64, commit func() error) error {
			err := commit()
			go func() {
				s, err := h.Session(context.Background(), k.id)
				if err != nil {
					t.Error(err)
				}
				shown <- s
			}()
			synctest.Wait() // it has looked, or waits
			return err
		}
		k.on(func(t *chat.Turn) error { return t.End(perch.Expired) })
		if s := <-shown; !s.Ended {
			t.Error("the chat is shown as it was before")
		}
	})
}

func TestADiskThatNeverConfirms(t *testing.T) {
	t.Parallel()
	for way, fail := range ways {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			f := &faults{}
			h := newHouse(t, f.around)
			k := h.start()
			k.connect(k.customer)
			f.at = func(_ int64, commit func() error) error { return fail(commit) }
			e, err := k.saying(k.customer, "hello", "token")
			got := messages(k.log())
			switch way {
			case "not done":
				if perch.KindOf(err) != perch.Internal || !errors.Is(err, errDisk) || len(got) != 0 {
					t.Errorf("the error is %v, the log has %q", err, got)
				}
			default:
				if err != nil || len(got) != 1 {
					t.Errorf("the error is %v, the log has %q", err, got)
				}
			}
			f.at = nil
			again, err := k.saying(k.customer, "hello", "token")
			if err != nil || len(messages(k.log())) != 1 || e.Number != 0 && e.Number != again.Number {
				t.Errorf("after the repair: %+v, %v, the log has %q", again, err, messages(k.log()))
			}
			k.sound()
		})
	}
}

// Who asked may be gone by the time a commit fails. What was done is announced
// to the others; what was not is not tried again.
func TestACallerWhoIsGoneLeavesNoDoubt(t *testing.T) {
	t.Parallel()
	for way, fail := range ways {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			f := &faults{}
			h := newHouse(t, f.around)
			k := h.start()
			k.connect(k.customer)
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			f.at = func(_ int64, commit func() error) error { cancel(); return fail(commit) }
			rung := 0
			stop := k.bus.Watch(chat.Topic(k.id), func(bus.Signal) { rung++ })
			defer stop()
			err := k.On(ctx, k.id, func(t *chat.Turn) error {
				_, err := t.Say(k.customer, chat.Saying{ContentType: "text/plain", Content: "hello"})
				return err
			})
			f.at = nil
			there := len(messages(k.log()))
			if done := way != "not done"; (err == nil) != done || (there == 1) != done || (rung == 1) != done {
				t.Errorf("error %v, %d in the log, rung %d times", err, there, rung)
			}
			k.sound()
		})
	}
}

// Rows alone leave no trace in the log. Where writing them again finds the way
// barred, perhaps by themselves, nobody is told that another was first.
func TestRowsOfUnknownOutcomeAreNotCalledLost(t *testing.T) {
	t.Parallel()
	for way, fail := range ways {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			f := &faults{}
			h := newHouse(t, f.around)
			k := h.start()
			d := k.due(chat.DueConnect, "")
			first := f.commits.Load() + 1
			f.at = func(n int64, commit func() error) error {
				if n == first {
					return fail(commit)
				}
				return commit()
			}
			err := k.try(func(t *chat.Turn) error { t.Take(d); return nil })
			if way == "not done" && err != nil || way != "not done" && (err == nil || perch.KindOf(err) != perch.Internal) {
				t.Errorf("the error is %v", err)
			}
			if _, left := k.dues()[chat.DueConnect+"/"]; left {
				t.Error("the row is still there")
			}
		})
	}
}
