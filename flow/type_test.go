package flow

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func allTypes() []Type {
	return []Type{TypeInbound, TypeCustomerQueue, TypeCustomerHold, TypeCustomerWhisper, TypeAgentHold, TypeAgentWhisper,
		TypeOutboundWhisper, TypeAgentTransfer, TypeQueueTransfer, TypeCampaign, TypeModule}
}

// TestPlaces holds the table against the documents: which action may stand in
// which type of flow. An action that is not listed may stand in all.
// doc: flow language, the Restrictions of each action
func TestPlaces(t *testing.T) {
	in := func(types ...Type) string { return fmt.Sprint(types) }
	beforeAgent := in(TypeInbound, TypeCustomerQueue, TypeAgentTransfer, TypeQueueTransfer, TypeCampaign, TypeModule)
	inboundAndTransfer := in(TypeInbound, TypeAgentTransfer, TypeQueueTransfer, TypeCampaign, TypeModule)
	want := map[string]string{
		"MessageParticipant": in(TypeInbound, TypeCustomerQueue, TypeCustomerWhisper, TypeAgentWhisper, TypeOutboundWhisper,
			TypeAgentTransfer, TypeQueueTransfer, TypeCampaign, TypeModule),
		"MessageParticipantIteratively":    in(TypeCustomerQueue, TypeCustomerHold, TypeAgentHold),
		"GetParticipantInput":              beforeAgent,
		"ConnectParticipantWithLexBot":     beforeAgent,
		"ShowView":                         in(TypeInbound, TypeCustomerQueue, TypeCampaign, TypeModule),
		"DisconnectParticipant":            beforeAgent,
		"CheckHoursOfOperation":            beforeAgent,
		"CheckMetricData":                  beforeAgent,
		"DistributeByPercentage":           beforeAgent,
		"UpdateContactTargetQueue":         inboundAndTransfer,
		"TransferContactToQueue":           inboundAndTransfer,
		"DequeueContactAndTransferToQueue": in(TypeCustomerQueue),
		"TransferContactToAgent":           in(TypeAgentTransfer, TypeQueueTransfer),
		"UpdateContactRoutingBehavior":     beforeAgent,
		"UpdateRoutingCriteria":            beforeAgent,
		"TransferToFlow":                   inboundAndTransfer,
		"InvokeFlowModule":                 in(TypeInbound, TypeCampaign, TypeModule),
		"AuthenticateParticipant":          in(TypeInbound, TypeCampaign, TypeModule),
		"EndFlowModuleExecution":           in(TypeModule),
		"EndFlowExecution":                 in(TypeCustomerQueue, TypeCustomerWhisper, TypeAgentWhisper, TypeOutboundWhisper),
		"UpdateContactRecordingBehavior": in(TypeInbound, TypeCustomerQueue, TypeOutboundWhisper, TypeAgentTransfer,
			TypeQueueTransfer, TypeCampaign, TypeModule),
	}
	all := in(allTypes()...)
	for name := range everyRow() {
		text := fmt.Sprintf(`{"Version":"2019-10-30","StartAction":"a","Actions":[{"Identifier":"a","Type":%q}]}`, name)
		var got []Type
		for _, as := range allTypes() {
			if _, problems := ParseAs([]byte(text), as); !strings.Contains(fmt.Sprint(problems), "cannot stand in") {
				got = append(got, as)
			}
		}
		expected := want[name]
		if expected == "" {
			expected = all
		}
		if fmt.Sprint(got) != expected {
			t.Errorf("%s: got %v, want %s", name, got, expected)
		}
	}
}

func everyRow() map[string]kind {
	out := map[string]kind{}
	for _, sheet := range []map[string]kind{talkActions, branchActions, routeActions, contactActions, callActions, elsewhereActions} {
		for name, row := range sheet {
			if _, twice := out[name]; twice {
				panic(name + " has two rows")
			}
			out[name] = row
		}
	}
	return out
}

func TestMisplaced(t *testing.T) {
	text := `{"Version":"2019-10-30","StartAction":"a","Actions":[
		{"Identifier":"a","Type":"TransferContactToQueue","Transitions":{"Errors":[{"ErrorType":"QueueAtCapacity","NextAction":"b"},{"ErrorType":"NoMatchingError","NextAction":"b"}]}},
		{"Identifier":"b","Type":"EndFlowExecution"}]}`
	for as, want := range map[Type]string{
		"":                "[]",
		TypeInbound:       "[action b, Actions[1].Type: EndFlowExecution cannot stand in a flow of type CONTACT_FLOW; it can in CUSTOMER_QUEUE, CUSTOMER_WHISPER, AGENT_WHISPER, OUTBOUND_WHISPER]",
		TypeCustomerQueue: "[action a, Actions[0].Type: TransferContactToQueue cannot stand in a flow of type CUSTOMER_QUEUE; it can in CONTACT_FLOW, AGENT_TRANSFER, QUEUE_TRANSFER, CAMPAIGN]",
		"contactFlow":     `["contactFlow" is not a type of flow]`,
	} {
		p, problems := ParseAs([]byte(text), as)
		if fmt.Sprint(problems) != want || (p == nil) == (len(problems) == 0) {
			t.Errorf("%s: got %v, %v", as, p, problems)
		}
		if p != nil && (p.Type != as || Start(p, "f").Type != as) {
			t.Errorf("%s: the program is of type %q", as, p.Type)
		}
	}
}

// TestEveryRowHasStories shows that no action is without a golden story.
func TestEveryRowHasStories(t *testing.T) {
	told := ""
	for _, text := range archives(t, "stories/*.txtar") {
		told += text
	}
	for name, row := range everyRow() {
		if !row.rules.open && !strings.Contains(told, `"Type": "`+name+`"`) {
			t.Errorf("no story of %s", name)
		}
		if (row.enter == nil) == (row.fails == "") {
			t.Errorf("%s cannot be entered", name)
		}
		if row.then == thenNext && row.results != nil {
			t.Errorf("%s has results that nothing looks at", name)
		}
	}
}

// TestMetadataOfExports shows that what the console keeps for its drawing is
// kept, key for key.
func TestMetadataOfExports(t *testing.T) {
	for path, text := range archives(t, "stories/sample_*.txtar") {
		_, sections := parseArchive(text)
		as := Type(strings.TrimPrefix(sections[0].name, "flow "))
		p := mustParseAs(t, path, sections[0].body, as)
		var metadata struct {
			ActionMetadata map[string]struct{ Position *struct{ X, Y float64 } }
			Name, Status   string
		}
		if err := json.Unmarshal(p.Metadata, &metadata); err != nil || metadata.Name == "" || metadata.Status != "published" {
			t.Errorf("%s: %+v, %v", path, metadata, err)
		}
		for _, a := range p.Actions() {
			if metadata.ActionMetadata[a.ID].Position == nil {
				t.Errorf("%s: action %s has no place in the drawing", path, a.ID)
			}
		}
	}
}
