package story

import (
	"strconv"
	"strings"

	"github.com/perch-chat/perch/actor"
	"github.com/perch-chat/perch/form"
)

// Expectation is what must be so. Exactly one member names what is looked at; the
// others say what it must be like.
type Expectation struct {
	At form.Place `json:"-"`

	Transcript string `json:"transcript,omitempty" jsonschema:"lines of a transcript: as a person in a chat reads it by GetTranscript, or of a chat or contact, such as monday.2, with all that it continues"`
	Pages      string `json:"pages,omitempty" jsonschema:"pages of the transcript as a person reads them, one after the other, the newest first"`
	Heard      string `json:"heard,omitempty" jsonschema:"what the socket of a customer has brought since it was opened"`
	Contact    string `json:"contact,omitempty" jsonschema:"record of a contact, such as monday.2, by DescribeContact"`
	Attributes string `json:"attributes,omitempty" jsonschema:"attributes of a contact, by GetContactAttributes"`
	Chain      string `json:"chain,omitempty" jsonschema:"how the contacts of a chat have begun, oldest first, by ListAssociatedContacts: API, TRANSFER, DISCONNECT"`
	Continued  string `json:"continued,omitempty" jsonschema:"what the start of a chat was answered as ContinuedFromContactId: one text in is"`
	Flow       string `json:"flow,omitempty" jsonschema:"actions that the flows of a contact have gone through, by their identifiers, from the flow log"`
	Queue      string `json:"queue,omitempty" jsonschema:"figures of a queue now, by GetCurrentMetricData"`
	Figures    string `json:"figures,omitempty" jsonschema:"figures of a queue since the beginning, by GetMetricDataV2"`
	Agent      string `json:"agent,omitempty" jsonschema:"an agent: status, and the state of each chat's contact"`

	Is    []Line         `json:"is,omitempty" jsonschema:"all lines, in this order; for pages one list as ends at each page"`
	Has   []Line         `json:"has,omitempty" jsonschema:"lines that are there, in this order, with others between"`
	Lacks []Line         `json:"lacks,omitempty" jsonschema:"lines that are not there"`
	Ends  []Line         `json:"ends,omitempty" jsonschema:"the last lines, in this order"`
	With  map[string]any `json:"with,omitempty" jsonschema:"values by name, such as QueueInfo.Id: @monday.2 stands for a contact's id, @ana for a user's, null for nothing, /a.*/ for a regular expression"`
	As    string         `json:"as,omitempty" jsonschema:"of a chat's transcript, as whom: customer or agent; supervisor if not given"`
	Size  int            `json:"size,omitempty" jsonschema:"of pages: how many items one has at most; 10 if not given"`
	Sizes []int          `json:"sizes,omitempty" jsonschema:"of pages: how many items each has, the newest page first"`
}

// subjects are the members that name what is looked at.
func (e *Expectation) subjects() map[string]string {
	return map[string]string{"transcript": e.Transcript, "pages": e.Pages, "heard": e.Heard, "contact": e.Contact, "attributes": e.Attributes, "chain": e.Chain,
		"continued": e.Continued, "flow": e.Flow, "queue": e.Queue, "figures": e.Figures, "agent": e.Agent}
}

// subject is the one that is there, empty if there is none.
func (e *Expectation) subject() string {
	for _, name := range keysOf(e.subjects()) {
		if e.subjects()[name] != "" {
			return name
		}
	}
	return ""
}

// byValues are the subjects that are compared by with, all others by lines.
const byValues = " contact attributes queue figures agent "

// Mistakes implements form.Critic.
func (e *Expectation) Mistakes() (found []form.Mistake) {
	what := e.subject()
	if what == "" {
		return []form.Mistake{{Message: "looks at nothing: give transcript, pages, heard, contact, attributes, chain, continued, flow, queue, figures or agent"}}
	}
	for _, other := range keysOf(e.subjects()) {
		if other != what && e.subjects()[other] != "" {
			found = append(found, form.Mistake{Field: other, Message: "is a second thing to look at beside " + what + ": make two of it"})
		}
	}
	lines := e.Is != nil || e.Has != nil || e.Lacks != nil || e.Ends != nil
	values := strings.Contains(byValues, " "+what+" ")
	switch {
	case values && lines:
		found = append(found, form.Mistake{Message: what + " has values and no lines: say with, such as with: {name: value}"})
	case values && e.With == nil:
		found = append(found, form.Mistake{Field: "with", Message: "is missing: what must " + what + " be like?"})
	case !values && e.With != nil:
		found = append(found, form.Mistake{Field: "with", Message: "is for values, and " + what + " has lines: say is, has, lacks or ends"})
	case !values && !lines && e.Sizes == nil:
		found = append(found, form.Mistake{Message: "expects nothing: say is, has, lacks or ends"})
	}
	if (e.Size != 0 || e.Sizes != nil) && what != "pages" {
		found = append(found, form.Mistake{Message: "size and sizes are for pages"})
	}
	if e.Size < 0 || e.Size > 100 {
		found = append(found, form.Mistake{Field: "size", Message: "must be from 1 to 100"})
	}
	if e.As != "" && e.As != "customer" && e.As != "agent" && e.As != "supervisor" {
		found = append(found, form.Mistake{Field: "as", Message: "must be customer, agent or supervisor"})
	}
	return found
}

