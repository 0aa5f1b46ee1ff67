package serve_test

import (
	"strings"

	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/wire"
)

const shortView = `{"Head":{"Title":"t"},"Body":[{"_id":"b","Type":"Button","Props":{"Action":"Go"},"Content":[]}]}`

// makeView puts a view that has a version.
func (s *site) makeView() string {
	s.town.t.Helper()
	var made struct{ View struct{ Id string } }
	s.town.signedBy(s.keys[catalog.AdminScope], "PUT", "/views/"+s.instance, object{"Name": newID(s.town), "Status": "PUBLISHED",
		"Content": object{"Template": shortView, "Actions": []string{"Go"}}}).into(s.town.t, &made)
	s.put("/views/"+s.instance+"/"+made.View.Id+"/versions", object{})
	return made.View.Id
}

// viewing are the fields of an operation on views.
func (s *site) viewing(op *wire.Operation) map[string]any {
	if !strings.Contains(op.Name, "View") || op.Service == wire.Participant {
		return nil
	}
	out := map[string]any{"ViewId": s.view, "Name": newID(s.town), "Content": object{"Template": shortView, "Actions": []any{"Go"}}}
	if strings.HasPrefix(op.Name, "Update") || strings.HasPrefix(op.Name, "Delete") {
		out["ViewId"] = s.makeView()
	}
	return out
}
