package api

import (
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/strict"
	"github.com/perch-chat/perch/wire"
)

// startOutboundChatContact starts a chat that the site begins. Amazon reaches the
// customer by SMS or WhatsApp, which perch has not: what it can start is a plain
// chat (connect:Subtype connect:Chat or connect:Guide), whose customer comes by
// the token in the answer at any time while the chat lasts. The endpoints say
// what the site knows the two sides by, and are kept.
func startOutboundChatContact(c *call, in wire.StartOutboundChatContactRequest) (out wire.StartOutboundChatContactResponse, err error) {
	if err := c.of(in.InstanceId); err != nil {
		return out, err
	}
	if in.InitialTemplatedSystemMessage != nil {
		return out, refusedField("InitialTemplatedSystemMessage", "needs a knowledge base of message templates, which perch has not: give InitialSystemMessage")
	}
	if !byPhone(in) && strict.Holds(c.Context(), strict.Outbound, "") {
		return out, perch.Errorf(perch.Refused, "the subtype must be connect:SMS or connect:WhatsApp, the source a CONNECT_PHONENUMBER_ARN and the destination a TELEPHONE_NUMBER")
	}
	flow := perch.FlowID(wire.ResourceID(in.ContactFlowId))
	if err := c.checkStart(c.Context(), c.instance, flow); err != nil {
		return out, err
	}
	if err := c.opts.Settings.CheckSegment(c.Context(), c.instance, segmentOf(in.SegmentAttributes)); err != nil {
		return out, err
	}
	clientToken := in.ClientToken
	in.ClientToken = ""
	once, err := onceFor(c.instance, c.op.Name, clientToken, in)
	if err != nil {
		return out, err
	}
	begin := chat.Start{Instance: c.instance, Flow: flow, Attributes: attributes(in.Attributes, perch.FromSigV4),
		Duration: time.Duration(in.ChatDurationInMinutes) * time.Minute, ContentTypes: in.SupportedMessagingContentTypes,
		Related: perch.ContactID(in.RelatedContactId), Segment: segmentOf(in.SegmentAttributes), Outbound: true,
		CustomerEndpoint: &perch.Endpoint{Type: in.DestinationEndpoint.Type, Address: in.DestinationEndpoint.Address},
		SystemEndpoint:   &perch.Endpoint{Type: in.SourceEndpoint.Type, Address: in.SourceEndpoint.Address},
		Quota:            c.opts.Limits.ActiveChats, Once: once}
	if p := in.ParticipantDetails; p != nil {
		begin.DisplayName = p.DisplayName
	}
	if m := in.InitialSystemMessage; m != nil {
		begin.System = &chat.Saying{ContentType: m.ContentType, Content: m.Content}
	}
	b, err := c.opts.Chats.Start(c.Context(), begin)
	if err != nil {
		return out, err
	}
	strict.About(c.Context(), string(b.Session.First()))
	t, err := c.participantToken(c.instance, b.Session, b.Participant)
	return wire.StartOutboundChatContactResponse{ContactId: string(b.Session), ParticipantId: string(b.Participant), ParticipantToken: t}, err
}

// byPhone tells whether a start is one that Amazon can make.
// doc: API_StartOutboundChatContact
func byPhone(in wire.StartOutboundChatContactRequest) bool {
	subtype := in.SegmentAttributes["connect:Subtype"].ValueString
	return subtype != nil && (*subtype == "connect:SMS" || *subtype == "connect:WhatsApp") &&
		in.SourceEndpoint.Type == "CONNECT_PHONENUMBER_ARN" && in.DestinationEndpoint.Type == "TELEPHONE_NUMBER"
}
