package trial

import (
	"cmp"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/perch-chat/perch/serve"
	"github.com/perch-chat/perch/wire"
)

// Kinds of fault.
const (
	Throttle       = "Throttle"       // the operation answers with its ThrottlingException
	Fail           = "Fail"           // it answers with its 500
	Unavailable    = "Unavailable"    // it answers with 503
	Delay          = "Delay"          // it is done after a while
	LoseTranscript = "LoseTranscript" // GetTranscript answers with no items
	ExpireTokens   = "ExpireTokens"   // connection tokens given out until now do not hold
	CutSockets     = "CutSockets"     // all sockets that are open are cut off
	DropFrames     = "DropFrames"     // sockets do not get messages, events and typing
	FunctionsDown  = "FunctionsDown"  // functions and bots cannot be reached
)

// maxEffects is how many effects the log keeps.
const maxEffects = 1000

// Fault is something that goes wrong on demand.
type Fault struct {
	Id   string
	Kind string
	// Operation is that of Amazon's which it is about, such as SendMessage, or a
	// path such as /agent/status; all if empty. Of FunctionsDown it is the name or
	// ARN of the function or bot.
	Operation string `json:",omitempty"`
	// Calls is after how many effects it is over; 0 is not before it is cleared.
	Calls int `json:",omitempty"`
	// Chance is how likely it is each time, by chance that is the same for the same
	// Seed; 0 is always.
	Chance float64 `json:",omitempty"`
	Seed   uint64  `json:",omitempty"`
	// Delay is by how much, of that kind, such as "2s".
	Delay string `json:",omitempty"`
	// Effects counts how often it has happened.
	Effects int

	delay  time.Duration
	chance *rand.Rand
}

// Effect is one time that something went wrong on demand.
type Effect struct {
	At    time.Time // of the machine
	Fault string    // its Id
	Kind  string
	What  string // the operation, the function
}

// Listed is what there is of faults: those that may happen still, and the log.
type Listed struct {
	Faults []Fault
	Log    []Effect
}

// Faults are those of a Trial. They are safe for concurrent use.
type Faults struct {
	wall func() time.Time
	log  *slog.Logger

	mu      sync.Mutex
	last    int
	all     []*Fault
	effects []Effect
	from    time.Time      // see serve.Mischief.TokensFrom
	cleared chan struct{}  // closed when a fault is cleared
	routes  *http.ServeMux // finds operations
}

func newFaults(wall func() time.Time, log *slog.Logger) *Faults {
	return &Faults{wall: wall, log: cmp.Or(log, slog.New(slog.DiscardHandler)), cleared: make(chan struct{}), routes: routesOf(wire.Operations())}
}

