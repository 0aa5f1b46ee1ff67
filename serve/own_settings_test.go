package serve_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/perch-chat/perch/catalog"
)

// ofWidget is what the agents' API tells of a widget.
type ofWidget struct {
	Id, Name, SecurityKey string
	Signed                bool
	SecurityKeys          []struct{ CreatedTimestamp string }
	Look                  struct{ Color string }
}

func (a *agent) widget(id string) (found ofWidget) {
	a.h.t.Helper()
	var all struct{ Widgets []ofWidget }
	a.call("GET", "widgets", nil).into(a.h.t, &all)
	for _, w := range all.Widgets {
		if w.Id == id {
			found = w
		}
	}
	return found
}

// A widget that an administrator makes starts chats for what its key signs, and
// goes on doing so while the key is changed.
func TestAdministratorsKeepWidgets(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		h.promote(1, catalog.Admin)
		boss := h.agent(1)
		var made ofWidget
		boss.call("POST", "widgets", object{"Name": "shop", "Domains": []string{shop}, "Signed": true}).into(t, &made)
		first := made.SecurityKey
		starts := func(key string) int {
			t.Helper()
			status, _ := h.widgetStart(made.Id, object{"Token": sign(t, key, hs256, claimsFor(made.Id, nil))})
			return status
		}
		if first == "" || len(made.SecurityKeys) != 1 || starts(first) != 200 {
			t.Fatalf("made was %+v", made)
		}
		if got := boss.widget(made.Id); got.SecurityKey != "" || len(got.SecurityKeys) != 1 {
			t.Errorf("listed is %+v", got)
		}
		var turned, again ofWidget
		boss.call("POST", "widgets/"+made.Id+"/key", nil).into(t, &turned)
		if starts(first) != 200 || starts(turned.SecurityKey) != 200 {
			t.Error("the key before does not hold beside the new one")
		}
		boss.call("POST", "widgets/"+made.Id+"/key", nil).into(t, &again)
		if starts(first) != 401 || starts(again.SecurityKey) != 200 {
			t.Error("a key holds after the second change")
		}
		look := object{"Name": "shop", "Domains": []string{shop}, "Signed": true, "Look": object{"Color": "#123456"}}
		boss.call("PUT", "widgets/"+made.Id, look).into(t, &struct{}{})
		if got := boss.widget(made.Id); got.Look.Color != "#123456" || len(got.SecurityKeys) != 2 {
			t.Errorf("changed is %+v", got)
		}
		var snippets catalog.Snippets
		boss.call("GET", "widgets/"+made.Id+"/snippets", nil).into(t, &snippets)
		for _, text := range []string{snippets.Page, snippets.Node, snippets.Python, snippets.Go} {
			if !strings.Contains(text, made.Id) {
				t.Errorf("a snippet does not name the widget: %s", text)
			}
		}
		if !strings.Contains(snippets.Page, "#123456") {
			t.Errorf("the page's snippet has another colour: %s", snippets.Page)
		}
		wantStatusOf(t, "the same name", boss.call("POST", "widgets", object{"Name": "shop"}), 409)
		wantStatusOf(t, "a path in an origin", boss.call("POST", "widgets", object{"Name": "x", "Domains": []string{shop + "/a"}}), 400)
		boss.call("DELETE", "widgets/"+made.Id, nil).into(t, &struct{}{})
		for what, r := range map[string]reply{"changing": boss.call("PUT", "widgets/"+made.Id, look), "a key": boss.call("POST", "widgets/"+made.Id+"/key", nil),
			"snippets": boss.call("GET", "widgets/"+made.Id+"/snippets", nil), "deleting": boss.call("DELETE", "widgets/"+made.Id, nil)} {
			wantStatusOf(t, what+" of one that is gone", r, 404)
		}
	})
}

// An access key that an administrator makes signs until it is deleted; the one by
// which perch starts stays.
func TestAdministratorsKeepAccessKeys(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		h.promote(1, catalog.Admin)
		boss := h.agent(1)
		var made struct{ AccessKeyId, SecretAccessKey, Scope string }
		boss.call("POST", "keys", object{"Scope": "read"}).into(t, &made)
		lists := func() int {
			t.Helper()
			return h.signedBy(aws.Credentials{AccessKeyID: made.AccessKeyId, SecretAccessKey: made.SecretAccessKey}, "GET", "/queues-summary/"+string(h.started.InstanceID), nil).status
		}
		if made.Scope != "read" || lists() != 200 {
			t.Fatalf("made was a key of scope %q, which reads with %d", made.Scope, lists())
		}
		var all struct {
			Keys []struct {
				AccessKeyId, SecretAccessKey string
				Founding                     bool
			}
		}
		boss.call("GET", "keys", nil).into(t, &all)
		if len(all.Keys) != 2 {
			t.Errorf("listed are %+v", all.Keys)
		}
		for _, k := range all.Keys { // made in one moment, so in whatever order
			if k.SecretAccessKey != "" || k.Founding != (k.AccessKeyId == h.started.AccessKeyID) {
				t.Errorf("listed is %+v", k)
			}
		}
		wantStatusOf(t, "deleting the founding key", boss.call("DELETE", "keys/"+h.started.AccessKeyID, nil), 400)
		wantStatusOf(t, "a key of no scope", boss.call("POST", "keys", object{"Scope": "all"}), 400)
		boss.call("DELETE", "keys/"+made.AccessKeyId, nil).into(t, &struct{}{})
		if lists() != 403 {
			t.Errorf("a deleted key reads with %d", lists())
		}
		wantStatusOf(t, "deleting it again", boss.call("DELETE", "keys/"+made.AccessKeyId, nil), 404)
	})
}

// Who may look and who may change, said here once more, and not by the table.
func TestWidgetsAndKeysAreForAdministrators(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		h.promote(2, catalog.Supervisor)
		agent, supervisor := h.agent(1), h.agent(2)
		wantStatusOf(t, "a supervisor looks at widgets", supervisor.call("GET", "widgets", nil), 200)
		wantStatusOf(t, "an agent does", agent.call("GET", "widgets", nil), 403)
		for _, call := range []string{"POST widgets", "PUT widgets/x", "DELETE widgets/x", "POST widgets/x/key", "GET keys", "POST keys", "DELETE keys/x"} {
			method, path, _ := strings.Cut(call, " ")
			wantStatusOf(t, call+" by an agent", agent.call(method, path, object{"Scope": "read", "Name": "x"}), 403)
			wantStatusOf(t, call+" by a supervisor", supervisor.call(method, path, object{"Scope": "read", "Name": "x"}), 403)
		}
	})
}
