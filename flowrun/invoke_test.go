package flowrun_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/outside"
	"github.com/perch-chat/perch/wire"
)

// functions stand for what is outside: by name, what a call comes to. The dial
// and the wire are told of in package outside.
type functions map[string]func(ctx context.Context, event wire.FlowEvent) (string, error)

func (f functions) invoke(ctx context.Context, c outside.Call) ([]byte, error) {
	do, ok := f[c.Name]
	if !ok {
		return nil, outside.ErrUnknown
	}
	var event wire.FlowEvent
	if err := json.Unmarshal(c.Event, &event); err != nil {
		return nil, err
	}
	answer, err := do(ctx, event)
	return []byte(answer), err
}

// calling is a flow that calls a function and says what it has answered.
func calling(name, more string) string {
	return script(
		action("call", "InvokeLambdaFunction", `{"LambdaFunctionARN":"`+name+`","InvocationTimeLimitSeconds":"8"`+more+`}`, "say", fails("NoMatchingError", "no")),
		say("say", "It costs $.External.price.", "end"), say("no", "Nobody knows.", "end"), disconnect("end"))
}

func TestFunctionIsCalledAndAnswers(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		var told wire.FlowEvent
		w.functions = functions{"price": func(_ context.Context, e wire.FlowEvent) (string, error) {
			told = e
			<-time.After(3 * time.Second)
			return `{"price":"7"}`, nil
		}}
		k := w.start(chat.Start{Flow: w.inbound("Asks", calling("price", `,"LambdaInvocationAttributes":{"what":"$.Attributes.what"}`)),
			Attributes: perch.Attributes{"what": {Value: "pears", Origin: perch.FromSigV4}}})
		w.elapse(2 * time.Second)
		k.wantTexts()
		k.say("are you there?") // a chat goes on while its flow waits
		w.elapse(2 * time.Second)
		k.wantTexts("It costs 7.")
		d := told.Details
		if told.Name != "ContactFlowEvent" || d.ContactData.ContactId != string(k.id) || d.ContactData.InitialContactId != string(k.id) ||
			d.ContactData.Attributes["what"] != "pears" || d.ContactData.Channel != "CHAT" || !strings.Contains(string(d.Parameters), `"what":"pears"`) {
			t.Errorf("the function is told %+v", told)
		}
	})
}

func TestFunctionThatFailsTakesTheErrorBranch(t *testing.T) {
	for name, f := range map[string]func(context.Context, wire.FlowEvent) (string, error){
		"failing":   func(context.Context, wire.FlowEvent) (string, error) { return "", errors.New("broken") },
		"no object": func(context.Context, wire.FlowEvent) (string, error) { return `"text"`, nil },
		"no JSON":   func(context.Context, wire.FlowEvent) (string, error) { return `<html>`, nil },
		"nested":    func(context.Context, wire.FlowEvent) (string, error) { return `{"price":{"a":1}}`, nil },
		"too much": func(context.Context, wire.FlowEvent) (string, error) {
			return `{"a":"` + strings.Repeat("x", 32<<10) + `"}`, nil
		},
		"never ends": func(ctx context.Context, _ wire.FlowEvent) (string, error) { <-ctx.Done(); return "", ctx.Err() },
		"unknown":    nil,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			story(t, func(t *testing.T, w *world) {
				w.functions = functions{}
				if f != nil {
					w.functions["price"] = f
				}
				k := w.start(chat.Start{Flow: w.inbound("Asks", calling("price", ""))})
				w.elapse(9 * time.Second)
				k.wantTexts("Nobody knows.")
			})
		})
	}
}

// A call that a crash has cut off is made again, and the flow goes on once.
func TestCallIsMadeAgainAfterARestart(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		calls := 0
		w.functions = functions{"price": func(context.Context, wire.FlowEvent) (string, error) {
			calls++
			<-time.After(3 * time.Second)
			return `{"price":"7"}`, nil
		}}
		k := w.start(chat.Start{Flow: w.inbound("Asks", calling("price", ""))})
		w.elapse(time.Second)
		w.crash()
		w.elapse(20 * time.Second)
		k.wantTexts("It costs 7.")
		if calls != 2 || !k.state().Ended {
			t.Errorf("%d calls, ended %v", calls, k.state().Ended)
		}
	})
}

// A panic beside costs a try, and not the process of everybody else.
func TestCallThatMakesPerchPanicIsMadeAgain(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		calls := 0
		w.functions = functions{"price": func(context.Context, wire.FlowEvent) (string, error) {
			if calls++; calls == 1 {
				panic("an answer that nobody has thought of")
			}
			return `{"price":"7"}`, nil
		}}
		k := w.start(chat.Start{Flow: w.inbound("Asks", calling("price", ""))})
		w.elapse(20 * time.Second)
		k.wantTexts("It costs 7.")
		if calls != 2 || !strings.Contains(w.logged(), "invoke_test.go") {
			t.Errorf("%d calls; the log says %s", calls, w.logged())
		}
	})
}

// What comes back too late moves nothing.
func TestAnswerForAnEarlierContactIsDropped(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		w.functions = functions{"price": func(context.Context, wire.FlowEvent) (string, error) {
			<-time.After(5 * time.Second)
			return `{"price":"7"}`, nil
		}}
		k := w.start(chat.Start{Flow: w.inbound("Asks", calling("price", ""))})
		w.elapse(time.Second)
		k.turn(func(t *chat.Turn) error { return t.End(perch.Stopped) })
		w.elapse(10 * time.Second)
		k.wantTexts()
		if !strings.Contains(w.logged(), "no longer in force") {
			t.Errorf("the log says %s", w.logged())
		}
	})
}

