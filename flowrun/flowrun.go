// Package flowrun plays flows on contacts: which flow, which step, and what its
// effects do to the conversation.
//
// Where a flow stands is part of the log, written in the commit of what its
// last step did; so it stands there after a restart, at any action. What has
// to come from elsewhere comes as a due row: its beginning, the customer's
// return, the end of a wait, the outcome of queueing.
package flowrun

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/flow"
	"github.com/perch-chat/perch/outside"
	"github.com/perch-chat/perch/staff"
	"github.com/perch-chat/perch/wire"
)

const (
	// DueWait comes due when a flow has waited its time.
	DueWait = "flow.wait"
	// DueResume comes due at once: the flow goes on in another turn.
	DueResume = "flow.resume"

	// stepsPerTurn is how many actions run in one turn.
	stepsPerTurn = 100
	// stepBudget is how many actions may follow each other without the flow
	// ever waiting for anybody: more is a flow that runs in circles.
	stepBudget = 1000
)

// Options of a Runner.
type Options struct {
	Chats    *chat.Chats
	Settings *catalog.Catalog
	ARNs     wire.ARNs
	// Figures are what a queue, or an agent's own, looks like now, and the
	// contact's place in it.
	Figures func(context.Context, perch.InstanceID, perch.QueueID, perch.UserID, perch.ContactID) (perch.Figures, error)
	// Invoke calls a function outside; see outside.Caller.
	Invoke func(context.Context, outside.Call) ([]byte, error)
	// Talk tells a bot outside what the customer says; see outside.Caller.
	Talk func(context.Context, outside.Utterance) (outside.Reply, error)
	// Process has a function process a message, and Knows tells whether there is
	// such a function; see outside.Caller.
	Knows   func(outside.Call) bool
	Process func(context.Context, outside.Call) (outside.Processed, error)
	// ViewToken seals the name of a view, by which clients ask for it.
	ViewToken func(instance perch.InstanceID, view string) (string, error)
	// Provider finds the provider with which a flow has customers sign in, by the
	// ARN of a user pool, which may be empty, and the client's id. SignInAt is where
	// that is done, Identify what the provider says of who comes back with a code; see
	// staff.Providers.
	Provider func(ctx context.Context, instance perch.InstanceID, pool, client string) (staff.Provider, bool, error)
	SignInAt func(context.Context, staff.Provider, staff.Trip) (string, error)
	Identify func(ctx context.Context, p staff.Provider, t staff.Trip, code string) (staff.Identity, error)
	// AuthenticationState seals which signing in somebody comes back from.
	AuthenticationState func(instance perch.InstanceID, session perch.SessionID, id string) (string, error)
	Rand                io.Reader // what flows draw is made from it
	Log                 *slog.Logger
}

// Runner plays the flows of all contacts.
type Runner struct {
	opts  Options
	calls calls
}

// New makes a Runner.
func New(opts Options) *Runner {
	return &Runner{opts: opts, calls: calls{under: map[callName]bool{}}}
}

// position is where a flow stands on a contact, as the log keeps it.
type position struct {
	State flow.State    `json:"s"`
	Queue perch.QueueID `json:"q,omitempty"` // the working queue
	User  perch.UserID  `json:"u,omitempty"` // or the agent whose own queue it is
	Agent perch.UserID  `json:"a,omitempty"` // whom a transfer flow is about
	Since int64         `json:"n,omitempty"` // number at which the wait began
	Call  int64         `json:"c,omitempty"` // tells the call that the flow waits for from others
	Bot   *botTalk      `json:"b,omitempty"` // the talk with a bot that is under way
	Shown *shown        `json:"v,omitempty"` // the view that the customer is to answer
	// SignIn is the signing in that the flow waits for, or waited for last.
	SignIn *signIn `json:"i,omitempty"`
	Steps  int     `json:"k,omitempty"` // actions since the flow last waited
	// On is the occasion, if it is not the contact's own course; it ends at Until
	// if that is set.
	On    string         `json:"o,omitempty"`
	Until time.Time      `json:"t,omitzero"`
	After []perch.FlowID `json:"f,omitempty"` // flows that follow this one

	Logged int64 `json:"l,omitempty"` // steps in the contact's flow log, with those that are gone
	Quiet  bool  `json:"z,omitempty"` // the log is switched off
}

// Handlers are what schedule calls for the due rows of flows.
func (r *Runner) Handlers() map[string]func(context.Context, perch.Due) error {
	return map[string]func(context.Context, perch.Due) error{
		chat.DueFlowStart:    r.handle(r.begin),
		chat.DueFlowReturned: r.handle(r.returned),
		chat.DueFlowBotLeft:  r.handle(woken(flow.EventBotDisconnected, flow.BotDisconnected{})),
		chat.DueFlowWhisper:  r.handle(r.whisper),
		perch.DueFlowOutcome: r.handle(r.outcome),
		DueWait:              r.handle(r.timeUp),
		DueCall:              r.beside(r.makeCall),
		DueView:              r.handle(r.viewTimeUp),
		DueSignIn:            r.handle(r.signInTimeUp),
		DueSignedIn:          r.beside(r.signedIn),
		DueBot:               r.beside(r.askBot),
		DueBotSilence:        r.handle(r.botWaited),
		chat.DueProcess:      r.beside(r.process),
		DueResume:            r.handle(r.resume),
	}
}

