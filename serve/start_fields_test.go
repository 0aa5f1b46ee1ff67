package serve_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/perch-chat/perch/catalog"
)

// Each field of StartChatContact has an effect; the tests are named for it.

// described is a contact as DescribeContact shows it, member by member.
func (h *house) described(contact string) object {
	h.t.Helper()
	var out struct{ Contact object }
	h.signed("GET", fmt.Sprintf("/contacts/%s/%s", h.started.InstanceID, contact), nil).into(h.t, &out)
	return out.Contact
}

// segment is a segment attribute of a contact, as JSON.
func (h *house) segment(contact, key string) string {
	h.t.Helper()
	all, _ := h.described(contact)["SegmentAttributes"].(object)
	if all[key] == nil {
		return ""
	}
	return string(encode(h.t, all[key]))
}

func wantRefused(t *testing.T, r reply, status int, fault, holds string) {
	t.Helper()
	if r.status != status || r.fault != fault || !strings.Contains(r.body, holds) {
		t.Errorf("the answer is %d %s %s, want %d %s with %q", r.status, r.fault, r.body, status, fault, holds)
	}
}

// starting asks for a chat; more are members of the request.
func (h *house) starting(more object) reply {
	h.t.Helper()
	body := object{"InstanceId": h.started.InstanceID, "ContactFlowId": h.started.ContactFlowID, "ParticipantDetails": object{"DisplayName": "Ada"}}
	for k, v := range more {
		body[k] = v
	}
	return h.signed("PUT", "/contact/chat", body)
}

// flow puts a flow whose one message is a text, and ends there.
func (h *house) flow(name, text string) (id string) {
	h.t.Helper()
	return h.flowOf(name, `{"Version":"2019-10-30","StartAction":"say","Actions":[
		{"Identifier":"say","Type":"MessageParticipant","Parameters":{"Text":`+string(encode(h.t, text))+`},"Transitions":{"NextAction":"end"}},
		{"Identifier":"end","Type":"Wait","Parameters":{"TimeLimitSeconds":"604800"},"Transitions":{"NextAction":"bye","Conditions":[
			{"NextAction":"bye","Condition":{"Operator":"Equals","Operands":["WaitCompleted"]}}],"Errors":[{"NextAction":"bye","ErrorType":"NoMatchingError"}]}},
		{"Identifier":"bye","Type":"DisconnectParticipant","Parameters":{},"Transitions":{}}]}`)
}

func (h *house) flowOf(name, content string) (id string) {
	h.t.Helper()
	h.furnish(func(ctx context.Context, c *catalog.Catalog) error {
		f, err := c.PutFlow(ctx, h.started.InstanceID, catalog.Flow{Name: name, Type: catalog.FlowInbound, Content: content})
		id = string(f.ID)
		return err
	})
	return id
}

var interactive = []string{"text/plain", "application/vnd.amazonaws.connect.message.interactive",
	"application/vnd.amazonaws.connect.message.interactive.response"}

func text(s string) object { return object{"ValueString": s} }

func TestSegmentAttributesOfAStartAreShownOnItsContactAlone(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		a := h.available(1)
		p := h.open(object{"SegmentAttributes": object{"tier": text("gold"), "seats": object{"ValueInteger": 4},
			"connect:CustomerAuthentication": object{"ValueMap": object{"Status": text("AUTHENTICATED")}}}})
		for key, want := range map[string]string{"tier": `{"ValueString":"gold"}`, "seats": `{"ValueInteger":4}`,
			"connect:CustomerAuthentication": `{"ValueMap":{"Status":{"ValueString":"AUTHENTICATED"}}}`,
			"connect:Subtype":                `{"ValueString":"connect:Chat"}`, "perch:ResponseMode": "", "connect:Direction": ""} {
			if got := h.segment(p.contact, key); got != want {
				t.Errorf("%s is %s, want %s", key, got, want)
			}
		}
		a.accept(p.contact)
		next := a.transfer(p.contact, "Basic queue")
		if got := h.segment(next, "connect:Subtype"); got != `{"ValueString":"connect:Chat"}` {
			t.Errorf("after a transfer the subtype is %s", got)
		}
		if got := h.segment(next, "tier"); got != "" {
			t.Errorf("after a transfer the next contact has the tier %s of the first", got)
		}
	})
}

