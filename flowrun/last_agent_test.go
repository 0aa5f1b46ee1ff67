package flowrun_test

import (
	"testing"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
)

// Back to the agent of the past chat by flow alone: into that agent's own queue,
// and after half a minute into the queue of all.
func TestFlowSendsAContinuedChatToItsLastAgent(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		w.available(w.agents...)
		past := w.open(chat.Start{Flow: w.queueing("Plain", nil)})
		w.elapse(time.Second)
		past.accept(w.agents[0])
		past.turn(func(t *chat.Turn) error { return t.End(perch.CustomerDisconnect) })
		w.must(w.router.Clear(t.Context(), w.agents[0], past.id.First()))
		falls := w.flow("Falls back", catalog.FlowCustomerQueue, script(
			action("wait", "Wait", `{"TimeLimitSeconds":"30"}`, "all", when("WaitCompleted", "all"), fails("NoMatchingError", "end")),
			action("all", "DequeueContactAndTransferToQueue", `{"QueueId":"$queue"}`, "end", fails("QueueAtCapacity", "end", "NoMatchingError", "end")),
			action("end", "EndFlowExecution", `{}`, "")))
		back := w.inbound("Back", script(
			action("past", "CreatePersistentContactAssociation", `{"RehydrationType":"ENTIRE_PAST_SESSION","SourceContactId":"`+string(past.id)+`"}`, "who", fails("NoMatchingError", "no")),
			say("who", "$.LastAgent.FirstName $.LastAgent.UserName", "hook"),
			action("hook", "UpdateContactEventHooks", `{"EventHooks":{"CustomerQueue":"`+string(falls)+`"}}`, "target", fails("NoMatchingError", "no")),
			action("target", "UpdateContactTargetQueue", `{"AgentId":"$.LastAgent.ARN"}`, "queue", fails("NoMatchingError", "no")),
			action("queue", "TransferContactToQueue", `{}`, "end", fails("QueueAtCapacity", "no", "NoMatchingError", "no")),
			say("no", "No.", "end"), disconnect("end")))
		k := w.open(chat.Start{Flow: back})
		w.elapse(time.Second)
		k.wantTexts("Ana agent1")
		if c := k.state().Current(); c.QueueUser != w.agents[0].ID {
			t.Fatalf("the contact waits for %q in %q", c.QueueUser, c.Queue)
		}
		late := w.open(chat.Start{Flow: back})
		w.must(w.router.SetStatus(t.Context(), w.agents[0], catalog.Offline))
		w.elapse(40 * time.Second)
		if c := late.state().Current(); c.Queue != w.queue.ID || c.Method != perch.ByQueueTransfer {
			t.Errorf("after 30 s the contact waits for %q in %q", c.QueueUser, c.Queue)
		}
	})
}

func TestThereIsNoLastAgentOfAFirstChat(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		k := w.start(chat.Start{Flow: w.inbound("Back", script(
			action("target", "UpdateContactTargetQueue", `{"AgentId":"$.LastAgent.Id"}`, "end", fails("NoMatchingError", "no")),
			say("no", "Nobody.", "end"), disconnect("end")))})
		w.elapse(time.Second)
		k.wantTexts("Nobody.")
	})
}