// Add has something go wrong from now on. Of ExpireTokens it has by then.
//
// Errors: what is wrong with the fault.
func (f *Faults) Add(in Fault) (Fault, error) {
	if err := in.check(); err != nil {
		return in, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.last++
	in.Id, in.Effects = strconv.Itoa(f.last), 0
	in.chance = rand.New(rand.NewPCG(in.Seed, 0))
	if in.Kind == ExpireTokens {
		// Those given out in this very millisecond are old as well.
		f.from = f.wall().Add(time.Millisecond).Truncate(time.Millisecond)
		f.note(&in, "all connection tokens given out so far")
		return in, nil
	}
	f.all = append(f.all, &in)
	return in, nil
}

func (in *Fault) check() (err error) {
	kinds := []string{Throttle, Fail, Unavailable, Delay, LoseTranscript, ExpireTokens, CutSockets, DropFrames, FunctionsDown}
	if !slices.Contains(kinds, in.Kind) {
		return fmt.Errorf("Kind must be one of %v", kinds)
	}
	if in.Calls < 0 || in.Chance < 0 || in.Chance > 1 {
		return fmt.Errorf("Calls must be 0 or more, and Chance from 0 to 1")
	}
	if (in.Delay != "") != (in.Kind == Delay) {
		return fmt.Errorf(`Delay, such as "2s", is for the kind Delay, which needs it`)
	}
	if in.Kind == Delay {
		if in.delay, err = time.ParseDuration(in.Delay); err != nil || in.delay <= 0 {
			return fmt.Errorf("Delay must be a time span such as 2s or 300ms, not %q", in.Delay)
		}
	}
	if in.Kind == LoseTranscript {
		in.Operation = cmp.Or(in.Operation, "GetTranscript")
	}
	return in.checkOperation()
}

func (in *Fault) checkOperation() error {
	about := []string{Throttle, Fail, Unavailable, Delay}
	switch {
	case in.Operation == "" || in.Kind == FunctionsDown || in.Operation[0] == '/' && slices.Contains(about, in.Kind):
		return nil
	case in.Kind == LoseTranscript && in.Operation == "GetTranscript":
		return nil
	case !slices.Contains(about, in.Kind):
		return fmt.Errorf("a fault of kind %s is about no operation: leave Operation out", in.Kind)
	case wire.Lookup(wire.Connect, in.Operation) == nil && wire.Lookup(wire.Participant, in.Operation) == nil:
		return fmt.Errorf("perch has no operation %q; a path such as /agent/status will do as well", in.Operation)
	}
	return nil
}

// List tells what there is.
func (f *Faults) List() Listed {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := Listed{Faults: []Fault{}, Log: append([]Effect{}, f.effects...)}
	for _, one := range f.all {
		out.Faults = append(out.Faults, *one)
	}
	return out
}

// Clear ends a fault, or all if id is empty, and tells whether there was one.
// Requests that a delay holds up go on.
func (f *Faults) Clear(id string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	before := len(f.all)
	f.all = slices.DeleteFunc(f.all, func(one *Fault) bool { return id == "" || one.Id == id })
	close(f.cleared)
	f.cleared = make(chan struct{})
	return len(f.all) < before
}

// forget ends what Clear does not: the log, and that tokens are expired.
func (f *Faults) forget() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.effects, f.from, f.last = nil, time.Time{}, 0
}

// Faults are what goes wrong on demand.
func (t *Trial) Faults() *Faults { return t.faults }

// CutSockets cuts off all sockets that are open, as a lost connection does.
func (t *Trial) CutSockets() Fault { return t.faults.cut(t.Started().Cut) }

// cut cuts sockets off, which is done at once.
func (f *Faults) cut(cut func() int) Fault {
	n := cut()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.last++
	done := Fault{Id: strconv.Itoa(f.last), Kind: CutSockets}
	f.note(&done, strconv.Itoa(n)+" sockets")
	return done
}

// happens picks the first fault of some kinds that is about one of some names and
// strikes now, and notes it. The whole fault is a copy.
func (f *Faults) happens(what string, names []string, kinds ...string) (Fault, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, one := range f.all {
		if !slices.Contains(kinds, one.Kind) || one.Operation != "" && !slices.Contains(names, one.Operation) {
			continue
		}
		if one.Chance > 0 && one.chance.Float64() >= one.Chance {
			continue
		}
		f.note(one, what)
		if one.Calls > 0 && one.Effects >= one.Calls {
			f.all = slices.Delete(f.all, i, i+1)
		}
		return *one, true
	}
	return Fault{}, false
}

// note writes down an effect. The caller holds the lock.
func (f *Faults) note(one *Fault, what string) {
	one.Effects++
	f.effects = append(f.effects, Effect{At: f.wall().UTC(), Fault: one.Id, Kind: one.Kind, What: what})
	f.effects = f.effects[max(0, len(f.effects)-maxEffects):]
	f.log.Info("a fault on demand", "fault", one.Id, "kind", one.Kind, "what", what)
}

// mischief is what a process asks.
func (f *Faults) mischief() *serve.Mischief {
	return &serve.Mischief{
		TokensFrom: func() time.Time {
			f.mu.Lock()
			defer f.mu.Unlock()
			return f.from
		},
		LoseFrame: func() bool {
			_, lost := f.happens("a frame", nil, DropFrames)
			return lost
		},
		CallFails: func(name string) error {
			if _, down := f.happens(name, []string{name}, FunctionsDown); down {
				return fmt.Errorf("%s is down: a fault on demand", name)
			}
			return nil
		},
	}
}
