package story

import (
	"context"
	"errors"
	"slices"

	"github.com/perch-chat/perch/actor"
)

// watch has scripted people look at what has happened, and plan what they do about
// it.
func (p *Play) watch(ctx context.Context) error {
	p.watched = false
	for _, name := range keysOf(p.people) {
		who := p.people[name]
		if who.agent != nil && who.agent.scripted() {
			p.watched = true
			if err := p.watchWork(ctx, who); err != nil {
				return err
			}
		}
		for _, t := range who.talks {
			if rules, ends := who.rules(), who.agent != nil && who.agent.Ends != nil; !t.over && (len(rules) > 0 || ends) {
				p.watched = true
				if err := p.watchTalk(ctx, who, t, rules); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (a *Agent) scripted() bool { return a.Accepts != nil || a.Clears != nil }

func (w *person) rules() []Rule {
	if w.agent != nil {
		return w.agent.Rules
	}
	return w.customer.Rules
}

// watchWork plans what an agent does about offers and after-contact work.
func (p *Play) watchWork(ctx context.Context, who *person) error {
	all, err := who.work.Work(ctx)
	if err != nil {
		return err
	}
	for _, w := range all {
		if who.decided[w.ContactId] == w.State {
			continue
		}
		who.decided[w.ContactId] = w.State
		switch w.State {
		case "INCOMING":
			p.decide(who, w)
		case "CONNECTED":
			if who.agent.Accepts != nil && !slices.ContainsFunc(who.talks, func(t *talk) bool { return t.Contact == w.ContactId }) {
				p.plan(p.trial.Now(), func(ctx context.Context) error { return p.take(ctx, who, w) }) // the user accepts by themselves
			}
		case "ENDED", "MISSED", "REJECTED":
			if who.agent.Clears != nil {
				p.later(*who.agent.Clears, func(ctx context.Context) error { return still(who.work.Clear(ctx, w.ContactId)) })
			}
		}
	}
	return nil
}

// later plans something after a span of chance's choice.
func (p *Play) later(s Span, do func(context.Context) error) {
	p.plan(p.trial.Now().Add(s.pick(p.chance)), do)
}

// still passes over that something has been done meanwhile, by a step or by perch.
func still(err error) error {
	var refused *actor.Refused
	if errors.As(err, &refused) && (refused.Status == 409 || refused.Status == 404 || refused.Status == 403) {
		return nil
	}
	return err
}

// decide plans what comes of an offer.
func (p *Play) decide(who *person, w actor.Work) {
	switch {
	case who.agent.Accepts == nil:
	case who.declined < who.agent.Declines:
		who.declined++
		p.later(*who.agent.Accepts, func(ctx context.Context) error { return still(who.work.Reject(ctx, w.ContactId)) })
	case who.missed < who.agent.Misses:
		who.missed++
	default:
		p.later(*who.agent.Accepts, func(ctx context.Context) error { return p.take(ctx, who, w) })
	}
}

// take accepts a contact, unless it has gone, and greets.
func (p *Play) take(ctx context.Context, who *person, w actor.Work) error {
	state, err := who.work.State(ctx, w.ContactId)
	if err != nil || state != "INCOMING" && state != "CONNECTED" {
		return err
	}
	if err := p.accept(ctx, who, w); err != nil {
		return still(err)
	}
	if who.agent.Greets == "" {
		return nil
	}
	return still(who.talks[len(who.talks)-1].Say(ctx, who.agent.Greets))
}

// watchTalk has somebody read what is new in a chat, and plans what they do about
// it: what others have said, by the first rule that fits.
func (p *Play) watchTalk(ctx context.Context, who *person, t *talk, rules []Rule) error {
	fresh, err := t.fresh(ctx)
	if err != nil {
		return err
	}
	for _, i := range fresh {
		if i.Type != "MESSAGE" {
			continue
		}
		t.moved = p.trial.Now()
		mine := i.ParticipantId == t.Participant
		if heard := (i.ParticipantRole == "CUSTOMER") == (who.agent != nil); !heard || mine {
			continue
		}
		for n := range rules {
			r := &rules[n]
			say, fits := r.fits(i.Content)
			if !fits || r.Times > 0 && t.ruled[r] >= r.Times {
				continue
			}
			t.ruled[r]++
			if err := p.follow(ctx, who, t, *r, say); err != nil {
				return err
			}
			break
		}
	}
	if who.agent != nil && who.agent.Ends != nil && len(fresh) > 0 {
		moved := t.moved
		p.later(*who.agent.Ends, func(ctx context.Context) error {
			if !t.moved.Equal(moved) || t.over {
				return nil
			}
			return still(who.work.End(ctx, t.Contact))
		})
	}
	return nil
}

// follow shows that somebody types, and plans what a rule says.
func (p *Play) follow(ctx context.Context, who *person, t *talk, r Rule, say string) error {
	if say != "" && !r.Quiet {
		if err := still(t.Typing(ctx)); err != nil {
			return err
		}
	}
	p.later(r.After, func(ctx context.Context) error {
		if say != "" {
			if err := t.Say(ctx, say); err != nil {
				return still(err)
			}
		}
		if r.Answer != nil {
			if err := t.Answer(ctx, r.Answer.Action, r.Answer.Data); err != nil {
				return still(err)
			}
		}
		switch {
		case r.Transfer != "" && who.agent != nil:
			_, err := who.work.TransferTo(ctx, t.Contact, r.Transfer)
			return still(err)
		case r.End && who.agent != nil:
			return still(who.work.End(ctx, t.Contact))
		case r.End:
			return still(t.Leave(ctx))
		}
		return nil
	})
	return nil
}

// fresh is what has come into a chat since a script has looked last, oldest first: of
// an agent's contact, or all of a customer's chat, but nothing of the past.
func (t *talk) fresh(ctx context.Context) ([]actor.Item, error) {
	var all []actor.Item
	var err error
	if t.seen == "" {
		all, err = t.present(ctx)
	} else {
		all, err = t.Since(ctx, t.seen)
	}
	var refused *actor.Refused
	if errors.As(err, &refused) && refused.Status == 403 {
		t.over = true // left, or the chat has ended
		return nil, nil
	}
	if err != nil || len(all) == 0 {
		return nil, err
	}
	t.seen = all[len(all)-1].Id
	if !t.works {
		return all, nil
	}
	return slices.DeleteFunc(all, func(i actor.Item) bool { return i.ContactId != t.Contact }), nil
}

// present is what has been said so far, without what the chat continues.
func (t *talk) present(ctx context.Context) (all []actor.Item, err error) {
	for next := ""; ; {
		page, err := t.Page(ctx, next, 30)
		if err != nil {
			return nil, err
		}
		past := len(page.Items) - 1
		for past >= 0 && page.Items[past].RelatedContactId == "" {
			past--
		}
		all = append(slices.Clone(page.Items[past+1:]), all...)
		if next = page.Next; next == "" || past >= 0 {
			return all, nil
		}
	}
}
