package api

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/perch-chat/perch/wire"
)

// A slip in a route would leave an SDK without its operation.
func TestAnsweredOperationsHaveTheRoutesOfTheModels(t *testing.T) {
	t.Parallel()
	listed := map[string]wire.Listed{}
	for _, l := range wire.NewListing().All {
		listed[l.Service.Name()+":"+l.Name] = l
	}
	for _, op := range operations() {
		l, ok := listed[actionOf(op.Operation)]
		if !ok || l.Method != op.Method || l.Path != op.Path {
			t.Errorf("%s is %s %s; the models have %s %s", op.Name, op.Method, op.Path, l.Method, l.Path)
		}
	}
}

func TestEveryOperationOfTheTableHasAHandler(t *testing.T) {
	t.Parallel()
	answered := 0
	for _, c := range Covered() {
		if c.Answered {
			answered++
		}
	}
	if answered != len(wire.Operations()) || answered != len(operations()) {
		t.Errorf("%d are counted as answered; the table has %d, handlers are for %d", answered, len(wire.Operations()), len(operations()))
	}
}

func TestCoverageSaysWhatACallerShows(t *testing.T) {
	t.Parallel()
	for _, c := range Covered() {
		op := wire.Lookup(map[string]wire.Service{"connect": wire.Connect, "participant": wire.Participant}[c.Service], c.Operation)
		if op == nil {
			continue
		}
		want := "SigV4"
		for _, f := range op.Fields {
			if f.In == wire.InHeader {
				want = map[string]string{"ParticipantToken": "participant token", "ConnectionToken": "connection token"}[f.Name]
			}
		}
		if c.Auth != want {
			t.Errorf("%s is said to need a %s, and needs a %s", c.Operation, c.Auth, want)
		}
	}
}

func TestWhatIsBesideAnAnsweredOperationIsNotCalledUnanswered(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]bool{"/queues-summary/x/": false, "/prompts-summary/x": true, "/nothing": false} {
		w := httptest.NewRecorder()
		unanswered(wire.NewListing()).ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if got := strings.Contains(w.Body.String(), "does not answer yet"); w.Code != http.StatusNotFound || got != want {
			t.Errorf("%s is answered %d %s", path, w.Code, w.Body)
		}
	}
}
