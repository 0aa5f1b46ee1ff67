package catalog

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/flow"
)

// FlowType says where a flow may be played.
type FlowType string

// Types of flow.
// doc: API_CreateContactFlow, Type
const (
	FlowInbound         FlowType = "CONTACT_FLOW"
	FlowCustomerQueue   FlowType = "CUSTOMER_QUEUE"
	FlowCustomerHold    FlowType = "CUSTOMER_HOLD"
	FlowCustomerWhisper FlowType = "CUSTOMER_WHISPER"
	FlowAgentHold       FlowType = "AGENT_HOLD"
	FlowAgentWhisper    FlowType = "AGENT_WHISPER"
	FlowOutboundWhisper FlowType = "OUTBOUND_WHISPER"
	FlowAgentTransfer   FlowType = "AGENT_TRANSFER"
	FlowQueueTransfer   FlowType = "QUEUE_TRANSFER"
	FlowCampaign        FlowType = "CAMPAIGN"
)

// shownProblems is how many problems of a broken flow an error's message spells
// out; the error itself has them all.
const shownProblems = 20

// Flow is what happens to a chat before, between and after its agents.
type Flow struct {
	ID          perch.FlowID
	Name        string // up to 256 characters, unique
	Type        FlowType
	Description string // up to 500 characters
	// Content is what is played, in the Flow language, up to 1,000,000 bytes; empty
	// where nothing has been published.
	Content string
	// Draft is what has been saved since the last publication, if anything. Nobody
	// has checked it.
	Draft    string            `json:",omitempty"`
	Archived bool              `json:",omitempty"` // no contact can be started in it
	Tags     map[string]string `json:",omitempty"`
	Versions int64             `json:",omitempty"` // number of the newest version there has been
	Modified time.Time         `json:",omitzero"`
}

func (f Flow) key() (id, name string) { return string(f.ID), f.Name }

func flows(s *settings) shelf[Flow] { return s.flows }

// FlowKind is the kind of flows, for edits.
func FlowKind() Kind[Flow] {
	return Kind[Flow]{of: flows, place: (*draft).putFlow, inUse: (*draft).leadsTo}
}

// leadsTo is what leads to a flow.
func (d *draft) leadsTo(f Flow) string {
	for _, q := range d.quickConnects.inOrder() {
		if q.Flow == f.ID {
			return fmt.Sprintf("the quick connect %q", q.Name)
		}
	}
	for _, w := range d.widgets.inOrder() {
		if w.Flow == f.ID {
			return fmt.Sprintf("the widget %q", w.Name)
		}
	}
	return ""
}

// Flow is the flow of an id.
func (c *Catalog) Flow(ctx context.Context, instance perch.InstanceID, id perch.FlowID) (Flow, error) {
	return byID(ctx, c, instance, flows, string(id))
}

// Startable is the flow of an id, whatever follows behind a colon, where a contact can be started in it.
//
// Errors: NotFound; Refused for one that is archived, or was never published.
func (c *Catalog) Startable(ctx context.Context, instance perch.InstanceID, id perch.FlowID) (Flow, error) {
	of, _ := SplitReference(string(id))
	f, err := c.Flow(ctx, instance, perch.FlowID(of))
	switch {
	case err != nil:
		return Flow{}, err
	case f.Archived:
		return Flow{}, perch.Errorf(perch.Refused, "the flow is archived: make it active first")
	case f.Content == "":
		return Flow{}, perch.Errorf(perch.Refused, "the flow is only saved: publish it first")
	}
	return f, nil
}

// FlowNamed is the flow of a name.
func (c *Catalog) FlowNamed(ctx context.Context, instance perch.InstanceID, name string) (Flow, error) {
	return byName(ctx, c, instance, flows, name)
}

// Flows are all flows of an instance, by name.
func (c *Catalog) Flows(ctx context.Context, instance perch.InstanceID) ([]Flow, error) {
	return all(ctx, c, instance, flows)
}

