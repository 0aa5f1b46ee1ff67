package api

import (
	"cmp"
	"slices"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/store"
	"github.com/perch-chat/perch/token"
	"github.com/perch-chat/perch/wire"
)

const (
	// searchPage is how many contacts a page has where the request does not say.
	searchPage = 100
	// searchAtOnce is how many contacts are looked at together where what they must
	// meet is not in an index.
	searchAtOnce = 500
)

// searchCursor is the payload of a SearchContacts token.
type searchCursor struct {
	Instance  perch.InstanceID `json:"i"`
	Operation string           `json:"op"`
	Text      string           `json:"t,omitempty"` // the last sort value, of text
	Number    int64            `json:"n,omitempty"` // or a number
	ID        string           `json:"c"`
	Total     int64            `json:"a"`
}

// sortColumns are what contacts can be sorted by; of a chat the expiry rises with
// the start, and the channel is the same for all.
var sortColumns = map[string]string{wire.TimeInitiation: store.ByOpened, wire.TimeDisconnect: store.ByClosed, wire.TimeConnected: store.ByJoined,
	wire.SortMethod: "method", wire.SortExpiry: store.ByOpened, wire.SortChannel: store.ByOpened, wire.TimeScheduled: store.ByOpened}

// doc: API_SearchContacts
func searchContacts(c *call, in wire.SearchContactsRequest) (wire.SearchContactsResponse, error) {
	out := wire.SearchContactsResponse{Contacts: []wire.ContactSearchSummary{}}
	if err := c.of(in.InstanceId); err != nil {
		return out, err
	}
	q, meets, err := c.search(in)
	if err != nil || q == nil {
		return out, err
	}
	cursor := searchCursor{Instance: c.instance, Operation: c.op.Name}
	if in.NextToken != "" {
		var given searchCursor // and not cursor: what a token lacks must not be filled in
		err := c.opts.Tokens.Open(token.KindPage, in.NextToken, &given)
		if err != nil || given.Instance != cursor.Instance || given.Operation != cursor.Operation {
			return out, perch.InvalidField("NextToken", "is not a token of this operation")
		}
		cursor = given
		q.After = []any{any(cursor.Number), cursor.ID}
		if q.Sort == "method" {
			q.After[0] = cursor.Text
		}
	} else if cursor.Total, err = c.total(*q, meets); err != nil {
		return out, err
	}
	out.TotalCount = cursor.Total
	limit := cmp.Or(in.MaxResults, searchPage)
	found, err := c.matching(*q, meets, limit+1)
	if err != nil {
		return out, err
	}
	for _, f := range found[:min(limit, len(found))] {
		out.Contacts = append(out.Contacts, f.summary)
	}
	if len(found) > limit {
		last := found[limit-1].Facts
		cursor.ID, cursor.Text, cursor.Number = string(last.Contact), string(last.Method), sortNumber(q.Sort, last)
		out.NextToken, err = c.opts.Tokens.Seal(token.KindPage, cursor)
	}
	return out, err
}

func sortNumber(column string, f store.Facts) int64 {
	at := map[string]time.Time{store.ByOpened: f.Opened, store.ByClosed: f.Closed, store.ByJoined: f.Joined}[column]
	if at.IsZero() {
		return 0
	}
	return at.UnixMilli()
}

// hit is a contact that was found.
type hit struct {
	store.Facts
	summary wire.ContactSearchSummary
}

// matching are the first contacts of a query that meet what no index tells.
func (c *call) matching(q store.FactsQuery, meets func(hit, *perch.Session) (bool, error), limit int) (out []hit, err error) {
	for q.Limit = min(limit, searchAtOnce); ; {
		some, err := c.opts.Chats.Facts(c.Context(), q)
		if err != nil {
			return nil, err
		}
		for _, f := range some {
			h, ok, err := c.hit(f, meets)
			if err != nil {
				return nil, err
			}
			if ok {
				out = append(out, h)
			}
			if len(out) == limit {
				return out, nil
			}
			q.After = []any{sortValue(q.Sort, f), string(f.Contact)}
		}
		if len(some) < q.Limit {
			return out, nil
		}
	}
}

