package serve_test

import (
	"strings"

	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/wire"
)

const shortFlow = `{"Version":"2019-10-30","StartAction":"a","Actions":[{"Identifier":"a","Type":"DisconnectParticipant","Parameters":{},"Transitions":{}}]}`

// put makes a setting with PUT or fails the test.
func (s *site) put(path string, body object) (made struct{ Id, ContactFlowId string }) {
	s.town.t.Helper()
	s.town.signedBy(s.keys[catalog.AdminScope], "PUT", path, body).into(s.town.t, &made)
	return made
}

// makeVersions puts a flow and a module, each with a version, and an alias of the
// latter.
func (s *site) makeVersions() {
	s.town.t.Helper()
	s.versionedFlow = s.put("/contact-flows/"+s.instance, object{"Name": newID(s.town), "Type": "CONTACT_FLOW", "Content": shortFlow}).ContactFlowId
	s.put("/contact-flows/"+s.instance+"/"+s.versionedFlow+"/version", object{})
	s.module = s.put("/contact-flow-modules/"+s.instance, object{"Name": newID(s.town), "Content": shortFlow}).Id
	module := "/contact-flow-modules/" + s.instance + "/" + s.module
	s.put(module+"/version", object{})
	s.alias = s.put(module+"/alias", object{"AliasName": "live", "ContactFlowModuleVersion": 1}).Id
}

// versioned are the fields of an operation on versions and aliases.
func (s *site) versioned(op *wire.Operation) map[string]any {
	if !strings.Contains(op.Name, "Version") && !strings.Contains(op.Name, "Alias") {
		return nil
	}
	out := map[string]any{"ContactFlowId": s.versionedFlow, "ContactFlowModuleId": s.module, "AliasId": s.alias,
		"ContactFlowModuleVersion": 1, "AliasName": newID(s.town)}
	switch op.Name {
	case "DeleteContactFlowVersion":
		made := s.put("/contact-flows/"+s.instance, object{"Name": newID(s.town), "Type": "CONTACT_FLOW", "Content": shortFlow})
		s.put("/contact-flows/"+s.instance+"/"+made.ContactFlowId+"/version", object{})
		out["ContactFlowId"], out["ContactFlowVersion"] = made.ContactFlowId, 1
	case "DeleteContactFlowModuleVersion":
		made := s.put("/contact-flow-modules/"+s.instance, object{"Name": newID(s.town), "Content": shortFlow})
		s.put("/contact-flow-modules/"+s.instance+"/"+made.Id+"/version", object{})
		out["ContactFlowModuleId"] = made.Id
	case "DeleteContactFlowModuleAlias":
		out["AliasId"] = s.put("/contact-flow-modules/"+s.instance+"/"+s.module+"/alias",
			object{"AliasName": newID(s.town), "ContactFlowModuleVersion": 1}).Id
	}
	return out
}
