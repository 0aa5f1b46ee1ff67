package flowrun_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/flowrun"
)

// flowLog is the log of a contact, a line for each step, and all of its text.
func (k *talk) flowLog(contact perch.ContactID) (lines []string, raw string) {
	k.w.t.Helper()
	for after := int64(0); ; {
		page, err := flowrun.FlowLog(k.w.t.Context(), k.w.store, k.id, contact, after, 3)
		k.w.must(err)
		if len(page) == 0 {
			return lines, raw
		}
		for _, s := range page {
			if s.Number <= after || s.Time.IsZero() || s.Flow == "" || s.Type == "" {
				k.w.t.Errorf("step %+v after %d", s, after)
			}
			after = s.Number
			lines = append(lines, strings.Join(slices.DeleteFunc([]string{s.Action, s.Effect, s.Error, s.Result, string(s.Way), strings.Trim(fmt.Sprint(s.Condition), "0"), s.Next},
				func(part string) bool { return part == "" }), " "))
			text, err := json.Marshal(s)
			k.w.must(err)
			raw += string(text)
		}
	}
}

func TestFlowLogSaysWhatRanAndWhyAndNobodysWords(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		k := w.start(chat.Start{Flow: w.inbound("Logged", script(
			action("set", "UpdateContactAttributes", `{"Attributes":{"secret":"hush one"}}`, "compare", fails("NoMatchingError", "compare")),
			action("compare", "Compare", `{"ComparisonValue":"$.Attributes.secret"}`, "end", fails("NoMatchingCondition", "end"), when("other", "end", "hush one", "hello")),
			say("hello", "hush two", "wait"),
			action("wait", "Wait", `{"TimeLimitSeconds":"900","Events":["CustomerReturned"]}`, "end", fails("NoMatchingError", "end"), when("WaitCompleted", "end", "CustomerReturned", "queue")),
			action("queue", "UpdateContactTargetQueue", `{"QueueId":"gone"}`, "end", fails("NoMatchingError", "lot")),
			action("lot", "MessageParticipant", `{"Text":"hush three $.Attributes.secret"}`, "end"), disconnect("end")))})
		w.elapse(time.Second)
		k.say("hush four")
		w.elapse(time.Second)
		got, raw := k.flowLog(perch.ContactID(k.id))
		want := []string{"set SetAttributes next compare", "compare condition 2 hello", "hello Say next wait", "wait Await",
			"wait CustomerReturned condition 2 queue", "queue SetTargetQueue NoMatchingError error lot", "lot Say next end", "end Disconnect end"}
		if !slices.Equal(got, want) {
			t.Errorf("got  %q\nwant %q", got, want)
		}
		if strings.Contains(raw, "hush") || !strings.Contains(raw, `"p":["Attributes"]`) {
			t.Errorf("the log holds more than names, or less: %s", raw)
		}
		if other, _ := k.flowLog("another"); len(other) > 0 {
			t.Errorf("of another contact: %q", other)
		}
	})
}

func TestFlowLoggingIsInheritedByLaterContacts(t *testing.T) {
	t.Parallel()
	for _, again := range []bool{false, true} {
		story(t, func(t *testing.T, w *world) {
			enable := say("a", "Good bye.", "b")
			if again {
				enable = action("a", "UpdateFlowLoggingBehavior", `{"FlowLoggingBehavior":"Enabled"}`, "b")
			}
			after := w.inbound("After", script(enable, say("b", "Good bye.", "end"), disconnect("end")))
			k := w.open(chat.Start{Flow: w.inbound("Quiet", script(say("a", "Logged.", "off"),
				action("off", "UpdateFlowLoggingBehavior", `{"FlowLoggingBehavior":"Disabled"}`, "hook"),
				action("hook", "UpdateContactEventHooks", `{"EventHooks":{"CustomerRemaining":"$after"}}`, "wait", fails("NoMatchingError", "end")),
				action("wait", "Wait", `{"TimeLimitSeconds":"600"}`, "end", fails("NoMatchingError", "end"), when("WaitCompleted", "end")), disconnect("end")), "$after", string(after))})
			w.elapse(time.Second)
			var agent perch.ParticipantID
			k.turn(func(t *chat.Turn) (err error) {
				if agent, err = t.Invite(perch.Who{Name: "Ana", Role: perch.Agent}, w.agents[0].ID); err != nil {
					return err
				}
				return t.Connect(agent)
			})
			k.turn(func(t *chat.Turn) error { return t.Leave(agent) })
			w.elapse(time.Second)
			s := k.state()
			if !s.Ended || len(s.Contacts) != 2 {
				t.Fatalf("the chat has %d contacts, ended %t", len(s.Contacts), s.Ended)
			}
			if got, _ := k.flowLog(s.Contacts[0].ID); !slices.Equal(got, []string{"a Say next off", "off SetFlowLogging"}) {
				t.Errorf("before: %q", got)
			}
			var want []string
			if again {
				want = []string{"a next b", "b Say next end", "end Disconnect end"}
			}
			if got, _ := k.flowLog(s.Contacts[1].ID); !slices.Equal(got, want) {
				t.Errorf("after, enabled %t: %q, want %q", again, got, want)
			}
		})
	}
}

func TestFlowLogIsBounded(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		k := w.open(chat.Start{Flow: w.flow("Round", catalog.FlowInbound, script(
			action("wait", "Wait", `{"TimeLimitSeconds":"1"}`, "end", fails("NoMatchingError", "end"), when("WaitCompleted", "wait")), disconnect("end")))})
		w.elapse(11 * time.Minute)
		page, err := flowrun.FlowLog(t.Context(), w.store, k.id, perch.ContactID(k.id), 0, 5000)
		w.must(err)
		if n := len(page); n < 1000 || n > 1010 || page[n-1].Number < 1200 || page[0].Number != page[n-1].Number-int64(n)+1 {
			t.Errorf("%d steps, %d to %d", n, page[0].Number, page[n-1].Number)
		}
	})
}

func TestAnInstanceCanHaveItsFlowsKeepNoLog(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		flow := w.inbound("Quiet", script(say("hello", "hello", "end"), disconnect("end")))
		w.must(w.settings.SetSwitch(t.Context(), w.instance, catalog.FlowLogs, false))
		off := w.start(chat.Start{Flow: flow})
		w.elapse(time.Second)
		w.must(w.settings.SetSwitch(t.Context(), w.instance, catalog.FlowLogs, true))
		on := w.start(chat.Start{Flow: flow})
		w.elapse(time.Second)
		for k, want := range map[*talk]int{off: 0, on: 2} {
			if lines, _ := k.flowLog(perch.ContactID(k.id)); len(lines) != want {
				t.Errorf("%d steps, want %d: %q", len(lines), want, lines)
			}
		}
	})
}
