package live_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
)

func TestSlowReaderIsClosedAndSlowsNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := inBubble(t)
		b := h.start(nil)
		quick := h.joined(b.Session, b.Participant)
		slow := h.subscribed(b.Session, b.Participant)
		start := time.Now()
		for i := range 300 {
			h.prompt(b.Session, fmt.Sprint(i))
			quick.wantText(fmt.Sprint(i))
		}
		if took := time.Since(start); took != 0 {
			t.Errorf("the slow reader held up the others for %v", took)
		}
		if n := h.live.Stats.Slow.Load(); n != 1 {
			t.Errorf("%d sockets were too slow", n)
		}
		slow.wantText("0") // was on its way already
		slow.wantClose(websocket.StatusTryAgainLater, "too slow: frames were not read, get the transcript")
		h.prompt(b.Session, "goes on")
		quick.wantText("goes on")
	})
}

func TestReaderThatTakesNothingIsCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := inBubble(t)
		b := h.start(nil)
		h.joined(b.Session, b.Participant)
		h.prompt(b.Session, "anybody there?")
		elapse(10*time.Second - time.Millisecond)
		if n := h.live.Stats.Sockets.Load(); n != 1 {
			t.Errorf("cut off early: %d sockets", n)
		}
		elapse(time.Millisecond)
		if n := h.live.Stats.Sockets.Load(); n != 0 {
			t.Errorf("%d sockets are still open", n)
		}
	})
}

func TestSocketOfSomebodyWhoLeftIsGoneWithinASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := inBubble(t)
		b := h.start(nil)
		h.joined(b.Session, b.Participant) // reads no more, so that it answers no close
		h.on(b.Session, func(t *chat.Turn) error { return t.End(perch.Stopped) })
		elapse(time.Second)
		if n := h.live.Stats.Sockets.Load(); n != 0 {
			t.Errorf("%d sockets are still open", n)
		}
	})
}

func TestStopIsNotHeldUpByClients(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := inBubble(t)
		b := h.start(nil)
		h.joined(b.Session, b.Participant)
		start := time.Now()
		h.stop()
		if took := time.Since(start); took > time.Second {
			t.Errorf("stopping took %v", took)
		}
	})
}

// A client that sends nothing but whose stack answers pings is alive.
func TestSocketThatOnlyListensStaysOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := inBubble(t)
		b := h.start(nil)
		c := h.joined(b.Session, b.Participant)
		read := make(chan string)
		go func() {
			_, data, _ := c.conn.Read(context.WithoutCancel(t.Context()))
			read <- string(data)
		}()
		elapse(time.Hour)
		h.prompt(b.Session, "still there")
		if frame := <-read; !contains(frame, "still there") {
			t.Errorf("read %q", frame)
		}
	})
}

// mute opens a socket whose client reads, but answers no ping, and gives what it
// is closed with.
func (h *house) mute(id perch.SessionID, p perch.ParticipantID) (closed chan error) {
	h.t.Helper()
	conn, _, err := websocket.Dial(h.t.Context(), h.urlOf(id, p), &websocket.DialOptions{HTTPClient: h.client,
		OnPingReceived: func(context.Context, []byte) bool { return false }})
	h.must(err)
	closed = make(chan error, 1)
	go func() {
		_, _, err := conn.Read(context.WithoutCancel(h.t.Context()))
		closed <- err
	}()
	return closed
}

func TestSocketThatShowsNoSignOfLifeIsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := inBubble(t)
		b := h.start(nil)
		closed := h.mute(b.Session, b.Participant)
		elapse(5 * time.Minute)
		select {
		case err := <-closed:
			t.Errorf("closed early: %v", err)
		default:
		}
		elapse(time.Minute)
		if err := <-closed; websocket.CloseStatus(err) != websocket.StatusGoingAway {
			t.Errorf("closed with %v", err)
		}
	})
}

func TestNewSocketTakesThePlaceOfASilentOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := inBubble(t)
		b := h.start(nil)
		closed := h.mute(b.Session, b.Participant)
		elapse(150 * time.Second)
		for range 5 {
			h.open(b.Session, b.Participant)
		}
		if err := <-closed; websocket.CloseStatus(err) != websocket.StatusPolicyViolation {
			t.Errorf("closed with %v", err)
		}
		_, r, err := websocket.Dial(t.Context(), h.urlOf(b.Session, b.Participant), &websocket.DialOptions{HTTPClient: h.client})
		if err == nil || r == nil || r.StatusCode != 429 {
			t.Errorf("one more among the living: %v, %v", r, err)
		}
	})
}
