package chat

import (
	"slices"

	"github.com/perch-chat/perch"
)

// Kinds of Due that this room sets. Those about flows are the flow runner's to
// handle; Body is a FlowCall.
const (
	DueConnect      = "connect"       // the customer has not connected in time
	DueExpire       = "expire"        // the chat has lasted its time
	DueFlowStart    = "flow.start"    // a flow begins on a contact
	DueFlowReturned = "flow.returned" // the customer wrote to a flow that waits
	DueFlowBotLeft  = "flow.bot_left" // the custom participant has gone
	DueBotConnect   = "bot.connect"   // a custom participant has not connected in time
	DueFlowWhisper  = "flow.whisper"  // an agent has joined, to whom or to whose customer something is to be said first
	DueSilence      = "silence"       // somebody may have been silent for too long
	DueProcess      = "process"       // a message is to be processed; Key is its number
)

// FlowCall is the body of a flow's Due.
type FlowCall struct {
	Flow  perch.FlowID  `json:"f,omitempty"`
	Agent perch.UserID  `json:"a,omitempty"` // whom a transfer flow is about
	Queue perch.QueueID `json:"q,omitempty"` // where a transfer flow leads, or the contact waits
	User  perch.UserID  `json:"u,omitempty"` // whose own queue that is
	// Message is the number of the message that woke the flow.
	Message int64 `json:"m,omitempty"`
}

// Saying is a message of a participant.
type Saying struct {
	ContentType string
	Content     string
	ClientToken string
	// Answer is set for what a client makes of a choice in an interactive message,
	// which nobody has typed.
	Answer bool
	// Aside is set for what a supervisor says to those who work the chat alone; its
	// customer sees nothing of it.
	Aside bool
}

// Say appends a message. Where messages are processed first it is held until that
// is done, and the entry is a perch.Held. The same ClientToken with the same
// message gives the entry it made, and writes nothing. Somebody who speaks is
// connected.
//
// Errors: Denied for who is not in the chat, Invalid for a content type that
// the chat does not support or a ClientToken used for another message; Throttled
// where too many messages are being processed.
func (t *Turn) Say(id perch.ParticipantID, s Saying) (perch.Entry, error) {
	p, err := t.state.Caller(id)
	if err != nil {
		return perch.Entry{}, err
	}
	if s.Aside {
		return t.aside(p, s)
	}
	if p.Unseen() {
		return perch.Entry{}, perch.Errorf(perch.Denied, "you watch silently: barge in to be heard")
	}
	token := perch.HashToken(id, "SendMessage", s.ClientToken)
	if n, ok := t.state.Seen.Number(token); ok {
		return t.repeated(n, s)
	}
	if !slices.Contains(t.state.ContentTypes, s.ContentType) {
		return perch.Entry{}, perch.InvalidField("ContentType", "%q is not among the content types that this chat was started with", s.ContentType)
	}
	if p.Presence == perch.Expected {
		if err := t.Connect(id); err != nil {
			return perch.Entry{}, err
		}
		p, _ = t.state.Participant(id)
	}
	was, to := t.state.Watch, perch.ToAll
	if s.Answer && p.Role == perch.Customer && t.state.Current().Hidden {
		to = perch.ToNobody
	}
	if t.processes(s.ContentType) {
		e, err := t.hold(p, token, s, to)
		if err != nil {
			return perch.Entry{}, err
		}
		return e, t.returned(p, was)
	}
	e := t.add(perch.Entry{Participant: id, Audience: to, Token: token,
		Body: perch.Message{Who: p.Who, ContentType: s.ContentType, Content: s.Content}})
	if err := t.returned(p, was); err != nil {
		return perch.Entry{}, err
	}
	return e, t.wake(p, e)
}

