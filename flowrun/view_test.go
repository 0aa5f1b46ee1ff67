package flowrun_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/flowrun"
	"github.com/perch-chat/perch/wire"
)

// asksByView is a flow that shows a form and says what came of it.
func asksByView(w *world, more string) perch.FlowID {
	return w.inbound("Asks by a view", script(
		action("ask", "ShowView", `{"ViewResource":{"Id":"arn:aws:connect:us-east-1:aws:view/form:1"},"InvocationTimeLimitSeconds":"600","ViewData":{"Heading":"Hello $.Attributes.name","Sections":"x"}`+more+`}`, "other",
			when("Submit", "got", "Cancel", "cancelled"), fails("NoMatchingCondition", "other", "NoMatchingError", "sorry", "TimeLimitExceeded", "late")),
		say("got", "Thanks: $.Views.ViewResultData.FormData.city.", "end"), say("cancelled", "As you like.", "end"), say("other", "Another way: $.Views.Action.", "end"),
		say("sorry", "Sorry.", "end"), say("late", "Too late.", "end"), disconnect("end")))
}

func shows(flow perch.FlowID) chat.Start {
	return chat.Start{Flow: flow, Attributes: named(), ContentTypes: []string{wire.TextPlain, wire.Interactive, wire.InteractiveResponse}}
}

// answers has the customer's client answer a view.
func (k *talk) answers(content string) {
	k.w.t.Helper()
	k.said++
	s := chat.Saying{ContentType: wire.InteractiveResponse, Content: content, ClientToken: fmt.Sprint(k.said), Answer: true}
	k.turn(func(t *chat.Turn) error {
		_, err := t.Say(k.customer, s)
		return err
	})
}

const submitted = `{"templateType":"ViewResource","version":"1.0","action":"Submit","data":{"FormData":{"city":"Oslo"}}}`

// flowSays is what the flow has said, but for the views.
func (k *talk) flowSays() (said []string) {
	for _, text := range k.texts() {
		if !strings.HasPrefix(text, "{") {
			said = append(said, text)
		}
	}
	return said
}

func (k *talk) wantFlowSays(want ...string) {
	k.w.t.Helper()
	if got := k.flowSays(); fmt.Sprint(got) != fmt.Sprint(want) {
		k.w.t.Errorf("the flow says %q, want %q", got, want)
	}
}

func TestViewIsShownAndItsAnswerLeadsOn(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		k := w.open(shows(asksByView(w, "")))
		var shown struct {
			TemplateType, Version string
			Data                  struct {
				Content struct {
					ViewID    string `json:"viewId"`
					ViewToken string
					ViewData  map[string]string
				}
			}
		}
		texts := k.texts()
		if len(texts) != 1 || json.Unmarshal([]byte(texts[0]), &shown) != nil {
			t.Fatalf("shown is %q", texts)
		}
		c := shown.Data.Content
		if shown.TemplateType != "ViewResource" || shown.Version != "1.0" || c.ViewID != "arn:aws:connect:us-east-1:aws:view/form:1" ||
			c.ViewToken != "token of form:1" || c.ViewData["Heading"] != "Hello Ada" {
			t.Errorf("shown is %s", texts[0])
		}
		if err := wire.CheckInteractive(texts[0]); err != nil {
			t.Error(err)
		}
		k.say("what is this?")                                                                       // which is no answer
		k.answers(`{"templateType":"ListPicker","version":"1.0","data":{"actionName":"SHOW_MORE"}}`) // nor this
		w.elapse(time.Minute)
		k.wantFlowSays()
		k.answers(submitted)
		w.elapse(time.Second)
		k.wantFlowSays("Thanks: Oslo.")
		if !k.state().Ended {
			t.Error("the flow has not gone on")
		}
	})
}

// What follows an answer at once does not cover it.
func TestAnswerIsFoundBehindLaterMessages(t *testing.T) {
	t.Parallel()
	byHand(t, func(t *testing.T, w *world) {
		k := w.open(shows(asksByView(w, "")))
		k.handle(chat.DueFlowStart)
		k.say("a moment")
		k.answers(submitted)
		k.say("there")
		k.answers(strings.Replace(submitted, "Oslo", "Bergen", 1)) // a second click
		k.handle(chat.DueFlowReturned)
		k.wantFlowSays("Thanks: Oslo.")
		k.nothingDue(flowrun.DueView)
	})
}

func TestBranchesOfAView(t *testing.T) {
	for name, c := range map[string]struct{ answer, want string }{
		"another action":             {`{"templateType":"ViewResource","action":"Cancel"}`, "As you like."},
		"an action without a branch": {`{"templateType":"ViewResource","action":"Back","data":{}}`, "Another way: Back."},
		"data that is no object":     {`{"templateType":"ViewResource","action":"Back","data":[1]}`, "Another way: Back."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			story(t, func(t *testing.T, w *world) {
				k := w.open(shows(asksByView(w, "")))
				k.answers(c.answer)
				w.elapse(time.Second)
				k.wantFlowSays(c.want)
			})
		})
	}
}

func TestViewIsWaitedForNoLongerThanItsTime(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		k := w.open(shows(asksByView(w, "")))
		w.elapse(599 * time.Second)
		k.wantFlowSays()
		w.elapse(2 * time.Second)
		k.wantFlowSays("Too late.")
	})
}

func TestRestartWhileAViewIsShown(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		k := w.open(shows(asksByView(w, "")))
		w.restart()
		w.elapse(5 * time.Minute)
		k.wantFlowSays()
		k.answers(submitted)
		w.restart()
		w.elapse(time.Second)
		k.wantFlowSays("Thanks: Oslo.")
		if n := len(k.texts()); n != 2 {
			t.Errorf("the flow has spoken %d times, want the view once and the thanks", n)
		}
	})
}

func TestViewThatNobodyCouldShowTakesTheErrorBranch(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		k := w.start(chat.Start{Flow: asksByView(w, ""), Attributes: named()}) // text alone
		w.elapse(time.Second)
		k.wantFlowSays("Sorry.")
		gone := w.inbound("Shows what is not there", script(
			action("ask", "ShowView", `{"ViewResource":{"Id":"no-such-view"},"InvocationTimeLimitSeconds":"600"}`, "sorry",
				fails("NoMatchingCondition", "sorry", "NoMatchingError", "sorry", "TimeLimitExceeded", "sorry")), say("sorry", "Sorry.", "end"), disconnect("end")))
		k = w.start(shows(gone))
		w.elapse(time.Second)
		k.wantFlowSays("Sorry.")
	})
}

// A secret is for the flow alone: nobody reads it in the transcript, now or later.
func TestSensitiveAnswerIsForTheFlowAlone(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		k := w.open(shows(asksByView(w, `,"SensitiveDataConfiguration":{"HideResponseOn":["TRANSCRIPT"]}`)))
		k.say("I would rather type")
		k.answers(submitted)
		w.elapse(time.Second)
		k.wantFlowSays("Thanks: Oslo.")
		shown := map[string]perch.Audience{}
		w.must(w.chats.Entries(t.Context(), k.id, 1, k.state().Head, func(e perch.Entry) error {
			if m, ok := e.Body.(perch.Message); ok && m.Who.Role == perch.Customer {
				shown[m.ContentType] = e.Audience
			}
			return nil
		}))
		if shown[wire.TextPlain] != perch.ToAll || shown[wire.InteractiveResponse] != perch.ToNobody {
			t.Errorf("what the customer has written is shown to %v", shown)
		}
		if strings.Contains(w.logged(), "Oslo") {
			t.Error("it is in the log")
		}
	})
}
