package serve_test

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/perch-chat/perch/clock"
	"github.com/perch-chat/perch/serve"
	"github.com/perch-chat/perch/staff"
)

// tlsHouse is a server behind a certificate, on a clock that is ahead of the
// machine's by as much as the test wants.
type tlsHouse struct {
	started serve.Started
	address string
	clock   *clock.Clock
}

func startTLS(t *testing.T, f pemFiles) *tlsHouse {
	t.Helper()
	certificate, err := serve.LoadCertificate(f.cert, f.key)
	must(t, err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	public, err := serve.PublicURL("", listener.Addr(), certificate)
	must(t, err)
	h := &tlsHouse{address: listener.Addr().String(), clock: clock.New()}
	ctx, cancel := context.WithCancel(context.Background())
	ready, over := make(chan serve.Started, 1), make(chan error, 1)
	go func() {
		over <- serve.Run(ctx, serve.Options{Dir: t.TempDir(), Listener: listener, Certificate: certificate, PublicURL: public,
			Region: "us-east-1", Account: "000000000000", PasswordCost: staff.Cost{Memory: 8, Passes: 1, Threads: 1},
			Clock: h.clock},
			func(s serve.Started) { ready <- s })
	}()
	select {
	case h.started = <-ready:
	case err := <-over:
		t.Fatal("the server did not start:", err)
	}
	t.Cleanup(func() {
		cancel()
		if err := <-over; err != nil {
			t.Error("the server stopped with", err)
		}
	})
	return h
}

// shown is the serial of the certificate that a new connection sees.
func (h *tlsHouse) shown(t *testing.T) int64 {
	t.Helper()
	c, err := tls.Dial("tcp", h.address, &tls.Config{InsecureSkipVerify: true}) //nolint:gosec // it is looked at below
	must(t, err)
	defer c.Close()
	return c.ConnectionState().PeerCertificates[0].SerialNumber.Int64()
}

func TestTLS(t *testing.T) {
	t.Parallel()
	self := issue(t, 1, "127.0.0.1")
	h := startTLS(t, pemFilesOf(t, self))
	if want := "https://" + h.address; h.started.Endpoint != want {
		t.Fatalf("clients are given %s, want %s", h.started.Endpoint, want)
	}

	t.Run("calls may use HTTP/2", func(t *testing.T) {
		transport := &http.Transport{TLSClientConfig: trusting(t, self), ForceAttemptHTTP2: true}
		defer transport.CloseIdleConnections()
		r, err := (&http.Client{Transport: transport}).Get(h.started.Endpoint + "/readyz")
		must(t, err)
		must(t, r.Body.Close())
		if r.StatusCode != http.StatusOK || r.ProtoMajor != 2 {
			t.Errorf("got %s %s", r.Proto, r.Status)
		}
	})
	t.Run("nothing older than TLS 1.2", func(t *testing.T) {
		for version, want := range map[uint16]bool{tls.VersionTLS10: false, tls.VersionTLS11: false, tls.VersionTLS12: true, tls.VersionTLS13: true} {
			config := trusting(t, self)
			config.MinVersion, config.MaxVersion = tls.VersionTLS10, version
			c, err := tls.Dial("tcp", h.address, config)
			if got := err == nil; got != want {
				t.Errorf("%s: connected is %v, want %v (%v)", tls.VersionName(version), got, want, err)
			}
			if err == nil {
				must(t, c.Close())
			}
		}
	})
}

// A renewal is shown to whoever comes after it; who is connected stays so.
func TestCertificateIsRenewed(t *testing.T) {
	t.Parallel()
	first, second, third := issue(t, 1, "127.0.0.1"), issue(t, 2, "127.0.0.1"), issue(t, 3, "127.0.0.1")
	f := pemFilesOf(t, first)
	h := startTLS(t, f)
	transport := &http.Transport{TLSClientConfig: trusting(t, first)}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	socket := h.socket(t, client)
	defer socket.CloseNow() //nolint:errcheck // closed below if all went well

	replaceFile(t, f.cert, second.cert)
	replaceFile(t, f.key, second.key)
	if got := h.shown(t); got != 1 {
		t.Errorf("at once certificate %d is shown: the files are looked at too often", got)
	}
	h.elapse(2 * time.Second)
	if got := h.shown(t); got != 2 {
		t.Errorf("after two seconds certificate %d is shown, want 2", got)
	}

	// In the middle of a renewal the files do not fit together.
	replaceFile(t, f.cert, third.cert)
	h.elapse(2 * time.Second)
	if got := h.shown(t); got != 2 {
		t.Errorf("between two files certificate %d is shown, want 2", got)
	}
	must(t, os.Remove(f.key))
	h.elapse(2 * time.Second)
	if got := h.shown(t); got != 2 {
		t.Errorf("without a key certificate %d is shown, want 2", got)
	}
	replaceFile(t, f.key, third.key)
	h.elapse(2 * time.Second)
	if got := h.shown(t); got != 3 {
		t.Errorf("after the renewal certificate %d is shown, want 3", got)
	}

	must(t, socket.Write(t.Context(), websocket.MessageText, []byte(`{"topic":"aws/ping"}`)))
	if _, frame, err := socket.Read(t.Context()); err != nil || !strings.Contains(string(frame), "aws/ping") {
		t.Errorf("the socket from before the renewals answers %s, %v", frame, err)
	}
	must(t, socket.Close(websocket.StatusNormalClosure, ""))
}

// socket is a chat's, as a customer's page opens it.
func (h *tlsHouse) socket(t *testing.T, client *http.Client) *websocket.Conn {
	t.Helper()
	call := func(path, bearer, body string, out any) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.started.Endpoint+path, strings.NewReader(body))
		must(t, err)
		r.Header.Set("X-Amz-Bearer", bearer)
		answer, err := client.Do(r)
		must(t, err)
		defer answer.Body.Close()
		data, err := io.ReadAll(answer.Body)
		must(t, err)
		if answer.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s %s", path, answer.Status, data)
		}
		must(t, json.Unmarshal(data, out))
	}
	var chat struct {
		Data struct {
			StartChatResult struct{ ParticipantToken string } `json:"startChatResult"`
		} `json:"data"`
	}
	call("/Prod", "", fmt.Sprintf(`{"InstanceId":%q,"ContactFlowId":%q,"ParticipantDetails":{"DisplayName":"Ada"}}`,
		h.started.InstanceID, h.started.ContactFlowID), &chat)
	var connection struct{ Websocket struct{ URL string } }
	call("/participant/connection", chat.Data.StartChatResult.ParticipantToken, `{"Type":["WEBSOCKET"]}`, &connection)
	if !strings.HasPrefix(connection.Websocket.URL, "wss://"+h.address+"/") {
		t.Fatalf("the socket's address is %s", connection.Websocket.URL)
	}
	socket, _, err := websocket.Dial(t.Context(), connection.Websocket.URL, &websocket.DialOptions{HTTPClient: client}) //nolint:bodyclose // the library does
	must(t, err)
	return socket
}

