package chat

import (
	"context"
	"errors"

	"github.com/perch-chat/perch"
)

// Bot is a custom participant to be brought into a chat.
type Bot struct {
	Contact perch.ContactID
	Name    string

	Once
}

// AddBot makes a custom participant known, who has 15 seconds to connect.
//
// Errors: Gone for a contact that has ended, Conflict where a custom participant,
// the flow's bot or an agent is in the chat already.
// doc: API_CreateParticipant
func (c *Chats) AddBot(ctx context.Context, id perch.SessionID, in Bot) (bot perch.ParticipantID, err error) {
	found, err := c.answered(ctx, in.Once, &bot)
	if err != nil || found {
		return bot, err
	}
	err = c.On(ctx, id, func(t *Turn) error {
		if bot, err = t.addBot(in); err != nil {
			return err
		}
		return t.answer(in.Once, bot)
	})
	if errors.Is(err, errAnswered) {
		return bot, c.beaten(ctx, in.Once, &bot)
	}
	if perch.KindOf(err) == perch.Conflict { // perhaps the same request, a moment earlier
		if found, answered := c.answered(ctx, in.Once, &bot); answered == nil && found {
			return bot, nil
		}
	}
	return bot, err
}

func (t *Turn) addBot(in Bot) (perch.ParticipantID, error) {
	if t.state.Ended || t.state.Current().ID != in.Contact {
		return "", perch.Errorf(perch.Gone, "the contact has ended")
	}
	if _, ok := t.state.Bot(); ok {
		return "", perch.Errorf(perch.Conflict, "the chat has a custom participant already")
	}
	if t.state.Current().Bot {
		return "", perch.Errorf(perch.Conflict, "the flow's bot is in the chat")
	}
	if len(t.state.Agents()) > 0 {
		return "", perch.Errorf(perch.Conflict, "an agent is in the chat: custom participants are there before agents only")
	}
	id, err := t.Invite(perch.Who{Name: in.Name, Role: perch.Bot}, "")
	if err != nil {
		return "", err
	}
	t.Due(DueBotConnect, string(id), t.Now.Add(perch.BotConnectsWithin), nil)
	return id, nil
}

// BotExpired removes a custom participant who has not connected in time.
func (c *Chats) BotExpired(ctx context.Context, d perch.Due) error {
	return c.On(ctx, d.Session, func(t *Turn) error {
		t.Take(d)
		p, ok := t.state.Participant(perch.ParticipantID(d.Key))
		if t.state.Ended || !ok || p.Presence != perch.Expected {
			return nil
		}
		return t.Leave(p.ID)
	})
}

// dismissBot makes way for an agent who has come. Somebody else who comes
// changes nothing, but that a custom participant need not be waited for.
func (t *Turn) dismissBot(came *perch.Participant) error {
	if came.Role == perch.Bot {
		t.DropDue(DueBotConnect, string(came.ID))
	}
	bot, ok := t.state.Bot()
	if came.Role != perch.Agent || !ok {
		return nil
	}
	who := *bot
	t.leave(&who)
	t.DropDue(DueBotConnect, string(who.ID))
	return t.botLeft()
}

// DismissBot takes the custom participant out of the chat, if there is one, in
// favour of a bot of the flow's.
// doc: API_CreateParticipant
func (t *Turn) DismissBot() error {
	bot, ok := t.state.Bot()
	if !ok {
		return nil
	}
	t.DropDue(DueBotConnect, string(bot.ID))
	return t.Leave(bot.ID)
}

// botLeft leaves word for a flow that waits for the custom participant.
// doc: flow language, Wait, BotParticipantDisconnected
func (t *Turn) botLeft() error {
	if t.state.Ended || len(t.state.Current().Flow) == 0 {
		return nil
	}
	body, err := encode(FlowCall{Message: t.state.Head})
	if err != nil {
		return err
	}
	t.Due(DueFlowBotLeft, string(t.state.Current().ID), t.Now, body)
	return nil
}
