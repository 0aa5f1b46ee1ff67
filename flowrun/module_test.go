package flowrun_test

import (
	"strings"
	"testing"
	"time"

	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
)

func TestModuleIsPlayedAndGivesBack(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		module := func(name, content string, ids ...string) string {
			t.Helper()
			for i := 0; i < len(ids); i += 2 {
				content = strings.ReplaceAll(content, ids[i], ids[i+1])
			}
			m, err := w.settings.PutModule(t.Context(), w.instance, catalog.Module{Name: name, Content: content})
			w.must(err)
			return string(m.ID)
		}
		inner := module("Inner", script(say("say", "Inside.", "wait"),
			action("wait", "Wait", `{"TimeLimitSeconds":"30"}`, "end", when("WaitCompleted", "end"), fails("NoMatchingError", "end")),
			action("end", "EndFlowModuleExecution", "{}", "")))
		outer := module("Outer", script(action("call", "InvokeFlowModule", `{"FlowModuleId":"$inner"}`, "say", fails("NoMatchingError", "end")),
			say("say", "Between.", "end"), action("end", "EndFlowModuleExecution", "{}", "")), "$inner", inner)
		k := w.open(chat.Start{Flow: w.inbound("Calls", script(
			action("call", "InvokeFlowModule", `{"FlowModuleId":"$outer"}`, "gone", fails("NoMatchingError", "no")),
			action("gone", "InvokeFlowModule", `{"FlowModuleId":"nothing"}`, "end", fails("NoMatchingError", "no")),
			say("no", "Back.", "end"), disconnect("end")), "$outer", outer)})
		w.elapse(10 * time.Second)
		k.wantTexts("Inside.")
		w.restart()
		w.elapse(25 * time.Second)
		k.wantTexts("Inside.", "Between.", "Back.")
	})
}

// A module that calls itself is five deep at most, and the flow goes on.
func TestModuleThatCallsItselfComesToAnEnd(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		m, err := w.settings.PutModule(t.Context(), w.instance, catalog.Module{Name: "Self", Content: script(action("end", "EndFlowModuleExecution", "{}", ""))})
		w.must(err)
		m.Content = script(say("say", "Deeper.", "call"),
			action("call", "InvokeFlowModule", `{"FlowModuleId":"`+string(m.ID)+`"}`, "end", fails("NoMatchingError", "end")),
			action("end", "EndFlowModuleExecution", "{}", ""))
		_, err = w.settings.PutModule(t.Context(), w.instance, m)
		w.must(err)
		k := w.start(chat.Start{Flow: w.inbound("Calls", script(
			action("call", "InvokeFlowModule", `{"FlowModuleId":"`+string(m.ID)+`"}`, "end", fails("NoMatchingError", "end")), disconnect("end")))})
		w.elapse(time.Second)
		k.wantTexts("Deeper.", "Deeper.", "Deeper.", "Deeper.", "Deeper.")
	})
}

// Steps are counted over modules, or a loop of calls would never be found out.
func TestCirclesThroughModulesAreStopped(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		m, err := w.settings.PutModule(t.Context(), w.instance, catalog.Module{Name: "Nothing", Content: script(action("end", "EndFlowModuleExecution", "{}", ""))})
		w.must(err)
		k := w.open(chat.Start{Flow: w.inbound("Calls", script(
			action("call", "InvokeFlowModule", `{"FlowModuleId":"`+string(m.ID)+`"}`, "call", fails("NoMatchingError", "call"))))})
		w.elapse(time.Minute)
		head := k.state().Head
		w.elapse(time.Minute)
		if now := k.state().Head; now != head {
			t.Errorf("the log has grown from %d to %d entries", head, now)
		}
	})
}
