package routing

import (
	"slices"
	"strconv"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
)

// LastAgentAttribute is the attribute of a chat that says for how many seconds
// the agent of the chat it continues is asked before all others; 0 is not at all.
const LastAgentAttribute = "lastAgentSeconds"

// maxLastAgent is the most that the attribute can ask for.
const maxLastAgent = 24 * time.Hour

// preferLastAgent gives a chat that continues another one, when it comes into a
// queue for the first time, a step in which only the agent of the other is asked.
// What a flow has said about whom to ask stays as it is.
func (r *Router) preferLastAgent(t *chat.Turn, place *perch.Place) error {
	s := t.State()
	queued := func(c perch.Contact) bool { return !c.Enqueued.IsZero() }
	if s.Link == nil || len(place.Criteria.Steps) > 0 || slices.ContainsFunc(s.Contacts, queued) {
		return nil
	}
	wait, err := r.lastAgentFor(t)
	if err != nil || wait == 0 {
		return err
	}
	user, err := t.LastAgent()
	if err != nil || user == "" {
		return err
	}
	place.Criteria = perch.Criteria{Steps: []perch.RoutingStep{{Agents: []perch.UserID{user}, Seconds: int(wait / time.Second)}}}
	return t.ChangeDetails(s.Current().ID, func(d *perch.Details) error {
		d.Place = place
		return nil
	})
}

// lastAgentFor is how long the last agent is asked alone: what the chat says, or
// else the setting.
func (r *Router) lastAgentFor(t *chat.Turn) (time.Duration, error) {
	all, err := t.Attributes()
	if err != nil {
		return 0, err
	}
	said := all[LastAgentAttribute].Value
	if said == "" {
		return r.opts.LastAgentFor, nil
	}
	seconds, err := strconv.Atoi(said)
	if err != nil || seconds < 0 || seconds > int(maxLastAgent/time.Second) {
		r.opts.Log.WarnContext(t.Context(), "the attribute "+LastAgentAttribute+" is no number of seconds from 0 to 86400; the setting holds",
			"contact", t.State().Current().ID)
		return r.opts.LastAgentFor, nil
	}
	return time.Duration(seconds) * time.Second, nil
}
