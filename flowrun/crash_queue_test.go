package flowrun_test

import (
	"context"
	"testing"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
)

// A module, the flow of a queue, a move from there, a place, data, tags and
// whispers come to the same whatever becomes of a commit.
func TestQueueFlowsAndWhispersStandWhereTheyStoodAtAnyCommit(t *testing.T) {
	comesToTheSame(t, tale{
		prepare: func(w *world) any {
			w.available(w.agents[0])
			m, err := w.settings.PutModule(context.Background(), w.instance, catalog.Module{Name: "Pauses", Content: script(
				say("say", "In a module.", "wait"),
				action("wait", "Wait", `{"TimeLimitSeconds":"5"}`, "end", when("WaitCompleted", "end"), fails("NoMatchingError", "end")),
				action("end", "EndFlowModuleExecution", "{}", ""))})
			w.must(err)
			hooks := w.whispers()
			hooks[perch.CustomerQueue] = w.flow("Moves", catalog.FlowCustomerQueue, script(
				action("moved", "Compare", `{"ComparisonValue":"$.Attributes.moved"}`, "wait", when("yes", "say"), fails("NoMatchingCondition", "wait")),
				action("wait", "Wait", `{"TimeLimitSeconds":"10"}`, "note", when("WaitCompleted", "note"), fails("NoMatchingError", "no")),
				action("note", "UpdateContactAttributes", `{"Attributes":{"moved":"yes"}}`, "move", fails("NoMatchingError", "no")),
				action("move", "DequeueContactAndTransferToQueue", `{"QueueId":"$queue"}`, "no", fails("QueueAtCapacity", "no", "NoMatchingError", "no")),
				say("say", "Moved.", "hurry"), say("no", "No.", "end"),
				action("hurry", "UpdateContactRoutingBehavior", `{"QueuePriority":"1"}`, "end"),
				action("end", "EndFlowExecution", "{}", "")))
			flow := w.queueing("In", hooks,
				action("ask", "UpdateRoutingCriteria", `{"RoutingCriteria":{"Steps":[{"Expression":{"AttributeCondition":{"Name":"language","Value":"fr",
					"ProficiencyLevel":"3","ComparisonOperator":"NumberGreaterOrEqualTo"}},"Expiry":{"DurationInSeconds":"60"}}]}}`, "describe", fails("NoMatchingError", "no")),
				action("describe", "UpdateContactData", `{"Name":"Order","CustomerId":"c1","TargetContact":"Current"}`, "tag", fails("NoMatchingError", "no")),
				action("tag", "TagContact", `{"Tags":{"one":"1"}}`, "call", fails("NoMatchingError", "no")),
				action("call", "InvokeFlowModule", `{"FlowModuleId":"`+string(m.ID)+`"}`, "hook CustomerWhisper", fails("NoMatchingError", "no")))
			return flow
		},
		tell: func(w *world, flow any) []string {
			k := w.open(chat.Start{Flow: flow.(perch.FlowID)})
			w.elapse(20 * time.Second)
			k.accept(w.agents[0])
			w.elapse(30 * time.Second)
			k.say("hello")
			k.wantTexts("In a module.", "Moved.", "A customer of Basic queue for agent1.", "Here you are.", "You are connected.")
			return k.told()
		},
	})
}
