package flowrun

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/flow"
	"github.com/perch-chat/perch/outside"
	"github.com/perch-chat/perch/wire"
)

// DueCall comes due at once: a function outside is to be called.
const DueCall = "flow.call"

// callsAtOnce is how many calls may be under way in one process. They are apart
// from what is due otherwise, so that slow functions hold up nobody but those
// who call them.
const callsAtOnce = 256

// toCall is the body of a DueCall.
type toCall struct {
	Function   string          `json:"f"`
	Seconds    int             `json:"s"`
	Async      bool            `json:"a,omitempty"`
	Parameters json.RawMessage `json:"p,omitempty"`
	Number     int64           `json:"n"` // that of position.Call
}

// calls are those under way in this process.
type calls struct {
	mu    sync.Mutex
	under map[string]bool // by contact
	room  chan struct{}
	ctx   context.Context // of Run; nil before
	going sync.WaitGroup
}

// Run lets calls be made beside each other until ctx is done, and returns when
// those under way have ended. Without it each is made where it comes due.
func (r *Runner) Run(ctx context.Context) error {
	r.calls.mu.Lock()
	r.calls.ctx = ctx
	r.calls.mu.Unlock()
	<-ctx.Done()
	r.calls.mu.Lock()
	r.calls.ctx = nil
	r.calls.mu.Unlock()
	r.calls.going.Wait()
	return nil
}

// invoke leaves the call to another goroutine and another turn: the flow waits
// for its outcome, and nothing waits for the network while it holds a chat.
//
// doc: flow language, InvokeLambdaFunction
func (p *run) invoke(e flow.InvokeLambda) (flow.Event, error) {
	p.position.Call = p.State().Head + 1 // no other call of this chat has that
	body, err := json.Marshal(toCall{e.ARN, e.Seconds, e.Async, e.Parameters, p.position.Call})
	if err != nil {
		return nil, err
	}
	p.Due(DueCall, string(p.contact), p.Now, body)
	return nil, nil
}

// call makes a call that has come due. The row stays until the outcome is
// committed: a call that a crash has cut off is made again.
func (r *Runner) call(ctx context.Context, d perch.Due) error {
	key, c := string(d.Contact), &r.calls
	c.mu.Lock()
	if c.under[key] || c.ctx == nil {
		under := c.under[key]
		c.mu.Unlock()
		if under {
			return nil // its outcome is to come
		}
		return r.makeCall(ctx, d)
	}
	c.under[key] = true
	c.going.Add(1)
	running := c.ctx
	c.mu.Unlock()
	select {
	case c.room <- struct{}{}:
	case <-ctx.Done():
		c.over(key)
		return ctx.Err()
	}
	go func() {
		defer c.over(key)
		defer func() { <-c.room }()
		if err := r.makeCall(context.WithoutCancel(running), d); err != nil && perch.KindOf(err) != perch.Conflict {
			r.opts.Log.ErrorContext(running, "the outcome of a flow's call could not be kept; the call will be made again", "contact", d.Contact, "error", err)
		}
	}()
	return nil
}

func (c *calls) over(key string) {
	c.mu.Lock()
	delete(c.under, key)
	c.mu.Unlock()
	c.going.Done()
}

// makeCall calls and lets the flow go on with what came of it.
func (r *Runner) makeCall(ctx context.Context, d perch.Due) error {
	var call toCall
	if err := json.Unmarshal(d.Body, &call); err != nil {
		return fmt.Errorf("damaged due row %s of contact %s: %w", d.Kind, d.Contact, err)
	}
	s, err := r.opts.Chats.Session(ctx, d.Session)
	if err != nil {
		return err
	}
	var out flow.Outcome
	if at, ok := awaiting(s, d, call); ok {
		if out, err = r.outcomeOf(ctx, s, at, call); err != nil {
			return err
		}
	}
	return r.handle(func(p *run, d perch.Due) (flow.Event, error) {
		if p.position.State.Phase != flow.Awaiting || p.position.Call != call.Number {
			r.opts.Log.InfoContext(ctx, "a function has answered a flow that has gone on; dropped", "contact", d.Contact, "function", call.Function)
			return nil, nil
		}
		return out, nil
	})(ctx, d)
}

