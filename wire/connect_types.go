package wire

import "strings"

// The structs below are Amazon's requests and responses, member by member. Their
// fields' limits stand in the operations' tables and are checked by Decode; a
// zero value is an absent member unless its comment says otherwise.

// StartChatContactRequest opens a chat for a customer.
//
// doc: API_StartChatContact
type StartChatContactRequest struct {
	InstanceId                     string                      // id or ARN, see ResourceID
	ContactFlowId                  string                      // id or ARN, see ResourceID
	Attributes                     map[string]string           `json:",omitempty"`
	ParticipantDetails             ParticipantDetails          // the customer
	ParticipantConfiguration       *ParticipantConfiguration   `json:",omitempty"`
	InitialMessage                 *ChatMessage                `json:",omitempty"`
	ClientToken                    string                      `json:",omitempty"`
	ChatDurationInMinutes          int                         `json:",omitempty"` // absent: 25 hours
	SupportedMessagingContentTypes []string                    `json:",omitempty"` // absent: text/plain alone
	PersistentChat                 *PersistentChat             `json:",omitempty"`
	RelatedContactId               string                      `json:",omitempty"` // not together with PersistentChat
	SegmentAttributes              map[string]SegmentAttribute `json:",omitempty"`
	CustomerId                     string                      `json:",omitempty"`
	DisconnectOnCustomerExit       []string                    `json:",omitempty"`
}

// ParticipantDetails names the customer.
type ParticipantDetails struct {
	DisplayName string
}

// ParticipantConfiguration says how a bot's answers arrive.
type ParticipantConfiguration struct {
	ResponseMode string `json:",omitempty"` // INCREMENTAL or COMPLETE
}

// ChatMessage is the message that a chat starts with.
//
// doc: API_ChatMessage
type ChatMessage struct {
	ContentType string
	Content     string
}

// PersistentChat asks that a new chat goes on from a past one.
//
// doc: API_PersistentChat
type PersistentChat struct {
	RehydrationType string // EntirePastSession or FromSegment
	SourceContactId string
}

// SegmentAttribute has exactly one member set.
//
// doc: API_SegmentAttributeValue
type SegmentAttribute struct {
	ValueString  *string                     `json:",omitempty"`
	ValueInteger *int                        `json:",omitempty"`
	ValueArn     *string                     `json:",omitempty"`
	ValueMap     map[string]SegmentAttribute `json:",omitempty"`
	ValueList    []SegmentAttribute          `json:",omitempty"`
}

// StartChatContactResponse is all that a client needs to connect.
type StartChatContactResponse struct {
	ContactId              string
	ParticipantId          string
	ParticipantToken       string // 1 to 1000 characters
	ContinuedFromContactId string `json:",omitempty"` // persistent chats alone
}

// CreatePersistentContactAssociationRequest links a running chat to a past one.
//
// doc: API_CreatePersistentContactAssociation
type CreatePersistentContactAssociationRequest struct {
	InstanceId       string // id or ARN
	InitialContactId string // the running contact's own id
	RehydrationType  string // EntirePastSession or FromSegment
	SourceContactId  string
	ClientToken      string `json:",omitempty"` // no SDK fills this one
}

// CreatePersistentContactAssociationResponse names the contact that is continued.
type CreatePersistentContactAssociationResponse struct {
	ContinuedFromContactId string
}

// StopContactRequest ends a contact. Its response is {}.
//
// doc: API_StopContact
type StopContactRequest struct {
	ContactId        string
	InstanceId       string            // id or ARN
	DisconnectReason *DisconnectReason `json:",omitempty"` // Amazon's outbound campaigns alone give it
}

// DisconnectReason is why an outbound campaign ended a contact.
type DisconnectReason struct {
	Code string `json:",omitempty"`
}

// ListAssociatedContactsRequest asks for the tree of contacts around one.
//
// doc: API_ListAssociatedContacts
type ListAssociatedContactsRequest struct {
	InstanceId string // id or ARN
	ContactId  string
	MaxResults int    `json:",omitempty"` // absent: the server's own page size
	NextToken  string `json:",omitempty"`
}

// ListAssociatedContactsResponse is one page of the tree.
type ListAssociatedContactsResponse struct {
	ContactSummaryList []AssociatedContactSummary
	NextToken          string `json:",omitempty"` // absent on the last page
}

// AssociatedContactSummary is one contact of the tree.
type AssociatedContactSummary struct {
	ContactId           string
	ContactArn          string
	InitiationTimestamp Epoch  `json:",omitzero"`
	DisconnectTimestamp Epoch  `json:",omitzero"`
	InitialContactId    string `json:",omitempty"`
	PreviousContactId   string `json:",omitempty"`
	RelatedContactId    string `json:",omitempty"`
	InitiationMethod    string
	Channel             string
}

// GetContactAttributesRequest asks for the attributes that a chain shares.
//
// doc: API_GetContactAttributes
type GetContactAttributesRequest struct {
	InstanceId       string // id or ARN
	InitialContactId string
}

// GetContactAttributesResponse has an empty object where there are none; make
// the map before encoding it.
type GetContactAttributesResponse struct {
	Attributes map[string]string
}

// UpdateContactAttributesRequest sets attributes of a running or ended contact.
// Its response is {}.
//
// doc: API_UpdateContactAttributes
type UpdateContactAttributesRequest struct {
	InitialContactId string
	InstanceId       string // id or ARN
	Attributes       map[string]string
}

// ResourceID is the id in what may be an id or a full ARN: the part after its
// last slash. Amazon takes both for instances and flows.
func ResourceID(idOrARN string) string {
	if !strings.HasPrefix(idOrARN, "arn:") {
		return idOrARN
	}
	return idOrARN[strings.LastIndexByte(idOrARN, '/')+1:]
}
