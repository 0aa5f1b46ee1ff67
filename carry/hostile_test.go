package carry_test

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
)

// Each file is refused for its reason, and the story beside is imported as ever.
func TestWhatCannotBeUsedIsRefusedAndNothingElseSuffers(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	good := item(1, 1, ada, "text/plain", "hello")
	with := func(change object) string {
		it := object{}
		for k, v := range good {
			it[k] = v
		}
		for k, v := range change {
			it[k] = v
		}
		return h.transcript(50, 50, it)
	}
	named := func(member, value string) string {
		return strings.Replace(h.transcript(50, 50, good), `"`+member+`":"`+id('c', 50)+`"`, `"`+member+`":`+value, 1)
	}
	for reason, content := range map[string]string{
		"no JSON: unexpected EOF":               h.transcript(50, 50, good)[:200],
		"no JSON: invalid character":            `{"Transcript": [}`,
		"cannot unmarshal":                      `{"Version":"2019-08-26","Transcript":"all of it"}`,
		"exceeded max depth":                    `{"Transcript":` + strings.Repeat("[", 20000),
		"Version is":                            `{"Version":"2031-01-01","Transcript":[]}`,
		`ContactId "../../../x"`:                named("ContactId", `"../../../x"`),
		`InitialContactId "a/b"`:                named("InitialContactId", `"a/b"`),
		"number into Go struct field":           named("ContactId", "7"),
		"AbsoluteTime is \"yesterday\"":         with(object{"AbsoluteTime": "yesterday"}),
		"AbsoluteTime is \"0001":                with(object{"AbsoluteTime": "0001-01-01T00:00:00Z"}),
		"the Id is":                             with(object{"Id": ""}),
		"the Id is \"a\\nb\"":                   with(object{"Id": "a\nb"}),
		"is that of another item":               h.transcript(50, 50, good, good),
		"ParticipantRole is \"KING\"":           with(object{"ParticipantRole": "KING"}),
		"the content has":                       with(object{"Content": strings.Repeat("x", 70000)}),
		"the Type is \"NOISE\"":                 with(object{"Type": "NOISE"}),
		"shows no attachment":                   with(object{"Type": "ATTACHMENT"}),
		`AttachmentId "../../x" must be a UUID`: with(object{"Type": "ATTACHMENT", "Attachments": []object{{"AttachmentId": "../../x", "AttachmentName": "x"}}}),
		"whose RelatedContactId is":             h.record(50, object{"RelatedContactId": "../x"}),
		"contact record that cannot be used":    h.record(50, object{"Attributes": object{"a": 1}}),
		"is no time":                            h.record(50, object{"DisconnectTimestamp": "soon"}),
		"unexpected EOF":                        "\x1f\x8b\x08",
	} {
		t.Run(reason, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.leaveStory()
			h.leave("hostile.json", content)
			r, err := h.imports()
			h.must(err)
			if len(r.Refused) != 1 || r.Refused[0].File != "hostile.json" || !strings.Contains(r.Refused[0].Reason, reason) || r.Refused[0].Do == "" {
				t.Errorf("%+v", r.Refused)
			}
			if r.Imported != 1 || !slices.Equal(ids(h.past(3, perch.FromSegment, 100)), items(1, 13)) {
				t.Errorf("the story has suffered: %+v", r)
			}
		})
	}
}

func TestAFileThatIsEndlessWhenUnpackedIsRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.leaveStory()
	// A gzip file may have many members, which are read as one.
	const each = 1 << 20
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write(bytes.Repeat([]byte(" "), each))
	h.must(err)
	h.must(z.Close())
	h.leave("bomb.gz", strings.Repeat(b.String(), 200<<20/each))
	r, err := h.imports()
	h.must(err)
	if r.Imported != 1 || len(r.Refused) != 1 || !strings.Contains(r.Refused[0].Reason, "more than") {
		t.Errorf("%+v", r)
	}
}

// Links lead nowhere, and a file outside is neither read nor changed.
func TestNothingOutsideOfTheDirectoryIsRead(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	outside := filepath.Join(t.TempDir(), "secret.json")
	h.must(os.WriteFile(outside, []byte(h.transcript(1, 1, item(1, 1, ada, "text/plain", "secret"))), 0o600))
	h.must(os.Symlink(outside, filepath.Join(h.src, "link.json")))
	h.must(os.Symlink(filepath.Dir(outside), filepath.Join(h.src, "dir")))
	r, err := h.imports()
	h.must(err)
	if r.Imported != 0 || r.Files != 0 {
		t.Errorf("%+v", r)
	}
	if left, err := os.ReadDir(h.src); err != nil || len(left) != 2 {
		t.Errorf("the directory has %v now (%v)", left, err)
	}
}

