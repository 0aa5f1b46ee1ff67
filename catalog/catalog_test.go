package catalog_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/store"
	"github.com/perch-chat/perch/store/storetest"
	"github.com/perch-chat/perch/token"
)

var founded = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// disk has the directories of this binary's tests.
var disk storetest.Disk

func openStore(t *testing.T, opts store.Options) *store.Store {
	t.Helper()
	st, err := store.Open(t.Context(), opts)
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
	return st
}

func sealer(t *testing.T, keys ...[]byte) *token.Sealer {
	t.Helper()
	s, err := token.New(keys...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func key(b byte) []byte { return bytes.Repeat([]byte{b}, token.KeySize) }

func open(t *testing.T, st *store.Store, keys ...[]byte) *catalog.Catalog {
	t.Helper()
	return catalog.New(catalog.Options{Store: st, Sealer: sealer(t, keys...), Rand: rand.Reader})
}

// credential stands for staff's.
func credential(instance perch.InstanceID, user perch.UserID, username, password string) (store.Write, error) {
	return store.InsertCredential(store.Credential{User: user, Instance: instance, Username: username, Hash: "hash of " + password}, nil), nil
}

func founding() catalog.Founding {
	return catalog.Founding{At: founded, Credential: credential, Secrets: catalog.Secrets{
		TokenKeys: [][]byte{key(1), key(2)}, AccessKeyID: "PERCHAAAAAAAAAAAAAAA", SecretAccessKey: "the secret",
		Agents: []catalog.Login{{Username: "agent1", Password: "password 1"}, {Username: "agent2", Password: "password 2"}}}}
}

// house is a catalog with a founded instance, and what is in it.
type house struct {
	*catalog.Catalog
	store    *store.Store
	instance perch.InstanceID
	queue    catalog.Queue
	profile  catalog.RoutingProfile
	ana      catalog.User
	flows    map[catalog.FlowType]catalog.Flow
}

func found(t *testing.T) house {
	t.Helper()
	st := openStore(t, store.Options{Dir: disk.Dir(t)})
	h := house{Catalog: open(t, st, key(1), key(2)), store: st, flows: map[catalog.FlowType]catalog.Flow{}}
	f, err := h.Found(t.Context(), founding())
	if err != nil {
		t.Fatal(err)
	}
	h.instance = f.InstanceID
	h.queue = must(h.QueueNamed(t.Context(), h.instance, "Basic queue"))(t)
	h.profile = must(h.RoutingProfileNamed(t.Context(), h.instance, "Basic routing profile"))(t)
	h.ana = must(h.UserNamed(t.Context(), h.instance, "agent1"))(t)
	for _, f := range must(h.Flows(t.Context(), h.instance))(t) {
		h.flows[f.Type] = f
	}
	return h
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

// refused checks an error's kind, its field, and that its message names what.
func refused(t *testing.T, name string, err error, kind perch.ErrorKind, field, what string) {
	t.Helper()
	e, ok := errors.AsType[*perch.Error](err)
	if !ok || e.Kind != kind || e.Field != field || !strings.Contains(e.Message, what) {
		t.Errorf("%s: got %v, want kind %d, field %q, naming %q", name, err, kind, field, what)
	}
}
