package story

import (
	"fmt"
	"strings"

	"github.com/perch-chat/perch/form"
	"github.com/perch-chat/perch/trial"
)

// Step is one thing that happens: somebody does something, time passes, or
// something is expected.
type Step struct {
	At    form.Place `json:"-"`
	Who   string     `json:"who,omitempty" jsonschema:"who does it"`
	In    string     `json:"in,omitempty" jsonschema:"in which chat, where somebody is in several; the one that they have come into last if not given"`
	Fails string     `json:"fails,omitempty" jsonschema:"the refusal that must come, such as AccessDeniedException, or its status, such as 403"`
	Note  string     `json:"note,omitempty" jsonschema:"for readers alone"`

	Start     *Start        `json:"start,omitempty" jsonschema:"a customer starts a chat and connects"`
	Say       string        `json:"say,omitempty" jsonschema:"says something"`
	Pick      string        `json:"pick,omitempty" jsonschema:"a customer picks an element of the last interactive message by its title"`
	Answer    *Answer       `json:"answer,omitempty" jsonschema:"a customer answers a view"`
	Offer     *Offer        `json:"offer,omitempty" jsonschema:"an agent shows a list to pick from, as an interactive message"`
	Attach    *Attach       `json:"attach,omitempty" jsonschema:"sends a file"`
	Associate *Associate    `json:"associate,omitempty" jsonschema:"the customer's running chat continues a past one from now on"`
	Transfer  string        `json:"transfer,omitempty" jsonschema:"an agent gives the chat to whom a quick connect of this name leads"`
	Status    string        `json:"status,omitempty" jsonschema:"an agent takes a status, such as Available or Offline"`
	Next      string        `json:"next,omitempty" jsonschema:"an agent takes a status once all chats are cleared"`
	Do        Deed          `json:"do,omitempty" jsonschema:"does one of the things that need no more words"`
	Wait      *Span         `json:"wait,omitempty" jsonschema:"time passes"`
	Until     Instant       `json:"until,omitempty" jsonschema:"time passes, until then"`
	Set       *Set          `json:"set,omitempty" jsonschema:"a backend changes attributes of a chat"`
	Stop      string        `json:"stop,omitempty" jsonschema:"a backend ends the chat of this name, by StopContact"`
	Fault     *Fault        `json:"fault,omitempty" jsonschema:"something goes wrong from now on"`
	Heal      bool          `json:"heal,omitempty" jsonschema:"nothing goes wrong any more"`
	Expect    Expectation   `json:"expect,omitzero" jsonschema:"what must be so now"`
	All       []Expectation `json:"all,omitempty" jsonschema:"several things that must be so now"`
}

// Deed is something to do that needs no more words.
type Deed string

// What there is to do.
const (
	Connect   Deed = "connect"   // a customer who started with alone connects
	Type      Deed = "type"      // shows that they type
	Leave     Deed = "leave"     // a customer leaves the chat
	Lose      Deed = "lose"      // a customer's socket is lost
	Reconnect Deed = "reconnect" // and opened again
	Accept    Deed = "accept"    // an agent takes what is offered
	Decline   Deed = "decline"   // or not
	End       Deed = "end"       // an agent ends the chat for themselves
	Clear     Deed = "clear"     // an agent ends the work after a chat, or puts a missed or declined offer away
)

// Choices implements form.Chooser.
func (Deed) Choices() []string {
	return []string{string(Connect), string(Type), string(Leave), string(Lose), string(Reconnect), string(Accept), string(Decline), string(End), string(Clear)}
}

func customersAlone() []string {
	return []string{"start", "pick", "answer", "associate", string(Connect), string(Leave), string(Lose), string(Reconnect)}
}

func agentsAlone() []string {
	return []string{"offer", "transfer", "status", "next", string(Accept), string(Decline), string(End), string(Clear)}
}

