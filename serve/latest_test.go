package serve_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/perch-chat/perch/serve"
)

// latest is the last ended chat of the same customer, as a signed call has said.
func TestLatestContinuesTheLastChatOfTheCustomer(t *testing.T) {
	latest := object{"SourceContactId": "latest", "RehydrationType": "ENTIRE_PAST_SESSION"}
	end := func(h *house, p *person) {
		p.call("disconnect", object{}).into(h.t, &struct{}{})
		elapse(time.Second)
	}
	continued := func(h *house, more object) string {
		var out struct{ ContinuedFromContactId string }
		h.starting(more).into(h.t, &out)
		return out.ContinuedFromContactId
	}
	story(t, func(t *testing.T, h *house) {
		ada := object{"CustomerId": "ada", "PersistentChat": latest}
		if got := continued(h, ada); got != "" {
			t.Errorf("without a past the chat continues %q", got)
		}
		older, newer := h.open(object{"CustomerId": "ada"}), h.open(object{"CustomerId": "ada"})
		newer.say("the newer one")
		stranger := h.open(object{"CustomerId": "bob"})
		end(h, older)
		end(h, newer)
		end(h, stranger)
		if got := continued(h, ada); got != newer.contact {
			t.Errorf("the chat continues %q, want the last ended one %q", got, newer.contact)
		}
		p := h.open(ada)
		if told := p.told(); count(told, "CUSTOMER: the newer one") != 1 {
			t.Errorf("the transcript is %q", told)
		}
		if got := continued(h, object{"PersistentChat": latest}); got != "" {
			t.Errorf("a chat without a customer continues %q", got)
		}
	})
	for name, demo := range map[string]bool{"unverified": false, "unverified, where pages are trusted": true} {
		story2(t, name, func(t *testing.T, h *house) {
			h.stop()
			h.change = append(h.change, func(o *serve.Options) { o.Demo = demo })
			h.start()
			end(h, h.open(object{"CustomerId": "ada"}))
			var out struct {
				Data struct {
					StartChatResult struct{ ContactId, ContinuedFromContactId string } `json:"startChatResult"`
				} `json:"data"`
			}
			h.borne("POST", "/Prod/", "X-Test", "", object{"InstanceId": h.started.InstanceID, "ContactFlowId": h.started.ContactFlowID,
				"ParticipantDetails": object{"DisplayName": "Eve"}, "CustomerId": "ada", "PersistentChat": latest}).into(t, &out)
			if got := out.Data.StartChatResult; got.ContactId == "" || got.ContinuedFromContactId != "" {
				t.Errorf("an unsigned page was given %+v", got)
			}
		})
	}
	story2(t, "by association", func(t *testing.T, h *house) {
		past := h.open(object{"CustomerId": "ada"})
		end(h, past)
		associate := func(p *person) (from string) {
			var out struct{ ContinuedFromContactId string }
			h.signed("POST", fmt.Sprintf("/contact/persistent-contact-association/%s/%s", h.started.InstanceID, p.contact), latest).into(t, &out)
			return out.ContinuedFromContactId
		}
		if got := associate(h.open(object{"CustomerId": "ada"})); got != past.contact {
			t.Errorf("the customer's chat continues %q", got)
		}
		if got := associate(h.open(nil)); got != "" {
			t.Errorf("a chat of nobody known continues %q", got)
		}
	})
}
