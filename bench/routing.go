package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/coder/websocket"
)

const (
	// agentSlots is how many chats each agent of the measurement takes.
	agentSlots = 10
	// freeings is how often an agent becomes free to be offered a chat alone.
	freeings = 30
	// lookEvery is how often the server is asked how far it is; asking costs it
	// little.
	lookEvery = 100 * time.Millisecond
	// offeredWithin is how long all the offers may take.
	offeredWithin = 5 * time.Minute

	supervisor = "bench-supervisor"
)

// routing measures the match as it is met from outside: many contacts wait, one
// agent becomes free, and then many at once.
func (r *run) routing(ctx context.Context) error {
	r.say("  making %d agents", r.Agents)
	boss, err := r.hire(ctx)
	if err != nil {
		return err
	}
	r.say("  starting %d chats that wait", r.Waiting)
	if err := r.each(r.Waiting, func(int) error {
		_, err := r.open(ctx, "")
		return err
	}); err != nil {
		return err
	}
	if err := boss.until(ctx, "CONTACTS_IN_QUEUE", r.Waiting); err != nil {
		return err
	}
	r.say("  freeing one agent %d times", freeings)
	if err := r.oneFree(ctx); err != nil {
		return err
	}
	return r.allFree(ctx, boss)
}

// allFree has all agents become available, and measures until each has as many
// offers as can be.
func (r *run) allFree(ctx context.Context, boss *supervision) error {
	offers := min(r.Agents*agentSlots, r.Waiting)
	r.say("  freeing %d agents, for %d offers", r.Agents, offers)
	busy, err := r.cpu()
	if err != nil {
		return err
	}
	began := time.Now()
	if err := r.each(len(boss.agents), func(i int) error { return boss.free(ctx, boss.agents[i]) }); err != nil {
		return err
	}
	r.note("routing", fmt.Sprintf("%d agents become available", r.Agents), float64(r.Agents)/time.Since(began).Seconds(), "/s")
	if err := boss.until(ctx, "SLOTS_ACTIVE", offers); err != nil {
		return err
	}
	took := time.Since(began)
	after, err := r.cpu()
	r.note("routing", fmt.Sprintf("offers of %d waiting contacts to %d agents, durable", r.Waiting, r.Agents), float64(offers)/took.Seconds(), "/s")
	r.note("routing", "from the first agent's being free until all are offered", took.Seconds(), "s")
	r.note("routing", "server's CPU for an offer", float64((after-busy).Microseconds())/float64(offers), "µs")
	return err
}

// oneFree measures from the answer to an agent who has become available until the
// offer is on the agent's socket, while contacts wait.
func (r *run) oneFree(ctx context.Context) error {
	a, err := r.signIn(ctx, r.started.Agents[1].Username, r.started.Agents[1].Password)
	if err != nil {
		return err
	}
	conn, err := a.listen(ctx)
	if err != nil {
		return err
	}
	defer conn.CloseNow() //nolint:errcheck // it is over
	var all []time.Duration
	for range freeings {
		began := time.Now()
		if err := a.status(ctx, "Available"); err != nil {
			return err
		}
		if err := a.offered(ctx, conn); err != nil {
			return err
		}
		all = append(all, time.Since(began))
		if err := a.putAway(ctx); err != nil {
			return err
		}
	}
	p50, p99 := percentiles(all)
	r.note("routing", fmt.Sprintf("from available to an offer on the socket, %d waiting, p50", r.Waiting), p50, "ms")
	r.note("routing", fmt.Sprintf("from available to an offer on the socket, %d waiting, p99", r.Waiting), p99, "ms")
	return nil
}

// worker is somebody who has signed in.
type worker struct {
	*client
	bearer [2]string
}

func (r *run) signIn(ctx context.Context, name, password string) (*worker, error) {
	var in struct{ AgentToken string }
	err := r.call(ctx, http.MethodPost, "/agent/login", [2]string{}, object{"Username": name, "Password": password, "InstanceId": r.started.InstanceId}, &in)
	return &worker{r.client, [2]string{"Authorization", "Bearer " + in.AgentToken}}, err
}

func (w *worker) status(ctx context.Context, name string) error {
	return w.call(ctx, http.MethodPut, "/agent/status", w.bearer, object{"Status": name}, nil)
}

// listen opens the socket of the worker's work.
func (w *worker) listen(ctx context.Context) (*websocket.Conn, error) {
	var made struct{ Websocket struct{ Url string } }
	if err := w.call(ctx, http.MethodPost, "/agent/connection", w.bearer, object{}, &made); err != nil {
		return nil, err
	}
	conn, _, err := websocket.Dial(ctx, made.Websocket.Url, &websocket.DialOptions{HTTPClient: w.http, CompressionMode: websocket.CompressionDisabled})
	if err != nil {
		return nil, err
	}
	conn.SetReadLimit(1 << 20)
	return conn, conn.Write(ctx, websocket.MessageText, []byte(`{"topic":"aws/subscribe","content":{"topics":["perch/agent"]}}`))
}

// offered waits for a frame with an offer.
func (w *worker) offered(ctx context.Context, conn *websocket.Conn) error {
	for {
		_, text, err := conn.Read(ctx)
		if err != nil {
			return err
		}
		var frame struct{ Topic, Content string }
		var work struct {
			Contacts []struct{ ContactId, State string }
		}
		if json.Unmarshal(text, &frame) != nil || frame.Topic != "perch/agent" || json.Unmarshal([]byte(frame.Content), &work) != nil {
			continue // the answer to the subscribe
		}
		for _, c := range work.Contacts {
			if c.State == "INCOMING" {
				return nil
			}
		}
	}
}

