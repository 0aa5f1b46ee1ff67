package serve_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/perch-chat/perch/serve"
)

// page is a browser somewhere, which starts chats.
type page struct {
	h       *house
	address string
}

// begun is what the start endpoint answers.
type begun struct {
	Data struct {
		StartChatResult    struct{ ContactId, ParticipantId, ParticipantToken, ContinuedFromContactId string }
		FeaturePermissions map[string]bool
		Error              struct {
			Code, Message string
			StatusCode    int
		}
	}
	Message string
}

func (p page) post(path, body string) (*http.Response, begun) {
	p.h.t.Helper()
	r := p.h.request("POST", path, []byte(body))
	r.RemoteAddr = p.address
	r.Header.Set("Content-Type", "text/plain;charset=UTF-8") // what a browser makes of a string
	res, text := p.h.answer(r)
	synctest.Wait()
	var out begun
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		p.h.t.Errorf("the answer is no JSON, for which a page would wait for ever: %q", text)
	}
	return res, out
}

// start starts a chat; more are members of the request.
func (p page) start(more object) (*http.Response, begun) {
	p.h.t.Helper()
	body := object{"InstanceId": p.h.started.InstanceID, "ContactFlowId": p.h.started.ContactFlowID, "ParticipantDetails": object{"DisplayName": "Ada"}}
	for k, v := range more {
		if body[k] = v; v == nil {
			delete(body, k)
		}
	}
	return p.post("/Prod/", string(encode(p.h.t, body)))
}

func (p page) open(more object) *person {
	p.h.t.Helper()
	res, out := p.start(more)
	if res.StatusCode != 200 {
		p.h.t.Fatalf("the start answers %d %+v", res.StatusCode, out)
	}
	started := out.Data.StartChatResult
	at := &person{h: p.h, contact: started.ContactId, id: started.ParticipantId, token: started.ParticipantToken}
	at.connect()
	synctest.Wait()
	return at
}

func (h *house) attributes(contact string) map[string]string {
	h.t.Helper()
	var out struct{ Attributes map[string]string }
	h.signed("GET", fmt.Sprintf("/contact/attributes/%s/%s", h.started.InstanceID, contact), nil).into(h.t, &out)
	return out.Attributes
}

func TestPageStartsAChatWithWhatPagesSend(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		p := page{h, "192.0.2.1:1000"}
		_, out := p.start(object{"SupportedMessagingContentTypes": []string{"text/plain", "text/markdown"}})
		if !out.Data.FeaturePermissions["MESSAGING_MARKDOWN"] {
			t.Errorf("the page may not use markdown: %+v", out)
		}
		at := p.open(object{"InstanceId": nil, "ConnectInstanceId": h.started.InstanceID, "Username": "ada",
			"Attributes":     object{"number": 7, "flag": true, "nothing": nil, "list": []int{1, 2}, "text": "plain"},
			"PersistentChat": object{"SourceContactId": "", "RehydrationType": "ENTIRE_PAST_SESSION"}})
		at.say("hello")
		got := h.attributes(at.contact)
		for k, want := range map[string]string{"number": "7", "flag": "true", "nothing": "null", "list": "[1,2]", "text": "plain", "customerName": "Ada"} {
			if got[k] != want {
				t.Errorf("the attribute %s is %q, want %q", k, got[k], want)
			}
		}
		if _, out = p.post("/Prod", string(encode(t, object{"InstanceId": h.started.InstanceID, "ContactFlowId": h.started.ContactFlowID,
			"ParticipantDetails": object{"DisplayName": "Bo"}, "Attributes": object{"customerName": "given"}}))); h.attributes(out.Data.StartChatResult.ContactId)["customerName"] != "given" {
			t.Errorf("the customer's name is overwritten: %+v", out)
		}
	})
}

func TestPageIsToldWhatIsWrongInJSON(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		p := page{h, "192.0.2.1:1000"}
		check := func(what string, res *http.Response, out begun, status int, code string) {
			t.Helper()
			if e := out.Data.Error; res.StatusCode != status || e.StatusCode != status || e.Code != code || e.Message == "" || out.Message == "" {
				t.Errorf("%s: the answer is %d %+v, want %d %s", what, res.StatusCode, out, status, code)
			}
			wantReadable(t, what, res.Header)
		}
		for what, body := range map[string]string{"nothing": "", "no JSON": "InstanceId=1", "half of it": `{"InstanceId":"`, "a list": `[]`,
			"null": "null", "text": `"x"`, "more than one": `{}{}`} {
			res, out := p.post("/Prod/", body)
			check(what, res, out, 400, "InvalidRequestException")
		}
		for what, c := range map[string]struct {
			more   object
			status int
			code   string
		}{
			"no instance":          {object{"InstanceId": nil}, 400, "InvalidParameterException"},
			"unknown instance":     {object{"InstanceId": "00000000-0000-0000-0000-000000000000"}, 404, "ResourceNotFoundException"},
			"no flow":              {object{"ContactFlowId": nil}, 400, "InvalidParameterException"},
			"unknown flow":         {object{"ContactFlowId": "gone"}, 404, "ResourceNotFoundException"},
			"no name":              {object{"ParticipantDetails": object{}}, 400, "InvalidParameterException"},
			"an empty name":        {object{"ParticipantDetails": object{"DisplayName": ""}}, 400, "InvalidParameterException"},
			"attributes as text":   {object{"Attributes": "x"}, 400, "InvalidParameterException"},
			"an hour is the least": {object{"ChatDurationInMinutes": 59}, 400, "InvalidParameterException"},
		} {
			res, out := p.start(c.more)
			check(what, res, out, c.status, c.code)
		}
	})
}

