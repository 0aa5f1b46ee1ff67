package serve_test

import (
	"fmt"
	"testing"
	"time"
)

// doc: metrics-definitions.md
func TestFiguresOfATimeAreCountedFromItsContacts(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		began := time.Now()
		a := h.agent(1)
		answered, abandoned := h.open(nil), h.open(nil)
		elapse(10 * time.Second)
		abandoned.call("disconnect", object{}).into(t, &struct{}{})
		elapse(20 * time.Second)
		a.status("Available")
		a.accept(answered.contact) // after 30 s
		elapse(40 * time.Second)
		a.does("end", answered.contact)
		elapse(5 * time.Second)
		a.does("clear", answered.contact)
		ask := func(more object, metrics ...object) (out []struct {
			Dimensions     map[string]string
			MetricInterval *struct{ Interval string }
			Collections    []struct{ Value *float64 }
		}) {
			t.Helper()
			body := object{"ResourceArn": h.started.InstanceID, "StartTime": began.Unix() - 60, "EndTime": time.Now().Unix() + 60, "Metrics": metrics,
				"Filters": []object{{"FilterKey": "CHANNEL", "FilterValues": []string{"CHAT"}}}}
			for k, v := range more {
				body[k] = v
			}
			page := struct{ MetricResults any }{&out}
			h.signed("POST", "/metrics/data", body).into(t, &page)
			return out
		}
		level := func(seconds int) object {
			return object{"Name": "SERVICE_LEVEL", "Threshold": []object{{"Comparison": "LTE", "ThresholdValue": seconds}}}
		}
		for what, c := range map[string]struct {
			metric object
			want   float64
		}{
			"created": {object{"Name": "CONTACTS_CREATED"}, 3}, "queued": {object{"Name": "CONTACTS_QUEUED"}, 2},
			"handled": {object{"Name": "CONTACTS_HANDLED"}, 1}, "abandoned": {object{"Name": "CONTACTS_ABANDONED"}, 1},
			"created by API": {object{"Name": "CONTACTS_CREATED", "MetricFilters": []object{{"MetricFilterKey": "INITIATION_METHOD", "MetricFilterValues": []string{"API"}}}}, 2},
			"answered after": {object{"Name": "AVG_QUEUE_ANSWER_TIME"}, 30}, "abandoned after": {object{"Name": "AVG_ABANDON_TIME"}, 10},
			"talked for": {object{"Name": "AVG_INTERACTION_TIME"}, 40}, "worked after": {object{"Name": "AVG_AFTER_CONTACT_WORK_TIME"}, 5},
			"handled for": {object{"Name": "AVG_HANDLE_TIME"}, 45}, "waited at most": {object{"Name": "MAX_QUEUED_TIME"}, 30},
			"given up": {object{"Name": "ABANDONMENT_RATE"}, 50}, "in 29 s": {level(29), 0}, "in 31 s": {level(31), 50},
		} {
			got := ask(nil, c.metric)
			if len(got) != 1 || got[0].Collections[0].Value == nil || *got[0].Collections[0].Value-c.want > 0.1 || c.want-*got[0].Collections[0].Value > 0.1 {
				t.Errorf("%s: %s, want %v", what, fmt.Sprint(got), c.want)
			}
		}
		if got := ask(object{"Filters": []object{{"FilterKey": "CHANNEL", "FilterValues": []string{"VOICE"}}}}, object{"Name": "AVG_HANDLE_TIME"}); len(got) != 1 || got[0].Collections[0].Value != nil {
			t.Errorf("an average of nothing is %+v", got)
		}
		if got := ask(object{"Groupings": []string{"AGENT"}}, object{"Name": "CONTACTS_HANDLED"}); len(got) != 1 || got[0].Dimensions["AGENT"] != a.id {
			t.Errorf("by agent: %+v", got)
		}
		if got := ask(object{"Interval": object{"IntervalPeriod": "FIFTEEN_MIN", "TimeZone": "Europe/Berlin"}, "EndTime": began.Unix() + 3600}, object{"Name": "CONTACTS_CREATED"}); len(got) != 5 || got[0].MetricInterval.Interval != "FIFTEEN_MIN" {
			t.Errorf("by quarters of an hour: %+v", got)
		}
	})
}
