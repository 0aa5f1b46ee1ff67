package perch

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// Limits of a contact's details.
const (
	// MaxTags of a contact that users have given.
	// doc: API_TagContact
	MaxTags = 6
	// MaxDetailBytes is the total of everything in a contact's details. Amazon
	// limits each part alone; what is added by many calls has to end somewhere.
	MaxDetailBytes = 128 << 10
)

// Details are what is said about one contact alone, by the site and by those who
// work the chat. They may change after its end, so they are not in the log.
// doc: API_UpdateContact
type Details struct {
	Name             string                      `json:"n,omitempty"`
	Description      string                      `json:"d,omitempty"`
	Tags             map[string]string           `json:"t,omitempty"`
	References       map[string]Reference        `json:"r,omitempty"`
	Segment          map[string]SegmentAttribute `json:"s,omitempty"`
	Language         string                      `json:"l,omitempty"` // such as en-US
	Wisdom           string                      `json:"w,omitempty"` // ARN of a session of an assistant elsewhere
	Place            *Place                      `json:"p,omitempty"` // in a queue; DefaultPlace if nil
	CustomerEndpoint *Endpoint                   `json:"c,omitempty"`
	SystemEndpoint   *Endpoint                   `json:"e,omitempty"`
	Transcript       string                      `json:"f,omitempty"` // where its transcript file is, once there is one
	Notes            int                         `json:"k,omitempty"` // how many have been written
	Disposition      *Disposition                `json:"o,omitempty"`
	Updated          time.Time                   `json:"u,omitzero"` // last change
}

// Place is where a contact stands in whatever queue it comes into.
// doc: API_UpdateContactRoutingData
type Place struct {
	// Priority is at least 1; lower goes first, whoever has waited longer.
	Priority int64 `json:"p"`
	// Seconds make the contact seem to have waited longer, or with a minus less long.
	Seconds  int      `json:"a,omitempty"`
	Criteria Criteria `json:"c,omitzero"`
}

// Criteria are the agents to ask, step by step; after the last step all are. The
// first step begins when the contact comes into a queue, or at From if it is in
// one by then.
// doc: API_RoutingCriteria, ActivationTimestamp
type Criteria struct {
	Steps []RoutingStep `json:"s,omitempty"`
	From  time.Time     `json:"f,omitzero"`
}

// DefaultPlace is that of a contact of which nobody has said anything.
// doc: concepts-routing.md
func DefaultPlace() Place { return Place{Priority: 5} }

// RoutingStep asks for agents who have all of the proficiencies and, where
// agents are named, are one of these.
// doc: API_RoutingCriteriaInputStep
type RoutingStep struct {
	All     []Proficiency `json:"a"`
	Not     []Proficiency `json:"x,omitempty"` // of these an asked agent has none
	Agents  []UserID      `json:"u,omitempty"`
	Any     []RoutingStep `json:"o,omitempty"` // alternatives, of which one must hold; they have no time of their own
	Seconds int           `json:"s,omitempty"` // 0 means until an agent is found
}

// Proficiency is something that an agent is good at, or should be.
type Proficiency struct {
	Name  string  `json:"n"`
	Value string  `json:"v"`
	Level float64 `json:"l"`           // 1 to 5; of a step: at least
	Most  float64 `json:"m,omitempty"` // of a step: at most; 0 is any
}

// By reports whether somebody's proficiency is what a step asks for.
func (p Proficiency) By(has Proficiency) bool {
	return has.Name == p.Name && has.Value == p.Value && has.Level >= p.Level && (p.Most == 0 || has.Level <= p.Most)
}

// Reference is something that belongs to a contact, for those who work it.
type Reference struct {
	Type  string `json:"t"`
	Value string `json:"v,omitempty"`
}

// Endpoint is an address of one side of an outbound contact.
type Endpoint struct {
	Type    string `json:"t,omitempty"`
	Address string `json:"a,omitempty"`
}

// SegmentAttribute is a value of one contact alone; exactly one member is set.
// doc: API_SegmentAttributeValue
type SegmentAttribute struct {
	Text    *string                     `json:"t,omitempty"`
	Integer *int                        `json:"i,omitempty"`
	ARN     *string                     `json:"a,omitempty"`
	Map     map[string]SegmentAttribute `json:"m,omitempty"`
	List    []SegmentAttribute          `json:"l,omitempty"`
}

// SegmentText is a segment attribute that is a text.
func SegmentText(s string) SegmentAttribute { return SegmentAttribute{Text: &s} }

