package wire

// UpdateContactRequest adds to what is said about a contact, running or ended.
// Its response is {}.
//
// doc: API_UpdateContact
type UpdateContactRequest struct {
	InstanceId        string                      // id or ARN
	ContactId         string                      // one segment
	Name              *string                     `json:",omitempty"` // empty: none any more
	Description       *string                     `json:",omitempty"` // empty: none any more
	References        map[string]Reference        `json:",omitempty"`
	SegmentAttributes map[string]SegmentAttribute `json:",omitempty"`
	QueueInfo         *struct {
		Id string `json:",omitempty"`
	} `json:",omitempty"` // of external audio alone
	UserInfo *struct {
		UserId string `json:",omitempty"`
	} `json:",omitempty"` // of external audio alone
	CustomerEndpoint *Endpoint `json:",omitempty"` // of external audio alone
	SystemEndpoint   *Endpoint `json:",omitempty"` // of external audio alone
}

// Reference is something that belongs to a contact. Status, Arn and
// StatusReason are of references that the system makes.
//
// doc: API_Reference
type Reference struct {
	Value        string `json:",omitempty"`
	Type         string
	Status       string `json:",omitempty"`
	Arn          string `json:",omitempty"`
	StatusReason string `json:",omitempty"`
}

// Endpoint is an address of one side of a contact.
//
// doc: API_Endpoint
type Endpoint struct {
	Type    string `json:",omitempty"`
	Address string `json:",omitempty"`
}

// TagContactRequest adds tags to a contact. Its response is {}.
//
// doc: API_TagContact
type TagContactRequest struct {
	ContactId  string
	InstanceId string // id or ARN
	Tags       map[string]string
}

// UntagContactRequest takes tags off a contact. Its response is {}.
//
// doc: API_UntagContact
type UntagContactRequest struct {
	ContactId  string
	InstanceId string // id or ARN
	TagKeys    []string
}

// CreateParticipantRequest brings a custom participant into a chat.
//
// doc: API_CreateParticipant
type CreateParticipantRequest struct {
	InstanceId         string // id or ARN
	ContactId          string
	ClientToken        string `json:",omitempty"`
	ParticipantDetails ParticipantDetailsToAdd
}

// ParticipantDetailsToAdd says who is to be added.
//
// doc: API_ParticipantDetailsToAdd
type ParticipantDetailsToAdd struct {
	ParticipantRole         string `json:",omitempty"` // RoleCustomBot, in a chat
	DisplayName             string `json:",omitempty"`
	ParticipantCapabilities *struct {
		Video       string `json:",omitempty"`
		ScreenShare string `json:",omitempty"`
	} `json:",omitempty"` // of voice alone
}

// CreateParticipantResponse is what the custom participant connects with.
type CreateParticipantResponse struct {
	ParticipantCredentials ParticipantTokenCredentials
	ParticipantId          string
}

// ParticipantTokenCredentials is a participant token; Expiry as Time writes it.
type ParticipantTokenCredentials struct {
	ParticipantToken string // 1 to 1000 characters
	Expiry           string
}

// UpdateParticipantRoleConfigRequest sets the timers of a chat's roles. Its
// response is {}.
//
// doc: API_UpdateParticipantRoleConfig
type UpdateParticipantRoleConfigRequest struct {
	InstanceId           string // id or ARN
	ContactId            string
	ChannelConfiguration struct {
		Chat struct{ ParticipantTimerConfigList []ParticipantTimer }
	}
}

// ParticipantTimer is one timer of a role.
//
// doc: API_ParticipantTimerConfiguration
type ParticipantTimer struct {
	ParticipantRole string // RoleCustomer or RoleAgent
	TimerType       string // TimerIdle or TimerDisconnect
	TimerValue      struct {
		ParticipantTimerAction            string `json:",omitempty"` // TimerUnset
		ParticipantTimerDurationInMinutes int    `json:",omitempty"` // 2 to 480
	}
}

// StartContactMediaProcessingRequest has a chat's messages processed from here
// on. Its response is {}.
//
// doc: API_StartContactMediaProcessing
type StartContactMediaProcessingRequest struct {
	InstanceId   string // id or ARN
	ContactId    string
	ProcessorArn string
	FailureMode  string `json:",omitempty"`
}

// StopContactMediaProcessingRequest ends that. Its response is {}.
//
// doc: API_StopContactMediaProcessing
type StopContactMediaProcessingRequest struct {
	InstanceId string // id or ARN
	ContactId  string
}

// StartOutboundChatContactRequest opens a chat that the site begins.
//
// doc: API_StartOutboundChatContact
type StartOutboundChatContactRequest struct {
	SourceEndpoint                Endpoint
	DestinationEndpoint           Endpoint
	InstanceId                    string // id or ARN
	SegmentAttributes             map[string]SegmentAttribute
	Attributes                    map[string]string   `json:",omitempty"`
	ContactFlowId                 string              // id or ARN
	ChatDurationInMinutes         int                 `json:",omitempty"` // absent: 25 hours
	ParticipantDetails            *ParticipantDetails `json:",omitempty"` // the customer
	InitialSystemMessage          *ChatMessage        `json:",omitempty"`
	InitialTemplatedSystemMessage *TemplatedMessage   `json:",omitempty"`
	RelatedContactId              string              `json:",omitempty"`
	// absent: text/plain alone
	SupportedMessagingContentTypes []string `json:",omitempty"`
	ClientToken                    string   `json:",omitempty"`
}

// TemplatedMessage names a template in a knowledge base of Amazon's.
//
// doc: API_TemplatedMessageConfig
type TemplatedMessage struct {
	KnowledgeBaseId    string
	MessageTemplateId  string
	TemplateAttributes struct {
		CustomAttributes          map[string]string `json:",omitempty"`
		CustomerProfileAttributes string            `json:",omitempty"`
	}
}

// StartOutboundChatContactResponse names the contact. The other two members are
// perch's own, which SDKs pass over: Amazon reaches the customer by SMS, and
// perch by whoever hands on the token.
type StartOutboundChatContactResponse struct {
	ContactId        string
	ParticipantId    string
	ParticipantToken string
}
