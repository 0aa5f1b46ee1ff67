package serve_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/perch-chat/perch/serve"
	"github.com/perch-chat/perch/staff"
)

// listening is a server on a real address, which gives up on requests early.
func listening(t *testing.T, within time.Duration) (address string, founded serve.Started) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ready, over := make(chan serve.Started, 1), make(chan error, 1)
	go func() {
		over <- serve.Run(ctx, serve.Options{Dir: t.TempDir(), Listener: l, PublicURL: "http://" + l.Addr().String(), RequestWithin: within,
			PasswordCost: staff.Cost{Memory: 8, Passes: 1, Threads: 1}}, func(s serve.Started) { ready <- s })
	}()
	t.Cleanup(func() {
		stop()
		if err := <-over; err != nil {
			t.Error(err)
		}
	})
	select {
	case founded = <-ready:
	case err := <-over:
		over <- nil
		t.Fatal(err)
	}
	return l.Addr().String(), founded
}

// A body that does not arrive is answered as JSON with 408, and the connection
// is closed: nobody holds one for longer by sending slowly.
func TestSlowBodyIsGivenUp(t *testing.T) {
	t.Parallel()
	address, _ := listening(t, 300*time.Millisecond)
	for _, path := range []string{"PUT /contact/chat", "POST /participant/message", "POST /agent/login", "POST /Prod/"} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			conn, err := net.Dial("tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			fmt.Fprintf(conn, "%s HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\nX-Amz-Bearer: x\r\n\r\n{\"a\":", path)
			in := bufio.NewReader(conn)
			r, err := http.ReadResponse(in, nil)
			if err != nil {
				t.Fatal("no answer:", err)
			}
			defer r.Body.Close()
			data, err := io.ReadAll(r.Body)
			if err != nil {
				t.Fatal(err)
			}
			if r.StatusCode != http.StatusRequestTimeout || r.Header.Get("X-Amzn-ErrorType") != "RequestTimeoutException" || !json.Valid(data) {
				t.Errorf("%d %s: %s", r.StatusCode, r.Header.Get("X-Amzn-ErrorType"), data)
			}
			if _, err := in.ReadByte(); err == nil {
				t.Error("the connection goes on")
			}
		})
	}
}

func TestSlowHeadersAreGivenUp(t *testing.T) {
	t.Parallel()
	address, _ := listening(t, 300*time.Millisecond)
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprint(conn, "PUT /contact/chat HTTP/1.1\r\nHost: x\r\nX-Slow")
	if data, err := io.ReadAll(conn); err != nil || strings.Contains(string(data), " 200 ") {
		t.Errorf("%q, %v", data, err) // it ends: the server has closed it
	}
}
