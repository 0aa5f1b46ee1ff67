package serve_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
)

// What the default disconnect flow says.
const (
	survey  = "How would you rate our help"
	thanks  = "Thank you for your feedback"
	goodbye = "Goodbye!"
)

// surveyed is a chat whose agent has ended it: the disconnect flow waits for
// the customer's answer on a contact of its own.
func surveyed(t *testing.T, h *house) (p *person, a *agent, c3 string) {
	a = h.available(1)
	p = h.open(nil)
	a.accept(p.contact)
	p.say("one thing before you go")
	a.does("end", p.contact)
	return p, a, h.next(p.contact)
}

func TestAnswerToTheSurveyWakesTheFlow(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		p, a, c3 := surveyed(t, h)
		if got := h.describe(c3); got.InitiationMethod != "DISCONNECT" || got.InitialContactId != p.contact || got.DisconnectReason != "" {
			t.Errorf("the survey's contact is %+v", got)
		}
		wantReason(t, h, p.contact, "AGENT_DISCONNECT")
		wantState(t, a, p.contact, "ENDED")
		if told := p.told(); count(told, survey) != 1 || count(told, thanks) != 0 {
			t.Errorf("the customer reads %q", told)
		}
		h.pass(14*time.Minute + 59*time.Second)
		p.say("5")
		synctest.Wait()
		wantReason(t, h, c3, "CONTACT_FLOW_DISCONNECT")
		if told := h.past(p.contact); count(told, survey) != 1 || count(told, thanks) != 1 || count(told, goodbye) != 0 ||
			told[len(told)-1] != "chat.ended" {
			t.Errorf("the chat was %q", told)
		}
	})
}

func TestSurveyGivesUpAfterFifteenMinutes(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		p, _, c3 := surveyed(t, h)
		elapse(15*time.Minute - time.Millisecond)
		wantReason(t, h, c3, "")
		elapse(time.Millisecond)
		wantReason(t, h, c3, "CONTACT_FLOW_DISCONNECT")
		if told := h.past(p.contact); count(told, goodbye) != 1 || count(told, thanks) != 0 {
			t.Errorf("the chat was %q", told)
		}
	})
}

// Between the agent's leaving and the beginning of the wait, the customer's
// contact is the survey's already. Here the flow does not hear that it is to
// start, so that there is time for a message.
func TestMessageFromBeforeTheWaitDoesNotAnswerTheSurvey(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		a := h.available(1)
		p := h.open(nil)
		a.accept(p.contact)
		h.bell.deaf.Store(true)
		a.does("end", p.contact)
		p.say("wait, I am not done")
		if told := p.told(); count(told, survey) != 0 {
			t.Fatalf("the flow has begun: %q", told)
		}
		h.bell.deaf.Store(false)
		elapse(30 * time.Second)
		if told := p.told(); count(told, survey) != 1 || count(told, thanks) != 0 {
			t.Errorf("the customer reads %q", told)
		}
		c3 := h.next(p.contact)
		wantReason(t, h, c3, "")
		p.say("4")
		synctest.Wait()
		wantReason(t, h, c3, "CONTACT_FLOW_DISCONNECT")
	})
}

func TestWaitGoesOnWhileTheServerIsDown(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		p, _, c3 := surveyed(t, h)
		answered, _, _ := surveyed(t, h)
		h.pass(10 * time.Minute)
		wantReason(t, h, c3, "")
		answered.say("3")
		h.pass(5*time.Minute - time.Millisecond)
		wantReason(t, h, c3, "")
		elapse(time.Millisecond)
		wantReason(t, h, c3, "CONTACT_FLOW_DISCONNECT")
		if told := h.past(answered.contact); count(told, thanks) != 1 {
			t.Errorf("the answered survey was %q", told)
		}
		if told := h.past(p.contact); count(told, goodbye) != 1 {
			t.Errorf("the unanswered survey was %q", told)
		}
	})
}

