package serve_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/perch-chat/perch/catalog"
)

// notes are those that an agent reads of a contact, as lines, page by page.
func (a *agent) notes(contact string) (lines []string) {
	a.h.t.Helper()
	for next := ""; ; {
		var page struct {
			Notes []struct {
				Number                     int
				Author                     struct{ DisplayName string }
				ContactId, Text, Timestamp string
			}
			NextToken string
		}
		a.call("GET", "contacts/"+contact+"/notes?maxResults=2&nextToken="+next, nil).into(a.h.t, &page)
		for _, n := range page.Notes {
			lines = append(lines, fmt.Sprintf("%s %d %s: %s", n.Author.DisplayName, n.Number, map[bool]string{true: "own", false: "earlier"}[n.ContactId == contact], n.Text))
		}
		if next = page.NextToken; next == "" {
			return lines
		}
	}
}

func TestNotesStayWithTheChatAndWithWhatContinuesIt(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		a, b := h.available(1), h.agent(2)
		p := h.open(nil)
		wantStatusOf(t, "a note before the contact is one's own", a.on(p.contact, "notes", object{"Text": "x"}), 404)
		a.accept(p.contact)
		for _, text := range []string{"first", "second"} {
			wantStatusOf(t, "a note", a.on(p.contact, "notes", object{"Text": text, "ClientToken": text}), 200)
		}
		wantStatusOf(t, "the same once more", a.on(p.contact, "notes", object{"Text": "first", "ClientToken": "first"}), 200)
		wantStatusOf(t, "another by the same token", a.on(p.contact, "notes", object{"Text": "other", "ClientToken": "first"}), 400)
		wantStatusOf(t, "an empty note", a.on(p.contact, "notes", object{"Text": " "}), 400)
		wantStatusOf(t, "too long a note", a.on(p.contact, "notes", object{"Text": strings.Repeat("x", 4097)}), 400)
		wantStatusOf(t, "a note of somebody else's", b.on(p.contact, "notes", object{"Text": "x"}), 404)
		p.call("disconnect", object{}).into(t, &struct{}{})
		h.settle()
		wantStatusOf(t, "a note in after-contact work", a.on(p.contact, "notes", object{"Text": "third"}), 200)
		if got := a.contacts()[0].Notes; got != 3 {
			t.Errorf("the row shows %v notes, want 3", got)
		}
		a.on(p.contact, "clear", nil).into(t, &struct{}{})
		wantStatusOf(t, "a note after that", a.on(p.contact, "notes", object{"Text": "x"}), 404)

		again := h.open(object{"PersistentChat": object{"RehydrationType": "ENTIRE_PAST_SESSION", "SourceContactId": p.contact}})
		a.accept(again.contact)
		wantStatusOf(t, "a note", a.on(again.contact, "notes", object{"Text": "fourth"}), 200)
		want := []string{"Ana 1 own: fourth", "Ana 3 earlier: third", "Ana 2 earlier: second", "Ana 1 earlier: first"}
		if got := b.notes(again.contact); !slices.Equal(got, want) {
			t.Errorf("a colleague reads %q, want %q", got, want)
		}
		if told := strings.Join(again.told(), "\n"); strings.Contains(told, "fourth") || strings.Contains(told, "first") {
			t.Errorf("the customer reads %s", told)
		}
	})
}

func TestNotesOfWhatALinkLeavesOutAreNotShown(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		a := h.available(1)
		p := h.open(nil)
		a.accept(p.contact)
		wantStatusOf(t, "a note", a.on(p.contact, "notes", object{"Text": "kept"}), 200)
		a.status("Offline") // so that the other is asked
		second := a.transfer(p.contact, "Basic queue")
		b := h.available(2)
		b.accept(second)
		wantStatusOf(t, "a note", b.on(second, "notes", object{"Text": "left out"}), 200)
		if got, want := b.notes(second), []string{"Ben 1 own: left out", "Ana 1 earlier: kept"}; !slices.Equal(got, want) {
			t.Errorf("the second agent reads %q, want %q", got, want)
		}
		p.call("disconnect", object{}).into(t, &struct{}{})
		h.settle()
		again := h.open(object{"PersistentChat": object{"RehydrationType": "FROM_SEGMENT", "SourceContactId": p.contact}})
		if got, want := a.notes(again.contact), []string{"Ana 1 earlier: kept"}; !slices.Equal(got, want) {
			t.Errorf("of the past is read %q, want %q", got, want)
		}
	})
}

