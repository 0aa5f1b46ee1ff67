package carry

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/wire"
)

const (
	// maxContent is how many bytes the content of an item may have: several times
	// what Amazon's own limit is, since nothing that was said is to be left behind.
	maxContent = 4 * wire.MaxContentBytes
	// maxName is how many bytes ids, names and content types may have.
	maxName = 1024
)

var uuid = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

// putTranscript checks a transcript and puts it down.
func (w *work) putTranscript(key string, one []byte) error {
	t, err := readTranscript(one)
	if err != nil {
		return fmt.Errorf("it is a transcript that cannot be used: %w", err)
	}
	piece, err := w.heap.Put(one)
	if err != nil {
		return err
	}
	w.report.count(func(r *Report) { r.Transcripts++ })
	d := &document{key: key, piece: piece, sum: sha256.Sum256(one), first: t.first()}
	w.chats.addTranscript(t.ContactId, t.InitialContactId, d, w.report)
	return nil
}

// transcript is a file as it is, with the times of its items.
type transcript struct {
	wire.TranscriptFile
	times []time.Time
}

// first is the earliest time of an item; zero without any.
func (t transcript) first() (at time.Time) {
	for _, x := range t.times {
		if at.IsZero() || x.Before(at) {
			at = x
		}
	}
	return at
}

// readTranscript reads a transcript, and refuses what cannot be shown as it is.
func readTranscript(one []byte) (t transcript, err error) {
	if err := json.Unmarshal(one, &t.TranscriptFile); err != nil {
		return t, err
	}
	if t.Version != wire.TranscriptVersion {
		return t, fmt.Errorf("its Version is %.100q, not %s", t.Version, wire.TranscriptVersion)
	}
	if t.InitialContactId == "" {
		t.InitialContactId = t.ContactId
	}
	if !uuid.MatchString(t.ContactId) || !uuid.MatchString(t.InitialContactId) {
		return t, fmt.Errorf("ContactId %.100q and InitialContactId %.100q must be UUIDs, in lower case", t.ContactId, t.InitialContactId)
	}
	seen := map[string]bool{}
	for i, it := range t.Transcript {
		at, err := checkItem(it)
		if err == nil && seen[it.Id] {
			err = fmt.Errorf("the Id %.100q is that of another item", it.Id)
		}
		if err != nil {
			return t, fmt.Errorf("item %d: %w", i+1, err)
		}
		seen[it.Id] = true
		t.times = append(t.times, at)
	}
	return t, nil
}

// years in which chats have been had.
const oldest, newest = 2000, 2200

func checkItem(it wire.Item) (at time.Time, err error) {
	if at, err = time.Parse(time.RFC3339, it.AbsoluteTime); err != nil || at.Year() < oldest || at.Year() > newest {
		return at, fmt.Errorf("AbsoluteTime is %.100q", it.AbsoluteTime)
	}
	_, known := roleOf(it.ParticipantRole)
	switch {
	case it.Id == "" || !plain(it.Id):
		err = fmt.Errorf("the Id is %.100q", it.Id)
	case !known:
		err = fmt.Errorf("ParticipantRole is %.100q", it.ParticipantRole)
	case !plain(it.ParticipantId) || !plain(it.ContentType) || len(it.DisplayName) > maxName || !utf8.ValidString(it.DisplayName):
		err = fmt.Errorf("ParticipantId, ContentType or DisplayName has more than %d bytes or is no plain text", maxName)
	case len(it.Content) > maxContent:
		err = fmt.Errorf("the content has %d bytes, the limit is %d", len(it.Content), maxContent)
	case it.Type == wire.TypeAttachment:
		err = checkAttachments(it.Attachments)
	case it.Type != wire.TypeMessage && it.Type != wire.TypeEvent || it.ContentType == "":
		err = fmt.Errorf("the Type is %.100q with the ContentType %.100q", it.Type, it.ContentType)
	}
	return at.UTC().Truncate(time.Millisecond), err
}

func checkAttachments(all []wire.Attachment) error {
	if len(all) == 0 {
		return fmt.Errorf("it shows no attachment")
	}
	for _, a := range all {
		if !uuid.MatchString(a.AttachmentId) || len(a.AttachmentName) > maxName || !plain(a.ContentType) {
			return fmt.Errorf("AttachmentId %.100q must be a UUID; AttachmentName and ContentType have at most %d bytes", a.AttachmentId, maxName)
		}
	}
	return nil
}

// plain is a text of one line that is not too long.
func plain(s string) bool {
	return len(s) <= maxName && utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}

// roleOf is a role by Amazon's name for it; an item that names none is the system's.
func roleOf(name string) (perch.Role, bool) {
	for _, r := range []perch.Role{perch.System, perch.Customer, perch.Agent, perch.Bot, perch.Supervisor} {
		if name == wire.RoleName(r) {
			return r, true
		}
	}
	return perch.System, name == ""
}
