package archive_test

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/archive"
	"github.com/perch-chat/perch/blob"
	"github.com/perch-chat/perch/blob/s3test"
	"github.com/perch-chat/perch/bus"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/outside"
	"github.com/perch-chat/perch/store"
	"github.com/perch-chat/perch/store/storetest"
	"github.com/perch-chat/perch/token"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var s3 s3test.Server

// disk has the directories of this binary's tests.
var disk storetest.Disk

var errDead = errors.New("the process is dead")

// house is a process that dies at a step: a commit, or something done to files.
type house struct {
	*testing.T
	store    *store.Store
	settings *catalog.Catalog
	chats    *chat.Chats
	files    *archive.Archive
	place    blob.Store
	instance perch.InstanceID
	dir      string
	at       time.Time
	scan     func() (good bool, err error) // what a scanner says; nil for none

	mu     sync.Mutex
	steps  int
	breaks int  // number of the step that it dies at; 0 for none
	done   bool // the step is done, and only not told
}

func (h *house) step(do func() error) error {
	h.mu.Lock()
	h.steps++
	dead, now := h.breaks != 0 && h.steps >= h.breaks, h.steps == h.breaks
	h.mu.Unlock()
	if dead && !(now && h.done) {
		return errDead
	}
	if err := do(); err != nil || !dead {
		return err
	}
	return errDead
}

// mortal is a store of files that goes with the process.
type mortal struct {
	blob.Store
	h *house
}

func (m mortal) Put(ctx context.Context, key string, body io.ReadSeeker, o blob.Put) error {
	return m.h.step(func() error { return m.Store.Put(ctx, key, body, o) })
}

func (m mortal) Delete(ctx context.Context, key string) error {
	return m.h.step(func() error { return m.Store.Delete(ctx, key) })
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func newHouse(t *testing.T, bucket bool) *house {
	t.Helper()
	h := &house{T: t, dir: disk.Dir(t), at: time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)}
	var err error
	h.store, err = store.Open(t.Context(), store.Options{Dir: h.dir, Fleeting: true, AroundCommit: h.step})
	h.must(err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- h.store.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		h.must(errors.Join(<-done, h.store.Close()))
	})
	secrets, err := catalog.OpenSecrets(t.Context(), h.store, h.dir, rand.Reader)
	h.must(err)
	sealer, err := token.New(secrets.TokenKeys...)
	h.must(err)
	h.settings = catalog.New(catalog.Options{Store: h.store, Sealer: sealer, Rand: rand.Reader})
	founded, err := h.settings.Found(t.Context(), catalog.Founding{At: h.at, Secrets: secrets,
		Credential: func(instance perch.InstanceID, user perch.UserID, name, _ string) (store.Write, error) {
			return store.InsertCredential(store.Credential{User: user, Instance: instance, Username: name, Hash: "none"}, nil), nil
		}})
	h.must(err)
	h.instance = founded.InstanceID
	place := filepath.Join(h.dir, "files")
	if bucket {
		place = s3.Bucket(t)
	}
	h.place, err = blob.Open(t.Context(), place)
	h.must(err)
	h.begin()
	return h
}

// begin is the process, started anew on what there is.
func (h *house) begin() {
	h.mu.Lock()
	h.breaks = 0
	h.mu.Unlock()
	h.chats = chat.New(chat.Options{Store: h.store, Bus: &bus.Memory{}, Now: func() time.Time { return h.at }, Rand: rand.Reader, Log: slog.New(slog.DiscardHandler)})
	h.files = archive.New(archive.Options{Chats: h.chats, Settings: h.settings, Dir: h.dir, Log: slog.New(slog.DiscardHandler),
		Bucket: func(name string) (blob.Store, bool) { return mortal{h.place, h}, name == catalog.OwnBucket },
		Scans:  func(string, string) bool { return h.scan != nil }, ScanURL: func(string, perch.FileID) (string, error) { return "", nil },
		Scan: func(context.Context, outside.Call) (bool, error) { return h.scan() }})
}

// chat is one with its customer.
func (h *house) chat() (perch.SessionID, perch.ParticipantID) {
	h.Helper()
	b, err := h.chats.Start(h.Context(), chat.Start{Instance: h.instance, Flow: "f", DisplayName: "Ada"})
	h.must(err)
	return b.Session, b.Participant
}

