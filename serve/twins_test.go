package serve_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/perch-chat/perch/store/pgtest"
	"github.com/perch-chat/perch/store/storetest"
)

// postgres is the server of this binary's tests.
var postgres = pgtest.Server{Tables: storetest.Tables}

// twins are two processes on one PostgreSQL database.
type twins struct {
	t        *testing.T
	database string
	a, b     *process
}

func launchTwins(t *testing.T, server *pgtest.Server) *twins {
	t.Helper()
	w := &twins{t: t, database: server.Database(t)}
	w.a = w.launch(t.TempDir())
	dir := t.TempDir()
	data, err := os.ReadFile(filepath.Join(w.a.dir, "secrets.json"))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "secrets.json"), data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	w.b = w.launch(dir)
	return w
}

func (w *twins) launch(dir string) *process {
	w.t.Helper()
	return launch(w.t, dir, "serve", "--store", w.database)
}

// each gives the processes in turn.
func (w *twins) each(n int) *process { return []*process{w.a, w.b}[n%2] }

// with is somebody who goes to another process from now on.
func (p *person) with(other *process) *person {
	moved := *p
	moved.h = other.house
	return &moved
}

func (a *agent) with(other *process) *agent {
	moved := *a
	moved.h = other.house
	return &moved
}

// talking is a chat of a customer at one process with an agent at the other.
func (w *twins) talking() (customer, worker *person) {
	w.t.Helper()
	a := w.b.available(1)
	customer = w.a.open(nil)
	w.b.until("the chat is offered", func() bool { return a.state(customer.contact) == "INCOMING" })
	return customer, a.accept(customer.contact)
}

func connect(t *testing.T, database string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) }) //nolint:errcheck // the test is over
	return conn
}

// numbers reads the log of a chat behind perch's back: without gaps, whoever
// wrote it.
func (w *twins) numbers(contact string) (n int) {
	w.t.Helper()
	conn := connect(w.t, w.database)
	var last, turns int
	err := conn.QueryRow(w.t.Context(), `SELECT COUNT(*), MAX(number), COUNT(DISTINCT turn) FROM log WHERE session = $1`, contact).Scan(&n, &last, &turns)
	if err != nil || n != last || turns == 0 {
		w.t.Errorf("the log has %d entries, the last is number %d: %v", n, last, err)
	}
	return n
}

func TestOneStoryThroughTwoProcesses(t *testing.T) {
	t.Parallel()
	w := launchTwins(t, &postgres)
	first, second := w.b.available(1), w.a.agent(2)
	customer := w.a.open(object{"Attributes": object{"tier": "gold"}})
	customer.say("hello")
	w.b.until("the chat is offered", func() bool { return first.state(customer.contact) == "INCOMING" })
	ana := first.accept(customer.contact)
	ana.say("I hand you over")
	second.status("Available")
	c2 := first.transfer(customer.contact, second.name)
	w.a.until("the chat is offered", func() bool { return second.state(c2) == "INCOMING" })
	if r := ana.with(w.a).call("message", object{"ContentType": "text/plain", "Content": "too late"}); r.status != 403 {
		t.Errorf("the other process lets an agent who has gone talk: %d", r.status)
	}
	ben := second.accept(c2)
	customer.with(w.b).say("are you there?")
	ben.with(w.b).say("I have read it all")
	second.with(w.b).does("end", c2)
	w.a.until("the survey is asked", func() bool { return count(customer.told(), survey) == 1 })
	told := customer.told()
	if other := customer.with(w.b).told(); !slices.Equal(told, other) {
		t.Errorf("the processes show different transcripts (-one +other):\n%s", cmp.Diff(told, other))
	}
	customer.with(w.b).say("5")
	c3 := w.a.next(c2)
	w.a.until("the survey is over", func() bool { return w.a.describe(c3).DisconnectReason == "CONTACT_FLOW_DISCONNECT" })
	for _, p := range []*process{w.a, w.b} {
		if r := customer.with(p).call("message", object{"ContentType": "text/plain", "Content": "more"}); r.status != 403 {
			t.Errorf("a chat that has ended is answered %d", r.status)
		}
	}
	last := w.b.begin(object{"PersistentChat": object{"SourceContactId": c2, "RehydrationType": "FROM_SEGMENT"}})
	last.connect()
	var past []string
	for _, i := range last.with(w.a).transcript() {
		if i.RelatedContactId != "" {
			past = append(past, i.String())
		}
	}
	// From c2 on back: what the survey said is not continued.
	if count(past, "CUSTOMER: hello") != 1 || count(past, "AGENT: I have read it all") != 1 || count(past, "CUSTOMER: 5") != 0 {
		t.Errorf("the past that is continued is %q", past)
	}
}

