package flowbench

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/perch-chat/perch/flow"
)

// carryOut shows what the flow wants done, and answers as the stage has it. nil
// means that the flow is over.
func (p *player) carryOut(effect flow.Effect) flow.Event {
	p.show(Record{Kind: "effect", Flow: p.state.FlowID, Action: p.state.ActionID, Effect: reflect.TypeOf(effect).Name(), Detail: effect, Text: inWords(effect)})
	switch e := effect.(type) {
	case flow.Disconnect, flow.End, flow.Stop:
		_, disconnects := effect.(flow.Disconnect)
		p.over(disconnects)
		return nil
	case flow.SwitchFlow:
		if to, ok := named(p.Flows, e.FlowID); ok {
			p.state = flow.Switch(to, p.state, e.FlowID)
			return flow.Begin{}
		}
		return p.answered(flow.Outcome{Error: flow.NoMatchingError}, "no such flow is given; --flow gives one")
	case flow.CallModule:
		if to, ok := named(p.Modules, e.ModuleID); ok {
			p.state = flow.Call(to, p.state, e.ModuleID, e)
			return flow.Begin{}
		}
		return p.answered(flow.Outcome{Error: flow.NoMatchingError}, "no such module is given; --module gives one")
	}
	outcome, told := p.given(effect)
	if assumed, outside := assumed(effect); !told && outside {
		outcome = p.ask(inWords(effect), assumed)
	}
	if name, fails := p.Fail[p.state.ActionID]; fails {
		outcome = flow.Outcome{Error: name}
	}
	p.note(effect, outcome)
	return p.answered(outcome, said(outcome))
}

func (p *player) answered(o flow.Outcome, text string) flow.Event {
	p.show(Record{Kind: "outcome", Flow: p.state.FlowID, Action: p.state.ActionID, Error: o.Error, Result: o.Result, Text: text})
	return o
}

// given is the answer that the stage has for an effect, if it has one.
func (p *player) given(effect flow.Effect) (flow.Outcome, bool) {
	switch e := effect.(type) {
	case flow.InvokeLambda:
		text, ok := named(p.Lambda, e.ARN)
		if text == "error" {
			return flow.Outcome{Error: flow.NoMatchingError}, ok
		}
		return flow.Outcome{Data: json.RawMessage(text)}, ok
	case flow.CheckHours:
		return flow.Outcome{Result: map[bool]string{true: "True", false: "False"}[p.Hours == "open"]}, p.Hours != ""
	case flow.CheckMetric:
		n, ok := p.Metrics[string(e.Metric)]
		return flow.Outcome{Result: n}, ok
	case flow.ConnectBot:
		if len(p.Intents) == 0 {
			return flow.Outcome{}, false
		}
		intent := p.Intents[0]
		p.Intents = p.Intents[1:]
		name, data, _ := strings.Cut(intent, "=")
		if data == "" {
			data = `{"IntentName":` + strconv.Quote(name) + `}`
		}
		return flow.Outcome{Result: name, Data: json.RawMessage(data)}, true
	case flow.ShowView:
		if len(p.Views) == 0 {
			return flow.Outcome{}, false
		}
		action, data, has := strings.Cut(p.Views[0], "=")
		p.Views = p.Views[1:]
		if !has {
			data = "{}"
		}
		return flow.Outcome{Result: action, Data: json.RawMessage(data)}, true
	case flow.Authenticate:
		switch p.SignIn {
		case "in":
			return flow.Outcome{}, true
		case "declined":
			return flow.Outcome{Result: flow.ResultOptedOut}, true
		case "failed":
			return flow.Outcome{Error: flow.NoMatchingError}, true
		}
		return flow.Outcome{}, false
	case flow.EnterQueue, flow.Requeue:
		if p.QueueFull {
			return flow.Outcome{Error: flow.QueueAtCapacity}, true
		}
		if _, enters := e.(flow.EnterQueue); enters && !p.queue {
			return flow.Outcome{Error: flow.NoMatchingError}, true
		}
		return flow.Outcome{}, false
	case flow.Draw:
		p.draws++
		sum := sha256.Sum256(fmt.Appendf(nil, "%s/%d", p.Seed, p.draws))
		return flow.Outcome{Result: strconv.FormatUint(1+binary.BigEndian.Uint64(sum[:8])%100, 10)}, true
	}
	return flow.Outcome{}, false
}

// assumed is the answer where nobody gives one, to an effect that asks somebody
// outside: that nobody answers, that it is opening time, that an agent is there.
func assumed(effect flow.Effect) (o flow.Outcome, outside bool) {
	switch e := effect.(type) {
	case flow.InvokeLambda:
		return flow.Outcome{Error: flow.NoMatchingError}, true
	case flow.ConnectBot:
		return flow.Outcome{Error: flow.InputTimeLimitExceeded}, true
	case flow.ShowView, flow.Authenticate:
		return flow.Outcome{Error: flow.TimeLimitExceeded}, true
	case flow.CheckHours:
		return flow.Outcome{Result: "True"}, true
	case flow.CheckMetric:
		return flow.Outcome{Result: map[bool]string{true: "1", false: "0"}[strings.HasPrefix(string(e.Metric), "NumberOfAgents")]}, true
	case flow.GetMetrics:
		return flow.Outcome{Data: json.RawMessage(`{"Queue":{"Size":0,"OldestContactAge":0},"Agents":{"Online":{"Count":1},"Available":{"Count":1},"Staffed":{"Count":1}}}`)}, true
	}
	return flow.Outcome{}, false
}

// note keeps what an effect has changed and later actions can see.
func (p *player) note(effect flow.Effect, o flow.Outcome) {
	if o.Error != "" {
		return
	}
	switch e := effect.(type) {
	case flow.SetAttributes:
		if e.Target == flow.TargetCurrent {
			maps.Copy(p.attributes, e.Attributes)
		}
	case flow.SetTargetQueue:
		p.queue = true
	case flow.EnterQueue, flow.Requeue:
		p.queued = true
	}
}

// inWords says what an effect is about.
func inWords(effect flow.Effect) string {
	switch e := effect.(type) {
	case flow.Say:
		if e.Audience != flow.AudienceAll {
			return fmt.Sprintf("says to %s %q", e.Audience, e.Text)
		}
		return fmt.Sprintf("says %q", e.Text)
	case flow.SetAttributes:
		var parts []string
		for _, k := range slices.Sorted(maps.Keys(e.Attributes)) {
			parts = append(parts, fmt.Sprintf("%s = %q", k, e.Attributes[k].Text))
		}
		return "sets attributes of the " + strings.ToLower(string(e.Target)) + " contact: " + strings.Join(parts, ", ")
	case flow.SetHook:
		return "hooks flow " + e.FlowID + " to " + e.Hook
	case flow.SetTargetQueue:
		return "chooses the queue " + e.QueueID + e.AgentID
	case flow.EnterQueue:
		return "puts the contact into the queue"
	case flow.SwitchFlow:
		return "goes on in flow " + e.FlowID
	case flow.CallModule:
		return "calls module " + e.ModuleID
	case flow.Await:
		return strings.Join(append([]string{fmt.Sprintf("waits %d s", e.Seconds)}, e.Events...), " or for ")
	case flow.Disconnect:
		return "ends the chat"
	case flow.End:
		return "ends the flow"
	case flow.Stop:
		return "stops: " + e.Reason
	case flow.Draw:
		return "draws a number"
	}
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(effect) != nil { // plain data always encodes
		return reflect.TypeOf(effect).Name()
	}
	return reflect.TypeOf(effect).Name() + " " + strings.TrimSpace(b.String())
}
