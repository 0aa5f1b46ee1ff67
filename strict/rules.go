// Package strict knows where perch is more lenient than Amazon Connect, and has a
// call held to Amazon's side of it, or told where it was not. What is tried on perch
// first shall not fail at Amazon later.
//
// The rooms ask Holds at the place where the two part ways, and nowhere else: the
// same check refuses a call in strict mode and reports it in explain mode. Without
// a judge in the context, as in perch serve, nothing is held and nothing is told.
package strict

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Rule is the name of a difference.
type Rule string

// The rules. Rules has what there is to know about each.
const (
	ActiveChats          Rule = "active-chats"
	AgentInteractive     Rule = "agent-interactive"
	AuthenticationWindow Rule = "authentication-window"
	ContactFilter        Rule = "contact-filter"
	Flows                Rule = "flows"
	InitialContact       Rule = "initial-contact"
	Latest               Rule = "latest"
	MetricRange          Rule = "metric-range"
	Outbound             Rule = "outbound"
	PastContacts         Rule = "past-contacts"
	Rates                Rule = "rates"
	References           Rule = "references"
	Retention            Rule = "retention"
	ScanDirection        Rule = "scan-direction"
	StartPosition        Rule = "start-position"
	TranscriptSize       Rule = "transcript-size"
	WaitAfterEnd         Rule = "wait-after-end"
)

// Amazon's numbers, as far as perch has no use for them but to be strict.
const (
	// MostActiveChats is how many chats that have not ended an instance has.
	// doc: amazon-connect-service-limits.md
	MostActiveChats = 500
	// MostFlows is how many flows an instance has.
	// doc: amazon-connect-service-limits.md
	MostFlows = 100
	// MostPastContacts is how many contacts a history goes back.
	// doc: feature-limits.md
	MostPastContacts = 100
	// MostTranscriptBytes is how large the transcript of a past contact is that
	// still comes along.
	// doc: feature-limits.md
	MostTranscriptBytes = 5 << 20
	// MostReferenceBytes is the total of the references of a contact.
	// doc: API_Reference
	MostReferenceBytes = 4096
	// AuthenticationWithin is how long after the event that says so a customer's
	// side may ask where to sign in.
	// doc: API_connect-participant_GetAuthenticationUrl
	AuthenticationWithin = time.Minute
	// TranscriptWithin is how long after its end a chat has to be waited for. The
	// documents say half a minute to a minute, and a minute is what is safe.
	// doc: chat-persistence.md
	TranscriptWithin = time.Minute
	// RetentionMonths is how long a contact is known after its start.
	// doc: API_DescribeContact
	RetentionMonths = 24
	// MetricDays and MetricMonths are how long a time historical figures can be
	// asked for, and how far back.
	// doc: API_GetMetricDataV2
	MetricDays   = 35
	MetricMonths = 3
)

// Difference is a row of the table: one place where perch lets pass what Amazon
// does not.
type Difference struct {
	Rule Rule
	// Operations that it shows in; none is all.
	Operations []string `json:",omitempty"`
	Amazon     string   // what Amazon does, in a line of ASCII, as a header can hold it
	Perch      string   // what perch does where the rule does not hold
	Answer     string   // what a call that breaks the rule gets where it holds
	Doc        string   // the page of Amazon's that says so
	Where      string   // the function with the check
}

