package outside_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/perch-chat/perch/outside"
)

// An answer that never ends costs no more than the limit, by either interface.
func TestNoMoreIsReadThanMayBeAnswered(t *testing.T) {
	t.Parallel()
	for name, place := range map[string]func(string) outside.Place{"Lambda's interface": amazon, "HTTP": func(url string) outside.Place { return outside.Place{URL: url} }} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var calls atomic.Int32
			cut := make(chan struct{}, 3)
			s := recorder(t, func(_ int, w http.ResponseWriter, _ *http.Request, _ string) {
				calls.Add(1)
				for {
					if _, err := w.Write(make([]byte, 1<<20)); err != nil {
						cut <- struct{}{}
						return
					}
				}
			})
			_, err := invoke(t, here, outside.Call{Name: "f", Event: []byte("{}")}, outside.Function{Name: "f", Place: place(s.URL)})
			if !errors.Is(err, outside.ErrTooLong) || calls.Load() != 1 {
				t.Errorf("after %d calls: %v", calls.Load(), err)
			}
			<-cut
		})
	}
}

// A call that is only started is over when it has been sent.
func TestACallThatIsOnlyStartedWaitsForNoAnswer(t *testing.T) {
	t.Parallel()
	events, answer := make(chan string, 1), make(chan struct{})
	s := recorder(t, func(_ int, _ http.ResponseWriter, r *http.Request, event string) {
		events <- r.Header.Get("X-Amz-Invocation-Type") + " " + event
		select {
		case <-answer:
		case <-r.Context().Done():
			t.Error("nobody has waited for the function to do its work")
		}
	})
	ctx, cancel := context.WithCancel(t.Context())
	c := outside.New(outside.Options{Functions: []outside.Function{{Name: "f", Place: outside.Place{URL: s.URL}}}, Rules: here})
	if got, err := c.Invoke(ctx, outside.Call{Name: "f", Event: []byte(`{"a":1}`), Async: true}); err != nil || got != nil {
		t.Errorf("it answers %s (%v)", got, err)
	}
	cancel() // who started it has gone on
	if got := <-events; got != `Event {"a":1}` {
		t.Errorf("it is told %s", got)
	}
	close(answer)
	if err := c.Run(ctx); err != nil { // returns when the connection has been given back
		t.Error(err)
	}
	_, err := c.Invoke(t.Context(), outside.Call{Name: "g", Async: true})
	if !errors.Is(err, outside.ErrUnknown) {
		t.Errorf("of an unknown function: %v", err)
	}
}

func TestACallThatCannotBeStartedSaysSo(t *testing.T) {
	t.Parallel()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	if _, err := invoke(t, here, outside.Call{Name: "f", Event: []byte("{}"), Async: true}, outside.Function{Name: "f", Place: outside.Place{URL: gone.URL}}); err == nil {
		t.Error("it has been started where nobody is")
	}
	if _, err := invoke(t, outside.Rules{}, outside.Call{Name: "f", Event: []byte("{}"), Async: true}, outside.Function{Name: "f", Place: outside.Place{URL: gone.URL}}); !errors.Is(err, outside.ErrRefused) {
		t.Errorf("where it may not go: %v", err)
	}
}

// A host that is listed with its port may be reached there and nowhere else,
// whatever its name leads to.
func TestAListedHostIsReachedAtItsPort(t *testing.T) {
	t.Parallel()
	s := recorder(t, func(_ int, w http.ResponseWriter, _ *http.Request, _ string) { io.WriteString(w, "{}") })     //nolint:errcheck // a test
	other := recorder(t, func(_ int, w http.ResponseWriter, _ *http.Request, _ string) { io.WriteString(w, "{}") }) //nolint:errcheck // a test
	named := strings.NewReplacer("127.0.0.1", "localhost")
	rules := outside.Rules{Hosts: []string{"LOCALHOST" + s.URL[strings.LastIndex(s.URL, ":"):]}}
	for url, reached := range map[string]bool{named.Replace(s.URL): true, s.URL: false, named.Replace(other.URL): false} {
		_, err := invoke(t, rules, outside.Call{Name: "f", Event: []byte("{}")}, outside.Function{Name: "f", Place: outside.Place{URL: url}})
		if (err == nil) != reached || err != nil && !errors.Is(err, outside.ErrRefused) {
			t.Errorf("%s: %v", url, err)
		}
	}
}

// Where to find credentials is looked for once, and not for each call.
func TestCredentialsAreLookedForOnce(t *testing.T) {
	file := filepath.Join(t.TempDir(), "credentials")
	if err := os.WriteFile(file, []byte("[default]\naws_access_key_id = key\naws_secret_access_key = secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", file)
	t.Setenv("AWS_CONFIG_FILE", filepath.Join(t.TempDir(), "none"))
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	s := recorder(t, func(_ int, w http.ResponseWriter, _ *http.Request, _ string) { io.WriteString(w, "{}") }) //nolint:errcheck // a test
	c := outside.New(outside.Options{Functions: []outside.Function{{Name: "f", Place: outside.Place{Endpoint: s.URL, Region: "us-east-1"}}}, Rules: here})
	for range 3 {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		_, err := c.Invoke(ctx, outside.Call{Name: "f", Event: []byte("{}")})
		cancel()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(file); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
}
