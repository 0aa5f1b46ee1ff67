package flowrun

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/flow"
	"github.com/perch-chat/perch/wire"
)

// carryOut does what a flow wants done. It returns the event to go on with, or
// nil when the flow has to wait for one.
func (p *run) carryOut(effect flow.Effect) (flow.Event, error) {
	switch e := effect.(type) {
	case nil:
		if p.position.State.Phase == flow.Entering {
			return flow.Begin{}, nil
		}
		return nil, nil
	case flow.Say:
		p.Prompt(e.Text, hearers(e.Audience))
		return flow.Outcome{}, nil
	case flow.SetAttributes:
		return branch(p.setAttributes(e))
	case flow.SetTargetQueue:
		return branch(p.setTargetQueue(e))
	case flow.EnterQueue:
		return p.enterQueue()
	case flow.SwitchFlow:
		return p.switchFlow(e)
	case flow.InvokeLambda:
		return p.invoke(e)
	case flow.ConnectBot:
		return p.connectBot(e)
	case flow.ShowView:
		return p.showView(e)
	case flow.Authenticate:
		return p.authenticate(e)
	case flow.CallModule:
		return p.callModule(e)
	case flow.Requeue:
		return p.requeue(e)
	case flow.SetRoutingBehavior:
		return branch(p.setRoutingBehavior(e))
	case flow.SetRoutingCriteria:
		return branch(p.setRoutingCriteria(e))
	case flow.CheckHours:
		return p.checkHours(e)
	case flow.CheckMetric:
		return p.checkMetric(e)
	case flow.GetMetrics:
		return p.getMetrics(e)
	case flow.Draw:
		return p.draw()
	case flow.SetContactData:
		return branch(p.setContactData(e))
	case flow.SetTags:
		return branch(p.setTags(e))
	case flow.RemoveTags:
		return branch(p.removeTags(e))
	case flow.SetMediaProcessing:
		return branch(p.setMediaProcessing(e))
	case flow.SetAnalytics:
		return p.setAnalytics(e), nil
	case flow.SetHook:
		return branch(p.setHook(e))
	case flow.Associate:
		_, err := p.Persist(chat.Past{Type: perch.RehydrationType(e.RehydrationType),
			Source: perch.ContactID(e.Source.Text), Origin: originOf(e.Source.Origin)})
		return branch(err)
	case flow.Await:
		if _, here := p.State().Bot(); !here && slices.Contains(e.Events, flow.EventBotDisconnected) {
			return flow.Outcome{Error: flow.ParticipantNotFound}, nil
		}
		p.Due(DueWait, string(p.contact), p.Now.Add(seconds(e.Seconds)), nil)
		return flow.Outcome{}, nil
	case flow.SetFlowLogging:
		return branch(p.setLogging(e.Enabled))
	case flow.Disconnect:
		return nil, p.Turn.End(perch.FlowDisconnect)
	case flow.End:
		return nil, nil
	case flow.Stop:
		p.opts.Log.ErrorContext(p.Context(), "a flow has stopped; give the action a branch for this",
			"contact", p.contact, "flow", p.position.State.FlowID, "action", p.position.State.ActionID, "reason", e.Reason)
		return nil, nil
	}
	return nil, fmt.Errorf("flow %s wants %T, which nobody here can do", p.position.State.FlowID, effect)
}

// branch turns an error that the caller of an operation would be told into the
// flow's error branch; a failure of perch itself undoes the turn.
func branch(err error) (flow.Event, error) {
	switch {
	case err == nil:
		return flow.Outcome{}, nil
	case perch.KindOf(err) == perch.Internal:
		return nil, err
	}
	return flow.Outcome{Error: flow.NoMatchingError}, nil
}

func (p *run) setAttributes(e flow.SetAttributes) error {
	set := perch.Attributes{}
	for k, v := range e.Attributes {
		set[k] = perch.Attribute{Value: v.Text, Origin: originOf(v.Origin)}
	}
	if e.Target == flow.TargetRelated {
		return p.SetRelatedAttributes(set)
	}
	if err := p.SetAttributes(set); err != nil {
		return err
	}
	p.attributes = nil
	return nil
}

func (p *run) setTargetQueue(e flow.SetTargetQueue) error {
	instance := p.State().Instance
	if e.AgentID != "" {
		u, err := p.opts.Settings.User(p.Context(), instance, perch.UserID(wire.ResourceID(e.AgentID)))
		if err != nil {
			return err
		}
		p.position.Queue, p.User = "", u.ID
		return nil
	}
	q, err := p.opts.Settings.Queue(p.Context(), instance, perch.QueueID(wire.ResourceID(e.QueueID)))
	if err != nil {
		return err
	}
	p.position.Queue, p.User = q.ID, ""
	return nil
}

// enterQueue leaves the queueing to those who route; the outcome comes back as
// a due row.
func (p *run) enterQueue() (flow.Event, error) {
	if p.position.Queue == "" && p.User == "" {
		return flow.Outcome{Error: flow.NoMatchingError}, nil
	}
	body, err := json.Marshal(perch.Enqueue{Queue: p.position.Queue, User: p.User})
	if err != nil {
		return nil, err
	}
	p.Due(perch.DueEnqueue, string(p.contact), p.Now, body)
	return nil, nil
}

func (p *run) switchFlow(e flow.SwitchFlow) (flow.Event, error) {
	id := wire.ResourceID(e.FlowID)
	program, err := p.startable(perch.FlowID(id))
	if err != nil {
		return branch(err)
	}
	p.position.State = flow.Switch(program, p.position.State, id)
	return flow.Begin{}, nil
}

// moduleLead marks the id of a module where a State names what it plays.
const moduleLead = "module:"

// callModule goes on in a module, as it is now; its end gives the caller back.
func (p *run) callModule(e flow.CallModule) (flow.Event, error) {
	program, id, err := p.opts.Settings.ModuleProgram(p.Context(), p.State().Instance, e.ModuleID)
	if err != nil {
		return branch(err)
	}
	id = moduleLead + id
	p.position.State = flow.Call(program, p.position.State, id, e)
	return flow.Begin{}, nil
}

// program is the flow or the module of a State.
func (p *run) program(id string) (*flow.Program, error) {
	return p.opts.Settings.Program(p.Context(), p.State().Instance, perch.FlowID(strings.TrimPrefix(id, moduleLead)))
}

// hearers are who a flow speaks to.
func hearers(a flow.Audience) perch.Audience {
	switch a {
	case flow.AudienceAgents:
		return perch.ToStaff
	case flow.AudienceCustomer:
		return perch.ToCustomer
	}
	return perch.ToAll
}

// setHook keeps every hook there is; a chat is never put on hold.
func (p *run) setHook(e flow.SetHook) error {
	if e.Hook == "AgentHold" || e.Hook == "CustomerHold" {
		return perch.Errorf(perch.Refused, "a chat is not put on hold")
	}
	id := perch.FlowID(wire.ResourceID(e.FlowID))
	if _, err := p.startable(id); err != nil {
		return err
	}
	p.Hook(perch.Hook(e.Hook), id)
	return nil
}
