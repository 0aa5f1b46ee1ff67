package serve_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/perch-chat/perch/serve"
)

// movedChats are the files of chats that have moved out of the database.
func (h *house) movedChats() (found []string) {
	h.t.Helper()
	err := fs.WalkDir(os.DirFS(filepath.Join(h.dir, "files")), ".", func(name string, e fs.DirEntry, err error) error {
		if err == nil && strings.HasPrefix(name, "sessions/") && !e.IsDir() {
			found = append(found, name)
		}
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return found
}

func moveAfter(d time.Duration) func(*serve.Options) {
	return func(o *serve.Options) { o.ColdAfter = d }
}

// A place for files that cannot be written to costs nothing but room; what is read
// of moved chats is what was read before, also by commands beside the server.
func TestPastChatsMoveWhenTheyCanAndReadTheSame(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		_, second := pastAndPresent(t, h)
		want := h.document(second.contact, "format=json").body
		blocked := filepath.Join(h.dir, "files", "sessions")
		h.must(os.WriteFile(blocked, nil, 0o600))
		h.stop()
		h.change = append(h.change, moveAfter(time.Hour))
		h.start()
		elapse(2 * time.Hour)
		if got := h.metric("perch_cold_failures_total"); got == "0" {
			t.Error("no failure is counted")
		}
		if got := h.document(second.contact, "format=json").body; got != want {
			t.Errorf("before the move it reads otherwise:\n%s\n%s", want, got)
		}
		h.must(os.Remove(blocked))
		elapse(2 * time.Minute)
		if len(h.movedChats()) == 0 || h.metric("perch_cold_sessions") == "0" || h.metric("perch_cold_bytes") == "0" || h.metric("perch_cold_moved_total") == "0" {
			t.Errorf("moved have %v", h.movedChats())
		}
		if got := h.document(second.contact, "format=json").body; got != want {
			t.Errorf("after the move it reads otherwise:\n%s\n%s", want, got)
		}
		h.stop()
		h.change = nil // nothing is moved any more, and what was moved stays readable
		h.start()
		if got := h.document(second.contact, "format=json").body; got != want {
			t.Errorf("after a start it reads otherwise:\n%s\n%s", want, got)
		}
	})
}

// metric is what /metrics says of a name.
func (h *house) metric(name string) (value string) {
	h.t.Helper()
	for line := range strings.Lines(h.borne("GET", "/metrics", "X-Test", "", nil).body) {
		if v, ok := strings.CutPrefix(line, name+" "); ok {
			return strings.TrimSpace(v)
		}
	}
	h.t.Errorf("there is no metric %s", name)
	return ""
}
