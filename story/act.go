package story

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/perch-chat/perch/actor"
	"github.com/perch-chat/perch/form"
	"github.com/perch-chat/perch/trial"
)

// do does what a step says, without what it sets off.
func (p *Play) do(ctx context.Context, s Step) error {
	switch {
	case s.Wait != nil:
		return p.wait(ctx, p.trial.Now().Add(s.Wait.pick(p.chance)))
	case !s.Until.IsZero():
		if s.Until.Before(p.trial.Now()) {
			return fmt.Errorf("it is %s already", p.trial.Now().Format("2006-01-02T15:04:05Z"))
		}
		return p.wait(ctx, s.Until.Time)
	case s.Set != nil:
		contact, err := p.contact(ctx, s.Set.Chat)
		if err != nil {
			return err
		}
		return p.p.SetAttributes(ctx, contact, s.Set.Attributes)
	case s.Stop != "":
		contact, err := p.contact(ctx, s.Stop)
		if err != nil {
			return err
		}
		return p.p.Stop(ctx, contact)
	case s.Fault != nil:
		return p.fault(*s.Fault)
	case s.Heal:
		p.trial.Faults().Clear("")
		return nil
	}
	who := p.people[s.Who]
	if who == nil {
		return fmt.Errorf("there is nobody called %s", s.Who)
	}
	if who.agent != nil {
		return p.agentDoes(ctx, who, s)
	}
	return p.customerDoes(ctx, who, s)
}

func (p *Play) fault(f Fault) error {
	if f.Kind == trial.CutSockets {
		p.trial.CutSockets()
		return nil
	}
	_, err := p.trial.Faults().Add(trial.Fault{Kind: string(f.Kind), Operation: f.Operation, Calls: f.Calls, Chance: f.Chance, Delay: f.Delay, Seed: p.seed})
	return err
}

func (p *Play) customerDoes(ctx context.Context, who *person, s Step) error {
	if s.Start != nil {
		return p.start(ctx, who, *s.Start)
	}
	t, err := who.talk(s.In)
	if err != nil {
		return err
	}
	switch {
	case s.Pick != "":
		return p.pick(ctx, t, s.Pick)
	case s.Answer != nil:
		return t.Answer(ctx, s.Answer.Action, s.Answer.Data)
	case s.Associate != nil:
		source, err := p.source(ctx, s.Associate.From)
		if err != nil {
			return err
		}
		t.Continued, err = p.p.Continue(ctx, t.Contact, source, cmp.Or(string(s.Associate.Rehydration), "ENTIRE_PAST_SESSION"))
		return err
	}
	switch s.Do {
	case Connect:
		return p.listen(ctx, t)
	case Leave:
		return t.Leave(ctx)
	case Lose:
		if t.line == nil {
			return errors.New("there is no socket to lose")
		}
		t.line.Lose()
		t.line = nil
		return nil
	case Reconnect:
		if t.line != nil {
			t.line.Close()
		}
		return p.listen(ctx, t)
	}
	return p.says(ctx, t, s)
}

// says is what customers and agents alike do in a chat.
func (p *Play) says(ctx context.Context, t *talk, s Step) error {
	switch {
	case s.Say != "":
		return t.Say(ctx, s.Say)
	case s.Attach != nil:
		body := []byte(s.Attach.Text)
		if s.Attach.File != "" {
			var err error
			if body, err = os.ReadFile(p.story.beside(s.Attach.File)); err != nil {
				return err
			}
		}
		_, err := t.Attach(ctx, s.Attach.Name, cmp.Or(s.Attach.ContentType, "text/plain"), body)
		return err
	case s.Offer != nil:
		return t.Show(ctx, s.Offer.Title, s.Offer.Choices)
	case s.Do == Type:
		return t.Typing(ctx)
	}
	return fmt.Errorf("%s is nothing to do here", s.verb())
}

// source is the contact that a chat is to continue.
func (p *Play) source(ctx context.Context, from string) (string, error) {
	if from == "latest" {
		return from, nil
	}
	return p.contact(ctx, from)
}

// start has a customer start a chat, and connect once the flow has begun.
func (p *Play) start(ctx context.Context, who *person, s Start) error {
	if p.chats[s.As] != nil {
		return fmt.Errorf("there is a chat %s already", s.As)
	}
	chat := actor.Chat{Name: who.customer.Name, CustomerID: who.customer.CustomerID, Rehydration: string(s.Rehydration), InitialMessage: s.Say,
		Minutes: s.Minutes, Interactive: s.Interactive, Attributes: map[string]string{}}
	var err error
	if s.From != "" {
		if chat.Source, err = p.source(ctx, s.From); err != nil {
			return err
		}
	}
	if s.Related != "" {
		if chat.Related, err = p.contact(ctx, s.Related); err != nil {
			return err
		}
	}
	if s.Flow != "" {
		if chat.Flow = p.stage.flows[s.Flow]; chat.Flow == "" {
			chat.Flow = p.trial.Furnished().Flows[s.Flow]
		}
		if chat.Flow == "" {
			return fmt.Errorf("there is no flow %q: %s", s.Flow, form.Meant(s.Flow, append(keysOf(p.stage.flows), keysOf(p.trial.Furnished().Flows)...)))
		}
	}
	for name, value := range s.Attributes {
		if chat.Attributes[name], err = p.value(ctx, value); err != nil {
			return err
		}
	}
	begin := p.p.Begin
	if s.Page {
		begin = p.p.Start
	}
	started, err := begin(ctx, chat)
	if err != nil {
		return err
	}
	p.chats[s.As], p.order = started, append(p.order, s.As)
	t := &talk{Person: started, chat: s.As, ruled: map[*Rule]int{}}
	who.talks = append(who.talks, t)
	if s.Alone {
		return nil
	}
	if err := p.trial.Advance(ctx, 0); err != nil { // so that what the flow says comes first, always
		return err
	}
	return p.listen(ctx, t)
}

