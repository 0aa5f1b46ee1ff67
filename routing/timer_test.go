package routing_test

import (
	"testing"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/store"
)

// doc: API_CreateRoutingProfile, AgentAvailabilityTimer
func TestTheProfilesTimerSaysWhoIsNext(t *testing.T) {
	for timer, next := range map[string]int{"": 1, catalog.SinceLastActivity: 1, catalog.SinceLastInbound: 0} {
		t.Run("timer "+timer, func(t *testing.T) {
			story(t, 2, 1, func(t *testing.T, f *floor) {
				f.must(catalog.RoutingProfileKind().Change(t.Context(), f.settings, f.instance, f.agents[0].RoutingProfile, func(p *catalog.RoutingProfile) error {
					p.Timer = timer
					return nil
				}))
				router := f.nodes[0].router
				takes := func(n int) (end func()) { // one chat, alone
					f.available(f.agents[n])
					id := f.waiting()
					_, err := router.Accept(t.Context(), f.agents[n], id.First())
					f.must(err)
					f.must(router.SetStatus(t.Context(), f.agents[n], catalog.Offline))
					f.elapse(time.Minute)
					return func() {
						f.must(f.nodes[0].chats.On(t.Context(), id, func(t *chat.Turn) error { return t.End(perch.CustomerDisconnect) }))
						f.must(router.Clear(t.Context(), f.agents[n], id.First()))
						f.elapse(time.Minute)
					}
				}
				long := takes(0)
				takes(1)() // was handed one later, and is done sooner
				for _, u := range f.agents {
					f.available(u)
				}
				long()
				f.wantWork(f.agents[next], f.waiting(), store.Incoming)
			})
		})
	}
}