// Segment attributes of the system. The last two are perch's own: a bot's backend
// reads by one how the customer's side would like its answers, and the other shows
// what a contact came to.
const (
	SegmentSubtype   = "connect:Subtype"
	SegmentDirection = "connect:Direction"
	// SegmentAuthentication is what came of the customer's signing in.
	SegmentAuthentication = "connect:CustomerAuthentication"
	SegmentResponseMode   = "perch:ResponseMode"
	SegmentDisposition    = "perch:Disposition" // the code

	SubtypeChat  = "connect:Chat"
	SubtypeGuide = "connect:Guide"
)

// givenKeys are the system's segment attributes that a caller may give.
// doc: connect-attrib-list.md#segment-attributes
var givenKeys = []string{SegmentSubtype, "connect:ContactExpiry", SegmentAuthentication}

// guideTypes are the content types that a guide needs.
// doc: API_StartChatContact, SegmentAttributes
var guideTypes = []string{"application/vnd.amazonaws.connect.message.interactive",
	"application/vnd.amazonaws.connect.message.interactive.response"}

// Subtype is what segment attributes of a chat to be started say that it is, of
// those that a chat with these content types can be; SubtypeChat where they say
// nothing.
func Subtype(segment map[string]SegmentAttribute, contentTypes []string) (string, error) {
	given, ok := segment[SegmentSubtype]
	switch {
	case !ok:
		return SubtypeChat, nil
	case given.Text == nil || *given.Text != SubtypeChat && *given.Text != SubtypeGuide:
		return "", refusedSegment("%s must be the ValueString %s or %s", SegmentSubtype, SubtypeChat, SubtypeGuide)
	}
	for _, t := range guideTypes {
		if *given.Text == SubtypeGuide && !slices.Contains(contentTypes, t) {
			return "", refusedSegment("%s can be %s only where SupportedMessagingContentTypes hold %s", SegmentSubtype, SubtypeGuide, t)
		}
	}
	return *given.Text, nil
}

// KeepsSubtype checks that segment attributes do not make another kind of chat
// of one that runs: what it is, is settled at its start.
func (s *Session) KeepsSubtype(segment map[string]SegmentAttribute) error {
	given, ok := segment[SegmentSubtype]
	is := *s.SegmentOf(Details{})[SegmentSubtype].Text
	if ok && (given.Text == nil || *given.Text != is) {
		return refusedSegment("%s is %s from the start and stays that", SegmentSubtype, is)
	}
	return nil
}

// CheckSegment checks segment attributes that a caller gives: of the system's
// only some, and of the caller's own neither lists nor ARNs.
// doc: API_SegmentAttributeValue
func CheckSegment(segment map[string]SegmentAttribute) error {
	for _, key := range slices.Sorted(maps.Keys(segment)) {
		v := segment[key]
		switch {
		case slices.Contains(givenKeys, key):
		case strings.Contains(key, ":"):
			return refusedSegment("%q is the system's own", key)
		case v.List != nil || v.ARN != nil:
			return refusedSegment("%q is user-defined, which can have neither a ValueList nor a ValueArn", key)
		}
	}
	return nil
}

func refusedSegment(format string, args ...any) error {
	e := Errorf(Refused, format, args...)
	e.Field = "SegmentAttributes"
	return e
}

// SegmentOf are a contact's segment attributes with those of its chat.
func (s *Session) SegmentOf(d Details) map[string]SegmentAttribute {
	all := cloned(d.Segment)
	subtype := s.Subtype
	if subtype == "" {
		subtype = SubtypeChat
	}
	all[SegmentSubtype] = SegmentText(subtype)
	if len(s.Contacts) > 0 && s.Contacts[0].Method == ByOutbound {
		all[SegmentDirection] = SegmentText("OUTBOUND")
	}
	if s.ResponseMode != "" {
		all[SegmentResponseMode] = SegmentText(s.ResponseMode)
	}
	return all
}

// Clone is a copy whose maps may be changed without the other's knowledge; they
// are made where there are none.
func (d Details) Clone() Details {
	d.Tags, d.References, d.Segment = cloned(d.Tags), cloned(d.References), cloned(d.Segment)
	if d.Place != nil {
		p := *d.Place
		d.Place = &p
	}
	return d
}

func cloned[V any](m map[string]V) map[string]V {
	if m == nil {
		return map[string]V{}
	}
	return maps.Clone(m)
}

// InQueue is where the contact stands in a queue.
func (d Details) InQueue() Place {
	if d.Place == nil {
		return DefaultPlace()
	}
	return *d.Place
}