func TestEightWritersInTwoProcessesOnOneChat(t *testing.T) {
	t.Parallel()
	const writers, messages = 8, 25
	w := launchTwins(t, &postgres)
	customer, worker := w.talking()
	var wg sync.WaitGroup
	acked := make([][]message, writers)
	for n := range writers {
		who, p := customer, w.each(n)
		if n >= writers/2 {
			who = worker
		}
		s := &sender{person: who.with(p), name: fmt.Sprint("writer ", n)}
		wg.Go(func() {
			for i := range messages {
				m := message{text: fmt.Sprintf("%s says %d", s.name, i), token: fmt.Sprintf("%d/%d", n, i)}
				var r reply
				if m.id, m.at, r = s.send(m); r.status != 200 {
					t.Errorf("%s: a message is answered %d %s", s.name, r.status, r.body)
					return
				}
				acked[n] = append(acked[n], m)
			}
		})
	}
	wg.Wait()
	items := customer.transcript()
	if diff := cmp.Diff(items, worker.with(w.a).transcript()); diff != "" {
		t.Errorf("not the same order for both (-customer +agent):\n%s", diff)
	}
	if diff := cmp.Diff(items, customer.with(w.b).transcript()); diff != "" {
		t.Errorf("not the same order at both processes (-one +other):\n%s", diff)
	}
	for n, all := range acked {
		at := -1
		for _, m := range all {
			found := slices.IndexFunc(items, func(i item) bool { return i.Content == m.text })
			if found <= at || items[found].Id != m.id || items[found].AbsoluteTime != m.at {
				t.Fatalf("writer %d: %q is at %d after %d, with id %s acknowledged as %s", n, m.text, found, at, items[max(found, 0)].Id, m.id)
			}
			at = found
		}
	}
	said := 0
	for _, i := range items {
		if strings.Contains(i.Content, "writer ") {
			said++
		}
	}
	if said != writers*messages {
		t.Errorf("%d messages are there, %d were acknowledged", said, writers*messages)
	}
	w.numbers(customer.contact)
}

func TestTwoStartsWithOneTokenMakeOneContact(t *testing.T) {
	t.Parallel()
	w := launchTwins(t, &postgres)
	const rounds = 20
	for round := range rounds {
		var out [4]struct{ ContactId, ParticipantId string }
		var wg sync.WaitGroup
		body := object{"InstanceId": w.a.started.InstanceID, "ContactFlowId": w.a.started.ContactFlowID,
			"ParticipantDetails": object{"DisplayName": "Ada"}, "ClientToken": fmt.Sprint("token-of-round-", round)}
		for i := range out {
			wg.Go(func() { w.each(i).signed("PUT", "/contact/chat", body).into(t, &out[i]) })
		}
		wg.Wait()
		for _, o := range out {
			if o != out[0] || o.ContactId == "" {
				t.Errorf("round %d makes %+v", round, out)
			}
		}
	}
	conn := connect(t, w.database)
	var n int
	if err := conn.QueryRow(t.Context(), `SELECT COUNT(*) FROM contact`).Scan(&n); err != nil || n != rounds {
		t.Errorf("there are %d contacts, %v; want %d", n, err, rounds)
	}
}

