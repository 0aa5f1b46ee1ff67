package catalog_test

import (
	"testing"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
)

// Another instance has all that the first has, of its own.
func TestCreateMakesWhatFoundingMakes(t *testing.T) {
	t.Parallel()
	h := found(t)
	before := h.store.Stats.Commits.Load()
	made := must(h.Create(t.Context(), catalog.Creation{Alias: "acme", At: founded, Credential: credential}))(t)
	if n := h.store.Stats.Commits.Load() - before; n != 1 {
		t.Errorf("it took %d commits", n)
	}
	i := must(h.InstanceNamed(t.Context(), "acme"))(t)
	if i != (catalog.Instance{ID: made.InstanceID, Alias: "acme", InboundFlow: made.ContactFlowID, Created: founded}) || i.ID == h.instance {
		t.Errorf("got %+v", i)
	}
	if byID := must(h.InstanceNamed(t.Context(), string(i.ID)))(t); byID != i {
		t.Errorf("got %+v", byID)
	}
	k, ok, err := h.Key(t.Context(), made.AccessKeyID)
	if err != nil || !ok || k.Secret != made.SecretAccessKey || k.Instance != i.ID || k.Scope != catalog.AdminScope {
		t.Errorf("got %+v, %v, %v", k, ok, err)
	}
	names := func(id perch.InstanceID) (out []string) {
		for _, f := range must(h.Flows(t.Context(), id))(t) {
			out = append(out, f.Name)
		}
		for _, q := range must(h.Queues(t.Context(), id))(t) {
			out = append(out, q.Name)
		}
		for _, p := range must(h.RoutingProfiles(t.Context(), id))(t) {
			out = append(out, p.Name)
		}
		for _, u := range must(h.Users(t.Context(), id))(t) {
			out = append(out, u.Username, u.DisplayName)
		}
		for _, q := range must(h.QuickConnects(t.Context(), id))(t) {
			out = append(out, q.Name)
		}
		return out
	}
	first, second := names(h.instance), names(i.ID)
	if len(first) < 10 || len(first) != len(second) {
		t.Fatalf("the first has %v, this one %v", first, second)
	}
	for n := range first {
		if first[n] != second[n] {
			t.Errorf("the first has %s, this one %s", first[n], second[n])
		}
	}
	for _, login := range made.Agents {
		if row, known, err := h.store.CredentialNamed(t.Context(), i.ID, login.Username); err != nil || !known || row.Hash != "hash of "+login.Password || len(login.Password) < 20 {
			t.Errorf("got %+v, %v, %v", row, known, err)
		}
	}
}

func TestAliases(t *testing.T) {
	t.Parallel()
	h := found(t)
	for alias, want := range map[string]perch.ErrorKind{
		"perch": perch.Conflict, "": perch.Invalid, "a b": perch.Invalid, "-a": perch.Invalid, "a-": perch.Invalid, "d-a": perch.Invalid, "ä": perch.Invalid,
		"a23456789012345678901234567890123456789012345x": perch.Invalid,
	} {
		if _, err := h.Create(t.Context(), catalog.Creation{Alias: alias, At: founded, Credential: credential}); perch.KindOf(err) != want || err == nil {
			t.Errorf("%q: %v", alias, err)
		}
	}
	for _, alias := range []string{"a", "a--b", "A1", "a2345678901234567890123456789012345678901234x"} {
		if _, err := h.Create(t.Context(), catalog.Creation{Alias: alias, At: founded, Credential: credential}); err != nil {
			t.Errorf("%q: %v", alias, err)
		}
	}
	if list := must(h.Instances(t.Context()))(t); len(list) != 5 {
		t.Errorf("there are %d instances", len(list))
	}
	if _, err := h.InstanceNamed(t.Context(), "none"); perch.KindOf(err) != perch.NotFound {
		t.Errorf("got %v", err)
	}
}