// PutFlow changes the flow of f.ID, or makes one where that is empty, and
// returns it. Content that cannot be played is refused with all its problems
// (InvalidFlow); a Draft is taken as it is.
func (c *Catalog) PutFlow(ctx context.Context, instance perch.InstanceID, f Flow) (Flow, error) {
	return putIn(ctx, c, instance, f, (*draft).putFlow)
}

// ChangeFlow puts what edit makes of a flow. Edit may run more than once.
func (c *Catalog) ChangeFlow(ctx context.Context, instance perch.InstanceID, id perch.FlowID, edit func(*Flow) error) error {
	return changeIn(ctx, c, instance, flows, string(id), edit, (*draft).putFlow)
}

// DeleteFlow removes a flow and its versions. Contacts that stand in it stop
// playing it with their next step.
//
// Errors: Refused where something leads to it, which is named.
func (c *Catalog) DeleteFlow(ctx context.Context, instance perch.InstanceID, id perch.FlowID) error {
	i, err := c.Instance(ctx, instance)
	if err != nil {
		return err
	}
	return c.change(ctx, instance, func(d *draft) error {
		f, err := pick(d.flows, d.flows.byID, string(id))
		if err != nil {
			return err
		}
		if i.InboundFlow == id {
			return perch.Errorf(perch.Refused, "the flow is in use: new chats start in it")
		}
		if by := d.leadsTo(f); by != "" {
			return perch.Errorf(perch.Refused, "the flow is in use by %s", by)
		}
		d.removeVersions(string(id))
		remove(d, d.flows, f)
		return nil
	})
}

func (d *draft) putFlow(f *Flow) error {
	if err := identify(d, d.flows, &f.ID); err != nil {
		return err
	}
	old, exists := d.was.flows.byID[string(f.ID)]
	// A quick connect counts on the type of its flow.
	if exists && old.Type != f.Type {
		return perch.InvalidField("Type", "cannot be changed from %s: make another flow", old.Type)
	}
	err := first(
		checkName("Name", f.Name, maxFlowName),
		checkAmong("Type", f.Type, FlowInbound, FlowCustomerQueue, FlowCustomerHold, FlowCustomerWhisper, FlowAgentHold,
			FlowAgentWhisper, FlowOutboundWhisper, FlowAgentTransfer, FlowQueueTransfer, FlowCampaign),
		checkText("Description", f.Description, maxFlowDescription),
		checkTags(f.Tags),
		checkContents(old.Content, f.Content, f.Draft, flow.Type(f.Type)))
	if err != nil {
		return err
	}
	return put(d, d.flows, "Name", *f)
}

// checkContents holds what is published and what is saved against their limits.
// What has been published already is not looked at again, so that an older
// version's flow can still be renamed.
func checkContents(old, content, saved string, as flow.Type) error {
	for _, each := range []string{content, saved} {
		if len(each) > maxFlowContent {
			return perch.InvalidField("Content", "must have at most %d bytes, not %d", maxFlowContent, len(each))
		}
	}
	if content == "" && saved != "" || content != "" && content == old {
		return nil
	}
	_, problems := flow.ParseAs([]byte(content), as)
	return broken(problems)
}

// FlowProblem is one fault of a flow's content.
type FlowProblem = flow.Problem

// CheckFlow lists what keeps content from being played as a flow of a type, or as
// a module; nothing where it can be. Nothing is kept.
func CheckFlow(content, as string) []FlowProblem {
	if len(content) > maxFlowContent {
		return []FlowProblem{{Message: fmt.Sprintf("has %d bytes, and %d is the most", len(content), maxFlowContent)}}
	}
	_, problems := flow.ParseAs([]byte(content), flow.Type(as))
	return problems
}

// broken is the error for a flow that has problems.
func broken(problems []flow.Problem) error {
	if len(problems) == 0 {
		return nil
	}
	e := &perch.Error{Kind: perch.InvalidFlow, Field: "Content"}
	for _, p := range problems {
		e.Problems = append(e.Problems, p.String())
	}
	e.Message = "the flow cannot be played: " + strings.Join(e.Problems[:min(len(e.Problems), shownProblems)], "; ")
	if more := len(problems) - shownProblems; more > 0 {
		e.Message += fmt.Sprintf("; and %d more", more)
	}
	return e
}
