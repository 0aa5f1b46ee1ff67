package chat_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/blob"
	"github.com/perch-chat/perch/bus"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/segment"
	"github.com/perch-chat/perch/store"
	"github.com/perch-chat/perch/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const instance = perch.InstanceID("instance")

// clock is a time that stands still until it is moved.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) move(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(by)
}

// house is conversations on a disk of their own.
type house struct {
	rapid.TB
	*chat.Chats
	store *store.Store
	bus   *bus.Memory
	clock *clock
	files blob.Store
	dir   string
	opts  chat.Options
	cold  bool // chats are moved into files as soon as they have ended
}

// disk has the directories of this binary's tests.
var disk storetest.Disk

// newHouse opens a store in a new directory and starts its committer; both end
// with the test. Unless it is told to, it does not wait for the disk: no test
// here cuts the power.
func newHouse(t *testing.T, set ...func(*store.Options)) *house {
	t.Helper()
	opts := store.Options{Dir: disk.Dir(t), Fleeting: true, Log: slog.New(slog.DiscardHandler)}
	engine(t, &opts)
	for _, f := range set {
		f(&opts)
	}
	s, err := store.Open(context.Background(), opts)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("the committer: %v", err)
		}
		if err := s.Close(); err != nil {
			t.Errorf("closing: %v", err)
		}
	})
	return onStore(t, s, opts.Dir)
}

// onStore is conversations on a store that somebody else runs, with files in a
// directory.
func onStore(t rapid.TB, s *store.Store, dir string) *house {
	t.Helper()
	h := &house{TB: t, store: s, bus: &bus.Memory{}, clock: &clock{at: time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)}, dir: dir, cold: strings.HasPrefix(t.Name(), "TestCold/")}
	h.opts = chat.Options{Store: s, Bus: h.bus, Now: h.clock.Now, Rand: rand.Reader, Log: slog.New(slog.DiscardHandler)}
	h.keepIn(filepath.Join(dir, "files"))
	return h
}

// keepIn has cold chats kept in another place: a directory, or a bucket.
func (h *house) keepIn(place string) {
	h.Helper()
	var err error
	h.files, err = blob.Open(context.Background(), place)
	h.must(err)
	h.opts.Cold, err = segment.New(h.files, 1<<20)
	h.must(err)
	h.Chats = chat.New(h.opts)
}

// restarted is the same data in a process that has just begun.
func (h *house) restarted() *house {
	again := *h
	again.Chats = chat.New(h.opts)
	return &again
}

