package flowrun

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/flow"
	"github.com/perch-chat/perch/outside"
)

const (
	// DueBot comes due at once: a bot is to be told what the customer says.
	DueBot = "flow.bot"
	// DueBotSilence comes due when the customer has not answered a bot.
	DueBotSilence = "flow.bot.silence"

	// botWithin is how long a bot may take over an answer, with all tries: Lex
	// gives a function behind it as long.
	botWithin = 30 * time.Second
)

// botTalk is a talk of the customer with a bot. It goes turn by turn: the bot is
// told a message of the customer, and what it answers is one turn of the chat;
// what the customer writes meanwhile is told it next, message by message.
type botTalk struct {
	Name       string            `json:"n"`           // alias ARN, or name:alias
	Seconds    int               `json:"s"`           // that the customer has for each answer
	Heard      int64             `json:"h"`           // number of the message that it was told last, or before which all lie
	Initial    string            `json:"i,omitempty"` // is told it first, in place of a message
	Begun      bool              `json:"g,omitempty"` // it has answered once
	Attributes map[string]string `json:"a,omitempty"` // the session's
	Memory     json.RawMessage   `json:"m,omitempty"`
	Buttons    map[string]string `json:"b,omitempty"` // what a button of the last card stands for
}

// toTell is the body of a DueBot.
type toTell struct {
	Number int64 `json:"n"` // that of position.Call
}

// connectBot begins the talk: with the initial message if the flow gives one,
// and otherwise with what the customer writes next. Custom participants make way.
//
// doc: flow language, ConnectParticipantWithLexBot
func (p *run) connectBot(e flow.ConnectBot) (flow.Event, error) {
	if err := p.DismissBot(); err != nil {
		return nil, err
	}
	if e.Text != "" {
		p.Prompt(e.Text, perch.ToAll)
	}
	name := e.AliasARN
	if name == "" {
		name = e.Name + ":" + e.Alias
	}
	p.position.Bot = &botTalk{Name: name, Seconds: e.Seconds, Heard: p.State().Head, Attributes: e.SessionAttributes,
		Initial: outside.Shorten(e.InitialMessage, outside.MaxLexText)}
	if p.position.Bot.Initial != "" {
		return nil, p.tellBot()
	}
	p.awaitCustomer()
	return nil, nil
}

// tellBot leaves it to another goroutine to tell the bot what it is to hear.
func (p *run) tellBot() error {
	p.DropDue(DueBotSilence, string(p.contact))
	p.position.Call = p.State().Head + 1
	body, err := json.Marshal(toTell{p.position.Call})
	if err != nil {
		return err
	}
	p.Due(DueBot, p.callKey(), p.Now, body)
	return nil
}

// awaitCustomer waits for the customer's next message, and not for ever.
func (p *run) awaitCustomer() {
	p.position.Call = 0
	p.Due(DueBotSilence, string(p.contact), p.Now.Add(seconds(p.position.Bot.Seconds)), nil)
}

// hearForBot has the bot told the customer's next message, if there is one and it
// is the customer's turn.
func (p *run) hearForBot() error {
	if p.position.Call != 0 {
		return nil // is looked for when the bot has answered
	}
	next, err := p.unheard()
	if err != nil || next == 0 {
		return err
	}
	p.position.Bot.Heard = next
	if err := p.tellBot(); err != nil {
		return err
	}
	return p.rest()
}

// unheard is the number of the first message of the customer that the bot has
// not been told; 0 if there is none.
func (p *run) unheard() (next int64, err error) {
	err = p.opts.Chats.Entries(p.Context(), p.State().ID, p.position.Bot.Heard+1, p.State().Head, func(e perch.Entry) error {
		if m, ok := e.Body.(perch.Message); ok && m.Role == perch.Customer && next == 0 {
			next = e.Number
		}
		return nil
	})
	return next, err
}

// botWaited is for a customer who has not answered.
func (r *Runner) botWaited(p *run, _ perch.Due) (flow.Event, error) {
	if p.position.Bot == nil || p.position.Call != 0 {
		return nil, nil
	}
	next, err := p.unheard() // written at the last instant: its row may be due after this one
	if err != nil || next != 0 {
		return nil, err
	}
	p.position.Bot = nil
	return flow.Outcome{Error: flow.InputTimeLimitExceeded}, nil
}

