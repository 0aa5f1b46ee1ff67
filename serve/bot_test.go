package serve_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// adding asks for a custom participant; more are members of the request.
func (h *house) adding(contact string, more object) reply {
	h.t.Helper()
	body := object{"InstanceId": h.started.InstanceID, "ContactId": contact,
		"ParticipantDetails": object{"ParticipantRole": "CUSTOM_BOT", "DisplayName": "Robbie"}}
	for k, v := range more {
		body[k] = v
	}
	return h.signed("POST", "/contact/create-participant", body)
}

// invited is a custom participant who has not connected.
func (h *house) invited(contact string, more object) *person {
	h.t.Helper()
	var out struct {
		ParticipantId          string
		ParticipantCredentials struct{ ParticipantToken, Expiry string }
	}
	h.adding(contact, more).into(h.t, &out)
	at, err := time.Parse("2006-01-02T15:04:05.000Z", out.ParticipantCredentials.Expiry)
	if err != nil || at.Before(time.Now().Add(time.Hour)) {
		h.t.Errorf("the token expires at %q: %v", out.ParticipantCredentials.Expiry, err)
	}
	return &person{h: h, contact: contact, id: out.ParticipantId, token: out.ParticipantCredentials.ParticipantToken}
}

// bot is a custom participant who is in the chat.
func (h *house) bot(contact string) *person {
	h.t.Helper()
	b := h.invited(contact, nil)
	b.connect()
	return b
}

func TestCustomParticipantTalksWithTheCustomer(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		p := h.open(nil)
		b := h.bot(p.contact)
		p.say("hello")
		b.say("beep")
		told := strings.Join(p.told(), "\n")
		if !strings.Contains(told, "Robbie participant.joined\nCUSTOMER: hello\nCUSTOM_BOT: beep") || told != strings.Join(b.told(), "\n") {
			t.Errorf("the customer reads %q, the bot %q", told, b.told())
		}
		b.call("disconnect", object{}).into(t, &struct{}{})
		if told := p.told(); count(told, "Robbie participant.left") != 1 {
			t.Errorf("the customer reads %q", told)
		}
		wantRefused(t, b.call("message", object{"ContentType": "text/plain", "Content": "x"}), 403, "AccessDeniedException", "")
		p.say("still here")
		h.bot(p.contact) // there is room for another
	})
}

func TestCustomParticipantMustConnectIn15Seconds(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		p := h.open(nil)
		b := h.invited(p.contact, nil)
		elapse(14 * time.Second)
		wantRefused(t, h.adding(p.contact, nil), 409, "ConflictException", "")
		elapse(time.Second)
		wantRefused(t, h.borne("POST", "/participant/connection", "X-Amz-Bearer", b.token, object{"Type": []string{"CONNECTION_CREDENTIALS"}}),
			403, "AccessDeniedException", "")
		if told := p.told(); count(told, "Robbie") != 0 {
			t.Errorf("the customer reads of somebody who never came: %q", told)
		}
		// Any connection will do, and then there is time.
		b = h.invited(p.contact, nil)
		var out struct {
			ConnectionCredentials struct{ ConnectionToken string }
		}
		h.borne("POST", "/participant/connection", "X-Amz-Bearer", b.token, object{"Type": []string{"CONNECTION_CREDENTIALS"}}).into(t, &out)
		b.credentials = out.ConnectionCredentials.ConnectionToken
		elapse(time.Minute)
		b.say("beep")
	})
}

func TestCustomParticipantIsAddedOnceForAClientToken(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		p := h.open(nil)
		token := object{"ClientToken": "once"}
		one, two := h.invited(p.contact, token), h.invited(p.contact, token)
		if one.id != two.id {
			t.Errorf("two participants, %s and %s", one.id, two.id)
		}
		wantRefused(t, h.adding(p.contact, object{"ClientToken": "once", "ParticipantDetails": object{"ParticipantRole": "CUSTOM_BOT", "DisplayName": "Eve"}}),
			400, "InvalidRequestException", "ClientToken")
	})
}

func TestWhoCannotBeAddedIsRefused(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		a := h.available(1)
		p := h.open(nil)
		for _, details := range []object{
			{"DisplayName": "x"}, {"ParticipantRole": "CUSTOMER"}, {"ParticipantRole": "AGENT"},
			{"ParticipantRole": "CUSTOM_BOT", "ParticipantCapabilities": object{"Video": "SEND"}},
		} {
			wantRefused(t, h.adding(p.contact, object{"ParticipantDetails": details}), 400, "InvalidRequestException", "ParticipantDetails")
		}
		a.accept(p.contact)
		wantRefused(t, h.adding(p.contact, nil), 409, "ConflictException", "agent")
		wantRefused(t, h.adding("nobody", nil), 404, "ResourceNotFoundException", "")
		next := a.transfer(p.contact, "Basic queue")
		wantRefused(t, h.adding(p.contact, nil), 400, "InvalidRequestException", "ended") // of a contact that is over
		h.bot(next)
	})
}