// failing is the same house failing another test: a subtest, or a drawn case.
func (h *house) failing(t rapid.TB) *house {
	again := *h
	again.TB = t
	return &again
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// refused checks that an error is of a kind.
func (h *house) refused(err error, want perch.ErrorKind) {
	h.Helper()
	if err == nil || perch.KindOf(err) != want {
		h.Errorf("the error is %v, want one of kind %d", err, want)
	}
}

// talk is a chat and its customer.
type talk struct {
	*house
	id       perch.SessionID
	customer perch.ParticipantID
	begun    chat.Begun
}

// starting is a start with what every test needs.
func starting(set ...func(*chat.Start)) chat.Start {
	in := chat.Start{Instance: instance, Flow: "inbound", DisplayName: "Customer"}
	for _, f := range set {
		f(&in)
	}
	return in
}

func (h *house) start(set ...func(*chat.Start)) talk {
	h.Helper()
	b, err := h.Start(context.Background(), starting(set...))
	h.must(err)
	return talk{h, b.Session, b.Participant, b}
}

// continuing starts a chat with a past that a signed call names.
func continuing(kind perch.RehydrationType, source perch.ContactID) func(*chat.Start) {
	return func(in *chat.Start) { in.Past = &chat.Past{Type: kind, Source: source, Origin: perch.FromSigV4} }
}

func (k talk) in(h *house) talk { k.house = h; return k }

// on runs a turn that must come through.
func (k talk) on(body func(*chat.Turn) error) {
	k.Helper()
	k.must(k.try(body))
}

func (k talk) try(body func(*chat.Turn) error) error {
	k.Helper()
	err := k.On(context.Background(), k.id, body)
	if err == nil && k.cold && k.state().Ended {
		k.freeze()
	}
	return err
}

// freeze moves the chat into a file.
func (k talk) freeze() {
	k.Helper()
	k.must(k.Freeze(context.Background(), k.id))
}

func (k talk) state() *perch.Session {
	k.Helper()
	s, err := k.Session(context.Background(), k.id)
	k.must(err)
	return s
}

func (k talk) say(who perch.ParticipantID, text string) (e perch.Entry) {
	k.Helper()
	e, err := k.saying(who, text, "")
	k.must(err)
	return e
}

func (k talk) saying(who perch.ParticipantID, text, token string) (e perch.Entry, err error) {
	err = k.try(func(t *chat.Turn) (err error) {
		e, err = t.Say(who, chat.Saying{ContentType: "text/plain", Content: text, ClientToken: token})
		return err
	})
	return e, err
}

func (k talk) connect(who perch.ParticipantID) {
	k.Helper()
	k.on(func(t *chat.Turn) error { return t.Connect(who) })
}

// agent brings in somebody who works here.
func (k talk) agent(user perch.UserID) (id perch.ParticipantID) {
	return k.join(perch.Who{Name: string(user), Role: perch.Agent}, user)
}

func (k talk) join(who perch.Who, user perch.UserID) (id perch.ParticipantID) {
	k.Helper()
	k.on(func(t *chat.Turn) (err error) {
		if id, err = t.Invite(who, user); err != nil {
			return err
		}
		return t.Connect(id)
	})
	return id
}

func (k talk) leave(who perch.ParticipantID) {
	k.Helper()
	k.on(func(t *chat.Turn) error { return t.Leave(who) })
}

func (k talk) transfer(who perch.ParticipantID) (next perch.ContactID) {
	k.Helper()
	k.on(func(t *chat.Turn) (err error) {
		next, err = t.Transfer(who, chat.FlowCall{Flow: "transfer"})
		return err
	})
	return next
}

func (k talk) end() {
	k.Helper()
	k.on(func(t *chat.Turn) error { return t.End(perch.Stopped) })
}

// hook asks for a survey.
func (k talk) hook() {
	k.Helper()
	k.on(func(t *chat.Turn) error { t.Hook(perch.CustomerRemaining, "survey"); return nil })
}

// log is all entries of the chat.
func (k talk) log() (all []perch.Entry) {
	k.Helper()
	k.must(k.Entries(context.Background(), k.id, 1, 1<<62, func(e perch.Entry) error { all = append(all, e); return nil }))
	return all
}

// sound checks that the log is what a log has to be and that every way to the
// state leads to the same: at hand, from the checkpoint, and from all entries.
func (k talk) sound() {
	k.Helper()
	all := k.log()
	whole := &perch.Session{ID: k.id}
	for i, e := range all {
		if e.Number != int64(i)+1 {
			k.Fatalf("number %d stands where %d belongs", e.Number, i+1)
		}
		if i > 0 && !e.Time.After(all[i-1].Time) {
			k.Errorf("number %d has the time %v, the one before %v", e.Number, e.Time, all[i-1].Time)
		}
		if e.Kind == perch.KindEnded && i != len(all)-1 {
			k.Errorf("the chat ends at %d, and %d entries follow", e.Number, len(all)-1-i)
		}
		whole.Apply(e)
		if whole.Current().ID != e.Contact && e.Kind != perch.KindStarted {
			k.Errorf("number %d is stamped %s while %s is in force", e.Number, e.Contact, whole.Current().ID)
		}
	}
	whole.Settle()
	want := asJSON(k, whole)
	if got := asJSON(k, k.state()); got != want {
		k.Errorf("the state at hand is not that of the log:\n%s", cmp.Diff(want, got))
	}
	if got := asJSON(k, k.in(k.restarted()).state()); got != want {
		k.Errorf("the state of a checkpoint and its tail is not that of the log:\n%s", cmp.Diff(want, got))
	}
}

func asJSON(t rapid.TB, v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// dues are the timers and hand-overs of the chat, by kind and key.
func (k talk) dues() map[string]perch.Due {
	k.Helper()
	all, err := k.store.DueBy(context.Background(), store.AllBuckets(), k.clock.Now().Add(1000*time.Hour), 10_000)
	k.must(err)
	mine := map[string]perch.Due{}
	for _, d := range all {
		if d.Session == k.id {
			mine[d.Kind+"/"+d.Key] = d
		}
	}
	return mine
}

func (k talk) due(kind, key string) perch.Due {
	k.Helper()
	d, ok := k.dues()[kind+"/"+key]
	if !ok {
		k.Fatalf("no due row %s of %q", kind, key)
	}
	return d
}

// kinds are those of some entries.
func kinds(entries []perch.Entry) (out []perch.Kind) {
	for _, e := range entries {
		out = append(out, e.Kind)
	}
	return out
}

// messages are the texts among some entries.
func messages(entries []perch.Entry) (out []string) {
	for _, e := range entries {
		if m, ok := e.Body.(perch.Message); ok {
			out = append(out, m.Content)
		}
	}
	return out
}