func TestSubtypeGuideNeedsInteractiveContentTypes(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		guide := object{"connect:Subtype": text("connect:Guide")}
		for _, types := range [][]string{nil, interactive[:2], {interactive[0], interactive[2]}} {
			more := object{"SegmentAttributes": guide}
			if types != nil {
				more["SupportedMessagingContentTypes"] = types
			}
			wantRefused(t, h.starting(more), 400, "InvalidRequestException", "SegmentAttributes")
		}
		p := h.open(object{"SegmentAttributes": guide, "SupportedMessagingContentTypes": interactive})
		if got := h.segment(p.contact, "connect:Subtype"); got != `{"ValueString":"connect:Guide"}` {
			t.Errorf("the subtype is %s", got)
		}
	})
}

func TestSegmentAttributesThatAreNotTheCallersAreRefused(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		for _, bad := range []object{
			{"connect:Subtype": text("connect:SMS")}, {"connect:Subtype": object{"ValueInteger": 1}},
			{"connect:Direction": text("INBOUND")}, {"perch:ResponseMode": text("COMPLETE")},
			{"mine": object{"ValueArn": "arn:aws:connect:::x"}}, {"mine": object{"ValueList": []object{text("a")}}},
		} {
			wantRefused(t, h.starting(object{"SegmentAttributes": bad}), 400, "InvalidRequestException", "SegmentAttributes")
		}
		wantRefused(t, h.starting(object{"SegmentAttributes": object{"no blanks": text("a")}}), 400, "InvalidParameterException", "SegmentAttributes")
	})
}

func TestFlowsReadSegmentAttributes(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		flow := h.flow("reader", "$.SegmentAttributes['connect:Subtype'] $.SegmentAttributes.tier $.SegmentAttributes['perch:ResponseMode'] "+
			"$.SegmentAttributes['connect:CustomerAuthentication']['Status']")
		p := h.open(object{"ContactFlowId": flow, "ParticipantConfiguration": object{"ResponseMode": "INCREMENTAL"}, "SegmentAttributes": object{
			"tier": text("gold"), "connect:CustomerAuthentication": object{"ValueMap": object{"Status": text("AUTHENTICATED")}}}})
		if told := p.told(); !slices.Contains(told, "SYSTEM: connect:Chat gold INCREMENTAL AUTHENTICATED") {
			t.Errorf("the flow said %q", told)
		}
	})
}

// A bot's backend learns by it whether to answer in pieces; perch itself has
// only complete texts to deliver.
func TestResponseModeIsThereForBotsToRead(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		for _, mode := range []string{"INCREMENTAL", "COMPLETE"} {
			p := h.begin(object{"ParticipantConfiguration": object{"ResponseMode": mode}})
			if got, want := h.segment(p.contact, "perch:ResponseMode"), `{"ValueString":"`+mode+`"}`; got != want {
				t.Errorf("the response mode is %s, want %s", got, want)
			}
		}
		wantRefused(t, h.starting(object{"ParticipantConfiguration": object{"ResponseMode": "SOMETIMES"}}), 400, "InvalidParameterException", "ResponseMode")
	})
}

func TestDisconnectOnCustomerExitBringsTheSurveyToTheCustomerWhoLeaves(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		a := h.available(1)
		p := h.open(object{"DisconnectOnCustomerExit": []string{"AGENT"}})
		a.accept(p.contact)
		p.call("disconnect", object{}).into(t, &struct{}{})
		synctest.Wait()
		wantReason(t, h, p.contact, "CUSTOMER_DISCONNECT")
		wantState(t, a, p.contact, "ENDED")
		survey := h.next(p.contact)
		if c := h.describe(survey); c.InitiationMethod != "DISCONNECT" || c.DisconnectTimestamp != 0 {
			t.Errorf("the survey's contact is %+v", c)
		}
		p.say("5") // the customer is still there
		if told := p.told(); count(told, "participant.left") != 1 || count(told, "CUSTOMER: 5") != 1 {
			t.Errorf("the customer sees %q", told)
		}
	})
	story2(t, "without it", func(t *testing.T, h *house) {
		a := h.available(1)
		p := h.open(nil)
		a.accept(p.contact)
		p.call("disconnect", object{}).into(t, &struct{}{})
		wantReason(t, h, p.contact, "CUSTOMER_DISCONNECT")
		wantRefused(t, p.call("message", object{"ContentType": "text/plain", "Content": "5"}), 403, "AccessDeniedException", "")
	})
}

