package live

import (
	"context"
	"slices"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/token"
	"github.com/perch-chat/perch/wire"
)

// Agents is what this room has to be told of agents' work. The functions read
// what is committed, and are safe for concurrent use.
type Agents struct {
	// Topic is the bus topic of an agent. A ring says which version the agent
	// has reached, or 0 where who rings does not know.
	Topic func(perch.UserID) string
	// Version is an agent's: it rises in the commit of every change of the
	// agent's status or contacts, and is 0 of who has never had any.
	Version func(context.Context, perch.UserID) (int64, error)
	// Work is an agent's work at Version or later.
	Work func(context.Context, perch.InstanceID, perch.UserID) (Work, error)
	// Figures is what a supervisor sees of queues and agents, as JSON; nil is for
	// nobody.
	//
	// Errors: Denied for who may not see them.
	Figures func(context.Context, perch.InstanceID, perch.UserID) ([]byte, error)
	// SignedIn checks that the sign-in that a socket was asked for with holds.
	//
	// Errors: Unauthenticated where it does not; any other leaves it open.
	SignedIn func(context.Context, token.AgentSocket) error
}

// Work is all that an agent has to do with.
type Work struct {
	Version int64
	Content []byte // JSON, the content of a frame on perch/agent
	Chats   []Chat // those accepted and not yet put away
}

// Chat is a chat that an agent is in, or was in until just now.
type Chat struct {
	Session     perch.SessionID
	Participant perch.ParticipantID
	Role        perch.Role // as what the agent is there: Agent or Supervisor
}

// agentSocket is the handler of an agent's socket.
type agentSocket struct {
	*socket
	feed  *feed
	token token.AgentSocket

	// The rest belongs to the feed's goroutine.
	toWork  bool   // subscribed to perch/agent
	toChats bool   // subscribed to aws/chat
	sent    []byte // the last frame on perch/agent
	// figures is the last frame on perch/figures; nil while not subscribed to that.
	figures []byte
	// chats are the places at tails, while subscribed to aws/chat; nil for a
	// chat that was over by then.
	chats map[perch.ParticipantID]*subscriber
}

func (a *agentSocket) subscribe(topics []string) {
	a.feed.do(a.ctx, func(ctx context.Context) { a.feed.subscribe(ctx, a, topics) })
}

func (a *agentSocket) unsubscribe(topics []string) {
	a.feed.do(a.ctx, func(context.Context) {
		if slices.Contains(topics, wire.TopicAgent) {
			a.toWork = false
		}
		if slices.Contains(topics, wire.TopicChat) {
			a.leave()
		}
		if slices.Contains(topics, wire.TopicFigures) {
			a.figures = nil
		}
		a.push(wire.UnsubscribeAnswer(topics))
	})
}

// release implements handler.
func (a *agentSocket) release() { a.live.unfollow(a) }

// show queues a list of the agent's work. It says all that an earlier one did:
// one that has not been written yet is not any more.
func (a *agentSocket) show(list []byte) {
	a.pushInstead(a.sent, list)
	a.sent = list
}

// sit takes places at the tails of chats.
func (a *agentSocket) sit(places ...*subscriber) error {
	a.live.mu.Lock()
	defer a.live.mu.Unlock()
	for _, p := range places {
		if err := a.live.attach(p); err != nil {
			return err
		}
		a.chats[p.participant] = p
	}
	return nil
}

// leave gives up all places at tails.
func (a *agentSocket) leave() {
	a.live.mu.Lock()
	defer a.live.mu.Unlock()
	for _, p := range a.chats {
		if p != nil {
			a.live.detach(p)
		}
	}
	clear(a.chats)
	a.toChats = false
}

// forget drops chats that the agent has put away and that have been told to the
// end.
func (a *agentSocket) forget(work []Chat) {
	a.live.mu.Lock()
	defer a.live.mu.Unlock()
	for id, p := range a.chats {
		if (p == nil || p.over) && !slices.ContainsFunc(work, func(c Chat) bool { return c.Participant == id }) {
			delete(a.chats, id)
		}
	}
}

// knows reports whether a chat is, or was, told to this socket.
func (a *agentSocket) knows(p perch.ParticipantID) bool {
	_, ok := a.chats[p]
	return ok
}

// place is a place to take at the tail of a chat, for what lies above a number.
func (a *agentSocket) place(c Chat, from int64) *subscriber {
	return &subscriber{socket: a.socket, session: c.Session, participant: c.Participant, role: c.Role, shared: true, from: from}
}
