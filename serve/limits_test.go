package serve_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/perch-chat/perch/api"
	"github.com/perch-chat/perch/serve"
	"github.com/perch-chat/perch/wire"
)

// rates limits every operation that is asked about to three at once and one a
// second.
func rates(names ...string) func(*serve.Options) {
	return func(o *serve.Options) {
		o.Limits.Operations = map[string]api.Rate{}
		for _, name := range names {
			o.Limits.Operations[name] = api.Rate{PerSecond: 1, Burst: 3}
		}
	}
}

// Every operation: three calls pass, the fourth is throttled, another instance
// does not notice, and after a second one more passes.
func TestEveryOperationCanBeThrottled(t *testing.T) {
	var names []string
	for _, op := range wire.Operations() {
		names = append(names, op.Name)
	}
	inTown(t, func(t *testing.T, w *town) {
		w.stop()
		w.serveWith(rates(names...))
		for _, op := range wire.Operations() {
			// What is refused for what it asks costs a token too, and changes nothing.
			bad := func(s *site) ask {
				a := s.valid(op, s.chats[0], "", nil)
				a.body = []byte("[]")
				for _, f := range op.Fields {
					if f.In == wire.InPath {
						a.fields[f.Name] = "x"
					}
				}
				return a
			}
			// Made once, and after a rest: what a request is about may have to be made by an operation, too.
			elapse(3 * time.Second)
			here, there := bad(w.here), bad(w.there)
			for range 3 {
				if got := w.send(here); got.status == http.StatusTooManyRequests {
					t.Errorf("%s is throttled too early", op.Name)
				}
			}
			got := w.send(here)
			name := "ThrottlingException"
			if op.Declares("TooManyRequestsException") {
				name = "TooManyRequestsException"
			}
			wantRefusal(t, op.Name, got, http.StatusTooManyRequests, name)
			if !strings.Contains(got.message(), op.Name) {
				t.Errorf("%s: %s", op.Name, got.message())
			}
			if got := w.send(there); got.status == http.StatusTooManyRequests {
				t.Errorf("%s of another instance is throttled", op.Name)
			}
			elapse(time.Second)
			if got := w.send(here); got.status == http.StatusTooManyRequests {
				t.Errorf("%s is throttled after a second", op.Name)
			}
			wantRefusal(t, op.Name+" again", w.send(here), http.StatusTooManyRequests, name)
		}
	})
}

// Who is not let in uses up nothing: a stranger could otherwise shut an
// instance out.
func TestStrangersUseUpNothing(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		describe := wire.Lookup(wire.Connect, "DescribeContact")
		for range 10 {
			a := w.here.valid(describe, w.here.chats[0], "", nil)
			a.by.SecretAccessKey = "x"
			wantRefusal(t, "wrong secret", w.send(a), http.StatusForbidden, "InvalidSignatureException")
			a = w.here.valid(describe, w.here.chats[0], "", nil)
			a.by = w.here.keys["start"]
			wantRefusal(t, "wrong scope", w.send(a), http.StatusForbidden, "AccessDeniedException")
		}
		if got := w.send(w.here.valid(describe, w.here.chats[0], "", nil)); got.status != http.StatusOK {
			t.Errorf("%d %s", got.status, got.body)
		}
	}, rates("DescribeContact"))
}

func TestThereAreNoLimitsUnlessAskedFor(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		for range 200 {
			if got := w.send(w.here.valid(wire.Lookup(wire.Connect, "DescribeContact"), w.here.chats[0], "", nil)); got.status != http.StatusOK {
				t.Fatalf("%d %s", got.status, got.body)
			}
		}
	})
}