// aside appends what a supervisor who watches, silently or not, says to the staff.
// It is not processed before, wakes no flow and breaks nobody's silence.
// doc: monitor-conversations.md
func (t *Turn) aside(p *perch.Participant, s Saying) (perch.Entry, error) {
	if p.Role != perch.Supervisor {
		return perch.Entry{}, perch.Errorf(perch.Denied, "only a supervisor who watches can whisper")
	}
	token := perch.HashToken(p.ID, "Whisper", s.ClientToken)
	if n, ok := t.state.Seen.Number(token); ok {
		return t.repeated(n, s)
	}
	who := *p
	if who.Presence == perch.Expected {
		if err := t.Connect(who.ID); err != nil {
			return perch.Entry{}, err
		}
	}
	return t.add(perch.Entry{Participant: who.ID, Audience: perch.ToStaff, Token: token,
		Body: perch.Message{Who: who.Who, ContentType: s.ContentType, Content: s.Content}}), nil
}

// wake leaves word for a flow that waits for the customer.
func (t *Turn) wake(p *perch.Participant, e perch.Entry) error {
	if p.Role != perch.Customer || !t.state.Current().Listening {
		return nil
	}
	body, err := encode(FlowCall{Message: e.Number})
	if err != nil {
		return err
	}
	t.Due(DueFlowReturned, string(e.Contact), t.Now, body)
	return nil
}

func (t *Turn) repeated(number int64, s Saying) (perch.Entry, error) {
	e, err := t.entry(number)
	if err != nil {
		return perch.Entry{}, err
	}
	m, ok := e.Body.(perch.Message)
	if held, was := e.Body.(perch.Held); was {
		m, ok = perch.Message{ContentType: held.ContentType, Content: held.Content}, true
	}
	if !ok || m.ContentType != s.ContentType || m.Content != s.Content {
		return perch.Entry{}, perch.InvalidField("ClientToken", "has been used for another message")
	}
	return e, nil
}

func (t *Turn) entry(number int64) (found perch.Entry, err error) {
	for _, e := range t.entries {
		if e.Number == number {
			return e, nil
		}
	}
	err = t.chats.Entries(t.ctx, t.state.ID, number, number, func(e perch.Entry) error {
		found = e
		return nil
	})
	return found, err
}

// Prompt appends a message of the system, as flows send them.
func (t *Turn) Prompt(text string, to perch.Audience) perch.Entry {
	return t.prompt(systemName, "text/plain", text, to)
}

// BotSays appends a message of a bot that a flow has brought: the system's, under
// the name by which clients tell it.
func (t *Turn) BotSays(contentType, content string) perch.Entry {
	return t.prompt("BOT", contentType, content, perch.ToAll)
}

// Show appends an interactive message of the system's.
func (t *Turn) Show(contentType, content string) perch.Entry {
	return t.prompt(systemName, contentType, content, perch.ToAll)
}

// systemName is the name under which clients show what a flow says.
const systemName = "SYSTEM_MESSAGE"

func (t *Turn) prompt(name, contentType, content string, to perch.Audience) perch.Entry {
	return t.add(perch.Entry{Audience: to, Body: perch.Message{
		Who: perch.Who{Name: name, Role: perch.System}, ContentType: contentType, Content: content}})
}

// Invite makes somebody known who may then connect.
func (t *Turn) Invite(who perch.Who, user perch.UserID) (perch.ParticipantID, error) {
	id, err := t.newID()
	if err != nil {
		return "", err
	}
	t.add(perch.Entry{Participant: perch.ParticipantID(id), Body: perch.Invited{Who: who, User: user}})
	return perch.ParticipantID(id), nil
}

// Connect marks a participant's first connection and tells the others; each
// further one changes nothing.
func (t *Turn) Connect(id perch.ParticipantID) error {
	p, err := t.state.Caller(id)
	if err != nil {
		return err
	}
	if p.Presence != perch.Expected {
		return nil
	}
	if p.Role == perch.Customer {
		t.DropDue(DueConnect, "")
	}
	t.mark = true
	if p.Role == perch.Supervisor { // watches silently
		t.add(perch.Entry{Participant: id, Body: perch.Connected{}})
		return nil
	}
	who := *p
	t.by(&who, perch.ToAll, perch.Joined{Who: who.Who})
	t.watched()
	t.whisper(&who)
	return t.dismissBot(&who)
}

