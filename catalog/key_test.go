package catalog_test

import (
	"strings"
	"testing"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/store"
	"github.com/perch-chat/perch/token"
)

func TestKeyIsMadeAndTakenAway(t *testing.T) {
	t.Parallel()
	h := found(t)
	for _, scope := range []catalog.Scope{catalog.StartScope, catalog.ReadScope, catalog.AdminScope} {
		k := must(h.CreateKey(t.Context(), h.instance, scope, founded))(t)
		if k.Secret == "" || k.Scope != scope || k.Instance != h.instance || !k.Created.Equal(founded) {
			t.Errorf("got %+v", k)
		}
		again, ok, err := open(t, h.store, key(1), key(2)).Key(t.Context(), k.ID)
		if err != nil || !ok || again.Secret != k.Secret || again.Scope != scope {
			t.Errorf("read %+v, %v, %v", again, ok, err)
		}
		listed := must(h.Keys(t.Context(), h.instance))(t)
		if len(listed) != 2 || listed[0].Secret+listed[1].Secret != "" {
			t.Errorf("listed %+v", listed)
		}
		if err := h.DeleteKey(t.Context(), "another", k.ID); perch.KindOf(err) != perch.NotFound {
			t.Errorf("another instance's: %v", err)
		}
		if err := h.DeleteKey(t.Context(), h.instance, k.ID); err != nil {
			t.Error(err)
		}
		if _, ok, err := h.Key(t.Context(), k.ID); ok || err != nil {
			t.Errorf("after its end: %v, %v", ok, err)
		}
		if err := h.DeleteKey(t.Context(), h.instance, k.ID); perch.KindOf(err) != perch.NotFound {
			t.Errorf("again: %v", err)
		}
	}
}

func TestKeyOfNoScopeOrInstanceIsNotMade(t *testing.T) {
	t.Parallel()
	h := found(t)
	if _, err := h.CreateKey(t.Context(), h.instance, "root", founded); perch.KindOf(err) != perch.Invalid || !strings.Contains(err.Error(), "start, read, admin") {
		t.Errorf("got %v", err)
	}
	if _, err := h.CreateKey(t.Context(), "none", catalog.ReadScope, founded); perch.KindOf(err) != perch.NotFound {
		t.Errorf("got %v", err)
	}
	if n := len(must(h.store.AccessKeys(t.Context()))(t)); n != 1 {
		t.Errorf("there are %d keys", n)
	}
}

// Whoever can write to the database cannot make more of a key than it is.
func TestScopeCannotBeRaisedInTheDatabase(t *testing.T) {
	t.Parallel()
	h := found(t)
	k := must(h.CreateKey(t.Context(), h.instance, catalog.ReadScope, founded))(t)
	raise := store.Write{SQL: `UPDATE access_key SET scope = 'admin' WHERE id = ?`, Args: []any{k.ID}, Rows: 1}
	if err := h.store.Commit(store.Turn{Writes: []store.Write{raise}}); err != nil {
		t.Fatal(err)
	}
	if err := h.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.Key(t.Context(), k.ID); err == nil || !strings.Contains(err.Error(), "restore a backup") {
		t.Errorf("got %v", err)
	}
}

// A key that was sealed before there were scopes may do all, and is sealed with
// its scope at the next start.
func TestKeyFromBeforeScopesMayDoAll(t *testing.T) {
	t.Parallel()
	h := found(t)
	old := struct {
		ID       string
		Instance perch.InstanceID
		Secret   string
	}{"PERCHOLD", h.instance, "old secret"}
	sealed, err := sealer(t, key(1), key(2)).Seal(token.KindAccessKey, old)
	if err != nil {
		t.Fatal(err)
	}
	insert := store.Write{SQL: `INSERT INTO access_key (id, instance, secret, created) VALUES (?, ?, ?, 0)`,
		Args: []any{old.ID, string(old.Instance), []byte(sealed)}, Rows: 1}
	if err := h.store.Commit(store.Turn{Writes: []store.Write{insert}}); err != nil {
		t.Fatal(err)
	}
	c := open(t, h.store, key(1), key(2))
	for range 2 {
		if k, ok, err := c.Key(t.Context(), old.ID); err != nil || !ok || k.Scope != catalog.AdminScope || k.Secret != "old secret" {
			t.Errorf("got %+v, %v, %v", k, ok, err)
		}
		if err := c.Reseal(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for _, row := range must(h.store.AccessKeys(t.Context()))(t) {
		if row.ID == old.ID && string(row.Secret) == sealed {
			t.Error("it was not sealed anew")
		}
	}
}
