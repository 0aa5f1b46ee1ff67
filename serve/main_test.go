package serve_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// binary builds perch once, unless PERCH_BIN names one that is built already.
var binary = sync.OnceValues(func() (string, error) {
	if named := os.Getenv("PERCH_BIN"); named != "" {
		return filepath.Abs(named)
	}
	dir, err := os.MkdirTemp("", "perch-built-")
	if err != nil {
		return "", err
	}
	builtIn = dir
	path := filepath.Join(dir, "perch")
	// As make builds it, so that what it is made of is compiled once.
	cmd := exec.Command("go", "build", "-trimpath", "-o", path, "../cmd/perch")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("building perch: %w: %s", err, out)
	}
	return path, nil
})

// builtIn is removed at the end.
var builtIn string

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		if builtIn != "" {
			if err := os.RemoveAll(builtIn); err != nil {
				fmt.Fprintln(os.Stderr, err)
			}
		}
		os.Exit(code)
	}))
}

// patience is how long a process may take for what it does by itself. Some of that
// takes a dozen seconds by any clock: leases that run out, a connection that is given up.
const patience = time.Minute

// process is perch as somebody else starts it.
type process struct {
	*house
	cmd    *exec.Cmd
	listen string
	args   []string
	over   chan struct{} // closed when it has ended
	stderr locked
}

// locked is a buffer that may be read while it is being written.
type locked struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *locked) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// command is perch with arguments, and nothing of the caller's settings.
func command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, args...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}
	return cmd
}

// launch starts perch on a data directory, and waits until it answers.
func launch(t *testing.T, dir string, args ...string) *process {
	t.Helper()
	transport := &http.Transport{MaxIdleConnsPerHost: 100}
	client := &http.Client{Transport: transport, Timeout: patience}
	p := &process{house: &house{t: t, dir: dir, client: client}, listen: "127.0.0.1:0", args: args}
	p.run()
	t.Cleanup(func() {
		p.kill()
		transport.CloseIdleConnections()
	})
	return p
}

func (p *process) run() {
	p.t.Helper()
	p.cmd = command(p.t, append([]string{p.args[0], "--json", "--data", p.dir, "--listen", p.listen}, p.args[1:]...)...)
	p.cmd.Stderr = &p.stderr
	stdout, err := p.cmd.StdoutPipe()
	p.must(err)
	p.must(p.cmd.Start())
	p.over = make(chan struct{})
	ready := make(chan []byte, 1)
	go func() {
		defer close(p.over)
		lines := bufio.NewReader(stdout)
		if line, err := lines.ReadBytes('\n'); err == nil {
			ready <- line
		}
		p.cmd.Wait() //nolint:errcheck // ProcessState tells
	}()
	select {
	case line := <-ready:
		p.must(json.Unmarshal(line, &p.started))
		p.listen = p.started.Endpoint[len("http://"):]
	case <-p.over:
		p.t.Fatalf("perch ended before it was ready: %s", &p.stderr)
	case <-time.After(patience):
		p.t.Fatalf("perch is not ready after %v: %s", patience, &p.stderr)
	}
}

// kill ends the process in the midst of whatever it does.
func (p *process) kill() {
	p.t.Helper()
	if err := p.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		p.t.Error(err)
	}
	<-p.over
}

// terminate asks the process to end.
func (p *process) terminate() {
	p.t.Helper()
	p.must(p.cmd.Process.Signal(syscall.SIGTERM))
}

// ended waits for the process to end and gives its exit code.
func (p *process) ended() int {
	p.t.Helper()
	select {
	case <-p.over:
		return p.cmd.ProcessState.ExitCode()
	case <-time.After(patience):
		p.t.Fatalf("perch has not ended after %v: %s", patience, &p.stderr)
		return -1
	}
}

// until asks again and again, since a process is on a clock of its own.
func (p *process) until(what string, so func() bool) {
	p.t.Helper()
	deadline := time.After(patience)
	for !so() {
		select {
		case <-deadline:
			p.t.Fatalf("after %v still not: %s", patience, what)
		case <-time.After(5 * time.Millisecond):
		}
	}
}
