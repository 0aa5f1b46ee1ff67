package flowrun_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
)

func TestWhatDoesNotExistTakesTheErrorBranch(t *testing.T) {
	enter := action("enter", "TransferContactToQueue", "{}", "no", fails("QueueAtCapacity", "full", "NoMatchingError", "no"))
	rest := []string{say("yes", "Done.", "end"), say("no", "There is no such thing.", "end"), say("full", "No room.", "end"), disconnect("end")}
	for name, c := range map[string]struct {
		actions []string
		want    string
	}{
		"flow to go on in": {[]string{action("a", "TransferToFlow", `{"ContactFlowId":"gone"}`, "yes", fails("NoMatchingError", "no"))}, "There is no such thing."},
		"queue": {[]string{action("a", "UpdateContactTargetQueue", `{"QueueId":"gone"}`, "yes", fails("NoMatchingError", "no"))},
			"There is no such thing."},
		"queue by name of an attribute": {[]string{action("a", "UpdateContactTargetQueue", `{"QueueId":"$.Attributes.none"}`, "yes", fails("NoMatchingError", "no"))},
			"There is no such thing."},
		"agent": {[]string{action("a", "UpdateContactTargetQueue", `{"AgentId":"gone"}`, "yes", fails("NoMatchingError", "no"))},
			"There is no such thing."},
		"flow to hook": {[]string{action("a", "UpdateContactEventHooks", `{"EventHooks":{"CustomerRemaining":"gone"}}`, "yes", fails("NoMatchingError", "no"))},
			"There is no such thing."},
		"queue to enter": {[]string{enter}, "There is no such thing."},
		"related contact": {[]string{action("a", "UpdateContactAttributes", `{"Attributes":{"k":"v"},"TargetContact":"Related"}`, "yes",
			fails("NoMatchingError", "no"))}, "There is no such thing."},
		"room in the queue": {[]string{action("a", "UpdateContactTargetQueue", `{"QueueId":"$queue"}`, "enter", fails("NoMatchingError", "no")), enter}, "No room."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			story(t, func(t *testing.T, w *world) {
				w.queue.MaxContacts = 1
				_, err := w.settings.PutQueue(t.Context(), w.instance, w.queue)
				w.must(err)
				first := w.start(chat.Start{Flow: w.inbound("First", script(
					action("a", "UpdateContactTargetQueue", `{"QueueId":"$queue"}`, "enter", fails("NoMatchingError", "no")), enter, rest[1], rest[2], rest[3]))})
				w.elapse(time.Second)
				first.wantTexts()

				k := w.start(chat.Start{Flow: w.inbound("Tries", script(slices.Concat(c.actions, rest)...))})
				w.elapse(time.Second)
				k.wantTexts(c.want)
				if !k.state().Ended {
					t.Error("the flow has not come to its end")
				}
			})
		})
	}
}

func TestAttributesOfTheRelatedContactAreSet(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		source := w.past("Past", chat.Start{Attributes: perch.Attributes{"old": {Value: "kept", Origin: perch.FromSigV4}}})
		k := w.start(chat.Start{Related: perch.ContactID(source), Flow: w.inbound("Relates", script(
			action("a", "UpdateContactAttributes", `{"Attributes":{"one":"1"},"TargetContact":"Related"}`, "b", fails("NoMatchingError", "no")),
			action("b", "UpdateContactAttributes", `{"Attributes":{"two":"2","from":"$.ContactId"},"TargetContact":"Related"}`, "yes", fails("NoMatchingError", "no")),
			say("yes", "Done.", "end"), say("no", "No.", "end"), disconnect("end")))})
		w.elapse(time.Second)
		k.wantTexts("Done.")
		got, err := w.chats.Attributes(t.Context(), source)
		w.must(err)
		for key, want := range map[string]string{"old": "kept", "one": "1", "two": "2", "from": string(k.id)} {
			if got[key].Value != want {
				t.Errorf("the related contact has %s = %q, want %q", key, got[key].Value, want)
			}
		}
		own, err := w.chats.Attributes(t.Context(), k.id)
		w.must(err)
		if _, there := own["one"]; there {
			t.Errorf("the contact's own are %v", own)
		}
	})
}

