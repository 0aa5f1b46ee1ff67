package actor

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// opensWithin is how long a socket may take to open.
const opensWithin = 10 * time.Second

// Line is an open socket of somebody in a chat, over the network, as pages have
// it. It listens until it is closed or lost.
type Line struct {
	conn *websocket.Conn
	over chan struct{}

	mu    sync.Mutex
	heard []Item
	came  chan struct{} // closed when an item comes
}

// Listen opens the socket that Connect has given and subscribes to the chat. A
// socket that is not closed keeps a goroutine.
func (w *Person) Listen(ctx context.Context) (*Line, error) {
	opening, cancel := context.WithTimeout(ctx, opensWithin)
	defer cancel()
	conn, _, err := websocket.Dial(opening, w.Socket, nil)
	if err != nil {
		return nil, err
	}
	conn.SetReadLimit(1 << 20)
	l := &Line{conn: conn, over: make(chan struct{}), came: make(chan struct{})}
	if err := conn.Write(opening, websocket.MessageText, []byte(`{"topic":"aws/subscribe","content":{"topics":["aws/chat"]}}`)); err != nil {
		_ = conn.CloseNow()
		return nil, err
	}
	if _, _, err := conn.Read(opening); err != nil { // that it is subscribed
		_ = conn.CloseNow()
		return nil, err
	}
	go l.listen(context.WithoutCancel(ctx))
	return l, nil
}

func (l *Line) listen(ctx context.Context) {
	defer close(l.over)
	for {
		_, data, err := l.conn.Read(ctx)
		if err != nil {
			_ = l.conn.CloseNow()
			return
		}
		var frame struct{ Topic, Content string }
		var item Item
		if json.Unmarshal(data, &frame) != nil || frame.Topic != "aws/chat" || json.Unmarshal([]byte(frame.Content), &item) != nil {
			continue
		}
		l.mu.Lock()
		l.heard = append(l.heard, item)
		close(l.came)
		l.came = make(chan struct{})
		l.mu.Unlock()
	}
}

// Heard is what has come so far, oldest first, and a channel that is closed when
// more comes.
func (l *Line) Heard() ([]Item, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]Item(nil), l.heard...), l.came
}

// Close closes the socket, as a page does that is left.
func (l *Line) Close() {
	_ = l.conn.Close(websocket.StatusNormalClosure, "")
	<-l.over
}

// Lose drops the socket without a word, as a lost network does.
func (l *Line) Lose() {
	_ = l.conn.CloseNow()
	<-l.over
}
