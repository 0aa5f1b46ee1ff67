package api

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/routing"
	"github.com/perch-chat/perch/store"
	"github.com/perch-chat/perch/wire"
)

// The live figures of queues and agents, for supervisors. They come from where
// GetCurrentMetricData and GetMetricDataV2 have theirs.

const (
	// figuresFresh is how long figures are as good as new: whoever asks within it
	// gets the same.
	figuresFresh = 900 * time.Millisecond
	// figuresShare is which part of the time the figures of the day may take: where
	// they take long, they are made more seldom.
	figuresShare = 20
	// serviceLevelSeconds is how soon a contact is to be answered for the service
	// level.
	serviceLevelSeconds = 20
)

// figures is what a supervisor's desk shows of queues and agents.
type figures struct {
	Queues []queueFigures
	Agents []agentFigures
}

// queueFigures are those of a queue. Counts of agents are of those who serve it.
type queueFigures struct {
	Queue                  agentQueue
	ContactsInQueue        int
	OldestContactTimestamp string `json:",omitempty"` // since when the one that waits longest does
	ContactsInHand         int    // with agents
	AgentsOnline           int
	AgentsStaffed          int
	AgentsAvailable        int
	AgentsOnContact        int
	AgentsAfterContactWork int
	SlotsActive            int
	SlotsAvailable         int
	Today                  dayFigures
}

// dayFigures are a queue's since midnight, by the time zone of its hours of
// operation; times in seconds, and nothing where there is nothing to tell.
type dayFigures struct {
	Since                    string
	ContactsQueued           int
	ContactsHandled          int
	ContactsAbandoned        int
	ServiceLevel             *float64 `json:",omitempty"` // per cent of the contacts answered within ServiceLevelSeconds
	ServiceLevelSeconds      int
	AverageQueueAnswerTime   *float64 `json:",omitempty"`
	AverageFirstResponseTime *float64 `json:",omitempty"`
	AverageHandleTime        *float64 `json:",omitempty"`
}

// agentFigures are those of somebody who is not offline, or has contacts.
type agentFigures struct {
	ID          perch.UserID `json:"Id"`
	Username    string
	DisplayName string
	Status      agentStatus
	Slots       int
	Contacts    []agentHas // of the queues that are shown
}

// agentHas is a contact of an agent.
type agentHas struct {
	ContactID           perch.ContactID `json:"ContactId"`
	InitialContactID    perch.SessionID `json:"InitialContactId"`
	State               store.WorkState
	StateStartTimestamp string
	Queue               *agentQueue `json:",omitempty"` // none of a contact that waited for the agent alone
}

// board keeps the figures of instances for as long as they are fresh.
type board struct {
	mu  sync.Mutex
	all map[perch.InstanceID]*boarded
}

// boarded are the figures of one instance.
type boarded struct {
	mu   sync.Mutex // held while they are made, so that many ask once
	made time.Time
	figures

	dayMade time.Time
	dayTook time.Duration
	day     map[perch.QueueID]dayFigures
	serves  map[perch.UserID][]perch.QueueID
}

func (b *board) of(instance perch.InstanceID) *boarded {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.all == nil {
		b.all = map[perch.InstanceID]*boarded{}
	}
	if b.all[instance] == nil {
		b.all[instance] = &boarded{}
	}
	return b.all[instance]
}

// AgentFigures are the figures that a supervisor may see, as JSON.
//
// Errors: Denied for who is none.
func (s *Server) AgentFigures(ctx context.Context, instance perch.InstanceID, user perch.UserID) ([]byte, error) {
	u, err := s.opts.Settings.User(ctx, instance, user)
	if err != nil {
		return nil, err
	}
	if err := s.may("GET /agent/figures", ofProfile(u.SecurityProfile)); err != nil {
		return nil, err
	}
	f, err := s.figuresFor(ctx, u)
	if err != nil {
		return nil, err
	}
	return json.Marshal(f)
}

func (c *agentCall) figures() (any, error) { return c.figuresFor(c.Context(), c.user) }