func TestAfterContactWorkLastsUntilItIsCleared(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		a := h.available(1)
		p := h.open(nil)
		accepted := time.Now()
		a.accept(p.contact)
		elapse(90 * time.Second)
		if got := h.describe(p.contact).AgentInfo; got.AfterContactWorkStartTimestamp != 0 || got.AfterContactWorkDuration != nil {
			t.Errorf("while the agent talks, the work is %+v", got)
		}
		ended := time.Now()
		a.does("end", p.contact)
		elapse(47*time.Second + 900*time.Millisecond)
		got := h.describe(p.contact).AgentInfo
		// A chat's times are those of its entries, each at least a millisecond after the one before.
		if late := got.AcceptedByAgentTimestamp - seconds(accepted); late < 0 || late > 0.1 || got.AfterContactWorkStartTimestamp != seconds(ended) ||
			got.AfterContactWorkEndTimestamp != 0 || got.AfterContactWorkDuration != nil {
			t.Errorf("during the work, it is %+v", got)
		}
		if r := a.on(p.contact, "end", nil); r.status != 409 {
			t.Errorf("ending once more answers %d, want 409", r.status)
		}
		cleared := time.Now()
		a.does("clear", p.contact)
		elapse(time.Minute)
		got = h.describe(p.contact).AgentInfo
		if got.AfterContactWorkStartTimestamp != seconds(ended) || got.AfterContactWorkEndTimestamp != seconds(cleared) ||
			got.AfterContactWorkDuration == nil || *got.AfterContactWorkDuration != 47 {
			t.Errorf("after the work, it is %+v", got)
		}
		if r := a.on(p.contact, "clear", nil); r.status != 404 {
			t.Errorf("clearing once more answers %d, want 404", r.status)
		}
	})
}

// plain makes a flow that queues a chat and hooks nothing.
func plain(h *house) (flow perch.FlowID) {
	h.furnish(func(ctx context.Context, c *catalog.Catalog) error {
		queue, err := c.QueueNamed(ctx, h.started.InstanceID, "Basic queue")
		if err != nil {
			return err
		}
		made, err := c.PutFlow(ctx, h.started.InstanceID, catalog.Flow{Name: "Plain", Type: catalog.FlowInbound,
			Content: strings.ReplaceAll(`{"Version":"2019-10-30","StartAction":"queue","Actions":[
				{"Identifier":"queue","Type":"UpdateContactTargetQueue","Parameters":{"QueueId":"$queue"},
				 "Transitions":{"NextAction":"enter","Errors":[{"ErrorType":"NoMatchingError","NextAction":"end"}]}},
				{"Identifier":"enter","Type":"TransferContactToQueue","Parameters":{},"Transitions":{"NextAction":"end",
				 "Errors":[{"ErrorType":"QueueAtCapacity","NextAction":"end"},{"ErrorType":"NoMatchingError","NextAction":"end"}]}},
				{"Identifier":"end","Type":"DisconnectParticipant","Parameters":{},"Transitions":{}}]}`, "$queue", string(queue.ID))})
		flow = made.ID
		return err
	})
	return flow
}

func TestAgentEndsTheChatWhereNothingIsHooked(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		flow := plain(h)
		a := h.available(1)
		p := h.open(object{"ContactFlowId": flow})
		a.accept(p.contact)
		a.does("end", p.contact)
		wantReason(t, h, p.contact, "AGENT_DISCONNECT")
		wantState(t, a, p.contact, "ENDED")
		if r := p.call("message", object{"ContentType": "text/plain", "Content": "anybody?"}); r.status != 403 {
			t.Errorf("a message after the end answers %d, want 403", r.status)
		}
		told := h.past(p.contact)
		if want := []string{"Ana participant.left", "chat.ended"}; len(told) < 2 || told[len(told)-2] != want[0] || told[len(told)-1] != want[1] {
			t.Errorf("the chat ended %q, want %q", told, want)
		}
	})
}

func TestCustomerWhoLeavesGetsNoSurveyUnlessAskedFor(t *testing.T) {
	for name, c := range map[string]struct {
		request object
		survey  bool
	}{"by default": {nil, false}, "asked for": {object{"DisconnectOnCustomerExit": []string{"AGENT"}}, true}} {
		t.Run(name, func(t *testing.T) {
			story(t, func(t *testing.T, h *house) {
				a := h.available(1)
				p := h.open(c.request)
				a.accept(p.contact)
				p.call("disconnect", object{}).into(t, &struct{}{})
				synctest.Wait()
				wantReason(t, h, p.contact, "CUSTOMER_DISCONNECT")
				wantState(t, a, p.contact, "ENDED")
				if r := p.call("transcript", object{}); (r.status == 200) != c.survey {
					t.Errorf("reading afterwards answers %d", r.status)
				}
				if c.survey {
					h.pass(15 * time.Minute)
					wantReason(t, h, h.next(p.contact), "CONTACT_FLOW_DISCONNECT")
				}
			})
		})
	}
}