// Slow functions hold up those who call them and nobody else.
func TestSlowFunctionsHoldUpNobodyElse(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		w.functions = functions{"price": func(ctx context.Context, _ wire.FlowEvent) (string, error) { <-ctx.Done(); return "", ctx.Err() }}
		slow := w.inbound("Asks", calling("price", ""))
		for range 100 { // more than there are workers for what is due, and more than are read at once
			w.start(chat.Start{Flow: slow})
		}
		k := w.start(chat.Start{Flow: w.inbound("Greets", script(say("hi", "Hello.", "end"), disconnect("end")))})
		w.elapse(time.Second)
		k.wantTexts("Hello.")
		before := w.committed()
		w.elapse(time.Second)
		if n := w.committed() - before; n > 0 {
			t.Errorf("%d commits in a second in which nothing happens", n)
		}
		w.elapse(20 * time.Second)
	})
}

// A call whose outcome cannot be kept is not made for ever.
func TestCallThatComesToNothingIsGivenUp(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		calls, until := 0, time.Time{}
		w.harm = func(_ *process, _ int, commit func() error) error {
			if time.Now().Before(until) {
				return errors.New("the disk is full")
			}
			return commit()
		}
		w.functions = functions{"price": func(context.Context, wire.FlowEvent) (string, error) {
			calls, until = calls+1, time.Now().Add(3*time.Second)
			return `{"price":"7"}`, nil
		}}
		w.start(chat.Start{Flow: w.inbound("Asks", calling("price", ""))})
		w.elapse(10 * time.Minute)
		if calls != 12 || !strings.Contains(w.logged(), "given up") {
			t.Errorf("%d calls; the log says %s", calls, w.logged())
		}
	})
}

// Beyond what may be under way at once calls wait for room, and nobody else does.
func TestCallsThatFindNoRoomAreMadeLater(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		const all = 300
		var mu sync.Mutex
		calls := map[string]int{}
		w.functions = functions{"price": func(_ context.Context, e wire.FlowEvent) (string, error) {
			mu.Lock()
			calls[e.Details.ContactData.ContactId]++
			mu.Unlock()
			<-time.After(6 * time.Second)
			return `{"price":"7"}`, nil
		}}
		slow := w.inbound("Asks", calling("price", ""))
		began := time.Now()
		for range all {
			w.start(chat.Start{Flow: slow})
		}
		k := w.start(chat.Start{Flow: w.inbound("Greets", script(say("hi", "Hello.", "end"), disconnect("end")))})
		w.elapse(500 * time.Millisecond)
		k.wantTexts("Hello.")
		if took := time.Since(began); took > 5*time.Second {
			t.Fatalf("the start of all chats has taken %v", took)
		}
		w.elapse(15 * time.Second)
		once := 0
		for _, n := range calls {
			if n == 1 {
				once++
			}
		}
		if once != all {
			t.Errorf("%d of %d calls were made, and once", once, all)
		}
	})
}

// The next call of a contact is not taken for the one that has just ended.
func TestCallsFollowEachOtherAtOnce(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		w.functions = functions{"price": func(context.Context, wire.FlowEvent) (string, error) { return `{"price":"7"}`, nil }}
		k := w.start(chat.Start{Flow: w.inbound("Asks", script(
			action("loop", "Loop", `{"LoopCount":"100"}`, "", when("ContinueLooping", "call", "DoneLooping", "say")),
			action("call", "InvokeLambdaFunction", `{"LambdaFunctionARN":"price"}`, "loop", fails("NoMatchingError", "end")),
			say("say", "It costs $.External.price.", "end"), disconnect("end")))})
		w.elapse(5 * time.Second)
		k.wantTexts("It costs 7.")
	})
}

// What the function is told, key for key, of a first contact about which nothing
// is known.
func TestFunctionIsToldOfAChatWhatAmazonTells(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		var told wire.FlowEvent
		w.functions = functions{"price": func(_ context.Context, e wire.FlowEvent) (string, error) { told = e; return "{}", nil }}
		k := w.start(chat.Start{Flow: w.inbound("Asks", calling("price", ""))})
		w.elapse(time.Second)
		got, err := json.Marshal(told)
		w.must(err)
		id, instance := string(k.id), "arn:aws:connect:us-east-1:000000000000:instance/"+string(w.instance)
		want := `{"Details":{"ContactData":{"Attributes":{},"AwsRegion":"us-east-1","Channel":"CHAT","ContactId":"` + id + `","CustomerEndpoint":null,` +
			`"CustomerId":null,"Description":null,"InitialContactId":"` + id + `","InitiationMethod":"API","InstanceARN":"` + instance + `","LanguageCode":"en-US",` +
			`"MediaStreams":{"Customer":{"Audio":null}},"Name":null,"PreviousContactId":"` + id + `","Queue":null,"References":{},` +
			`"SegmentAttributes":{"connect:Subtype":{"ValueString":"connect:Chat"}},"SystemEndpoint":null,"Tags":{}},"Parameters":{}},"Name":"ContactFlowEvent"}`
		if string(got) != want {
			t.Errorf("it is told\n%s\nwant\n%s", got, want)
		}
		w.start(chat.Start{Flow: w.inbound("Asks again", calling("price", "")), Outbound: true,
			CustomerEndpoint: &perch.Endpoint{Type: "EMAIL_ADDRESS", Address: "ada@example.com"}, SystemEndpoint: &perch.Endpoint{Type: "CONTACT_FLOW", Address: "support"}})
		w.elapse(time.Second)
		c := told.Details.ContactData
		if *c.CustomerEndpoint != (wire.FlowEndpoint{Address: "ada@example.com", Type: "EMAIL_ADDRESS"}) || c.SystemEndpoint.Address != "support" || c.InitiationMethod != "OUTBOUND" {
			t.Errorf("of an outbound chat it is told %+v", c)
		}
	})
}
