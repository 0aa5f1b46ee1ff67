package serve_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// found is an answer of SearchContacts.
type found struct {
	Contacts []struct {
		Id, InitiationMethod, Channel string
		AgentInfo                     *struct{ Id string }
	}
	NextToken  string
	TotalCount int
}

// search finds contacts of the last day.
func (h *house) search(criteria object, more object) reply {
	h.t.Helper()
	body := object{"InstanceId": h.started.InstanceID, "TimeRange": object{"Type": "INITIATION_TIMESTAMP",
		"StartTime": time.Now().Add(-24 * time.Hour).Unix(), "EndTime": time.Now().Add(time.Hour).Unix()}, "SearchCriteria": criteria}
	for k, v := range more {
		body[k] = v
	}
	return h.signed("POST", "/search-contacts", body)
}

func TestContactsAreFoundByWhatTheyAre(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		a, b := h.available(1), h.agent(2)
		first := h.open(object{"Attributes": object{"plan": "gold"}})
		a.accept(first.contact)
		elapse(time.Second)
		second := a.transfer(first.contact, b.name)
		elapse(time.Second)
		third := h.open(object{"Attributes": object{"plan": "silver"}})
		a.accept(third.contact)
		third.say("Where is the Parcel?")
		third.call("disconnect", object{}).into(t, &struct{}{})
		h.settle()
		elapse(time.Second)
		fourth := h.begin(nil) // whose customer has not come
		h.settle()
		names := map[string]string{first.contact: "1", second: "2", third.contact: "3", fourth.contact: "4"}
		h.signed("POST", fmt.Sprintf("/contacts/%s/%s", h.started.InstanceID, third.contact), object{"Name": "A lost Parcel"}).into(t, &struct{}{})
		h.tag(first.contact, object{"team": "blue", "floor": "1"}).into(t, &struct{}{})
		h.tag(third.contact, object{"team": "blue"}).into(t, &struct{}{})
		h.signed("POST", fmt.Sprintf("/contacts/%s/%s", h.started.InstanceID, third.contact), object{"SegmentAttributes": object{"size": object{"ValueInteger": 12}}}).into(t, &struct{}{})
		tag := func(key, value string) object { return object{"TagKey": key, "TagValue": value} }
		spoke := func(role, match string, words ...string) object {
			return object{"ContactAnalysis": object{"Transcript": object{"Criteria": []object{{"ParticipantRole": role, "SearchText": words, "MatchType": match}}}}}
		}
		wants := func(what string, criteria, more object, want string) {
			t.Helper()
			var out found
			h.search(criteria, more).into(t, &out)
			var got []string
			for _, c := range out.Contacts {
				got = append(got, names[c.Id])
			}
			if text := strings.Join(got, " "); text != want || out.TotalCount != len(got) && more["MaxResults"] == nil {
				t.Errorf("%s: found %s of %d, want %s", what, text, out.TotalCount, want)
			}
		}
		day := func(of string) object {
			return object{"TimeRange": object{"Type": of, "StartTime": time.Now().Add(-time.Hour).Unix(), "EndTime": time.Now().Add(time.Hour).Unix()}}
		}
		sorted := func(by, order string) object { return object{"Sort": object{"FieldName": by, "Order": order}} }
		one := func(key string, values ...string) object {
			return object{"Criteria": []object{{"Key": key, "Values": values}}}
		}
		queue := h.describe(first.contact).QueueInfo.Id
		byMethod := func() string { // of one method in the order of their ids
			ids := []string{first.contact, third.contact, fourth.contact}
			slices.Sort(ids)
			return "2 " + names[ids[2]] + " " + names[ids[1]] + " " + names[ids[0]]
		}
		for range 2 { // from what a restart has left
			wants("all, the newest first", nil, nil, "4 3 2 1")
			wants("by agent", object{"AgentIds": []string{a.id}}, nil, "3 1")
			wants("by queue", object{"QueueIds": []string{queue}}, sorted("INITIATION_TIMESTAMP", "ASCENDING"), "1 3 4")
			wants("by an agent's own queue", object{"QueueIds": []string{b.id}}, nil, "2")
			wants("by method", object{"InitiationMethods": []string{"TRANSFER"}}, nil, "2")
			wants("by channel", object{"Channels": []string{"VOICE"}}, nil, "")
			wants("by attribute, which all of a chat share", object{"SearchableContactAttributes": one("plan", "gold", "iron")}, nil, "2 1")
			wants("by name", object{"Name": object{"SearchText": []string{"parcel", "lost"}, "MatchType": "MATCH_ALL"}}, nil, "3")
			wants("by segment attribute", object{"SearchableSegmentAttributes": one("connect:Subtype", "connect:Chat")}, nil, "4 3 2 1")
			wants("by a segment attribute that is a number", object{"SearchableSegmentAttributes": one("size", "12")}, nil, "3")
			wants("by tag", object{"ContactTags": object{"TagCondition": tag("team", "blue")}}, nil, "3 1")
			wants("by tags", object{"ContactTags": object{"AndConditions": []object{tag("team", "blue"), tag("floor", "1")}}}, nil, "1")
			wants("by one tag or another", object{"ContactTags": object{"OrConditions": [][]object{{tag("floor", "1")}, {tag("team", "red")}}}}, nil, "1")
			wants("by what was said", spoke("CUSTOMER", "MATCH_ALL", "parcel", "WHERE"), nil, "3")
			wants("by what somebody else said", spoke("AGENT", "MATCH_ANY", "parcel"), nil, "")
			wants("by a whole message", spoke("CUSTOMER", "MATCH_EXACT", "Where is the Parcel?"), nil, "3")
			wants("by what was not said", spoke("CUSTOMER", "MATCH_NONE", "parcel"), nil, "4 2 1")
			wants("of groups that are not there", object{"AgentHierarchyGroups": object{"L1Ids": []string{"x"}}}, nil, "")
			wants("of AI agents", object{"AiAgents": object{"Criteria": []object{{"Id": "x"}}}}, nil, "")
			wants("of another region", object{"ActiveRegions": []string{"eu-west-9"}}, nil, "")
			wants("that have ended", nil, day("DISCONNECT_TIMESTAMP"), "3 1")
			wants("that had an agent", nil, day("CONNECTED_TO_AGENT_TIMESTAMP"), "3 1")
			wants("that are scheduled", nil, day("SCHEDULED_TIMESTAMP"), "")
			wants("that run", object{"AdditionalTimeRange": object{"MatchType": "MATCH_ALL", "Criteria": []object{
				{"TimestampCondition": object{"Type": "DISCONNECT_TIMESTAMP", "ConditionType": "NOT_EXISTS"}}}}}, nil, "4 2")
			wants("by method and age", nil, sorted("INITIATION_METHOD", "DESCENDING"), byMethod())
			h.stop()
			h.start()
		}
		for _, way := range []string{"ASCENDING", "DESCENDING"} {
			for _, by := range []string{"INITIATION_TIMESTAMP", "INITIATION_METHOD", "DISCONNECT_TIMESTAMP"} {
				for _, criteria := range []object{nil, {"Name": object{"SearchText": []string{""}, "MatchType": "MATCH_ANY"}}} {
					var all, paged found
					h.search(criteria, sorted(by, way)).into(t, &all)
					more := sorted(by, way)
					more["MaxResults"] = 1
					for pages := 0; pages < 9; pages++ {
						var page found
						h.search(criteria, more).into(t, &page)
						if page.TotalCount != 4 {
							t.Errorf("a page says that there are %d", page.TotalCount)
						}
						paged.Contacts = append(paged.Contacts, page.Contacts...)
						if more["NextToken"] = page.NextToken; page.NextToken == "" {
							break
						}
					}
					if !slices.EqualFunc(all.Contacts, paged.Contacts, func(a, b struct {
						Id, InitiationMethod, Channel string
						AgentInfo                     *struct{ Id string }
					}) bool {
						return a.Id == b.Id
					}) {
						t.Errorf("by %s %s the pages hold %+v, want %+v", by, way, paged.Contacts, all.Contacts)
					}
				}
			}
		}
		wantStatusOf(t, "a time that ends before it begins", h.search(nil, object{"TimeRange": object{"Type": "INITIATION_TIMESTAMP", "StartTime": 2, "EndTime": 1}}), 400)
		wantStatusOf(t, "another's token", h.search(nil, object{"NextToken": "x"}), 400)
	})
}
