package flowrun

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/flow"
	"github.com/perch-chat/perch/wire"
)

// checkHours looks at the clock of the turn: a flow that is played again after a
// failed commit may see another minute, and nobody has seen the first.
//
// doc: flow language, CheckHoursOfOperation
func (p *run) checkHours(e flow.CheckHours) (flow.Event, error) {
	id, instance := perch.HoursID(wire.ResourceID(e.HoursID)), p.State().Instance
	if id == "" {
		q, err := p.opts.Settings.Queue(p.Context(), instance, p.position.Queue)
		if err != nil {
			return branch(err)
		}
		if id = q.Hours; id == "" {
			return flow.Outcome{Result: "True"}, nil // a queue without hours is always open
		}
	}
	h, err := p.opts.Settings.Hours(p.Context(), instance, id)
	if err != nil {
		return branch(err)
	}
	if h.Open(p.Now) {
		return flow.Outcome{Result: "True"}, nil
	}
	return flow.Outcome{Result: "False"}, nil
}

// figures are those of the queue, or the agent's own, that an action names; of
// the target queue where it names none.
func (p *run) figures(queueID, agentID string) (f perch.Figures, name, arn string, err error) {
	instance, ctx := p.State().Instance, p.Context()
	queue, user := perch.QueueID(wire.ResourceID(queueID)), perch.UserID(wire.ResourceID(agentID))
	if queue == "" && user == "" {
		queue, user = p.position.Queue, p.User
	}
	if user != "" {
		u, err := p.opts.Settings.User(ctx, instance, user)
		if err != nil {
			return f, "", "", err
		}
		name, arn = u.Username, p.opts.ARNs.Agent(instance, u.ID)
	} else {
		q, err := p.opts.Settings.Queue(ctx, instance, queue)
		if err != nil {
			return f, "", "", err
		}
		name, arn = q.Name, p.opts.ARNs.Queue(instance, q.ID)
	}
	f, err = p.opts.Figures(ctx, instance, queue, user, p.contact)
	return f, name, arn, err
}

// doc: flow language, CheckMetricData
func (p *run) checkMetric(e flow.CheckMetric) (flow.Event, error) {
	f, _, _, err := p.figures(e.QueueID, e.AgentID)
	if err != nil {
		return branch(err)
	}
	n, ok := map[flow.Metric]int{flow.AgentsOnline: f.Online, flow.AgentsStaffed: f.Staffed, flow.AgentsAvailable: f.Available,
		flow.ContactsInQueue: f.Waiting, flow.OldestInQueue: int(f.Oldest.Milliseconds())}[e.Metric]
	if !ok {
		return nil, fmt.Errorf("flow %s asks for the metric %q, which nobody here knows", p.position.State.FlowID, e.Metric)
	}
	return flow.Outcome{Result: strconv.Itoa(n)}, nil
}

// getMetrics gives all figures. Of the channel Voice there is nobody and nothing.
//
// doc: flow language, GetMetricData
func (p *run) getMetrics(e flow.GetMetrics) (flow.Event, error) {
	f, name, arn, err := p.figures(e.QueueID, e.AgentID)
	if err != nil {
		return branch(err)
	}
	if e.Channel == "Voice" {
		f = perch.Figures{}
	}
	type count struct{ Count int }
	data, err := json.Marshal(map[string]any{
		"Queue":   map[string]any{"Name": name, "ARN": arn, "Size": f.Waiting, "OldestContactAge": int(f.Oldest.Seconds())},
		"Agents":  map[string]count{"Online": {f.Online}, "Available": {f.Available}, "Staffed": {f.Staffed}},
		"Contact": map[string]int{"EstimatedWaitTime": int(f.Wait.Seconds()), "PositionInQueue": f.Position},
	})
	return flow.Outcome{Data: data}, err
}

// draw is a random number from 1 to 100, each as likely as the others: bytes
// beyond the last whole hundred are passed over.
func (p *run) draw() (flow.Event, error) {
	for b := make([]byte, 1); ; {
		if _, err := io.ReadFull(p.opts.Rand, b); err != nil {
			return nil, fmt.Errorf("drawing a number: %w", err)
		}
		if b[0] < 200 {
			return flow.Outcome{Result: strconv.Itoa(int(b[0])%100 + 1)}, nil
		}
	}
}