// figuresFor are those of the queues that somebody serves; administrators have all.
func (s *Server) figuresFor(ctx context.Context, u catalog.User) (figures, error) {
	b := s.board.of(u.Instance)
	b.mu.Lock()
	defer b.mu.Unlock()
	if now := s.opts.Wall(); b.made.IsZero() || now.Sub(b.made) >= figuresFresh || now.Before(b.made) {
		if err := s.makeFigures(ctx, u.Instance, b); err != nil {
			return figures{}, err
		}
		b.made = now
	}
	if u.SecurityProfile == catalog.Admin {
		return b.figures, nil
	}
	profile, err := s.opts.Settings.RoutingProfile(ctx, u.Instance, u.RoutingProfile)
	if err != nil {
		return figures{}, err
	}
	shown := func(q perch.QueueID) bool {
		return slices.ContainsFunc(profile.Queues, func(p catalog.ProfileQueue) bool { return p.Queue == q })
	}
	out := figures{Queues: []queueFigures{}, Agents: []agentFigures{}}
	for _, q := range b.Queues {
		if shown(q.Queue.ID) {
			out.Queues = append(out.Queues, q)
		}
	}
	for _, a := range b.Agents {
		if !slices.ContainsFunc(b.serves[a.ID], shown) {
			continue
		}
		has := a.Contacts
		a.Contacts = []agentHas{}
		for _, h := range has {
			if h.Queue == nil || shown(h.Queue.ID) {
				a.Contacts = append(a.Contacts, h)
			}
		}
		out.Agents = append(out.Agents, a)
	}
	return out, nil
}

// makeFigures makes those of an instance anew.
func (s *Server) makeFigures(ctx context.Context, instance perch.InstanceID, b *boarded) error {
	workers, err := s.opts.Router.Workers(ctx, instance)
	if err != nil {
		return err
	}
	queues, err := s.opts.Settings.Queues(ctx, instance)
	if err != nil {
		return err
	}
	if err := s.makeDay(ctx, instance, queues, b); err != nil {
		return err
	}
	b.figures = figures{Queues: []queueFigures{}, Agents: []agentFigures{}}
	b.serves = map[perch.UserID][]perch.QueueID{}
	names := map[perch.QueueID]string{}
	for _, q := range queues {
		names[q.ID] = q.Name
		f, err := s.queueFigures(ctx, instance, q, workers)
		if err != nil {
			return err
		}
		f.Today = b.day[q.ID]
		b.Queues = append(b.Queues, f)
	}
	for _, w := range workers {
		b.Agents = append(b.Agents, workerFigures(w, names))
		for _, q := range w.Profile.Queues {
			b.serves[w.ID] = append(b.serves[w.ID], q.Queue)
		}
	}
	return nil
}

func (s *Server) queueFigures(ctx context.Context, instance perch.InstanceID, q catalog.Queue, workers []routing.Worker) (queueFigures, error) {
	all, err := s.current(ctx, instance, group{queues: []perch.QueueID{q.ID}}, workers)
	if err != nil {
		return queueFigures{}, err
	}
	n := func(metric string) int { return int(all[metric]) }
	out := queueFigures{Queue: agentQueue{q.ID, q.Name}, ContactsInQueue: n(wire.ContactsInQueue),
		AgentsOnline: n(wire.AgentsOnline), AgentsStaffed: n(wire.AgentsStaffed), AgentsAvailable: n(wire.AgentsAvailable),
		AgentsOnContact: n(wire.AgentsOnContact), AgentsAfterContactWork: n(wire.AgentsAfterContactWork),
		SlotsActive: n(wire.SlotsActive), SlotsAvailable: n(wire.SlotsAvailable)}
	for _, w := range workers {
		for _, on := range w.Work {
			if on.Queue == q.ID && on.State == store.Connected {
				out.ContactsInHand++
			}
		}
	}
	since, err := s.opts.Router.WaitingSince(ctx, q.ID)
	out.OldestContactTimestamp = stampOf(since)
	return out, err
}

func workerFigures(w routing.Worker, names map[perch.QueueID]string) agentFigures {
	out := agentFigures{ID: w.ID, Username: w.Username, DisplayName: w.DisplayName, Status: statusOf(w.Status, w.Since),
		Slots: w.Profile.ChatConcurrency, Contacts: []agentHas{}}
	out.Status.NextStatus = w.Next
	for _, on := range w.Work {
		has := agentHas{ContactID: on.Contact, InitialContactID: on.Session, State: on.State, StateStartTimestamp: wire.Time(on.Since)}
		if on.Queue != "" {
			has.Queue = &agentQueue{on.Queue, names[on.Queue]}
		}
		out.Contacts = append(out.Contacts, has)
	}
	return out
}

