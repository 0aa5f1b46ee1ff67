package bench

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
)

const (
	// spareFiles are files that a process opens besides its sockets.
	spareFiles = 500
	// openers open sockets side by side.
	openers = 16
	// settleFor is how long an idle server is left alone before it is weighed.
	settleFor = 2 * time.Second
)

// delivery measures the time from the call that sends a message until it is on
// the other participant's socket, one at a time.
func (r *run) delivery(ctx context.Context) error {
	customer, agent, err := r.pair(ctx)
	if err != nil {
		return err
	}
	conn, err := agent.listen(ctx)
	if err != nil {
		return err
	}
	defer conn.CloseNow() //nolint:errcheck // it is over
	arrived := make(chan time.Time, 16)
	go func() {
		defer close(arrived)
		for {
			_, frame, err := conn.Read(ctx)
			if err != nil {
				return
			}
			if strings.Contains(string(frame), "about my order") {
				arrived <- time.Now()
			}
		}
	}()
	var all []time.Duration
	for end := time.Now().Add(r.Duration); time.Now().Before(end); {
		sent := time.Now()
		if err := customer.message(ctx); err != nil {
			return err
		}
		at, ok := <-arrived
		if !ok {
			return errors.New("the agent's socket was closed")
		}
		all = append(all, at.Sub(sent))
	}
	p50, p99 := percentiles(all)
	r.note("delivery", "from send to the other's socket, p50", p50, "ms")
	r.note("delivery", "from send to the other's socket, p99", p99, "ms")
	return nil
}

// pair is a customer, and the agent who has accepted the chat and takes no other.
func (r *run) pair(ctx context.Context) (customer, agent *talk, err error) {
	var in struct{ AgentToken string }
	a := r.started.Agents[0]
	if err := r.call(ctx, http.MethodPost, "/agent/login", [2]string{}, object{"Username": a.Username, "Password": a.Password, "InstanceId": r.started.InstanceId}, &in); err != nil {
		return nil, nil, err
	}
	bearer := [2]string{"Authorization", "Bearer " + in.AgentToken}
	status := func(name string) error {
		return r.call(ctx, http.MethodPut, "/agent/status", bearer, object{"Status": name}, nil)
	}
	if err := status("Available"); err != nil {
		return nil, nil, err
	}
	if customer, err = r.open(ctx, ""); err != nil {
		return nil, nil, err
	}
	agent = &talk{client: r.client, contact: customer.contact}
	for agent.token == "" {
		var out struct{ ParticipantToken string }
		// It is answered 404 until the contact is offered.
		if err := r.call(ctx, http.MethodPost, "/agent/contacts/"+customer.contact+"/accept", bearer, object{}, &out); err == nil {
			agent.token = out.ParticipantToken
		}
		select {
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
	return customer, agent, errors.Join(agent.connect(ctx), status("Offline"))
}

// sockets measures what an idle socket costs: as many chats as asked for, each
// with its customer's socket open and nothing said.
func (r *run) sockets(ctx context.Context) error {
	want := min(r.Sockets, openFiles()-spareFiles)
	if want < r.Sockets {
		r.say("  the system allows %d sockets instead of %d: raise the limit of open files (ulimit -n)", want, r.Sockets)
	}
	talks := make([]*talk, want)
	if err := r.each(want, func(i int) (err error) {
		talks[i], err = r.open(ctx, "")
		return err
	}); err != nil {
		return err
	}
	r.transport.CloseIdleConnections()
	before, err := r.idle()
	if err != nil {
		return err
	}
	conns := make([]*websocket.Conn, want)
	defer func() {
		for _, c := range conns {
			if c != nil {
				c.CloseNow() //nolint:errcheck // it is over
			}
		}
	}()
	if err := r.each(want, func(i int) (err error) {
		conns[i], err = talks[i].listen(ctx)
		return err
	}); err != nil {
		return err
	}
	after, err := r.idle()
	if err != nil {
		return err
	}
	r.note("sockets", fmt.Sprintf("memory for an idle socket, at %d", want), (after-before)/float64(want)/1000, "kB")
	r.note("sockets", fmt.Sprintf("memory with %d idle sockets (RSS)", want), after/1e6, "MB")
	return nil
}

// idle is the server's memory after a while of doing nothing.
func (r *run) idle() (float64, error) {
	time.Sleep(settleFor)
	return r.rss()
}

// each does something n times, some at once.
func (r *run) each(n int, do func(int) error) error {
	var wg sync.WaitGroup
	errs, next := make(chan error, openers), make(chan int)
	for range openers {
		wg.Go(func() {
			for i := range next {
				if err := do(i); err != nil {
					errs <- err
					return
				}
			}
		})
	}
	var err error
	for i := 0; i < n && err == nil; i++ {
		if i > 0 && i%2500 == 0 {
			r.say("  %d of %d", i, n)
		}
		select {
		case next <- i:
		case err = <-errs:
		}
	}
	close(next)
	wg.Wait()
	close(errs)
	for e := range errs {
		err = errors.Join(err, e)
	}
	return err
}
