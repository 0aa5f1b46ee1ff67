package api

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/wire"
)

// bare is a server that can be asked for nothing but its routes.
func bare(t *testing.T) *Server {
	t.Helper()
	return New(Options{Sockets: http.NotFoundHandler(), Now: func() time.Time { return time.Unix(0, 0) }})
}

// A route that nobody has given a row is nobody's.
func TestRouteWithoutARowIsNobodys(t *testing.T) {
	t.Parallel()
	s := bare(t)
	for who := anybody; who <= workingAdmin; who <<= 1 {
		if err := s.may("connect:DeleteEverything", who); err == nil || !strings.Contains(err.Error(), "policy.go") {
			t.Errorf("%s may: %v", who, err)
		}
	}
	var logged strings.Builder
	s.opts.Log = newLog(&logged)
	s.Handle("GET /new", http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("it was let in") }))
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest("GET", "/new", nil))
	if w.Code != http.StatusInternalServerError || !strings.Contains(logged.String(), "policy.go") {
		t.Errorf("%d %s, logged %s", w.Code, w.Body, &logged)
	}
	rights := s.Rights()
	if last := rights[len(rights)-1]; last.Pattern != "GET /new" || last.Callers != nil {
		t.Errorf("its right is %+v", last)
	}
}

// Each route asks for one kind of proof, so that no row mixes them: nobody passes
// for a participant by a key or by working here. Amazon's operations take keys, and
// may take the bearer of those who work here.
func TestRowsDoNotMixKindsOfProof(t *testing.T) {
	t.Parallel()
	for action, who := range policy() {
		kinds := 0
		for _, group := range []callers{anybody, keys, participants, workers} {
			if who&group != nobody {
				kinds++
			}
		}
		if who&keys != nobody && who&workers != nobody {
			kinds--
		}
		if kinds != 1 || who&asGone != nobody {
			t.Errorf("%s is for %s", action, who)
		}
		if strings.HasPrefix(action, "connect:") && who&withAdminKey == nobody {
			t.Errorf("%s is for %s: a key of scope admin may do all", action, who)
		}
	}
}

// Who lacks a right is told what it takes; a participant is not, as at Amazon.
func TestARefusalSaysWhatItTakes(t *testing.T) {
	t.Parallel()
	s := bare(t)
	for want, err := range map[string]error{
		"GET /agent/keys needs a sign-in as admin user":                        s.may("GET /agent/keys", workingAgent),
		"connect:StartChatContact needs an access key of scope start or admin": s.may("connect:StartChatContact", workingAdmin),
		"connect:CreateQueue needs an access key of scope admin":               s.may("connect:CreateQueue", withReadKey),
		"Access denied": s.may("connect:CreateQueue", asCustomer),
	} {
		if err == nil || err.Error() != want || perch.KindOf(err) != perch.Denied {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestReadKeysChangeNothing(t *testing.T) {
	t.Parallel()
	asking := []string{"BatchGetAttachedFileMetadata", "GetCurrentUserData", "GetCurrentMetricData", "GetMetricDataV2"} // with a body
	for _, op := range wire.Operations() {
		if policy()[actionOf(op)]&withReadKey != nobody && op.Method != http.MethodGet && !slices.Contains(asking, op.Name) && !strings.HasPrefix(op.Name, "Search") {
			t.Errorf("%s %s is open to keys that only read", op.Method, op.Name)
		}
	}
}

// The rows that are there for nothing would make the table say what is not so.
func TestEveryRowHasARoute(t *testing.T) {
	t.Parallel()
	mounted := map[string]bool{"GET /metrics": true, "GET /demo": true, "GET /desk": true, "GET /{$}": true, "GET /desk/{$}": true, "GET /demo/{$}": true, "GET /widget/{WidgetId}/frame": true, "GET /pages/{Name}": true,
		"GET /amazon-connect-chat-interface-client.js": true, "GET /amazon-connect-chat-interface.js": true} // by package serve
	for _, r := range bare(t).Rights() {
		mounted[r.Action] = true
	}
	for action := range policy() {
		if !mounted[action] {
			t.Errorf("the policy has a row %s, and nothing is mounted for it", action)
		}
	}
}

func TestEveryNameOfRoomsBelowIsAKindOfCaller(t *testing.T) {
	t.Parallel()
	seen := map[callers]bool{}
	for _, c := range []callers{ofScope(catalog.StartScope), ofScope(catalog.ReadScope), ofScope(catalog.AdminScope),
		ofProfile(catalog.Agent), ofProfile(catalog.Supervisor), ofProfile(catalog.Admin),
		ofRole(perch.Customer), ofRole(perch.Bot), ofRole(perch.Agent), ofRole(perch.Supervisor)} {
		if c == nobody || seen[c] || len(c.names()) != 1 {
			t.Errorf("%d is no kind of its own", c)
		}
		seen[c] = true
	}
	if ofScope("") != nobody || ofProfile("") != nobody || ofRole(perch.System) != nobody {
		t.Error("what has no name may do something")
	}
}
