package carry

import (
	"context"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
)

// names are an instance's queues and users as records name them: those who have
// moved to perch have set up the same under ids of its own.
type names struct {
	queues map[string]perch.QueueID
	users  map[string]perch.UserID
}

func namesOf(ctx context.Context, settings *catalog.Catalog, instance perch.InstanceID) (names, error) {
	n := names{map[string]perch.QueueID{}, map[string]perch.UserID{}}
	queues, err := settings.Queues(ctx, instance)
	if err != nil {
		return n, err
	}
	for _, q := range queues {
		n.queues[q.Name] = q.ID
	}
	users, err := settings.Users(ctx, instance)
	for _, u := range users {
		n.users[u.Username] = u.ID
	}
	return n, err
}

// queue is the instance's queue of the same name, or else the id that it had.
func (n names) queue(q *recordQueue) perch.QueueID {
	if q == nil || q.ARN == "" && q.Name == "" {
		return ""
	}
	if id, ok := n.queues[q.Name]; ok {
		return id
	}
	return perch.QueueID(idOf(q.ARN))
}

// user is the instance's user of the same username, or else the id that they had.
func (n names) user(a *recordAgent) perch.UserID {
	if a == nil || a.ARN == "" && a.Username == "" {
		return ""
	}
	if id, ok := n.users[a.Username]; ok {
		return id
	}
	return perch.UserID(idOf(a.ARN))
}
