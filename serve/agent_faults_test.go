package serve_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// agentCalls are all calls of who has signed in.
func agentCalls(contact string) map[string]string {
	calls := map[string]string{"me": "GET", "status": "PUT", "contacts": "GET"}
	for _, verb := range []string{"accept", "reject", "transfer", "end", "clear"} {
		calls["contacts/"+contact+"/"+verb] = "POST"
	}
	return calls
}

func TestAgentsCallsNeedASignIn(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		a := h.available(1)
		p := h.open(nil)
		check := func(what, authorization string) {
			t.Helper()
			for path, method := range agentCalls(p.contact) {
				if r := h.borne(method, "/agent/"+path, "Authorization", authorization, object{}); r.status != 401 || r.fault != "AccessDeniedException" {
					t.Errorf("%s: %s answers %d %s", what, path, r.status, r.body)
				}
			}
		}
		for what, authorization := range map[string]string{
			"nothing": "", "no bearer": "Bearer ", "made up": "Bearer made-up", "another scheme": "Basic " + a.bearer[7:],
			"cut": a.bearer[:len(a.bearer)-1], "a customer's token": "Bearer " + p.token, "a connection's token": "Bearer " + p.credentials,
		} {
			check(what, authorization)
		}
		wantState(t, a, p.contact, "INCOMING")
		h.pass(12*time.Hour - time.Second)
		a.status("Available")
		elapse(time.Second)
		check("twelve hours later", a.bearer)
	})
}

func TestSignInTellsNobodyWhatIsWrong(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		right := h.started.Agents[0]
		var first reply
		for what, login := range map[string]object{
			"a wrong password":      {"Username": right.Username, "Password": "wrong"},
			"an unknown name":       {"Username": "nobody", "Password": right.Password},
			"an empty password":     {"Username": right.Username, "Password": ""},
			"nothing":               {},
			"of another's instance": {"Username": right.Username, "Password": right.Password, "InstanceId": "another"},
		} {
			r := h.borne("POST", "/agent/login", "X-Test", "", login)
			if first.status == 0 {
				first = r
			}
			if r.status != 401 || r != first {
				t.Errorf("%s answers %+v, want %+v", what, r, first)
			}
		}
		for range 3 { // however many tries are free, these are too many
			for range 10 {
				h.borne("POST", "/agent/login", "X-Test", "", object{"Username": "victim", "Password": "guess"})
			}
		}
		if r := h.borne("POST", "/agent/login", "X-Test", "", object{"Username": "victim", "Password": "guess"}); r.status != http.StatusTooManyRequests {
			t.Errorf("the next guess answers %d %s", r.status, r.body)
		}
	})
}

func TestAgentsFaultsSayWhatIsWrong(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		a := h.available(1)
		offered, connected, cleared := h.open(nil), h.open(nil), h.open(nil)
		a.accept(connected.contact)
		a.accept(cleared.contact)
		a.does("end", cleared.contact)
		a.does("clear", cleared.contact)
		var me struct {
			User           struct{ Id string }
			RoutingProfile struct{ Queues []struct{ Id string } }
		}
		a.call("GET", "me", nil).into(t, &me)
		queue := me.RoutingProfile.Queues[0].Id
		for what, c := range map[string]struct {
			method, path string
			body         any
			status       int
			fault        string
		}{
			"accepting what is not there":   {"POST", "contacts/no-such/accept", nil, 404, "ResourceNotFoundException"},
			"rejecting what is not there":   {"POST", "contacts/no-such/reject", nil, 404, "ResourceNotFoundException"},
			"ending what is not there":      {"POST", "contacts/no-such/end", nil, 404, "ResourceNotFoundException"},
			"clearing what is cleared":      {"POST", "contacts/" + cleared.contact + "/clear", nil, 404, "ResourceNotFoundException"},
			"ending an offer":               {"POST", "contacts/" + offered.contact + "/end", nil, 409, "ConflictException"},
			"clearing an offer":             {"POST", "contacts/" + offered.contact + "/clear", nil, 409, "ConflictException"},
			"transferring an offer":         {"POST", "contacts/" + offered.contact + "/transfer", object{"QueueId": queue}, 409, "ConflictException"},
			"rejecting what is accepted":    {"POST", "contacts/" + connected.contact + "/reject", nil, 409, "ConflictException"},
			"clearing what is going on":     {"POST", "contacts/" + connected.contact + "/clear", nil, 409, "ConflictException"},
			"transferring to nowhere":       {"POST", "contacts/" + connected.contact + "/transfer", object{}, 400, "InvalidRequestException"},
			"transferring to two at once":   {"POST", "contacts/" + connected.contact + "/transfer", object{"QueueId": queue, "UserId": me.User.Id}, 400, "InvalidRequestException"},
			"transferring to oneself":       {"POST", "contacts/" + connected.contact + "/transfer", object{"UserId": me.User.Id}, 400, "InvalidRequestException"},
			"transferring by no such thing": {"POST", "contacts/" + connected.contact + "/transfer", object{"QuickConnectId": "no-such"}, 404, "ResourceNotFoundException"},
			"transferring to no such queue": {"POST", "contacts/" + connected.contact + "/transfer", object{"QueueId": "no-such"}, 404, "ResourceNotFoundException"},
			"a status that is none":         {"PUT", "status", object{"Status": "Asleep"}, 400, "InvalidRequestException"},
			"no status":                     {"PUT", "status", object{}, 400, "InvalidRequestException"},
			"a status that is no text":      {"PUT", "status", object{"Status": 7}, 400, "InvalidRequestException"},
			"a body that is a list":         {"PUT", "status", []int{}, 400, "InvalidRequestException"},
			"a target that is no text":      {"POST", "contacts/" + connected.contact + "/transfer", object{"QueueId": object{}}, 400, "InvalidRequestException"},
		} {
			if r := a.call(c.method, c.path, c.body); r.status != c.status || r.fault != c.fault || !strings.Contains(r.body, "essage") {
				t.Errorf("%s answers %d %s %s, want %d %s", what, r.status, r.fault, r.body, c.status, c.fault)
			}
		}
		wantState(t, a, offered.contact, "INCOMING")
		wantState(t, a, connected.contact, "CONNECTED")
	})
}

// A page that was reloaded accepts again, and goes on as whom it was.
func TestAcceptingTwiceGivesTheSameParticipant(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		a := h.available(1)
		p := h.open(nil)
		first, second := a.on(p.contact, "accept", nil), a.on(p.contact, "accept", nil)
		if first.status != 200 || first != second {
			t.Errorf("the answers are %+v and %+v", first, second)
		}
		a.accept(p.contact).say("hello")
		if told := p.told(); count(told, "Ana participant.joined") != 1 {
			t.Errorf("the customer reads %q", told)
		}
	})
}
