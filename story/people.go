package story

import (
	"errors"
	"regexp"
	"strings"

	"github.com/perch-chat/perch/form"
)

// Agent is somebody who works, by hand of the steps or by themselves.
type Agent struct {
	At      form.Place `json:"-"`
	User    string     `json:"user,omitempty" jsonschema:"username of who is there already: agent1 (Ana), agent2 (Ben), or one of the fixture; if not given, an agent is made"`
	Name    string     `json:"name,omitempty" jsonschema:"display name of an agent who is made, and of the quick connect to them"`
	Queues  []string   `json:"queues,omitempty" jsonschema:"names of the queues that an agent who is made serves, the first first; Basic queue if not given"`
	Chats   int        `json:"chats,omitempty" jsonschema:"how many chats at once an agent who is made has; 5 if not given"`
	Offline bool       `json:"offline,omitempty" jsonschema:"is offline at first; Available if not given"`

	Accepts  *Span   `json:"accepts,omitempty" jsonschema:"accepts what is offered after so long; by a step alone if not given"`
	Declines int     `json:"declines,omitempty" jsonschema:"declines that many offers first"`
	Misses   int     `json:"misses,omitempty" jsonschema:"then lets that many pass"`
	Greets   string  `json:"greets,omitempty" jsonschema:"says so first in each chat"`
	Rules    []Rule  `json:"rules,omitempty" jsonschema:"how they answer what customers write; the first that fits"`
	Ends     *Span   `json:"ends,omitempty" jsonschema:"ends a chat in which nobody has written for so long"`
	Clears   *Span   `json:"clears,omitempty" jsonschema:"ends after-contact work, and clears missed and declined offers, after so long"`
	Breaks   []Break `json:"breaks,omitempty" jsonschema:"when they are away"`
	Notes    string  `json:"notes,omitempty" jsonschema:"for readers alone"`
}

// Mistakes implements form.Critic.
func (a *Agent) Mistakes() (found []form.Mistake) {
	if a.User != "" && (a.Name != "" || a.Queues != nil || a.Chats != 0) {
		found = append(found, form.Mistake{Field: "user", Message: "is somebody who is there already: name, queues and chats are for an agent who is made"})
	}
	if a.Accepts == nil && (a.Declines > 0 || a.Misses > 0 || a.Greets != "") {
		found = append(found, form.Mistake{Message: "declines, misses and greets are for who takes offers by themselves: say accepts as well"})
	}
	return found
}

// Break is a time in which an agent takes nothing.
type Break struct {
	At     form.Place `json:"-"`
	After  Span       `json:"after" jsonschema:"when it begins, after the story's beginning"`
	For    Span       `json:"for" jsonschema:"how long"`
	Status string     `json:"status,omitempty" jsonschema:"Offline if not given; taken at once, or when all chats are cleared"`
}

// Customer is somebody who asks, by hand of the steps or by themselves.
type Customer struct {
	At         form.Place `json:"-"`
	Name       string     `json:"name" jsonschema:"display name"`
	CustomerID string     `json:"customerId,omitempty" jsonschema:"who they are, to the instance"`
	Rules      []Rule     `json:"rules,omitempty" jsonschema:"how they answer what agents and flows write; the first that fits"`
	Notes      string     `json:"notes,omitempty" jsonschema:"for readers alone"`
}

// UnmarshalText implements form.Shorthand.
func (c *Customer) UnmarshalText(text []byte) error {
	c.Name = string(text)
	return nil
}

// Text implements form.Shorthand.
func (*Customer) Text() string { return "the display name" }

// Rule is what somebody does when a text comes.
type Rule struct {
	At       form.Place `json:"-"`
	Contains string     `json:"contains,omitempty" jsonschema:"text that the message has in it, in small or large letters; without contains and matches each message fits"`
	Matches  *Pattern   `json:"matches,omitempty" jsonschema:"regular expression that the message fits"`
	Times    int        `json:"times,omitempty" jsonschema:"how often in a chat; any number if not given"`
	After    Span       `json:"after,omitempty" jsonschema:"how long it takes"`
	Quiet    bool       `json:"quiet,omitempty" jsonschema:"does not show that they type"`
	Say      string     `json:"say,omitempty" jsonschema:"what they say; ${1} is the first group of matches"`
	Transfer string     `json:"transfer,omitempty" jsonschema:"name of the quick connect to which an agent gives the chat"`
	Answer   *Answer    `json:"answer,omitempty" jsonschema:"how a customer answers the view that the message is"`
	End      bool       `json:"end,omitempty" jsonschema:"an agent ends the chat then, a customer leaves"`
}

// Mistakes implements form.Critic.
func (r *Rule) Mistakes() (found []form.Mistake) {
	if r.Contains != "" && r.Matches != nil {
		found = append(found, form.Mistake{Field: "matches", Message: "goes without contains: give one of them"})
	}
	if r.Say == "" && r.Transfer == "" && r.Answer == nil && !r.End {
		found = append(found, form.Mistake{Message: "does nothing: give say, answer, transfer or end"})
	}
	return found
}

// fits tells whether a rule is for a text, and what it says then.
func (r *Rule) fits(text string) (say string, ok bool) {
	switch {
	case r.Matches != nil:
		at := r.Matches.FindStringSubmatchIndex(text)
		if at == nil {
			return "", false
		}
		return string(r.Matches.ExpandString(nil, r.Say, text, at)), true
	case r.Contains != "" && !strings.Contains(strings.ToLower(text), strings.ToLower(r.Contains)):
		return "", false
	}
	return r.Say, true
}

// Pattern is a regular expression in a file.
type Pattern struct{ *regexp.Regexp }

// UnmarshalText reads a regular expression as Go has them.
func (p *Pattern) UnmarshalText(text []byte) (err error) {
	if p.Regexp, err = regexp.Compile(string(text)); err != nil {
		return errors.New("must be a regular expression: " + strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	return nil
}

// Text describes it for the schema.
func (*Pattern) Text() string {
	return "a regular expression (RE2); (?i) before it for small and large letters"
}
