package routing_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/routing"
)

const (
	benchAgents   = 1000
	benchContacts = 10_000
	benchQueues   = 20
)

// BenchmarkMatch is the decision alone: a thousand agents who serve ten queues of
// twenty each, and ten thousand contacts.
func BenchmarkMatch(b *testing.B) {
	var waiting []routing.Waiting
	for n := range benchContacts {
		waiting = append(waiting, routing.Waiting{Contact: perch.ContactID(fmt.Sprint("c", n)), Queue: perch.QueueID(fmt.Sprint("q", n%benchQueues)),
			Since: noon.Add(-time.Duration(n) * time.Second), Place: perch.DefaultPlace()})
	}
	var agents []routing.Candidate
	for n := range benchAgents {
		a := routing.Candidate{User: perch.UserID(fmt.Sprint("u", n)), Idle: noon.Add(-time.Duration(n) * time.Second), Slots: 10}
		for q := range benchQueues / 2 {
			a.Queues = append(a.Queues, routing.Served{Queue: perch.QueueID(fmt.Sprint("q", (n+q)%benchQueues)), Priority: 1 + q%3})
		}
		agents = append(agents, a)
	}
	for b.Loop() {
		if n := len(routing.Match(waiting, agents, noon)); n != benchContacts {
			b.Fatalf("%d offers are made", n)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/benchContacts, "µs/offer")
}

// BenchmarkOffers is a thousand agents who become free while ten thousand contacts
// wait: until each contact is offered, durably.
func BenchmarkOffers(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		r := &rush{floor: newFloorOn(b, "", benchAgents, 1), ctx: b.Context()}
		profile, err := r.settings.RoutingProfile(r.ctx, r.instance, r.agents[0].RoutingProfile)
		r.must(err)
		profile.ChatConcurrency = benchContacts / benchAgents
		_, err = r.settings.PutRoutingProfile(r.ctx, r.instance, profile)
		r.must(err)
		r.each(benchContacts, func(int) {
			if _, err := r.begin(r.nodes[0]); err != nil {
				b.Error(err)
			}
		})
		r.each(benchAgents, func(n int) {
			if err := r.nodes[0].router.SetStatus(r.ctx, r.agents[n], catalog.Available); err != nil {
				b.Error(err)
			}
		})
		b.StartTimer()
		stop := r.run()
		for left := 1; left > 0; {
			waiting, err := r.store.Unoffered(r.ctx)
			r.must(err)
			left = len(waiting)
		}
		stop()
	}
	b.ReportMetric(benchContacts*float64(b.N)/b.Elapsed().Seconds(), "offers/s")
}
