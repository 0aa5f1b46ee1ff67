package flow

import (
	"slices"
	"strings"
)

// Type says on what occasion a flow is played, and so which actions it may
// hold. The values are Amazon's.
type Type string

// Types of flow.
// doc: API_CreateContactFlow, Type
const (
	TypeInbound         Type = "CONTACT_FLOW"     // at the beginning, and when the last agent has left
	TypeCustomerQueue   Type = "CUSTOMER_QUEUE"   // while the customer waits for an agent
	TypeCustomerHold    Type = "CUSTOMER_HOLD"    // voice only
	TypeCustomerWhisper Type = "CUSTOMER_WHISPER" // to the customer, when an agent joins
	TypeAgentHold       Type = "AGENT_HOLD"       // voice only
	TypeAgentWhisper    Type = "AGENT_WHISPER"    // to the agent, when joining
	TypeOutboundWhisper Type = "OUTBOUND_WHISPER" // to the customer of a contact that the agent began
	TypeAgentTransfer   Type = "AGENT_TRANSFER"   // from one agent to another
	TypeQueueTransfer   Type = "QUEUE_TRANSFER"   // from an agent to a queue
	TypeCampaign        Type = "CAMPAIGN"         // held to the rules of TypeInbound
	// TypeModule is no type of flow: modules are kept apart from flows. They are
	// held to the rules of TypeInbound, and may return.
	TypeModule Type = "MODULE"
)

// places are the types of flow in which an action may stand; 0 means all.
type places uint16

const (
	inbound places = 1 << iota
	queueing
	transfer
	customerWhisper
	agentWhisper
	outboundWhisper
	hold
	module

	anyWhisper = customerWhisper | agentWhisper | outboundWhisper
)

// placeOf returns 0 for a type that does not exist.
func placeOf(t Type) places {
	switch t {
	case TypeInbound, TypeCampaign:
		return inbound
	case TypeCustomerQueue:
		return queueing
	case TypeCustomerHold, TypeAgentHold:
		return hold
	case TypeCustomerWhisper:
		return customerWhisper
	case TypeAgentWhisper:
		return agentWhisper
	case TypeOutboundWhisper:
		return outboundWhisper
	case TypeAgentTransfer, TypeQueueTransfer:
		return transfer
	case TypeModule:
		return inbound | module
	}
	return 0
}

// String lists the types, for a problem's message.
func (p places) String() string {
	var names []string
	for _, t := range []Type{TypeInbound, TypeCustomerQueue, TypeCustomerHold, TypeCustomerWhisper, TypeAgentHold, TypeAgentWhisper,
		TypeOutboundWhisper, TypeAgentTransfer, TypeQueueTransfer, TypeCampaign} {
		if p&placeOf(t) != 0 {
			names = append(names, string(t))
		}
	}
	if p&module != 0 {
		names = append(names, string(TypeModule))
	}
	return strings.Join(slices.Compact(names), ", ")
}

// audience is who hears what a flow of this type says.
// doc: administrator guide, whisper flows
func (t Type) audience() Audience {
	switch t {
	case TypeAgentWhisper:
		return AudienceAgents
	case TypeCustomerWhisper, TypeOutboundWhisper:
		return AudienceCustomer
	}
	return AudienceAll
}
