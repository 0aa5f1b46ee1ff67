package flowrun

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/flow"
	"github.com/perch-chat/perch/wire"
)

// DueView comes due when a view has not been answered in its time.
const DueView = "flow.view"

// shown is a view that the customer has not answered yet.
type shown struct {
	Message int64 `json:"m"` // number of the message that shows it
	Hidden  bool  `json:"h,omitempty"`
}

// showView sends the customer a view: as a message that names it, by a token with
// which clients ask for what it looks like, and holds what it shows.
//
// doc: flow language, ShowView; show-view-block.md
func (p *run) showView(e flow.ShowView) (flow.Event, error) {
	s := p.State()
	if !slices.Contains(s.ContentTypes, wire.Interactive) || !slices.Contains(s.ContentTypes, wire.InteractiveResponse) {
		return flow.Outcome{Error: flow.NoMatchingError}, nil // nobody there could show it, or answer
	}
	v, err := p.opts.Settings.View(p.Context(), s.Instance, e.ViewID, e.Version)
	if err != nil {
		return branch(err)
	}
	token, err := p.opts.ViewToken(s.Instance, v.Reference())
	if err != nil {
		return nil, err
	}
	content, err := wire.ShowView(e.ViewID, token, e.Input)
	if err != nil {
		return nil, err
	}
	message := p.Show(wire.Interactive, content)
	p.Shown = &shown{Message: message.Number, Hidden: e.Sensitive}
	p.Due(DueView, string(p.contact), p.Now.Add(seconds(e.Seconds)), nil)
	return nil, nil
}

// viewAnswered looks among what the customer has written for the answer to the view,
// which other messages may have followed.
func (p *run) viewAnswered(d perch.Due) (flow.Event, error) {
	var call chat.FlowCall
	if err := json.Unmarshal(d.Body, &call); err != nil {
		return nil, fmt.Errorf("damaged due row %s of contact %s: %w", d.Kind, d.Contact, err)
	}
	var answer *wire.ViewAnswer
	err := p.opts.Chats.Entries(p.Context(), p.State().ID, p.Shown.Message+1, call.Message, func(e perch.Entry) error {
		m, ok := e.Body.(perch.Message)
		if !ok || answer != nil || m.ContentType != wire.InteractiveResponse || m.Who.Role != perch.Customer {
			return nil
		}
		answer = wire.ParseViewAnswer(m.Content)
		return nil
	})
	if err != nil || answer == nil {
		return nil, err
	}
	p.DropDue(DueView, string(p.contact))
	p.Shown = nil
	return flow.Outcome{Result: answer.Action, Data: answer.Data}, nil
}

func (r *Runner) viewTimeUp(p *run, _ perch.Due) (flow.Event, error) {
	if p.Shown == nil || p.position.State.Phase != flow.Awaiting {
		return nil, nil
	}
	p.Shown = nil
	return flow.Outcome{Error: flow.TimeLimitExceeded}, nil
}
