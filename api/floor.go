package api

import (
	"slices"
	"strings"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/store"
)

const (
	// floorPage is how many contacts a page of the floor has at most.
	floorPage = 100
	// floorLooks is how many contacts are looked at for a page: one of what is rare
	// may be short and yet go on.
	floorLooks = 2000
	// floorDays is how far back contacts are shown where nothing is asked for.
	floorDays = 7
)

// floorState is where a contact stands.
type floorState string

// States of contacts on the floor.
const (
	floorFlow      floorState = "FLOW"
	floorWaiting   floorState = "WAITING" // offered or not
	floorConnected floorState = "CONNECTED"
	floorEnded     floorState = "ENDED"
)

func floorStates() []floorState {
	return []floorState{floorFlow, floorWaiting, floorConnected, floorEnded}
}

func floorStateOf(f store.Facts) floorState {
	switch {
	case !f.Closed.IsZero():
		return floorEnded
	case !f.Joined.IsZero():
		return floorConnected
	case !f.Enqueued.IsZero():
		return floorWaiting
	}
	return floorFlow
}

// floorContact is a contact as supervisors see it among others.
type floorContact struct {
	Contact agentRecord
	State   floorState
}

type floorReply struct {
	Contacts  []floorContact
	NextToken string `json:",omitempty"`
}

// floorPlace is where a page of the floor ends.
type floorPlace struct {
	At      int64           `json:"a"` // what it is sorted by, in milliseconds
	Contact perch.ContactID `json:"c"`
}

// floorSought is what is asked for, as far as the database does not look for it.
type floorSought struct {
	store.FactsQuery
	State    floorState // empty is any
	Customer string     // part of the name, in small letters
	None     bool       // the caller may see nothing of it
}

// floorContacts are contacts that run or have ended: of supervisors those of the
// queues that they serve, of administrators all.
func (c *agentCall) floorContacts() (any, error) {
	at, limit, err := paged[floorPlace](c, "floor", floorPage)
	if err != nil {
		return nil, err
	}
	q, err := c.floorSought()
	out := floorReply{Contacts: []floorContact{}}
	if err != nil || q.None {
		return out, err
	}
	q.Limit = limit
	for looked := 0; looked < floorLooks; {
		if at.Place.Contact != "" {
			q.After = []any{at.Place.At, string(at.Place.Contact)}
		}
		some, err := c.opts.Chats.Facts(c.Context(), q.FactsQuery)
		if err != nil {
			return nil, err
		}
		for _, f := range some {
			looked++
			at.Place = floorPlace{sortNumber(q.Sort, f), f.Contact}
			if err := c.floorContact(f, q, &out); err != nil {
				return nil, err
			}
			if len(out.Contacts) == limit {
				out.NextToken, err = after(c, at, at.Place)
				return out, err
			}
		}
		if len(some) < q.Limit {
			return out, nil
		}
		q.Limit = floorPage
	}
	out.NextToken, err = after(c, at, at.Place)
	return out, err
}

// floorContact adds a contact to a page if it is what is asked for.
func (c *agentCall) floorContact(f store.Facts, q floorSought, to *floorReply) error {
	state := floorStateOf(f)
	if q.State != "" && q.State != state {
		return nil
	}
	s, err := c.opts.Chats.Session(c.Context(), f.Session)
	if err != nil {
		return err
	}
	of, ok := s.Contact(f.Contact)
	if !ok {
		return nil
	}
	if p, _ := s.Customer(); !strings.Contains(strings.ToLower(p.Name), q.Customer) {
		return nil
	}
	row, err := c.record(c.Context(), s, *of)
	to.Contacts = append(to.Contacts, floorContact{row, state})
	return err
}

// floorSought reads what is asked for.
func (c *agentCall) floorSought() (floorSought, error) {
	in, now := c.URL.Query(), c.opts.Now()
	q := floorSought{State: floorState(in.Get("state")), Customer: strings.ToLower(strings.TrimSpace(in.Get("customer")))}
	q.FactsQuery = store.FactsQuery{Instance: c.user.Instance, Time: store.ByOpened, From: now.AddDate(0, 0, -floorDays), Till: now.Add(time.Second)}
	if q.State != "" && !slices.Contains(floorStates(), q.State) {
		return q, perch.InvalidField("state", "must be one of FLOW, WAITING, CONNECTED, ENDED")
	}
	q.Open = q.State != "" && q.State != floorEnded
	if q.Open {
		q.From = time.UnixMilli(0) // however long it has run
	}
	if err := readSpan(in, &q.From, &q.Till); err != nil {
		return q, err
	}
	sorts := map[string]string{"": store.ByOpened, "started": store.ByOpened, "connected": store.ByJoined, "ended": store.ByClosed}
	orders := map[string]bool{"": true, "descending": true, "ascending": false}
	var ok bool
	if q.Sort, ok = sorts[in.Get("sort")]; !ok {
		return q, perch.InvalidField("sort", "must be one of started, connected, ended")
	}
	if q.Descending, ok = orders[in.Get("order")]; !ok {
		return q, perch.InvalidField("order", "must be ascending or descending")
	}
	if agent := in.Get("agentId"); agent != "" {
		q.Agents = []string{agent}
	}
	return q, c.floorQueues(in.Get("queueId"), &q)
}

// floorQueues narrows what is asked for to the queues that the caller may see.
func (c *agentCall) floorQueues(asked string, q *floorSought) error {
	if asked != "" {
		q.Queues = []string{asked}
	}
	if c.user.SecurityProfile == catalog.Admin {
		return nil
	}
	served, err := c.served()
	if err != nil {
		return err
	}
	var may []string
	for _, each := range served {
		if asked == "" || asked == string(each) {
			may = append(may, string(each))
		}
	}
	q.Queues, q.None = may, len(may) == 0
	return nil
}
