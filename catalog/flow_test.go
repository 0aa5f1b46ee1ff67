package catalog_test

import (
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
		"no content":  {catalog.Flow{Name: "f", Type: catalog.FlowInbound}, perch.Invalid, "Content", "JSON"},
		"long":        {catalog.Flow{Name: "f", Type: catalog.FlowInbound, Content: strings.Repeat(" ", 1_000_001)}, perch.Invalid, "Content", "1000000 bytes"},
		"one problem": {catalog.Flow{Name: "f", Type: catalog.FlowInbound, Content: broken}, perch.Invalid, "Content", "Dance"},
		"all at once": {catalog.Flow{Name: "f", Type: catalog.FlowInbound, Content: broken}, perch.Invalid, "Content", "2001-01-01"},
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
	if named := must(h.FlowNamed(t.Context(), h.instance, "f"))(t); named != f {
		t.Errorf("got %+v", named)
	}
}
