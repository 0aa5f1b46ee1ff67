package outside_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/perch-chat/perch/outside"
)

func TestOnlyThePublicInternetIsReached(t *testing.T) {
	t.Parallel()
	for address, public := range map[string]bool{
		"93.184.216.34": true, "2606:2800:220:1::1": true, "8.8.8.8": true,
		"127.0.0.1": false, "127.1.2.3": false, "::1": false, "::ffff:127.0.0.1": false, "0.0.0.0": false, "::": false,
		"10.0.0.1": false, "172.16.0.1": false, "192.168.1.1": false, "169.254.169.254": false, "fe80::1": false, "fd00::1": false,
		"100.64.0.1": false, "100.100.100.200": false, "224.0.0.1": false, "ff02::1": false, "255.255.255.255": false, "240.0.0.1": false,
		"64:ff9b::7f00:1": false, "64:ff9b::a9fe:a9fe": false, "2002:7f00:1::": false, "::ffff:10.0.0.1": false, "::127.0.0.1": false, "192.0.2.1": false,
	} {
		if err := (outside.Rules{}).Check(netip.MustParseAddr(address)); (err == nil) != public {
			t.Errorf("%s: %v", address, err)
		}
	}
	allowed := outside.Rules{Networks: []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")}}
	for address, want := range map[string]bool{"10.1.2.3": true, "::ffff:10.1.2.3": true, "10.2.0.1": false, "127.0.0.1": false} {
		if err := allowed.Check(netip.MustParseAddr(address)); (err == nil) != want {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// here lets tests reach the recorder, which is on this machine.
var here = outside.Rules{Networks: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}}

// amazon is a place where Amazon's interfaces are spoken.
func amazon(endpoint string) outside.Place {
	return outside.Place{Endpoint: endpoint, Region: "us-east-1", AccessKeyID: "key", SecretAccessKey: "secret"}
}

func invoke(t *testing.T, rules outside.Rules, call outside.Call, functions ...outside.Function) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 8*time.Second)
	defer cancel()
	answer, err := outside.New(outside.Options{Functions: functions, Rules: rules}).Invoke(ctx, call)
	return string(answer), err
}

func TestALoopbackAddressIsRefusedUnlessListed(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { calls.Add(1) }))
	defer s.Close()
	for _, url := range []string{s.URL, strings.Replace(s.URL, "127.0.0.1", "localhost", 1)} { // by name: looked up, then refused
		if _, err := invoke(t, outside.Rules{}, outside.Call{Name: "f", Event: []byte("{}")}, outside.Function{Name: "f", Place: outside.Place{URL: url}}); !errors.Is(err, outside.ErrRefused) {
			t.Errorf("%s: %v", url, err)
		}
		if _, err := invoke(t, outside.Rules{}, outside.Call{Name: "f", Event: []byte("{}")},
			outside.Function{Name: "f", Place: amazon(url)}); !errors.Is(err, outside.ErrRefused) {
			t.Errorf("Lambda's interface at %s: %v", url, err)
		}
	}
	if calls.Load() != 0 {
		t.Error("it was called all the same")
	}
}

// recorder is whatever speaks Lambda's Invoke, and answers plain posts as well.
func recorder(t *testing.T, answer func(n int, w http.ResponseWriter, r *http.Request, event string)) *httptest.Server {
	t.Helper()
	var n atomic.Int32
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		event, _ := io.ReadAll(r.Body)
		answer(int(n.Add(1)), w, r, string(event))
	}))
	t.Cleanup(s.Close)
	return s
}

func TestLambdasInterfaceIsSpokenBySDK(t *testing.T) {
	t.Parallel()
	const arn = "arn:aws:lambda:us-east-1:000000000000:function:price:live"
	s := recorder(t, func(_ int, w http.ResponseWriter, r *http.Request, event string) {
		if r.Method != http.MethodPost || r.URL.Path != "/2015-03-31/functions/"+arn+"/invocations" || !strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 Credential=key/") {
			t.Errorf("%s %s", r.Method, r.URL)
		}
		switch r.Header.Get("X-Amz-Invocation-Type") {
		case "Event":
			w.WriteHeader(http.StatusAccepted)
		case "RequestResponse":
			io.WriteString(w, `{"got":`+event+`}`) //nolint:errcheck // a test
		}
	})
	f := outside.Function{Name: "price", Place: amazon(s.URL)}
	if got, err := invoke(t, here, outside.Call{Name: arn, Event: []byte(`{"a":1}`)}, f); err != nil || got != `{"got":{"a":1}}` {
		t.Errorf("it answers %s (%v)", got, err)
	}
	if got, err := invoke(t, here, outside.Call{Name: arn, Event: []byte(`{}`), Async: true}, f); err != nil || got != "" {
		t.Errorf("started, it answers %s (%v)", got, err)
	}
}

