// Package serve is one perch process: what it is made of, the order in which
// its parts start, and the order in which they stop.
package serve

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/api"
	"github.com/perch-chat/perch/archive"
	"github.com/perch-chat/perch/bus"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/clock"
	"github.com/perch-chat/perch/flowrun"
	"github.com/perch-chat/perch/live"
	"github.com/perch-chat/perch/outside"
	"github.com/perch-chat/perch/routing"
	"github.com/perch-chat/perch/schedule"
	"github.com/perch-chat/perch/search"
	"github.com/perch-chat/perch/segment"
	"github.com/perch-chat/perch/staff"
	"github.com/perch-chat/perch/store"
	"github.com/perch-chat/perch/token"
	"github.com/perch-chat/perch/web"
	"github.com/perch-chat/perch/wire"
)

// drainFor is how long requests that have been accepted may take to finish
// after the process was told to stop.
const drainFor = 30 * time.Second

// coldCache is how many bytes of the logs in files are kept at hand.
const coldCache = 64 << 20

// scanURLFor is how long a file can be read by who looks through it: longer than
// that may take.
const scanURLFor = 2 * time.Minute

// Options of a process.
type Options struct {
	// Dir is the data directory; it is made if need be.
	Dir string
	// Store is the URL of a PostgreSQL database; SQLite in Dir if empty. Several
	// processes may use one, each with a directory of its own that holds the
	// same secrets.
	Store string
	// Listener takes requests. Without one, use Started.Handler: tests do.
	Listener net.Listener
	// Certificate makes the listener speak TLS; nil is plain HTTP.
	Certificate *Certificate
	// PublicURL is the address at which clients reach this process.
	PublicURL string
	// Region and Account appear in ARNs.
	Region, Account string
	// Files is the place for files, see blob.Open; the directory files in Dir if
	// empty. Buckets are further ones, by name, that instances may be set up with.
	Files   string
	Buckets map[string]string
	// ColdAfter is how long a chat has ended when its log moves out of the database
	// into a file; 0 is never.
	ColdAfter time.Duration
	// SignIn are the providers with which people sign in.
	SignIn SignIn
	// Outside is what flows may call; see Outside for what an operator gives.
	Outside outside.Options
	// Demo lets pages ask for past chats unsigned. For trying out only.
	Demo bool
	// StartsPerMinute limits the start endpoint for each address; 0 is no limit.
	StartsPerMinute int
	// Limits is what each instance may use; see Limits for what an operator gives.
	Limits api.Limits
	// RequestWithin is how long a request may take to arrive, body and all; a
	// minute if zero.
	RequestWithin time.Duration
	// AgentGoneAfter is how long an agent's page may be gone before the agent is
	// offline; 0 is for ever.
	AgentGoneAfter time.Duration
	// LastAgentFor is how long a chat that continues another waits for the agent of
	// that one alone, where it does not say so itself; 0 is not at all.
	LastAgentFor time.Duration
	// PasswordCost is what a password's hash takes; staff.DefaultCost if zero.
	PasswordCost staff.Cost

	// Clock is what time it is; that of the machine if nil.
	Clock *clock.Clock
	Rand  io.Reader // crypto/rand if nil
	Log   *slog.Logger
	// Bus is one within the process if nil, which looks now and then for what
	// other processes have written where there may be some.
	Bus bus.Bus
	// reading says that the data belongs to another process.
	reading bool
	// AroundCommit is for tests, see store.Options.
	AroundCommit func(commit func() error) error
	// Fleeting says that the data goes with the process: nothing waits for the disk.
	Fleeting bool
	// Mischief is what perch try does to its clients; nil in a process that serves.
	Mischief *Mischief
}

// Mischief makes things go wrong, so that one sees how clients take it. Its
// functions may be called by several at once.
type Mischief struct {
	// TokensFrom is a time of the machine: connection tokens given out before it
	// do not hold.
	TokensFrom func() time.Time
	// LoseFrame tells that what a socket is about to be sent is lost.
	LoseFrame func() bool
	// CallFails is what a call of a function or a bot fails with, without being made.
	CallFails func(name string) error
}

