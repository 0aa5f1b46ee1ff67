package serve_test

import (
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
)

func TestAnOfferIsToOneAgentAndTakenOnce(t *testing.T) {
	t.Parallel()
	w := launchTwins(t, &postgres)
	agents := []*agent{w.a.available(1), w.b.available(2)}
	for range 4 {
		p := w.a.open(nil)
		holder := -1
		w.a.until("the chat is offered", func() bool {
			for n, a := range agents {
				if a.state(p.contact) == "INCOMING" {
					holder = n
				}
			}
			return holder >= 0
		})
		other := agents[1-holder]
		if got := other.state(p.contact); got != "" {
			t.Fatalf("both agents have the contact: the other as %s", got)
		}
		// Everybody at once, everywhere: the agent in two pages, and the other agent.
		var replies [6]reply
		var wg sync.WaitGroup
		for i := range replies {
			wg.Go(func() {
				a := agents[holder]
				if i >= 4 {
					a = other
				}
				replies[i] = a.with(w.each(i)).on(p.contact, "accept", nil)
			})
		}
		wg.Wait()
		participants := map[string]bool{}
		for i, r := range replies {
			switch {
			case i < 4 && r.status == 200:
				var out struct{ ParticipantId string }
				r.into(t, &out)
				participants[out.ParticipantId] = true
			case i < 4 && r.status != 409, i >= 4 && r.status != 404:
				t.Errorf("accept %d is answered %d %s", i, r.status, r.body)
			}
		}
		if len(participants) != 1 {
			t.Errorf("the contact is taken by %d participants: %+v", len(participants), replies)
		}
		if told := p.told(); count(told, "participant.joined") != 2 {
			t.Errorf("the customer reads %q, want two who have joined", told)
		}
	}
}

// Two processes offer at once: nobody is offered more than fits, and nothing
// that waits is forgotten.
func TestSlotsHoldWhereTwoProcessesOffer(t *testing.T) {
	t.Parallel()
	const slots, chats = 5, 14
	w := launchTwins(t, &postgres)
	agents := []*agent{w.a.agent(1), w.b.agent(2)}
	var wg sync.WaitGroup
	for n := range chats {
		wg.Go(func() { w.each(n).open(nil) })
	}
	wg.Wait()
	conn := connect(t, w.database)
	rows := func(query string) (n int) {
		if err := conn.QueryRow(t.Context(), query).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	w.a.until("all wait", func() bool { return rows(`SELECT COUNT(*) FROM waiting`) == chats })
	for n, a := range agents {
		wg.Go(func() { a.status("Available") })
		wg.Go(func() { a.with(w.each(n + 1)).status("Available") })
	}
	wg.Wait()
	w.a.until("the slots are full", func() bool { return rows(`SELECT COUNT(*) FROM work`) >= 2*slots })
	for _, a := range agents {
		if n := len(a.contacts()); n != slots {
			t.Errorf("%s has %d contacts, want %d", a.name, n, slots)
		}
	}
	if offered, left := rows(`SELECT COUNT(*) FROM waiting WHERE offered_to <> ''`), rows(`SELECT COUNT(*) FROM waiting WHERE offered_to = ''`); offered != 2*slots || left != chats-2*slots {
		t.Errorf("%d are offered and %d wait, want %d and %d", offered, left, 2*slots, chats-2*slots)
	}
}

// moment is what another process has begun and not yet committed. The test plays
// that one, so that the moment lasts.
type moment struct {
	p            *process
	other, watch *pgx.Conn
}

func inTheMidst(t *testing.T, p *process, database string) *moment {
	t.Helper()
	m := &moment{p, connect(t, database), connect(t, database)}
	m.do(`BEGIN`)
	return m
}

func (m *moment) do(text string, args ...any) {
	m.p.t.Helper()
	if _, err := m.other.Exec(m.p.t.Context(), text, args...); err != nil {
		m.p.t.Fatal(err)
	}
}

func (m *moment) ask(query string) (n int) {
	m.p.t.Helper()
	if err := m.watch.QueryRow(m.p.t.Context(), query).Scan(&n); err != nil {
		m.p.t.Fatal(err)
	}
	return n
}

// pass ends it when perch has come upon it, and waits until perch has gone on.
func (m *moment) pass() {
	m.p.t.Helper()
	const waiters = `SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
	m.p.until("perch waits for the other process", func() bool { return m.ask(waiters) > 0 })
	m.do(`COMMIT`)
	m.p.until("perch goes on", func() bool { return m.ask(waiters) == 0 })
}

func TestASlotThatIsBeingFilledIsNotFree(t *testing.T) {
	t.Parallel()
	const slots = 5
	database := postgres.Database(t)
	p := launch(t, t.TempDir(), "serve", "--store", database)
	a := p.available(1)
	for range slots - 1 {
		p.open(nil)
	}
	p.until("the chats are offered", func() bool { return len(a.contacts()) == slots-1 })
	m := inTheMidst(t, p, database)
	m.do(`UPDATE agent SET version = version + 1 WHERE user_id = $1`, a.id)
	m.do(`INSERT INTO work (user_id, contact, session, instance, state, since, expires, queue)
		SELECT user_id, 'elsewhere', 'elsewhere', instance, state, since, expires, queue FROM work LIMIT 1`)
	p.open(nil)
	m.pass()
	if n, left := m.ask(`SELECT COUNT(*) FROM work`), m.ask(`SELECT COUNT(*) FROM waiting WHERE offered_to = ''`); n != slots || left != 1 {
		t.Errorf("the agent has %d contacts and %d wait, want %d and 1", n, left, slots)
	}
}

func TestAnOfferMadeWhileTheChatEndsIsTakenBack(t *testing.T) {
	t.Parallel()
	database := postgres.Database(t)
	p := launch(t, t.TempDir(), "serve", "--store", database)
	customer := p.open(nil)
	m := inTheMidst(t, p, database)
	p.until("the chat waits", func() bool { return m.ask(`SELECT COUNT(*) FROM waiting`) == 1 })
	m.do(`UPDATE waiting SET offered_to = 'somebody'`)
	m.do(`INSERT INTO work (user_id, contact, session, instance, state, since, expires, queue)
		SELECT 'somebody', contact, session, instance, 'INCOMING', since, since + 20000, queue FROM waiting`)
	var ending sync.WaitGroup
	ending.Go(func() {
		p.signed("POST", "/contact/stop", object{"InstanceId": p.started.InstanceID, "ContactId": customer.contact}).into(t, &struct{}{})
	})
	m.pass()
	ending.Wait()
	if n, left := m.ask(`SELECT COUNT(*) FROM work`), m.ask(`SELECT COUNT(*) FROM waiting`); n != 0 || left != 0 {
		t.Errorf("of the chat that has ended %d offers and %d rows in the queue are left", n, left)
	}
}
