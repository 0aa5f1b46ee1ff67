package flowrun_test

import (
	"testing"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
)

// asks is a flow that says which way an action has gone.
func asks(kind, parameters string, results ...string) string {
	branches := []string{}
	said := []string{}
	for _, r := range results {
		branches = append(branches, r, "said "+r)
		said = append(said, say("said "+r, r, "end"))
	}
	all := append([]string{action("a", kind, parameters, "no", when(branches...), fails("NoMatchingError", "no"))}, said...)
	return script(append(all, say("no", "Error.", "end"), disconnect("end"))...)
}

func TestHoursOfOperationDecide(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		mornings := catalog.Hours{Name: "Mornings", TimeZone: "UTC"}
		for day := range time.Weekday(7) {
			mornings.Slots = append(mornings.Slots, catalog.HoursSlot{Day: day, Start: 0, End: 12 * 60})
		}
		mornings, err := w.settings.PutHours(t.Context(), w.instance, mornings)
		w.must(err)
		own := w.inbound("Own", script(
			action("set", "UpdateContactTargetQueue", `{"QueueId":"$queue"}`, "ask", fails("NoMatchingError", "no")),
			action("ask", "CheckHoursOfOperation", "{}", "no", when("True", "yes", "False", "no"), fails("NoMatchingError", "no")),
			say("yes", "True", "end"), say("no", "False", "end"), disconnect("end")))
		named := w.inbound("Named", asks("CheckHoursOfOperation", `{"HoursOfOperationId":"$hours"}`, "True", "False"), "$hours", string(mornings.ID))
		gone := w.inbound("Gone", asks("CheckHoursOfOperation", `{"HoursOfOperationId":"gone"}`, "True", "False"))
		none := w.inbound("None", asks("CheckHoursOfOperation", `{}`, "True", "False"))
		check := func(flow perch.FlowID, want string) {
			t.Helper()
			k := w.start(chat.Start{Flow: flow})
			w.elapse(time.Second)
			k.wantTexts(want)
		}
		check(named, "True") // the bubble's clock begins at midnight
		check(own, "True")
		check(gone, "Error.")
		check(none, "Error.")
		w.elapse(13 * time.Hour)
		w.queue.Hours = mornings.ID
		_, err = w.settings.PutQueue(t.Context(), w.instance, w.queue)
		w.must(err)
		check(w.inbound("Own later", script(
			action("set", "UpdateContactTargetQueue", `{"QueueId":"$queue"}`, "ask", fails("NoMatchingError", "no")),
			action("ask", "CheckHoursOfOperation", "{}", "no", when("True", "yes", "False", "no"), fails("NoMatchingError", "no")),
			say("yes", "True", "end"), say("no", "False", "end"), disconnect("end"))), "False")
	})
}

func TestDrawsFallAsOftenAsTheFlowSays(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		flow := w.inbound("Draws", script(
			action("loop", "Loop", `{"LoopCount":"90"}`, "", when("ContinueLooping", "draw", "DoneLooping", "end")),
			action("draw", "DistributeByPercentage", "{}", "", `"Conditions":[{"NextAction":"few","Condition":{"Operator":"NumberLessThan","Operands":["31"]}}]`,
				fails("NoMatchingCondition", "many")),
			say("few", "few", "loop"), say("many", "many", "loop"), disconnect("end")))
		k := w.start(chat.Start{Flow: flow})
		w.elapse(time.Minute)
		count := map[string]int{}
		for _, text := range k.texts() {
			count[text]++
		}
		// Both ways within seven standard deviations.
		if count["few"] == 0 || count["few"] > 58 || count["few"]+count["many"] != 90 {
			t.Errorf("got %v", count)
		}
	})
}

func TestContactIsDescribedByItsFlow(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		source := w.past("Past", chat.Start{})
		k := w.start(chat.Start{Related: perch.ContactID(source), Flow: w.inbound("Describes", script(
			action("a", "UpdateContactData", `{"Name":"Order","LanguageCode":"nb-NO","CustomerId":"c1","TargetContact":"Current",
				"References":{"shop":{"Type":"URL","Value":"https://shop.example"}}}`, "b", fails("NoMatchingError", "no")),
			action("b", "UpdateContactData", `{"Description":"About $.Name","TargetContact":"Current"}`, "c", fails("NoMatchingError", "no")),
			action("c", "TagContact", `{"Tags":{"one":"1","two":"2"}}`, "d", fails("NoMatchingError", "no")),
			action("d", "UnTagContact", `{"TagKeys":["one","never"]}`, "e", fails("NoMatchingError", "no")),
			action("e", "UpdateContactData", `{"Name":"Was","TargetContact":"Related"}`, "yes", fails("NoMatchingError", "no")),
			say("yes", "$.Name: $.References.shop.Value, $.Tags.two$.Tags.one, $.CustomerId", "end"), say("no", "No.", "end"), disconnect("end")))})
		w.elapse(time.Second)
		d, err := w.chats.Details(t.Context(), k.id, k.id.First())
		w.must(err)
		if s := k.state(); d.Name != "Order" || d.Language != "nb-NO" || d.References["shop"] != (perch.Reference{Type: "URL", Value: "https://shop.example"}) ||
			len(d.Tags) != 1 || d.Tags["two"] != "2" || s.CustomerID != "c1" || !s.Verified {
			t.Errorf("the flow says %q; details are %+v of customer %q", k.texts(), d, s.CustomerID)
		}
		if d, err := w.chats.Details(t.Context(), source, source.First()); err != nil || d.Name != "Was" {
			t.Errorf("the related contact is %+v, %v", d, err)
		}
	})
}

func TestSeventhTagTakesTheErrorBranch(t *testing.T) {
	t.Parallel()
	story(t, func(t *testing.T, w *world) {
		k := w.start(chat.Start{Flow: w.inbound("Tags", script(
			action("a", "TagContact", `{"Tags":{"a":"1","b":"2","c":"3","d":"4","e":"5","f":"6"}}`, "b", fails("NoMatchingError", "end")),
			action("b", "TagContact", `{"Tags":{"g":"7"}}`, "end", fails("NoMatchingError", "no")),
			say("no", "No.", "end"), disconnect("end")))})
		w.elapse(time.Second)
		k.wantTexts("No.")
	})
}
