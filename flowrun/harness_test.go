package flowrun_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/bus"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/clock"
	"github.com/perch-chat/perch/flowrun"
	"github.com/perch-chat/perch/outside"
	"github.com/perch-chat/perch/routing"
	"github.com/perch-chat/perch/schedule"
	"github.com/perch-chat/perch/staff"
	"github.com/perch-chat/perch/store"
	"github.com/perch-chat/perch/store/storetest"
	"github.com/perch-chat/perch/token"
	"github.com/perch-chat/perch/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is a data directory and the process that works on it, which may crash
// and be followed by another.
type world struct {
	t   *testing.T
	dir string
	*process
	instance perch.InstanceID
	queue    catalog.Queue
	agents   []catalog.User
	starts   int
	// functions are what flows may call.
	functions functions
	// bot is whom they talk with.
	bot func(context.Context, outside.Utterance) (outside.Reply, error)
	// identify is what the provider says of customers.
	identify func(t staff.Trip, code string) (staff.Identity, error)
	// processor is what messages go through.
	processor func(context.Context, outside.Call) (outside.Processed, error)

	mu      sync.Mutex
	log     bytes.Buffer
	commits int
	harm    harm
}

// process is what a crash takes away.
type process struct {
	store    *store.Store
	settings *catalog.Catalog
	chats    *chat.Chats
	router   *routing.Router
	flows    *flowrun.Runner
	wake     func() // an idle one; once
	stop     func()
	crashed  chan struct{}
	// idle processes have nothing that acts by itself: what is due is handled
	// when the test says so.
	idle bool
}

// harm is done to the n-th commit of a world, in place of it.
type harm func(p *process, n int, commit func() error) error

var errCrashed = errors.New("the process is no more")

// disk has the directories of this binary's tests.
var disk storetest.Disk

// story runs a test in a bubble, in a world where things happen by themselves.
func story(t *testing.T, tell func(*testing.T, *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { tell(t, newWorld(t, false)) })
}

// byHand runs a test in a bubble, in a world where nothing happens by itself.
func byHand(t *testing.T, tell func(*testing.T, *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { tell(t, newWorld(t, true)) })
}

func newWorld(t *testing.T, idle bool) *world {
	t.Helper()
	w := &world{t: t, dir: disk.Dir(t)}
	w.begin(idle)
	t.Cleanup(func() { w.stop() })
	w.found()
	return w
}

// become makes the world like another one, which must have stopped. All bubbles'
// clocks begin at the same time, so that this one's is set to after what happened
// there.
func (w *world) become(like *world) {
	w.t.Helper()
	w.dir, w.instance, w.queue, w.agents = w.t.TempDir(), like.instance, like.queue, like.agents
	w.must(os.CopyFS(w.dir, os.DirFS(like.dir)))
	<-time.After(time.Minute)
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// Write takes the log.
func (w *world) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.log.Write(p)
}

func (w *world) logged() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.log.String()
}

// committed is how many commits there have been.
func (w *world) committed() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.commits
}