// putAway has the worker be as before: gone, with nothing to do.
func (w *worker) putAway(ctx context.Context) error {
	if err := w.status(ctx, "Offline"); err != nil {
		return err
	}
	for {
		var work struct {
			Contacts []struct{ ContactId, State string }
		}
		if err := w.call(ctx, http.MethodGet, "/agent/contacts", w.bearer, nil, &work); err != nil {
			return err
		}
		if len(work.Contacts) == 0 {
			return nil
		}
		for _, c := range work.Contacts {
			verb := "clear"
			if c.State == "INCOMING" {
				verb = "reject"
			}
			// What has changed meanwhile is seen in the next round.
			w.call(ctx, http.MethodPost, "/agent/contacts/"+c.ContactId+"/"+verb, w.bearer, object{}, nil) //nolint:errcheck // see above
		}
	}
}

// supervision is what a supervisor of the measurement knows and may.
type supervision struct {
	*worker
	instance, queue, available string
	agents                     []string
}

// hire makes the agents by settings files, as whoever sets perch up would, and
// returns who sets their statuses.
func (r *run) hire(ctx context.Context) (*supervision, error) {
	dir, err := os.MkdirTemp(r.data, "agents-")
	if err != nil {
		return nil, err
	}
	const password = "Bench-password-1"
	var files strings.Builder
	fmt.Fprintf(&files, "Kind: routing-profile\nName: Bench\nDescription: For the measurement.\nMediaConcurrencies: [{Channel: CHAT, Concurrency: %d}]\nQueueConfigs: [{Queue: Basic queue, Priority: 1}]\n", agentSlots)
	fmt.Fprintf(&files, "---\nKind: user\nUsername: %s\nRoutingProfile: Bench\nSecurityProfiles: [Admin]\nPasswordEnv: PERCH_BENCH_PASSWORD\n", supervisor)
	for i := range r.Agents {
		fmt.Fprintf(&files, "---\nKind: user\nUsername: bench-%05d\nRoutingProfile: Bench\nSecurityProfiles: [Agent]\n", i)
	}
	if err := os.WriteFile(filepath.Join(dir, "agents.yaml"), []byte(files.String()), 0o600); err != nil {
		return nil, err
	}
	apply := exec.CommandContext(ctx, r.Program, "apply", dir, "--yes", "--endpoint", r.started.Endpoint, "--data", r.data)
	apply.Env = append(os.Environ(), "PERCH_BENCH_PASSWORD="+password)
	if out, err := apply.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("making the agents: %w: %s", err, out)
	}
	w, err := r.signIn(ctx, supervisor, password)
	if err != nil {
		return nil, err
	}
	s := &supervision{worker: w, instance: r.started.InstanceId}
	return s, s.look(ctx)
}

// look finds the ids that are needed.
func (s *supervision) look(ctx context.Context) error {
	named := func(path, member string, take func(id, name string)) error {
		for next := ""; ; {
			page := map[string]json.RawMessage{}
			if err := s.call(ctx, http.MethodGet, path+"/"+s.instance+"?maxResults=1000"+next, s.bearer, nil, &page); err != nil {
				return err
			}
			var rows []struct{ Id, Name, Username string }
			if err := json.Unmarshal(page[member], &rows); err != nil {
				return err
			}
			for _, row := range rows {
				take(row.Id, row.Name+row.Username)
			}
			var token string
			if page["NextToken"] == nil {
				return nil
			}
			if err := json.Unmarshal(page["NextToken"], &token); err != nil || token == "" {
				return err
			}
			next = "&nextToken=" + token
		}
	}
	if err := named("/users-summary", "UserSummaryList", func(id, name string) {
		if strings.HasPrefix(name, "bench-") && name != supervisor {
			s.agents = append(s.agents, id)
		}
	}); err != nil {
		return err
	}
	if err := named("/queues-summary", "QueueSummaryList", func(id, name string) {
		if name == "Basic queue" {
			s.queue = id
		}
	}); err != nil {
		return err
	}
	return named("/agent-status", "AgentStatusSummaryList", func(id, name string) {
		if name == "Available" {
			s.available = id
		}
	})
}

// free makes an agent available.
func (s *supervision) free(ctx context.Context, agent string) error {
	return s.call(ctx, http.MethodPut, "/users/"+s.instance+"/"+agent+"/status", s.bearer, object{"AgentStatusId": s.available}, nil)
}

// until waits for a metric of the queue to be at least so much.
func (s *supervision) until(ctx context.Context, metric string, least int) error {
	for end := time.Now().Add(offeredWithin); ; {
		var out struct {
			MetricResults []struct{ Collections []struct{ Value float64 } }
		}
		err := s.call(ctx, http.MethodPost, "/metrics/current/"+s.instance, s.bearer, object{"Filters": object{"Queues": []string{s.queue}, "Channels": []string{"CHAT"}},
			"CurrentMetrics": []object{{"Name": metric, "Unit": "COUNT"}}}, &out)
		if err != nil {
			return err
		}
		got := 0.0
		for _, row := range out.MetricResults {
			for _, c := range row.Collections {
				got += c.Value
			}
		}
		if int(got) >= least {
			return nil
		}
		if time.Now().After(end) {
			return fmt.Errorf("%s is %v after %v, and not %d", metric, got, offeredWithin, least)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(lookEvery):
		}
	}
}