func sortValue(column string, f store.Facts) any {
	if column == "method" {
		return string(f.Method)
	}
	return sortNumber(column, f)
}

func (c *call) hit(f store.Facts, meets func(hit, *perch.Session) (bool, error)) (hit, bool, error) {
	h := hit{Facts: f}
	s, err := c.opts.Chats.Session(c.Context(), f.Session)
	if err != nil {
		return h, false, err
	}
	of, ok := s.Contact(f.Contact)
	if !ok {
		return h, false, nil
	}
	d, err := c.opts.Chats.Details(c.Context(), s.ID, of.ID)
	if err != nil {
		return h, false, err
	}
	shown := c.describe(s, of)
	detail(&shown, s, d)
	h.summary = wire.ContactSearchSummary{Arn: shown.Arn, Id: shown.Id, InitialContactId: shown.InitialContactId, PreviousContactId: shown.PreviousContactId,
		InitiationMethod: shown.InitiationMethod, Channel: shown.Channel, QueueInfo: shown.QueueInfo, InitiationTimestamp: shown.InitiationTimestamp,
		DisconnectTimestamp: shown.DisconnectTimestamp, SegmentAttributes: shown.SegmentAttributes, Name: shown.Name, Tags: shown.Tags,
		RoutingCriteria: criteriaOf(of, d.InQueue().Criteria, c.opts.Now())}
	if a := shown.AgentInfo; a != nil {
		h.summary.AgentInfo = &wire.SearchAgentInfo{Id: a.Id, ConnectedToAgentTimestamp: a.ConnectedToAgentTimestamp}
	}
	if meets == nil {
		return h, true, nil
	}
	ok, err = meets(h, s)
	return h, ok, err
}

// total is how many contacts there are on all pages.
func (c *call) total(q store.FactsQuery, meets func(hit, *perch.Session) (bool, error)) (int64, error) {
	if meets == nil {
		return c.opts.Chats.CountFacts(c.Context(), q)
	}
	all, err := c.matching(q, meets, 1<<30)
	return int64(len(all)), err
}

// search reads a request: the query, and what else must be met; a nil query finds
// nothing.
func (c *call) search(in wire.SearchContactsRequest) (*store.FactsQuery, func(hit, *perch.Session) (bool, error), error) {
	from, till, criteria := time.Time(in.TimeRange.StartTime), time.Time(in.TimeRange.EndTime), in.SearchCriteria
	if till.Before(from) {
		return nil, nil, perch.InvalidField("TimeRange.EndTime", "is before StartTime")
	}
	q := &store.FactsQuery{Instance: c.instance, From: from, Till: till, Time: timeColumns[in.TimeRange.Type],
		Agents: resourceIDs(criteria.AgentIds), Queues: resourceIDs(criteria.QueueIds), Methods: criteria.InitiationMethods,
		Sort: store.ByOpened, Descending: true}
	if in.Sort != nil {
		q.Sort, q.Descending = sortColumns[in.Sort.FieldName], in.Sort.Order == "DESCENDING"
	}
	if q.Time == "" || len(criteria.Channels) > 0 && !slices.Contains(criteria.Channels, wire.ChannelChat) || c.absent(criteria) {
		return nil, nil, nil // nothing is scheduled, and chat is the only channel
	}
	return q, c.meets(criteria), c.readable(*q, criteria)
}

var timeColumns = map[string]string{wire.TimeInitiation: store.ByOpened, wire.TimeDisconnect: store.ByClosed,
	wire.TimeConnected: store.ByJoined, wire.TimeEnqueue: store.ByEnqueued}

func resourceIDs(idsOrARNs []string) []string {
	var out []string
	for _, id := range idsOrARNs {
		out = append(out, wire.ResourceID(id))
	}
	return out
}
