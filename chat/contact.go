package chat

import (
	"encoding/json"
	"fmt"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/store"
)

// next closes the contact in force and opens another, on which a flow starts.
func (t *Turn) next(why perch.Reason, how perch.Method, call FlowCall) (perch.ContactID, error) {
	id, err := t.newID()
	if err != nil {
		return "", err
	}
	t.mark = true
	previous := t.state.Current().ID
	t.dismissSupervisors()
	t.control(perch.Closed{Reason: why})
	t.closed()
	if err := t.open(perch.ContactID(id), perch.Opened{Previous: previous, Method: how}, call); err != nil {
		return "", err
	}
	return perch.ContactID(id), nil
}

// Requeue closes the contact in force, which waits in a queue, and opens another
// for the queue of call; the customer queue flow, where there is one, runs on it.
// doc: ctr-data-model.md, QUEUE_TRANSFER
func (t *Turn) Requeue(call FlowCall) error {
	call.Flow = t.state.Hooks[perch.CustomerQueue]
	_, err := t.next(perch.Transferred, perch.ByQueueTransfer, call)
	return err
}

// open puts a contact in force and leaves word for its flow.
func (t *Turn) open(id perch.ContactID, how perch.Opened, call FlowCall) error {
	t.add(perch.Entry{Contact: id, Body: how})
	t.Record(store.InsertContact(t.state.ID, id, t.state.Instance))
	if call.Flow == "" {
		return nil
	}
	body, err := encode(call)
	if err != nil {
		return err
	}
	t.Due(DueFlowStart, string(id), t.Now, body)
	return nil
}

// closed tells the staff rooms of a contact that is over and takes back what
// was due for its flow.
func (t *Turn) closed() {
	c := *t.state.Current()
	t.DropDue(DueFlowStart, string(c.ID))
	t.DropDue(DueFlowReturned, string(c.ID))
	t.DropDue(DueFlowBotLeft, string(c.ID))
	t.DropDue(DueFlowWhisper, string(c.ID))
	if t.chats.opts.ContactClosed != nil {
		t.chats.opts.ContactClosed(t, c)
	}
}

// End closes the contact in force and with it the chat. It is the last entry of
// the log; ending what has ended is Gone.
func (t *Turn) End(why perch.Reason) error {
	if t.state.Ended {
		return perch.Errorf(perch.Gone, "the chat has ended")
	}
	if err := t.flush(); err != nil {
		return err
	}
	t.mark = true
	t.add(perch.Entry{Audience: perch.ToAll, Body: perch.Ended{Reason: why}})
	t.closed()
	t.DropDue(DueConnect, "")
	t.DropDue(DueExpire, "")
	t.Record(store.EndSession(t.state.ID, t.state.Time))
	return nil
}

// Hook says which flow runs at an event of the contact's life.
func (t *Turn) Hook(h perch.Hook, flow perch.FlowID) {
	t.control(perch.HookSet{Hook: h, Flow: flow})
}

// MoveFlow notes where the contact's flow stands. While listening is set, the
// customer's next message leaves a Due of kind DueFlowReturned. While whispering
// is set, an agent who leaves gives the customer back to the queue. While a bot
// of the flow talks, no custom participant can be added. While hidden is set, nobody
// is shown what the customer answers.
func (t *Turn) MoveFlow(to perch.FlowMoved) { t.control(to) }

// unjoined reports whether an agent who leaves now has not really joined, since
// the whispers were not over, and the customer waits for another.
func (t *Turn) unjoined() bool {
	c := t.state.Current()
	customer, ok := t.state.Customer()
	return t.chats.opts.ContactReturned != nil && ok && customer.Presence != perch.Departed &&
		c.Whispering && !c.Enqueued.IsZero() && t.Now.Before(c.Accepted.Add(perch.WhisperFor))
}

// backToQueue puts the contact back into the queue in which it was; its customer
// queue flow begins anew.
// doc: set-whisper-flow.md
func (t *Turn) backToQueue() error {
	c := *t.state.Current()
	t.DropDue(DueFlowWhisper, string(c.ID))
	t.control(perch.Queued{Queue: c.Queue, User: c.QueueUser, Back: true})
	t.chats.opts.ContactReturned(t, c)
	flow, hooked := t.state.Hooks[perch.CustomerQueue]
	if !hooked {
		return nil
	}
	body, err := encode(FlowCall{Flow: flow, Queue: c.Queue, User: c.QueueUser})
	if err == nil {
		t.Due(DueFlowStart, string(c.ID), t.Now, body)
	}
	return err
}

// Queued notes that the contact waits in a queue, or in an agent's own.
func (t *Turn) Queued(queue perch.QueueID, user perch.UserID) {
	t.control(perch.Queued{Queue: queue, User: user})
}

// StartWork notes that an agent works on after a contact.
func (t *Turn) StartWork(contact perch.ContactID) {
	t.Record(store.StartWork(t.state.ID, contact, t.Now))
}

// EndWork notes that this work is done.
func (t *Turn) EndWork(contact perch.ContactID) {
	t.Record(store.EndWork(t.state.ID, contact, t.Now))
}

func encode(v any) ([]byte, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encoding a due row: %w", err)
	}
	return data, nil
}
