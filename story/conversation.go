package story

import (
	"context"
	"fmt"
	"strings"

	"github.com/perch-chat/perch/actor"
)

// Told is the conversation of a story: the contacts of each of its chats, in the
// words in which expectations have lines.
func (p *Play) Told(ctx context.Context) string {
	p.trial.Faults().Clear("") // nothing more is to go wrong
	names := map[string]string{}
	var parts []string
	for _, chat := range p.order {
		first := p.chats[chat].Contact
		segments, err := p.p.Chats(ctx, first, "supervisor")
		if err != nil {
			parts = append(parts, fmt.Sprintf("== %s: %s", chat, err))
			continue
		}
		n := 0
		for _, s := range segments {
			if s.ContactId != first && s.InitialContactId != first {
				continue // it belongs to a past chat
			}
			if n++; n == 1 {
				names[s.ContactId] = chat
			} else {
				names[s.ContactId] = fmt.Sprintf("%s.%d", chat, n)
			}
			parts = append(parts, segment(names, s))
		}
	}
	return strings.Join(parts, "\n\n")
}

// segment is a contact as people read it.
func segment(names map[string]string, s actor.Segment) string {
	head := "== " + names[s.ContactId]
	for _, part := range []struct{ lead, what string }{{"", s.InitiationMethod}, {"agent ", s.AgentDisplayName}, {"queue ", s.QueueName}, {"ended by ", s.DisconnectReason}} {
		if part.what != "" {
			head += ", " + part.lead + part.what
		}
	}
	if s.RelatedContactId != "" && s.InitialContactId == s.ContactId {
		source := names[s.RelatedContactId]
		if source == "" {
			source = s.RelatedContactId
		}
		head += ", continues " + source
	}
	lines := []string{head}
	day := ""
	for _, i := range s.Transcript {
		at := i.AbsoluteTime.UTC()
		if today := at.Format("Monday, 2 January 2006"); today != day {
			day = today
			lines = append(lines, "   "+day)
		}
		lines = append(lines, fmt.Sprintf("   %s  %s", at.Format("15:04:05"), strings.Join(strings.Fields(i.String()), " ")))
	}
	return strings.Join(lines, "\n")
}
