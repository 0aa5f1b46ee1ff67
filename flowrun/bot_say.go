package flowrun

import (
	"encoding/json"
	"encoding/xml"
	"slices"
	"strings"

	"github.com/perch-chat/perch/outside"
	"github.com/perch-chat/perch/wire"
)

// botSays says what a bot says, and returns what the buttons of its last card
// stand for, by their text: the customer's choice comes back as that.
func (p *run) botSays(messages []outside.BotMessage) (buttons map[string]string) {
	interactive := slices.Contains(p.State().ContentTypes, wire.Interactive)
	for _, m := range messages {
		contentType, content := wire.TextPlain, m.Content
		switch m.ContentType {
		case outside.SSML:
			content = spoken(m.Content)
		case outside.CustomPayload:
			title, is := templateTitle(m.Content)
			if is && !interactive {
				content = title
				break
			}
			if !is {
				break
			}
			if err := wire.CheckInteractive(m.Content); err != nil {
				p.opts.Log.ErrorContext(p.Context(), "a bot's interactive message is left out; mend it in the bot", "contact", p.contact, "reason", err)
				continue
			}
			contentType = wire.Interactive
		case outside.ImageCard:
			if m.Card == nil {
				continue
			}
			contentType, content = cardFor(*m.Card, interactive)
			buttons = map[string]string{}
			for _, b := range m.Card.Buttons {
				buttons[b.Text] = b.Value
			}
		}
		if strings.TrimSpace(content) != "" {
			p.BotSays(contentType, content)
		}
	}
	return buttons
}

// cardFor is a card as a list to pick from, or as text where the chat's client
// has not said that it can show one, or the card makes none.
//
// doc: interactive-messages.md
func cardFor(c outside.Card, interactive bool) (contentType, content string) {
	var options []string
	for _, b := range c.Buttons {
		if b.Text != "" {
			options = append(options, b.Text)
		}
	}
	for _, image := range []string{c.ImageURL, ""} { // whose address may be longer than clients take
		if list := wire.ListPicker(c.Title, c.Subtitle, image, options); interactive && wire.CheckInteractive(list) == nil {
			return wire.Interactive, list
		}
	}
	lines := slices.DeleteFunc([]string{c.Title, c.Subtitle}, func(line string) bool { return line == "" })
	for _, option := range options {
		lines = append(lines, "- "+option)
	}
	return wire.TextPlain, strings.Join(lines, "\n")
}

// templateTitle tells an interactive message from other payloads, and what is
// said in it to somebody whose client cannot show it.
func templateTitle(content string) (title string, is bool) {
	var template struct {
		TemplateType string `json:"templateType"`
		Data         *struct {
			Content struct {
				Title string `json:"title"`
			} `json:"content"`
		} `json:"data"`
	}
	if json.Unmarshal([]byte(content), &template) != nil || template.TemplateType == "" || template.Data == nil {
		return "", false
	}
	return template.Data.Content.Title, true
}

// spoken is the text of what is written for a voice, without its markup.
func spoken(ssml string) string {
	d := xml.NewDecoder(strings.NewReader(ssml))
	d.Strict = false
	var text strings.Builder
	for {
		part, err := d.Token()
		if err != nil {
			return strings.TrimSpace(text.String())
		}
		if words, ok := part.(xml.CharData); ok {
			text.Write(words)
		}
	}
}
