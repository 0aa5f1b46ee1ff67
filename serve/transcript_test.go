package serve_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// history is a chat that goes on, with two that have ended behind it; the newer of
// those has three contacts.
type history struct {
	*person
	contacts []string // of the past and present, oldest first
	stranger *person  // whose contact is nobody's here
}

func (h *house) history() history {
	h.t.Helper()
	flow := h.flow("brief", "welcome")
	persistent := func(source string) object {
		return object{"ContactFlowId": flow, "PersistentChat": object{"SourceContactId": source, "RehydrationType": "ENTIRE_PAST_SESSION"}}
	}
	first := h.open(object{"ContactFlowId": flow})
	for n := range 3 {
		first.say(fmt.Sprint("first chat ", n))
		elapse(time.Second)
	}
	first.call("disconnect", object{}).into(h.t, &struct{}{})
	elapse(time.Minute)

	a := h.available(1)
	second := h.open(object{"PersistentChat": persistent(first.contact)["PersistentChat"]})
	agent := a.accept(second.contact)
	agent.say("second chat")
	elapse(time.Second)
	a.status("Offline")
	transferred := a.transfer(second.contact, "Basic queue")
	b := h.available(2)
	other := b.accept(transferred)
	second.say("second chat, second contact")
	other.call("disconnect", object{}).into(h.t, &struct{}{})
	synctest.Wait()
	survey := h.next(transferred)
	second.say("5")
	elapse(time.Minute)
	h.signed("POST", "/contact/stop", object{"InstanceId": h.started.InstanceID, "ContactId": survey})
	elapse(time.Minute)

	third := h.open(persistent(survey))
	for n := range 4 {
		third.say(fmt.Sprint("third chat ", n))
		elapse(time.Second)
	}
	return history{third, []string{first.contact, second.contact, transferred, survey, third.contact}, h.open(object{"ContactFlowId": flow})}
}

// Every combination of what GetTranscript can be asked for gives the pages that a
// naive reading of everything visible gives.
func TestEveryCombinationOfATranscriptsPages(t *testing.T) { story(t, everyCombination) }

// The same of past chats that have moved out of the database meanwhile.
func TestEveryCombinationOfMovedTranscriptsPages(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		everyCombination(t, h)
		if moved := h.movedChats(); len(moved) != 2 {
			t.Errorf("moved have %v, want both of the past", moved)
		}
	}, moveAfter(30*time.Second))
}

func everyCombination(t *testing.T, h *house) {
	c := h.history()
	all := visible(c.transcript())
	last := len(all) - 1
	current := slices.IndexFunc(all, func(i item) bool { return !i.past() })
	if current < 12 || last-current < 4 {
		t.Fatalf("the story is too short: %d items, the present begins at %d", len(all), current)
	}
	starts := []object{nil, {},
		{"Id": all[2].Id}, {"Id": all[current-1].Id}, {"Id": all[current].Id}, {"Id": all[last].Id},
		{"AbsoluteTime": all[0].at().Add(-time.Hour)}, {"AbsoluteTime": all[3].at()}, {"AbsoluteTime": all[current-1].at().Add(time.Millisecond)},
		{"AbsoluteTime": all[current+1].at()}, {"AbsoluteTime": all[last].at().Add(time.Hour)},
		{"MostRecent": 0}, {"MostRecent": 1}, {"MostRecent": last - current + 3}, {"MostRecent": 100}}
	tried := 0
	for _, start := range starts {
		for _, scan := range []string{"", "FORWARD", "BACKWARD"} {
			for _, sort := range []string{"", "ASCENDING", "DESCENDING"} {
				for _, results := range []any{nil, 0, 1, 2, 100} {
					for _, contact := range []string{"", c.contacts[0], c.contacts[2], c.contacts[4]} {
						c.compare(t, all, asked{start, scan, sort, results, contact})
						tried++
					}
				}
			}
		}
	}
	t.Logf("%d combinations over %d items", tried, len(all))
}

