package schedule_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/bus"
	"github.com/perch-chat/perch/clock"
	"github.com/perch-chat/perch/schedule"
	"github.com/perch-chat/perch/store"
	"github.com/perch-chat/perch/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// elapse moves the bubble's clock on, and waits until everybody has done what
// there is to do by then.
func elapse(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// takes is work that takes its time.
func takes(d time.Duration) { <-time.After(d) }

// house is a store, a bell and whatever is scheduled on them, inside a bubble.
type house struct {
	t     *testing.T
	store *store.Store
	bus   bus.Memory
	stop  func() // stops the schedule and waits for it

	mu   sync.Mutex
	log  bytes.Buffer
	fail error // what commits fail with
}

var errTaken = perch.Errorf(perch.Conflict, "taken")

// disk has the directories of this binary's tests.
var disk storetest.Disk

func newHouse(t *testing.T) *house {
	h := &house{t: t}
	var err error
	h.store, err = store.Open(t.Context(), store.Options{Dir: disk.Dir(t), Fleeting: true, AroundCommit: func(commit func() error) error {
		h.mu.Lock()
		defer h.mu.Unlock()
		if h.fail != nil {
			return h.fail
		}
		return commit()
	}})
	if err != nil {
		t.Fatal(err)
	}
	background(t, h.store.Run, func() {
		if err := h.store.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

// background runs something until stop is called, or the test ends.
func background(t *testing.T, run func(context.Context) error, after func()) (stop func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	over := make(chan error, 1)
	go func() { over <- run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-over; err != nil {
			t.Error(err)
		}
		after()
	})
	t.Cleanup(stop)
	return stop
}

func (h *house) run(handlers map[string]schedule.Handler, change ...func(*schedule.Options)) {
	o := schedule.Options{Store: h.store, Bus: &h.bus, Clock: clock.New(), Log: h.logger(), Handlers: handlers}
	for _, f := range change {
		f(&o)
	}
	h.stop = background(h.t, schedule.New(o).Run, func() {})
}

func (h *house) logger() *slog.Logger { return slog.New(slog.NewTextHandler(h, nil)) }

// Write takes the log.
func (h *house) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.log.Write(p)
}

func (h *house) logged() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.log.String()
}

func (h *house) failWith(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.fail = err
}

func (h *house) write(w ...store.Write) {
	h.t.Helper()
	if err := h.store.Commit(store.Turn{Writes: w}); err != nil {
		h.t.Fatal(err)
	}
}

// set writes a row without ringing.
func (h *house) set(session, kind, key string, in time.Duration) perch.Due {
	h.t.Helper()
	d := perch.Due{Session: perch.SessionID(session), Kind: kind, Key: key, Contact: perch.ContactID(session),
		At: time.Now().Add(in).UTC(), Body: []byte("{}")}
	h.write(store.SetDue(d))
	return d
}

func (h *house) ring(d perch.Due) { h.bus.Ring(perch.TopicDue, d.At.UnixMilli(), nil) }

// take is the commit of a handler's effect.
func (h *house) take(d perch.Due) error {
	return h.store.Commit(store.Turn{Session: d.Session, Writes: []store.Write{store.TakeDue(d, errTaken)}})
}

// left are the rows that would be tried again, however late.
func (h *house) left() []perch.Due {
	h.t.Helper()
	found, err := h.store.DueBy(h.t.Context(), store.AllBuckets(), time.Now().Add(1000*time.Hour), 10_000)
	if err != nil {
		h.t.Fatal(err)
	}
	return found
}

// journal is what handlers have been called with, and when.
type journal struct {
	mu    sync.Mutex
	lines []line
}

type line struct {
	name string
	at   time.Time
}

func (j *journal) add(d perch.Due) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, line{fmt.Sprintf("%s/%s", d.Session, d.Key), time.Now()})
}

func (j *journal) all() []line {
	j.mu.Lock()
	defer j.mu.Unlock()
	return append([]line(nil), j.lines...)
}

var errNotYet = errors.New("not yet")
