package flowrun_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
)

// associating is a flow that continues the chat of a source, and tells whether
// it could.
func associating(source string, before ...string) string {
	return script(append(before,
		action("link", "CreatePersistentContactAssociation", fmt.Sprintf(`{"RehydrationType":"ENTIRE_PAST_SESSION","SourceContactId":%q}`, source),
			"yes", fails("NoMatchingError", "no")),
		say("yes", "Welcome back.", "end"), say("no", "Who are you?", "end"), disconnect("end"))...)
}

// past is a chat that has ended.
func (w *world) past(name string, in chat.Start) perch.SessionID {
	w.t.Helper()
	in.Flow = w.inbound(name, script(disconnect("end")))
	k := w.start(in)
	w.elapse(time.Second)
	if !k.state().Ended {
		w.t.Fatal("the past has not ended")
	}
	return k.id
}

// Whoever knows a contact's id must not read its history by putting it into an
// attribute: what counts is who has said so.
func TestPastIsOpenedForAnIdThatSomebodyVouchesFor(t *testing.T) {
	copied := action("copy", "UpdateContactAttributes", `{"Attributes":{"trusted":"$.Attributes.sourceContactId"}}`, "link", fails("NoMatchingError", "no"))
	named := action("copy", "UpdateContactAttributes", `{"Attributes":{"$.Attributes.key":"$source"}}`, "link", fails("NoMatchingError", "no"))
	referred := action("refer", "UpdateContactData", `{"TargetContact":"Current","References":{"past":{"Type":"STRING","Value":"$source"}}}`, "link", fails("NoMatchingError", "no"))
	signed, page := perch.FromSigV4, perch.FromBrowser
	for name, c := range map[string]struct {
		flow     string
		origin   perch.Origin
		customer bool // of both chats, and signed for
		want     bool
	}{
		"an attribute of a signed call":       {flow: associating("$.Attributes.sourceContactId"), origin: signed, want: true},
		"an attribute signed by the site":     {flow: associating("$.Attributes.sourceContactId"), origin: perch.FromJWT, want: true},
		"an attribute of a page":              {flow: associating("$.Attributes.sourceContactId"), origin: page},
		"an attribute set by an agent":        {flow: associating("$.Attributes.sourceContactId"), origin: perch.FromAgent},
		"a literal of the flow":               {flow: associating("$source"), origin: page, want: true},
		"a signed attribute copied by a flow": {flow: associating("$.Attributes.trusted", copied), origin: signed, want: true},
		"a page's attribute copied by a flow": {flow: associating("$.Attributes.trusted", copied), origin: page},
		"a literal under a name from a page":  {flow: associating("$.Attributes.trusted", named), origin: page},
		"a literal under a signed name":       {flow: associating("$.Attributes.trusted", named), origin: signed, want: true},
		"a reference of the contact":          {flow: associating("$.References.past.Value", referred), origin: signed},
		"what the customer wrote":             {flow: associating("$.Media.InitialMessage"), origin: signed},
		"a page's, of the same customer":      {flow: associating("$.Attributes.sourceContactId"), origin: page, customer: true, want: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			story(t, func(t *testing.T, w *world) {
				in := chat.Start{}
				if c.customer {
					in.CustomerID, in.Verified = "ada", true
				}
				source := string(w.past("Past", in))
				in.Flow = w.inbound("Associating", c.flow, "$source", source)
				in.Attributes = perch.Attributes{"sourceContactId": {Value: source, Origin: c.origin}, "key": {Value: "trusted", Origin: c.origin}}
				in.Initial = &chat.Saying{ContentType: "text/plain", Content: source}
				k := w.start(in)
				w.elapse(time.Second)
				want := "Who are you?"
				if c.want {
					want = "Welcome back."
				}
				k.wantTexts(want)
				if linked := k.state().Link != nil; linked != c.want {
					t.Errorf("the chat continues the past: %v, want %v", linked, c.want)
				}
				// The operator is told why, and what to do.
				if warned := strings.Contains(w.logged(), "nobody vouches"); warned == c.want {
					t.Errorf("the log says %s", w.logged())
				}
			})
		})
	}
}

func TestSourceThatDoesNotExistTakesTheErrorBranch(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		open := w.start(chat.Start{Flow: w.inbound("Waits", script(
			action("wait", "Wait", `{"TimeLimitSeconds":"600"}`, "end", when("WaitCompleted", "end"), fails("NoMatchingError", "end")), disconnect("end")))})
		for name, source := range map[string]string{"none": "", "unknown": "no-such-contact", "a chat that goes on": string(open.id)} {
			in := chat.Start{Flow: w.inbound("Associating "+name, associating("$.Attributes.sourceContactId"))}
			if source != "" {
				in.Attributes = perch.Attributes{"sourceContactId": {Value: source, Origin: perch.FromSigV4}}
			}
			k := w.start(in)
			w.elapse(time.Second)
			k.wantTexts("Who are you?")
		}
	})
}
