package serve_test

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// update calls UpdateContact.
func (h *house) update(contact string, body object) reply {
	h.t.Helper()
	return h.signed("POST", fmt.Sprintf("/contacts/%s/%s", h.started.InstanceID, contact), body)
}

func (h *house) tag(contact string, tags object) reply {
	h.t.Helper()
	return h.signed("POST", "/contact/tags", object{"InstanceId": h.started.InstanceID, "ContactId": contact, "Tags": tags})
}

func (h *house) untag(contact string, keys ...string) reply {
	h.t.Helper()
	return h.signed("DELETE", fmt.Sprintf("/contact/tags/%s/%s?%s", h.started.InstanceID, contact, url.Values{"TagKeys": keys}.Encode()), nil)
}

// tags are those of a contact, as key=value.
func (h *house) tags(contact string) string {
	h.t.Helper()
	all, _ := h.described(contact)["Tags"].(object)
	var out []string
	for _, k := range slices.Sorted(maps.Keys(all)) {
		out = append(out, fmt.Sprint(k, "=", all[k]))
	}
	return strings.Join(out, " ")
}

func wantDone(t *testing.T, r reply) {
	t.Helper()
	if r.status != 200 || r.body != "{}" {
		t.Errorf("the answer is %d %s, want 200 {}", r.status, r.body)
	}
}

func TestUpdateContactChangesWhatItNames(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		p := h.open(object{"SegmentAttributes": object{"tier": text("gold")}})
		elapse(time.Minute)
		wantDone(t, h.update(p.contact, object{"Name": "Order 7", "Description": "late"}))
		wantDone(t, h.update(p.contact, object{"Description": "lost", "SegmentAttributes": object{"seats": text("4")}}))
		c := h.described(p.contact)
		if c["Name"] != "Order 7" || c["Description"] != "lost" || c["LastUpdateTimestamp"] != seconds(time.Now()) {
			t.Errorf("the contact is %v", c)
		}
		if tier, seats := h.segment(p.contact, "tier"), h.segment(p.contact, "seats"); tier != `{"ValueString":"gold"}` || seats != `{"ValueString":"4"}` {
			t.Errorf("the segment attributes are %s and %s", tier, seats)
		}
		wantDone(t, h.update(p.contact, object{"Name": ""}))
		if c := h.described(p.contact); c["Name"] != nil || c["Description"] != "lost" {
			t.Errorf("after taking the name away the contact is %v", c)
		}
	})
}

func TestReferencesAreReadByFlows(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		flow := h.flowOf("waits", `{"Version":"2019-10-30","StartAction":"wait","Actions":[
			{"Identifier":"wait","Type":"Wait","Parameters":{"TimeLimitSeconds":"600","Events":["CustomerReturned"]},
			 "Transitions":{"NextAction":"say","Conditions":[{"NextAction":"say","Condition":{"Operator":"Equals","Operands":["CustomerReturned"]}},
			  {"NextAction":"say","Condition":{"Operator":"Equals","Operands":["WaitCompleted"]}}],"Errors":[{"ErrorType":"NoMatchingError","NextAction":"say"}]}},
			{"Identifier":"say","Type":"MessageParticipant","Parameters":{"Text":"$.Name: $.References.order.Value is a $.References.order.Type, $.Tags.team"},"Transitions":{"NextAction":"end"}},
			{"Identifier":"end","Type":"Wait","Parameters":{"TimeLimitSeconds":"604800"},"Transitions":{"NextAction":"bye","Conditions":[
			{"NextAction":"bye","Condition":{"Operator":"Equals","Operands":["WaitCompleted"]}}],"Errors":[{"NextAction":"bye","ErrorType":"NoMatchingError"}]}},
		{"Identifier":"bye","Type":"DisconnectParticipant","Parameters":{},"Transitions":{}}]}`)
		p := h.open(object{"ContactFlowId": flow})
		wantDone(t, h.update(p.contact, object{"Name": "Order 7", "References": object{
			"order": object{"Type": "URL", "Value": "https://example.com/7"}, "due": object{"Type": "DATE", "Value": "1700000000"}}}))
		wantDone(t, h.tag(p.contact, object{"team": "lost-parcels"}))
		p.say("hello")
		elapse(time.Second)
		if told := p.told(); !slices.Contains(told, "SYSTEM: Order 7: https://example.com/7 is a URL, lost-parcels") {
			t.Errorf("the flow said %q", told)
		}
	})
}

func TestUpdateContactRefusesWhatItCannotChange(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		p := h.open(nil)
		for _, body := range []object{
			{}, {"QueueInfo": object{"Id": "q"}}, {"UserInfo": object{"UserId": "u"}}, {"CustomerEndpoint": object{"Type": "VOIP"}},
			{"SystemEndpoint": object{"Address": "a"}}, {"SegmentAttributes": object{"connect:Subtype": text("connect:Guide")}},
			{"SegmentAttributes": object{"connect:Direction": text("INBOUND")}}, {"References": object{"file": object{"Type": "ATTACHMENT"}}},
		} {
			body["Name"] = nil
			wantRefused(t, h.update(p.contact, body), 400, "InvalidRequestException", "")
		}
		for _, body := range []object{
			{"Name": strings.Repeat("x", 1025)}, {"Description": strings.Repeat("x", 4097)}, {"References": object{"": object{"Type": "URL"}}},
			{"References": object{"a": object{"Type": "LINK"}}}, {"References": object{"a": object{"Type": "DATE", "Value": "tomorrow"}}},
		} {
			wantRefused(t, h.update(p.contact, body), 400, "InvalidParameterException", "")
		}
		wantRefused(t, h.update("nobody", object{"Name": "a"}), 404, "ResourceNotFoundException", "")
		if c := h.described(p.contact); c["Name"] != nil || h.segment(p.contact, "connect:Subtype") != `{"ValueString":"connect:Chat"}` {
			t.Errorf("something was changed all the same: %v", c)
		}
	})
}

