package flowrun

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/flow"
	"github.com/perch-chat/perch/outside"
	"github.com/perch-chat/perch/wire"
)

// DueCall comes due at once: a function outside is to be called.
const DueCall = "flow.call"

// toCall is the body of a DueCall.
type toCall struct {
	Function   string          `json:"f"`
	Seconds    int             `json:"s"`
	Async      bool            `json:"a,omitempty"`
	Parameters json.RawMessage `json:"p,omitempty"`
	Number     int64           `json:"n"` // that of position.Call
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
	p.Due(DueCall, p.callKey(), p.Now, body)
	return nil, nil
}

// callKey names the row of a call: one call of a contact is never taken for
// another.
func (p *run) callKey() string { return fmt.Sprintf("%s/%d", p.contact, p.position.Call) }

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
	if at, ok := awaiting(s, d, call.Number); ok {
		if out, err = r.outcomeOf(ctx, s, at, call); err != nil {
			return err
		}
	}
	return r.answered(func(p *run, d perch.Due) (flow.Event, error) {
		if p.position.State.Phase != flow.Awaiting || p.position.Call != call.Number {
			r.opts.Log.InfoContext(ctx, "a function has answered a flow that has gone on; dropped", "contact", d.Contact, "function", call.Function)
			return nil, nil
		}
		return out, nil
	})(ctx, d)
}

// awaiting is where the flow stands, if it still waits for the call.
func awaiting(s *perch.Session, d perch.Due, call int64) (at position, ok bool) {
	c := s.Current()
	if s.Ended || c.ID != d.Contact || json.Unmarshal(c.Flow, &at) != nil {
		return at, false
	}
	return at, at.State.Phase == flow.Awaiting && at.Call == call
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
	if ctx.Err() != nil { // perch stops: it is no fault of the function
		return flow.Outcome{}, ctx.Err()
	}
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
		References: map[string]wire.Reference{}, SegmentAttributes: map[string]wire.SegmentAttribute{}, Tags: map[string]string{}}
	maps.Copy(data.Tags, d.Tags)
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
	data.CustomerEndpoint, data.SystemEndpoint = endpoint(d.CustomerEndpoint), endpoint(d.SystemEndpoint)
	if q, err := r.opts.Settings.Queue(ctx, s.Instance, at.Queue); err == nil {
		data.Queue = &wire.FlowQueue{ARN: r.opts.ARNs.Queue(s.Instance, q.ID), Name: q.Name}
	}
	return json.Marshal(wire.FlowEvent{Name: "ContactFlowEvent", Details: wire.FlowDetails{ContactData: data, Parameters: call.Parameters}})
}

// endpoint is null for a chat that has none: all but outbound ones.
func endpoint(e *perch.Endpoint) *wire.FlowEndpoint {
	if e == nil {
		return nil
	}
	return &wire.FlowEndpoint{Address: e.Address, Type: e.Type}
}

// text is null where there is none.
func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