// verbs are the members that say what a step does, those of them that are there.
func (s *Step) verbs() (out []string) {
	for _, v := range []struct {
		name  string
		there bool
	}{
		{"start", s.Start != nil}, {"say", s.Say != ""}, {"pick", s.Pick != ""}, {"offer", s.Offer != nil}, {"answer", s.Answer != nil}, {"attach", s.Attach != nil},
		{"associate", s.Associate != nil}, {"transfer", s.Transfer != ""}, {"status", s.Status != ""}, {"next", s.Next != ""}, {"do", s.Do != ""},
		{"wait", s.Wait != nil}, {"until", !s.Until.IsZero()}, {"set", s.Set != nil}, {"stop", s.Stop != ""}, {"fault", s.Fault != nil},
		{"heal", s.Heal}, {"expect", s.Expect.subject() != ""}, {"all", s.All != nil},
	} {
		if v.there {
			out = append(out, v.name)
		}
	}
	return out
}

// verb is what a step does, in one word.
func (s *Step) verb() string {
	v := strings.Join(s.verbs(), "+")
	if v == "do" {
		return string(s.Do)
	}
	return v
}

// needsNobody are the verbs that are nobody's.
const needsNobody = " wait until set stop fault heal expect all "

// Mistakes implements form.Critic.
func (s *Step) Mistakes() (found []form.Mistake) {
	verbs := s.verbs()
	switch {
	case len(verbs) == 0:
		return []form.Mistake{{Message: "does nothing: say, do, wait, expect or another verb is missing"}}
	case len(verbs) > 1:
		return []form.Mistake{{Field: verbs[1], Message: "is a second thing to do beside " + verbs[0] + ": make two steps of it"}}
	}
	if nobody := strings.Contains(needsNobody, " "+verbs[0]+" "); nobody == (s.Who != "") {
		if nobody {
			return []form.Mistake{{Field: "who", Message: "does not go with " + verbs[0] + ", which nobody does"}}
		}
		return []form.Mistake{{Field: "who", Message: "is missing: who does it?"}}
	}
	return nil
}

// String says what a step does.
func (s *Step) String() string {
	who := s.Who
	if who != "" {
		who += " "
	}
	switch v := s.verb(); v {
	case "say":
		return fmt.Sprintf("%ssays %q", who, s.Say)
	case "start":
		return who + "starts " + s.Start.As
	case "transfer":
		return fmt.Sprintf("%stransfers to %s", who, s.Transfer)
	case "status", "next":
		return fmt.Sprintf("%stakes the %s %s", who, v, s.Status+s.Next)
	case "pick":
		return fmt.Sprintf("%spicks %q", who, s.Pick)
	case "wait":
		return "wait " + s.Wait.String()
	case "expect":
		return "expect " + s.Expect.String()
	default:
		return who + v
	}
}

// Start is a chat to be started.
type Start struct {
	At          form.Place        `json:"-"`
	As          string            `json:"as" jsonschema:"name by which the story knows the chat: its contacts are name.1, name.2 and so on"`
	Flow        string            `json:"flow,omitempty" jsonschema:"key of the flow in which it starts; the inbound flow if not given"`
	From        string            `json:"from,omitempty" jsonschema:"contact of the past chat that it continues: monday.2, a chat's name for its first contact, latest, or fixture:ada for the last chat of the fixture's customer"`
	Rehydration Rehydration       `json:"rehydration,omitempty" jsonschema:"ENTIRE_PAST_SESSION if not given"`
	Related     string            `json:"related,omitempty" jsonschema:"contact that it belongs to without continuing it"`
	Attributes  map[string]string `json:"attributes,omitempty" jsonschema:"attributes of the contact; @monday.2 stands for a contact's id"`
	Say         string            `json:"say,omitempty" jsonschema:"initial message"`
	Minutes     int               `json:"minutes,omitempty" jsonschema:"how long the chat may last; 25 hours if not given"`
	Interactive bool              `json:"interactive,omitempty" jsonschema:"the customer's client draws interactive messages"`
	Alone       bool              `json:"alone,omitempty" jsonschema:"the customer does not connect yet"`
	Page        bool              `json:"page,omitempty" jsonschema:"a page starts it by the start endpoint, not a backend by StartChatContact"`
}

