package serve_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/wire"
)

// visitor starts a chat in a widget and connects.
func (h *house) visitor(widget string, body object) *person {
	h.t.Helper()
	status, out := h.widgetStart(widget, body)
	if status != http.StatusOK {
		h.t.Fatal(status, out.Message)
	}
	in := out.Data.StartChatResult
	p := &person{h: h, contact: in.ContactId, id: in.ParticipantId, token: in.ParticipantToken}
	p.connect()
	h.settle()
	return p
}

// Whoever was cut off when their chat ended reads the rest of it by the token that
// they have, and nobody else does; not for ever, and not while Amazon's own call does.
func TestEndedChatIsReadByItsCustomerForAWeek(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		id, keys := widgetIn(h, catalog.Look{})
		ada := h.visitor(id, object{"Token": sign(t, keys[2], hs256, claimsFor(id, nil))})
		ended := func(token string) reply {
			return h.borne("POST", "/perch/transcript/ended", wire.BearerHeader, token, object{"MaxResults": 2, "ScanDirection": "BACKWARD", "SortOrder": "ASCENDING"})
		}
		ada.say("Are you there?")
		if r := ended(ada.token); r.status != http.StatusForbidden {
			t.Errorf("before the end: %d %s", r.status, r.body)
		}
		h.stopContact(ada.contact)
		var page struct {
			Transcript []item
			NextToken  string
		}
		ended(ada.token).into(t, &page)
		if n := len(page.Transcript); n != 2 || page.Transcript[1].String() != "chat.ended" || page.NextToken == "" {
			t.Errorf("the end is told as %v", page)
		}
		if r := h.borne("GET", "/perch/transcript/ended?format=text", wire.BearerHeader, ada.token, nil); r.status != http.StatusOK || !strings.Contains(r.body, "Are you there?") {
			t.Errorf("the document is %d %s", r.status, r.body)
		}
		for name, token := range map[string]string{"credentials": ada.credentials, "tampered": ada.token[:len(ada.token)-2] + "xx", "none": ""} {
			if r := ended(token); r.status < 400 || r.status >= 500 {
				t.Errorf("%s: %d %s", name, r.status, r.body)
			}
		}
		h.pass(7*24*time.Hour + time.Minute)
		if r := ended(ada.token); r.status != http.StatusForbidden {
			t.Errorf("after a week: %d %s", r.status, r.body)
		}
	})
}

func TestVisitorGoesOnWithTheLastChatByItsToken(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		id, keys := widgetIn(h, catalog.Look{})
		anybody := func() string { return sign(t, keys[2], hs256, claimsFor(id, nil)) }
		eve := func() string { return sign(t, keys[2], hs256, claimsFor(id, object{"customerId": "eve"})) }
		unnamed := h.visitor(id, object{"Token": anybody()})
		h.stopContact(unnamed.contact)
		known := h.visitor(id, object{"Token": sign(t, keys[2], hs256, claimsFor(id, object{"customerId": "ada"}))})
		h.stopContact(known.contact)
		open := h.visitor(id, object{"Token": anybody()})
		for name, c := range map[string]struct {
			body object
			from string
		}{
			"by the token":                       {object{"Token": anybody(), "Choice": "continue", "Last": unnamed.token}, unnamed.contact},
			"to start anew":                      {object{"Token": anybody(), "Choice": "new", "Last": unnamed.token}, ""},
			"of one that goes on":                {object{"Token": anybody(), "Choice": "continue", "Last": open.token}, ""},
			"by a contact's id":                  {object{"Token": anybody(), "Choice": "continue", "Last": unnamed.contact}, ""},
			"of a signed person, by nobody":      {object{"Token": anybody(), "Choice": "continue", "Last": known.token}, ""},
			"of a signed person, by somebody":    {object{"Token": eve(), "Choice": "continue", "Last": known.token}, ""},
			"of a signed person, by that person": {object{"Token": sign(t, keys[2], hs256, claimsFor(id, object{"customerId": "ada"})), "Choice": "continue", "Last": known.token}, known.contact},
		} {
			status, out := h.widgetStart(id, c.body)
			if got := out.Data.StartChatResult; status != http.StatusOK || got.ContactId == "" || got.ContinuedFromContactId != c.from {
				t.Errorf("%s: %d %+v %s", name, status, got, out.Message)
			}
		}
	})
}

func TestCustomersWhoWaitAreToldTheirPlace(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		first := h.open(nil)
		elapse(time.Second)
		second := h.open(nil)
		place := func(p *person) string {
			return strings.TrimSpace(h.borne("GET", "/perch/waiting", wire.BearerHeader, p.credentials, nil).body)
		}
		if got := place(first) + place(second); got != `{"Position":1}{"Position":2}` {
			t.Errorf("they are told %s", got)
		}
		a := h.available(1)
		a.accept(first.contact)
		synctest.Wait()
		if got := place(first) + fmt.Sprint(strings.Contains(place(second), "Position")); got != `{"Position":0}true` {
			t.Errorf("with an agent: %s", got)
		}
		h.stopContact(first.contact)
		if r := h.borne("GET", "/perch/waiting", wire.BearerHeader, first.credentials, nil); r.status != http.StatusForbidden {
			t.Errorf("after the end: %d %s", r.status, r.body)
		}
	})
}
