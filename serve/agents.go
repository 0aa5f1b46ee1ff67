package serve

import (
	"context"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/api"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/live"
	"github.com/perch-chat/perch/routing"
	"github.com/perch-chat/perch/staff"
	"github.com/perch-chat/perch/token"
)

// agentsFor tells the sockets of agents' work. The server that knows how that is
// written comes after the sockets, which it serves.
func agentsFor(router *routing.Router, settings *catalog.Catalog, people *staff.Staff, now func() time.Time, server func() *api.Server) *live.Agents {
	return &live.Agents{
		Topic:   routing.AgentTopic,
		Version: router.Version,
		Work: func(ctx context.Context, instance perch.InstanceID, user perch.UserID) (live.Work, error) {
			desk, content, err := server().AgentWork(ctx, instance, user)
			w := live.Work{Version: desk.Version, Content: content}
			for _, of := range desk.Work {
				if of.Participant != "" {
					w.Chats = append(w.Chats, live.Chat{Session: of.Session, Participant: of.Participant, Role: perch.Agent})
				}
			}
			for _, of := range desk.Monitors {
				w.Chats = append(w.Chats, live.Chat{Session: of.Session, Participant: of.Participant, Role: perch.Supervisor})
			}
			return w, err
		},
		Figures: func(ctx context.Context, instance perch.InstanceID, user perch.UserID) ([]byte, error) {
			return server().AgentFigures(ctx, instance, user)
		},
		SignedIn: func(ctx context.Context, t token.AgentSocket) error {
			in := staff.Session{Instance: perch.InstanceID(t.Instance), User: perch.UserID(t.User), SignIn: t.SignIn, Expires: time.UnixMilli(t.SignedIn)}
			if err := people.Holds(ctx, in, now()); err != nil {
				return err
			}
			_, err := settings.User(ctx, in.Instance, in.User)
			if err != nil && perch.KindOf(err) == perch.NotFound {
				return perch.Errorf(perch.Unauthenticated, "the user does not exist any more")
			}
			return err
		},
	}
}
