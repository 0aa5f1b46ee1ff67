package serve_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// slow is a request whose sender takes its time: perch has begun with it, and
// waits for the body.
type slow struct {
	net.Conn
	answer *bufio.Reader
	body   []byte // what is still to be sent
}

func (p *process) slowly(s *sender, m message) *slow {
	p.t.Helper()
	conn, err := net.Dial("tcp", p.listen)
	p.must(err)
	body := encode(p.t, object{"ContentType": "text/plain", "Content": m.text, "ClientToken": m.token})
	// The server asks for the body when it has begun to handle the request.
	_, err = fmt.Fprintf(conn, "POST /participant/message HTTP/1.1\r\nHost: %s\r\nX-Amz-Bearer: %s\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n",
		p.listen, s.credentials, len(body))
	p.must(err)
	answer := bufio.NewReader(conn)
	line, err := answer.ReadString('\n')
	if err != nil || !strings.Contains(line, "100") {
		p.t.Fatalf("perch does not begin with the request: %q, %v", line, err)
	}
	_, err = conn.Write(body[:len(body)/2])
	p.must(err)
	return &slow{conn, answer, body[len(body)/2:]}
}

func (s *slow) finish(t *testing.T) int {
	t.Helper()
	defer s.Close()
	if _, err := s.Write(s.body); err != nil {
		t.Fatal(err)
	}
	if _, err := s.answer.ReadString('\n'); err != nil { // the empty line after "100 Continue"
		t.Fatal(err)
	}
	res, err := http.ReadResponse(s.answer, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	return res.StatusCode
}

func TestRequestsInFlightAreAnsweredWhenTheServerIsToldToStop(t *testing.T) {
	t.Parallel()
	p := launch(t, t.TempDir(), "serve")
	customer := &sender{person: p.open(nil), name: "customer"}
	var inFlight []*slow
	for n := range 8 {
		inFlight = append(inFlight, p.slowly(customer, message{text: fmt.Sprint("in flight ", n), token: fmt.Sprint(n)}))
	}
	p.terminate()
	p.until("new connections are refused", func() bool {
		conn, err := net.Dial("tcp", p.listen)
		if err == nil {
			conn.Close()
		}
		return err != nil
	})
	for n, s := range inFlight {
		if status := s.finish(t); status != http.StatusOK {
			t.Errorf("request %d is answered %d", n, status)
		}
	}
	if code := p.ended(); code != 0 {
		t.Errorf("the exit code is %d: %s", code, &p.stderr)
	}
	p.run()
	told := customer.told()
	for n := range inFlight {
		if count(told, fmt.Sprint("in flight ", n)) != 1 {
			t.Errorf("message %d is not there once in %q", n, told)
		}
	}
}

func TestStopsAtOnceWhenNobodyWantsAnything(t *testing.T) {
	t.Parallel()
	p := launch(t, t.TempDir(), "serve")
	p.open(nil)
	p.terminate()
	if code := p.ended(); code != 0 {
		t.Errorf("the exit code is %d: %s", code, &p.stderr)
	}
}

// refused runs perch where it must not start, and returns what it says.
func refused(t *testing.T, args ...string) string {
	t.Helper()
	out, err := command(t, args...).CombinedOutput()
	if err == nil {
		t.Fatalf("perch %q ended well: %s", args, out)
	}
	return string(out)
}

func TestSecondServerOnTheSameDataIsRefused(t *testing.T) {
	t.Parallel()
	p := launch(t, t.TempDir(), "serve")
	said := refused(t, "serve", "--data", p.dir, "--listen", "127.0.0.1:0")
	for _, want := range []string{p.dir, "in use by another perch", "--data"} {
		if !strings.Contains(said, want) {
			t.Errorf("perch says %q, which lacks %q", said, want)
		}
	}
	p.open(nil).say("the first one goes on")
}

func TestPublicAddressThatBrowsersCannotUseIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for address, want := range map[string]string{
		"http://example.com":         "https",
		"example.com":                "--public-url",
		"ftp://example.com":          "--public-url",
		"https://example.com/?a=b":   "no query",
		"http://[2001:db8::1]:8080/": "https",
	} {
		if said := refused(t, "serve", "--data", dir, "--listen", "127.0.0.1:0", "--public-url", address); !strings.Contains(said, want) {
			t.Errorf("to %s perch says %q, which lacks %q", address, said, want)
		}
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) > 0 {
		t.Errorf("data was made all the same: %v, %v", files, err)
	}
}

func TestTryListensOnThisMachineOnly(t *testing.T) {
	t.Parallel()
	if said := refused(t, "try", "--listen", "0.0.0.0:0"); !strings.Contains(said, "127.0.0.1") || !strings.Contains(said, "perch serve") {
		t.Errorf("perch says %q", said)
	}
}

