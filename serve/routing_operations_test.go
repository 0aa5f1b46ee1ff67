package serve_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
)

// routes calls UpdateContactRoutingData.
func (h *house) routes(contact string, body object) reply {
	h.t.Helper()
	r := h.signed("POST", "/contacts/"+string(h.started.InstanceID)+"/"+contact+"/routing-data", body)
	h.settle()
	return r
}

// criteria are a contact's, as DescribeContact shows them.
func (h *house) criteria(contact string) (out struct {
	ActivationTimestamp float64
	Steps               []struct {
		Status string
		Expiry struct {
			DurationInSeconds int
			ExpiryTimestamp   float64
		}
		Expression map[string]any
	}
}) {
	h.t.Helper()
	var c struct {
		Contact struct{ RoutingCriteria json.RawMessage }
	}
	h.signed("GET", "/contacts/"+string(h.started.InstanceID)+"/"+contact, nil).into(h.t, &c)
	h.must(json.Unmarshal(c.Contact.RoutingCriteria, &out))
	return out
}

func TestRoutingDataMovesAWaitingContact(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		h.furnish(func(ctx context.Context, c *catalog.Catalog) error {
			p, err := c.RoutingProfileNamed(ctx, h.started.InstanceID, "Basic routing profile")
			if err != nil {
				return err
			}
			p.ChatConcurrency = 1
			_, err = c.PutRoutingProfile(ctx, h.started.InstanceID, p)
			return err
		})
		var chats []*person
		for range 4 {
			chats = append(chats, h.open(nil))
			elapse(time.Second)
		}
		h.routes(chats[3].contact, object{"QueuePriority": 1}).into(t, &struct{}{})
		h.routes(chats[2].contact, object{"QueueTimeAdjustmentSeconds": 60}).into(t, &struct{}{})
		a := h.available(1)
		for _, n := range []int{3, 2, 0, 1} {
			a.accept(chats[n].contact)
			chats[n].call("disconnect", object{}).into(t, &struct{}{})
			h.settle()
			if n == 2 {
				wantStatusOf(t, "moving what has ended", h.routes(chats[2].contact, object{"QueuePriority": 1}), 409)
			}
			a.does("clear", chats[n].contact)
		}
		for what, body := range map[string]object{"nothing": {}, "both": {"QueuePriority": 1, "QueueTimeAdjustmentSeconds": 1},
			"no such agent": {"RoutingCriteria": object{"Steps": []object{{"Expression": named("nobody")}}}}} {
			if r := h.routes(h.open(nil).contact, body); r.status != 400 && r.status != 404 {
				t.Errorf("%s is answered %d %s", what, r.status, r.body)
			}
		}
	})
}

// named is an expression that asks for one agent.
func named(user string) object {
	return object{"AttributeCondition": object{"MatchCriteria": object{"AgentsCriteria": object{"AgentIds": []string{user}}}}}
}

func TestRoutingCriteriaAreFollowedAndDescribed(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		h.editAgent(2, func(ctx context.Context, c *catalog.Catalog, u *catalog.User) {
			if _, err := catalog.PredefinedAttributeKind().Create(ctx, c, u.Instance, catalog.PredefinedAttribute{Name: "language", Values: []string{"fr"}}); err != nil {
				t.Fatal(err)
			}
			u.Proficiencies = []perch.Proficiency{{Name: "language", Value: "fr", Level: 4}}
		})
		first, second := h.agent(1), h.available(2)
		p := h.open(object{"Attributes": object{"n": "1"}})
		second.status("Offline")
		elapse(20 * time.Second)
		second.does("clear", p.contact)
		skill := func(kind string, level float64) object {
			return object{kind: object{"Name": "language", "Value": "fr", "ProficiencyLevel": level, "ComparisonOperator": "NumberGreaterOrEqualTo"}}
		}
		began := time.Now()
		h.routes(p.contact, object{"RoutingCriteria": object{"Steps": []object{
			{"Expression": named(first.id), "Expiry": object{"DurationInSeconds": 30}},
			{"Expression": object{"AndExpression": []object{skill("AttributeCondition", 3),
				{"OrExpression": []object{skill("AttributeCondition", 5), skill("NotAttributeCondition", 5)}}}}, "Expiry": object{"DurationInSeconds": 60}}}}}).into(t, &struct{}{})
		got := h.criteria(p.contact)
		if got.ActivationTimestamp != seconds(began) || len(got.Steps) != 2 || got.Steps[0].Status != "ACTIVE" || got.Steps[1].Status != "INACTIVE" ||
			got.Steps[0].Expiry.ExpiryTimestamp != seconds(began.Add(30*time.Second)) || got.Steps[1].Expiry.DurationInSeconds != 60 ||
			got.Steps[1].Expression["AndExpression"] == nil {
			t.Errorf("the criteria are %+v", got)
		}
		second.status("Available")
		elapse(29 * time.Second)
		wantState(t, second, p.contact, "")
		elapse(4 * time.Second)
		wantState(t, second, p.contact, "INCOMING")
		second.accept(p.contact)
		if got := h.criteria(p.contact); got.Steps[0].Status != "EXPIRED" || got.Steps[1].Status != "JOINED" {
			t.Errorf("the criteria are %+v", got)
		}
	})
}

func TestStatusAndContactsOfAnAgentAreChangedByOperations(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		a := h.agent(1)
		user := "/users/" + string(h.started.InstanceID) + "/" + a.id
		put := func(status string) reply { return h.signed("PUT", user+"/status", object{"AgentStatusId": status}) }
		p := h.open(nil)
		assign := func() reply {
			r := h.signed("POST", "/contacts/"+string(h.started.InstanceID)+"/"+p.contact+"/associate-user", object{"UserId": a.id})
			h.settle()
			return r
		}
		dismiss := func() reply { return h.signed("POST", user+"/contact", object{"ContactId": p.contact}) }
		assign().into(t, &struct{}{}) // whatever the agent's status
		wantState(t, a, p.contact, "INCOMING")
		wantStatusOf(t, "offering what is offered", assign(), 400)
		wantStatusOf(t, "dismissing what is offered", dismiss(), 400)
		elapse(20 * time.Second)
		wantState(t, a, p.contact, "MISSED")
		wantStatusOf(t, "offering what is not cleared", assign(), 400)
		dismiss().into(t, &struct{}{})
		wantState(t, a, p.contact, "")
		wantStatusOf(t, "dismissing twice", dismiss(), 404)
		put("Available").into(t, &struct{}{})
		h.settle()
		wantState(t, a, p.contact, "INCOMING")
		a.accept(p.contact)
		put("Offline").into(t, &struct{}{})
		wantStatus(t, a, presence{"Available", "ROUTABLE", "Offline"})
		wantStatusOf(t, "no such status", put("Nap"), 404)
		wantStatusOf(t, "offering what somebody has", assign(), 400)
		a.does("end", p.contact)
		dismiss().into(t, &struct{}{})
		wantStatus(t, a, isOffline)
	})
}
