// Package story plays stories: YAML files in which scripted customers and agents
// chat with a whole perch in this process, on a clock that is moved, and which say
// what must come of it.
//
// People act as clients do, by the Connect API, the participant API, the agents'
// API and sockets; nothing is looked up inside.
package story

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/perch-chat/perch/form"
)

// Story is a file.
type Story struct {
	At        form.Place          `json:"-"`
	Name      string              `json:"story" jsonschema:"what happens, in a sentence"`
	About     string              `json:"about,omitempty" jsonschema:"why it is told; for readers alone"`
	Clock     Instant             `json:"clock,omitempty" jsonschema:"what time it is at first; 2026-01-05T09:00:00Z if it does not matter"`
	Seed      *uint64             `json:"seed,omitempty" jsonschema:"of all that comes by chance; --seed goes before it; 1 if neither is there"`
	Fixture   string              `json:"fixture,omitempty" jsonschema:"what there is at first: support, or a directory with a fixture.json or settings files, beside this file"`
	Functions string              `json:"functions,omitempty" jsonschema:"file of the functions and bots that flows call, beside this file, as that of perch try --functions"`
	Flows     []Flow              `json:"flows,omitempty" jsonschema:"flows that there are besides; each may name those before it"`
	Queues    []Queue             `json:"queues,omitempty" jsonschema:"queues that there are besides Basic queue"`
	Statuses  []string            `json:"statuses,omitempty" jsonschema:"statuses of agents that there are besides Available and Offline"`
	Agents    map[string]Agent    `json:"agents,omitempty" jsonschema:"who works, by the names that the steps give them"`
	Customers map[string]Customer `json:"customers,omitempty" jsonschema:"who asks, by the names that the steps give them"`
	Steps     []Step              `json:"steps" jsonschema:"what happens, one after the other"`

	file string
}

// Flow is one in Amazon's Flow language, made by CreateContactFlow.
type Flow struct {
	At   form.Place `json:"-"`
	Key  string     `json:"key" jsonschema:"by which later flows (as ${key}) and the steps name it; letters alone"`
	Name string     `json:"name,omitempty" jsonschema:"that of the flow; the key if not given"`
	Type FlowType   `json:"type,omitempty" jsonschema:"CONTACT_FLOW if not given"`
	File string     `json:"file" jsonschema:"file with the flow, beside this one; ${queue} in it stands for the id of Basic queue, ${key} for that of a flow or queue before"`
}

// FlowType is Amazon's.
type FlowType string

// Choices implements form.Chooser.
func (FlowType) Choices() []string {
	return []string{"CONTACT_FLOW", "CUSTOMER_QUEUE", "CUSTOMER_HOLD", "CUSTOMER_WHISPER", "AGENT_HOLD", "AGENT_WHISPER", "OUTBOUND_WHISPER", "AGENT_TRANSFER", "QUEUE_TRANSFER", "CAMPAIGN"}
}

// Queue is one that is made by CreateQueue, with a quick connect of its name.
type Queue struct {
	At          form.Place `json:"-"`
	Key         string     `json:"key,omitempty" jsonschema:"by which flows name it, as ${key}; letters alone"`
	Name        string     `json:"name" jsonschema:"its name, and that of its quick connect"`
	MaxContacts int        `json:"maxContacts,omitempty" jsonschema:"how many may wait in it; any number if not given"`
}

// UnmarshalText implements form.Shorthand.
func (q *Queue) UnmarshalText(text []byte) error {
	q.Name = string(text)
	return nil
}

// Text implements form.Shorthand.
func (*Queue) Text() string { return "its name" }

// Instant is a time in a file.
type Instant struct{ time.Time }

// UnmarshalText reads a time such as 2026-01-05T09:00:00Z.
func (i *Instant) UnmarshalText(text []byte) (err error) {
	if i.Time, err = time.Parse(time.RFC3339, string(text)); err != nil {
		return fmt.Errorf("must be a time such as 2026-01-05T09:00:00Z, not %q", text)
	}
	return nil
}

// Text describes it for the schema.
func (*Instant) Text() string { return "a time such as 2026-01-05T09:00:00Z" }

// usually is when a story begins that does not say so: on a Monday.
func usually() time.Time { return time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC) }

// begins is what the clock shows at first.
func (s *Story) begins() time.Time {
	if s.Clock.IsZero() {
		return usually()
	}
	return s.Clock.UTC()
}

// Load reads a story from a file.
//
// Errors: form.Problems, with all that is wrong with it.
func Load(file string) (*Story, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return Parse(file, text)
}

// LoadAll reads stories from files, and tells the mistakes of all of them.
func LoadAll(files []string) (stories []*Story, err error) {
	var mistakes []error
	for _, file := range files {
		s, err := Load(file)
		mistakes = append(mistakes, err)
		stories = append(stories, s)
	}
	if err := errors.Join(mistakes...); err != nil {
		return nil, fmt.Errorf("there are mistakes in what is to be played:\n%w", err)
	}
	return stories, nil
}

// Parse reads a story from a file's text. Files that it names are sought beside it.
//
// Errors: form.Problems.
func Parse(file string, text []byte) (*Story, error) {
	s := &Story{file: file}
	if err := form.Read(file, text, s); err != nil {
		return nil, err
	}
	return s, nil
}

// Schema is the JSON Schema of story files.
func Schema() ([]byte, error) {
	return form.Schema[Story]("perch story", "A story that perch story plays: see docs/testing.md.")
}

var nameOfPerson = regexp.MustCompile(`^[a-z][a-z0-9_-]*$`)

// Mistakes implements form.Critic: it looks for names that nobody has.
func (s *Story) Mistakes() (found []form.Mistake) {
	for _, names := range [][]string{keysOf(s.Agents), keysOf(s.Customers)} {
		for _, name := range names {
			if !nameOfPerson.MatchString(name) {
				found = append(found, form.Mistake{Message: fmt.Sprintf("%q cannot be the name of a person: small letters, digits and - will do", name)})
			}
		}
	}
	for name := range s.Agents {
		if _, both := s.Customers[name]; both {
			found = append(found, form.Mistake{Field: "customers", Message: name + " is an agent already"})
		}
	}
	if len(s.Steps) == 0 {
		found = append(found, form.Mistake{Field: "steps", Message: "are none: a story needs at least one"})
	}
	return append(found, s.people()...)
}

// people finds steps of people whom nobody knows, and of who cannot do them.
func (s *Story) people() (found []form.Mistake) {
	for i, step := range s.Steps {
		mistake := func(format string, args ...any) {
			found = append(found, form.Mistake{Field: fmt.Sprintf("steps[%d]", i), At: step.At, Message: fmt.Sprintf(format, args...)})
		}
		if step.Who == "" {
			continue
		}
		_, agent := s.Agents[step.Who]
		_, customer := s.Customers[step.Who]
		verb := step.verb()
		switch {
		case !agent && !customer:
			all := append(keysOf(s.Agents), keysOf(s.Customers)...)
			mistake("who is %s? %s", step.Who, form.Meant(step.Who, all))
		case agent && slices.Contains(customersAlone(), verb):
			mistake("%s is an agent, and only customers can %s", step.Who, verb)
		case customer && slices.Contains(agentsAlone(), verb):
			mistake("%s is a customer, and only agents can %s", step.Who, verb)
		}
	}
	return found
}

func keysOf[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// File is where the story was read.
func (s *Story) File() string { return s.file }

// title is the story's name where it goes into one line.
func (s *Story) title() string { return strings.Join(strings.Fields(s.Name), " ") }
