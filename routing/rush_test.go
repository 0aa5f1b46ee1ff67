package routing_test

import (
	"context"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/store"
)

// rush is many agents and many more contacts over two processes on one PostgreSQL.
type rush struct {
	*floor
	ctx    context.Context
	mu     sync.Mutex
	chats  []perch.SessionID
	served sync.Map // by contact: that an agent has taken it
	left   atomic.Int64
}

const rushHands = 16

// rushSize is small, or the whole with PERCH_RUSH=whole.
func rushSize() (agents, contacts int) {
	if os.Getenv("PERCH_RUSH") == "whole" {
		return 200, 5000
	}
	return 30, 300
}

func TestNoContactIsOfferedTwiceOrForgottenInARush(t *testing.T) {
	t.Parallel()
	agents, contacts := rushSize()
	url := postgres.Database(t)
	r := &rush{floor: newFloorOn(t, url, agents, 2), ctx: t.Context()}
	began := time.Now()
	r.each(contacts, func(n int) {
		id, err := r.begin(r.nodes[n%2])
		if err != nil {
			t.Error(err)
			return
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.chats = append(r.chats, id)
	})
	r.left.Store(int64(len(r.chats)))
	r.each(agents, func(n int) {
		if err := r.nodes[n%2].router.SetStatus(r.ctx, r.agents[n], catalog.Available); err != nil {
			t.Error(err)
		}
	})
	t.Logf("%d agents and %d contacts are there after %v", agents, contacts, time.Since(began))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var watching sync.WaitGroup
	watching.Go(func() { r.watch(ctx, url) })
	stop := r.run()
	var all sync.WaitGroup
	for hand := range rushHands {
		all.Go(func() { r.work(hand) })
	}
	all.Wait()
	stop()
	cancel()
	watching.Wait()
	t.Logf("all have been served after %v", time.Since(began))
	waiting, err := r.store.Unoffered(r.ctx)
	if err != nil || len(waiting) > 0 {
		t.Errorf("%d are left waiting, %v", len(waiting), err)
	}
	r.verdict()
}

// each does something for 0 to n-1 with all hands.
func (r *rush) each(n int, do func(int)) {
	var all sync.WaitGroup
	for hand := range rushHands {
		all.Go(func() {
			for i := hand; i < n; i += rushHands {
				do(i)
			}
		})
	}
	all.Wait()
}

// begin is a chat that waits.
func (r *rush) begin(n *node) (perch.SessionID, error) {
	b, err := n.chats.Start(r.ctx, chat.Start{Instance: r.instance, Flow: r.flow, DisplayName: "Ada"})
	if err != nil {
		return "", err
	}
	err = n.chats.On(r.ctx, b.Session, func(t *chat.Turn) error {
		if err := t.Connect(b.Participant); err != nil {
			return err
		}
		w, err := store.InsertWaiting(store.Waiting{Contact: b.Session.First(), Session: b.Session, Instance: r.instance, Queue: r.queue,
			Since: t.Now, Place: perch.DefaultPlace()}, 0, nil)
		t.Record(w)
		t.Queued(r.queue, "")
		return err
	})
	return b.Session, err
}

// work has a hand play agents until every contact has been served: it takes most
// offers, rejects some, ends chats and clears what there is to clear.
func (r *rush) work(hand int) {
	dice := rand.New(rand.NewPCG(1, uint64(hand)))
	for r.left.Load() > 0 && r.ctx.Err() == nil {
		u := r.agents[dice.IntN(len(r.agents))]
		n := r.nodes[dice.IntN(len(r.nodes))]
		work, err := r.store.WorkOf(r.ctx, u.ID)
		if err != nil {
			r.t.Error(err)
			return
		}
		for _, w := range work {
			if err := r.deal(dice, n, u, w); err != nil {
				switch perch.KindOf(err) {
				case perch.NotFound, perch.Conflict, perch.Denied: // another hand plays the same agent
				default:
					r.t.Error(err)
					return
				}
			}
		}
	}
}

func (r *rush) deal(dice *rand.Rand, n *node, u catalog.User, w store.Work) error {
	switch {
	case w.State == store.Incoming && dice.IntN(10) == 0:
		return n.router.Reject(r.ctx, u, w.Contact)
	case w.State == store.Incoming:
		if _, err := n.router.Accept(r.ctx, u, w.Contact); err != nil {
			return err
		}
		if by, again := r.served.LoadOrStore(w.Contact, u.ID); !again {
			r.left.Add(-1)
		} else if by != u.ID {
			r.t.Errorf("%s is accepted by two agents", w.Contact)
		}
		return nil
	case w.State == store.Connected:
		return n.router.End(r.ctx, u, w.Contact)
	}
	return n.router.Clear(r.ctx, u, w.Contact)
}

// watch looks, as of one instant after the other, for what must never be.
func (r *rush) watch(ctx context.Context, url string) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		r.t.Error(err)
		return
	}
	defer conn.Close(context.Background()) //nolint:errcheck // the test is over
	profile, err := r.settings.RoutingProfile(ctx, r.instance, r.agents[0].RoutingProfile)
	if err != nil {
		r.t.Error(err)
		return
	}
	looks := 0
	for ; ctx.Err() == nil; looks++ {
		var full, double int
		err := conn.QueryRow(context.Background(), `SELECT (SELECT COUNT(*) FROM (SELECT user_id FROM work GROUP BY user_id HAVING COUNT(*) > $1) f),
			(SELECT COUNT(*) FROM (SELECT contact FROM work WHERE state IN ('INCOMING', 'CONNECTED') GROUP BY contact HAVING COUNT(*) > 1) d)`,
			profile.ChatConcurrency).Scan(&full, &double)
		if err == nil && full+double > 0 {
			r.t.Errorf("%d agents have more than fits, %d contacts are with two", full, double)
			return
		}
	}
	var deadlocks int
	if err := conn.QueryRow(context.Background(), `SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()`).Scan(&deadlocks); err != nil {
		r.t.Error(err)
	}
	r.t.Logf("it was looked %d times; the processes were in each other's way %d times", looks, deadlocks)
	if looks < 10 {
		r.t.Errorf("it was looked %d times only", looks)
	}
}

// verdict reads the logs: one agent has joined each chat.
func (r *rush) verdict() {
	r.each(len(r.chats), func(n int) {
		joined := 0
		err := r.nodes[0].chats.Entries(r.ctx, r.chats[n], 1, 1<<40, func(e perch.Entry) error {
			if j, ok := e.Body.(perch.Joined); ok && j.Role == perch.Agent {
				joined++
			}
			return nil
		})
		if err != nil || joined != 1 {
			r.t.Errorf("%d agents have joined %s, %v", joined, r.chats[n], err)
		}
	})
}
