package serve_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/perch-chat/perch/serve"
)

var transcriptSchema = sync.OnceValues(func() (*jsonschema.Schema, error) {
	return jsonschema.NewCompiler().Compile("../archive/testdata/transcript.schema.json")
})

var transcriptName = regexp.MustCompile(`^connect/[a-z0-9-]+/ChatTranscripts/(\d{4})/(\d\d)/(\d\d)/([0-9a-f-]{36})_(\d{8})T\d\d:\d\d_UTC\.json$`)

// transcriptFile is one as it lies on the disk.
type transcriptFile struct {
	InitialContactId, ContactId string
	Participants                []struct{ ParticipantId string }
	Transcript                  []struct{ Type, Content, ContentType, ParticipantRole, Id string }
}

// files are all transcript files below a directory, by contact. Each must have the
// name and the form that Amazon gives them, and be the only one of its contact.
func files(t *testing.T, dir string) map[string]transcriptFile {
	t.Helper()
	schema, err := transcriptSchema()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]transcriptFile{}
	root := filepath.Join(dir, "files")
	err = filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || e.IsDir() {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		if strings.HasPrefix(name, ".partial") {
			t.Errorf("%s was left", name)
			return nil
		}
		if strings.HasPrefix(filepath.ToSlash(name), "sessions/") { // a chat that was moved
			return nil
		}
		if strings.Contains(filepath.ToSlash(name), "/Attachments/") {
			return nil
		}
		at := transcriptName.FindStringSubmatch(filepath.ToSlash(name))
		if at == nil || at[1]+at[2]+at[3] != at[5] {
			t.Errorf("a file is called %s", name)
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(string(data)))
		if err == nil {
			err = schema.Validate(v)
		}
		if err != nil {
			t.Errorf("%s: %v in %s", name, err, data)
		}
		var f transcriptFile
		if err := json.Unmarshal(data, &f); err != nil {
			return err
		}
		if _, twice := out[f.ContactId]; twice || f.ContactId != at[4] {
			t.Errorf("%s is of contact %s, of which there is another file: %t", name, f.ContactId, twice)
		}
		out[f.ContactId] = f
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	return out
}

// checkFiles looks at what a story has left behind.
func checkFiles(t *testing.T, dir string) { t.Helper(); files(t, dir) }

// said are the contents of a file's messages.
func (f transcriptFile) said() (all []string) {
	for _, it := range f.Transcript {
		if it.Content != "" {
			all = append(all, it.Content)
		}
	}
	return all
}

func TestEachContactLeavesItsTranscriptFile(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		p, _, c3 := surveyed(t, h)
		if len(h.describe(c3).Recordings) != 0 {
			t.Error("the survey has a file before its end")
		}
		p.say("5 <&>")
		elapse(time.Second)
		all := files(t, h.dir)
		if len(all) != 2 {
			t.Fatalf("there are %d files, want one for each contact", len(all))
		}
		first, last := all[p.contact], all[c3]
		if first.InitialContactId != p.contact || last.InitialContactId != p.contact {
			t.Errorf("they begin with %s and %s", first.InitialContactId, last.InitialContactId)
		}
		if got := first.said(); count(got, "one thing before you go") != 1 || count(got, survey) != 0 {
			t.Errorf("the first is %q", got)
		}
		if got := last.said(); count(got, "5 <&>") != 1 || count(got, survey) != 1 || count(got, "one thing") != 0 {
			t.Errorf("the survey is %q", got)
		}
		if len(first.Participants) != 2 || len(last.Participants) != 1 {
			t.Errorf("they have %v and %v", first.Participants, last.Participants)
		}
		if end := last.Transcript[len(last.Transcript)-1]; !strings.HasSuffix(end.ContentType, "chat.ended") {
			t.Errorf("the last item is %+v", end)
		}
		for _, contact := range []string{p.contact, c3} {
			got := h.describe(contact)
			if len(got.Recordings) != 1 || got.Recordings[0].StartTimestamp != got.InitiationTimestamp || got.Recordings[0].StopTimestamp != got.DisconnectTimestamp {
				t.Fatalf("%+v", got.Recordings)
			}
			r := got.Recordings[0]
			if r.StorageType != "S3" || r.Status != "AVAILABLE" || !strings.HasPrefix(r.Location, "perch/connect/") || !strings.Contains(r.Location, contact) {
				t.Errorf("%+v", r)
			}
			if _, err := os.Stat(filepath.Join(h.dir, "files", strings.TrimPrefix(r.Location, "perch/"))); err != nil {
				t.Error(err)
			}
		}
	})
}

