package perch

import "time"

// FileID names a file that belongs to a contact.
type FileID string

// FileState is how far a file has come. The numbers are on disk.
type FileState uint8

const (
	FileStarted  FileState = 1 // it may be uploaded
	FileScanning FileState = 2 // it is there whole, and somebody looks whether it is good
	FileApproved FileState = 3 // it may be read
	FileRejected FileState = 4 // it is not good; its bytes go
	FileFailed   FileState = 5 // it was never uploaded, or not in time
	FileDeleted  FileState = 6 // somebody has deleted it; its bytes go
)

// Gone reports whether a file of this state has no bytes, or is to lose them.
func (s FileState) Gone() bool { return s == FileRejected || s == FileFailed || s == FileDeleted }

// MaxAttachments is how many files people may attach to a chat.
// doc: feature-limits.md
const MaxAttachments = 35

// File is what is known of a file that belongs to a contact. An attachment is one
// that a participant has put into the chat.
type File struct {
	ID      FileID    `json:"-"`
	Session SessionID `json:"-"`
	Contact ContactID `json:"-"`
	Number  int64     `json:"-"` // of the entry that shows it; 0 while there is none
	State   FileState `json:"-"`
	Created time.Time `json:"-"`

	Name        string `json:"n"`
	ContentType string `json:"t"`
	Size        int64  `json:"s"` // bytes
	// Bucket, Key and Encryption are where the bytes are: by the instance's
	// configuration as it was when the upload began.
	Bucket     string `json:"b"`
	Key        string `json:"k"`
	Encryption string `json:"e,omitempty"` // ARN of the bucket's key
	// Participant is who attaches it; empty of a file that the Connect API has added.
	Participant ParticipantID     `json:"p,omitempty"`
	Request     TokenHash         `json:"r,omitempty"` // of the ClientToken; 0 without one
	CreatedBy   string            `json:"c,omitempty"` // ARN of a user
	UseCase     string            `json:"u,omitempty"`
	Tags        map[string]string `json:"g,omitempty"`
}

type (
	// Attached shows a file in a chat. How it stands now is not in the log, since it
	// changes after the end of the chat, too.
	Attached struct {
		Who
		File        FileID    `json:"f"`
		Name        string    `json:"a"`
		ContentType string    `json:"t"`
		State       FileState `json:"s"` // as it was then
	}
	// Scanned tells those who watch what has come of looking through a file. It
	// stands in no transcript: what counts is the file's own row.
	Scanned struct {
		Attached
		Number int64     `json:"o"` // of the entry that shows the file
		Sent   time.Time `json:"w"` // its time
	}
)

func (Attached) Kind() Kind { return KindAttached }
func (Scanned) Kind() Kind  { return KindScanned }
