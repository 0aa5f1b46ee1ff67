// Package archive keeps the files of chats: what people attach, and the transcript
// of each contact, as Amazon Connect writes it.
package archive

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"path"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/blob"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/outside"
	"github.com/perch-chat/perch/wire"
)

const (
	// DueTranscript comes due when a contact has ended whose transcript is to be
	// written.
	DueTranscript = "archive.transcript"

	// writesAtOnce is how many files one process writes at the same time. A store
	// that is slow or gone must hold up nothing else that is due.
	writesAtOnce = 4
	// writeWithin is how long one may take; laterBy is when it is tried again, for
	// as long as it takes.
	writeWithin = 20 * time.Second
	laterBy     = 30 * time.Second
	crowdedBy   = time.Second
)

// Options of an Archive.
type Options struct {
	Chats    *chat.Chats
	Settings *catalog.Catalog
	// Bucket is the store that an instance knows by a name.
	Bucket  func(name string) (blob.Store, bool)
	Account string // of AWS, in the files
	Dir     string // where what is being uploaded lies meanwhile
	// Scans tells whether somebody looks through the files of an instance, of an id
	// and an alias, Scan asks them, and ScanURL is where they can read one.
	Scans   func(instance, alias string) bool
	Scan    func(context.Context, outside.Call) (good bool, err error)
	ScanURL func(instance string, id perch.FileID) (string, error)
	Log     *slog.Logger
}

// Archive writes files. It is safe for concurrent use.
type Archive struct {
	opts Options
	room chan struct{} // holds one token for each file being written

	scanning scans
}

// New makes an Archive.
func New(opts Options) *Archive {
	return &Archive{opts: opts, room: make(chan struct{}, writesAtOnce), scanning: scans{under: map[string]bool{}}}
}

// Closed is called in the turn that closes a contact: its transcript will be
// written, whatever happens to this process.
func (a *Archive) Closed(t *chat.Turn, c perch.Contact) {
	t.Due(DueTranscript, string(c.ID), t.Now, nil)
}

// Handlers are what schedule calls.
func (a *Archive) Handlers() map[string]func(context.Context, perch.Due) error {
	return map[string]func(context.Context, perch.Due) error{DueTranscript: a.transcript, DueSweep: a.sweep, DueScan: a.scan}
}

// transcript writes a contact's file, and notes where it is. The file's name is
// the contact's, and what is in it never changes once the contact has ended; so a
// crash between the two leaves a file that the next try finds written.
func (a *Archive) transcript(ctx context.Context, d perch.Due) error {
	select {
	case a.room <- struct{}{}:
		defer func() { <-a.room }()
	default:
		return a.putOff(ctx, d, crowdedBy)
	}
	location, err := a.write(ctx, d)
	if errors.Is(err, errScanning) {
		return a.putOff(ctx, d, againAfter)
	}
	if err != nil && ctx.Err() == nil && perch.KindOf(err) == perch.Internal {
		a.opts.Log.WarnContext(ctx, "a transcript could not be written; it will be tried again until it can: look whether the place for files can be reached",
			"contact", d.Contact, "error", err)
		return a.putOff(ctx, d, laterBy)
	}
	if err != nil {
		return err
	}
	return a.opts.Chats.On(ctx, d.Session, func(t *chat.Turn) error {
		t.Take(d)
		if location == "" {
			return nil
		}
		return t.ChangeDetails(d.Contact, func(of *perch.Details) error {
			of.Transcript = location
			return nil
		})
	})
}

func (a *Archive) putOff(ctx context.Context, d perch.Due, by time.Duration) error {
	return a.opts.Chats.On(ctx, d.Session, func(t *chat.Turn) error {
		t.PutOff(d, t.Now.Add(by), 0) // it is tried for as long as it takes
		return nil
	})
}