func (h *tlsHouse) elapse(d time.Duration) { h.clock.Set(h.clock.Now().Add(d), false) }

func TestCertificatesThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	one, other := pemFilesOf(t, issue(t, 1, "127.0.0.1")), pemFilesOf(t, issue(t, 2, "127.0.0.1"))
	empty := filepath.Join(t.TempDir(), "empty.pem")
	replaceFile(t, empty, nil)
	for name, c := range map[string]struct {
		cert, key string
		want      []string
	}{
		"missing certificate": {one.cert + "x", one.key, []string{one.cert + "x", "no such file"}},
		"missing key":         {one.cert, one.key + "x", []string{one.key + "x", "no such file"}},
		"another's key":       {one.cert, other.key, []string{one.cert, other.key, "does not match"}},
		"the wrong way round": {one.key, one.cert, []string{one.key, one.cert, "certificate"}},
		"empty":               {empty, one.key, []string{empty, "failed to find any PEM data"}},
	} {
		_, err := serve.LoadCertificate(c.cert, c.key)
		if err == nil {
			t.Errorf("%s: no error", name)
			continue
		}
		for _, want := range c.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v; want %q in it", name, err, want)
			}
		}
	}
}

func TestPublicURLWithACertificate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		listen, given string
		hosts         []string
		want          string // empty: refused
	}{
		{"127.0.0.1:8443", "", []string{"chat.example.com", "127.0.0.1"}, "https://127.0.0.1:8443"},
		{"127.0.0.1:8443", "", []string{"*.example.com", "chat.example.com"}, "https://chat.example.com:8443"},
		{"0.0.0.0:443", "", []string{"chat.example.com", "www.example.com"}, "https://chat.example.com"},
		{"[::]:443", "", []string{"chat.example.com"}, "https://chat.example.com"},
		{"[::1]:443", "", []string{"::1"}, "https://[::1]"},
		{"[::1]:444", "", []string{"::1"}, "https://[::1]:444"},
		{"0.0.0.0:443", "", []string{"*.example.com"}, ""},
		{"0.0.0.0:443", "", nil, ""},
		{"0.0.0.0:443", "https://help.example.com", []string{"*.example.com"}, "https://help.example.com"},
		{"127.0.0.1:8443", "http://127.0.0.1:8443", []string{"127.0.0.1"}, ""},
	} {
		f := pemFilesOf(t, issue(t, 1, c.hosts...))
		certificate, err := serve.LoadCertificate(f.cert, f.key)
		must(t, err)
		address, err := net.ResolveTCPAddr("tcp", c.listen)
		must(t, err)
		got, err := serve.PublicURL(c.given, address, certificate)
		if (err == nil) != (c.want != "") || err == nil && got != c.want {
			t.Errorf("listening on %s, told %q, with a certificate for %v: %q, %v; want %q", c.listen, c.given, c.hosts, got, err, c.want)
		}
	}
}