// askBot tells the bot what the customer says, and lets the talk go on with what
// it answers. What has been answered twice, after a crash, is said once.
func (r *Runner) askBot(ctx context.Context, d perch.Due) error {
	var tell toTell
	if err := json.Unmarshal(d.Body, &tell); err != nil {
		return fmt.Errorf("damaged due row %s of contact %s: %w", d.Kind, d.Contact, err)
	}
	s, err := r.opts.Chats.Session(ctx, d.Session)
	if err != nil {
		return err
	}
	var reply outside.Reply
	var failure error
	if at, ok := awaiting(s, d, tell.Number); ok && at.Bot != nil {
		if reply, failure, err = r.replyOf(ctx, s, at); err != nil {
			return err
		}
	}
	return r.answered(func(p *run, d perch.Due) (flow.Event, error) {
		if p.position.State.Phase != flow.Awaiting || p.position.Call != tell.Number || p.position.Bot == nil {
			r.opts.Log.InfoContext(ctx, "a bot has answered a flow that has gone on; dropped", "contact", d.Contact)
			return nil, nil
		}
		if failure != nil {
			p.position.Bot, p.position.Call = nil, 0
			return flow.Outcome{Error: flow.NoMatchingError}, nil
		}
		return p.botAnswered(reply)
	})(ctx, d)
}

// replyOf asks the bot. failure is what went wrong with it, which is the flow's
// to deal with; why, the operator reads in the log.
func (r *Runner) replyOf(ctx context.Context, s *perch.Session, at position) (reply outside.Reply, failure, err error) {
	instance, err := r.opts.Settings.Instance(ctx, s.Instance)
	if err != nil {
		return reply, nil, err
	}
	details, err := r.opts.Chats.Details(ctx, s.ID, s.Current().ID)
	if err != nil {
		return reply, nil, err
	}
	b := at.Bot
	text := b.Initial
	if text == "" {
		if text, err = r.saidAt(ctx, s.ID, b.Heard); err != nil {
			return reply, nil, err
		}
	}
	if value, ok := b.Buttons[text]; ok {
		text = value
	}
	within, cancel := context.WithTimeout(ctx, botWithin)
	defer cancel()
	reply, failure = r.opts.Talk(within, outside.Utterance{Instance: string(s.Instance), Alias: instance.Alias, Bot: b.Name,
		Session: string(s.Current().ID), Turn: at.Call, Locale: strings.ReplaceAll(cmp.Or(details.Language, "en-US"), "-", "_"),
		Text: text, Attributes: b.Attributes, First: !b.Begun, State: b.Memory})
	if ctx.Err() != nil { // perch stops: it is no fault of the bot
		return reply, nil, ctx.Err()
	}
	if failure != nil {
		r.opts.Log.WarnContext(ctx, "a bot of a flow has failed; the flow takes its error branch",
			"contact", s.Current().ID, "flow", at.State.FlowID, "action", at.State.ActionID, "bot", b.Name, "error", failure)
	}
	return reply, failure, nil
}

// botAnswered says what the bot says, and ends the talk or goes on with it.
func (p *run) botAnswered(reply outside.Reply) (flow.Event, error) {
	b := p.position.Bot
	next, err := p.unheard() // before anything is said: it looks at what is committed
	if err != nil {
		return nil, err
	}
	buttons := p.botSays(reply.Messages)
	if reply.Over {
		p.position.Bot, p.position.Call = nil, 0
		if reply.Failed {
			return flow.Outcome{Error: flow.NoMatchingError, Data: reply.Data}, nil
		}
		return flow.Outcome{Result: reply.Intent, Data: reply.Data}, nil
	}
	b.Begun, b.Initial, b.Attributes, b.Memory, b.Buttons = true, "", reply.Attributes, reply.State, buttons
	if next == 0 {
		p.awaitCustomer()
		return nil, p.rest()
	}
	b.Heard = next
	if err := p.tellBot(); err != nil {
		return nil, err
	}
	return nil, p.rest()
}