// whisper leaves word for the whisper flows of a contact that its agent has joined.
// doc: set-whisper-flow.md
func (t *Turn) whisper(p *perch.Participant) {
	c := t.state.Current()
	toAgent, toCustomer := t.state.Hooks[perch.AgentWhisper], t.state.Hooks[perch.CustomerWhisper]
	if p.Role == perch.Agent && c.Agent == p.User && (toAgent != "" || toCustomer != "") {
		t.Due(DueFlowWhisper, string(c.ID), t.Now, nil)
	}
}

// Leave takes a participant out of the chat. With the last agent the contact
// ends; the customer goes on in a contact of the disconnect flow if one is
// hooked, and otherwise the chat is over; one who leaves while the whispers of
// joining run gives the contact back to its queue. With the customer it is over too,
// unless the chat was started to run the disconnect flow even then.
//
// doc: enable-post-chat-survey.md
func (t *Turn) Leave(id perch.ParticipantID) error {
	p, err := t.state.Caller(id)
	if err != nil {
		return err
	}
	who := *p
	t.mark = true
	if who.Role == perch.Customer {
		return t.customerLeaves(&who)
	}
	unjoined := who.Role == perch.Agent && t.unjoined()
	t.leave(&who)
	if who.Role == perch.Bot {
		return t.botLeft()
	}
	if who.Role != perch.Agent || len(t.state.Agents()) > 0 {
		return nil
	}
	if unjoined {
		return t.backToQueue()
	}
	return t.survey(perch.AgentDisconnect)
}

func (t *Turn) customerLeaves(p *perch.Participant) error {
	agents := t.state.Agents()
	_, hooked := t.state.Hooks[perch.CustomerRemaining]
	if t.state.SurveyOnExit && hooked && len(agents) > 0 && t.state.HasRoom() {
		for i := range agents {
			t.leave(&agents[i])
		}
		return t.survey(perch.CustomerDisconnect)
	}
	if err := t.flush(); err != nil { // while they are still here
		return err
	}
	t.leave(p)
	return t.End(perch.CustomerDisconnect)
}

func (t *Turn) leave(p *perch.Participant) {
	to := perch.ToAll
	if p.Unseen() || p.Presence == perch.Expected { // nobody has seen them come
		to = perch.ToNobody
	}
	t.by(p, to, perch.Left{Who: p.Who})
}

// survey opens the contact of the disconnect flow, or ends the chat where there
// is none, no room for it, or nobody to ask.
func (t *Turn) survey(why perch.Reason) error {
	flow, hooked := t.state.Hooks[perch.CustomerRemaining]
	customer, ok := t.state.Customer()
	if !hooked || !t.state.HasRoom() || !ok || customer.Presence == perch.Departed {
		return t.End(why)
	}
	_, err := t.next(why, perch.ByDisconnect, FlowCall{Flow: flow})
	return err
}

// Transfer hands the chat of an agent over to a new contact, on which a
// transfer flow runs: the agent is gone with it.
//
// Errors: Denied for who is not an agent in the chat; Refused when the chat
// has had its contacts.
func (t *Turn) Transfer(id perch.ParticipantID, call FlowCall) (perch.ContactID, error) {
	p, err := t.state.Caller(id)
	if err != nil {
		return "", err
	}
	if p.Role != perch.Agent {
		return "", perch.Errorf(perch.Denied, "only an agent can transfer a chat")
	}
	if !t.state.HasRoom() {
		return "", perch.Errorf(perch.Refused, "the chat has been handed over %d times, which is the limit", perch.MaxContacts-1)
	}
	who := *p
	t.leave(&who)
	t.by(&who, perch.ToAll, perch.TransferSucceeded{Who: who.Who})
	return t.next(perch.Transferred, perch.ByTransfer, call)
}
