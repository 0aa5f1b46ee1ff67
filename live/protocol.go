package live

import (
	"github.com/coder/websocket"

	"github.com/perch-chat/perch/wire"
)

// receive does what a client's frame asks for. A frame that no known client
// sends closes the socket with a reason, so that whoever writes a client learns
// of it; empty ones, and topics that mean nothing here, are passed over.
func (s *socket) receive(kind websocket.MessageType, data []byte) {
	if kind != websocket.MessageText {
		s.retire(notText)
		return
	}
	if len(data) == 0 {
		return
	}
	f, err := wire.ParseFrame(data)
	if err != nil {
		s.retire(parting{websocket.StatusPolicyViolation, err.Error(), closed.grace})
		return
	}
	switch f.Kind {
	case wire.FrameHeartbeat:
		s.push([]byte(wire.HeartbeatAnswer))
	case wire.FramePing:
		s.push([]byte(wire.PingAnswer))
	case wire.FrameSubscribe:
		s.handler.subscribe(f.Topics)
	case wire.FrameUnsubscribe:
		s.handler.unsubscribe(f.Topics)
	}
}