func (e *Expectation) String() string { return e.subject() + " " + e.subjects()[e.subject()] }

// Line is an item of a transcript as it is expected. Members that are not given may
// be anything.
type Line struct {
	At      form.Place `json:"-"`
	Line    string     `json:"line,omitempty" jsonschema:"the line, as in \"CUSTOMER: hello\", \"Ana participant.joined\", \"chat.ended\", \"CUSTOMER attaches a.txt\""`
	Matches *Pattern   `json:"matches,omitempty" jsonschema:"regular expression that the content fits"`
	Role    string     `json:"role,omitempty" jsonschema:"CUSTOMER, AGENT, SYSTEM, SUPERVISOR or CUSTOM_BOT"`
	Name    string     `json:"name,omitempty" jsonschema:"display name"`
	Type    string     `json:"type,omitempty" jsonschema:"MESSAGE, EVENT, ATTACHMENT and so on"`
	Content string     `json:"content,omitempty" jsonschema:"the content, whole"`
	Format  string     `json:"contentType,omitempty" jsonschema:"the ContentType"`
	Contact string     `json:"contact,omitempty" jsonschema:"contact that it was said in, such as monday.2"`
	Status  string     `json:"status,omitempty" jsonschema:"status of an attachment"`
}

// UnmarshalText implements form.Shorthand: a line, or a regular expression for one between slashes.
func (l *Line) UnmarshalText(text []byte) error {
	l.Line = string(text)
	if body, ok := betweenSlashes(l.Line); ok {
		return new(Pattern).UnmarshalText([]byte(body))
	}
	return nil
}

// Text implements form.Shorthand.
func (*Line) Text() string {
	return `a line such as "CUSTOMER: hello", "Ana participant.joined" or "chat.ended", or a regular expression for it between slashes`
}

func betweenSlashes(text string) (string, bool) {
	if len(text) < 3 || text[0] != '/' || text[len(text)-1] != '/' {
		return "", false
	}
	return text[1 : len(text)-1], true
}

// Mistakes implements form.Critic.
func (l *Line) Mistakes() []form.Mistake {
	if body, ok := betweenSlashes(l.Line); ok {
		if err := new(Pattern).UnmarshalText([]byte(body)); err != nil {
			return []form.Mistake{{Field: "line", Message: err.Error()}}
		}
	}
	return nil
}

// shown is one line of what has come, with what it is made of.
type shown struct {
	text    string
	item    actor.Item
	contact string // that it was said in
}

// fits tells whether a line is as expected. The contact is an id.
func (l *Line) fits(s shown, contact string) bool {
	if body, ok := betweenSlashes(l.Line); ok {
		var p Pattern
		if p.UnmarshalText([]byte(body)) != nil || !p.MatchString(s.text) {
			return false
		}
	} else if l.Line != "" && l.Line != s.text {
		return false
	}
	status := ""
	if len(s.item.Attachments) > 0 {
		status = s.item.Attachments[0].Status
	}
	for _, pair := range [][2]string{{l.Role, s.item.ParticipantRole}, {l.Name, s.item.DisplayName}, {l.Type, s.item.Type},
		{l.Content, s.item.Content}, {l.Format, s.item.ContentType}, {contact, s.contact}, {l.Status, status}} {
		if pair[0] != "" && pair[0] != pair[1] {
			return false
		}
	}
	return l.Matches == nil || l.Matches.MatchString(s.item.Content)
}

// String is the line as it is printed.
func (l *Line) String() string {
	if l.Line != "" && l.Role+l.Name+l.Type+l.Content+l.Format+l.Contact+l.Status == "" && l.Matches == nil {
		return l.Line
	}
	var parts []string
	add := func(name, value string) {
		if value != "" {
			parts = append(parts, name+"="+value)
		}
	}
	add("line", l.Line)
	add("role", l.Role)
	add("name", l.Name)
	add("type", l.Type)
	add("contentType", l.Format)
	if l.Content != "" {
		add("content", strconv.Quote(l.Content))
	}
	if l.Matches != nil {
		add("matches", "/"+l.Matches.Regexp.String()+"/")
	}
	add("contact", l.Contact)
	add("status", l.Status)
	return "[" + strings.Join(parts, " ") + "]"
}

// Lines are lines for expectations that are written in Go.
func Lines(texts ...string) []Line {
	lines := make([]Line, len(texts))
	for i, text := range texts {
		lines[i].Line = text
	}
	return lines
}
