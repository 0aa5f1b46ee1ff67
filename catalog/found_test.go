package catalog_test

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/store"
)

func TestFound(t *testing.T) {
	t.Parallel()
	st := openStore(t, store.Options{Dir: disk.Dir(t)})
	c := open(t, st, key(1), key(2))
	f := founding()
	got := must(c.Found(t.Context(), f))(t)
	if !got.New || got.AccessKeyID != f.Secrets.AccessKeyID || got.SecretAccessKey != f.Secrets.SecretAccessKey || !reflect.DeepEqual(got.Agents, f.Secrets.Agents) {
		t.Errorf("got %+v", got)
	}
	if n := st.Stats.Commits.Load(); n != 1 {
		t.Errorf("founding took %d commits", n)
	}
	id := got.InstanceID
	if i := must(c.Instance(t.Context(), id))(t); i != (catalog.Instance{ID: id, Alias: "perch", InboundFlow: got.ContactFlowID, Created: founded}) {
		t.Errorf("got %+v", i)
	}
	if list := must(c.Instances(t.Context()))(t); len(list) != 1 || list[0].ID != id {
		t.Errorf("got %+v", list)
	}
	inbound := must(c.Flow(t.Context(), id, got.ContactFlowID))(t)
	if inbound.Type != catalog.FlowInbound || strings.Contains(inbound.Content, "${") {
		t.Errorf("got %+v", inbound)
	}
	for _, each := range must(c.Flows(t.Context(), id))(t) {
		must(c.Program(t.Context(), id, each.ID))(t)
	}
	profile := must(c.RoutingProfileNamed(t.Context(), id, "Basic routing profile"))(t)
	queue := must(c.QueueNamed(t.Context(), id, "Basic queue"))(t)
	if profile.ChatConcurrency != 5 || !reflect.DeepEqual(profile.Queues, []catalog.ProfileQueue{{Queue: queue.ID, Priority: 1}}) {
		t.Errorf("got %+v", profile)
	}
	for i, name := range []string{"Ana", "Ben"} {
		login := f.Secrets.Agents[i]
		u := must(c.UserNamed(t.Context(), id, login.Username))(t)
		if u.DisplayName != name || u.RoutingProfile != profile.ID || u.SecurityProfile != catalog.Agent {
			t.Errorf("got %+v", u)
		}
		if q := must(c.QuickConnectNamed(t.Context(), id, name))(t); q.Type != catalog.QuickConnectUser || q.User != u.ID {
			t.Errorf("got %+v", q)
		}
		if row, known, err := st.CredentialNamed(t.Context(), id, login.Username); err != nil || !known || row.User != u.ID || row.Hash != "hash of "+login.Password {
			t.Errorf("got %+v, %v, %v", row, known, err)
		}
	}
	if q := must(c.QuickConnectNamed(t.Context(), id, "Basic queue"))(t); q.Type != catalog.QuickConnectQueue || q.Queue != queue.ID {
		t.Errorf("got %+v", q)
	}
}

func TestFoundAgain(t *testing.T) {
	t.Parallel()
	h := found(t)
	for _, c := range []*catalog.Catalog{h.Catalog, open(t, h.store, key(1), key(2))} {
		f := founding()
		f.At = founded.AddDate(1, 0, 0)
		again := must(c.Found(t.Context(), f))(t)
		if again.New || again.InstanceID != h.instance || again.ContactFlowID == "" || len(again.Agents) != 2 {
			t.Errorf("got %+v", again)
		}
		if q := must(c.Queues(t.Context(), h.instance))(t); len(q) != 1 {
			t.Errorf("got %+v", q)
		}
	}
}

// Two that start at once on an empty database found one instance.
func TestFoundAtOnce(t *testing.T) {
	t.Parallel()
	st := openStore(t, store.Options{Dir: disk.Dir(t)})
	type result struct {
		catalog.Founded
		err error
	}
	results := make(chan result)
	for range 3 {
		c := open(t, st, key(1), key(2))
		go func() {
			f, err := c.Found(t.Context(), founding())
			results <- result{f, err}
		}()
	}
	made, ids := 0, map[perch.InstanceID]bool{}
	for range 3 {
		r := <-results
		if r.err != nil {
			t.Error(r.err)
		}
		if r.New {
			made++
		}
		ids[r.InstanceID] = true
	}
	if made != 1 || len(ids) != 1 {
		t.Errorf("%d were made, seen %v", made, ids)
	}
}

