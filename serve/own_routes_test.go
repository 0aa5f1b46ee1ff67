package serve_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/wire"
)

// perch's own routes, generated from what is mounted: those about a contact by
// every caller of the Connect API, the others by every participant.
func TestOwnRoutesAreForWhomThePolicyNames(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		before, tried := w.snapshot(w.there), 0
		for _, r := range w.rights() {
			method, path, _ := strings.Cut(r.Pattern, " ")
			if !strings.HasPrefix(path, "/perch/") {
				continue
			}
			tried++
			if path == "/perch/settings" {
				w.settingsByEverybody(method, path, r.Callers)
				continue
			}
			if !strings.Contains(path, "{ContactId}") {
				w.ownByParticipants(r.Pattern, r.Callers)
				continue
			}
			for _, by := range w.connectCallers() {
				for whose, id := range map[string]string{"own": w.here.chats[0].contact, "a stranger's": w.there.chats[0].contact, "a random": newID(w), "a short": "x"} {
					op := &wire.Operation{Service: wire.Connect, Method: method, Path: strings.ReplaceAll(path, "{ContactId}", url.PathEscape(id))}
					a := ask{op: op, by: w.here.keys[catalog.AdminScope], service: "connect", header: http.Header{}}
					by.show(&a)
					got, cell := w.send(a), fmt.Sprintf("%s by %s about %s contact", r.Pattern, by.name, whose)
					own := whose == "own" && !strings.HasPrefix(by.name, "other") || whose == "a stranger's" && strings.HasPrefix(by.name, "other")
					switch {
					case by.kind == "":
						wantRefusal(t, cell, got, http.StatusForbidden, by.fault)
					case !slices.Contains(r.Callers, by.kind):
						wantRefusal(t, cell, got, http.StatusForbidden, "AccessDeniedException")
					case own:
						if got.status != http.StatusOK {
							t.Errorf("%s: %d %s", cell, got.status, got.body)
						}
					default:
						wantRefusal(t, cell, got, http.StatusNotFound, "ResourceNotFoundException")
					}
				}
			}
		}
		if tried < 2 {
			t.Errorf("only %d routes were tried", tried)
		}
		w.unchanged(w.there, before)
	})
}

func (w *town) ownByParticipants(pattern string, callers []string) {
	w.t.Helper()
	method, path, _ := strings.Cut(pattern, " ")
	past, file := strings.HasSuffix(path, "/ended"), strings.Contains(path, "/attachment/")
	for name, by := range w.participantCallers(w.here.chats[0]) {
		bearer, may, body := by.party.credentials, slices.Contains(callers, by.kind), any(nil)
		if past { // by the token of a chat that has ended, and of no other
			bearer, may, body = by.party.token, name == "customer of an ended one", object{}
		}
		if file {
			body = object{"AttachmentId": w.here.files[w.here.ended.contact]}
		}
		got, cell := w.plain(method, path, http.Header{wire.BearerHeader: {bearer}}, body), pattern+" by "+name
		switch {
		case !may:
			wantRefusal(w.t, cell, got, http.StatusForbidden, "AccessDeniedException")
		case got.status != http.StatusOK:
			w.t.Errorf("%s: %d %s", cell, got.status, got.body)
		case file:
			for whose, id := range map[string]string{"a neighbour's": w.here.files[w.here.chats[0].contact], "a stranger's": w.there.files[w.there.ended.contact], "none": newID(w)} {
				got := w.plain(method, path, http.Header{wire.BearerHeader: {bearer}}, object{"AttachmentId": id})
				wantRefusal(w.t, cell+" for "+whose, got, http.StatusBadRequest, "ValidationException")
			}
		}
	}
}

// settingsByEverybody asks for an instance's settings as files, and for the plan of
// none.
func (w *town) settingsByEverybody(method, path string, callers []string) {
	w.t.Helper()
	for _, by := range w.connectCallers() {
		a := ask{op: &wire.Operation{Service: wire.Connect, Method: method, Path: path}, by: w.here.keys[catalog.AdminScope], service: "connect", header: http.Header{}, body: []byte("{}")}
		by.show(&a)
		got, cell := w.send(a), method+" "+path+" by "+by.name
		switch {
		case by.kind == "":
			wantRefusal(w.t, cell, got, http.StatusForbidden, by.fault)
		case !slices.Contains(callers, by.kind):
			wantRefusal(w.t, cell, got, http.StatusForbidden, "AccessDeniedException")
		case got.status != http.StatusOK:
			w.t.Errorf("%s: %d %s", cell, got.status, got.body)
		case method == http.MethodGet && strings.Contains(string(got.body), string(w.there.instance)):
			w.t.Errorf("%s shows another instance's: %s", cell, got.body)
		}
	}
}
