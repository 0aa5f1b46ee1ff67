package outside

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// lexData is what flows find at $.Lex.
// doc: connect-attrib-list.md, Amazon Lex attributes
type lexData struct {
	IntentName         string
	IntentConfidence   *lexConfidence `json:",omitempty"`
	DialogState        string         `json:",omitempty"`
	Slots              map[string]any
	SessionAttributes  map[string]string
	SentimentResponse  *lexSentiment       `json:",omitempty"`
	AlternativeIntents map[string]lexOther `json:",omitempty"`
}

type lexConfidence struct {
	Score json.Number `json:",omitempty"`
}

type lexSentiment struct {
	Label  string
	Scores lexScores
}

type lexScores struct {
	Positive, Negative, Neutral, Mixed json.Number `json:",omitempty"`
}

type lexOther struct {
	IntentName       string
	IntentConfidence *lexConfidence
	Slots            map[string]any
}

// other notes an intent that was thought of, the likeliest of a name.
func (d *lexData) other(name string, o lexOther) {
	if name == "" {
		return
	}
	if d.AlternativeIntents == nil {
		d.AlternativeIntents = map[string]lexOther{}
	}
	if _, ok := d.AlternativeIntents[name]; !ok {
		d.AlternativeIntents[name] = o
	}
}

func (d lexData) reply(messages []BotMessage, over, failed bool) (Reply, error) {
	if d.SessionAttributes == nil {
		d.SessionAttributes = map[string]string{}
	}
	data, err := json.Marshal(d)
	if err != nil {
		return Reply{}, fmt.Errorf("what the bot answers cannot be kept: %w", err)
	}
	return Reply{Messages: messages, Over: over, Failed: failed, Intent: d.IntentName, Attributes: d.SessionAttributes, Data: data}, nil
}

// said is a message of an HTTP bot: a text alone, or as Lex writes it.
type said BotMessage

func (s *said) UnmarshalJSON(data []byte) error {
	if bytes.HasPrefix(data, []byte(`"`)) {
		s.ContentType = PlainText
		return json.Unmarshal(data, &s.Content)
	}
	return json.Unmarshal(data, (*BotMessage)(s))
}

// ReadBot reads what a bot over HTTP answers: see docs/bots.md.
func ReadBot(answer []byte) (Reply, error) {
	var in struct {
		Messages   []said            `json:"messages"`
		State      string            `json:"state"`
		Intent     string            `json:"intent"`
		Confidence json.Number       `json:"confidence"`
		Sentiment  string            `json:"sentiment"`
		Slots      map[string]any    `json:"slots"`
		Attributes map[string]string `json:"sessionAttributes"`
		Memory     json.RawMessage   `json:"memory"`
	}
	d := json.NewDecoder(bytes.NewReader(answer))
	d.UseNumber() // slots are handed on as they were written
	if err := d.Decode(&in); err != nil {
		return Reply{}, fmt.Errorf("what the bot answers is not what docs/bots.md shows: %w", err)
	}
	over, failed := false, false
	switch in.State {
	case "", "InProgress":
	case "Fulfilled", "ReadyForFulfillment":
		over = true
	case "Failed":
		over, failed = true, true
	default:
		return Reply{}, fmt.Errorf("the bot answers with state %.40q: it is InProgress, Fulfilled, ReadyForFulfillment or Failed", in.State)
	}
	found := lexData{IntentName: in.Intent, DialogState: dialogState(over, in.State), Slots: in.Slots, SessionAttributes: in.Attributes}
	if in.Confidence != "" {
		found.IntentConfidence = &lexConfidence{in.Confidence}
	}
	if in.Sentiment != "" {
		found.SentimentResponse = &lexSentiment{Label: in.Sentiment}
	}
	var messages []BotMessage
	for _, m := range in.Messages {
		messages = append(messages, BotMessage(m))
	}
	reply, err := found.reply(messages, over, failed)
	reply.State = in.Memory
	return reply, err
}