// Rules is the table, by name.
func Rules() []Difference {
	return []Difference{
		{ActiveChats, []string{"StartChatContact", "StartOutboundChatContact"}, "an instance has 500 chats that have not ended",
			"as many as the machine can; `--limits` sets a quota in production too", "LimitExceededException, 429", "amazon-connect-service-limits.md", "chat.Turn.opening"},
		{AgentInteractive, []string{"SendMessage"}, "interactive messages come from flows, not from agents and custom participants",
			"they send them by SendMessage", "ValidationException, 400", "interactive-messages.md", "api.call.checkMessage"},
		{AuthenticationWindow, []string{"GetAuthenticationUrl"}, "the address for signing in can be asked for within a minute of the event",
			"as long as the flow waits", "ValidationException, 400", "API_connect-participant_GetAuthenticationUrl", "flowrun.Runner.AuthenticationURL"},
		{ContactFilter, []string{"GetTranscript"}, "ContactId does not find items of past chats",
			"it keeps to any contact of the history", "ValidationException, 400", "chat-persistence.md", "chat.walk.contact"},
		{Flows, []string{"CreateContactFlow"}, "an instance has 100 flows",
			"any number", "LimitExceededException, 429", "amazon-connect-service-limits.md", "api.createContactFlow"},
		{InitialContact, []string{"StartChatContact", "CreatePersistentContactAssociation"}, "ENTIRE_PAST_SESSION wants the first contact of the past chat as its source",
			"any contact of it will do", "InvalidParameterException, 400", "chat-persistence.md", "chat.Turn.link"},
		{Latest, []string{"StartChatContact", "CreatePersistentContactAssociation"}, "the source is the id of a contact, which the caller has kept",
			"`latest` continues the customer's last chat", "ResourceNotFoundException, 404", "chat-persistence.md", "chat.Turn.past"},
		{MetricRange, []string{"GetMetricDataV2"}, "historical figures are for 35 days at once and three months back",
			"for any time", "InvalidParameterException, 400", "API_GetMetricDataV2", "api.getMetricDataV2"},
		{Outbound, []string{"StartOutboundChatContact"}, "outbound chats are SMS or WhatsApp, from a phone number of the instance to a telephone number",
			"it starts a plain chat, whose customer comes by the token in the answer", "InvalidRequestException, 400", "API_StartOutboundChatContact", "api.startOutboundChatContact"},
		{PastContacts, []string{"GetTranscript"}, "a history goes back 100 contacts",
			"it goes back to the first", "the history ends there, without an error", "feature-limits.md", "chat.walk.amazonHistory"},
		{Rates, nil, "calls are throttled, at 2 a second where nothing else is published",
			"calls are not throttled; `--limits` sets rates in production too", "ThrottlingException or TooManyRequestsException, 429", "amazon-connect-service-limits.md", "api.Server.throttled"},
		{References, []string{"UpdateContact"}, "all references of a contact have 4,096 bytes together",
			"each has that many", "InvalidParameterException, 400", "API_Reference", "api.updateContact"},
		{Retention, []string{"DescribeContact", "GetContactAttributes", "UpdateContactAttributes", "ListAssociatedContacts"}, "a contact is known for 24 months",
			"for ever", "ResourceNotFoundException, 404", "API_DescribeContact", "api.call.find"},
		{ScanDirection, []string{"GetTranscript"}, "past chats are read with ScanDirection BACKWARD",
			"FORWARD works there as well", "ValidationException, 400", "chat-persistence.md", "chat.walk.from"},
		{StartPosition, []string{"GetTranscript"}, "StartPosition does not reach items of past chats",
			"it does", "ValidationException, 400, for an item's id; a time and MostRecent reach to the beginning of the chat", "chat-persistence.md", "chat.walk.reaches"},
		{TranscriptSize, []string{"GetTranscript"}, "a past contact with more than 5 MB of transcript does not come along",
			"it does", "the history is without it, without an error", "feature-limits.md", "chat.walk.amazonSize"},
		{WaitAfterEnd, []string{"StartChatContact", "CreatePersistentContactAssociation"}, "a chat can be continued a minute after its end, when its transcript has been written",
			"at once", "InvalidRequestException, 400", "chat-persistence.md", "chat.Turn.link"},
	}
}

// Of is the row of a rule.
func Of(r Rule) (Difference, bool) {
	all := Rules()
	if i := slices.IndexFunc(all, func(d Difference) bool { return d.Rule == r }); i >= 0 {
		return all[i], true
	}
	return Difference{}, false
}

// All stands for all rules where somebody names some.
const All = "all"

// Read reads names of rules. "all" is every one; with nothing else "none", "true"
// and "false" are understood too, as a setting may have it.
//
// Errors: a name that is none, with those that there are.
func Read(names []string) ([]Rule, error) {
	var rules []Rule
	for _, name := range names {
		switch _, known := Of(Rule(name)); {
		case name == All || name == "true":
			for _, d := range Rules() {
				rules = append(rules, d.Rule)
			}
		case known:
			rules = append(rules, Rule(name))
		case name == "" || len(names) == 1 && (name == "none" || name == "false"):
		default:
			var all []string
			for _, d := range Rules() {
				all = append(all, string(d.Rule))
			}
			return nil, fmt.Errorf("there is no rule %q; there are %s, and %s", name, strings.Join(all, ", "), All)
		}
	}
	slices.Sort(rules)
	return slices.Compact(rules), nil
}
