package chat

import (
	"context"

	"github.com/perch-chat/perch"
)

// lookback is how many past chats are looked through for one that had an agent.
const lookback = 20

// LastAgent is who had the chat last or, before any agent has joined, who had
// the one that it continues, and so on; empty where nobody has for as long as one
// looks.
func (t *Turn) LastAgent() (perch.UserID, error) { return t.chats.LastAgent(t.ctx, t.state) }

// LastAgent is Turn.LastAgent of a session's state.
func (c *Chats) LastAgent(ctx context.Context, s *perch.Session) (perch.UserID, error) {
	var through perch.ContactID
	for range lookback {
		if u := s.LastAgent(through); u != "" || s.Link == nil {
			return u, nil
		}
		through = s.Link.Contact
		past, err := c.Session(ctx, s.Link.Session)
		if err != nil {
			return "", err
		}
		s = past
	}
	return "", nil
}
