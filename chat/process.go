package chat

import (
	"context"
	"slices"
	"strconv"

	"github.com/perch-chat/perch"
)

// Processed is what a function has made of a message.
type Processed struct {
	// Status is empty where the message is to be delivered; MessageRejected, or
	// MessageFailed where the function has come to nothing.
	Status string
	// ContentType and Content replace the message's; empty where it stays as it is.
	ContentType, Content string
}

// Process has the messages that are sent from here on go through a function
// before anybody sees them; without a function, no more. What was sent before is
// still processed, and what is sent meanwhile waits behind it.
//
// doc: redaction-message-processing.md
func (t *Turn) Process(by perch.Processing) {
	if now := t.state.Processing; now == nil && by.Function == "" || now != nil && *now == by {
		return
	}
	t.control(perch.ProcessingSet{Processing: by})
}

// processes reports whether a message must not be seen at once: since it is to be
// processed, or since others are before it.
func (t *Turn) processes(contentType string) bool {
	return len(t.state.Held) > 0 || t.state.Processing != nil && processable(contentType)
}

// processable are the types of message that processing is about.
// doc: redaction-message-processing.md
func processable(contentType string) bool {
	switch contentType {
	case "text/plain", "text/markdown", "application/json":
		return true
	}
	return false
}

// hold keeps a message back.
func (t *Turn) hold(p *perch.Participant, token perch.TokenHash, s Saying, to perch.Audience) (perch.Entry, error) {
	if len(t.state.Held) >= perch.MaxHeld {
		return perch.Entry{}, perch.Errorf(perch.Throttled, "%d messages of this chat are being processed: try again later", len(t.state.Held))
	}
	held := perch.Held{Who: p.Who, ContentType: s.ContentType, Content: s.Content, Hidden: to == perch.ToNobody}
	if t.state.Processing != nil && processable(s.ContentType) {
		held.Processing = *t.state.Processing
	}
	e := t.add(perch.Entry{Participant: p.ID, Audience: perch.ToNobody, Token: token, Body: held})
	if len(t.state.Held) == 1 {
		t.dueProcess()
	}
	return e, nil
}

func (t *Turn) dueProcess() {
	t.Due(DueProcess, strconv.FormatInt(t.state.Held[0].Number, 10), t.Now, nil)
}

// ProcessingStatus is what becomes of a message that Say has returned; empty
// where it is delivered.
func (t *Turn) ProcessingStatus(e perch.Entry) (status string, err error) {
	if _, held := e.Body.(perch.Held); !held {
		return "", nil
	}
	for _, h := range t.state.Held {
		if h.Number == e.Number {
			return perch.MessageProcessing, nil
		}
	}
	answer, _, err := t.chats.answerTo(t.ctx, t.state.ID, e.Number, t.state.Head)
	if u, ok := answer.Body.(perch.Undelivered); ok {
		status = u.Status
	}
	return status, err
}

// answerTo finds what has become of a held message. It stands near by, as a rule,
// so that not much is read at once.
func (c *Chats) answerTo(ctx context.Context, session perch.SessionID, held, through int64) (answer perch.Entry, ok bool, err error) {
	const atOnce = 100
	for from := held + 1; from <= through && !ok && err == nil; from += atOnce {
		var some []perch.Entry
		some, err = c.entries(ctx, session, from, min(from+atOnce-1, through))
		if i := slices.IndexFunc(some, func(e perch.Entry) bool { return e.Answers(held) }); i >= 0 {
			answer, ok = some[i], true
		}
	}
	return answer, ok, err
}

// Deliver has done with the first of the held messages, and with those that have
// waited for it alone. One that is not the first any more has been dealt with.
func (t *Turn) Deliver(number int64, as Processed) error {
	if len(t.state.Held) == 0 || t.state.Held[0].Number != number {
		return nil
	}
	if err := t.release(t.state.Held[0], as); err != nil {
		return err
	}
	for len(t.state.Held) > 0 && t.state.Held[0].Function == "" {
		if err := t.release(t.state.Held[0], Processed{}); err != nil {
			return err
		}
	}
	if len(t.state.Held) > 0 {
		t.dueProcess()
	}
	return nil
}

// flush has done with all held messages as if their function had failed: the chat
// ends, and after its end there is nothing.
func (t *Turn) flush() error {
	for len(t.state.Held) > 0 {
		h := t.state.Held[0]
		as := Processed{Status: perch.MessageFailed}
		if h.Function == "" {
			as = Processed{}
		}
		t.DropDue(DueProcess, strconv.FormatInt(h.Number, 10))
		if err := t.release(h, as); err != nil {
			return err
		}
	}
	return nil
}

func (t *Turn) release(h perch.HeldMessage, as Processed) error {
	e, err := t.entry(h.Number)
	if err != nil {
		return err
	}
	held, _ := e.Body.(perch.Held)
	m := perch.Message{Who: held.Who, ContentType: held.ContentType, Content: held.Content, Held: e.Number, Sent: e.Time}
	if as.Status == perch.MessageFailed && h.Deliver {
		as = Processed{}
	}
	if as.Status != "" {
		t.add(perch.Entry{Participant: e.Participant, Audience: perch.ToNobody, Body: perch.Undelivered{Message: m, Status: as.Status}})
		return nil
	}
	if as.Content != "" {
		m.ContentType, m.Content = as.ContentType, as.Content
	}
	to := perch.ToAll
	if held.Hidden {
		to = perch.ToNobody
	}
	said := t.add(perch.Entry{Participant: e.Participant, Audience: to, Body: m})
	p, ok := t.state.Participant(e.Participant)
	if !ok {
		return nil
	}
	return t.wake(p, said)
}