// claims are what a page must not say of itself, in all spellings.
func claims(source string) map[string]object {
	all := map[string]object{
		"PersistentChat": {"PersistentChat": object{"SourceContactId": source, "RehydrationType": "ENTIRE_PAST_SESSION"}},
	}
	for _, key := range []string{"sourceContactId", "SOURCECONTACTID", "HostedWidget-sourceContactId", "hostedwidget-SourceContactId"} {
		all[key] = object{"Attributes": object{key: source}}
	}
	return all
}

func TestUnsignedPageCannotNameAPastOrACustomer(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		p := page{h, "192.0.2.1:1000"}
		secret := h.open(object{"CustomerId": "victim", "Attributes": object{"card": "4711"}})
		secret.say("my secret")
		secret.call("disconnect", object{}).into(t, &struct{}{})
		for what, more := range claims(secret.contact) {
			res, out := p.start(more)
			if res.StatusCode != 200 || out.Data.StartChatResult.ContinuedFromContactId != "" {
				t.Fatalf("%s: the start answers %d %+v", what, res.StatusCode, out)
			}
			at := p.open(more)
			if told := at.told(); count(told, "my secret") != 0 {
				t.Errorf("%s: the page reads %q", what, told)
			}
			for k, v := range h.attributes(at.contact) {
				if v == "4711" || strings.Contains(strings.ToLower(k), "sourcecontactid") {
					t.Errorf("%s: the chat has the attribute %s = %s", what, k, v)
				}
			}
		}
		related := p.open(object{"RelatedContactId": secret.contact, "CustomerId": "victim"})
		var out struct {
			Contact struct{ RelatedContactId, CustomerId string }
		}
		h.signed("GET", fmt.Sprintf("/contacts/%s/%s", h.started.InstanceID, related.contact), nil).into(t, &out)
		if out.Contact.RelatedContactId != "" || out.Contact.CustomerId != "" || h.attributes(related.contact)["card"] != "" {
			t.Errorf("the chat is %+v with %v", out.Contact, h.attributes(related.contact))
		}
		for _, key := range []string{"customerId", "CustomerID", "HostedWidget-customerId", "rehydrationType"} {
			if got := h.attributes(p.open(object{"Attributes": object{key: "victim", "harmless": "x"}}).contact); got[key] != "" || got["harmless"] != "x" {
				t.Errorf("the attributes are %v", got)
			}
		}
	})
}

func TestPageIsTrustedUnderDemoRules(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		p := page{h, "192.0.2.1:1000"}
		past := p.open(nil)
		past.say("as I said")
		past.call("disconnect", object{}).into(t, &struct{}{})
		for _, what := range []string{"PersistentChat", "sourceContactId"} {
			if told := p.open(claims(past.contact)[what]).told(); count(told, "as I said") != 1 {
				t.Errorf("%s: the page reads %q", what, told)
			}
		}
	}, func(o *serve.Options) { o.Demo = true })
}

func TestAddressMayStartSoManyChatsAMinute(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		status := func(address string) int {
			res, _ := page{h, address}.start(nil)
			return res.StatusCode
		}
		for n := range 30 {
			if got := status(fmt.Sprintf("192.0.2.1:%d", 1000+n)); got != 200 { // ports are the same address
				t.Fatalf("start %d answers %d", n+1, got)
			}
		}
		res, out := page{h, "192.0.2.1:9"}.start(nil)
		if res.StatusCode != 429 || out.Data.Error.Code != "ThrottlingException" || out.Message == "" {
			t.Errorf("start 31 answers %d %+v", res.StatusCode, out)
		}
		wantReadable(t, "start 31", res.Header)
		if got := status("192.0.2.2:1000"); got != 200 {
			t.Errorf("another address is answered %d", got)
		}
		h.open(nil) // a signed call is not a page's

		elapse(2*time.Second - time.Millisecond)
		if got := status("192.0.2.1:1000"); got != 429 {
			t.Errorf("too early, the answer is %d", got)
		}
		elapse(time.Millisecond)
		if got := status("192.0.2.1:1000"); got != 200 {
			t.Errorf("two seconds later the answer is %d", got)
		}
		if got := status("192.0.2.1:1000"); got != 429 {
			t.Errorf("and the one after it is answered %d", got)
		}
	}, func(o *serve.Options) { o.StartsPerMinute = 30 })
}

// A household gets a whole network of addresses, all of which are its own.
func TestNetworkOfOneHouseholdIsOneAddress(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		for n, c := range []struct {
			address string
			want    int
		}{{"[2001:db8:1:2::1]:1", 200}, {"[2001:db8:1:2::2]:1", 200}, {"[2001:db8:1:2:ffff::3]:1", 429}, {"[2001:db8:1:3::1]:1", 200},
			{"[::ffff:192.0.2.7]:1", 200}, {"192.0.2.7:1", 200}, {"192.0.2.7:2", 429}, {"[::ffff:192.0.2.8]:1", 200}} {
			if res, _ := (page{h, c.address}).start(nil); res.StatusCode != c.want {
				t.Errorf("start %d, from %s, answers %d, want %d", n+1, c.address, res.StatusCode, c.want)
			}
		}
	}, func(o *serve.Options) { o.StartsPerMinute = 2 })
}