// Contacts that two chats lay claim to, or that are here already.
func TestAContactBelongsToOneChat(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b, err := h.chats.Start(t.Context(), chat.Start{Instance: h.instance, Flow: "f", DisplayName: "Eve"})
	h.must(err)
	h.leaveStory()
	claim := func(file string, contact string, items ...object) {
		h.leave(file, strings.ReplaceAll(h.transcript(70, 70, items...), `"ContactId":"`+id('c', 70)+`"`, `"ContactId":"`+contact+`"`))
	}
	claim("a-first.json", id('c', 2), item(90, 7, ada, "text/plain", "mine")) // of C2, by a name before it
	claim("b.json", string(b.Session), item(91, 7, ada, "text/plain", "mine, too"))
	h.leave("c.json", h.transcript(80, 2, item(92, 7, ada, "text/plain", "of a chat that begins with C2")))
	r, err := h.imports()
	h.must(err)
	var why []string
	for _, m := range r.Refused {
		why = append(why, m.Reason)
	}
	if len(why) != 3 || !strings.Contains(strings.Join(why, "\n"), "is of the same contact and says something else") {
		t.Errorf("%q", why)
	}
	if got := ids(h.past(3, perch.FromSegment, 100)); !slices.Equal(got, items(1, 13)) {
		t.Errorf("of the story there are %v", got)
	}
	s, err := h.chats.Session(t.Context(), b.Session)
	h.must(err)
	if s.Ended || len(s.Contacts) != 1 {
		t.Errorf("the chat that goes on here has been changed: %+v", s)
	}
}

// The process dies at any step of files and commits, done or not; begun anew, there is
// one whole file of each chat, and nothing is missing.
func TestAnImportThatBreaksOffGoesOn(t *testing.T) {
	t.Parallel()
	for _, done := range []bool{false, true} {
		for breaks := 1; ; breaks++ {
			h := newHouse(t)
			h.leaveStory()
			it := item(1001, 101, ada, "", "")
			delete(it, "ContentType")
			it["Type"], it["Attachments"] = "ATTACHMENT", []object{{"AttachmentId": id('f', 1), "AttachmentName": "a.txt", "ContentType": "text/plain", "Status": "APPROVED"}}
			h.leave(transcriptName(10), h.transcript(10, 10, item(1000, 100, ada, "text/plain", "me again"), it, item(1002, 102, "", ev+"chat.ended", "")))
			h.leave("attached/"+id('f', 1)+"_20260501T08:00_UTC.txt", "a plain text")
			h.leave("records/1", h.record(10, object{"RelatedContactId": id('c', 2), "InitiationTimestamp": "2026-05-01T08:01:40Z"}))
			h.steps, h.breaks, h.done = 0, breaks, done
			_, err := h.imports()
			broke := err != nil
			h.mu.Lock()
			h.breaks = 0
			h.mu.Unlock()
			h.restart()
			r := h.imported()
			if r.Imported+r.Unchanged != 2 {
				t.Errorf("after step %d: %+v", breaks, r)
			}
			if got := ids(h.past(10, perch.FromSegment, 100)); !slices.Equal(got, append(items(1, 9), items(1000, 1002)...)) {
				t.Errorf("after step %d there are %v", breaks, got)
			}
			kept, err := h.files.List(t.Context(), "", "", 100)
			h.must(err)
			if len(kept) != 3 {
				t.Errorf("after step %d there are %+v", breaks, kept)
			}
			if !broke {
				if breaks < 6 && !done { // a last commit that is done and not told is found done
					t.Errorf("only %d steps were broken", breaks-1)
				}
				break
			}
		}
	}
}

func FuzzWhateverIsReadIsRefusedOrImported(f *testing.F) {
	h := &house{TB: f}
	f.Add(h.transcript(1, 1, item(1, 1, ada, "text/plain", "x"), item(2, 2, "", ev+"chat.ended", "")))
	f.Add(h.record(1, object{"RelatedContactId": id('c', 2)}))
	f.Add(`[{"Transcript":[]},{}]`)
	f.Fuzz(func(t *testing.T, content string) {
		h := newHouse(t)
		h.leave("x.json", content)
		first, err := h.imports()
		h.must(err)
		again, err := h.imports()
		h.must(err)
		if again.Imported != 0 || again.Unchanged != first.Imported+first.Unchanged {
			t.Errorf("%+v, and then %+v", first, again)
		}
	})
}