// Started is a process that answers requests.
type Started struct {
	catalog.Founded
	Handler  http.Handler
	Endpoint string // the public address
	DataDir  string
	// Settle waits until nothing is due any more by the clock of Options, and Move
	// sets that clock forward, stopping where something is due and waiting until it
	// is done. Both are for trying out; only one may be under way.
	Settle func(context.Context) error                   `json:"-"`
	Move   func(ctx context.Context, to time.Time) error `json:"-"`
	// Next is when the next thing is due, if anything is.
	Next func(context.Context) (at time.Time, found bool, err error) `json:"-"`
	// Cut closes all sockets without a word, as a lost connection does, and tells
	// how many there were.
	Cut func() int `json:"-"`
}

// Run runs a process until ctx is done and then stops it: no request that was
// accepted is cut. started is called once everything answers.
func Run(ctx context.Context, o Options, started func(Started)) error {
	if err := o.defaults(); err != nil {
		return err
	}
	release, err := claim(o.Dir)
	if errors.Is(err, ErrInUse) {
		return fmt.Errorf("%w: stop that one, or choose another directory with --data", err)
	}
	if err != nil {
		return err
	}
	defer release()
	var fatal atomic.Pointer[error]
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	st, err := openStore(ctx, o, func(err error) {
		fatal.CompareAndSwap(nil, &err)
		stop()
	})
	if err != nil {
		return err
	}
	err = run(ctx, o, st, started)
	if f := fatal.Load(); f != nil {
		err = errors.Join(*f, err)
	}
	return errors.Join(err, st.Close())
}

func openStore(ctx context.Context, o Options, fatal func(error)) (*store.Store, error) {
	return store.Open(ctx, store.Options{Dir: o.Dir, URL: o.Store, Reading: o.reading, Log: o.Log, Fleeting: o.Fleeting, AroundCommit: o.AroundCommit, Fatal: fatal})
}

func (o *Options) defaults() error {
	o.fill()
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return fmt.Errorf("making the data directory: %w", err)
	}
	return nil
}

