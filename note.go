package perch

import "time"

// Limits of what those who work a contact write down about it, in characters.
const (
	// MaxNotes of one contact.
	MaxNotes = 200
	// MaxNoteText and MaxDispositionText are those of one note, and of what is said
	// with a disposition.
	MaxNoteText        = 4096
	MaxDispositionText = 1024
)

// Note is what somebody who works here has written down about a contact, for
// those who work it and for those who work what follows; its customer never sees
// it. A note is not changed. It may be written after the contact's end, so it is
// not in the log.
type Note struct {
	Session SessionID
	Contact ContactID
	Number  int // 1, 2, 3 ... of the contact
	Author  Author
	Time    time.Time // milliseconds
	Text    string
}

// Author is somebody who works here, under the name of then.
type Author struct {
	ID   UserID `json:"i"`
	Name string `json:"n"`
}

// Disposition is what a contact was about, or came to, as who worked it says.
type Disposition struct {
	Code   string    `json:"c,omitempty"` // of the instance's list, as it was then
	Text   string    `json:"x,omitempty"`
	Author Author    `json:"a"`
	Time   time.Time `json:"t"`
}

// Said reports whether the disposition says anything.
func (d Disposition) Said() bool { return d.Code != "" || d.Text != "" }
