package setup_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/perch-chat/perch/setup"
	"github.com/perch-chat/perch/staff"
	"github.com/perch-chat/perch/store"
	"github.com/perch-chat/perch/store/pgtest"
	"github.com/perch-chat/perch/store/storetest"
)

// postgres is the server of this binary's tests.
var postgres = pgtest.Server{Tables: storetest.Tables}

// What an instance is exported as makes another the same, ids and all.
func TestAFoundedInstanceGoesThroughFiles(t *testing.T) {
	t.Parallel()
	one, other := found(t), found(t)
	files := one.export()
	p := one.apply(files)
	if len(p.Changes) > 0 || p.Extra > 0 || p.Unchanged == 0 {
		t.Errorf("applying its own export changes %q; %d unchanged, %d extra", told(p), p.Unchanged, p.Extra)
	}
	other.apply(files)
	sameFiles(t, other.export(), files)
	if again := other.apply(files); len(again.Changes) > 0 {
		t.Errorf("a second time changes %q", told(again))
	}
}

// All that an edit writes is the same on the other engine: ids of files, passwords
// that move, names that are exchanged, and what goes.
func TestSettingsAreAppliedOnPostgreSQL(t *testing.T) {
	t.Parallel()
	one, other := found(t), found(t, store.Options{URL: postgres.Database(t)})
	one.apply(theExample(t), withCarla)
	files := one.export()
	other.apply(files)
	sameFiles(t, other.export(), files)
	ana := must(other.Settings.UserNamed(t.Context(), other.instance, "agent1"))(t)
	if !must(other.People.Has(t.Context(), other.instance, ana.ID, staff.Password{Plain: "password 1"}))(t) {
		t.Error("agent1 has lost the password")
	}
	orders, old := must(other.Settings.QueueNamed(t.Context(), other.instance, "Orders"))(t), must(other.Settings.QueueNamed(t.Context(), other.instance, "Old counter"))(t)
	p := other.apply(setup.Files{"a.yaml": "Kind: queue\nName: Old counter\nId: " + string(orders.ID) + "\n---\nKind: queue\nName: Orders\nId: " + string(old.ID) + "\n"})
	if len(p.Changes) != 2 {
		t.Errorf("got %q", told(p))
	}
	other.apply(theExample(t), withCarla)
	for _, name := range []string{"users/agent2.yaml", "quick-connects/ben.yaml"} {
		delete(files, name)
	}
	p = other.apply(files, prune, withCarla)
	if got := told(p); !slices.ContainsFunc(got, func(line string) bool { return strings.HasPrefix(line, "delete user agent2") }) {
		t.Errorf("got %q", got)
	}
	if again := other.apply(files, prune, withCarla); len(again.Changes) > 0 {
		t.Errorf("a second time changes %q", told(again))
	}
}
