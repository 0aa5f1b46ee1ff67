package serve_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/serve"
	"github.com/perch-chat/perch/wire"
)

func TestSettingsCannotBeChangedUnderARunningServer(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		nothing := func(context.Context, *serve.Desk) error { t.Error("it was let in"); return nil }
		if err := serve.Settle(t.Context(), w.options(), nothing); err == nil || !strings.Contains(err.Error(), "stop it") {
			t.Errorf("got %v", err)
		}
		empty := w.options()
		empty.Dir = t.TempDir()
		if err := serve.Settle(t.Context(), empty, nothing); err == nil || !strings.Contains(err.Error(), "--data") {
			t.Errorf("got %v", err)
		}
	})
}

// What is made while the server is down is there when it is up again, and a key
// that is taken away lets nobody in.
func TestKeysComeAndGo(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		describe := wire.Lookup(wire.Connect, "DescribeContact")
		a := w.here.valid(describe, w.here.chats[0], "", nil)
		a.by = w.here.keys[catalog.ReadScope]
		if got := w.send(a); got.status != http.StatusOK {
			t.Errorf("before: %d %s", got.status, got.body)
		}
		w.stop()
		w.must(serve.Settle(t.Context(), w.options(), func(ctx context.Context, d *serve.Desk) error {
			here, err := d.InstanceNamed(ctx, "perch")
			w.must(err)
			keys, err := d.Keys(ctx, here.ID)
			w.must(err)
			if len(keys) != 4 || slices.ContainsFunc(keys, func(k catalog.AccessKey) bool { return k.Secret != "" }) ||
				!slices.ContainsFunc(keys, func(k catalog.AccessKey) bool { return k.ID == a.by.AccessKeyID && k.Scope == catalog.ReadScope }) {
				t.Errorf("the keys are %+v", keys)
			}
			there, err := d.InstanceNamed(ctx, w.there.instance)
			w.must(err)
			if err := d.DeleteKey(ctx, there.ID, a.by.AccessKeyID); perch.KindOf(err) != perch.NotFound {
				t.Errorf("by another instance: %v", err)
			}
			if err := d.DeleteKey(ctx, here.ID, w.started.AccessKeyID); err == nil || !strings.Contains(err.Error(), "secrets.json") {
				t.Errorf("the server's own: %v", err)
			}
			if _, err := d.CreateInstance(ctx, "there"); perch.KindOf(err) != perch.Conflict {
				t.Errorf("an alias twice: %v", err)
			}
			return d.DeleteKey(ctx, here.ID, a.by.AccessKeyID)
		}))
		w.serveWith()
		wantRefusal(t, "afterwards", w.send(a), http.StatusForbidden, "UnrecognizedClientException")
		a.by = w.here.keys[catalog.AdminScope]
		if got := w.send(a); got.status != http.StatusOK {
			t.Errorf("another key: %d %s", got.status, got.body)
		}
	})
}

func TestSettleReportsWhatGoesWrong(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		w.stop()
		wrong := errors.New("wrong")
		if err := serve.Settle(t.Context(), w.options(), func(context.Context, *serve.Desk) error { return wrong }); !errors.Is(err, wrong) {
			t.Errorf("got %v", err)
		}
	})
}
