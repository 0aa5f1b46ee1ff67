package archive_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/perch-chat/perch"
)

// endless never ends, and counts how much of it was read.
type endless struct{ read int64 }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	e.read += int64(len(p))
	return len(p), nil
}

// An upload takes the file that was announced, once, and nothing else; whatever is
// tried, no byte of it is kept.
func TestAnUploadTakesWhatWasAnnouncedAndNothingElse(t *testing.T) {
	t.Parallel()
	for name, bucket := range map[string]bool{"directory": false, "bucket": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, bucket)
			id, by := h.chat()
			s, err := h.chats.Session(t.Context(), id)
			h.must(err)
			f, err := h.files.Start(t.Context(), s, perch.File{Name: "..%2f..%2f%00 CON.txt", ContentType: "text/plain", Size: 5, Participant: by}, "")
			h.must(err)
			if strings.Contains(f.Key, "CON") || strings.Contains(f.Key, "..") {
				t.Errorf("the name is part of the key %s", f.Key)
			}
			flood := &endless{}
			for what, try := range map[string]struct {
				contentType string
				size        int64
				body        io.Reader
				want        perch.ErrorKind
			}{
				"another type":        {"text/html", 5, strings.NewReader("hello"), perch.Invalid},
				"another length":      {"text/plain", 4, strings.NewReader("hell"), perch.Invalid},
				"less than it says":   {"text/plain", 5, strings.NewReader("hell"), perch.Invalid},
				"more than it says":   {"text/plain", 5, strings.NewReader("hello, and more"), perch.Invalid},
				"without an end":      {"text/plain", 5, flood, perch.Invalid},
				"what cannot be read": {"text/plain", 5, io.MultiReader(strings.NewReader("he"), broken{}), perch.Internal},
			} {
				if err := h.files.Receive(t.Context(), f.ID, try.contentType, try.size, try.body); perch.KindOf(err) != try.want {
					t.Errorf("%s: %v", what, err)
				}
				if err := h.files.Complete(t.Context(), f); perch.KindOf(err) != perch.Refused {
					t.Errorf("after %s it is completed: %v", what, err)
				}
				if h.kept() != 0 {
					t.Errorf("%s is kept", what)
				}
			}
			if flood.read > 64<<10 {
				t.Errorf("%d bytes of an endless body were read", flood.read)
			}
			h.must(h.files.Receive(t.Context(), f.ID, "text/plain", 5, strings.NewReader("hello")))
			if err := h.files.Receive(t.Context(), f.ID, "text/plain", 5, strings.NewReader("later")); perch.KindOf(err) != perch.Conflict {
				t.Errorf("a second body: %v", err)
			}
			if _, _, err := h.files.Open(t.Context(), f.ID, false); perch.KindOf(err) != perch.NotFound {
				t.Errorf("it can be read before it is completed: %v", err)
			}
			h.must(h.files.Complete(t.Context(), f))
			_, body, err := h.files.Open(t.Context(), f.ID, false)
			h.must(err)
			data, err := io.ReadAll(body)
			h.must(errors.Join(err, body.Close()))
			if string(data) != "hello" {
				t.Errorf("it is %q", data)
			}
			f, err = h.chats.File(t.Context(), f.ID)
			h.must(err)
			if err := h.files.Receive(t.Context(), f.ID, "text/plain", 5, strings.NewReader("later")); perch.KindOf(err) != perch.Conflict {
				t.Errorf("a body after the end: %v", err)
			}
			h.must(h.files.Delete(t.Context(), f))
			if _, _, err := h.files.Open(t.Context(), f.ID, false); perch.KindOf(err) != perch.NotFound {
				t.Errorf("it can be read after it was deleted: %v", err)
			}
		})
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("the line is cut") }
