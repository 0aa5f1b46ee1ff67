package setup_test

import (
	"testing"
)

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