// The founding's commit is made to fail in both ways; the next start uses what
// the file of secrets says.
func TestFoundAfterCrash(t *testing.T) {
	t.Parallel()
	for name, done := range map[string]bool{"not done": false, "done, but reported failed": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var crash atomic.Bool
			dir := disk.Dir(t)
			st := openStore(t, store.Options{Dir: dir, AroundCommit: func(commit func() error) error {
				if !crash.Load() {
					return commit()
				}
				if done {
					return errors.Join(commit(), errors.New("connection lost"))
				}
				return errors.New("connection lost")
			}})
			start := func() (catalog.Founded, error) {
				s := must(catalog.OpenSecrets(t.Context(), st, dir, rand.Reader))(t)
				return open(t, st, s.TokenKeys...).Found(t.Context(), catalog.Founding{At: founded, Secrets: s, Credential: credential})
			}
			crash.Store(true)
			if _, err := start(); err == nil {
				t.Fatal("the crash went unnoticed")
			}
			crash.Store(false)
			got := must(start())(t)
			if got.New == done {
				t.Errorf("got %+v", got)
			}
			again := must(start())(t)
			got.New = false
			if !reflect.DeepEqual(again, got) {
				t.Errorf("got %+v, then %+v", got, again)
			}
		})
	}
}

func TestFoundFromOtherSecrets(t *testing.T) {
	t.Parallel()
	h := found(t)
	for name, change := range map[string]func(*catalog.Founding) *catalog.Catalog{
		"key":    func(f *catalog.Founding) *catalog.Catalog { f.Secrets.AccessKeyID = "PERCHB"; return h.Catalog },
		"secret": func(f *catalog.Founding) *catalog.Catalog { f.Secrets.SecretAccessKey = "x"; return h.Catalog },
		"tokens": func(*catalog.Founding) *catalog.Catalog { return open(t, h.store, key(9)) },
	} {
		f := founding()
		if _, err := change(&f).Found(t.Context(), f); err == nil || !strings.Contains(err.Error(), "put back") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestFoundedAsJSON(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(catalog.Founded{New: true, InstanceID: "i", AccessKeyID: "k", SecretAccessKey: "s", ContactFlowID: "f",
		Agents: []catalog.Login{{Username: "u", Password: "p"}}})
	want := `{"InstanceId":"i","AccessKeyId":"k","SecretAccessKey":"s","ContactFlowId":"f","Agents":[{"Username":"u","Password":"p"}]}`
	if err != nil || string(text) != want {
		t.Errorf("got %s, %v", text, err)
	}
}

func TestSecret(t *testing.T) {
	t.Parallel()
	h := found(t)
	id := founding().Secrets.AccessKeyID
	if in, secret, ok, err := h.Secret(t.Context(), id); in != h.instance || secret != "the secret" || !ok || err != nil {
		t.Errorf("got %s, %s, %v, %v", in, secret, ok, err)
	}
	if _, _, ok, err := h.Secret(t.Context(), "PERCHX"); ok || err != nil {
		t.Errorf("got %v, %v", ok, err)
	}
	rows := must(h.store.AccessKeys(t.Context()))(t)
	if len(rows) != 1 || strings.Contains(string(rows[0].Secret), "the secret") {
		t.Errorf("got %+v", rows)
	}
	// The secret of one key does not pass for another's.
	stolen := rows[0]
	stolen.ID = "PERCHSTOLEN"
	if err := h.store.Commit(store.Turn{Writes: []store.Write{store.InsertAccessKey(stolen)}}); err != nil {
		t.Fatal(err)
	}
	if err := h.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := h.Secret(t.Context(), stolen.ID); err == nil {
		t.Error("a copied secret opened")
	}
}

func TestTokenKeysRotate(t *testing.T) {
	t.Parallel()
	h := found(t) // sealed with key 1
	id := founding().Secrets.AccessKeyID
	during := open(t, h.store, key(3), key(1))
	for range 2 {
		if err := during.Reseal(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []*catalog.Catalog{during, open(t, h.store, key(3))} {
		if _, secret, ok, err := c.Secret(t.Context(), id); secret != "the secret" || !ok || err != nil {
			t.Errorf("got %s, %v, %v", secret, ok, err)
		}
	}
	old := open(t, h.store, key(1))
	if _, _, _, err := old.Secret(t.Context(), id); err == nil || !strings.Contains(err.Error(), "secrets.json") {
		t.Errorf("the old key still opens it: %v", err)
	}
	if err := old.Reseal(t.Context()); err == nil {
		t.Error("resealed what does not open")
	}
}