type handler func(*run, perch.Due) (flow.Event, error)

// handle wraps what makes an event out of a due row.
func (r *Runner) handle(h handler) func(context.Context, perch.Due) error {
	return func(ctx context.Context, d perch.Due) error {
		return r.opts.Chats.On(ctx, d.Session, func(t *chat.Turn) error {
			t.Take(d)
			return r.turn(t, d, h)
		})
	}
}

// answered is handle for the row of a call, which has been moved meanwhile: that
// a call is answered once, the number at which the flow waits for it sees to.
func (r *Runner) answered(h handler) func(context.Context, perch.Due) error {
	return func(ctx context.Context, d perch.Due) error {
		return r.opts.Chats.On(ctx, d.Session, func(t *chat.Turn) error {
			t.DropDue(d.Kind, d.Key)
			return r.turn(t, d, h)
		})
	}
}

func (r *Runner) turn(t *chat.Turn, d perch.Due, h handler) error {
	s := t.State()
	if s.Ended || s.Current().ID != d.Contact {
		r.opts.Log.InfoContext(t.Context(), "an event for a flow of a contact no longer in force; dropped", "contact", d.Contact, "kind", d.Kind)
		return nil
	}
	p, err := r.on(t)
	if err != nil {
		return err
	}
	if d.Kind != chat.DueFlowStart && d.Kind != chat.DueFlowWhisper && p.over() {
		return nil // it was for a flow whose occasion has passed
	}
	ev, err := h(p, d)
	if err != nil || ev == nil {
		return err
	}
	return p.play(ev)
}

// on is a turn of the flow on the contact in force.
func (r *Runner) on(t *chat.Turn) (*run, error) {
	c := t.State().Current()
	p := &run{Runner: r, Turn: t, contact: c.ID}
	if len(c.Flow) > 0 {
		if err := json.Unmarshal(c.Flow, &p.position); err != nil {
			return nil, fmt.Errorf("damaged flow state of contact %s: %w", c.ID, err)
		}
	}
	p.after = p.position.After
	return p, nil
}

func (r *Runner) begin(p *run, d perch.Due) (flow.Event, error) {
	var call chat.FlowCall
	if err := json.Unmarshal(d.Body, &call); err != nil {
		return nil, fmt.Errorf("damaged due row %s of contact %s: %w", d.Kind, d.Contact, err)
	}
	program, err := p.startable(call.Flow)
	if err != nil {
		return nil, p.halt(call.Flow, err)
	}
	p.position = position{State: flow.Start(program, string(call.Flow)), Queue: call.Queue, User: call.User, Agent: call.Agent,
		Logged: p.Logged, Quiet: quiet(p.State())}
	if p.State().Hooks[perch.CustomerQueue] == call.Flow && !p.State().Current().Enqueued.IsZero() {
		p.On = whileWaiting // the contact came into the queue as it was opened
	}
	return flow.Begin{}, nil
}

// returned is told that the customer has written: to a bot, to a view, or to a flow
// that waits.
func (r *Runner) returned(p *run, d perch.Due) (flow.Event, error) {
	if p.position.Bot != nil {
		return nil, p.hearForBot()
	}
	if p.Shown != nil {
		return p.viewAnswered(d)
	}
	return woken(flow.EventCustomerReturned, flow.CustomerReturned{})(p, d)
}

// woken is the handler of what may end a wait, by the name that flows have for it.
func woken(name string, ev flow.Event) handler {
	return func(p *run, d perch.Due) (flow.Event, error) {
		var call chat.FlowCall
		if err := json.Unmarshal(d.Body, &call); err != nil {
			return nil, fmt.Errorf("damaged due row %s of contact %s: %w", d.Kind, d.Contact, err)
		}
		w := p.position.State.Wait
		if p.position.State.Phase != flow.Waiting || call.Message <= p.Since || w == nil || !slices.Contains(w.Events, name) {
			return nil, nil // of a wait that is over, or for something else
		}
		if _, wrote := ev.(flow.CustomerReturned); wrote {
			said, err := p.saidAt(p.Context(), p.State().ID, call.Message)
			return flow.CustomerReturned{Text: said}, err
		}
		return ev, nil
	}
}

func (r *Runner) timeUp(p *run, _ perch.Due) (flow.Event, error) {
	if p.position.State.Phase != flow.Waiting {
		return nil, nil
	}
	return flow.TimeUp{}, nil
}

