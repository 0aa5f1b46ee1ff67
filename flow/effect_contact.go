package flow

// SetContactData describes the contact: all of it or, with an error, nothing.
type SetContactData struct {
	Target Target
	// Fields are among Name, Description, LanguageCode, CustomerId and
	// WisdomSessionArn. Whether a CustomerId may be believed is for the runner to
	// decide, by its origin.
	Fields     map[string]Value
	References map[string]ContactReference
}

// ContactReference is something that belongs to a contact, such as a link.
type ContactReference struct {
	Type  string // such as URL, STRING, NUMBER, DATE, EMAIL; may be empty
	Value Value
}

// SetTags puts tags on the contact: all or, with an error, none. There are 1 to
// 6, and no name begins with aws:.
type SetTags struct{ Tags map[string]string }

// RemoveTags takes tags off the contact.
type RemoveTags struct{ Keys []string }

// SetMediaProcessing has every message of the chat go through a function before
// it is delivered, or ends that. Error: ChannelMismatch where the contact is no
// chat.
type SetMediaProcessing struct {
	Enabled   bool
	LambdaARN string // empty where it is not enabled
	// DeliverUnprocessed delivers the message as it is when the function fails.
	DeliverUnprocessed bool
}

// SetAnalytics says how the conversation is analysed, from here on. Errors:
// ChannelMismatch where the contact is no chat;
// InFlightRedactionConfigurationFailed where InFlight is set and cannot be done.
type SetAnalytics struct {
	Enabled  bool
	Language string // such as en-US; may be empty
	// Redaction concerns what the analysis writes; nil means none.
	Redaction *Redaction
	// InFlight concerns each message before it is delivered; nil means none.
	InFlight *Redaction
}

// Redaction blots out what is nobody's business.
type Redaction struct {
	MaskMode string   // EntityType or PII
	Entities []string // such as CREDIT_DEBIT_NUMBER; none means all
	// Results is RedactedAndOriginal or RedactedOnly; empty in flight.
	Results string
	// DeliverUnprocessed delivers the message as it is when redaction fails.
	DeliverUnprocessed bool
}

// SetFlowLogging switches the log of this and the later flows of the chat.
type SetFlowLogging struct{ Enabled bool }

func (SetContactData) effect()     {}
func (SetTags) effect()            {}
func (RemoveTags) effect()         {}
func (SetMediaProcessing) effect() {}
func (SetAnalytics) effect()       {}
func (SetFlowLogging) effect()     {}
