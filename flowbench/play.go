package flowbench

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/perch-chat/perch/flow"
)

// patience is how many waits may pass after the script is over.
const patience = 20

// budget is how many actions may follow each other without the flow ever waiting
// for anybody; what a server allows.
const budget = 1000

// Stage is what a flow is played with: other flows, and what the world outside
// answers. What it leaves open is asked for, or assumed.
type Stage struct {
	Flow    *flow.Program
	Flows   map[string]*flow.Program // by id or ARN: for TransferToFlow
	Modules map[string]*flow.Program // by id or ARN: for InvokeFlowModule

	Attributes map[string]string // of the contact
	Values     map[string]string // other references, such as $.Queue.Name
	Lambda     map[string]string // JSON by function, or error
	Metrics    map[string]string // numbers by MetricType
	Hours      string            // open or closed; empty leaves it open
	QueueFull  bool
	Fail       map[string]string // the error with which an action fails, by the action's identifier
	Intents    []string          // what the bot understands, one after the other
	Views      []string          // what is chosen in a view, one after the other: Submit, or Submit={"name":"Ada"}
	SignIn     string            // what comes of signing in: in, declined or failed; empty leaves it open
	Seed       string            // of what is left to chance

	// Next gives the next line of the script, or of what is typed; false where
	// there is no more. The question is for who types.
	Next func(question string) (string, bool)
	// Show is told what happens.
	Show func(Record)
}

// Play plays the flow to its end, or until nobody can say how it goes on.
func Play(s Stage) {
	p := &player{Stage: s, attributes: map[string]flow.Value{}, state: flow.Start(s.Flow, mainFlow)}
	for k, v := range s.Attributes {
		p.attributes[k] = flow.Value{Text: v, Origin: "sigv4"}
	}
	p.queue = slices.Contains([]flow.Type{flow.TypeQueueTransfer, flow.TypeAgentTransfer, flow.TypeCustomerQueue}, s.Flow.Type)
	p.play()
}

// mainFlow is the id of the flow that is played.
const mainFlow = "main"

type player struct {
	Stage
	state      flow.State
	attributes map[string]flow.Value
	queue      bool // a working queue is set
	queued     bool // the contact has been put into one
	clock      time.Duration
	waited     time.Duration // of the wait that is going on
	draws      int
	idle       int     // waits that have passed since anybody had something to say
	held       *string // a line that is not for what was asked
}

func (p *player) play() {
	var event flow.Event = flow.Begin{}
	for steps := 0; event != nil; steps++ {
		if p.state.Phase == flow.Waiting {
			steps = 0
		}
		if steps > budget {
			p.show(Record{Kind: "end", Text: fmt.Sprintf("%d actions have followed each other without waiting for anybody: the flow runs in circles, and a server stops it", budget)})
			return
		}
		event = p.step(event)
	}
}

// step takes one step and returns the event that follows, or nil at the end.
func (p *player) step(event flow.Event) flow.Event {
	program := p.program()
	if program == nil {
		p.show(Record{Kind: "end", Text: "there is no flow " + p.state.FlowID + " to return to"})
		return nil
	}
	if _, begins := event.(flow.Begin); begins && p.state.Phase == flow.Entering && p.state.Back == nil {
		if a, ok := program.Action(p.state.ActionID); ok {
			p.show(Record{Kind: "action", Flow: p.state.FlowID, Action: a.ID, Type: a.Type, Text: a.Type})
		}
	}
	var passages []flow.Passage
	env := flow.Env{Lookup: p.lookup, Weakest: weakest, Trace: func(t flow.Passage) { passages = append(passages, t) }}
	var effect flow.Effect
	p.state, effect = flow.Step(program, p.state, event, env)
	for _, passage := range passages {
		p.left(passage)
	}
	if effect != nil {
		return p.carryOut(effect)
	}
	switch p.state.Phase {
	case flow.Entering:
		return flow.Begin{}
	case flow.Waiting:
		return p.wait()
	}
	p.over(false)
	return nil
}

// over says what has become of the contact.
func (p *player) over(disconnected bool) {
	text := "the flow is over; the contact stays where it is"
	switch {
	case disconnected:
		text = "the chat is over"
	case p.queued:
		text = "the flow is over; the contact waits in the queue"
	}
	p.show(Record{Kind: "end", Text: text})
}

func (p *player) program() *flow.Program {
	if len(p.state.Callers) > 0 {
		found, _ := named(p.Modules, p.state.FlowID)
		return found
	}
	if p.state.FlowID == mainFlow {
		return p.Flow
	}
	found, _ := named(p.Flows, p.state.FlowID)
	return found
}

// left says which way an action was left, and why.
func (p *player) left(t flow.Passage) {
	why := "success"
	switch t.Way {
	case flow.WayCondition:
		why = fmt.Sprintf("%q: condition %d, %s", t.Result, t.Condition, t.Test)
	case flow.WayError:
		why = t.Error
		if t.Error == flow.NoMatchingCondition {
			why = fmt.Sprintf("%q: %s", t.Result, t.Error)
		}
	case flow.WayReturn:
		why = "back to the caller"
	case flow.WayEnd:
		why = "the end"
	case flow.WayStop:
		why = "stop: " + t.Reason
	}
	p.show(Record{Kind: "branch", Flow: t.FlowID, Action: t.ActionID, Type: t.Type, Error: t.Error, Result: t.Result, Way: t.Way, Next: t.Next, Text: why})
}

func (p *player) show(r Record) {
	r.Seconds = int(p.clock / time.Second)
	p.Show(r)
}

// lookup answers references from the stage.
func (p *player) lookup(ref flow.Reference) (flow.Value, bool) {
	if ref.Namespace == "Attributes" {
		v, ok := p.attributes[ref.Keys[0]]
		return v, ok && v.Text != ""
	}
	text, ok := p.Values[ref.String()]
	if !ok {
		text, ok = map[string]string{"Channel": "CHAT", "InitiationMethod": "API", "ContactId": "contact-1", "InitialContactId": "contact-1",
			"LanguageCode": "en-US"}[ref.Namespace]
	}
	return flow.Value{Text: text, Origin: flow.OriginFlow}, ok
}

// weakest has the order of a server.
func weakest(a, b flow.Origin) flow.Origin {
	order := []flow.Origin{flow.OriginBrowser, "agent", flow.OriginFlow, "jwt", "sigv4"}
	return order[max(0, min(slices.Index(order, a), slices.Index(order, b)))]
}

// named finds what goes by an id: given as it stands in the flow, as the end of
// an ARN, or as * for all.
func named[T any](all map[string]T, id string) (T, bool) {
	tail := id[strings.LastIndexByte(id, '/')+1:]
	short, _, _ := strings.Cut(tail, ":")
	for _, name := range []string{id, tail, short, id[strings.LastIndexByte(id, ':')+1:], "*"} {
		if found, ok := all[name]; ok && name != "" {
			return found, true
		}
	}
	var none T
	return none, false
}
