package carry_test

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/blob"
	"github.com/perch-chat/perch/bus"
	"github.com/perch-chat/perch/carry"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/segment"
	"github.com/perch-chat/perch/store"
	"github.com/perch-chat/perch/store/storetest"
	"github.com/perch-chat/perch/token"
)

// house is an instance on a disk of its own, and a directory of what others have
// left.
type house struct {
	testing.TB
	chats    *chat.Chats
	settings *catalog.Catalog
	store    *store.Store
	files    blob.Store
	instance perch.InstanceID
	dir      string
	src      string
	// From the step of this number on nothing goes well any more: no commit, no file; 0
	// is never. Done tells whether that step itself is done, and only not told.
	breaks int
	done   bool
	mu     sync.Mutex
	steps  int
}

var start = time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)

func newHouse(t *testing.T) *house {
	t.Helper()
	return openHouse(t, true)
}

// disk has the directories of this binary's tests.
var disk storetest.Disk

// openHouse makes one; of a fleeting one nothing is kept if the power is lost.
func openHouse(t testing.TB, fleeting bool) *house {
	t.Helper()
	h := &house{TB: t, dir: disk.Dir(t), src: t.TempDir()}
	var err error
	opts := store.Options{Dir: h.dir, Log: slog.New(slog.DiscardHandler), Fleeting: fleeting,
		AroundCommit: func(commit func() error) error { return h.step(commit) }}
	engine(t, &opts)
	h.store, err = store.Open(t.Context(), opts)
	h.must(err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- h.store.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		h.must(errors.Join(<-done, h.store.Close()))
	})
	secrets, err := catalog.OpenSecrets(t.Context(), h.store, h.dir, rand.Reader)
	h.must(err)
	sealer, err := token.New(secrets.TokenKeys...)
	h.must(err)
	h.settings = catalog.New(catalog.Options{Store: h.store, Sealer: sealer, Rand: rand.Reader})
	founded, err := h.settings.Found(t.Context(), catalog.Founding{At: start, Secrets: secrets,
		Credential: func(instance perch.InstanceID, user perch.UserID, name, _ string) (store.Write, error) {
			return store.InsertCredential(store.Credential{User: user, Instance: instance, Username: name, Hash: "none"}, nil), nil
		}})
	h.must(err)
	h.instance = founded.InstanceID
	h.files, err = blob.Open(t.Context(), filepath.Join(h.dir, "files"))
	h.must(err)
	h.restart()
	return h
}

// restart is the same data in a process that has just begun.
func (h *house) restart() {
	h.Helper()
	shelf, err := segment.New(slipping{h.files, h}, 1<<20)
	h.must(err)
	h.chats = chat.New(chat.Options{Store: h.store, Cold: shelf, Bus: &bus.Memory{}, Now: func() time.Time { return start }, Rand: rand.Reader, Log: slog.New(slog.DiscardHandler)})
}

var errDisk = errors.New("the disk is gone")

// step does a step that may break off.
func (h *house) step(do func() error) error {
	h.mu.Lock()
	h.steps++
	broken, now := h.breaks != 0 && h.steps >= h.breaks, h.steps == h.breaks
	h.mu.Unlock()
	if broken && !(now && h.done) {
		return errDisk
	}
	if err := do(); err != nil || !broken {
		return err
	}
	return errDisk
}

// slipping is a store of which nothing more is kept once its house breaks.
type slipping struct {
	blob.Store
	h *house
}

