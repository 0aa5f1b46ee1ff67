package perchtest_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/perch-chat/perch/perchtest"
	"github.com/perch-chat/perch/trial"
)

// subscribed opens the socket of somebody in a chat.
func subscribed(t *testing.T, who *perchtest.Person) *websocket.Conn {
	t.Helper()
	conn, _, err := websocket.Dial(t.Context(), who.Socket, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.CloseNow() })
	if err := conn.Write(t.Context(), websocket.MessageText, []byte(`{"topic":"aws/subscribe","content":{"topics":["aws/chat"]}}`)); err != nil {
		t.Fatal(err)
	}
	hears(t, conn, "aws/subscribe")
	return conn
}

// hears reads frames until one holds some text.
func hears(t *testing.T, conn *websocket.Conn, text string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for {
		_, frame, err := conn.Read(ctx)
		if err != nil {
			t.Fatalf("%q does not come: %v", text, err)
		}
		if strings.Contains(string(frame), text) {
			return
		}
		var in struct{ Content string }
		if json.Unmarshal(frame, &in) == nil && strings.Contains(in.Content, "must not come") {
			t.Fatalf("what was to be lost has come: %s", frame)
		}
	}
}

func TestFramesAreDroppedAndTheTranscriptHasThem(t *testing.T) {
	p := perchtest.Start(t)
	c := p.Customer(perchtest.Chat{Name: "Ada"})
	conn := subscribed(t, c)
	p.Fault(trial.Fault{Kind: trial.DropFrames, Calls: 1})
	c.Says("must not come")
	for len(p.Faults().List().Faults) > 0 { // the socket's tail takes a moment
		time.Sleep(time.Millisecond)
	}
	c.Says("comes again")
	hears(t, conn, "comes again")
	if !strings.Contains(strings.Join(c.Sees(), "\n"), "must not come") {
		t.Error("it is not in the transcript")
	}
}

func TestSocketsOutliveAJumpAndAreCutOnDemand(t *testing.T) {
	p := perchtest.Start(t, perchtest.Clock("2026-01-01T09:00:00Z"))
	c := p.Customer(perchtest.Chat{Name: "Ada", Minutes: 10080})
	conn := subscribed(t, c)
	p.Advance(6 * 24 * time.Hour)
	c.Says("six days later")
	hears(t, conn, "six days later")
	if log := p.CutSockets(); log.Effects != 1 {
		t.Errorf("cut %+v", log)
	}
	for {
		if _, _, err := conn.Read(t.Context()); err != nil {
			if websocket.CloseStatus(err) != -1 {
				t.Errorf("it was closed politely: %v", err)
			}
			return
		}
	}
}

func TestDelayHoldsUpARequestUntilItIsCleared(t *testing.T) {
	p := perchtest.Start(t)
	c := p.Customer(perchtest.Chat{Name: "Ada"})
	p.Fault(trial.Fault{Kind: trial.Delay, Delay: "1h", Operation: "SendMessage"})
	said := make(chan error, 1)
	go func() { said <- c.Say(t.Context(), "at last") }()
	for len(p.Faults().List().Log) == 0 {
		time.Sleep(time.Millisecond)
	}
	select {
	case err := <-said:
		t.Fatal("it was not held up:", err)
	default:
	}
	p.Faults().Clear("")
	if err := <-said; err != nil {
		t.Error(err)
	}
}