func TestCustomerIdIsShownAndReadByFlows(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		flow := h.flow("reader", "you are $.CustomerId")
		p := h.open(object{"ContactFlowId": flow, "CustomerId": "customer-7"})
		if got := h.described(p.contact)["CustomerId"]; got != "customer-7" {
			t.Errorf("the customer is %v", got)
		}
		if told := p.told(); !slices.Contains(told, "SYSTEM: you are customer-7") {
			t.Errorf("the flow said %q", told)
		}
	})
}

func TestRelatedContactBringsItsAttributesAndCustomerAndNoTranscript(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		past := h.open(object{"CustomerId": "customer-7", "Attributes": object{"name": "Ada", "tier": "gold"}})
		p := h.open(object{"RelatedContactId": past.contact, "Attributes": object{"tier": "silver"}})
		if c := h.described(p.contact); c["RelatedContactId"] != past.contact || c["CustomerId"] != "customer-7" {
			t.Errorf("the contact is %v", c)
		}
		var out struct{ Attributes map[string]string }
		h.signed("GET", fmt.Sprintf("/contact/attributes/%s/%s", h.started.InstanceID, p.contact), nil).into(t, &out)
		if out.Attributes["name"] != "Ada" || out.Attributes["tier"] != "silver" {
			t.Errorf("the attributes are %v", out.Attributes)
		}
		for _, i := range p.transcript() {
			if i.ContactId != p.contact {
				t.Errorf("the transcript has %v of another contact", i)
			}
		}
		other := h.open(object{"RelatedContactId": past.contact, "CustomerId": "customer-8"})
		if c := h.described(other.contact); c["CustomerId"] != "customer-8" {
			t.Errorf("the request's own customer gave way to %v", c["CustomerId"])
		}
		wantRefused(t, h.starting(object{"RelatedContactId": "nobody"}), 404, "ResourceNotFoundException", "")
	})
}

func TestChatDurationInMinutesHasItsBounds(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		for minutes, ok := range map[int]bool{59: false, 60: true, 10080: true, 10081: false} {
			if r := h.starting(object{"ChatDurationInMinutes": minutes}); (r.status == 200) != ok || !ok && r.fault != "InvalidParameterException" {
				t.Errorf("%d minutes: %d %s", minutes, r.status, r.body)
			}
		}
		p := h.open(object{"ChatDurationInMinutes": 60})
		elapse(59 * time.Minute)
		wantReason(t, h, p.contact, "")
		elapse(time.Minute)
		wantReason(t, h, p.contact, "EXPIRED")
	})
}

func TestInitialMessageIsTheCustomersFirstWordsAndReadByFlows(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		flow := h.flow("reader", "you said $.Media.InitialMessage")
		p := h.open(object{"ContactFlowId": flow, "InitialMessage": object{"ContentType": "text/plain", "Content": "hello"}})
		told := p.told()
		if at := slices.Index(told, "CUSTOMER: hello"); at < 0 || !slices.Contains(told[at:], "SYSTEM: you said hello") {
			t.Errorf("the transcript is %q", told)
		}
	})
}

func TestSupportedMessagingContentTypesAreWhatCanBeSaid(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		markdown := object{"ContentType": "text/markdown", "Content": "*hello*"}
		plain := h.open(nil)
		wantRefused(t, plain.call("message", markdown), 400, "ValidationException", "ContentType")
		rich := h.open(object{"SupportedMessagingContentTypes": []string{"text/plain", "text/markdown"}})
		rich.call("message", markdown).into(t, &struct{}{})
		wantRefused(t, h.starting(object{"SupportedMessagingContentTypes": []string{"text/markdown"}}), 400, "InvalidParameterException", "text/plain")
	})
}

func TestParticipantDetailsNameTheCustomer(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		p := h.open(object{"ParticipantDetails": object{"DisplayName": "Grace"}})
		if told := p.told(); !slices.Contains(told, "Grace participant.joined") {
			t.Errorf("the transcript is %q", told)
		}
	})
}

// story2 is a story as one of several in a test.
func story2(t *testing.T, name string, tell func(*testing.T, *house)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		story(t, tell)
	})
}
