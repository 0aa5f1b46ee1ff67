package wire

import (
	"encoding/json"

	"github.com/perch-chat/perch"
)

// Topics of socket frames.
const (
	TopicChat        = "aws/chat"
	TopicSubscribe   = "aws/subscribe"
	TopicUnsubscribe = "aws/unsubscribe"
	TopicHeartbeat   = "aws/heartbeat"
	TopicPing        = "aws/ping"
	// TopicAgent is perch's own: an agent's status and contacts.
	TopicAgent = "perch/agent"
	// TopicFigures is perch's own: what supervisors see of queues and agents.
	TopicFigures = "perch/figures"
)

// Answers that are the same every time. A client that gets none within 10
// seconds opens another socket (heartbeat) or reports itself unwell (ping).
const (
	HeartbeatAnswer = `{"topic":"aws/heartbeat"}`
	PingAnswer      = `{"topic":"aws/ping","statusCode":200,"statusContent":"OK"}`
)

// FrameKind is what a client's frame asks for.
type FrameKind uint8

const (
	// FrameIgnored is well-formed, of a topic that means nothing here.
	FrameIgnored FrameKind = iota
	FrameSubscribe
	FrameUnsubscribe
	FrameHeartbeat
	FramePing
)

// Frame is a client's frame. Topics are those of a subscribe or unsubscribe.
type Frame struct {
	Kind   FrameKind
	Topics []string
}

// maxTopics bounds what a subscribe's answer has to repeat; there are three topics.
const maxTopics = 16

// ParseFrame reads a client's text frame; the caller has limited its size. An
// error is of kind Invalid and means a frame that no known client sends.
func ParseFrame(data []byte) (Frame, error) {
	var f struct {
		Topic   string          `json:"topic"`
		Content json.RawMessage `json:"content"`
	}
	if err := json.Unmarshal(data, &f); err != nil {
		return Frame{}, perch.InvalidField("frame", "must be a JSON object with a topic")
	}
	switch f.Topic {
	case TopicHeartbeat:
		return Frame{Kind: FrameHeartbeat}, nil
	case TopicPing:
		return Frame{Kind: FramePing}, nil
	case TopicSubscribe:
		return parseTopics(FrameSubscribe, f.Content)
	case TopicUnsubscribe:
		return parseTopics(FrameUnsubscribe, f.Content)
	default:
		return Frame{Kind: FrameIgnored}, nil
	}
}

func parseTopics(kind FrameKind, content []byte) (Frame, error) {
	var c struct {
		Topics []string `json:"topics"`
	}
	if err := json.Unmarshal(content, &c); err != nil {
		return Frame{}, perch.InvalidField("frame", "must have content with a list of topics")
	}
	if len(c.Topics) > maxTopics {
		return Frame{}, perch.InvalidField("frame", "must have at most %d topics, not %d", maxTopics, len(c.Topics))
	}
	return Frame{Kind: kind, Topics: c.Topics}, nil
}

// SubscribeAnswer confirms the topics of a subscribe. Clients want them back as
// a list, and repeat a subscribe each second until any answer comes.
func SubscribeAnswer(topics []string) []byte {
	return topicsFrame(TopicSubscribe, "success", topics)
}

// SubscribeFailure refuses a subscribe; ChatJS tries again five times.
func SubscribeFailure(topics []string) []byte {
	return topicsFrame(TopicSubscribe, "failure", topics)
}

// UnsubscribeAnswer confirms the topics of an unsubscribe.
func UnsubscribeAnswer(topics []string) []byte {
	return topicsFrame(TopicUnsubscribe, "success", topics)
}

func topicsFrame(topic, status string, topics []string) []byte {
	b := append([]byte(`{"topic":"`), topic...)
	b = append(b, `","content":{"status":"`...)
	b = append(b, status...)
	b = append(b, `","topics":[`...)
	for i, t := range topics {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, t)
	}
	return append(b, `]}}`...)
}

// ChatFrame is the frame that carries an item, as a string of JSON within JSON:
// ChatJS parses it twice. Set the item's InitialContactId.
//
// It makes one buffer and keeps nothing of the item.
func ChatFrame(it *Item) []byte {
	const head = `{"topic":"aws/chat","contentType":"application/json","content":"`
	// Names and ids with their escapes take under 800 bytes, a plain text its
	// length and some.
	b := make([]byte, 0, len(head)+800+len(it.Content)*9/8)
	b = append(b, head...)
	b = appendItem(b, it)
	b = quoteTail(b, len(head))
	return append(b, '"', '}')
}

// ReceiptFrame tells the sockets how far one recipient is with a message. Of the
// item only Id, AbsoluteTime, ContactId and InitialContactId count. There is
// exactly one receipt in a frame: clients look at the first alone, and drop it
// when the recipient is themselves.
func ReceiptFrame(at Item, messageID string, receipt Receipt) []byte {
	return ChatFrame(&Item{
		AbsoluteTime:     at.AbsoluteTime,
		ContentType:      EventMessageMetadata,
		Id:               at.Id,
		Type:             TypeMessageMetadata,
		MessageMetadata:  &MessageMetadata{MessageId: messageID, Receipts: []Receipt{receipt}},
		ContactId:        at.ContactId,
		InitialContactId: at.InitialContactId,
	})
}

// AgentFrame is the frame that carries an agent's status and contacts. Content
// is JSON text, which becomes a string as that of a ChatFrame does.
func AgentFrame(content []byte) []byte { return topicFrame(TopicAgent, content) }

// FiguresFrame is the frame that carries figures of queues and agents, as
// AgentFrame does.
func FiguresFrame(content []byte) []byte { return topicFrame(TopicFigures, content) }

func topicFrame(topic string, content []byte) []byte {
	head := `{"topic":"` + topic + `","contentType":"application/json","content":"`
	b := make([]byte, 0, len(head)+len(content)*5/4+2)
	b = append(b, head...)
	b = append(b, content...)
	b = quoteTail(b, len(head))
	return append(b, '"', '}')
}
