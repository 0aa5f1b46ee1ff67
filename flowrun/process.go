package flowrun

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/flow"
	"github.com/perch-chat/perch/outside"
	"github.com/perch-chat/perch/wire"
)

// setMediaProcessing has messages processed from here on, or no more. A function
// of which nobody has said where it is would lose every message of the chat.
//
// doc: flow language, UpdateContactMediaProcessing
func (p *run) setMediaProcessing(e flow.SetMediaProcessing) error {
	if !e.Enabled {
		p.Process(perch.Processing{})
		return nil
	}
	instance, err := p.opts.Settings.Instance(p.Context(), p.State().Instance)
	if err != nil {
		return err
	}
	if !p.opts.Knows(outside.Call{Instance: string(p.State().Instance), Alias: instance.Alias, Name: e.LambdaARN}) {
		p.opts.Log.WarnContext(p.Context(), "a flow wants messages processed by a function that no entry of the file of functions names; it takes its error branch",
			"contact", p.contact, "flow", p.position.State.FlowID, "action", p.position.State.ActionID, "function", e.LambdaARN)
		return perch.Errorf(perch.Refused, "nobody has said where the function is")
	}
	p.Process(perch.Processing{Function: e.LambdaARN, Deliver: e.DeliverUnprocessed})
	return nil
}

// process has a function process the first of the messages that are held, and
// lets it be seen, or not. The next one follows then, so that their order stays.
//
// doc: redaction-message-processing.md
func (r *Runner) process(ctx context.Context, d perch.Due) error {
	number, err := strconv.ParseInt(d.Key, 10, 64)
	if err != nil {
		return fmt.Errorf("damaged due row %s of contact %s: %w", d.Kind, d.Contact, err)
	}
	s, err := r.opts.Chats.Session(ctx, d.Session)
	if err != nil {
		return err
	}
	as := chat.Processed{}
	if !s.Ended && len(s.Held) > 0 && s.Held[0].Number == number {
		if as, err = r.processed(ctx, s, s.Held[0]); err != nil {
			return err
		}
	}
	return r.opts.Chats.On(ctx, d.Session, func(t *chat.Turn) error {
		t.DropDue(d.Kind, d.Key)
		if t.State().Ended {
			return nil
		}
		return t.Deliver(number, as)
	})
}

// processed calls the function. Whatever goes wrong with it is dealt with as the
// flow has said; why, the operator reads in the log.
func (r *Runner) processed(ctx context.Context, s *perch.Session, h perch.HeldMessage) (chat.Processed, error) {
	instance, err := r.opts.Settings.Instance(ctx, s.Instance)
	if err != nil {
		return chat.Processed{}, err
	}
	event, err := r.processorEvent(ctx, s, h)
	if err != nil {
		return chat.Processed{}, err
	}
	got, err := r.opts.Process(ctx, outside.Call{Instance: string(s.Instance), Alias: instance.Alias, Name: h.Function, Event: event})
	if ctx.Err() != nil { // perch stops: it is no fault of the function
		return chat.Processed{}, ctx.Err()
	}
	if err == nil && got.ContentType != "" && !slices.Contains(s.ContentTypes, got.ContentType) {
		err = fmt.Errorf("it makes %s of the message, which is not among the content types of the chat", got.ContentType)
	}
	switch {
	case err != nil:
		r.opts.Log.WarnContext(ctx, "a function that processes messages has failed", "contact", s.Current().ID, "function", h.Function, "delivered", h.Deliver, "error", err)
		return chat.Processed{Status: perch.MessageFailed}, nil
	case got.Rejected:
		return chat.Processed{Status: perch.MessageRejected}, nil
	}
	return chat.Processed{ContentType: got.ContentType, Content: got.Content}, nil
}

// processorEvent is what the function is told.
func (r *Runner) processorEvent(ctx context.Context, s *perch.Session, h perch.HeldMessage) (event []byte, err error) {
	err = r.opts.Chats.Entries(ctx, s.ID, h.Number, h.Number, func(e perch.Entry) error {
		m, ok := e.Body.(perch.Held)
		if !ok {
			return fmt.Errorf("entry %d of session %s is no message that is held", e.Number, s.ID)
		}
		event, err = json.Marshal(wire.ProcessorEvent{Version: "1.0", InstanceID: string(s.Instance), AssociatedResourceARN: r.opts.ARNs.Contact(s.Instance, e.Contact),
			ChatContent: wire.ChatContent{AbsoluteTime: wire.Time(e.Time), Content: m.Content, ContentType: m.ContentType, ID: e.ID(s.ID),
				ParticipantID: string(e.Participant), DisplayName: m.Name, ParticipantRole: wire.RoleName(m.Role),
				InitialContactID: string(s.ID), ContactID: string(e.Contact)}})
		return err
	})
	return event, err
}