func TestCustomParticipantMakesWayForAnAgent(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		p := h.open(nil)
		b := h.bot(p.contact)
		b.say("beep")
		h.available(1).accept(p.contact)
		told := p.told()
		if count(told, "Robbie participant.left") != 1 {
			t.Errorf("the customer reads %q", told)
		}
		wantRefused(t, b.call("transcript", object{}), 403, "AccessDeniedException", "")
	})
}

// waiting is a flow that waits for a custom participant to go, and says how the
// wait ended.
func (h *house) waiting(t *testing.T) (flow string) {
	t.Helper()
	say := func(id string) string {
		return `{"Identifier":"` + id + `","Type":"MessageParticipant","Parameters":{"Text":"` + id + `"},"Transitions":{"NextAction":"end"}},`
	}
	branch := func(result, next string) string {
		return `{"NextAction":"` + next + `","Condition":{"Operator":"Equals","Operands":["` + result + `"]}}`
	}
	return h.flowOf("waits for the bot", `{"Version":"2019-10-30","StartAction":"first","Actions":[
		{"Identifier":"first","Type":"Wait","Parameters":{"TimeLimitSeconds":"600","Events":["CustomerReturned"]},
		 "Transitions":{"NextAction":"wait","Conditions":[`+branch("CustomerReturned", "wait")+","+branch("WaitCompleted", "wait")+`],
		  "Errors":[{"ErrorType":"NoMatchingError","NextAction":"wait"}]}},
		{"Identifier":"wait","Type":"Wait","Parameters":{"TimeLimitSeconds":"600","Events":["BotParticipantDisconnected"]},
		 "Transitions":{"NextAction":"WaitCompleted","Conditions":[`+branch("BotParticipantDisconnected", "BotParticipantDisconnected")+","+branch("WaitCompleted", "WaitCompleted")+`],
		  "Errors":[{"ErrorType":"NoMatchingError","NextAction":"NoMatchingError"},{"ErrorType":"ParticipantNotFound","NextAction":"ParticipantNotFound"}]}},
		`+say("BotParticipantDisconnected")+say("WaitCompleted")+say("NoMatchingError")+say("ParticipantNotFound")+`
		{"Identifier":"end","Type":"Wait","Parameters":{"TimeLimitSeconds":"604800"},"Transitions":{"NextAction":"bye","Conditions":[
			{"NextAction":"bye","Condition":{"Operator":"Equals","Operands":["WaitCompleted"]}}],"Errors":[{"NextAction":"bye","ErrorType":"NoMatchingError"}]}},
		{"Identifier":"bye","Type":"DisconnectParticipant","Parameters":{},"Transitions":{}}]}`)
}

func TestFlowsWaitForACustomParticipant(t *testing.T) {
	for name, c := range map[string]struct {
		happens func(h *house, p *person)
		want    string
	}{
		"who leaves": {func(h *house, p *person) {
			b := h.bot(p.contact)
			p.say("go")
			elapse(time.Second)
			b.call("disconnect", object{}).into(h.t, &struct{}{})
		}, "SYSTEM: BotParticipantDisconnected"},
		"who never connects": {func(h *house, p *person) {
			h.invited(p.contact, nil)
			p.say("go")
			elapse(16 * time.Second)
		}, "SYSTEM: BotParticipantDisconnected"},
		"who has left before": {func(h *house, p *person) {
			h.bot(p.contact).call("disconnect", object{}).into(h.t, &struct{}{})
			p.say("go")
		}, "SYSTEM: ParticipantNotFound"},
		"who was never there": {func(_ *house, p *person) { p.say("go") }, "SYSTEM: ParticipantNotFound"},
		"who stays": {func(h *house, p *person) {
			h.bot(p.contact)
			p.say("go")
			elapse(time.Second)
			p.say("and this wakes nobody")
			elapse(10*time.Minute + time.Second)
		}, "SYSTEM: WaitCompleted"},
	} {
		story2(t, name, func(t *testing.T, h *house) {
			flow := h.waiting(t)
			p := h.open(object{"ContactFlowId": flow})
			c.happens(h, p)
			elapse(time.Second)
			synctest.Wait()
			told := p.told()
			if count(told, "SYSTEM: ") != 1 || count(told, c.want) != 1 {
				t.Errorf("the flow said %q, want %q alone", told, c.want)
			}
		})
	}
}