// What many calls add has to end somewhere.
func TestDetailsOfAContactHaveALimit(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		p := h.begin(nil)
		long, refused := strings.Repeat("x", 4096), 0
		for n := range 40 {
			r := h.update(p.contact, object{"References": object{fmt.Sprint("r", n): object{"Type": "STRING", "Value": long}}})
			if r.status != 200 {
				wantRefused(t, r, 400, "InvalidParameterException", "131072")
				refused++
			}
		}
		if refused != 40-31 {
			t.Errorf("%d of 40 references of 4 KB are refused, want 9", refused)
		}
	})
}

func TestTagsAreAddedReplacedAndTakenOff(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		p := h.open(nil)
		wantDone(t, h.tag(p.contact, object{"team": "red", "cost": "12.5"}))
		wantDone(t, h.tag(p.contact, object{"team": "blue", "empty": ""}))
		if got := h.tags(p.contact); got != "cost=12.5 empty= team=blue" {
			t.Errorf("the tags are %q", got)
		}
		wantDone(t, h.untag(p.contact, "team", "empty", "never-there"))
		if got := h.tags(p.contact); got != "cost=12.5" {
			t.Errorf("the tags are %q", got)
		}
	})
}

func TestAContactHasSixTagsAtMost(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		p := h.open(nil)
		wantRefused(t, h.tag(p.contact, object{"a": "", "b": "", "c": "", "d": "", "e": "", "f": "", "g": ""}), 400, "InvalidParameterException", "Tags")
		wantDone(t, h.tag(p.contact, object{"a": "1", "b": "1", "c": "1", "d": "1", "e": "1"}))
		wantRefused(t, h.tag(p.contact, object{"f": "1", "g": "1"}), 400, "InvalidRequestException", "6")
		wantDone(t, h.tag(p.contact, object{"a": "2", "f": "1"}))
		wantRefused(t, h.tag(p.contact, object{"g": "1"}), 400, "InvalidRequestException", "6")
		if got := h.tags(p.contact); got != "a=2 b=1 c=1 d=1 e=1 f=1" {
			t.Errorf("the tags are %q", got)
		}
	})
}

func TestTagKeysOfTheSystemAreRefused(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		p := h.open(nil)
		for _, key := range []string{"aws:connect:instanceId", "a b", "ä", strings.Repeat("x", 129)} {
			wantRefused(t, h.tag(p.contact, object{key: "1"}), 400, "InvalidParameterException", "Tags")
			wantRefused(t, h.untag(p.contact, key), 400, "InvalidParameterException", "TagKeys")
		}
		wantRefused(t, h.untag(p.contact), 400, "InvalidParameterException", "TagKeys")
		wantDone(t, h.tag(p.contact, object{"aws": "1", "cost-centre_1.2:3/4": "1"}))
		wantRefused(t, h.tag("nobody", object{"a": "1"}), 404, "ResourceNotFoundException", "")
		wantRefused(t, h.untag("nobody", "a"), 404, "ResourceNotFoundException", "")
	})
}

func TestDetailsChangeOnEndedContactsAndSurviveARestart(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		a := h.available(1)
		p := h.open(nil)
		a.accept(p.contact)
		second := a.transfer(p.contact, "Basic queue")
		p.call("disconnect", object{}).into(t, &struct{}{})
		elapse(time.Hour)
		for _, contact := range []string{p.contact, second} {
			wantDone(t, h.update(contact, object{"Name": "name of " + contact, "SegmentAttributes": object{"verdict": text("good")}}))
			wantDone(t, h.tag(contact, object{"which": contact}))
		}
		h.stop()
		h.start()
		for _, contact := range []string{p.contact, second} {
			c := h.described(contact)
			if c["Name"] != "name of "+contact || h.tags(contact) != "which="+contact || h.segment(contact, "verdict") != `{"ValueString":"good"}` {
				t.Errorf("contact %s is %v", contact, c)
			}
			if c["LastUpdateTimestamp"].(float64) < c["DisconnectTimestamp"].(float64)+3599 {
				t.Errorf("contact %s ended at %v and was updated at %v", contact, c["DisconnectTimestamp"], c["LastUpdateTimestamp"])
			}
		}
	})
}

func TestChangesOfDetailsAtTheSameTimeAreAllKept(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		p := h.open(nil)
		done := make(chan reply)
		for n := range 6 {
			go func() { done <- h.tag(p.contact, object{string(rune('a' + n)): "1"}) }()
		}
		for range 6 {
			wantDone(t, <-done)
		}
		if got := h.tags(p.contact); got != "a=1 b=1 c=1 d=1 e=1 f=1" {
			t.Errorf("the tags are %q", got)
		}
	})
}