// begin starts a process on the data directory.
func (w *world) begin(idle bool) {
	w.t.Helper()
	p := &process{crashed: make(chan struct{}), idle: idle}
	log := slog.New(slog.NewTextHandler(w, nil))
	ctx, cancel := context.WithCancel(context.Background())
	var err error
	p.store, err = store.Open(ctx, store.Options{Dir: w.dir, Fleeting: true, AroundCommit: func(commit func() error) error { return w.commit(p, commit) }})
	w.must(err)
	sealer, err := token.New(bytes.Repeat([]byte{7}, token.KeySize))
	w.must(err)
	bell := &bus.Memory{}
	p.settings = catalog.New(catalog.Options{Store: p.store, Sealer: sealer, Rand: rand.Reader})
	p.chats = chat.New(chat.Options{Store: p.store, Bus: bell, Now: time.Now, Rand: rand.Reader, Log: log,
		ContactClosed:   func(t *chat.Turn, c perch.Contact) { p.router.Closed(t, c) },
		ContactReturned: func(t *chat.Turn, c perch.Contact) { p.router.Returned(t, c) }})
	p.router = routing.New(routing.Options{Store: p.store, Chats: p.chats, Settings: p.settings, Bus: bell, Now: time.Now, Log: log})
	p.flows = flowrun.New(flowrun.Options{Chats: p.chats, Settings: p.settings, ARNs: wire.ARNs{Region: "us-east-1", Account: "000000000000"}, Figures: p.router.Figures, Rand: rand.Reader,
		Invoke: func(ctx context.Context, c outside.Call) ([]byte, error) { return w.functions.invoke(ctx, c) }, Log: log,
		Knows:     func(c outside.Call) bool { return c.Name != "unknown" },
		Process:   func(ctx context.Context, c outside.Call) (outside.Processed, error) { return w.processor(ctx, c) },
		Talk:      func(ctx context.Context, u outside.Utterance) (outside.Reply, error) { return w.bot(ctx, u) },
		ViewToken: func(_ perch.InstanceID, view string) (string, error) { return "token of " + view, nil },
		Provider:  provider, SignInAt: signInAt, Identify: func(_ context.Context, _ staff.Provider, t staff.Trip, code string) (staff.Identity, error) {
			return w.identify(t, code)
		},
		AuthenticationState: func(_ perch.InstanceID, session perch.SessionID, id string) (string, error) {
			return id + " of " + string(session), nil
		}})
	work := schedule.New(schedule.Options{Store: p.store, Bus: bell, Clock: clock.New(), Log: log, Handlers: p.handlers()})
	w.process = p // before anything can crash
	committing, halt := context.WithCancel(context.Background())
	var acting, ground sync.WaitGroup
	ground.Go(func() { w.report(p.store.Run(committing)) })
	p.wake = func() {
		p.idle = false
		acting.Go(func() { w.report(work.Run(ctx)) })
		acting.Go(func() { w.report(p.router.Run(ctx)) })
		acting.Go(func() { w.report(p.flows.Run(ctx)) })
	}
	if !idle {
		p.wake()
	}
	p.stop = sync.OnceFunc(func() {
		cancel()
		acting.Wait()
		halt()
		ground.Wait()
		w.report(p.store.Close())
	})
}

func (w *world) report(err error) {
	if err != nil {
		w.t.Error(err)
	}
}

func (p *process) handlers() map[string]schedule.Handler {
	all := map[string]schedule.Handler{chat.DueConnect: p.chats.ConnectExpired, chat.DueExpire: p.chats.ChatExpired,
		perch.DueEnqueue: p.router.Enqueue, perch.DueRequeue: p.router.Requeue, perch.DueReorder: p.router.Reorder, routing.DueOffer: p.router.OfferExpired}
	maps.Copy(all, p.flows.Handlers())
	return all
}

// commit counts commits, has the harm done to one of them, and lets nothing
// through after a crash.
func (w *world) commit(p *process, commit func() error) error {
	if p.dead() {
		return errCrashed
	}
	w.mu.Lock()
	w.commits++
	n, harm := w.commits, w.harm
	w.mu.Unlock()
	if harm == nil {
		return commit()
	}
	return harm(p, n, commit)
}

func (p *process) dead() bool {
	select {
	case <-p.crashed:
		return true
	default:
		return false
	}
}

// crash is the end of the process: nothing that it does from now on counts.
func (p *process) crash() {
	if !p.dead() {
		close(p.crashed)
	}
}

// restart follows a process by another one.
func (w *world) restart() {
	w.t.Helper()
	w.stop()
	w.begin(w.idle)
}

// elapse moves the clock on, and waits until everybody has done what there is
// to do by then. A process that crashes meanwhile is followed by another at once.
func (w *world) elapse(d time.Duration) {
	w.t.Helper()
	for end := time.Now().Add(d); ; {
		select {
		case <-w.crashed:
		case <-time.After(time.Until(end)):
		}
		synctest.Wait()
		if !w.dead() {
			return
		}
		w.restart()
	}
}

// do has a client do something, again if the process crashes meanwhile. The
// next process hears of that before it goes on by itself: after a flow has gone
// on to the end of the chat, nothing said is heard, not even a second time.
func (w *world) do(what func() error) {
	w.t.Helper()
	err := what()
	if w.dead() {
		idle := w.idle
		w.stop()
		w.begin(true)
		if err = what(); !idle {
			w.wake()
		}
	}
	w.must(err)
	w.elapse(time.Millisecond)
}

