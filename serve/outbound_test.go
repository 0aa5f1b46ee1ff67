package serve_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// outbound asks for a chat that the site begins; more are members of the request.
func (h *house) outbound(more object) reply {
	h.t.Helper()
	body := object{"InstanceId": h.started.InstanceID, "ContactFlowId": h.started.ContactFlowID,
		"SourceEndpoint":      object{"Type": "CONNECT_PHONENUMBER_ARN", "Address": "support"},
		"DestinationEndpoint": object{"Type": "TELEPHONE_NUMBER", "Address": "+15550100"},
		"SegmentAttributes":   object{"connect:Subtype": text("connect:Chat")}}
	for k, v := range more {
		body[k] = v
	}
	return h.signed("PUT", "/contact/outbound-chat", body)
}

func TestOutboundChatWaitsForItsCustomer(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		flow := h.flow("greets", "hello $.Attributes.name, by $.SegmentAttributes['connect:Direction']: "+
			"$.CustomerEndpoint.Address, $.CustomerEndpoint.Type, $.CustomerEndpoint.DisplayName, $.SystemEndpoint.Address")
		past := h.open(nil)
		var out struct{ ContactId, ParticipantId, ParticipantToken string }
		h.outbound(object{"ContactFlowId": flow, "Attributes": object{"name": "Ada"}, "ParticipantDetails": object{"DisplayName": "Ada"},
			"RelatedContactId": past.contact, "ChatDurationInMinutes": 60, "SupportedMessagingContentTypes": []string{"text/plain", "text/markdown"},
			"InitialSystemMessage": object{"ContentType": "text/markdown", "Content": "your parcel is *lost*"}}).into(t, &out)
		elapse(30 * time.Minute)
		c := h.described(out.ContactId)
		endpoint, _ := c["CustomerEndpoint"].(object)
		if c["InitiationMethod"] != "OUTBOUND" || c["DisconnectTimestamp"] != nil || c["RelatedContactId"] != past.contact ||
			endpoint["Address"] != "+15550100" || c["SystemEndpoint"] == nil {
			t.Errorf("the contact is %v", c)
		}
		p := &person{h: h, contact: out.ContactId, id: out.ParticipantId, token: out.ParticipantToken}
		p.connect()
		p.say("oh no")
		want := []string{"SYSTEM: your parcel is *lost*", "SYSTEM: hello Ada, by OUTBOUND: +15550100, TELEPHONE_NUMBER, Ada, support", "Ada participant.joined", "CUSTOMER: oh no"}
		if told := p.told(); !slices.Equal(told, want) {
			t.Errorf("the customer reads %q, want %q", told, want)
		}
		elapse(30 * time.Minute)
		wantReason(t, h, out.ContactId, "EXPIRED")
	})
}

func TestOutboundChatStartsOnceForAClientToken(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		var one, two struct{ ContactId string }
		h.outbound(object{"ClientToken": "once"}).into(t, &one)
		h.outbound(object{"ClientToken": "once"}).into(t, &two)
		synctest.Wait()
		if one.ContactId == "" || one != two {
			t.Errorf("two chats, %v and %v", one, two)
		}
	})
}

func TestWhatIsNoPlainChatIsNotStarted(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		template := object{"KnowledgeBaseId": "k", "MessageTemplateId": "m", "TemplateAttributes": object{}}
		for name, c := range map[string]struct {
			more  object
			fault string
		}{
			"an SMS":             {object{"SegmentAttributes": object{"connect:Subtype": text("connect:SMS")}}, "InvalidRequestException"},
			"by WhatsApp":        {object{"SegmentAttributes": object{"connect:Subtype": text("connect:WhatsApp")}}, "InvalidRequestException"},
			"from a template":    {object{"InitialTemplatedSystemMessage": template}, "InvalidRequestException"},
			"without an address": {object{"DestinationEndpoint": nil}, "InvalidRequestException"},
			"of no flow":         {object{"ContactFlowId": "nobody"}, "ResourceNotFoundException"},
			"in no instance":     {object{"InstanceId": "nobody"}, "ResourceNotFoundException"},
			"about nothing":      {object{"RelatedContactId": "nobody"}, "ResourceNotFoundException"},
		} {
			if r := h.outbound(c.more); r.status/100 != 4 || r.fault != c.fault {
				t.Errorf("%s: %d %s %s, want %s", name, r.status, r.fault, r.body, c.fault)
			}
		}
	})
}
