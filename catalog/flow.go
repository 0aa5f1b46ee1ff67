package catalog

import (
	"context"
	"fmt"
	"strings"

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

// shownProblems is how many problems of a broken flow an error spells out.
const shownProblems = 20

// Flow is what happens to a chat before, between and after its agents.
type Flow struct {
	ID          perch.FlowID
	Name        string // up to 256 characters, unique
	Type        FlowType
	Description string // up to 500 characters
	Content     string // in the Flow language, up to 1,000,000 bytes
}

func (f Flow) key() (id, name string) { return string(f.ID), f.Name }

func flows(s *settings) shelf[Flow] { return s.flows }

// Flow is the flow of an id.
func (c *Catalog) Flow(ctx context.Context, instance perch.InstanceID, id perch.FlowID) (Flow, error) {
	return byID(ctx, c, instance, flows, string(id))
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
// returns it. A flow that cannot be played is refused with all its problems.
func (c *Catalog) PutFlow(ctx context.Context, instance perch.InstanceID, f Flow) (Flow, error) {
	return putIn(ctx, c, instance, f, (*draft).putFlow)
}

func (d *draft) putFlow(f *Flow) error {
	if err := first(f.check(), identify(d, d.flows, &f.ID)); err != nil {
		return err
	}
	// A quick connect counts on the type of its flow.
	if old, ok := d.flows.byID[string(f.ID)]; ok && old.Type != f.Type {
		return perch.InvalidField("Type", "cannot be changed from %s: make another flow", old.Type)
	}
	return put(d, d.flows, "Name", *f)
}

func (f Flow) check() error {
	err := first(
		checkName("Name", f.Name, maxFlowName),
		checkAmong("Type", f.Type, FlowInbound, FlowCustomerQueue, FlowCustomerHold, FlowCustomerWhisper, FlowAgentHold,
			FlowAgentWhisper, FlowOutboundWhisper, FlowAgentTransfer, FlowQueueTransfer, FlowCampaign),
		checkText("Description", f.Description, maxFlowDescription))
	if err != nil {
		return err
	}
	if len(f.Content) > maxFlowContent {
		return perch.InvalidField("Content", "must have at most %d bytes, not %d", maxFlowContent, len(f.Content))
	}
	if _, problems := flow.ParseAs([]byte(f.Content), flow.Type(f.Type)); len(problems) > 0 {
		return perch.InvalidField("Content", "%s", describe(problems))
	}
	return nil
}

func describe(problems []flow.Problem) string {
	var lines []string
	for _, p := range problems[:min(len(problems), shownProblems)] {
		lines = append(lines, p.String())
	}
	if more := len(problems) - len(lines); more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", more))
	}
	return "the flow cannot be played: " + strings.Join(lines, "; ")
}

// Program is a flow, ready to be played as it is now. It is read once for every
// content that a flow has had, not for every contact.
func (c *Catalog) Program(ctx context.Context, instance perch.InstanceID, id perch.FlowID) (*flow.Program, error) {
	f, err := c.Flow(ctx, instance, id)
	if err != nil {
		return nil, err
	}
	return c.program(programKey{instance, kindFlow, string(id)}, f.Content, flow.Type(f.Type), f.Name)
}