// Chats that have not ended count, whether anybody is in them or not; those of
// another instance do not, and a chat that ends makes room.
func TestQuotaOfActiveChats(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		start := func(s *site, more object) reply {
			body := object{"InstanceId": s.instance, "ContactFlowId": s.flow, "ParticipantDetails": object{"DisplayName": "Ada"}}
			for k, v := range more {
				body[k] = v
			}
			return w.signedBy(s.keys["admin"], "PUT", "/contact/chat", body)
		}
		third := start(w.here, object{"ClientToken": "t"}) // beside the two that go on
		fourth := w.here.begin(nil)
		got := start(w.here, nil)
		wantRefusal(t, "the fifth", got, http.StatusTooManyRequests, "LimitExceededException")
		if again := start(w.here, object{"ClientToken": "t"}); again != third {
			t.Errorf("the same request again answers %+v, not %+v", again, third)
		}
		page := w.plain("POST", "/Prod/", nil, object{"InstanceId": w.here.instance, "ContactFlowId": w.here.flow, "ParticipantDetails": object{"DisplayName": "Ada"}})
		wantRefusal(t, "a page's", page, http.StatusTooManyRequests, "LimitExceededException")
		if got := start(w.there, nil); got.status != http.StatusOK {
			t.Errorf("another instance: %d %s", got.status, got.body)
		}
		w.here.end(fourth)
		if got := start(w.here, nil); got.status != http.StatusOK {
			t.Errorf("after one has ended: %d %s", got.status, got.body)
		}
		wantRefusal(t, "one more", start(w.here, nil), http.StatusTooManyRequests, "LimitExceededException")
	}, func(o *serve.Options) { o.Limits.ActiveChats = 4 })
}

// The start endpoint is StartChatContact under another name.
func TestPagesShareTheRateOfStartChatContact(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		elapse(time.Minute)
		start := func() reply {
			return w.plain("POST", "/Prod/", nil, object{"InstanceId": w.here.instance, "ContactFlowId": w.here.flow, "ParticipantDetails": object{"DisplayName": "Ada"}})
		}
		for i := range 5 {
			if got := start(); got.status != http.StatusOK {
				t.Errorf("start %d: %d %s", i, got.status, got.body)
			}
		}
		wantRefusal(t, "one more", start(), http.StatusTooManyRequests, "ThrottlingException")
	}, func(o *serve.Options) {
		o.Limits.Operations = map[string]api.Rate{"StartChatContact": {PerSecond: 1, Burst: 5}}
	})
}

func TestLimitsOfAnOperator(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := func(text string) string {
		name := filepath.Join(dir, fmt.Sprintf("%d.json", len(text)))
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	if l, err := serve.Limits(""); err != nil || l.ActiveChats != 0 || len(l.Operations) != 0 {
		t.Errorf("none: %+v, %v", l, err)
	}
	l, err := serve.Limits("amazon")
	if err != nil || l.ActiveChats != 500 || l.Operations["StartChatContact"] != (api.Rate{PerSecond: 5, Burst: 8}) ||
		l.Operations["ListAssociatedContacts"] != (api.Rate{PerSecond: 2, Burst: 5}) || l.Operations["SendMessage"] != (api.Rate{PerSecond: 10, Burst: 15}) {
		t.Errorf("amazon: %+v, %v", l, err)
	}
	for _, op := range wire.Operations() {
		if r := l.Operations[op.Name]; r.PerSecond == 0 || r.Burst == 0 {
			t.Errorf("Amazon's limits leave out %s", op.Name)
		}
	}
	l, err = serve.Limits(file(`{"ActiveChats": 7, "Operations": {"SendMessage": {"PerSecond": 0.5, "Burst": 2}}}`))
	if err != nil || l.ActiveChats != 7 || len(l.Operations) != 1 || l.Operations["SendMessage"] != (api.Rate{PerSecond: 0.5, Burst: 2}) {
		t.Errorf("own: %+v, %v", l, err)
	}
	for text, says := range map[string]string{
		`{"Operations": {"SendMesage": {"PerSecond": 1, "Burst": 2}}}`:  `"SendMesage"`,
		`{"Operations": {"SendMessage": {"PerSecond": 0, "Burst": 2}}}`: "PerSecond",
		`{"Operations": {"SendMessage": {"PerSecond": 1}}}`:             "Burst",
		`{"Operations": {"SendMessage": {"PerSec": 1, "Burst": 2}}}`:    "PerSec",
		`{"ActiveChats": -1}`:          "ActiveChats",
		`{"ActiveChats": 1} {}`:        "nothing after it",
		`amazon`:                       "JSON like",
		`{"ActiveChat": 1000, "x": 1}`: "ActiveChat",
	} {
		if _, err := serve.Limits(file(text)); err == nil || !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), dir) {
			t.Errorf("%s: %v", text, err)
		}
	}
	if _, err := serve.Limits(filepath.Join(dir, "none")); err == nil || !strings.Contains(err.Error(), "--limits amazon") {
		t.Errorf("no such file: %v", err)
	}
}