func (o *Options) fill() {
	if o.Clock == nil {
		o.Clock = clock.New()
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	if o.RequestWithin == 0 {
		o.RequestWithin = time.Minute
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
}

// run starts the parts from the ground up and stops them from the top down.
func run(ctx context.Context, o Options, st *store.Store, started func(Started)) error {
	var ground, work, doors group
	ground.run(context.WithoutCancel(ctx), st.Run)
	defer ground.stop()
	p, err := assemble(ctx, o, st)
	if err != nil {
		return err
	}
	for _, f := range p.shared {
		work.run(context.WithoutCancel(ctx), f)
	}
	work.run(context.WithoutCancel(ctx), p.archive.Run)
	work.run(context.WithoutCancel(ctx), p.schedule.Run)
	work.run(context.WithoutCancel(ctx), p.router.Run)
	work.run(context.WithoutCancel(ctx), p.flows.Run)
	work.run(context.WithoutCancel(ctx), p.outside.Run)
	work.run(context.WithoutCancel(ctx), p.chats.Run)
	work.run(context.WithoutCancel(ctx), p.freezer.Run)
	work.run(context.WithoutCancel(ctx), p.search.Run)
	defer work.stop()
	doors.run(context.WithoutCancel(ctx), p.live.Run)
	defer doors.stop()
	m := mover{p, o}
	out := Started{Founded: p.founded, Handler: p.handler, Endpoint: o.PublicURL, DataDir: o.Dir, Settle: m.settle, Move: m.move, Next: p.schedule.Next, Cut: p.live.Cut}
	err = p.listen(ctx, o, func() { started(out) })
	return errors.Join(err, doors.stop(), work.stop(), ground.stop())
}

func (p *parts) listen(ctx context.Context, o Options, started func()) error {
	defer p.ready.Store(false)
	if o.Listener == nil {
		started()
		<-ctx.Done()
		return nil
	}
	unready := context.AfterFunc(ctx, func() { p.ready.Store(false) })
	defer unready()
	return Listen(ctx, o, p.handler, started)
}

// Listen takes requests at the listener of options, which have what a process
// has been started with, until ctx is done, and finishes those it has taken.
func Listen(ctx context.Context, o Options, h http.Handler, started func()) error {
	o.fill()
	server := &http.Server{Handler: h, ReadHeaderTimeout: min(10*time.Second, o.RequestWithin), ReadTimeout: o.RequestWithin, IdleTimeout: 2 * time.Minute,
		ErrorLog: slog.NewLogLogger(o.Log.Handler(), slog.LevelDebug)}
	failed := make(chan error, 1)
	serve := server.Serve
	if o.Certificate != nil {
		server.TLSConfig = o.Certificate.config(o.Clock.Now, o.Log)
		serve = func(l net.Listener) error { return server.ServeTLS(l, "", "") }
	}
	go func() { failed <- serve(o.Listener) }()
	started()
	select {
	case <-ctx.Done():
	case err := <-failed:
		return fmt.Errorf("serving: %w", err)
	}
	o.Log.Info("stopping: finishing what has been accepted")
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainFor)
	defer cancel()
	err := server.Shutdown(drain)
	<-failed
	return err
}

// parts are what a process is made of.
type parts struct {
	chats    *chat.Chats
	schedule *schedule.Schedule
	router   *routing.Router
	flows    *flowrun.Runner
	outside  *outside.Caller
	archive  *archive.Archive
	search   *search.Search
	freezer  *archive.Freezer
	live     *live.Live
	handler  http.Handler
	founded  catalog.Founded
	ready    *atomic.Bool
	shared   []func(context.Context) error // see share
}

func assemble(ctx context.Context, o Options, st *store.Store) (*parts, error) {
	secrets, err := catalog.OpenSecrets(ctx, st, o.Dir, o.Rand)
	if err != nil {
		return nil, err
	}
	sealer, err := token.New(secrets.TokenKeys...)
	if err != nil {
		return nil, fmt.Errorf("the token keys of the secrets file: %w", err)
	}
	settings := catalog.New(catalog.Options{Store: st, Sealer: sealer, Rand: o.Rand})
	providers := providersFor(o.SignIn, o.PublicURL, settings)
	people, err := staff.New(staff.Options{Store: st, Sealer: sealer, Now: o.Clock.Wall, Rand: o.Rand, Cost: o.PasswordCost, Providers: providers})
	if err != nil {
		return nil, err
	}
	founded, err := settings.Found(ctx, catalog.Founding{At: o.Clock.Now(), Secrets: secrets, Credential: people.Credential})
	if err != nil {
		return nil, err
	}
	if err := settings.Reseal(ctx); err != nil {
		return nil, fmt.Errorf("sealing the access keys with the newest token key: %w", err)
	}
	p := &parts{founded: founded, ready: &atomic.Bool{}}
	node, err := p.share(&o, st, settings)
	if err != nil {
		return nil, err
	}
	arns := wire.ARNs{Region: o.Region, Account: o.Account}
	mischief := o.Mischief
	if mischief == nil {
		mischief = &Mischief{}
	}
	o.Outside.Now, o.Outside.Fails = o.Clock.Wall, mischief.CallFails
	p.outside = outside.New(o.Outside)
	files, err := openBuckets(ctx, &o)
	if err != nil {
		return nil, err
	}
	cold, err := segment.New(files[catalog.OwnBucket], coldCache)
	if err != nil {
		return nil, err
	}
	chats := chat.New(chat.Options{Store: st, Cold: cold, Bus: o.Bus, Now: o.Clock.Now, Rand: o.Rand, Log: o.Log,
		ContactClosed: func(t *chat.Turn, c perch.Contact) {
			p.router.Closed(t, c)
			p.archive.Closed(t, c)
			p.search.Closed(t, c)
		},
		DetailsChanged: func(t *chat.Turn, contact perch.ContactID, was, is perch.Details) {
			p.search.Changed(t, contact, was, is)
		},
		ContactReturned: func(t *chat.Turn, c perch.Contact) { p.router.Returned(t, c) },
		ContactsChanged: func(t *chat.Turn, id perch.SessionID) { p.router.Changed(t, id) }})
	p.chats = chats
	p.search = search.New(search.Options{Store: st, Chats: chats, Log: o.Log})
	p.freezer = archive.NewFreezer(archive.FreezerOptions{Chats: chats, After: o.ColdAfter, Now: o.Clock.Now, Log: o.Log})
	p.archive = archive.New(archive.Options{Chats: chats, Settings: settings, Bucket: files.get, Account: o.Account, Log: o.Log,
		Dir: o.Dir, Scans: p.outside.Scans, Scan: p.outside.Scan,
		ScanURL: func(instance string, id perch.FileID) (string, error) {
			return api.FileURL(sealer, o.PublicURL, instance, id, o.Clock.Now().Add(scanURLFor), true)
		}})
	p.router = routing.New(routing.Options{Store: st, Chats: chats, Settings: settings, Bus: o.Bus, Now: o.Clock.Now, Log: o.Log,
		Connected: func() []perch.UserID { return p.live.Connected() }, GoneAfter: o.AgentGoneAfter, LastAgentFor: o.LastAgentFor})
	p.flows = flowrun.New(flowrun.Options{Chats: chats, Settings: settings, ARNs: arns, Figures: p.router.Figures,
		Invoke: p.outside.Invoke, Talk: p.outside.Talk, Process: p.outside.Process, Knows: p.outside.Knows, Rand: o.Rand, Log: o.Log,
		ViewToken: func(instance perch.InstanceID, view string) (string, error) {
			return sealer.Seal(token.KindView, token.View{Instance: string(instance), View: view})
		},
		Provider: customerProvider(o.SignIn.Customers, settings), SignInAt: providers.Address,
		Identify: func(ctx context.Context, p staff.Provider, t staff.Trip, code string) (staff.Identity, error) {
			return providers.Identify(ctx, p, t, code, o.Clock.Wall)
		},
		AuthenticationState: func(instance perch.InstanceID, session perch.SessionID, id string) (string, error) {
			return sealer.Seal(token.KindAuthentication, token.Authentication{Instance: string(instance), Session: string(session), ID: id})
		}})
	p.schedule = schedule.New(schedule.Options{Store: st, Bus: o.Bus, Clock: o.Clock, Log: o.Log, Handlers: handlers(chats, p.router, p.flows, p.archive, p.search), Node: node,
		Done: func(err error) bool { return errors.Is(err, chat.ErrTaken) }})
	var server *api.Server
	p.live = live.New(live.Options{Chats: chats, Bus: o.Bus, Tokens: sealer, Now: o.Clock.Now, Wall: o.Clock.Wall, Log: o.Log, Lose: mischief.LoseFrame,
		Agents: agentsFor(p.router, settings, people, o.Clock.Wall, func() *api.Server { return server })})
	m := newMetrics(st, p.live, p.freezer)
	socketURL, err := socketURL(o.PublicURL)
	if err != nil {
		return nil, err
	}
	server = api.New(api.Options{Chats: chats, Flows: p.flows, Settings: settings, Staff: people, Router: p.router, Files: p.archive, Search: p.search,
		FlowLog: func(ctx context.Context, session perch.SessionID, contact perch.ContactID, after int64, limit int) ([]flowrun.Logged, error) {
			return flowrun.FlowLog(ctx, st, session, contact, after, limit)
		},
		Callable: func(id perch.InstanceID, alias, name string) bool {
			return p.outside.Knows(outside.Call{Instance: string(id), Alias: alias, Name: name})
		},
		Tokens: sealer, ARNs: arns,
		Now: o.Clock.Now, Wall: o.Clock.Wall, TokensFrom: mischief.TokensFrom, Log: o.Log, Sockets: p.live, SocketURL: socketURL, PublicURL: o.PublicURL, FoundingKey: secrets.AccessKeyID, Bucket: files.has, Demo: o.Demo, StartsPerMinute: o.StartsPerMinute, Limits: o.Limits,
		Ready: func(ctx context.Context) error {
			if !p.ready.Load() {
				return errors.New("perch is stopping")
			}
			return st.Ping(ctx)
		}, Observe: m.observe})
	server.Handle("GET /metrics", m.handler())
	pages, err := web.New(web.Options{Settings: settings, PublicURL: o.PublicURL, SocketURL: socketURL, Now: o.Clock.Now})
	if err != nil {
		return nil, err
	}
	for pattern, page := range pages.Routes() {
		server.Handle(pattern, page)
	}
	p.handler = server
	p.ready.Store(true)
	return p, nil
}

// group is parts that run side by side until stopped.
type group struct {
	cancels []context.CancelFunc
	wait    sync.WaitGroup
	mu      sync.Mutex
	errs    []error
}

func (g *group) run(ctx context.Context, f func(context.Context) error) {
	ctx, cancel := context.WithCancel(ctx)
	g.cancels = append(g.cancels, cancel)
	g.wait.Go(func() {
		if err := f(ctx); err != nil {
			g.mu.Lock()
			defer g.mu.Unlock()
			g.errs = append(g.errs, err)
		}
	})
}

// stop stops the parts and returns when they have; it may be called again.
func (g *group) stop() error {
	for _, cancel := range g.cancels {
		cancel()
	}
	g.wait.Wait()
	return errors.Join(g.errs...)
}