// makeDay makes the figures of the day, as often as they may be made.
func (s *Server) makeDay(ctx context.Context, instance perch.InstanceID, queues []catalog.Queue, b *boarded) error {
	began, now := s.opts.Wall(), s.opts.Now()
	if !b.dayMade.IsZero() && began.Sub(b.dayMade) < figuresShare*b.dayTook && began.After(b.dayMade) && len(b.day) == len(queues) {
		return nil
	}
	day := map[perch.QueueID]dayFigures{}
	since := map[perch.QueueID]time.Time{}
	first := now
	for _, q := range queues {
		zone, err := s.zoneOf(ctx, instance, q)
		if err != nil {
			return err
		}
		y, m, d := now.In(zone).Date()
		since[q.ID] = time.Date(y, m, d, 0, 0, 0, 0, zone)
		if since[q.ID].Before(first) {
			first = since[q.ID]
		}
	}
	tallies, err := s.talliesSince(ctx, instance, since, first, now)
	if err != nil {
		return err
	}
	for _, q := range queues {
		day[q.ID] = dayOf(tallies[q.ID], since[q.ID])
	}
	b.day, b.dayMade, b.dayTook = day, began, s.opts.Wall().Sub(began)
	return nil
}

// zoneOf is the time zone of a queue's hours of operation; UTC where it has none.
func (s *Server) zoneOf(ctx context.Context, instance perch.InstanceID, q catalog.Queue) (*time.Location, error) {
	if q.Hours == "" {
		return time.UTC, nil
	}
	h, err := s.opts.Settings.Hours(ctx, instance, q.Hours)
	if err != nil {
		return nil, err
	}
	return time.LoadLocation(h.TimeZone)
}

// talliesSince are the contacts of queues, each from its own time on.
func (s *Server) talliesSince(ctx context.Context, instance perch.InstanceID, since map[perch.QueueID]time.Time, first, till time.Time) (map[perch.QueueID]tally, error) {
	out := map[perch.QueueID]tally{}
	for _, by := range []string{store.ByClosed, store.ByEnqueued} {
		found, err := s.opts.Chats.Facts(ctx, store.FactsQuery{Instance: instance, Time: by, From: first, Till: till.Add(time.Second), Sort: store.ByOpened})
		if err != nil {
			return nil, err
		}
		for _, f := range found {
			q := perch.QueueID(f.Queue)
			from, ours := since[q]
			at := map[string]time.Time{store.ByClosed: f.Closed, store.ByEnqueued: f.Enqueued}[by]
			if !ours || at.Before(from) {
				continue
			}
			t := out[q]
			if by == store.ByClosed {
				t.closed = append(t.closed, f)
			} else {
				t.enqueued = append(t.enqueued, f)
			}
			out[q] = t
		}
	}
	return out, nil
}

func dayOf(t tally, since time.Time) dayFigures {
	known := historic()
	within := float64(serviceLevelSeconds)
	m := wire.Metric{Threshold: []wire.MetricThreshold{{Comparison: "LT", ThresholdValue: &within}}}
	value := func(metric string) *float64 {
		if v, ok := known[metric](t, m); ok {
			return &v
		}
		return nil
	}
	count := func(metric string) int { return int(*value(metric)) }
	return dayFigures{Since: wire.Time(since), ContactsQueued: count("CONTACTS_QUEUED"), ContactsHandled: count("CONTACTS_HANDLED"),
		ContactsAbandoned: count("CONTACTS_ABANDONED"), ServiceLevel: value("SERVICE_LEVEL"), ServiceLevelSeconds: serviceLevelSeconds,
		AverageQueueAnswerTime: value("AVG_QUEUE_ANSWER_TIME"), AverageFirstResponseTime: value("AVG_FIRST_RESPONSE_TIME_AGENT"),
		AverageHandleTime: value("AVG_HANDLE_TIME")}
}