// compare walks the first pages of a combination beside the model; only the first
// where others walk the same ones, in another order or under another name.
func (c history) compare(t *testing.T, all visible, a asked) {
	t.Helper()
	border, next := all.border(a), ""
	for n := 0; ; n++ {
		var got struct {
			InitialContactId string
			Transcript       []item
			NextToken        string
		}
		c.call("transcript", a.body(next)).into(t, &got)
		want, after, more := all.page(a, border)
		var ids []string
		for _, i := range got.Transcript {
			ids = append(ids, i.Id)
		}
		if !slices.Equal(ids, want) || (got.NextToken != "") != more || got.InitialContactId != c.person.contact {
			t.Fatalf("%+v, page %d: the items are those of the places %v, more %v; want %v, more %v", a, n, all.places(ids), got.NextToken != "", all.places(want), more)
		}
		if !more || n == 4 || a.sort != "" || a.results == 0 {
			return
		}
		border, next = after, got.NextToken
	}
}

func (v visible) places(ids []string) (out []int) {
	for _, id := range ids {
		out = append(out, slices.IndexFunc(v, func(i item) bool { return i.Id == id }))
	}
	return out
}

// A NextToken is a border: it holds in any direction and page size, and more than
// once.
func TestNextTokenIsABorder(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		c := h.history()
		all := visible(c.transcript())
		for _, first := range []asked{{results: 3}, {results: 100}, {start: object{"MostRecent": 12}, results: 2}, {scan: "FORWARD", results: 1}} {
			var page struct{ NextToken string }
			c.call("transcript", first.body("")).into(t, &page)
			_, border, more := all.page(first, all.border(first))
			if !more || page.NextToken == "" {
				t.Fatalf("%+v has no second page", first)
			}
			for _, scan := range []string{"", "FORWARD", "BACKWARD"} {
				for _, start := range []object{nil, {}, {"MostRecent": 1}} { // the token comes before a start
					for _, results := range []any{nil, 1, 100} {
						a := asked{start: start, scan: scan, results: results}
						var got struct {
							Transcript []item
							NextToken  string
						}
						c.call("transcript", a.body(page.NextToken)).into(t, &got)
						want, _, more := all.page(a, border)
						var ids []string
						for _, i := range got.Transcript {
							ids = append(ids, i.Id)
						}
						if !slices.Equal(ids, want) || (got.NextToken != "") != more {
							t.Errorf("after %+v, %+v gives %v, more %v; want %v, more %v", first, a, all.places(ids), got.NextToken != "", all.places(want), more)
						}
					}
				}
			}
		}
	})
}

func TestTranscriptsRefuseWhatIsNoneOfTheirs(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		c := h.history()
		foreign := c.stranger.transcript()[0]
		var page struct{ NextToken string }
		c.call("transcript", object{"MaxResults": 1}).into(t, &page)
		for name, body := range map[string]object{
			"a stranger's contact": {"ContactId": c.stranger.contact}, "a contact that never was": {"ContactId": "nobody"},
			"a stranger's item": {"StartPosition": object{"Id": foreign.Id}}, "an item that never was": {"StartPosition": object{"Id": "nothing"}},
			"two starts": {"StartPosition": object{"MostRecent": 1, "Id": foreign.Id}}, "a token that never was": {"NextToken": "nothing"},
			"more than a page": {"MaxResults": 101}, "less than nothing": {"MaxResults": -1},
			"more than the most recent": {"StartPosition": object{"MostRecent": 101}}, "no time": {"StartPosition": object{"AbsoluteTime": "yesterday"}},
		} {
			if r := c.call("transcript", body); r.status != 400 || r.fault != "ValidationException" {
				t.Errorf("%s: %d %s %s", name, r.status, r.fault, r.body)
			}
		}
		wantRefused(t, c.stranger.call("transcript", object{"NextToken": page.NextToken}), 400, "ValidationException", "NextToken")
	})
}
