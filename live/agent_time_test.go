package live_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"

	"github.com/perch-chat/perch/live"
	"github.com/perch-chat/perch/wire"
)

func TestLostRingCostsASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &mischievous{}
		o := newOffice(t, inBubble, func(opts *live.Options) { opts.Bus = m })
		p, b := o.desk(), o.start(nil)
		m.do("drop")
		start := time.Now()
		o.accepts(b.Session)
		p.upTo(1)
		p.sees(b.Session, wire.EventParticipantJoined)
		if took := time.Since(start); took > time.Second {
			t.Errorf("it took %v", took)
		}
	})
}

func TestRingWithoutAVersionIsLookedInto(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &mischievous{}
		o := newOffice(t, inBubble, func(opts *live.Options) { opts.Bus = m })
		p := o.desk()
		m.do("drop")
		o.change(func() {})
		m.do("")
		start := time.Now()
		o.bus.Ring(topicOf(abe), 0, nil)
		p.upTo(1)
		if took := time.Since(start); took > 0 {
			t.Errorf("it took %v", took)
		}
	})
}

func TestWorkThatCannotBeReadIsReadAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, inBubble)
		p, b := o.desk(), o.start(nil)
		o.breaks(errors.New("the disk is on fire"))
		o.accepts(b.Session)
		elapse(5 * time.Second)
		o.breaks(nil)
		start := time.Now()
		p.upTo(1)
		p.sees(b.Session, wire.EventParticipantJoined)
		if took := time.Since(start); took > time.Second {
			t.Errorf("it took %v", took)
		}
	})
}

func TestSocketClosesWithinASecondOfTheSignInsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, inBubble)
		out, stays := o.page(1), o.page(2)
		elapse(1500 * time.Millisecond)
		start := time.Now()
		o.signOut(1)
		out.wantClose(websocket.StatusPolicyViolation, "the sign-in does not hold any more: sign in again")
		if took := time.Since(start); took > time.Second {
			t.Errorf("it took %v", took)
		}
		stays.send(subscribeWork)
		stays.want(subscribeWorkOK)
		read := make(chan error, 1)
		go func() { // reads pings and lists, to the end
			ctx := context.WithoutCancel(t.Context())
			for {
				if _, _, err := stays.conn.Read(ctx); err != nil {
					read <- err
					return
				}
			}
		}()
		elapse(12*time.Hour - time.Minute)
		select {
		case err := <-read:
			t.Fatalf("closed early: %v", err)
		default:
		}
		elapse(time.Minute)
		if err := <-read; websocket.CloseStatus(err) != websocket.StatusPolicyViolation {
			t.Errorf("closed with %v", err)
		}
	})
}

// An agent's page that does not read for a while is told how things are, not how
// they came about: lists do not pile up.
func TestSlowReaderIsToldTheLastList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, inBubble)
		p := o.desk()
		for range 300 {
			o.change(func() {})
			synctest.Wait()
		}
		if n := o.live.Stats.Slow.Load(); n != 0 {
			t.Errorf("%d sockets were too slow", n)
		}
		p.upTo(1) // was on its way already
		if l := p.nextList(); l.Version != 300 {
			t.Errorf("the next list is %+v", l)
		}
		p.seesNoMore()
	})
}

func TestSlowReaderOfChatsIsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, inBubble)
		slow, quick, b := o.desk(), o.desk(), o.start(nil)
		o.accepts(b.Session)
		quick.sees(b.Session, wire.EventParticipantJoined)
		start := time.Now()
		for range 300 {
			o.prompt(b.Session, "again")
			quick.sees(b.Session, "again")
		}
		if took := time.Since(start); took != 0 {
			t.Errorf("the slow reader held up the others for %v", took)
		}
		if n := o.live.Stats.Slow.Load(); n != 1 {
			t.Errorf("%d sockets were too slow", n)
		}
		slow.nextList() // was on its way already
		slow.wantClose(websocket.StatusTryAgainLater, "too slow: frames were not read, get the transcript")
		o.prompt(b.Session, "goes on")
		quick.sees(b.Session, "goes on")
	})
}