func (w *world) found() {
	w.t.Helper()
	ctx := context.Background()
	secrets := catalog.Secrets{TokenKeys: [][]byte{bytes.Repeat([]byte{7}, token.KeySize)}, AccessKeyID: "PERCHTEST", SecretAccessKey: "secret",
		Agents: []catalog.Login{{Username: "agent1", Password: "password"}, {Username: "agent2", Password: "password"}}}
	founded, err := w.settings.Found(ctx, catalog.Founding{At: time.Now(), Secrets: secrets,
		Credential: func(instance perch.InstanceID, user perch.UserID, username, _ string) (store.Write, error) {
			return store.InsertCredential(store.Credential{User: user, Instance: instance, Username: username, Hash: "none"}, nil), nil
		}})
	w.must(err)
	w.instance = founded.InstanceID
	w.agents, err = w.settings.Users(ctx, w.instance)
	w.must(err)
	w.queue, err = w.settings.QueueNamed(ctx, w.instance, "Basic queue")
	w.must(err)
}

// flow puts a flow, in which $name stands for the id of what has that name.
func (w *world) flow(name string, kind catalog.FlowType, content string, ids ...string) perch.FlowID {
	w.t.Helper()
	text := strings.NewReplacer(append([]string{"$queue", string(w.queue.ID)}, ids...)...).Replace(content)
	f, err := w.settings.PutFlow(context.Background(), w.instance, catalog.Flow{Name: name, Type: kind, Content: text})
	w.must(err)
	return f.ID
}

// inbound puts a flow that new chats may start in.
func (w *world) inbound(name, content string, ids ...string) perch.FlowID {
	w.t.Helper()
	return w.flow(name, catalog.FlowInbound, content, ids...)
}

// script is a flow of actions, of which the first begins.
func script(actions ...string) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(actions[0], `{"Identifier":"`), `"`)
	return fmt.Sprintf(`{"Version":"2019-10-30","StartAction":%q,"Actions":[%s]}`, first, strings.Join(actions, ","))
}

// action is an action with its parameters; branches are further members of its
// transitions.
func action(id, kind, parameters, next string, branches ...string) string {
	transitions := slices.Clone(branches)
	if next != "" {
		transitions = append(transitions, fmt.Sprintf(`"NextAction":%q`, next))
	}
	return fmt.Sprintf(`{"Identifier":%q,"Type":%q,"Parameters":%s,"Transitions":{%s}}`, id, kind, parameters, strings.Join(transitions, ","))
}

func say(id, text, next string) string {
	return action(id, "MessageParticipant", fmt.Sprintf(`{"Text":%q}`, text), next)
}

// fails are error branches: pairs of an error and where it leads.
func fails(pairs ...string) string {
	var all []string
	for i := 0; i < len(pairs); i += 2 {
		all = append(all, fmt.Sprintf(`{"ErrorType":%q,"NextAction":%q}`, pairs[i], pairs[i+1]))
	}
	return fmt.Sprintf(`"Errors":[%s]`, strings.Join(all, ","))
}

// when are conditions: pairs of a result and where it leads.
func when(pairs ...string) string {
	var all []string
	for i := 0; i < len(pairs); i += 2 {
		all = append(all, fmt.Sprintf(`{"NextAction":%q,"Condition":{"Operator":"Equals","Operands":[%q]}}`, pairs[i+1], pairs[i]))
	}
	return fmt.Sprintf(`"Conditions":[%s]`, strings.Join(all, ","))
}

// forever waits longer than a chat lasts; what follows it is named id-bye.
func forever(id string) string {
	return action(id, "Wait", `{"TimeLimitSeconds":"604800"}`, id+"-bye", when("WaitCompleted", id+"-bye"), fails("NoMatchingError", id+"-bye"))
}

func disconnect(id string) string { return action(id, "DisconnectParticipant", "{}", "") }

// talk is a chat and its customer.
type talk struct {
	w        *world
	id       perch.SessionID
	customer perch.ParticipantID
	said     int
}

// start starts a chat in a flow.
func (w *world) start(in chat.Start) *talk {
	w.t.Helper()
	w.starts++
	name := fmt.Sprint("start ", w.starts, " of ", in.Flow)
	in.Instance, in.DisplayName = w.instance, "Ada"
	in.Once = chat.Once{Instance: w.instance, Operation: "StartChatContact", ClientToken: name, Request: []byte(name)}
	var b chat.Begun
	w.do(func() (err error) {
		b, err = w.chats.Start(context.Background(), in)
		return err
	})
	return &talk{w: w, id: b.Session, customer: b.Participant}
}

// open starts a chat whose customer is there: the flow must not be over at once.
func (w *world) open(in chat.Start) *talk {
	w.t.Helper()
	k := w.start(in)
	k.turn(func(t *chat.Turn) error { return t.Connect(k.customer) })
	return k
}