func (s slipping) Put(ctx context.Context, key string, body io.ReadSeeker, o blob.Put) error {
	return s.h.step(func() error { return s.Store.Put(ctx, key, body, o) })
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// leave writes a file among what others have left.
func (h *house) leave(name, content string) {
	h.Helper()
	at := filepath.Join(h.src, filepath.FromSlash(name))
	h.must(os.MkdirAll(filepath.Dir(at), 0o700))
	h.must(os.WriteFile(at, []byte(content), 0o600))
}

func (h *house) imports() (carry.Report, error) {
	from, err := blob.Look(h.Context(), h.src)
	h.must(err)
	return carry.Import(h.Context(), carry.Options{Chats: h.chats, Settings: h.settings, Dir: h.dir, Log: slog.New(slog.DiscardHandler),
		Bucket: func(name string) (blob.Store, bool) { return slipping{h.files, h}, name == catalog.OwnBucket }}, h.instance, from)
}

// imported imports, and wants nothing refused.
func (h *house) imported() carry.Report {
	h.Helper()
	r, err := h.imports()
	h.must(err)
	if len(r.Refused) > 0 {
		h.Fatalf("refused: %+v", r.Refused)
	}
	return r
}

type object = map[string]any

const ev = "application/vnd.amazonaws.connect.event."

// id makes a UUID that says what it is of.
func id(kind byte, n int) string { return fmt.Sprintf("%08x-0000-4000-8000-%04x%08x", n, kind, n) }

func at(seconds float64) string {
	return start.Add(time.Duration(seconds * float64(time.Second))).Format("2006-01-02T15:04:05.000Z")
}

// item is one as Amazon writes it; who is "Ada CUSTOMER p1", or empty.
func item(n int, seconds float64, who, contentType, content string) object {
	it := object{"Id": id('i', n), "AbsoluteTime": at(seconds), "Type": "MESSAGE", "ContentType": contentType}
	if strings.HasPrefix(contentType, ev) {
		it["Type"] = "EVENT"
	}
	if content != "" {
		it["Content"] = content
	}
	if name, rest, ok := strings.Cut(who, " "); ok {
		role, p, _ := strings.Cut(rest, " ")
		it["DisplayName"], it["ParticipantRole"], it["ParticipantId"] = name, role, id('p', int(p[0]))
	}
	return it
}

const (
	ada = "Ada CUSTOMER a"
	bob = "Bob AGENT b"
	cem = "Cem AGENT c"
	sys = "SYSTEM_MESSAGE SYSTEM s"
)

func (h *house) transcript(contact, initial int, items ...object) string {
	h.Helper()
	data, err := json.Marshal(object{"Version": "2019-08-26", "AWSAccountId": "111122223333", "InstanceId": id('x', 1),
		"InitialContactId": id('c', initial), "ContactId": id('c', contact), "Participants": []object{}, "Transcript": items})
	h.must(err)
	return string(data)
}

func transcriptName(contact int) string {
	return "connect/acme/ChatTranscripts/2026/05/01/" + id('c', contact) + "_20260501T08:00_UTC.json"
}

func (h *house) record(contact int, more object) string {
	h.Helper()
	r := object{"AWSContactTraceRecordFormatVersion": "2017-03-10", "ContactId": id('c', contact), "Channel": "CHAT", "InitialContactId": nil,
		"InitiationTimestamp": "2026-05-01T08:00:00Z", "DisconnectTimestamp": "2026-05-01T08:10:00Z", "LastUpdateTimestamp": "2026-05-01T08:11:00Z", "InitiationMethod": "API"}
	for k, v := range more {
		r[k] = v
	}
	data, err := json.Marshal(r)
	h.must(err)
	return string(data)
}

// leaveStory leaves C1, handed over to C2, with a survey C3: contacts 1, 2 and 3.
func (h *house) leaveStory() {
	h.Helper()
	h.leave(transcriptName(1), h.transcript(1, 1,
		item(1, 1, ada, ev+"participant.joined", ""), item(2, 2, bob, ev+"participant.joined", ""),
		item(3, 3, ada, "text/plain", "where is my order?"), item(4, 4, bob, "text/plain", "I will hand you over"),
		item(5, 5, bob, ev+"participant.left", ""), item(6, 5, bob, ev+"transfer.succeeded", "")))
	h.leave(transcriptName(2), h.transcript(2, 1,
		item(7, 7, cem, ev+"participant.joined", ""), item(8, 8, cem, "text/markdown", "*here*"), item(9, 9, cem, ev+"participant.left", "")))
	h.leave(transcriptName(3), h.transcript(3, 1,
		item(10, 10, sys, "text/plain", "How was it?"), item(11, 11, ada, "text/plain", "5"), item(12, 12, ada, ev+"participant.left", ""), item(13, 12.004, "", ev+"chat.ended", "")))
}

func (h *house) find(contact int) *perch.Session {
	h.Helper()
	s, err := h.chats.Find(h.Context(), h.instance, perch.ContactID(id('c', contact)))
	h.must(err)
	return s
}

// past starts a chat that continues a contact and returns all of its past, oldest
// first, a page of so many at a time.
func (h *house) past(contact int, kind perch.RehydrationType, size int) []chat.Item {
	h.Helper()
	b, err := h.chats.Start(h.Context(), chat.Start{Instance: h.instance, Flow: "f", DisplayName: "Ada",
		Past: &chat.Past{Type: kind, Source: perch.ContactID(id('c', contact)), Origin: perch.FromSigV4}})
	h.must(err)
	s, err := h.chats.Session(h.Context(), b.Session)
	h.must(err)
	var out []chat.Item
	for q := (chat.Query{Session: s, To: perch.ToCustomer, Limit: size}); ; {
		page, err := h.chats.Page(h.Context(), q)
		h.must(err)
		var past []chat.Item
		for _, it := range page.Items {
			if it.Past {
				past = append(past, it)
			}
		}
		out = append(past, out...)
		if q.From = page.Next; page.Next == nil {
			return out
		}
	}
}

func ids(items []chat.Item) (out []string) {
	for _, it := range items {
		out = append(out, it.ID())
	}
	return out
}

func items(from, to int) (out []string) {
	for n := from; n <= to; n++ {
		out = append(out, id('i', n))
	}
	return out
}

func sum(data string) string {
	h := sha256.Sum256([]byte(data))
	return hex.EncodeToString(h[:])
}