// The place for files is gone for an hour: chats go on, and no transcript is lost.
func TestTranscriptIsWrittenOnceItsPlaceIsThereAgain(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		blocked := filepath.Join(h.dir, "files", "connect")
		h.must(os.WriteFile(blocked, nil, 0o600))
		p := h.open(nil)
		p.say("do not lose this")
		h.stopContact(p.contact)
		h.pass(time.Hour)
		if all := files(t, t.TempDir()); len(all) != 0 || len(h.describe(p.contact).Recordings) != 0 {
			t.Error("it is said to be written")
		}
		h.must(os.Remove(blocked))
		elapse(time.Minute)
		if got := files(t, h.dir)[p.contact].said(); count(got, "do not lose this") != 1 {
			t.Errorf("the file has %q", got)
		}
		if len(h.describe(p.contact).Recordings) != 1 {
			t.Error("the contact does not say where it is")
		}
	})
}

// The process dies between the file and the commit that notes where it is; and the
// commit is done and reported failed.
func TestTranscriptIsOneFileWhereverItsWritingBreaksOff(t *testing.T) {
	for name, done := range map[string]bool{"not done": false, "done and not told": true} {
		t.Run(name, func(t *testing.T) {
			var failing atomic.Bool
			story(t, func(t *testing.T, h *house) {
				p := h.open(nil)
				p.say("once")
				h.bell.deaf.Store(true) // so that the file is written later, by itself
				h.stopContact(p.contact)
				failing.Store(true)
				h.bell.deaf.Store(false)
				elapse(35 * time.Second)
				failing.Store(false)
				h.stop()
				h.start()
				elapse(2 * time.Minute)
				if got := files(t, h.dir)[p.contact].said(); count(got, "once") != 1 {
					t.Errorf("the file has %q", got)
				}
				if got := h.describe(p.contact).Recordings; len(got) != 1 {
					t.Errorf("the contact's recordings are %+v", got)
				}
			}, func(o *serve.Options) {
				o.AroundCommit = func(commit func() error) error {
					if !failing.Load() {
						return commit()
					}
					if done {
						if err := commit(); err != nil {
							return err
						}
					}
					return errors.New("the disk is gone")
				}
			})
		})
	}
}

func TestNoFileIsWrittenWhereTheInstanceWantsNone(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		var list struct {
			StorageConfigs []struct{ AssociationId string }
		}
		at := "/instance/" + string(h.started.InstanceID) + "/storage-config"
		h.signed("GET", at+"s?resourceType=CHAT_TRANSCRIPTS", nil).into(t, &list)
		h.signed("DELETE", at+"/"+list.StorageConfigs[0].AssociationId+"?resourceType=CHAT_TRANSCRIPTS", nil).into(t, &struct{}{})
		p := h.open(nil)
		h.stopContact(p.contact)
		elapse(time.Minute)
		if all := files(t, h.dir); len(all) != 0 {
			t.Errorf("there are %v", all)
		}
	})
}

func (h *house) stopContact(contact string) {
	h.t.Helper()
	h.signed("POST", "/contact/stop", object{"InstanceId": h.started.InstanceID, "ContactId": contact}).into(h.t, &struct{}{})
	h.settle()
}
