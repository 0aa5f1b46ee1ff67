package serve_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/wire"
)

// hostile is what nobody may see acted on.
const hostile = "<script>alert(1)</script> & \x1b[31mred"

// document is a transcript as one reads it with the access key.
func (h *house) document(contact, query string) reply {
	h.t.Helper()
	return h.signed("GET", "/perch/contacts/"+contact+"/transcript?"+query, nil)
}

// pastAndPresent tells of a chat with a transfer, which another one continues.
func pastAndPresent(t *testing.T, h *house) (first, second *person) {
	t.Helper()
	a := h.available(1)
	first = h.open(nil)
	ana := a.accept(first.contact)
	b := h.available(2)
	first.say(hostile)
	ana.say("I hand you over.")
	next := a.transfer(first.contact, b.name)
	bo := b.accept(next)
	bo.say("Here I am.")
	b.does("end", next)
	first.say("5")
	elapse(1)
	second = h.open(object{"PersistentChat": object{"SourceContactId": first.contact, "RehydrationType": "ENTIRE_PAST_SESSION"}})
	second.say("It is me again.")
	return first, second
}

func TestDocumentHasTheWholeChainOldestFirst(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		first, second := pastAndPresent(t, h)
		text := h.document(second.contact, "format=text").body
		at := -1
		for _, want := range []string{first.contact, "Ada: <script>alert(1)</script> & [31mred", "I hand you over.", "handed the chat over", "Here I am.", "The chat ended.",
			second.contact, "It is me again."} {
			i := strings.Index(text, want)
			if i <= at {
				t.Errorf("%q stands at %d, after %d, in\n%s", want, i, at, text)
			}
			at = i
		}
		if strings.ContainsRune(text, 0x1b) {
			t.Error("the text moves a terminal's cursor")
		}
		var got struct {
			ContactId string
			Segments  []struct {
				ContactId, InitialContactId, RelatedContactId, QueueName string
				Transcript                                               []wire.Item
			}
		}
		if err := json.Unmarshal([]byte(h.document(second.contact, "format=json").body), &got); err != nil {
			t.Fatal(err)
		}
		var contacts []string
		for _, s := range got.Segments {
			contacts = append(contacts, s.InitialContactId)
			if len(s.Transcript) == 0 {
				t.Errorf("the part of contact %s is empty", s.ContactId)
			}
			for _, it := range s.Transcript {
				if it.ContactId+it.RelatedContactId != s.ContactId {
					t.Errorf("an item of contact %s%s stands with contact %s", it.ContactId, it.RelatedContactId, s.ContactId)
				}
			}
		}
		want := []string{first.contact, first.contact, first.contact, second.contact}
		if got.ContactId != second.contact || !slices.Equal(contacts, want) || got.Segments[3].RelatedContactId == "" || got.Segments[0].QueueName == "" {
			t.Errorf("the parts are of the chats %v, want %v: %+v", contacts, want, got)
		}
	})
}

func TestDocumentRunsNothingThatSomebodyHasWritten(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		_, second := pastAndPresent(t, h)
		r := h.signed("GET", "/perch/contacts/"+second.contact+"/transcript?format=html&timezone=Asia/Tokyo", nil)
		if strings.Contains(r.body, "<script") || !strings.Contains(r.body, "&lt;script&gt;alert(1)") || !strings.Contains(r.body, "JST") {
			t.Errorf("the page is %s", r.body)
		}
	})
}

// A customer reads what a customer may see, an agent what agents may.
func TestDocumentIsForWhomItIsAskedFor(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		_, second := pastAndPresent(t, h)
		own := h.borne("GET", "/perch/transcript?format=text", wire.BearerHeader, second.credentials, nil)
		if own.status != http.StatusOK || !strings.Contains(own.body, "Here I am.") || strings.Contains(own.body, "Queue ") {
			t.Errorf("the customer reads %d %s", own.status, own.body)
		}
		if other := h.document(second.contact, "format=text&audience=customer"); other.body != own.body {
			t.Errorf("asked for the customer's, one reads\n%s\nnot\n%s", other.body, own.body)
		}
		for query, says := range map[string]string{"format=pdf": "format: ", "audience=everybody": "audience: ", "timezone=Nowhere": "timezone: "} {
			if r := h.document(second.contact, query); r.status != http.StatusBadRequest || !strings.HasPrefix(r.message(), says) {
				t.Errorf("%s: %d %s", query, r.status, r.body)
			}
		}
	})
}

// The command reads what a running server has written, and again when it is gone.
func TestTranscriptCommandReadsBesideTheServer(t *testing.T) {
	t.Parallel()
	p := launch(t, t.TempDir(), "serve")
	c := p.begin(nil)
	c.connect()
	c.say("Keep this.")
	file := filepath.Join(t.TempDir(), "kept.html")
	run := func(more ...string) (string, error) {
		out, err := command(t, append([]string{"transcript", "--data", p.dir}, more...)...).CombinedOutput()
		return string(out), err
	}
	if out, err := run(c.contact); err != nil || !strings.Contains(out, "Ada: Keep this.") {
		t.Errorf("it prints %s (%v)", out, err)
	}
	p.kill()
	if out, err := run(c.contact, "--format", "html", "-o", file); err != nil || out != "" {
		t.Errorf("it prints %s (%v)", out, err)
	}
	if data, err := os.ReadFile(file); err != nil || !strings.Contains(string(data), "Keep this.") {
		t.Errorf("the file has %s (%v)", data, err)
	}
	if out, err := run(c.contact, "-o", file); err == nil || !strings.Contains(out, "file exists") {
		t.Errorf("over another file it prints %s", out)
	}
	if out, err := run("no-such"); err == nil || !strings.Contains(out, "there is no contact no-such here") {
		t.Errorf("of nothing it prints %s", out)
	}
}

func TestDocumentTellsOfSigningIn(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		c, session := w.here.signingIn()
		w.plain("POST", "/participant/cancel-authentication", http.Header{wire.BearerHeader: {c.customer.credentials}}, object{"SessionId": session}).into(t, &struct{}{})
		elapse(1)
		text := w.signedBy(w.here.keys[catalog.AdminScope], "GET", "/perch/contacts/"+c.contact+"/transcript?format=text&audience=customer", nil).body
		for _, want := range []string{"The customer was asked to sign in.", "The customer did not want to sign in."} {
			if !strings.Contains(text, want) {
				t.Errorf("%q is not in\n%s", want, text)
			}
		}
	})
}