// value fills @monday.2, @ana and @queue:Sales in.
func (p *Play) value(ctx context.Context, text string) (string, error) {
	name, ok := strings.CutPrefix(text, "@")
	if !ok {
		return text, nil
	}
	if id := p.stage.users[name]; id != "" {
		return id, nil
	}
	if queue, ok := strings.CutPrefix(name, "queue:"); ok {
		return p.stage.queue(queue)
	}
	return p.contact(ctx, name)
}

func (g *stage) queue(name string) (string, error) {
	if id := g.queues[name]; id != "" {
		return id, nil
	}
	return "", fmt.Errorf("there is no queue %q: %s", name, form.Meant(name, keysOf(g.queues)))
}

// listen connects a customer, and opens the socket.
func (p *Play) listen(ctx context.Context, t *talk) (err error) {
	if err := t.Person.Connect(ctx); err != nil || p.deaf {
		return err
	}
	t.line, err = t.Person.Listen(ctx)
	return err
}

// talk is the chat of a name that somebody is in, or the last one.
func (w *person) talk(name string) (*talk, error) {
	for i := len(w.talks) - 1; i >= 0; i-- {
		if t := w.talks[i]; name == "" || t.chat == name {
			return t, nil
		}
	}
	if name == "" {
		return nil, fmt.Errorf("%s is in no chat", w.name)
	}
	return nil, fmt.Errorf("%s is not in the chat %q", w.name, name)
}

// pick answers the last interactive message with an element's title, as a client
// does whose user has chosen it.
func (p *Play) pick(ctx context.Context, t *talk, title string) error {
	items, err := t.Transcript(ctx)
	if err != nil {
		return err
	}
	for _, i := range slices.Backward(items) {
		var message struct {
			Data struct {
				Content struct {
					Elements  []struct{ Title string }
					Timeslots []struct{ Date string }
				}
			}
		}
		if !strings.HasSuffix(i.ContentType, "message.interactive") || json.Unmarshal([]byte(i.Content), &message) != nil {
			continue
		}
		var all []string
		for _, e := range message.Data.Content.Elements {
			all = append(all, e.Title)
		}
		for _, s := range message.Data.Content.Timeslots {
			all = append(all, s.Date)
		}
		if !slices.Contains(all, title) {
			return fmt.Errorf("the last interactive message has no %q: %s", title, form.Meant(title, all))
		}
		return t.Say(ctx, title)
	}
	return errors.New("there is no interactive message to pick from")
}

func (p *Play) agentDoes(ctx context.Context, who *person, s Step) error {
	switch {
	case s.Status != "":
		return who.work.Status(ctx, s.Status)
	case s.Next != "":
		return who.work.Next(ctx, s.Next)
	case s.Do == Accept:
		w, err := p.workOf(ctx, who, s.In, "INCOMING", "CONNECTED")
		if err != nil {
			return err
		}
		return p.accept(ctx, who, w)
	case s.Do == Decline:
		w, err := p.workOf(ctx, who, s.In, "INCOMING")
		if err != nil {
			return err
		}
		return who.work.Reject(ctx, w.ContactId)
	case s.Do == Clear:
		w, err := p.workOf(ctx, who, s.In, "ENDED", "MISSED", "REJECTED")
		if err != nil {
			return err
		}
		return who.work.Clear(ctx, w.ContactId)
	}
	t, err := who.talk(s.In)
	if err != nil {
		return err
	}
	switch {
	case s.Transfer != "":
		_, err := who.work.TransferTo(ctx, t.Contact, s.Transfer)
		return err
	case s.Do == End:
		return who.work.End(ctx, t.Contact)
	}
	return p.says(ctx, t, s)
}

// workOf is the oldest of an agent's contacts that is in one of some states, and of
// the chat of a name if one is given. A contact that the agent speaks in already is
// not CONNECTED here.
func (p *Play) workOf(ctx context.Context, who *person, chat string, states ...string) (actor.Work, error) {
	all, err := who.work.Work(ctx)
	if err != nil {
		return actor.Work{}, err
	}
	var shown []string
	for _, w := range all {
		name := p.chatOf(w)
		shown = append(shown, cmp.Or(name, w.ContactId)+" "+w.State)
		speaks := w.State == "CONNECTED" && slices.ContainsFunc(who.talks, func(t *talk) bool { return t.Contact == w.ContactId })
		if slices.Contains(states, w.State) && !speaks && (chat == "" || chat == name) {
			return w, nil
		}
	}
	has := "has nothing to do"
	if len(shown) > 0 {
		has = "has " + strings.Join(shown, ", ")
	}
	return actor.Work{}, fmt.Errorf("nothing is %s for %s, who %s", strings.Join(states, " or "), who.name, has)
}

// chatOf is the name of the chat that a contact belongs to.
func (p *Play) chatOf(w actor.Work) string {
	for name, c := range p.chats {
		if c.Contact == w.InitialContactId || c.Contact == w.ContactId {
			return name
		}
	}
	return ""
}

func (p *Play) accept(ctx context.Context, who *person, w actor.Work) error {
	speaks, err := who.work.Accept(ctx, w.ContactId)
	if err != nil {
		return err
	}
	who.talks = append(who.talks, &talk{Person: speaks, chat: p.chatOf(w), ruled: map[*Rule]int{}, moved: p.trial.Now(), works: true})
	return nil
}
