package serve_test

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
)

// firstVersion holds a store as the first version wrote it: one chat that has
// ended, and one that continues it and was open when that server stopped.
const firstVersion = "testdata/schema1"

func TestStoreOfTheFirstVersionGoesOnWhereItStood(t *testing.T) {
	t.Parallel()
	var kept struct {
		ParticipantToken string
		Items            []struct{ Type, ContentType, Content, RelatedContactId string }
	}
	data, err := os.ReadFile(filepath.Join(firstVersion, "expected.json"))
	if err == nil {
		err = json.Unmarshal(data, &kept)
	}
	if err != nil {
		t.Fatal(err)
	}
	// The bubble's clock stands before the chat's end, whenever the test is run.
	synctest.Test(t, func(t *testing.T) {
		h := &house{t: t, dir: t.TempDir(), bell: &bell{}}
		h.must(put(filepath.Join(firstVersion, "perch.db.gz"), filepath.Join(h.dir, "perch.db")))
		h.must(put(filepath.Join(firstVersion, "secrets.json"), filepath.Join(h.dir, "secrets.json")))
		h.start()
		t.Cleanup(func() { h.stop() })
		p := &person{h: h, token: kept.ParticipantToken}
		p.connect()
		got := p.transcript()
		if len(got) != len(kept.Items) {
			t.Fatalf("%d items are left of %d", len(got), len(kept.Items))
		}
		for i, was := range kept.Items {
			is := got[i]
			if is.Type != was.Type || is.ContentType != was.ContentType || is.Content != was.Content || is.RelatedContactId != was.RelatedContactId {
				t.Errorf("item %d is %+v, was %+v", i, is, was)
			}
		}
		p.say("I am still here.")
	})
}

func TestBackupUnderLoadRestoresToAnInstantOfTheStore(t *testing.T) {
	t.Parallel()
	p := launch(t, t.TempDir(), "serve")
	c := p.begin(nil)
	c.connect()
	var said []string
	say := func(text string) {
		c.say(text)
		said = append(said, text)
	}
	say("before the backup")
	copied, over := filepath.Join(t.TempDir(), "backup"), make(chan error, 1)
	go func() { over <- command(t, "backup", copied, "--data", p.dir).Run() }()
	for err := error(nil); ; {
		select {
		case err = <-over:
		default:
			say("while it runs, " + strings.Repeat("x", len(said)%50))
			continue
		}
		if err != nil {
			t.Fatal("the backup failed:", err)
		}
		break
	}
	during := len(said)
	say("after the backup")
	restored := t.TempDir()
	if out, err := command(t, "restore", copied, "--data", restored).CombinedOutput(); err != nil {
		t.Fatalf("restoring: %v: %s", err, out)
	}
	if out, err := command(t, "restore", copied, "--data", restored).CombinedOutput(); err == nil {
		t.Fatalf("a second restore has overwritten the first: %s", out)
	}
	// The same tokens open the same chat, with a beginning of what was said.
	again := launch(t, restored, "serve")
	d := &person{h: again.house, token: c.token}
	d.connect()
	var kept []string
	for _, i := range d.transcript() {
		if i.ParticipantRole == "CUSTOMER" && i.Type == "MESSAGE" {
			kept = append(kept, i.Content)
		}
	}
	if len(kept) < 1 || len(kept) > during {
		t.Fatalf("%d messages were restored of 1 to %d that may be", len(kept), during)
	}
	for i, text := range kept {
		if text != said[i] {
			t.Errorf("message %d is %q, was %q", i, text, said[i])
		}
	}
}

// put copies a file, unpacking it if need be.
func put(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	var plain io.Reader = in
	if strings.HasSuffix(from, ".gz") {
		if plain, err = gzip.NewReader(in); err != nil {
			return err
		}
	}
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, plain)
	return errors.Join(err, out.Close())
}