func TestDispositionIsOfTheInstancesList(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		h.promote(2, catalog.Admin)
		a, boss := h.available(1), h.agent(2)
		var made struct{ Id string }
		boss.call("POST", "dispositions", object{"Code": "refund", "Description": "Money back"}).into(t, &made)
		wantStatusOf(t, "the same code", boss.call("POST", "dispositions", object{"Code": "refund"}), 409)
		wantStatusOf(t, "an agent's", a.call("POST", "dispositions", object{"Code": "mine"}), 403)
		p := h.open(nil)
		a.accept(p.contact)
		dispose := func(what string, body object, status int) {
			t.Helper()
			wantStatusOf(t, what, a.call("PUT", "contacts/"+p.contact+"/disposition", body), status)
		}
		dispose("a code of no list", object{"Code": "nonsense"}, 400)
		dispose("a code", object{"Code": "refund"}, 200)
		p.call("disconnect", object{}).into(t, &struct{}{})
		h.settle()
		elapse(time.Minute)
		dispose("in after-contact work", object{"Code": "refund", "Text": "of the second order"}, 200)
		wantStatusOf(t, "deleting the setting", boss.call("DELETE", "dispositions/"+made.Id, nil), 200)
		if of := a.contacts()[0].Disposition; of == nil || of.Code != "refund" || of.Text != "of the second order" || of.Timestamp == "" {
			t.Errorf("the row shows %+v", of)
		}
		if got, want := h.segment(p.contact, "perch:Disposition"), `{"ValueString":"refund"}`; got != want {
			t.Errorf("DescribeContact shows %s, want %s", got, want)
		}
		dispose("taking it back", object{}, 200)
		if got := a.contacts()[0].Disposition; got != nil {
			t.Errorf("the row still shows %v", got)
		}
	})
}

func TestCannedRepliesAreFilledForTheContactsQueue(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		h.promote(2, catalog.Admin)
		a, boss := h.available(1), h.agent(2)
		var me struct {
			RoutingProfile struct{ Queues []struct{ Id string } }
		}
		a.call("GET", "me", nil).into(t, &me)
		queue := me.RoutingProfile.Queues[0].Id
		made := func(body object) (id string) {
			t.Helper()
			var out struct{ Id string }
			boss.call("POST", "replies", body).into(t, &out)
			return out.Id
		}
		hello := made(object{"Shortcut": "/hi", "Text": "Hello {{customer}}, I am {{ agent }}; order *{{attribute.order}}*{{attribute.none}}."})
		made(object{"Shortcut": "/own", "Text": "x", "Queues": []string{queue}})
		wantStatusOf(t, "a placeholder of none", boss.call("POST", "replies", object{"Shortcut": "/x", "Text": "{{nobody}}"}), 400)
		wantStatusOf(t, "a queue of none", boss.call("POST", "replies", object{"Shortcut": "/x", "Text": "x", "Queues": []string{"x"}}), 400)
		wantStatusOf(t, "the same shortcut", boss.call("POST", "replies", object{"Shortcut": "/hi", "Text": "x"}), 409)
		wantStatusOf(t, "an agent's", a.call("POST", "replies", object{"Shortcut": "/x", "Text": "x"}), 403)
		p := h.open(object{"Attributes": object{"order": "a_7"}, "SupportedMessagingContentTypes": []string{"text/plain", "text/markdown"}})
		a.accept(p.contact)
		type ready struct{ Shortcut, ContentType, Content string }
		var out struct{ Replies []ready }
		a.call("GET", "contacts/"+p.contact+"/replies", nil).into(t, &out)
		want := []ready{{"/hi", "text/markdown", `Hello Ada, I am Ana; order *a\_7*.`}, {"/own", "text/markdown", "x"}}
		if !slices.Equal(out.Replies, want) {
			t.Errorf("the replies are %+v, want %+v", out.Replies, want)
		}
		wantStatusOf(t, "a change", boss.call("PUT", "replies/"+hello, object{"Shortcut": "/hello", "Text": "Hi"}), 200)
		wantStatusOf(t, "a deletion", boss.call("DELETE", "replies/"+hello, nil), 200)
		wantStatusOf(t, "once more", boss.call("DELETE", "replies/"+hello, nil), 404)
		a.call("GET", "replies", nil).into(t, &out)
		if len(out.Replies) != 1 || out.Replies[0].Shortcut != "/own" {
			t.Errorf("what is left is %+v", out.Replies)
		}
	})
}
