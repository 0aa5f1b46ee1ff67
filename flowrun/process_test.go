package flowrun_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/outside"
	"github.com/perch-chat/perch/wire"
)

// processing is a flow that has messages processed, and waits for what the
// customer says.
func processing(deliver string) string {
	return script(
		action("on", "UpdateContactMediaProcessing", `{"ChatProcessor":{"ProcessingEnabled":"True","LambdaProcessorARN":"censor","ChatProcessorSettings":{"DeliverUnprocessedMessages":"`+deliver+`"}}}`,
			"wait", fails("NoMatchingError", "sorry")),
		action("wait", "Wait", `{"TimeLimitSeconds":"600","Events":["CustomerReturned"]}`, "end", when("CustomerReturned", "heard", "WaitCompleted", "end"), fails("NoMatchingError", "end")),
		say("heard", "You said $.StoredCustomerInput.", "off"),
		action("off", "UpdateContactMediaProcessing", `{"ChatProcessor":{"ProcessingEnabled":"False"}}`, "stay", fails("NoMatchingError", "sorry")),
		forever("stay"), say("sorry", "Sorry.", "end"), disconnect("stay-bye"), disconnect("end"))
}

// censor takes a second over each message.
type censor struct{ told []wire.ProcessorEvent }

func (c *censor) process(_ context.Context, call outside.Call) (outside.Processed, error) {
	var e wire.ProcessorEvent
	if err := json.Unmarshal(call.Event, &e); err != nil {
		return outside.Processed{}, err
	}
	c.told = append(c.told, e)
	<-time.After(time.Second)
	switch text := e.ChatContent.Content; {
	case strings.Contains(text, "reject"):
		return outside.Processed{Rejected: true}, nil
	case strings.Contains(text, "break"):
		return outside.Processed{}, errors.New("broken")
	case strings.Contains(text, "markdown"):
		return outside.Processed{Content: "*x*", ContentType: "text/markdown"}, nil
	case strings.Contains(text, "damn"):
		return outside.Processed{Content: strings.ReplaceAll(text, "damn", "****"), ContentType: "text/plain"}, nil
	}
	return outside.Processed{}, nil
}

// seen are the customer's messages, as everybody sees them.
func (k *talk) seen() (said []string) {
	k.w.t.Helper()
	k.w.must(k.w.chats.Entries(context.Background(), k.id, 1, k.state().Head, func(e perch.Entry) error {
		if m, ok := e.Body.(perch.Message); ok && m.Role == perch.Customer && e.Audience == perch.ToAll {
			said = append(said, m.Content)
		}
		return nil
	}))
	return said
}

func TestMessagesAreProcessedBeforeAnybodySeesThem(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		c := &censor{}
		w.processor = c.process
		k := w.open(chat.Start{Flow: w.inbound("Censored", processing("False"))})
		for _, text := range []string{"please reject this", "this will break", "a damn shame", "no markdown here", "fine"} {
			k.say(text)
		}
		w.elapse(2500 * time.Millisecond)
		if d := cmp.Diff([]string(nil), k.seen()); d != "" {
			t.Errorf("they see (-want +got):\n%s", d)
		}
		w.elapse(10 * time.Second)
		// The flow switched it off when it had heard the first; what was sent before is processed all the same.
		if d := cmp.Diff([]string{"a **** shame", "fine"}, k.seen()); d != "" {
			t.Errorf("they see (-want +got):\n%s", d)
		}
		k.wantTexts("You said a **** shame.")
		k.say("a damn shame")
		if d := cmp.Diff([]string{"a **** shame", "fine", "a damn shame"}, k.seen()); d != "" {
			t.Errorf("switched off, they see (-want +got):\n%s", d)
		}
		if len(c.told) != 5 {
			t.Fatalf("the function is told %d messages", len(c.told))
		}
		got, err := json.Marshal(c.told[0])
		w.must(err)
		at := c.told[0].ChatContent
		want := fmt.Sprintf(`{"version":"1.0","instanceId":"%s","associatedResourceArn":"arn:aws:connect:us-east-1:000000000000:instance/%s/contact/%s","chatContent":{"absoluteTime":"%s",`+
			`"content":"please reject this","contentType":"text/plain","id":"%s","participantId":"%s","displayName":"Ada","participantRole":"CUSTOMER","initialContactId":"%s","contactId":"%s"}}`,
			w.instance, w.instance, k.id, at.AbsoluteTime, at.ID, k.customer, k.id, k.id)
		if string(got) != want {
			t.Errorf("it is told %s, want %s", got, want)
		}
	})
}

func TestMessagesAreDeliveredUnprocessedWhereTheFlowSaysSo(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		w.processor = (&censor{}).process
		k := w.open(chat.Start{Flow: w.inbound("Censored", processing("True"))})
		k.say("please reject this")
		k.say("this will break")
		w.elapse(3 * time.Second)
		if d := cmp.Diff([]string{"this will break"}, k.seen()); d != "" {
			t.Errorf("they see (-want +got):\n%s", d)
		}
	})
}

func TestProcessingByAnUnknownFunctionIsAnError(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		k := w.start(chat.Start{Flow: w.inbound("Censored", strings.Replace(processing("False"), "censor", "unknown", 1))})
		k.wantTexts("Sorry.")
	})
}

// A restart loses no message, and doubles none.
func TestProcessingGoesOnAfterARestart(t *testing.T) {
	for name, end := range map[string]func(w *world){"stopped": func(w *world) { w.restart() }, "killed": func(w *world) { w.crash(); w.elapse(0) }} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			story(t, func(t *testing.T, w *world) {
				c := &censor{}
				w.processor = c.process
				k := w.open(chat.Start{Flow: w.inbound("Censored", processing("False"))})
				k.say("damn")
				k.say("two")
				w.elapse(500 * time.Millisecond)
				end(w)
				w.elapse(25 * time.Second)
				if d := cmp.Diff([]string{"****", "two"}, k.seen()); d != "" {
					t.Errorf("they see (-want +got):\n%s", d)
				}
			})
		})
	}
}

func TestProcessingStandsWhereItStoodAtAnyCommit(t *testing.T) {
	comesToTheSame(t, tale{
		prepare: func(w *world) any { return w.inbound("Censored", processing("False")) },
		tell: func(w *world, in any) []string {
			w.processor = (&censor{}).process
			k := w.open(chat.Start{Flow: in.(perch.FlowID)})
			w.elapse(time.Second)
			k.say("damn")
			k.say("reject")
			w.elapse(30 * time.Second)
			return k.told()
		},
	})
}

// When the chat ends, what has not been processed is dealt with as a failure.
func TestEndOfAChatDoesNotWaitForProcessing(t *testing.T) {
	for deliver, want := range map[string][]string{"True": {"one", "two"}, "False": nil} {
		t.Run(deliver, func(t *testing.T) {
			t.Parallel()
			story(t, func(t *testing.T, w *world) {
				w.processor = (&censor{}).process
				k := w.open(chat.Start{Flow: w.inbound("Censored", processing(deliver))})
				k.say("one")
				k.say("two")
				k.turn(func(t *chat.Turn) error { return t.Leave(k.customer) })
				w.elapse(15 * time.Second)
				if d := cmp.Diff(want, k.seen()); d != "" || !k.state().Ended {
					t.Errorf("they see (-want +got):\n%s", d)
				}
			})
		})
	}
}
