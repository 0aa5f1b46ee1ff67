package wire

// TranscriptVersion is that of the form in which transcript files are written.
const TranscriptVersion = "2019-08-26"

// TranscriptFile is a contact's transcript as Amazon leaves it in a bucket, its
// members in that order.
//
// doc: sample-chat-transcript.md
type TranscriptFile struct {
	Version          string
	AWSAccountId     string
	InstanceId       string
	InitialContactId string // the contact's own for the first of a chain
	ContactId        string
	Participants     []FileParticipant
	Transcript       []Item // oldest first, without the members that a file has once
}

// FileParticipant is somebody who has said or done something in the contact.
type FileParticipant struct{ ParticipantId string }
