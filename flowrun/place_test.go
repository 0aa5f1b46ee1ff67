package flowrun_test

import (
	"testing"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
)

// A place that is set before the contact is queued, or while it waits, decides
// who goes first.
func TestFlowMovesItsContactInTheQueue(t *testing.T) {
	for name, c := range map[string]struct{ before, while []string }{
		"before": {before: []string{action("first", "UpdateContactRoutingBehavior", `{"QueuePriority":"1"}`, "target")}},
		"older":  {before: []string{action("first", "UpdateContactRoutingBehavior", `{"QueueTimeAdjustmentSeconds":"600"}`, "target")}},
		"while":  {while: []string{action("first", "UpdateContactRoutingBehavior", `{"QueuePriority":"1"}`, "end"), action("end", "EndFlowExecution", "{}", "")}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			story(t, func(t *testing.T, w *world) {
				usual := w.open(chat.Start{Flow: w.queueing("Usual", nil)})
				w.elapse(time.Minute)
				hooks := map[perch.Hook]perch.FlowID{}
				if c.while != nil {
					hooks[perch.CustomerQueue] = w.flow("While", catalog.FlowCustomerQueue, script(c.while...))
				}
				urgent := w.open(chat.Start{Flow: w.queueing("Urgent", hooks, c.before...)})
				w.elapse(time.Second)
				profile, err := w.settings.RoutingProfile(t.Context(), w.instance, w.agents[0].RoutingProfile)
				w.must(err)
				profile.ChatConcurrency = 1
				_, err = w.settings.PutRoutingProfile(t.Context(), w.instance, profile)
				w.must(err)
				w.available(w.agents[0])
				work, err := w.store.WorkOf(t.Context(), w.agents[0].ID)
				w.must(err)
				if len(work) != 1 || work[0].Session != urgent.id {
					t.Errorf("the agent is offered %+v, not %s before %s", work, urgent.id, usual.id)
				}
			})
		})
	}
}

func TestCriteriaAskSomeAgentsFirst(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		w.available(w.agents...)
		speaks := w.agents[1]
		criteria := `{"RoutingCriteria":{"Steps":[{"Expression":{"AttributeCondition":{"Name":"language","Value":"fr","ProficiencyLevel":"3",
			"ComparisonOperator":"NumberGreaterOrEqualTo"}},"Expiry":{"DurationInSeconds":"60"}}]}}`
		asks := w.queueing("Asks", nil, action("first", "UpdateRoutingCriteria", criteria, "target", fails("NoMatchingError", "no")))
		offered := func(k *talk) perch.UserID {
			t.Helper()
			work, err := w.store.WorkWith(t.Context(), k.state().Current().ID)
			w.must(err)
			if len(work) == 0 {
				return ""
			}
			return work[0].User
		}
		nobody := w.open(chat.Start{Flow: asks})
		w.elapse(50 * time.Second)
		if u := offered(nobody); u != "" {
			t.Errorf("offered to %s, who speaks no French", u)
		}
		w.elapse(13 * time.Second)
		if u := offered(nobody); u == "" {
			t.Error("offered to nobody after the last step")
		}
		_, err := catalog.PredefinedAttributeKind().Create(t.Context(), w.settings, w.instance, catalog.PredefinedAttribute{Name: "language", Values: []string{"fr"}})
		w.must(err)
		speaks.Proficiencies = []perch.Proficiency{{Name: "language", Value: "fr", Level: 4}}
		_, err = w.settings.PutUser(t.Context(), w.instance, speaks)
		w.must(err)
		k := w.open(chat.Start{Flow: w.queueing("Asks too", nil, action("first", "UpdateRoutingCriteria", criteria, "target", fails("NoMatchingError", "no")))})
		w.elapse(5 * time.Second)
		if u := offered(k); u != speaks.ID {
			t.Errorf("offered to %q, want %s", u, speaks.ID)
		}
	})
}
