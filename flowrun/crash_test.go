package flowrun_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/routing"
)

// tale is a story that always comes to the same; prepare is what went before,
// and makes what the story goes on with.
type tale struct {
	prepare func(*world) any
	tell    func(*world, any) []string
}

// harms are what may become of a commit.
var harms = map[string]func(at int) harm{
	"crash after commit": func(at int) harm {
		return func(p *process, n int, commit func() error) error {
			err := commit()
			if n == at {
				p.crash()
			}
			return err
		}
	},
	"failure reported of commit": func(at int) harm {
		return func(_ *process, n int, commit func() error) error {
			err := commit()
			if n == at {
				return errors.Join(errors.New("nobody knows"), err)
			}
			return err
		}
	},
}

// run tells a tale in a world like another, with some harm done on the way, and
// counts its commits.
func (l tale) run(w *world, like *world, with any, some func(at int) harm, at int) (lines []string, commits int) {
	w.become(like)
	if some != nil {
		w.harm = some(at)
	}
	w.begin(false)
	defer func() { w.stop() }()
	lines = l.tell(w, with)
	w.mu.Lock()
	defer w.mu.Unlock()
	return lines, w.commits
}

// A flow stands where it stood whatever becomes of a commit: the chat comes to
// the same, each message once.
func comesToTheSame(t *testing.T, l tale) {
	t.Parallel()
	like := &world{dir: t.TempDir()}
	var with any
	synctest.Test(t, func(t *testing.T) {
		like.t = t
		like.begin(false)
		like.found()
		with = l.prepare(like)
		like.stop()
	})
	undisturbed := func() (want []string, commits int) {
		synctest.Test(t, func(t *testing.T) { want, commits = l.run(&world{t: t}, like, with, nil, 0) })
		return want, commits
	}
	want, commits := undisturbed()
	if commits < 10 {
		t.Fatalf("the story has %d commits only: %q", commits, want)
	}
	for name, some := range harms {
		for at := range commits {
			t.Run(fmt.Sprint(name, " ", at+1), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					got, _ := l.run(&world{t: t}, like, with, some, at+1)
					if d := cmp.Diff(want, got); d != "" {
						t.Errorf("the chat comes to something else (-undisturbed +now):\n%s", d)
					}
				})
			})
		}
	}
}

// available makes agents take contacts, the first one before the others.
func (w *world) available(agents ...catalog.User) {
	w.t.Helper()
	for _, u := range agents {
		w.must(w.router.SetStatus(context.Background(), u, catalog.Available))
		w.elapse(time.Second)
	}
}

func TestDefaultFlowsStandWhereTheyStoodAtAnyCommit(t *testing.T) {
	comesToTheSame(t, tale{
		prepare: func(w *world) any {
			w.available(w.agents...)
			i, err := w.settings.Instance(context.Background(), w.instance)
			w.must(err)
			return i.InboundFlow
		},
		tell: func(w *world, inbound any) []string {
			k := w.open(chat.Start{Flow: inbound.(perch.FlowID)})
			w.elapse(time.Second)
			c1 := k.accept(w.agents[0])
			k.say("I need the other one")
			k.once(func() error {
				_, err := w.router.Transfer(context.Background(), w.agents[0], c1, routing.Target{User: w.agents[1].ID})
				return err
			})
			w.elapse(time.Second)
			c2 := k.accept(w.agents[1])
			k.say("yes, you")
			k.once(func() error { return w.router.End(context.Background(), w.agents[1], c2) })
			w.elapse(time.Second)
			k.say("5")
			w.elapse(time.Second)
			return k.told()
		},
	})
}

// everything is flows that use every action there is.
type everything struct {
	flow   perch.FlowID
	source perch.SessionID
	quick  catalog.QuickConnect
}

func TestFlowOfAllActionsStandsWhereItStoodAtAnyCommit(t *testing.T) {
	comesToTheSame(t, tale{prepare: prepareEverything, tell: tellEverything})
}