func TestACallIsTriedAgainWhereThatCanHelp(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer func(n int, w http.ResponseWriter)
		calls  int
		want   string
	}{
		"busy, then well":  {func(n int, w http.ResponseWriter) { w.WriteHeader([]int{503, 429, 200}[min(n, 3)-1]) }, 3, ""},
		"broken":           {func(_ int, w http.ResponseWriter) { w.WriteHeader(500) }, 3, "status 500"},
		"refuses":          {func(_ int, w http.ResponseWriter) { w.WriteHeader(403) }, 1, "status 403"},
		"leads elsewhere":  {func(_ int, w http.ResponseWriter) { w.Header().Set("Location", "/"); w.WriteHeader(302) }, 1, "status 302"},
		"answers too much": {func(_ int, w http.ResponseWriter) { w.Write(make([]byte, outside.MaxAnswer)) }, 1, "limit"}, //nolint:errcheck // a test
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var calls atomic.Int32
			s := recorder(t, func(n int, w http.ResponseWriter, _ *http.Request, _ string) { calls.Add(1); c.answer(n, w) })
			_, err := invoke(t, here, outside.Call{Name: "f", Event: []byte("{}")}, outside.Function{Name: "f", Place: outside.Place{URL: s.URL}})
			if int(calls.Load()) != c.calls || (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("after %d calls: %v", calls.Load(), err)
			}
		})
	}
}

func TestTheBestNameDecidesWhereACallGoes(t *testing.T) {
	t.Parallel()
	named := func(name string) outside.Function {
		s := recorder(t, func(_ int, w http.ResponseWriter, _ *http.Request, _ string) { io.WriteString(w, name) }) //nolint:errcheck // a test
		return outside.Function{Name: name, Place: outside.Place{URL: s.URL}}
	}
	const arn = "arn:aws:lambda:eu-west-1:1:function:price"
	other := named("price")
	other.Instance, other.Name = "another", arn
	all := []outside.Function{named("*"), named("price"), named(arn), other}
	for call, want := range map[string]string{arn: arn, arn + ":$LATEST": "price", "arn:aws:lambda:eu-west-1:2:function:price:7": "price", "price": "price", "other": "*"} {
		if got, err := invoke(t, here, outside.Call{Instance: "mine", Name: call, Event: []byte("{}")}, all...); err != nil || got != want {
			t.Errorf("a call of %s goes to %s, want %s (%v)", call, got, want, err)
		}
	}
	if _, err := invoke(t, here, outside.Call{Name: "f"}, other); !errors.Is(err, outside.ErrUnknown) {
		t.Errorf("of an unknown function: %v", err)
	}
}

func TestWhatIsDownOnDemandIsNotCalled(t *testing.T) {
	t.Parallel()
	down := errors.New("down on demand")
	c := outside.New(outside.Options{Functions: []outside.Function{{Name: "price", Place: outside.Place{URL: "http://127.0.0.1:1"}}},
		Bots: []outside.Bot{{Name: "guide", Place: outside.Place{URL: "http://127.0.0.1:1"}}}, Now: time.Now,
		Fails: func(name string) error {
			if name != "price" && name != "guide" {
				t.Errorf("asked about %q", name)
			}
			return down
		}})
	if _, err := c.Invoke(t.Context(), outside.Call{Name: "price"}); !errors.Is(err, down) {
		t.Errorf("the function: %v", err)
	}
	if _, err := c.Process(t.Context(), outside.Call{Name: "price"}); !errors.Is(err, down) {
		t.Errorf("the processing function: %v", err)
	}
	if _, err := c.Talk(t.Context(), outside.Utterance{Bot: "guide"}); !errors.Is(err, down) {
		t.Errorf("the bot: %v", err)
	}
}