// A flow that takes too many actions without waiting is stopped; the server and
// other chats go on.
func TestFlowThatRunsInCirclesIsStopped(t *testing.T) {
	for name, flow := range map[string]string{
		"by comparing": script(
			action("a", "Compare", `{"ComparisonValue":"$.Channel"}`, "b", when("CHAT", "b"), fails("NoMatchingCondition", "b")),
			action("b", "Compare", `{"ComparisonValue":"$.Channel"}`, "a", when("CHAT", "a"), fails("NoMatchingCondition", "a"))),
		"by writing": script(
			action("a", "UpdateContactAttributes", `{"Attributes":{"k":"v"}}`, "a", fails("NoMatchingError", "a"))),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			story(t, func(t *testing.T, w *world) {
				k := w.open(chat.Start{Flow: w.inbound("Circles", flow)})
				other := w.start(chat.Start{Flow: w.inbound("Greets", script(say("hi", "Hello.", "end"), forever("end"), disconnect("end-bye")))})
				w.elapse(time.Second)
				if n := strings.Count(w.logged(), "runs in circles"); n != 1 || !strings.Contains(w.logged(), "level=ERROR") {
					t.Errorf("the log says so %d times: %s", n, w.logged())
				}
				head := k.state().Head
				other.wantTexts("Hello.")
				k.say("still here?")
				w.restart()
				w.elapse(time.Minute)
				if now := k.state().Head; now != head+1 {
					t.Errorf("the log has grown from %d to %d entries", head, now)
				}
			})
		})
	}
}

// More than one turn's worth of actions are done in several, each once.
func TestLongFlowGoesOnInAnotherTurn(t *testing.T) {
	t.Parallel()
	var actions, want []string
	for n := range 200 {
		actions = append(actions, say(fmt.Sprint("s", n), fmt.Sprint("line ", n), fmt.Sprint("s", n+1)))
		want = append(want, fmt.Sprint("line ", n))
	}
	actions = append(actions, disconnect("s200"))
	story(t, func(t *testing.T, w *world) {
		w.mu.Lock()
		from := w.commits
		w.harm = func(p *process, n int, commit func() error) error { // dies after every commit
			err := commit()
			if n > from+1 {
				p.crash()
			}
			return err
		}
		w.mu.Unlock()
		flow := w.inbound("Long", script(actions...))
		k := w.start(chat.Start{Flow: flow})
		w.elapse(time.Second)
		k.wantTexts(want...)
		if !k.state().Ended {
			t.Error("the flow has not come to its end")
		}
	})
}

func TestErrorWithoutABranchStopsTheFlowAndIsLogged(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		k := w.start(chat.Start{Flow: w.inbound("Speaks", script(
			action("a", "MessageParticipant", `{"SSML":"<speak>hello</speak>"}`, "b"), say("b", "Not reached.", "end"), disconnect("end")))})
		w.elapse(time.Second)
		k.wantTexts()
		if log := w.logged(); strings.Count(log, "a flow has stopped") != 1 || !strings.Contains(log, "action=a") {
			t.Errorf("the log says %s", log)
		}
		if k.state().Ended {
			t.Error("the chat has ended with its flow")
		}
	})
}

