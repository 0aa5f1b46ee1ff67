package flowrun

import (
	"encoding/json"
	"fmt"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/flow"
	"github.com/perch-chat/perch/wire"
)

// Occasions on which a flow is played beside the contact's own course.
const (
	whileWaiting    = "queue"   // ends when an agent joins
	whileWhispering = "whisper" // ends after perch.WhisperFor
)

// requeue leaves it to those who route; a failure comes back as a due row, and
// with success this contact, and its flow, are over.
func (p *run) requeue(e flow.Requeue) (flow.Event, error) {
	instance, ctx := p.State().Instance, p.Context()
	to := perch.Enqueue{Queue: perch.QueueID(wire.ResourceID(e.QueueID)), User: perch.UserID(wire.ResourceID(e.AgentID))}
	var err error
	switch {
	case to.User != "":
		_, err = p.opts.Settings.User(ctx, instance, to.User)
	case to.Queue == "":
		to = perch.Enqueue{Queue: p.position.Queue, User: p.User}
	default:
		_, err = p.opts.Settings.Queue(ctx, instance, to.Queue)
	}
	if err != nil {
		return branch(err)
	}
	if to == (perch.Enqueue{}) {
		return flow.Outcome{Error: flow.NoMatchingError}, nil
	}
	body, err := json.Marshal(to)
	if err != nil {
		return nil, err
	}
	p.Due(perch.DueRequeue, string(p.contact), p.Now, body)
	return nil, nil
}

func (p *run) setRoutingBehavior(e flow.SetRoutingBehavior) error {
	return p.setPlace(func(at *perch.Place) {
		if e.Priority != 0 {
			at.Priority = e.Priority
		} else {
			at.Seconds = e.AdjustSeconds
		}
	})
}

func (p *run) setRoutingCriteria(e flow.SetRoutingCriteria) error {
	var steps []perch.RoutingStep
	for _, s := range e.Steps {
		step := perch.RoutingStep{Seconds: s.Seconds}
		for _, q := range s.All {
			step.All = append(step.All, perch.Proficiency{Name: q.Name, Value: q.Value, Level: q.Level})
		}
		steps = append(steps, step)
	}
	return p.setPlace(func(at *perch.Place) { at.Criteria = perch.Criteria{Steps: steps, From: p.Now} })
}

// setPlace changes where the contact stands in a queue, now or once it is in one.
func (p *run) setPlace(change func(*perch.Place)) error {
	err := p.ChangeDetails(p.contact, func(d *perch.Details) error {
		at := d.InQueue()
		change(&at)
		d.Place = &at
		return nil
	})
	if c := p.State().Current(); err == nil && !c.Enqueued.IsZero() && c.Agent == "" {
		p.Due(perch.DueReorder, string(p.contact), p.Now, nil)
	}
	return err
}

// whisper begins the whisper flows of a contact whose agent has joined: the
// agent's and then the customer's.
func (r *Runner) whisper(p *run, _ perch.Due) (flow.Event, error) {
	p.position = position{Queue: p.position.Queue, User: p.User, On: whileWhispering, Until: p.Now.Add(perch.WhisperFor),
		Logged: p.Logged, Quiet: p.Quiet}
	p.after = []perch.FlowID{p.State().Hooks[perch.AgentWhisper], p.State().Hooks[perch.CustomerWhisper]}
	begun, err := p.further()
	if err != nil {
		return nil, err
	}
	if !begun {
		return nil, p.rest() // the whispers that were set are gone
	}
	return flow.Begin{}, nil
}

// further begins the next of the flows that are to follow this one.
func (p *run) further() (begun bool, err error) {
	for len(p.after) > 0 {
		id := p.after[0]
		p.after = p.after[1:]
		if id == "" {
			continue
		}
		program, err := p.program(string(id))
		if perch.KindOf(err) == perch.NotFound && err != nil {
			p.opts.Log.WarnContext(p.Context(), "a flow that was set for a contact is gone; going on without it", "contact", p.contact, "flow", id)
			continue
		}
		if err != nil {
			return false, fmt.Errorf("starting flow %s on contact %s: %w", id, p.contact, err)
		}
		p.position.State, p.Steps, p.Since = flow.Start(program, string(id)), 0, 0
		p.position.After = p.after
		return true, nil
	}
	p.position.After = nil
	return false, nil
}

// waits says that the contact has come into a queue: the customer queue flow
// follows, if one is set.
func (p *run) waits() {
	if id := p.State().Hooks[perch.CustomerQueue]; id != "" && p.State().Current().Agent == "" {
		p.position.On, p.after = whileWaiting, []perch.FlowID{id}
	}
}

// over tells whether the occasion for a flow has passed, so that nothing wakes it
// any more.
func (p *run) over() bool {
	switch p.On {
	case whileWaiting:
		return p.State().Current().Agent != ""
	case whileWhispering:
		return p.State().Current().Agent == "" || p.Now.After(p.Until) // the agent has gone, or the time has
	}
	return false
}
