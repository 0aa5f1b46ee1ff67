package serve_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/perch-chat/perch/catalog"
)

// finds are the contacts that somebody finds, page by page, with what is marked.
func (a *agent) finds(q url.Values) (lines []string) {
	a.h.t.Helper()
	for next := ""; ; {
		q.Set("maxResults", "1")
		q.Set("nextToken", next)
		var page struct {
			Contacts []struct {
				Contact struct{ ContactId string }
				Items   []struct {
					Fragments []struct {
						Text   string
						Marked bool
					}
				}
			}
			NextToken string
		}
		a.call("GET", "search?"+q.Encode(), nil).into(a.h.t, &page)
		for _, c := range page.Contacts {
			line := c.Contact.ContactId
			for _, i := range c.Items {
				line += " "
				for _, f := range i.Fragments {
					line += map[bool]string{true: "[" + f.Text + "]", false: f.Text}[f.Marked]
				}
			}
			lines = append(lines, line)
		}
		if next = page.NextToken; next == "" {
			return lines
		}
	}
}

func TestPastContactsAreFoundByWhatWasSaid(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		h.promote(2, catalog.Supervisor)
		a, boss := h.available(1), h.agent(2)
		talk := func(said, answer string) string {
			t.Helper()
			p := h.open(nil)
			mine := a.accept(p.contact)
			p.say(said)
			if strings.HasPrefix(answer, "psst") {
				boss.watch(p.contact)
				wantStatusOf(t, "a whisper", boss.on(p.contact, "whisper", object{"Content": answer}), 200)
			} else {
				mine.say(answer)
			}
			p.call("disconnect", object{}).into(t, &struct{}{})
			h.settle()
			a.on(p.contact, "clear", nil).into(t, &struct{}{})
			elapse(time.Minute)
			return p.contact
		}
		first := talk("I want a Refund for my café table", "of course")
		second := talk("the blue one is late", "psst no refund for this one")
		if read := h.document(second, "audience=agent").body; !strings.Contains(read, "Ben (whispers): psst") {
			t.Errorf("the staff's document is\n%s", read)
		}
		if read := h.document(second, "audience=customer").body; strings.Contains(read, "psst") {
			t.Errorf("the customer's document is\n%s", read)
		}
		third := h.open(nil) // which nobody takes
		a.status("Offline")
		third.say("refund me")
		third.call("disconnect", object{}).into(t, &struct{}{})
		h.settle()
		running := h.open(nil)
		running.say("refund")

		words := func(text string, more ...string) url.Values {
			q := url.Values{"words": {text}}
			for i := 0; i < len(more); i += 2 {
				q.Add(more[i], more[i+1])
			}
			return q
		}
		check := func(what string, by *agent, q url.Values, want ...string) {
			t.Helper()
			if got := by.finds(q); !slices.Equal(got, want) {
				t.Errorf("%s: %q, want %q", what, got, want)
			}
		}
		oneMarked, twoMarked := first+" I want a [Refund] for my café table", second+" psst no [refund] for this one"
		check("an agent's own", a, words("refund"), twoMarked, oneMarked)
		check("a supervisor's queue", boss, words("refund"), third.contact+" [refund] me", twoMarked, oneMarked)
		check("all words, without accents", a, words("REFUND cafe"), first+" I want a [Refund] for my [café] table")
		check("a beginning", a, words("ref* blue"), fmt.Sprintf("%s the [blue] one is late psst no [refund] for this one", second))
		check("a word of nobody", boss, words("orange"))
		check("one contact", boss, words("refund", "contactId", first), oneMarked)
		check("an agent", boss, words("refund", "agentId", a.id), twoMarked, oneMarked)
		check("a customer", a, url.Values{"customer": {"ada"}, "contactId": {second}}, second)
		check("nothing after", boss, words("refund", "from", time.Now().Add(time.Hour).UTC().Format(time.RFC3339)))
		check("nothing before", boss, words("refund", "till", time.Now().Add(-time.Hour).UTC().Format(time.RFC3339)))
		check("no tag", boss, words("refund", "tag", "team:returns"))
		wantDone(t, h.tag(first, object{"team": "returns"}))
		h.settle()
		check("a tag of later", boss, words("refund", "tag", "team:returns"), oneMarked)
		wantStatusOf(t, "words of nothing", a.call("GET", "search?words=%2A", nil), 400)

		h.stop()
		h.change = append(h.change, moveAfter(time.Minute))
		h.start()
		elapse(10 * time.Minute)
		if len(h.movedChats()) == 0 {
			t.Fatal("no chat has moved")
		}
		check("what has moved out of the database", h.agent(1), words("refund"), twoMarked, oneMarked)
	})
}