// turn has somebody do something in the chat.
func (k *talk) turn(what func(*chat.Turn) error) {
	k.w.t.Helper()
	k.w.do(func() error { return k.w.chats.On(context.Background(), k.id, what) })
}

func (k *talk) say(text string) {
	k.w.t.Helper()
	k.said++
	s := chat.Saying{ContentType: "text/plain", Content: text, ClientToken: fmt.Sprint(k.said)}
	k.turn(func(t *chat.Turn) error {
		_, err := t.Say(k.customer, s)
		return err
	})
}

func (k *talk) state() *perch.Session {
	k.w.t.Helper()
	s, err := k.w.chats.Session(context.Background(), k.id)
	k.w.must(err)
	return s
}

// accept has an agent take the contact in force.
func (k *talk) accept(u catalog.User) perch.ContactID {
	k.w.t.Helper()
	contact := k.state().Current().ID
	k.w.do(func() error {
		_, err := k.w.router.Accept(context.Background(), u, contact)
		return err
	})
	return contact
}

// once has an agent do what a second try would find done.
func (k *talk) once(what func() error) {
	k.w.t.Helper()
	tries := 0
	k.w.do(func() error {
		tries++
		err := what()
		if tries > 1 && perch.KindOf(err) == perch.Conflict {
			return nil
		}
		return err
	})
}

// told is what the chat has come to, without ids and times: items, contacts,
// attributes and what is still due.
func (k *talk) told() (lines []string) {
	w := k.w
	w.t.Helper()
	s := k.state()
	number := map[perch.ContactID]int{}
	for i, c := range s.Contacts {
		number[c.ID] = i + 1
	}
	w.must(w.chats.Entries(context.Background(), k.id, 1, s.Head, func(e perch.Entry) error {
		if it, ok := wire.ItemOf("", e, false); ok {
			lines = append(lines, fmt.Sprintf("C%d %s %s%s", number[e.Contact], it.ParticipantRole, it.Content,
				strings.TrimPrefix(it.ContentType, "application/vnd.amazonaws.connect.event.")))
		}
		return nil
	}))
	for i, c := range s.Contacts {
		lines = append(lines, fmt.Sprintf("C%d method %s, reason %s, queued %v, agent %v, closed %v, continues %v", i+1, c.Method, c.Reason,
			!c.Enqueued.IsZero(), c.Agent != "", !c.Closed.IsZero(), s.Link != nil))
	}
	attributes, err := w.chats.Attributes(context.Background(), k.id)
	w.must(err)
	for _, key := range slices.Sorted(maps.Keys(attributes)) {
		lines = append(lines, fmt.Sprintf("%s = %s, origin %d", key, attributes[key].Value, attributes[key].Origin))
	}
	due, err := w.store.DueBy(context.Background(), store.AllBuckets(), time.Now().Add(10_000*time.Hour), 1000)
	w.must(err)
	var kinds []string
	for _, d := range due {
		if d.Session == k.id {
			kinds = append(kinds, d.Kind)
		}
	}
	slices.Sort(kinds)
	return append(lines, fmt.Sprint("still due: ", kinds))
}

// texts are the messages of the flows.
func (k *talk) texts() (said []string) {
	k.w.t.Helper()
	k.w.must(k.w.chats.Entries(context.Background(), k.id, 1, k.state().Head, func(e perch.Entry) error {
		if m, ok := e.Body.(perch.Message); ok && m.Role == perch.System {
			said = append(said, m.Content)
		}
		return nil
	}))
	return said
}

// due is the row of a kind that is due for the chat.
func (k *talk) due(kind string) (of perch.Due) {
	k.w.t.Helper()
	all, err := k.w.store.DueBy(context.Background(), store.AllBuckets(), time.Now().Add(1000*time.Hour), 1000)
	k.w.must(err)
	for _, d := range all {
		if d.Session == k.id && d.Kind == kind {
			return d
		}
	}
	k.w.t.Fatalf("no %s is due in %v", kind, all)
	return of
}

// handle has the row of a kind dealt with.
func (k *talk) handle(kind string) {
	k.w.t.Helper()
	k.w.must(k.w.handlers()[kind](context.Background(), k.due(kind)))
}

func (k *talk) wantTexts(want ...string) {
	k.w.t.Helper()
	if got := k.texts(); !slices.Equal(got, want) {
		k.w.t.Errorf("the flow says %q, want %q", got, want)
	}
}
