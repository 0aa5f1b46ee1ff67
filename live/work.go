package live

import (
	"context"
	"math"
	"slices"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/wire"
)

// read finds out what the agent has to do with, and passes it on where it has
// changed.
func (f *feed) read(ctx context.Context) error {
	w, err := f.live.opts.Agents.Work(ctx, f.instance, f.user)
	f.report(ctx, err)
	if err != nil {
		return err
	}
	changed := f.list == nil || w.Version != f.work.Version
	f.work, f.list = w, wire.AgentFrame(w.Content)
	for _, a := range f.open {
		if changed && a.toWork {
			a.show(f.list)
		}
		a.forget(w.Chats)
	}
	f.owing = false
	for _, c := range w.Chats {
		f.begin(ctx, c)
	}
	return nil
}

// begin lets the sockets have a chat that the agent has come into since they
// subscribed, from the moment in which that happened: however late it is noticed,
// nothing is missing.
func (f *feed) begin(ctx context.Context, c Chat) {
	from := int64(-1)
	for _, a := range f.open {
		if !a.toChats || a.knows(c.Participant) {
			continue
		}
		if from < 0 {
			n, err := f.invited(ctx, c)
			if err != nil {
				f.report(ctx, err)
				f.owing = true
				return
			}
			from = n - 1
		}
		if a.sit(a.place(c, from)) != nil {
			return // perch is stopping
		}
	}
}

// invited is the number of the entry by which an agent came into a chat.
func (f *feed) invited(ctx context.Context, c Chat) (number int64, err error) {
	state, err := f.live.opts.Chats.Session(ctx, c.Session)
	if err != nil {
		return 0, err
	}
	first := int64(1)
	if p, ok := state.Participant(c.Participant); ok {
		if of, ok := state.Contact(p.Contact); ok {
			first = of.First
		}
	}
	err = f.live.opts.Chats.Entries(ctx, c.Session, first, math.MaxInt64, func(e perch.Entry) error {
		if number == 0 && e.Participant == c.Participant {
			number = e.Number
		}
		return nil
	})
	if err == nil && number == 0 {
		err = perch.Errorf(perch.NotFound, "the chat %s does not know the agent's participant %s", c.Session, c.Participant)
	}
	return number, err
}

// subscribe lets a socket have its answer, the whole list if it asks for that,
// and from now on what comes. Subscribing again gives answer and list again.
func (f *feed) subscribe(ctx context.Context, a *agentSocket, topics []string) {
	toWork, toChats := slices.Contains(topics, wire.TopicAgent), slices.Contains(topics, wire.TopicChat)
	toFigures := slices.Contains(topics, wire.TopicFigures)
	if !slices.Contains(f.open, a) {
		return // has been closed meanwhile
	}
	if !toWork && !toChats && !toFigures || f.read(ctx) != nil {
		a.push(wire.SubscribeFailure(topics))
		return
	}
	var figures []byte
	if toFigures {
		if figures = f.readFigures(ctx); figures == nil {
			a.push(wire.SubscribeFailure(topics))
			return
		}
	}
	var places []*subscriber
	begins := toChats && !a.toChats
	if begins {
		var err error
		if places, err = f.places(ctx, a); err != nil {
			f.report(ctx, err)
			a.push(wire.SubscribeFailure(topics))
			return
		}
	}
	a.push(wire.SubscribeAnswer(topics))
	if toWork {
		a.toWork = true
		a.show(f.list)
	}
	if toFigures {
		a.showFigures(figures)
	}
	if begins {
		a.toChats = true
		_ = a.sit(places...) // or perch is stopping
	}
}

// places are those to take at the tails of the chats that the agent is in. The
// heads are read before the answer is out, so that nothing is missed that comes
// after it.
func (f *feed) places(ctx context.Context, a *agentSocket) (places []*subscriber, err error) {
	clear(a.chats)
	for _, c := range f.work.Chats {
		state, err := f.live.opts.Chats.Session(ctx, c.Session)
		if err != nil {
			return nil, err
		}
		if _, err := state.Caller(c.Participant); err != nil {
			a.chats[c.Participant] = nil
			continue
		}
		places = append(places, a.place(c, state.Head))
	}
	return places, nil
}
