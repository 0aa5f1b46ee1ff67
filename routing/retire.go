package routing

import (
	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/store"
)

// Retire makes the writes after which a user is offered nothing any more and is in
// no list of agents. The turn fails with Refused where the user has contacts.
func Retire(_ perch.InstanceID, user perch.UserID) []store.Write {
	return []store.Write{
		store.DeleteAgent(user),
		store.RequireNoWork(user, perch.Errorf(perch.Refused, "a user who is to be deleted has contacts: transfer or end them first")),
	}
}
