package api

import (
	"net/url"
	"strings"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	words "github.com/perch-chat/perch/search" // search is a function here
	"github.com/perch-chat/perch/wire"
)

// foundPage is how many contacts a page of found ones has, if not asked for fewer,
// and at most; maxSought how many words and tags may be asked for.
const (
	foundPage = 50
	maxSought = 32
)

// foundContact is a contact that was found.
type foundContact struct {
	Contact agentRecord
	Items   []foundItem // some of those with words that were found
}

// foundItem is an item with words that were found, and what is around the first.
type foundItem struct {
	ID              string `json:"Id"`
	AbsoluteTime    string
	ParticipantRole string
	DisplayName     string
	Fragments       []words.Fragment
}

type foundReply struct {
	Contacts  []foundContact
	NextToken string `json:",omitempty"`
}

// search finds past contacts: agents those that they had, supervisors also those of
// the queues that they serve, administrators all.
func (c *agentCall) search() (any, error) {
	at, limit, err := paged[int64](c, "search", foundPage)
	if err != nil {
		return nil, err
	}
	q, err := c.sought()
	if err != nil {
		return nil, err
	}
	q.After, q.Limit = at.Place, limit
	hits, err := c.opts.Search.Find(c.Context(), q)
	if err != nil {
		return nil, err
	}
	out := foundReply{Contacts: []foundContact{}}
	for _, h := range hits {
		row, err := c.record(c.Context(), h.Session, h.Contact)
		if err != nil {
			return nil, err
		}
		out.Contacts = append(out.Contacts, foundContact{row, foundItems(h)})
	}
	if len(hits) == limit {
		out.NextToken, err = after(c, at, hits[len(hits)-1].ID)
	}
	return out, err
}

func foundItems(h words.Hit) []foundItem {
	out := []foundItem{}
	for _, i := range h.Items {
		it, _ := wire.ItemOf(i.ID(h.Session.ID), i.Entry, false)
		out = append(out, foundItem{it.Id, it.AbsoluteTime, it.ParticipantRole, it.DisplayName, i.Fragments})
	}
	return out
}

// sought reads what is asked for.
func (c *agentCall) sought() (words.Query, error) {
	in := c.URL.Query()
	q := words.Query{Instance: c.user.Instance, To: c.reads(), Words: in.Get("words"), Customer: in.Get("customer"), CustomerID: in.Get("customerId"),
		Contact: perch.ContactID(in.Get("contactId")), Agent: perch.UserID(in.Get("agentId")), Queue: perch.QueueID(in.Get("queueId")), Tags: map[string]string{}}
	for field, text := range map[string]string{"words": q.Words, "customer": q.Customer} {
		if n := len(strings.Fields(text)); n > maxSought {
			return q, perch.InvalidField(field, "must be at most %d words, not %d", maxSought, n)
		}
	}
	if n := len(in["tag"]); n > maxSought {
		return q, perch.InvalidField("tag", "must be given at most %d times, not %d", maxSought, n)
	}
	for _, tag := range in["tag"] {
		name, value, ok := strings.Cut(tag, ":")
		if !ok {
			return q, perch.InvalidField("tag", "must be a name and a value as in team:returns")
		}
		q.Tags[name] = value
	}
	if err := readSpan(in, &q.From, &q.Till); err != nil {
		return q, err
	}
	if c.user.SecurityProfile == catalog.Admin {
		return q, nil
	}
	q.Within = &words.Within{Agent: c.user.ID}
	if c.user.SecurityProfile == catalog.Supervisor {
		served, err := c.served()
		if err != nil {
			return q, err
		}
		q.Within.Queues = served
	}
	return q, nil
}

// readSpan reads from and till, where they are given.
func readSpan(in url.Values, from, till *time.Time) error {
	for field, to := range map[string]*time.Time{"from": from, "till": till} {
		text := in.Get(field)
		if text == "" {
			continue
		}
		at, err := wire.ParseTime(text)
		if err != nil {
			return perch.InvalidField(field, "%v", err)
		}
		*to = at
	}
	return nil
}