// awaiting is where the flow stands, if it still waits for the call.
func awaiting(s *perch.Session, d perch.Due, call toCall) (at position, ok bool) {
	c := s.Current()
	if s.Ended || c.ID != d.Contact || json.Unmarshal(c.Flow, &at) != nil {
		return at, false
	}
	return at, at.State.Phase == flow.Awaiting && at.Call == call.Number
}

// outcomeOf calls the function. Whatever goes wrong with it is the flow's to
// deal with, by the error branch; why, the operator reads in the log.
func (r *Runner) outcomeOf(ctx context.Context, s *perch.Session, at position, call toCall) (flow.Outcome, error) {
	event, err := r.event(ctx, s, at, call)
	if err != nil {
		return flow.Outcome{}, err
	}
	instance, err := r.opts.Settings.Instance(ctx, s.Instance)
	if err != nil {
		return flow.Outcome{}, err
	}
	within, cancel := context.WithTimeout(ctx, time.Duration(call.Seconds)*time.Second)
	defer cancel()
	answer, err := r.opts.Invoke(within, outside.Call{Instance: string(s.Instance), Alias: instance.Alias, Name: call.Function, Event: event, Async: call.Async})
	if err != nil {
		r.opts.Log.WarnContext(ctx, "a function that a flow has called has failed; the flow takes its error branch",
			"contact", s.Current().ID, "flow", at.State.FlowID, "action", at.State.ActionID, "function", call.Function, "error", err)
		return flow.Outcome{Error: flow.NoMatchingError}, nil
	}
	if call.Async {
		id, err := perch.NewID(r.opts.Rand)
		if err != nil {
			return flow.Outcome{}, err
		}
		answer, err = json.Marshal(map[string]string{"InvocationId": id})
		return flow.Outcome{Data: answer}, err
	}
	return flow.Outcome{Data: answer}, nil
}

// event is what the function is told.
func (r *Runner) event(ctx context.Context, s *perch.Session, at position, call toCall) ([]byte, error) {
	c := s.Current()
	attributes, err := r.opts.Chats.Attributes(ctx, s.ID)
	if err != nil {
		return nil, err
	}
	d, err := r.opts.Chats.Details(ctx, s.ID, c.ID)
	if err != nil {
		return nil, err
	}
	data := wire.ContactData{Attributes: map[string]string{}, AwsRegion: r.opts.ARNs.Region, Channel: wire.ChannelChat, ContactId: string(c.ID),
		CustomerId: text(s.CustomerID), Description: text(d.Description), InitialContactId: string(s.ID), InitiationMethod: string(c.Method),
		InstanceARN: r.opts.ARNs.Instance(s.Instance), LanguageCode: cmp.Or(d.Language, "en-US"),
		MediaStreams: map[string]map[string]any{"Customer": {"Audio": nil}}, Name: text(d.Name), PreviousContactId: string(cmp.Or(c.Previous, c.ID)),
		References: map[string]wire.Reference{}, SegmentAttributes: map[string]wire.SegmentAttribute{}, Tags: d.Tags}
	for k, v := range attributes {
		data.Attributes[k] = v.Value
	}
	for k, v := range d.References {
		data.References[k] = wire.Reference{Type: v.Type, Value: v.Value}
	}
	for k := range s.SegmentOf(d) {
		v := segmentText(s.SegmentOf(d), []string{k})
		data.SegmentAttributes[k] = wire.SegmentAttribute{ValueString: &v}
	}
	if q, err := r.opts.Settings.Queue(ctx, s.Instance, at.Queue); err == nil {
		data.Queue = &wire.FlowQueue{ARN: r.opts.ARNs.Queue(s.Instance, q.ID), Name: q.Name}
	}
	return json.Marshal(wire.FlowEvent{Name: "ContactFlowEvent", Details: wire.FlowDetails{ContactData: data, Parameters: call.Parameters}})
}

// text is null where there is none.
func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
