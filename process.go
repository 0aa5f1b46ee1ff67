package perch

import "slices"

// Processing has messages of participants go through a function before anybody
// sees them. It lasts until it is switched off or the chat ends, whatever
// contact is in force.
//
// doc: redaction-message-processing.md
type Processing struct {
	Function string `json:"f"` // its ARN or name
	// Deliver has a message delivered as it is where the function fails.
	Deliver bool `json:"d,omitempty"`
}

// HeldMessage is a message that nobody has seen yet, as the fold knows it.
type HeldMessage struct {
	Number int64 // of its entry
	Processing
}

// MaxHeld is how many messages of a chat may wait for processing.
const MaxHeld = 100

// Statuses of a message that has been sent.
// doc: API_connect-participant_MessageProcessingMetadata
const (
	MessageProcessing = "PROCESSING"
	MessageFailed     = "FAILED"
	MessageRejected   = "REJECTED"
)

type (
	// ProcessingSet switches the processing of messages on; off without a function.
	ProcessingSet struct{ Processing }
	// Held is a message that was sent and that nobody sees yet. Its number and time
	// make the id under which its sender knows it. Without a function it waits only
	// for those before it.
	Held struct {
		Who
		ContentType string `json:"t"`
		Content     string `json:"c"`
		// Hidden is an answer that nobody is to see, whatever becomes of it.
		Hidden bool `json:"x,omitempty"`
		Processing
	}
	// Undelivered is what becomes of a message that nobody is to see. It is told its
	// sender, and stands in no transcript.
	Undelivered struct {
		Message
		Status string `json:"u"` // MessageFailed or MessageRejected
	}
)

// ID is the id of an entry as clients see it: that under which it was sent, where
// that was another.
func (e Entry) ID(session SessionID) string {
	if e.Foreign != "" {
		return e.Foreign
	}
	switch b := e.Body.(type) {
	case Message:
		if b.Held != 0 {
			return ItemID(session, b.Held, b.Sent)
		}
	case Undelivered:
		return ItemID(session, b.Held, b.Sent)
	case Scanned:
		return ItemID(session, b.Number, b.Sent)
	}
	return ItemID(session, e.Number, e.Time)
}

// Answers reports whether an entry is what has become of a held message.
func (e Entry) Answers(held int64) bool {
	switch b := e.Body.(type) {
	case Message:
		return b.Held == held
	case Undelivered:
		return b.Held == held
	}
	return false
}

func (s *Session) hold(number int64, p Processing) {
	s.Held = append(slices.Clip(s.Held), HeldMessage{number, p})
}

// unhold makes a new list: copies of the state share the old one.
func (s *Session) unhold(number int64) {
	s.Held = slices.DeleteFunc(slices.Clone(s.Held), func(h HeldMessage) bool { return h.Number == number })
	if len(s.Held) == 0 {
		s.Held = nil
	}
}