// What belonged to a contact that has been handed over must not move the one
// that came after it.
func TestTimerOfAnEarlierContactIsDropped(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		over := w.flow("Over", catalog.FlowQueueTransfer, script(
			action("wait", "Wait", `{"TimeLimitSeconds":"600","Events":["CustomerReturned"]}`, "late", when("WaitCompleted", "late", "CustomerReturned", "late"),
				fails("NoMatchingError", "late")), say("late", "Second.", "end"), disconnect("end")))
		k := w.open(chat.Start{Flow: w.inbound("Waits", script(
			action("wait", "Wait", `{"TimeLimitSeconds":"60"}`, "late", when("WaitCompleted", "late"), fails("NoMatchingError", "late")),
			say("late", "First.", "end"), disconnect("end")))})
		var agent perch.ParticipantID
		k.turn(func(t *chat.Turn) (err error) {
			if agent, err = t.Invite(perch.Who{Name: "Ana", Role: perch.Agent}, w.agents[0].ID); err != nil {
				return err
			}
			return t.Connect(agent)
		})
		k.turn(func(t *chat.Turn) error {
			_, err := t.Transfer(agent, chat.FlowCall{Flow: over})
			return err
		})
		w.elapse(90 * time.Second)
		k.wantTexts()
		if !strings.Contains(w.logged(), "no longer in force") {
			t.Errorf("the log says %s", w.logged())
		}
		w.elapse(510 * time.Second)
		k.wantTexts("Second.")
	})
}

// A flow that is gone, or that may not be started any more, is no reason to try
// for ever: the contact goes on without it, and the log says which flow it was.
func TestContactGoesOnWithoutAFlowThatIsGone(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		waits := w.inbound("Waits", script(
			action("wait", "Wait", `{"TimeLimitSeconds":"60"}`, "late", when("WaitCompleted", "late"), fails("NoMatchingError", "late")),
			say("late", "Late.", "end"), disconnect("end")))
		archived := w.inbound("Archived", script(say("hi", "Hello.", "end"), disconnect("end")))
		w.must(w.settings.ChangeFlow(t.Context(), w.instance, archived, func(f *catalog.Flow) error {
			f.Archived = true
			return nil
		}))
		k, never := w.open(chat.Start{Flow: waits}), w.open(chat.Start{Flow: archived})
		w.elapse(time.Second)
		w.must(w.settings.DeleteFlow(t.Context(), w.instance, waits))
		w.elapse(2 * time.Minute)
		for _, id := range []perch.FlowID{waits, archived} {
			if n := strings.Count(w.logged(), "flow="+string(id)); n != 1 {
				t.Errorf("the log names flow %s %d times: %s", id, n, w.logged())
			}
		}
		for _, each := range []*talk{k, never} {
			each.say("still here?")
			if each.state().Ended {
				t.Error("the chat has ended with its flow")
			}
		}
		w.elapse(time.Hour)
		if n := strings.Count(w.logged(), "cannot be played on"); n != 2 {
			t.Errorf("it was tried again: %s", w.logged())
		}
	})
}

// A contact plays what is published when it takes its next step, and stops where
// its action is not there any more.
func TestContactWhoseActionIsGoneStopsItsFlowOnce(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		wait := action("wait", "Wait", `{"TimeLimitSeconds":"60"}`, "late", when("WaitCompleted", "late"), fails("NoMatchingError", "late"))
		kept := w.inbound("Kept", script(wait, say("late", "Old.", "end"), disconnect("end")))
		lost := w.inbound("Lost", script(wait, say("late", "Old.", "end"), disconnect("end")))
		k, l := w.open(chat.Start{Flow: kept}), w.open(chat.Start{Flow: lost})
		w.elapse(time.Second)
		for id, content := range map[perch.FlowID]string{
			kept: script(wait, say("late", "New.", "end"), disconnect("end")),
			lost: script(say("hi", "New.", "end"), disconnect("end")),
		} {
			w.must(w.settings.ChangeFlow(t.Context(), w.instance, id, func(f *catalog.Flow) error {
				f.Content = content
				return nil
			}))
		}
		w.elapse(2 * time.Minute)
		k.wantTexts("New.")
		if !k.state().Ended || l.state().Ended {
			t.Error("the new content was not played to its end, or the lost one ended its chat")
		}
		if n := strings.Count(w.logged(), "a flow has stopped"); n != 1 {
			t.Errorf("the log says so %d times: %s", n, w.logged())
		}
	})
}
