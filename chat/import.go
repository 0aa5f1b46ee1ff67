package chat

import (
	"bytes"
	"context"
	"errors"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/segment"
	"github.com/perch-chat/perch/store"
)

// Finished is a chat that was had and has ended elsewhere, as it is to be kept here.
type Finished struct {
	Session  perch.SessionID
	Instance perch.InstanceID
	// Sources is a hash of what it was made of: by it, the same is told from another.
	Sources []byte
	// Entries are its log, from Started and Opened to Ended, without numbers. Times
	// may stand still and are raised where they go back. Items have the ids that they
	// came with, in Foreign; those without get one.
	Entries    []perch.Entry
	Attributes perch.Attributes
	Details    map[perch.ContactID]perch.Details
	Work       map[perch.ContactID]store.AfterContactWork
	// Files are what was attached, as far as its bytes are here already; the entry
	// of each is the one that shows it.
	Files []perch.File
	// Past is the contact that it continues; empty where it continues none.
	Past perch.ContactID
}

// Imported tells what has come of importing a chat.
type Imported struct {
	Known bool // it was imported before, and nothing has changed
	// Unlinked says why the chat has come without the past that it continues; empty
	// where it has not.
	Unlinked string
}

// maxImports is how often one chat is tried.
const maxImports = 3

var errImported = perch.Errorf(perch.Conflict, "it was imported a moment ago")

// Import keeps a chat that was had elsewhere. Its log lies in a file from the start,
// as that of a chat that Freeze has moved: most such chats are never read again, and
// the database stays small. The file is written first, then one commit makes the chat
// known; what breaks off in between leaves a file that the next try finds written.
//
// Errors: Conflict where one of its contacts is here already, as that of another chat
// or of one that was made of something else; Invalid of what is no chat.
func (c *Chats) Import(ctx context.Context, f Finished) (Imported, error) {
	for tries := 1; ; tries++ {
		out, err := c.importOnce(ctx, f)
		if again := errors.Is(err, errImported) || errors.Is(err, store.ErrBehind) || errors.Is(err, store.ErrUnknown); !again {
			return out, err
		}
		// By another process, or nobody can tell: what is there now says it.
		if ctx.Err() != nil || tries == maxImports {
			return Imported{}, &perch.Error{Kind: perch.Internal, Message: "the chat could not be kept", Err: err}
		}
	}
}

func (c *Chats) importOnce(ctx context.Context, f Finished) (Imported, error) {
	sources, found, err := c.opts.Store.Imported(ctx, f.Session)
	switch {
	case err != nil:
		return Imported{}, err
	case found && bytes.Equal(sources, f.Sources):
		return Imported{Known: true}, nil
	case found:
		return Imported{}, perch.Errorf(perch.Conflict, "the chat was imported before, from files that say something else")
	case c.opts.Cold == nil:
		return Imported{}, perch.Errorf(perch.Refused, "no place for files is known")
	}
	link, why, err := c.linkOf(ctx, f)
	if err != nil {
		return Imported{}, err
	}
	content, err := c.logOf(ctx, f, link)
	if err != nil {
		return Imported{}, err
	}
	ref, err := c.opts.Cold.Write(ctx, content)
	if err != nil {
		return Imported{}, err
	}
	writes, err := importRows(f, content, coldOf(ref))
	if err != nil {
		return Imported{}, err
	}
	return Imported{Unlinked: why}, c.opts.Store.Commit(store.Turn{Session: f.Session, Writes: writes})
}

// linkOf is the link to the chat that this one continues; why says what keeps it
// from being made.
func (c *Chats) linkOf(ctx context.Context, f Finished) (link *perch.Link, why string, err error) {
	if f.Past == "" {
		return nil, "", nil
	}
	past, err := c.Find(ctx, f.Instance, f.Past)
	if perch.KindOf(err) == perch.NotFound {
		return nil, "the contact " + string(f.Past) + ", which it continues, is not here", nil
	}
	if err != nil {
		return nil, "", err
	}
	l, err := perch.Rehydrate(perch.FromSegment, f.Past, past)
	switch {
	case perch.KindOf(err) == perch.Refused:
		return nil, "the chat that it continues goes on here", nil
	case err != nil:
		return nil, "", err
	case past.Time.After(f.Entries[len(f.Entries)-1].Time):
		return nil, "the chat of the contact " + string(f.Past) + ", which it continues, has ended later than it", nil
	}
	var leap *perch.Link
	if past.Link != nil {
		if leap, err = c.opts.Store.Link(ctx, past.Link.Jump); err != nil {
			return nil, "", err
		}
	}
	l = l.Chain(past.Link, leap)
	return &l, "", nil
}

