package outside

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

const (
	// maxBotMessages and maxBotMessage, in bytes, are how much it may say at once.
	maxBotMessages = 20
	maxBotMessage  = 16384
	// maxBotData is what of its answer the flow keeps.
	maxBotData = 32 << 10
	// MaxLexText is how many characters Lex is told at once.
	// doc: API_runtime_RecognizeText
	MaxLexText = 1024
)

// Bot is where a bot is talked with: with a URL there, as plain HTTP with JSON,
// and otherwise by Lex V2's runtime interface.
type Bot struct {
	// Instance is the id or the alias of the one whose flows may talk with it; any
	// if empty.
	Instance string
	// Name is the alias ARN that flows give, the bot's name or id, with or without
	// its alias behind a colon, or * for any that no other entry names.
	Name string
	Place
	// BotID and AliasID are Lex's; they are in the alias ARN, and need be given
	// only where flows name the bot otherwise.
	BotID   string `json:"BotId"`
	AliasID string `json:"BotAliasId"`
	// Locale is that of the bot, such as en_US; the contact's language if empty.
	Locale string
}

// Utterance is what a bot is told.
type Utterance struct {
	Instance, Alias string // of the instance
	Bot             string // as the flow names it: an alias ARN, or name:alias
	Session         string // the same through one talk
	Turn            int64  // tells one utterance from all others of the session
	Locale          string // such as en_US
	Text            string
	// Attributes are the session's. A bot that keeps its sessions itself is given
	// them at First alone.
	Attributes map[string]string
	First      bool
	// State is what an HTTP bot has last asked to be given again.
	State json.RawMessage
}

// Kinds of BotMessage.
// doc: API_runtime_Message
const (
	PlainText     = "PlainText"
	CustomPayload = "CustomPayload"
	SSML          = "SSML"
	ImageCard     = "ImageResponseCard"
)

// BotMessage is something that a bot says.
type BotMessage struct {
	ContentType string `json:"contentType"`
	Content     string `json:"content"`
	Card        *Card  `json:"imageResponseCard"`
}

// Card is a choice that a bot shows.
type Card struct {
	Title    string   `json:"title"`
	Subtitle string   `json:"subtitle"`
	ImageURL string   `json:"imageUrl"`
	Buttons  []Button `json:"buttons"`
}

// Button is one of a card: who chooses Text says Value.
type Button struct {
	Text  string `json:"text"`
	Value string `json:"value"`
}

// Reply is what a bot answers.
type Reply struct {
	Messages []BotMessage
	// Over is set when the talk is; Failed where the bot has not come to what the
	// customer wants.
	Over, Failed bool
	Intent       string
	Attributes   map[string]string // the session's, as they are now
	State        json.RawMessage
	// Data is what flows find at $.Lex: an object of at most 32 KB.
	Data json.RawMessage
}

// Talk tells a bot what the customer says, up to three times until ctx ends.
//
// Errors: ErrUnknown; ErrRefused for where calls may not go; ErrTooLong;
// whatever went wrong on the way, or with the bot.
func (c *Caller) Talk(ctx context.Context, u Utterance) (Reply, error) {
	b, ok := c.findBot(u)
	if !ok {
		return Reply{}, ErrUnknown
	}
	if err := c.fails(u.Bot); err != nil {
		return Reply{}, err
	}
	if b.Locale != "" {
		u.Locale = b.Locale
	}
	var answer []byte
	var err error
	read := ReadLex
	if b.URL != "" {
		read = ReadBot
		answer, err = c.askURL(ctx, b, u)
	} else {
		answer, err = c.askLex(ctx, b, u)
	}
	if err != nil {
		return Reply{}, err
	}
	reply, err := read(answer)
	if err == nil {
		err = reply.check()
	}
	return reply, err
}

// findBot is the entry that names the bot best.
func (c *Caller) findBot(u Utterance) (Bot, bool) {
	id, alias, _ := lexIDs(u.Bot)
	name, _, _ := strings.Cut(u.Bot, ":")
	for _, want := range []string{u.Bot, id + ":" + alias, id, name, "*"} {
		for _, b := range c.opts.Bots {
			if b.Name == want && (b.Instance == "" || b.Instance == u.Instance || b.Instance == u.Alias) {
				return b, true
			}
		}
	}
	return Bot{}, false
}

// lexIDs are those in the ARN of a bot's alias, which ends in bot-alias/ID/ALIAS.
func lexIDs(arn string) (bot, alias string, ok bool) {
	_, both, ok := strings.Cut(arn, ":bot-alias/")
	if !ok {
		return "", "", false
	}
	bot, alias, ok = strings.Cut(both, "/")
	return bot, alias, ok
}

// askURL talks with a bot over HTTP.
func (c *Caller) askURL(ctx context.Context, b Bot, u Utterance) ([]byte, error) {
	attributes := u.Attributes
	if attributes == nil {
		attributes = map[string]string{}
	}
	body, err := json.Marshal(struct {
		Version    string            `json:"version"`
		Instance   string            `json:"instanceId"`
		Bot        string            `json:"bot"`
		Session    string            `json:"sessionId"`
		Turn       int64             `json:"turn"`
		Locale     string            `json:"locale"`
		Text       string            `json:"text"`
		Attributes map[string]string `json:"sessionAttributes"`
		State      json.RawMessage   `json:"memory,omitempty"`
	}{"1.0", u.Instance, u.Bot, u.Session, u.Turn, u.Locale, u.Text, attributes, u.State})
	if err != nil {
		return nil, err
	}
	return c.persist(ctx, func() ([]byte, bool, error) { return c.post(ctx, b.URL, body) })
}

// check refuses what would not fit into a chat or a flow.
func (r Reply) check() error {
	if len(r.Messages) > maxBotMessages {
		return fmt.Errorf("it says %d messages at once; the limit is %d", len(r.Messages), maxBotMessages)
	}
	for _, m := range r.Messages {
		switch {
		case len(m.Content) > maxBotMessage:
			return fmt.Errorf("it says a message of %d bytes; the limit is %d", len(m.Content), maxBotMessage)
		case !utf8.ValidString(m.Content):
			return fmt.Errorf("it says a message that is no UTF-8")
		}
	}
	if len(r.State) > maxBotMessage {
		return fmt.Errorf("its memory is %d bytes; the limit is %d", len(r.State), maxBotMessage)
	}
	if len(r.Data) > maxBotData {
		return fmt.Errorf("its intent, slots and attributes are %d bytes; the limit is %d", len(r.Data), maxBotData)
	}
	return nil
}
