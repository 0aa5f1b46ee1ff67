package catalog_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
)

const goodFlow = `{"Version":"2019-10-30","StartAction":"End","Actions":[
	{"Identifier":"End","Type":"DisconnectParticipant","Parameters":{},"Transitions":{}}]}`

func TestPutFlow(t *testing.T) {
	t.Parallel()
	h := found(t)
	broken := strings.ReplaceAll(strings.Replace(goodFlow, "DisconnectParticipant", "Dance", 1), "2019-10-30", "2001-01-01")
	inbound := h.flows[catalog.FlowInbound]
	for name, c := range map[string]struct {
		flow        catalog.Flow
		kind        perch.ErrorKind
		field, what string
	}{
		"no name":     {catalog.Flow{Type: catalog.FlowInbound, Content: goodFlow}, perch.Invalid, "Name", "given"},
		"long name":   {catalog.Flow{Name: strings.Repeat("x", 257), Type: catalog.FlowInbound, Content: goodFlow}, perch.Invalid, "Name", "256"},
		"taken":       {catalog.Flow{Name: inbound.Name, Type: catalog.FlowInbound, Content: goodFlow}, perch.Conflict, "Name", "taken"},
		"type":        {catalog.Flow{Name: "f", Type: "DANCE", Content: goodFlow}, perch.Invalid, "Type", "CONTACT_FLOW"},
		"description": {catalog.Flow{Name: "f", Type: catalog.FlowInbound, Description: strings.Repeat("x", 501), Content: goodFlow}, perch.Invalid, "Description", "500"},
		"no content":  {catalog.Flow{Name: "f", Type: catalog.FlowInbound}, perch.InvalidFlow, "Content", "JSON"},
		"long":        {catalog.Flow{Name: "f", Type: catalog.FlowInbound, Content: strings.Repeat(" ", 1_000_001)}, perch.Invalid, "Content", "1000000 bytes"},
		"one problem": {catalog.Flow{Name: "f", Type: catalog.FlowInbound, Content: broken}, perch.InvalidFlow, "Content", "Dance"},
		"all at once": {catalog.Flow{Name: "f", Type: catalog.FlowInbound, Content: broken}, perch.InvalidFlow, "Content", "2001-01-01"},
		"new type":    {catalog.Flow{ID: inbound.ID, Name: "f", Type: catalog.FlowCampaign, Content: goodFlow}, perch.Invalid, "Type", "another flow"},
	} {
		_, err := h.PutFlow(t.Context(), h.instance, c.flow)
		refused(t, name, err, c.kind, c.field, c.what)
	}
}

func TestProgramIsReadOncePerContent(t *testing.T) {
	t.Parallel()
	h := found(t)
	f := must(h.PutFlow(t.Context(), h.instance, catalog.Flow{Name: "f", Type: catalog.FlowInbound, Content: goodFlow}))(t)
	program := must(h.Program(t.Context(), h.instance, f.ID))(t)
	must(h.PutQueue(t.Context(), h.instance, catalog.Queue{Name: "another setting"}))(t)
	if again := must(h.Program(t.Context(), h.instance, f.ID))(t); again != program {
		t.Error("the program was read again, though the flow is the same")
	}
	f.Content = strings.ReplaceAll(goodFlow, `"End"`, `"Finish"`)
	must(h.PutFlow(t.Context(), h.instance, f))(t)
	if changed := must(h.Program(t.Context(), h.instance, f.ID))(t); changed.Start != "Finish" {
		t.Errorf("still starts at %s", changed.Start)
	}
	_, err := h.Program(t.Context(), h.instance, "nothing")
	refused(t, "unknown", err, perch.NotFound, "", "flow")
	if named := must(h.FlowNamed(t.Context(), h.instance, "f"))(t); !reflect.DeepEqual(named, f) {
		t.Errorf("got %+v", named)
	}
}

func TestEachFaultOfAFlowIsAProblemThatNamesActionAndField(t *testing.T) {
	t.Parallel()
	h := found(t)
	const content = `{"Version":"2019-10-30","StartAction":"Hear","Actions":[
		{"Identifier":"Hear","Type":"MessageParticipant","Parameters":{"Text":5},"Transitions":{"NextAction":"Nowhere"}},
		{"Identifier":"Back","Type":"EndFlowModuleExecution","Parameters":{},"Transitions":{}}]}`
	_, err := h.PutFlow(t.Context(), h.instance, catalog.Flow{Name: "f", Type: catalog.FlowAgentWhisper, Content: content})
	e, ok := errors.AsType[*perch.Error](err)
	if !ok || e.Kind != perch.InvalidFlow || len(e.Problems) < 3 {
		t.Fatalf("got %v with %q", err, e.Problems)
	}
	for i, p := range e.Problems {
		if !strings.HasPrefix(p, "action ") || !strings.Contains(p, "Actions[") {
			t.Errorf("problem %d names no action or no field: %s", i, p)
		}
	}
}

func TestProgramsOfModulesAreFoundInEachForm(t *testing.T) {
	t.Parallel()
	h := found(t)
	form := func(start string) string {
		return `{"Version":"2019-10-30","StartAction":"` + start + `","Actions":[{"Identifier":"` + start + `","Type":"EndFlowModuleExecution","Parameters":{},"Transitions":{}}]}`
	}
	m := must(h.PutModule(t.Context(), h.instance, catalog.Module{Name: "m", Content: form("One")}))(t)
	v := must(h.CreateModuleVersion(t.Context(), h.instance, m.ID, catalog.FlowVersion{}, ""))(t)
	must(h.PutModuleAlias(t.Context(), h.instance, catalog.ModuleAlias{Module: m.ID, Name: "live", Version: v.Number}))(t)
	m.Versions = v.Number
	m.Content, m.Draft = form("Two"), form("Three")
	must(h.PutModule(t.Context(), h.instance, m))(t)
	id := string(m.ID)
	for qualifier, want := range map[string]string{"": "Two", ":$LATEST": "Two", ":$SAVED": "Three", ":1": "One", ":live": "One"} {
		arn := "arn:aws:connect:us-east-1:123456789012:instance/i/flow-module/" + id + qualifier
		p, same, err := h.ModuleProgram(t.Context(), h.instance, arn)
		if err != nil || p.Start != want {
			t.Fatalf("%s: got %v, %v", qualifier, p, err)
		}
		for _, again := range []string{same, arn} {
			if q := must(h.Program(t.Context(), h.instance, perch.FlowID(again)))(t); q != p {
				t.Errorf("%s leads to another program", again)
			}
		}
	}
	for _, bad := range []string{":2", ":dead", ":$ELSE"} {
		_, _, err := h.ModuleProgram(t.Context(), h.instance, id+bad)
		refused(t, bad, err, perch.NotFound, "", "does not exist")
	}
	_, _, err := h.ModuleProgram(t.Context(), h.instance, string(h.flows[catalog.FlowInbound].ID))
	refused(t, "a flow", err, perch.NotFound, "", "module")
}