// logOf is the log of a chat, numbered and checked, and the state that it tells.
func (c *Chats) logOf(ctx context.Context, f Finished, link *perch.Link) (segment.Content, error) {
	content := segment.Content{Session: f.Session, Generation: 1, State: &perch.Session{ID: f.Session}}
	s := content.State
	seen := map[string]bool{}
	add := func(e perch.Entry) {
		e.Kind, e.Number = e.Body.Kind(), s.Head+1
		e.Time = e.Time.UTC().Truncate(time.Millisecond)
		if e.Time.Before(s.Time) {
			e.Time = s.Time
		}
		if e.Kind.Item() && (e.Foreign == "" || seen[e.Foreign]) {
			e.Foreign = perch.ItemID(s.ID, e.Number, e.Time)
		}
		seen[e.Foreign] = true
		s.Apply(e)
		content.Entries = append(content.Entries, e)
	}
	for i, e := range f.Entries {
		if s.Ended || i == 0 && e.Body.Kind() != perch.KindStarted {
			return content, perch.Errorf(perch.Invalid, "a log begins with its start and ends with its end")
		}
		add(e)
		if link != nil && e.Body.Kind() == perch.KindOpened && len(s.Contacts) == 1 {
			add(perch.Entry{Contact: e.Contact, Time: e.Time, Body: perch.Linked{Link: *link}})
		}
	}
	if !s.Ended || len(s.Contacts) == 0 || s.Contacts[0].ID != f.Session.First() {
		return content, perch.Errorf(perch.Invalid, "the chat has no end, or begins with another contact")
	}
	for _, contact := range s.Contacts {
		_, _, here, err := c.opts.Store.SessionOf(ctx, contact.ID)
		if err != nil {
			return content, err
		}
		if here {
			return content, perch.Errorf(perch.Conflict, "a contact %s is here already, of a chat that was not imported", contact.ID)
		}
	}
	s.Settle()
	return content, nil
}

// importRows are all rows of an imported chat.
func importRows(f Finished, content segment.Content, cold store.Cold) ([]store.Write, error) {
	s := content.State
	writes := []store.Write{store.InsertImported(s.ID, f.Sources, errImported),
		store.InsertSession(s.ID, f.Instance, s.Started, findable(s.CustomerID, s.Verified)), store.EndSession(s.ID, s.Time)}
	writes = append(append(writes, store.SetCold(cold, errMoved)...), store.FinishCold(s.ID)...)
	if len(f.Attributes) > 0 {
		w, err := store.SetAttributes(s.ID, f.Attributes, 1)
		if err != nil {
			return nil, err
		}
		writes = append(writes, w)
	}
	for _, contact := range s.Contacts {
		writes = append(writes, store.InsertContact(s.ID, contact.ID, f.Instance), store.SetFacts(factsOf(s, contact)))
		if d, ok := f.Details[contact.ID]; ok {
			w, err := detailsWrite(s.ID, contact.ID, d, 1)
			if err != nil {
				return nil, err
			}
			writes = append(writes, w)
		}
		if w := f.Work[contact.ID]; !w.Started.IsZero() {
			writes = append(writes, store.StartWork(s.ID, contact.ID, w.Started))
			if !w.Ended.IsZero() {
				writes = append(writes, store.EndWork(s.ID, contact.ID, w.Ended))
			}
		}
	}
	if s.Link != nil {
		writes = append(writes, store.InsertLink(s.ID, *s.Link))
	}
	shown := map[perch.FileID]int64{}
	for _, e := range content.Entries {
		if a, ok := e.Body.(perch.Attached); ok {
			shown[a.File] = e.Number
		}
	}
	for _, file := range f.Files {
		file.Session, file.Number = s.ID, shown[file.ID]
		w, err := store.AddFile(file)
		if err != nil {
			return nil, err
		}
		writes = append(writes, w)
	}
	return append(writes, foreignItems(s.ID, content.Entries)...), nil
}

// foreignItems makes items findable by the ids that they came with.
func foreignItems(session perch.SessionID, log []perch.Entry) []store.Write {
	var ids []string
	var numbers []int64
	for _, e := range log {
		if e.Foreign != "" {
			ids, numbers = append(ids, e.Foreign), append(numbers, e.Number)
		}
	}
	return store.InsertItems(session, ids, numbers)
}
