package setup_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/routing"
	"github.com/perch-chat/perch/setup"
	"github.com/perch-chat/perch/staff"
	"github.com/perch-chat/perch/store"
	"github.com/perch-chat/perch/store/storetest"
	"github.com/perch-chat/perch/token"
)

// house is an instance as it is founded, on a database of its own.
type house struct {
	setup.Options
	t        *testing.T
	store    *store.Store
	instance perch.InstanceID
}

// disk has the directories of this binary's tests.
var disk storetest.Disk

func found(t *testing.T, faults ...store.Options) house {
	t.Helper()
	o := store.Options{}
	if len(faults) > 0 {
		o = faults[0]
	}
	o.Dir, o.Fleeting = disk.Dir(t), true
	st, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- st.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := errors.Join(<-done, st.Close()); err != nil {
			t.Error(err)
		}
	})
	seal, err := token.New(bytes.Repeat([]byte{1}, token.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC) }
	people, err := staff.New(staff.Options{Store: st, Sealer: seal, Now: now, Rand: rand.Reader, Cost: staff.Cost{Memory: 64, Passes: 1, Threads: 1}})
	if err != nil {
		t.Fatal(err)
	}
	h := house{t: t, store: st, Options: setup.Options{Settings: catalog.New(catalog.Options{Store: st, Sealer: seal, Rand: rand.Reader}),
		People: people, Retire: routing.Retire, Now: now}}
	f, err := h.Settings.Found(t.Context(), catalog.Founding{At: now(), Credential: people.Credential, Secrets: catalog.Secrets{
		AccessKeyID: "PERCHAAAAAAAAAAAAAAA", SecretAccessKey: "the secret",
		Agents: []catalog.Login{{Username: "agent1", Password: "password 1"}, {Username: "agent2", Password: "password 2"}}}})
	if err != nil {
		t.Fatal(err)
	}
	h.instance = f.InstanceID
	return h
}

// apply applies files, of which none may be wrong.
func (h house) apply(files setup.Files, more ...func(*setup.Request)) setup.Plan {
	h.t.Helper()
	p := h.try(files, more...)
	if len(p.Problems) > 0 || !p.Applied {
		h.t.Fatalf("not applied:\n%v", p.Problems)
	}
	return p
}

func (h house) try(files setup.Files, more ...func(*setup.Request)) setup.Plan {
	h.t.Helper()
	in := setup.Request{Files: files, Apply: true}
	for _, each := range more {
		each(&in)
	}
	p, err := setup.Apply(h.t.Context(), h.Options, h.instance, in)
	if err != nil {
		h.t.Fatal(err)
	}
	return p
}

func prune(in *setup.Request) { in.Prune = true }

func (h house) export() setup.Files {
	h.t.Helper()
	files, err := setup.Export(h.t.Context(), h.Options, h.instance)
	if err != nil {
		h.t.Fatal(err)
	}
	return files
}

// told are the changes of a plan in a line each.
func told(p setup.Plan) []string {
	var out []string
	for _, c := range p.Changes {
		line := c.Action + " " + c.Kind + " " + c.Name
		for _, f := range c.Fields {
			line += "; " + f.Field + ": " + f.From + " -> " + f.To
		}
		out = append(out, line)
	}
	return out
}

// sameFiles compares two exports.
func sameFiles(t *testing.T, got, want setup.Files) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if got[name] != want[name] {
			t.Errorf("%s is\n%s\nand was\n%s", name, got[name], want[name])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if _, ok := want[name]; !ok {
			t.Errorf("%s was not there:\n%s", name, got[name])
		}
	}
}

func must[V any](v V, err error) func(*testing.T) V {
	return func(t *testing.T) V {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func lines(text ...string) string { return strings.Join(text, "\n") + "\n" }
