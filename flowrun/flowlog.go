package flowrun

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/flow"
	"github.com/perch-chat/perch/store"
)

// A contact's flow log says what its flows have done, and why they went where
// they went. Each turn of a flow writes one row of it, in its own commit and
// beside the session's log, which holds no word of it: nobody's state depends on
// it, and a message costs what it did. The log is on unless a flow or the instance
// switches it off: it is short, and whoever asks why a flow went astray asks afterwards. It
// therefore holds names alone: no text that anybody has written, no value of an
// attribute or a parameter, no answer from outside.

// keptSteps is how many steps of a contact are kept at least, the newest.
const keptSteps = 1000

// Logged is one step in the log of a contact's flow.
type Logged struct {
	Number int64     `json:"n"` // 1, 2, 3 in a contact; what is too old is gone
	Time   time.Time `json:"t"`
	Flow   string    `json:"f"` // the flow, or the module
	Action string    `json:"a"`
	Type   string    `json:"k,omitempty"`
	// Parameters are the names of those that the flow gives, without values.
	Parameters []string `json:"p,omitempty"`
	Effect     string   `json:"e,omitempty"` // what the action has asked for in this turn
	Error      string   `json:"x,omitempty"` // the error type with which it has failed
	// Result is what conditions were compared with, where it comes from perch
	// itself; anybody's words are left out.
	Result string `json:"r,omitempty"`
	// Way is the branch taken; empty while the flow waits at the action.
	Way       flow.Way `json:"w,omitempty"`
	Condition int      `json:"c,omitempty"` // number of the condition that held, from 1
	Next      string   `json:"g,omitempty"`
	Reason    string   `json:"y,omitempty"` // why the flow has stopped
}

// FlowLog is the steps of a contact's flow after the number given, at most limit
// of them, oldest first.
func FlowLog(ctx context.Context, st *store.Store, session perch.SessionID, contact perch.ContactID, after int64, limit int) ([]Logged, error) {
	turns, err := st.FlowLog(ctx, session, contact, after, limit)
	if err != nil {
		return nil, err
	}
	var out []Logged
	for _, turn := range turns {
		var steps []Logged
		if err := json.Unmarshal(turn, &steps); err != nil {
			return nil, fmt.Errorf("damaged flow log of contact %s: %w", contact, err)
		}
		for _, s := range steps {
			if s.Number > after && len(out) < limit {
				out = append(out, s)
			}
		}
	}
	return out, nil
}

// journal gathers the steps of one turn.
type journal struct {
	steps []Logged
	open  bool // the last step has asked for its effect and not been left
}

// asked notes an effect.
func (p *run) asked(program *flow.Program, effect flow.Effect) {
	if effect == nil {
		return
	}
	name := reflect.TypeOf(effect).Name()
	if n := len(p.journal.steps); n > 0 && p.position.State.Phase == flow.Done && p.journal.steps[n-1].Way != "" {
		p.journal.steps[n-1].Effect = name // the end, of which the flow has told already
		return
	}
	s := p.step(program, p.position.State.FlowID, p.position.State.ActionID)
	s.Effect = name
	p.journal.steps, p.journal.open = append(p.journal.steps, s), true
}

// left notes the way out of an action.
func (p *run) left(program *flow.Program, w flow.Passage) {
	n := len(p.journal.steps)
	if !p.journal.open || p.journal.steps[n-1].Action != w.ActionID || p.journal.steps[n-1].Flow != w.FlowID {
		p.journal.steps = append(p.journal.steps, p.step(program, w.FlowID, w.ActionID))
		n++
	}
	s := &p.journal.steps[n-1]
	s.Error, s.Way, s.Condition, s.Next = w.Error, w.Way, w.Condition, w.Next
	if !w.Private {
		s.Result, s.Reason = w.Result, w.Reason
	} else if w.Result == "" {
		s.Reason = w.Reason
	}
	p.journal.open = false
}

// stopped notes that the runner itself has stopped the flow.
func (p *run) stopped(program *flow.Program, e flow.Stop) {
	s := p.step(program, p.position.State.FlowID, p.position.State.ActionID)
	s.Way, s.Reason = flow.WayStop, e.Reason
	p.journal.steps, p.journal.open = append(p.journal.steps, s), false
}

func (p *run) step(program *flow.Program, id, action string) Logged {
	s := Logged{Time: p.Now, Flow: id, Action: action}
	if a, ok := program.Action(action); ok {
		s.Type, s.Parameters = a.Type, a.Parameters()
	}
	return s
}

// setLogging switches the log. The step that does so is in it, as is all that the
// turn has done before.
func (p *run) setLogging(enabled bool) error {
	if p.Quiet != enabled {
		return nil // as it is
	}
	if !enabled {
		if err := p.keepLog(); err != nil {
			return err
		}
	}
	p.Quiet, p.journal = !enabled, journal{}
	return nil
}

// keepLog writes what the turn has done into the log.
func (p *run) keepLog() error {
	steps := p.journal.steps
	p.journal = journal{}
	if p.Quiet || len(steps) == 0 {
		return nil
	}
	whole, err := p.opts.Settings.InstanceSetting(p.Context(), p.State().Instance)
	if err != nil || !whole.On(catalog.FlowLogs) {
		return err
	}
	for i := range steps {
		p.Logged++
		steps[i].Number = p.Logged
	}
	body, err := json.Marshal(steps)
	if err != nil {
		return fmt.Errorf("encoding the log of a flow: %w", err)
	}
	session := p.State().ID
	p.Record(store.InsertFlowLog(session, p.contact, p.Logged, body))
	if old := p.Logged - keptSteps; old > 0 {
		p.Record(store.TrimFlowLog(session, p.contact, old))
	}
	return nil
}

// quiet reports whether the flows before have switched the log off: later ones of
// the chat inherit it.
// doc: flow language, UpdateFlowLoggingBehavior
func quiet(s *perch.Session) bool {
	for i := len(s.Contacts) - 1; i >= 0; i-- {
		if at := s.Contacts[i].Flow; len(at) > 0 {
			var last position
			return json.Unmarshal(at, &last) == nil && last.Quiet
		}
	}
	return false
}