func TestKeptTryStartsAgainWithTheSameSecrets(t *testing.T) {
	t.Parallel()
	p := launch(t, t.TempDir(), "try")
	before := p.started
	customer, a := p.open(nil), p.available(1)
	info, err := os.Stat(filepath.Join(p.dir, "secrets.json"))
	p.must(err)
	if mode := info.Mode().Perm(); mode != 0o600 {
		t.Errorf("the secrets have the mode %04o, want 0600", mode)
	}
	p.terminate()
	if code := p.ended(); code != 0 {
		t.Errorf("the exit code is %d: %s", code, &p.stderr)
	}
	p.run()
	if got, want := string(encode(t, p.started)), string(encode(t, before)); got != want {
		t.Errorf("the second start prints %s, the first one %s", got, want)
	}
	customer.say("with a token from before")
	p.until("the waiting chat is offered to the agent from before", func() bool { return a.state(customer.contact) == "INCOMING" })
}

// A try that is not kept leaves nothing behind.
func TestTryThrowsItsDataAway(t *testing.T) {
	t.Parallel()
	cmd := command(t, "try", "--json", "--listen", "127.0.0.1:0")
	cmd.Env = append(cmd.Env, "TMPDIR="+t.TempDir())
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var ready struct{ DataDir string }
	if err := json.NewDecoder(stdout).Decode(&ready); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(ready.DataDir); err != nil {
		t.Error(err)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(ready.DataDir); !os.IsNotExist(err) {
		t.Errorf("%s is still there: %v", ready.DataDir, err)
	}
}

// Whoever reads the log must learn neither what was said nor anything that lets
// them in.
func TestLogHoldsNoSecretsAndNoMessages(t *testing.T) {
	t.Parallel()
	p := launch(t, t.TempDir(), "serve", "--log-level", "debug")
	canary := func(what string) string { return "canary-" + what + "-" + strings.ToLower(t.Name()) }
	secrets := map[string]string{"the access key's secret": p.started.SecretAccessKey}
	for _, a := range p.started.Agents {
		secrets["the password of "+a.Username] = a.Password
	}
	a := p.available(1)
	secrets["a bearer"] = strings.TrimPrefix(a.bearer, "Bearer ")
	customer := p.open(object{"InitialMessage": object{"ContentType": "text/plain", "Content": canary("initial")},
		"Attributes": object{"sourceContactId": canary("attribute")}, "ClientToken": canary("client-token")})
	p.until("the chat is offered", func() bool { return a.state(customer.contact) == "INCOMING" })
	agent := a.accept(customer.contact)
	for who, at := range map[string]*person{"the customer": customer, "the agent": agent} {
		secrets["the participant token of "+who] = at.token
		secrets["the connection token of "+who] = at.credentials
		at.say(canary("message"))
	}
	var connection struct{ Websocket struct{ Url string } }
	p.borne("POST", "/participant/connection", "X-Amz-Bearer", customer.token, object{"Type": []string{"WEBSOCKET"}}).into(t, &connection)
	_, secrets["a socket's token"], _ = strings.Cut(connection.Websocket.Url, "token=")

	// All that can go wrong with something secret in it.
	p.borne("GET", strings.TrimPrefix(connection.Websocket.Url, "ws://"+p.listen), "X-Test", "", nil)
	p.borne("GET", "/participant/socket?token="+canary("query"), "X-Test", "", nil)
	p.borne("POST", "/participant/message", "X-Amz-Bearer", canary("bearer"), object{"ContentType": "text/plain", "Content": canary("refused")})
	customer.call("message", object{"ContentType": canary("type"), "Content": canary("invalid")})
	customer.call("message", object{"ContentType": "text/markdown", "Content": canary("undeclared")})
	customer.call("transcript", object{"NextToken": canary("next")})
	p.borne("POST", "/agent/login", "X-Test", "", object{"Username": p.started.Agents[1].Username, "Password": canary("password")})
	p.borne("GET", "/agent/me", "Authorization", "Bearer "+canary("agent"), nil)
	p.signed("PUT", "/contact/chat", object{"InstanceId": canary("instance"), "Attributes": object{"k": canary("start")}})
	p.borne("POST", "/Prod/", "X-Test", "", object{"InstanceId": p.started.InstanceID, "ContactFlowId": p.started.ContactFlowID,
		"ParticipantDetails": object{"DisplayName": canary("name")}, "CustomerId": canary("customer")})
	a.does("end", customer.contact)
	p.until("the survey is asked", func() bool { return count(customer.told(), survey) == 1 })
	customer.say(canary("answer"))
	p.until("the chat has ended", func() bool { return customer.call("transcript", object{}).status == 403 })
	p.terminate()
	p.ended()

	log := p.stderr.String()
	if !strings.Contains(log, "level=INFO") || !strings.Contains(log, "level=WARN") {
		t.Errorf("the log is not what it was looked through for: %s", log)
	}
	for what, text := range secrets {
		if text == "" {
			t.Errorf("%s is empty", what)
		} else if strings.Contains(log, text) {
			t.Errorf("the log holds %s", what)
		}
	}
	for _, line := range strings.Split(log, "\n") {
		if strings.Contains(line, "canary") {
			t.Errorf("the log has the line %s", line)
		}
	}
}