func prepareEverything(w *world) any {
	ask := w.inbound("Ask", script(
		say("ask", "How was it?", "wait"),
		action("wait", "Wait", `{"TimeLimitSeconds":"60","Events":["CustomerReturned"]}`, "bye",
			when("CustomerReturned", "thank", "WaitCompleted", "bye"), fails("NoMatchingError", "bye")),
		say("thank", "Thanks.", "end"), say("bye", "Bye.", "end"), disconnect("end")))
	serve := w.inbound("Serve", script(
		say("greet", "It is $.Attributes.color in $.Queue.Name.", "note"),
		action("note", "UpdateContactAttributes", `{"Attributes":{"step":"serve"}}`, "choose", fails("NoMatchingError", "sorry")),
		action("choose", "UpdateContactTargetQueue", `{"QueueId":"$queue"}`, "enter", fails("NoMatchingError", "sorry")),
		action("enter", "TransferContactToQueue", "{}", "sorry", fails("QueueAtCapacity", "sorry", "NoMatchingError", "sorry")),
		say("sorry", "Sorry.", "end"), disconnect("end")))
	main := w.inbound("Main", script(
		action("paint", "UpdateContactAttributes", `{"Attributes":{"color":"blue"}}`, "look", fails("NoMatchingError", "sorry")),
		action("look", "Compare", `{"ComparisonValue":"$.Attributes.color"}`, "sorry", when("blue", "hook"), fails("NoMatchingCondition", "sorry")),
		action("hook", "UpdateContactEventHooks", `{"EventHooks":{"CustomerRemaining":"$ask"}}`, "link", fails("NoMatchingError", "sorry")),
		action("link", "CreatePersistentContactAssociation", `{"RehydrationType":"ENTIRE_PAST_SESSION","SourceContactId":"$.Attributes.sourceContactId"}`,
			"mark", fails("NoMatchingError", "sorry")),
		action("mark", "UpdateContactAttributes", `{"Attributes":{"seen":"yes"},"TargetContact":"Related"}`, "greet", fails("NoMatchingError", "sorry")),
		say("greet", "Say something.", "wait"),
		action("wait", "Wait", `{"TimeLimitSeconds":"120","Events":["CustomerReturned"]}`, "sorry",
			when("CustomerReturned", "heard", "WaitCompleted", "sorry"), fails("NoMatchingError", "sorry")),
		say("heard", "I heard you. A moment, please.", "pause"),
		action("pause", "Wait", `{"TimeLimitSeconds":"30"}`, "on", when("WaitCompleted", "on"), fails("NoMatchingError", "sorry")),
		say("on", "There we are.", "leave"),
		action("leave", "TransferToFlow", `{"ContactFlowId":"$serve"}`, "sorry", fails("NoMatchingError", "sorry")),
		say("sorry", "Sorry.", "end"), disconnect("end")), "$ask", string(ask), "$serve", string(serve))
	over := w.flow("Over", catalog.FlowQueueTransfer, script(say("take", "Taken over.", "end"), forever("end"), disconnect("end-bye")))
	quick, err := w.settings.PutQuickConnect(context.Background(), w.instance, catalog.QuickConnect{Name: "Over", Type: catalog.QuickConnectQueue,
		Queue: w.queue.ID, Flow: over})
	w.must(err)
	w.available(w.agents[0])
	source := w.open(chat.Start{Flow: over}) // says one thing
	source.turn(func(t *chat.Turn) error { return t.End(perch.Stopped) })
	return everything{main, source.id, quick}
}

func tellEverything(w *world, with any) []string {
	e := with.(everything)
	k := w.open(chat.Start{Flow: e.flow, Attributes: perch.Attributes{
		"sourceContactId": {Value: string(e.source), Origin: perch.FromSigV4}}})
	w.elapse(time.Second)
	k.say("something")
	w.elapse(31 * time.Second)
	c1 := k.accept(w.agents[0])
	k.once(func() error {
		_, err := w.router.Transfer(context.Background(), w.agents[0], c1, routing.Target{QuickConnect: e.quick.ID})
		return err
	})
	w.elapse(time.Second)
	k.say("anybody?")
	k.once(func() error {
		return w.chats.On(context.Background(), k.id, func(t *chat.Turn) error {
			if t.State().Ended {
				return nil
			}
			return t.Leave(k.customer)
		})
	})
	w.elapse(time.Second)
	return slices.Concat(k.told(), (&talk{w: w, id: e.source}).told())
}
