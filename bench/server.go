package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// readyWithin is how long a perch may take to be ready.
const readyWithin = time.Minute

// ticksPerSecond is how /proc counts a process's time, on every Linux.
const ticksPerSecond = 100

// server is a perch as a child process.
type server struct {
	cmd     *exec.Cmd
	over    chan struct{}
	took    time.Duration
	errors  lockedBuffer
	started struct {
		Endpoint, InstanceId, ContactFlowId, StartEndpoint string
		Agents                                             []struct{ Username, Password string }
	}
}

// lockedBuffer is what the child writes while others may read.
type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (s *server) complaints() string {
	s.errors.mu.Lock()
	defer s.errors.mu.Unlock()
	return strings.TrimSpace(s.errors.text.String())
}

// launch starts a perch whose limits stand in nobody's way, and waits until it
// is ready.
func launch(ctx context.Context, o Options, dir string) (*server, error) {
	s := &server{over: make(chan struct{})}
	args := []string{"serve", "--json", "--demo", "--data", dir, "--listen", "127.0.0.1:0", "--starts-per-minute", "0", "--log-level", "error"}
	if o.Store != "" {
		args = append(args, "--store", o.Store)
	}
	s.cmd = exec.CommandContext(ctx, o.Program, args...)
	s.cmd.Stderr = &s.errors
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	if err := s.cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting %s: %w", o.Program, err)
	}
	line := make(chan []byte, 1)
	go func() {
		defer close(s.over)
		if text, err := bufio.NewReader(out).ReadBytes('\n'); err == nil {
			line <- text
		}
		s.cmd.Wait() //nolint:errcheck // it is killed in the end
	}()
	select {
	case text := <-line:
		s.took = time.Since(began)
		return s, json.Unmarshal(text, &s.started)
	case <-s.over:
		return nil, fmt.Errorf("the perch to be measured has ended: %s", s.complaints())
	case <-time.After(readyWithin):
		s.kill()
		return nil, errors.New("the perch to be measured was not ready in time")
	}
}

func (s *server) kill() {
	s.cmd.Process.Kill() //nolint:errcheck // it may be over
	<-s.over
}

// rss is the process's memory, in bytes.
func (s *server) rss() (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("reading the server's memory, which needs Linux: %w", err)
	}
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) == 3 && f[0] == "VmRSS:" {
			kb, err := strconv.ParseFloat(f[1], 64)
			return kb * 1024, err
		}
	}
	return 0, errors.New("the system does not tell the server's memory")
}

// cpu is the time that the process has computed.
func (s *server) cpu() (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("reading the server's time, which needs Linux: %w", err)
	}
	_, after, _ := strings.Cut(string(text), ") ")
	f := strings.Fields(after)
	if len(f) < 13 {
		return 0, errors.New("the system does not tell the server's time")
	}
	user, err := strconv.ParseInt(f[11], 10, 64)
	if err != nil {
		return 0, err
	}
	system, err := strconv.ParseInt(f[12], 10, 64)
	return time.Duration(user+system) * time.Second / ticksPerSecond, err
}

// manyFiles lets this process, and the child that it starts, open as many files
// as the system allows: a socket is one.
func manyFiles() error {
	var l syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &l); err != nil {
		return err
	}
	l.Cur = l.Max
	return syscall.Setrlimit(syscall.RLIMIT_NOFILE, &l)
}

// openFiles is how many files this process may open.
func openFiles() int {
	var l syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &l); err != nil {
		return 1024
	}
	return int(min(l.Cur, 1<<30)) //nolint:gosec // bounded
}
