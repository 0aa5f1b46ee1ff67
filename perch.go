// Package perch holds the nouns of customer chat and the rules that need
// nothing but them: what a session is, what its log says, who may do what in
// which state, and which past a new chat continues.
//
// A session is one numbered log. A persistent chat is a list of logs, each cut
// at a limit. Everything here is pure: no clock, no I/O, no randomness of its
// own, and none of the names Amazon gives to these things on the wire.
package perch

import (
	"hash/fnv"
	"time"
)

// Ids are opaque to clients. Distinct types keep one from passing for another.
type (
	InstanceID    string
	SessionID     string // the id of the session's first contact
	ContactID     string
	ParticipantID string
	UserID        string // somebody who works here: agent, supervisor, administrator
	QueueID       string
	HoursID       string // hours of operation
	FlowID        string
	ModuleID      string
	TurnID        int64 // random; tells whether a commit of unknown outcome was ours
)

// Buckets is the number of shards that sessions are spread over. It is part of
// every key, so it can never change.
const Buckets = 1024

// Bucket is the shard of a session.
func (id SessionID) Bucket() int {
	h := fnv.New32a()
	h.Write([]byte(id))
	return int(h.Sum32() % Buckets)
}

// First is the session's first contact.
func (id SessionID) First() ContactID { return ContactID(id) }

// Role is what somebody is in a chat.
type Role uint8

const (
	System Role = iota // flow prompts
	Customer
	Agent
	Bot // a custom participant
	Supervisor
)

// Audience is the set of readers an entry is shown to; zero is nobody.
type Audience uint8

const (
	ToCustomer Audience = 1 << iota
	ToAgents
	ToSupervisors

	ToNobody Audience = 0
	ToStaff           = ToAgents | ToSupervisors
	ToAll             = ToCustomer | ToStaff
)

// Audience is the bit under which a role reads.
func (r Role) Audience() Audience {
	switch r {
	case Customer, Bot:
		return ToCustomer
	case Supervisor:
		return ToSupervisors
	default:
		return ToAgents
	}
}

// Human reports whether a role belongs to somebody who works the chat.
func (r Role) Human() bool { return r == Agent || r == Supervisor }

// Method says how a contact came to be.
// doc: ctr-data-model.md#InitiationMethod
type Method string

const (
	ByAPI           Method = "API"
	ByOutbound      Method = "OUTBOUND" // the site spoke first
	ByTransfer      Method = "TRANSFER"
	ByQueueTransfer Method = "QUEUE_TRANSFER"
	ByDisconnect    Method = "DISCONNECT"
)

// Reason says why a contact ended.
// doc: ctr-data-model.md#DisconnectReason
type Reason string

const (
	AgentDisconnect    Reason = "AGENT_DISCONNECT"
	CustomerDisconnect Reason = "CUSTOMER_DISCONNECT"
	NeverConnected     Reason = "CUSTOMER_CONNECTION_NOT_ESTABLISHED"
	Expired            Reason = "EXPIRED"
	FlowDisconnect     Reason = "CONTACT_FLOW_DISCONNECT"
	Stopped            Reason = "API"
	IdleDisconnect     Reason = "IDLE_DISCONNECT" // somebody was silent for too long
	// Transferred closes a contact whose chat goes on in the next one; the
	// contact record shows no reason for it.
	Transferred Reason = ""
)

// Limits of a chat.
const (
	// MaxContacts in one session; with it reached there is no survey contact.
	// doc: transfer-to-queue.md
	MaxContacts = 12
	// ConnectWithin is how long a customer has to connect after the start.
	ConnectWithin = 5 * time.Minute
	// BotConnectsWithin is how long a custom participant has to connect.
	// doc: API_CreateParticipant
	BotConnectsWithin = 15 * time.Second
	// DefaultDuration of a chat, waiting included.
	DefaultDuration = 25 * time.Hour
	// WhisperFor is how long the whispers of a contact may take in all.
	// doc: set-whisper-flow.md
	WhisperFor = 2 * time.Minute
	// MaxMonitors and MaxBarged are how many supervisors may watch a contact, and
	// how many of them speak in it besides.
	// doc: feature-limits.md
	MaxMonitors = 5
	MaxBarged   = 1
	// OfferFor is how long an agent has to accept a chat.
	OfferFor = 20 * time.Second
	// MaxAttributeBytes is the total of all keys and values of a contact.
	MaxAttributeBytes = 32768
	// TokenLife is how long a ClientToken is remembered.
	TokenLife = 7 * 24 * time.Hour
)

// Origin says who vouches for an attribute's value, the weakest first.
type Origin uint8

const (
	FromBrowser Origin = iota // unsigned, from a page
	FromAgent
	FromFlow  // a literal of a flow, or an answer from what it called
	FromJWT   // signed by the site
	FromSigV4 // signed by a holder of an access key
)

// Vouched reports whether a source id of this origin may open a past chat.
func (o Origin) Vouched() bool { return o >= FromFlow }

// Attribute is one user-defined value of a contact.
type Attribute struct {
	Value  string `json:"v"`
	Origin Origin `json:"o"`
}

// Attributes are shared by all contacts of a session.
// doc: what-is-a-contact-attribute.md
type Attributes map[string]Attribute

// Bytes is what counts against MaxAttributeBytes.
func (a Attributes) Bytes() int {
	n := 0
	for k, v := range a {
		n += len(k) + len(v.Value)
	}
	return n
}

// Due is something to be done later. It is written in the commit that makes it
// necessary and deleted in the commit that does it, so that a crash at any
// instant leaves work that is found again. Kind and Key name it within its
// session: setting it again moves it.
type Due struct {
	Session  SessionID
	Kind     string
	Key      string
	Contact  ContactID // an answer for a contact no longer in force is dropped
	At       time.Time
	Body     []byte
	Attempts int
}

// TopicDue is the bus topic that is rung when a Due is set; its version is the
// time in milliseconds.
const TopicDue = "due"

// Kinds of Due by which the rooms that run flows and route contacts, who do not
// know each other, leave each other work.
const (
	DueEnqueue     = "routing.enqueue" // Body is an Enqueue
	DueRequeue     = "routing.requeue" // Body is an Enqueue: out of one queue, into another
	DueReorder     = "routing.reorder" // what the contact's details say of its place has changed
	DueFlowOutcome = "flow.outcome"    // Body is an Outcome; answers DueEnqueue and, where it failed, DueRequeue
)

// Figures are what a queue looks like now.
type Figures struct {
	Online    int           // agents of the queue who are signed in to work: any status but Offline
	Staffed   int           // of these, those in a status in which contacts are taken
	Available int           // of these, those with a free slot
	Waiting   int           // contacts
	Oldest    time.Duration // how long the first of them has waited
	Position  int           // of the contact asked about, from 1; where it does not wait, that of the next one
	// Wait is an estimate of how long that contact waits yet, by how long the
	// oldest has: the share of its place in the queue.
	Wait time.Duration
}

// Enqueue asks for a contact to be put into a queue, or into an agent's own.
type Enqueue struct {
	Queue QueueID `json:"q,omitempty"`
	User  UserID  `json:"u,omitempty"`
}

// Outcome tells a flow what became of what it asked for; Error is empty or the
// name of the branch to take.
type Outcome struct {
	Error string `json:"e,omitempty"`
}
