package live_test

import (
	"context"
	"encoding/json"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/perch-chat/perch"
)

// counting is a source of figures that counts how often it is asked.
type counting struct {
	mu    sync.Mutex
	now   string
	fails error
	asked int
}

func (c *counting) set(now string, fails error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now, c.fails = now, fails
}

func (c *counting) tell(context.Context, perch.InstanceID, perch.UserID) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked++
	return []byte(c.now), c.fails
}

const (
	subscribeFigures = `{"topic":"aws/subscribe","content":{"topics":["perch/figures"]}}`
	figuresSuccess   = `{"topic":"aws/subscribe","content":{"status":"success","topics":["perch/figures"]}}`
	figuresFailure   = `{"topic":"aws/subscribe","content":{"status":"failure","topics":["perch/figures"]}}`
	figuresEnd       = `{"topic":"aws/unsubscribe","content":{"status":"success","topics":["perch/figures"]}}`
	heartbeat        = `{"topic":"aws/heartbeat"}`
)

func figuresOffice(t *testing.T) (*office, *counting) {
	c := &counting{now: `{"n":1}`}
	o := newOffice(t, inBubble)
	o.agents.Figures = c.tell
	return o, c
}

// wantFigures reads the next frame, which is to have a content.
func (p *page) wantFigures(content string) {
	p.h.t.Helper()
	var f struct{ Topic, Content string }
	p.h.must(json.Unmarshal([]byte(p.frame()), &f))
	if f.Topic != "perch/figures" || f.Content != content {
		p.h.t.Errorf("got %+v, want %s", f, content)
	}
}

func TestFiguresAreToldOnceASecondAndOnlyWhereTheyHaveChanged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o, c := figuresOffice(t)
		p := o.page(1)
		p.send(subscribeFigures)
		p.want(figuresSuccess)
		p.wantFigures(`{"n":1}`)
		elapse(5 * time.Second)
		p.send(heartbeat)
		p.want(heartbeat)                                               // and nothing before it
		for _, now := range []string{`{"n":2}`, `{"n":3}`, `{"n":4}`} { // within a second
			c.set(now, nil)
			elapse(100 * time.Millisecond)
		}
		elapse(2 * time.Second)
		p.wantFigures(`{"n":4}`)
		p.send(`{"topic":"aws/unsubscribe","content":{"topics":["perch/figures"]}}`)
		p.want(figuresEnd)
		before := c.asked
		c.set(`{"n":5}`, nil)
		elapse(5 * time.Second)
		p.send(heartbeat)
		p.want(heartbeat)
		if c.asked != before {
			t.Errorf("figures were asked for %d times that nobody wants", c.asked-before)
		}
	})
}

func TestFiguresAreForWhoMaySeeThem(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o, c := figuresOffice(t)
		c.set("", perch.Errorf(perch.Denied, "no"))
		p := o.page(1)
		p.send(subscribeFigures)
		p.want(figuresFailure)
		c.set(`{"n":1}`, nil)
		p.send(subscribeFigures)
		p.want(figuresSuccess)
		p.wantFigures(`{"n":1}`)
		c.set("", perch.Errorf(perch.Denied, "not any more"))
		elapse(2 * time.Second)
		p.want(figuresEnd)
		c.set(`{"n":2}`, nil)
		elapse(2 * time.Second)
		p.send(heartbeat)
		p.want(heartbeat)
	})
}