// write returns where the file is, or nothing where the instance wants none.
func (a *Archive) write(ctx context.Context, d perch.Due) (string, error) {
	s, err := a.opts.Chats.Session(ctx, d.Session)
	if err != nil {
		return "", err
	}
	c, ok := s.Contact(d.Contact)
	if !ok || c.Last == 0 {
		return "", fmt.Errorf("contact %s of session %s has not ended", d.Contact, d.Session)
	}
	where, err := a.opts.Settings.Storage(ctx, s.Instance, catalog.ChatTranscripts)
	if err != nil || where.Bucket == "" {
		return "", err
	}
	store, err := a.store(where.Bucket)
	if err != nil {
		return "", err
	}
	data, err := a.file(ctx, s, c)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, writeWithin)
	defer cancel()
	key := Key(where.Prefix, c)
	put := blob.Put{Create: true, ContentType: "application/json"}
	if where.Key != "" {
		put.Encryption = blob.Encryption{Algorithm: "aws:kms", KeyID: where.Key}
	}
	if err := store.Put(ctx, key, bytes.NewReader(data), put); err != nil && !errors.Is(err, blob.ErrExists) {
		return "", err
	}
	return path.Join(where.Bucket, key), nil
}

// store is the one that instances know by a name.
func (a *Archive) store(bucket string) (blob.Store, error) {
	store, known := a.opts.Bucket(bucket)
	if !known {
		return nil, fmt.Errorf("the bucket %q is not known here: start perch with --bucket %s=s3://%s?region=...", bucket, bucket, bucket)
	}
	return store, nil
}

// Key is the key of a contact's transcript file.
//
// doc: about-recording-behavior.md
func Key(prefix string, c *perch.Contact) string {
	at := c.Opened.UTC()
	return path.Join(prefix, at.Format("2006/01/02"), string(c.ID)+"_"+at.Format("20060102T15:04")+"_UTC.json")
}

// file is what customer and agents have both seen of a contact. What was whispered
// to one side, or answered to the flow alone, is not in it.
func (a *Archive) file(ctx context.Context, s *perch.Session, c *perch.Contact) ([]byte, error) {
	out := wire.TranscriptFile{Version: wire.TranscriptVersion, AWSAccountId: a.opts.Account, InstanceId: string(s.Instance),
		InitialContactId: string(s.ID), ContactId: string(c.ID), Participants: []wire.FileParticipant{}, Transcript: []wire.Item{}}
	seen := map[string]bool{"": true}
	states, err := a.fileStates(ctx, s, c)
	if err != nil {
		return nil, err
	}
	err = a.opts.Chats.Entries(ctx, s.ID, c.First, c.Last, func(e perch.Entry) error {
		const both = perch.ToCustomer | perch.ToAgents
		if e.Audience&both != both {
			return nil
		}
		switch b := e.Body.(type) {
		case perch.Attached:
			b.State = states[b.File]
			e.Body = b
		case perch.Renamed:
			return nil // is none of the events that such files have
		}
		it, shown := wire.ItemOf(e.ID(s.ID), e, false)
		if !shown {
			return nil
		}
		it.ContactId = "" // is that of the whole file
		out.Transcript = append(out.Transcript, it)
		if !seen[it.ParticipantId] {
			seen[it.ParticipantId] = true
			out.Participants = append(out.Participants, wire.FileParticipant{ParticipantId: it.ParticipantId})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(out); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// errScanning says that a file that the transcript shows is being looked through:
// the transcript is written once, and says what came of that.
var errScanning = errors.New("a file of the contact is being scanned")

// fileStates are how the files of a contact stand, once that is clear.
func (a *Archive) fileStates(ctx context.Context, s *perch.Session, c *perch.Contact) (map[perch.FileID]perch.FileState, error) {
	states := map[perch.FileID]perch.FileState{}
	all, err := a.opts.Chats.Files(ctx, s.ID)
	for _, f := range all {
		if f.Contact == c.ID && f.State == perch.FileScanning {
			return nil, errScanning
		}
		states[f.ID] = f.State
	}
	return states, err
}