// attach does all that a client does to attach a file, as one does who does not know
// how far it has come: with one ClientToken.
func (h *house) attach(id perch.SessionID, by perch.ParticipantID) (perch.File, error) {
	s, err := h.chats.Session(h.Context(), id)
	if err != nil {
		return perch.File{}, err
	}
	f, err := h.files.Start(h.Context(), s, perch.File{Name: "a.txt", ContentType: "text/plain", Size: 5, Participant: by}, "token")
	if err != nil {
		return f, err
	}
	if err := h.files.Receive(h.Context(), f.ID, "text/plain", 5, strings.NewReader("hello")); err != nil && perch.KindOf(err) != perch.Conflict {
		return f, err
	}
	if f, err = h.chats.File(h.Context(), f.ID); err != nil {
		return f, err
	}
	return f, h.files.Complete(h.Context(), f)
}

func (h *house) kept() int {
	h.Helper()
	all, err := h.place.List(h.Context(), "", "", 100)
	h.must(err)
	return len(all)
}

// The process dies before or after any step of attaching a file. The client tries
// again, and there is one file, shown once and whole.
func TestAFileIsAttachedOnceWhereverItBreaksOff(t *testing.T) {
	t.Parallel()
	for name, bucket := range map[string]bool{"directory": false, "bucket": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, done := range []bool{false, true} {
				broken := 0
				for breaks := 1; ; breaks++ {
					h := newHouse(t, bucket)
					id, by := h.chat()
					h.mu.Lock()
					h.steps, h.breaks, h.done = 0, breaks, done
					h.mu.Unlock()
					_, broke := h.attach(id, by)
					h.begin()
					f, err := h.attach(id, by)
					h.must(err)
					shown := 0
					h.must(h.chats.Entries(t.Context(), id, 1, 1<<40, func(e perch.Entry) error {
						if e.Kind == perch.KindAttached {
							shown++
						}
						return nil
					}))
					all, err := h.chats.Files(t.Context(), id)
					h.must(err)
					_, body, err := h.files.Open(t.Context(), f.ID, false)
					h.must(err)
					data, err := io.ReadAll(body)
					h.must(errors.Join(err, body.Close()))
					if string(data) != "hello" || shown != 1 || len(all) != 1 || h.kept() != 1 {
						t.Errorf("after step %d it is %q, shown %d times, of %d, with %d in the place", breaks, data, shown, len(all), h.kept())
					}
					if broke == nil {
						break
					}
					broken++
				}
				if broken < 1 || !done && broken < 3 {
					t.Errorf("only %d steps were broken", broken)
				}
			}
		})
	}
}

// An upload that nobody completes goes with its bytes, wherever the deleting breaks off.
func TestAnUploadThatIsGivenUpLeavesNothing(t *testing.T) {
	t.Parallel()
	for _, done := range []bool{false, true} {
		for breaks := 1; ; breaks++ {
			h := newHouse(t, false)
			id, by := h.chat()
			s, err := h.chats.Session(t.Context(), id)
			h.must(err)
			f, err := h.files.Start(t.Context(), s, perch.File{Name: "a.txt", ContentType: "text/plain", Size: 5, Participant: by}, "")
			h.must(err)
			h.must(h.files.Receive(t.Context(), f.ID, "text/plain", 5, strings.NewReader("hello")))
			due := perch.Due{Session: id, Kind: archive.DueSweep, Key: string(f.ID), Contact: f.Contact, At: h.at.Add(time.Hour)}
			h.mu.Lock()
			h.steps, h.breaks, h.done = 0, breaks, done
			h.mu.Unlock()
			broke := h.files.Handlers()[archive.DueSweep](t.Context(), due)
			h.begin()
			if err := h.files.Handlers()[archive.DueSweep](t.Context(), due); err != nil && !errors.Is(err, chat.ErrTaken) {
				t.Errorf("after step %d: %v", breaks, err)
			}
			if now, err := h.chats.File(t.Context(), f.ID); err != nil || now.State != perch.FileFailed || h.kept() != 0 {
				t.Errorf("after step %d it is %+v (%v), with %d in the place", breaks, now, err, h.kept())
			}
			if broke == nil {
				break
			}
		}
	}
}