func (r *Runner) outcome(p *run, d perch.Due) (flow.Event, error) {
	var o perch.Outcome
	if err := json.Unmarshal(d.Body, &o); err != nil {
		return nil, fmt.Errorf("damaged due row %s of contact %s: %w", d.Kind, d.Contact, err)
	}
	if p.position.State.Phase != flow.Awaiting {
		return nil, nil
	}
	if o.Error == "" {
		p.waits()
	}
	return flow.Outcome{Error: o.Error}, nil
}

func (r *Runner) resume(*run, perch.Due) (flow.Event, error) { return flow.Begin{}, nil }

// run is one turn of a flow.
type run struct {
	*Runner
	*chat.Turn
	contact perch.ContactID
	position
	attributes perch.Attributes
	after      []perch.FlowID // flows to begin when this one is done
	journal    journal
}

// State is the session's; position has a field of that name.
func (p *run) State() *perch.Session { return p.Turn.State() }

// play steps through the flow until it waits for somebody or is done.
func (p *run) play(ev flow.Event) error {
	if p.position.State.Phase == flow.Waiting {
		p.DropDue(DueWait, string(p.contact))
		p.DropDue(chat.DueFlowReturned, string(p.contact))
		p.DropDue(chat.DueFlowBotLeft, string(p.contact))
	}
	// A turn ends between two actions only: within one, its effect would be done again.
	for n := 0; n < stepsPerTurn || p.position.State.Phase != flow.Entering; n++ {
		program, err := p.program(p.position.State.FlowID)
		if err != nil {
			if err := p.halt(perch.FlowID(p.position.State.FlowID), err); err != nil {
				return err
			}
			p.position.State.Phase = flow.Done
			return p.rest()
		}
		var effect flow.Effect
		p.position.State, effect = flow.Step(program, p.position.State, ev, flow.Env{Lookup: p.lookup, Weakest: weakest,
			Trace: func(w flow.Passage) { p.left(program, w) }})
		p.asked(program, effect)
		p.Steps++
		if p.Steps > stepBudget {
			effect = flow.Stop{Reason: fmt.Sprintf("it took %d actions without waiting for anybody: it runs in circles", stepBudget)}
			p.position.State.Phase = flow.Done
			p.stopped(program, effect.(flow.Stop))
		}
		next, err := p.carryOut(effect)
		if err != nil {
			return err
		}
		if next == nil && p.position.State.Phase == flow.Done && !p.State().Ended {
			begun, err := p.further()
			if err != nil {
				return err
			}
			if begun {
				next = flow.Begin{}
			}
		}
		if next == nil {
			return p.rest()
		}
		ev = next
	}
	// Later than the row that has brought us here, so that none is taken for the other.
	p.Due(DueResume, string(p.contact), p.Now.Add(time.Millisecond), nil)
	return p.rest()
}

// startable is a flow that a contact may begin with.
func (p *run) startable(id perch.FlowID) (*flow.Program, error) {
	if _, err := p.opts.Settings.Startable(p.Context(), p.State().Instance, id); err != nil {
		return nil, err
	}
	return p.opts.Settings.Program(p.Context(), p.State().Instance, id)
}

// halt is for a flow that is not there (deleted, archived, never published): to
// try again would help nobody, so it is told to the operator, and the chat goes on
// without a flow. A failure of perch itself is returned, and tried again.
func (p *run) halt(id perch.FlowID, err error) error {
	if perch.KindOf(err) == perch.Internal {
		return fmt.Errorf("flow %s on contact %s: %w", id, p.contact, err)
	}
	p.opts.Log.ErrorContext(p.Context(), "a flow cannot be played on; the contact goes on without it",
		"contact", p.contact, "flow", id, "action", p.position.State.ActionID, "reason", err)
	return nil
}

// rest writes down where the flow stands, and what it has done.
func (p *run) rest() error {
	if err := p.keepLog(); err != nil {
		return err
	}
	if p.State().Ended {
		return nil
	}
	listening := false
	if w := p.position.State.Wait; p.position.State.Phase == flow.Waiting && w != nil {
		p.Steps = 0
		p.Since = p.State().Head
		for _, e := range w.Events {
			listening = listening || e == flow.EventCustomerReturned
		}
	}
	if p.SignIn != nil && !p.SignIn.Over {
		p.Steps = 0
	}
	if p.Shown != nil || p.position.Bot != nil && p.position.Call == 0 { // it is for the customer to speak
		p.Steps, listening = 0, true
	}
	state, err := json.Marshal(p.position)
	if err != nil {
		return fmt.Errorf("encoding where a flow stands: %w", err)
	}
	p.MoveFlow(perch.FlowMoved{State: state, Listening: listening, Bot: p.position.Bot != nil, Hidden: p.Shown != nil && p.Shown.Hidden,
		Whispering: p.On == whileWhispering && p.position.State.Phase != flow.Done})
	return nil
}

// seconds is a duration as flows write it.
func seconds(n int) time.Duration { return time.Duration(n) * time.Second }
