package catalog

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/perch-chat/perch"
)

// Limits of canned replies; ours.
const (
	maxShortcut    = 64 // characters
	maxReplyName   = 127
	maxReplyText   = 16384 // bytes, those of a message
	maxReplies     = 1000
	maxReplyQueues = 100
)

// Reply is a text that agents send often.
type Reply struct {
	ID       string
	Shortcut string          // that it is found by: up to 64 characters without a space, unique
	Name     string          `json:",omitempty"` // up to 127 characters
	Text     string          // Markdown, with placeholders: see Fill
	Queues   []perch.QueueID `json:",omitempty"` // whose contacts it is for; of all if empty
	Label
}

func (r Reply) key() (id, name string) { return r.ID, r.Shortcut }

func replies(s *settings) shelf[Reply] { return s.replies }

// ReplyKind is the kind of canned replies.
func ReplyKind() Kind[Reply] {
	return Kind[Reply]{of: replies, place: (*draft).putReply, label: func(r *Reply) *Label { return &r.Label }, most: maxReplies}
}

// Replies are those for contacts of any of some queues, by shortcut.
func (c *Catalog) Replies(ctx context.Context, instance perch.InstanceID, of ...perch.QueueID) ([]Reply, error) {
	list, err := all(ctx, c, instance, replies)
	return slices.DeleteFunc(list, func(r Reply) bool { return !r.For(of...) }), err
}

// For reports whether the reply is for contacts of any of some queues.
func (r Reply) For(queues ...perch.QueueID) bool {
	return len(r.Queues) == 0 || slices.ContainsFunc(queues, func(q perch.QueueID) bool { return slices.Contains(r.Queues, q) })
}

func (d *draft) putReply(r *Reply) error {
	err := first(
		checkName("Shortcut", r.Shortcut, maxShortcut),
		checkText("Name", r.Name, maxReplyName),
		r.checkText(),
		r.checkQueues(d),
		identify(d, d.replies, &r.ID))
	if err != nil {
		return err
	}
	return put(d, d.replies, "Shortcut", *r)
}

func (r Reply) checkQueues(d *draft) error {
	if len(r.Queues) > maxReplyQueues {
		return perch.InvalidField("Queues", "must be at most %d, not %d", maxReplyQueues, len(r.Queues))
	}
	for _, id := range r.Queues {
		if err := checkExists("Queues", d.queues, id); err != nil {
			return err
		}
	}
	return nil
}

// placeholder is {{customer}}, {{agent}} or {{attribute.x}}, with or without
// spaces inside the braces.
var placeholder = regexp.MustCompile(`\{\{[^{}]*\}\}`)

// attributePlaceholder leads the name of a chat's attribute.
const attributePlaceholder = "attribute."

func (r Reply) checkText() error {
	switch n := len(r.Text); {
	case strings.ContainsAny(r.Shortcut, " \t"):
		return perch.InvalidField("Shortcut", "must not contain spaces")
	case strings.TrimSpace(r.Text) == "":
		return perch.InvalidField("Text", "must be given")
	case n > maxReplyText:
		return perch.InvalidField("Text", "must have at most %d bytes, not %d", maxReplyText, n)
	}
	for _, found := range placeholder.FindAllString(r.Text, -1) {
		name := placeheld(found)
		attribute, ok := strings.CutPrefix(name, attributePlaceholder)
		if name != "customer" && name != "agent" && (!ok || attribute == "") {
			return perch.InvalidField("Text", "has the placeholder %s; there are {{customer}}, {{agent}} and {{attribute.NAME}}", found)
		}
	}
	return checkText("Text", r.Text, maxReplyText)
}

func placeheld(found string) string { return strings.TrimSpace(strings.Trim(found, "{}")) }

// Fill is the reply's text with the customer's and the agent's names and the
// chat's attributes in place of the placeholders; an attribute that is not there is
// nothing. What is put in is text: where the reply is sent as Markdown, what would
// mean something there is escaped.
func (r Reply) Fill(customer, agent string, attributes perch.Attributes, markdown bool) string {
	text := func(s string) string { return s }
	if markdown {
		text = strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "`", "\\`", "[", `\[`, "]", `\]`, "<", `\<`, "#", `\#`).Replace
	}
	return placeholder.ReplaceAllStringFunc(r.Text, func(found string) string {
		switch name := placeheld(found); name {
		case "customer":
			return text(customer)
		case "agent":
			return text(agent)
		default:
			return text(attributes[strings.TrimPrefix(name, attributePlaceholder)].Value)
		}
	})
}