// UnmarshalText implements form.Shorthand.
func (s *Start) UnmarshalText(text []byte) error {
	s.As = string(text)
	return nil
}

// Text implements form.Shorthand.
func (*Start) Text() string { return "name by which the story knows the chat" }

// Mistakes implements form.Critic.
func (s *Start) Mistakes() (found []form.Mistake) {
	if !nameOfPerson.MatchString(s.As) {
		found = append(found, form.Mistake{Field: "as", Message: "must be made of small letters, digits and -"})
	}
	if s.Rehydration != "" && s.From == "" {
		found = append(found, form.Mistake{Field: "rehydration", Message: "says how a past chat is continued: say from which, with from"})
	}
	if s.Page && (s.Related != "" || s.Interactive) {
		found = append(found, form.Mistake{Field: "page", Message: "cannot give related or interactive: leave it out"})
	}
	return found
}

// Rehydration is Amazon's RehydrationType.
type Rehydration string

// Choices implements form.Chooser.
func (Rehydration) Choices() []string { return []string{"ENTIRE_PAST_SESSION", "FROM_SEGMENT"} }

// Associate has a running chat continue a past one.
type Associate struct {
	At          form.Place  `json:"-"`
	From        string      `json:"from" jsonschema:"contact of the past chat, as in start"`
	Rehydration Rehydration `json:"rehydration,omitempty" jsonschema:"ENTIRE_PAST_SESSION if not given"`
}

// Answer is what a customer answers to a view.
type Answer struct {
	At     form.Place     `json:"-"`
	Action string         `json:"action" jsonschema:"action of the view, such as Submit"`
	Data   map[string]any `json:"data,omitempty" jsonschema:"what is entered"`
}

// Offer is a list to pick from.
type Offer struct {
	At      form.Place `json:"-"`
	Title   string     `json:"title" jsonschema:"what is asked"`
	Choices []string   `json:"choices" jsonschema:"1 to 10 titles to pick from"`
}

// Attach is a file that somebody sends.
type Attach struct {
	At          form.Place `json:"-"`
	Name        string     `json:"name" jsonschema:"its name, such as invoice.txt"`
	ContentType string     `json:"contentType,omitempty" jsonschema:"text/plain if not given"`
	Text        string     `json:"text,omitempty" jsonschema:"what is in it"`
	File        string     `json:"file,omitempty" jsonschema:"file beside this one that is sent"`
}

// Mistakes implements form.Critic.
func (a *Attach) Mistakes() []form.Mistake {
	if (a.Text == "") == (a.File == "") {
		return []form.Mistake{{Message: "give text or file, one of them"}}
	}
	return nil
}

// Set is attributes that a backend changes.
type Set struct {
	At         form.Place        `json:"-"`
	Chat       string            `json:"chat" jsonschema:"name of the chat, or contact such as monday.2"`
	Attributes map[string]string `json:"attributes" jsonschema:"values by name; an empty one takes an attribute away"`
}

// Fault is something that goes wrong, as docs/testing.md has it.
type Fault struct {
	At        form.Place `json:"-"`
	Kind      FaultKind  `json:"kind" jsonschema:"what happens"`
	Operation string     `json:"operation,omitempty" jsonschema:"one of Amazon's operations, or a path; all if not given"`
	Calls     int        `json:"calls,omitempty" jsonschema:"after how many effects it is over; only heal ends it if not given"`
	Chance    float64    `json:"chance,omitempty" jsonschema:"how likely it is each time, from 0 to 1, by the story's seed; always if not given"`
	Delay     string     `json:"delay,omitempty" jsonschema:"of the kind Delay, in real time"`
}

// FaultKind is one of trial's.
type FaultKind string

// Choices implements form.Chooser.
func (FaultKind) Choices() []string {
	return []string{trial.Throttle, trial.Fail, trial.Unavailable, trial.Delay, trial.LoseTranscript, trial.ExpireTokens, trial.CutSockets, trial.DropFrames, trial.FunctionsDown}
}