func TestWorkOfAKilledProcessIsTakenOver(t *testing.T) {
	t.Parallel()
	w := launchTwins(t, &postgres)
	a := w.b.available(1)
	conn := connect(t, w.database)
	var first, past []int
	leases := func() {
		t.Helper()
		err := conn.QueryRow(t.Context(), `SELECT ARRAY_AGG(first ORDER BY first), ARRAY_AGG(past ORDER BY first) FROM lease`).Scan(&first, &past)
		if err != nil {
			t.Fatal(err)
		}
	}
	w.a.until("the buckets are shared out", func() bool {
		leases()
		return slices.Equal(first, []int{0, 512}) && slices.Equal(past, []int{512, 1024})
	})
	w.a.kill()
	killed := time.Now()
	var chats []*person
	for range 12 { // half of them, more or less, in buckets of the dead
		chats = append(chats, w.b.begin(nil))
	}
	offered := func() (n int) {
		if err := conn.QueryRow(t.Context(), `SELECT COUNT(*) FROM waiting`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	w.b.until("all flows have run", func() bool { return offered() == len(chats) })
	t.Logf("the work was taken over after %v", time.Since(killed)) // 5 to 7 s where nothing else runs
	if len(a.contacts()) == 0 {
		t.Error("nothing is offered")
	}
	w.a.until("the dead one's lease is gone", func() bool { leases(); return slices.Equal(first, []int{0}) && slices.Equal(past, []int{1024}) })
	// One that comes back has its share again, and one that leaves in peace gives it up at once.
	w.a.run()
	w.a.until("the buckets are shared out", func() bool { leases(); return len(first) == 2 })
	w.a.terminate()
	w.a.ended()
	if leases(); len(first) != 1 {
		t.Errorf("a process that has ended leaves its lease: %v", first)
	}
}

func TestSocketsOfOneProcessSeeWhatComesThroughTheOther(t *testing.T) {
	t.Parallel()
	w := launchTwins(t, &postgres)
	customer, worker := w.talking()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var connection struct{ Websocket struct{ Url string } }
	w.a.borne("POST", "/participant/connection", "X-Amz-Bearer", customer.token, object{"Type": []string{"WEBSOCKET"}}).into(t, &connection)
	socket, _, err := websocket.Dial(ctx, connection.Websocket.Url, nil) //nolint:bodyclose // the library does
	if err != nil {
		t.Fatal(err)
	}
	defer socket.CloseNow() //nolint:errcheck // the test is over
	if err := socket.Write(ctx, websocket.MessageText, []byte(`{"topic":"aws/subscribe","content":{"topics":["aws/chat"]}}`)); err != nil {
		t.Fatal(err)
	}
	frame := func() string {
		_, data, err := socket.Read(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	if got := frame(); !strings.Contains(got, "aws/subscribe") {
		t.Fatalf("the first frame is %s", got)
	}
	for n := range 20 {
		who := []*person{worker, worker.with(w.a), customer.with(w.b)}[n%3]
		who.say(fmt.Sprint("message <", n, ">"))
	}
	for n := range 20 {
		if got := frame(); !strings.Contains(got, fmt.Sprintf(`message <%d>`, n)) && !strings.Contains(got, fmt.Sprintf(`message \\u003c%d\\u003e`, n)) {
			t.Fatalf("frame %d is %s", n, got)
		}
	}
	// Whoever leaves through the other process has the socket closed.
	if r := customer.with(w.b).call("disconnect", object{}); r.status != 200 {
		t.Fatalf("leaving is answered %d %s", r.status, r.body)
	}
	for {
		if _, _, err := socket.Read(ctx); err != nil {
			if websocket.CloseStatus(err) != websocket.StatusNormalClosure {
				t.Errorf("the socket ends with %v", err)
			}
			break
		}
	}
}
