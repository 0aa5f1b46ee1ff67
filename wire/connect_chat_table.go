package wire

// Values of a participant timer.
//
// doc: API_ParticipantTimerConfiguration
const (
	TimerIdle       = "IDLE"
	TimerDisconnect = "DISCONNECT_NONCUSTOMER"
	TimerUnset      = "Unset"
)

// DeliverUnprocessed is the FailureMode in which a message is delivered as it is
// where the function that is to process it fails.
//
// doc: API_StartContactMediaProcessing
const DeliverUnprocessed = "DELIVER_UNPROCESSED_MESSAGE"

// doc: API_CreateParticipant
func createParticipant() *Operation {
	return &Operation{
		Service: Connect, Name: "CreateParticipant", Method: "POST", Path: "/contact/create-participant",
		Fields: []Field{
			{Name: "InstanceId", Type: String, Required: true, Min: 1, Max: 100},
			{Name: "ContactId", Type: String, Required: true, Min: 1, Max: 256},
			{Name: "ClientToken", Type: String, Max: 500},
			{Name: "ParticipantDetails", Type: Structure, Required: true},
			{Name: "ParticipantDetails.ParticipantRole", Type: String, Enum: []string{RoleAgent, RoleCustomer, RoleSystem, RoleCustomBot, RoleSupervisor}},
			{Name: "ParticipantDetails.DisplayName", Type: String, Min: 1, Max: 256},
			{Name: "ParticipantDetails.ParticipantCapabilities", Type: Structure},
			{Name: "ParticipantDetails.ParticipantCapabilities.Video", Type: String, Enum: []string{"SEND"}},
			{Name: "ParticipantDetails.ParticipantCapabilities.ScreenShare", Type: String, Enum: []string{"SEND"}},
		},
		Errors: shapes(InvalidRequest, ResourceNotFound, InternalService, ServiceQuotaExceeded, Throttling, Conflict),
	}
}

// doc: API_UpdateParticipantRoleConfig
func updateParticipantRoleConfig() *Operation {
	const list = "ChannelConfiguration.Chat.ParticipantTimerConfigList"
	return &Operation{
		Service: Connect, Name: "UpdateParticipantRoleConfig", Method: "PUT", Path: "/contact/participant-role-config/{InstanceId}/{ContactId}",
		Fields: []Field{
			{Name: "InstanceId", In: InPath, Type: String, Required: true, Min: 1, Max: 100},
			{Name: "ContactId", In: InPath, Type: String, Required: true, Min: 1, Max: 256},
			{Name: "ChannelConfiguration", Type: Structure, Required: true},
			{Name: "ChannelConfiguration.Chat", Type: Structure, Required: true}, // the only member of a union
			{Name: list, Type: List, Required: true, Min: 1, Max: 6},
			{Name: list + "[]", Type: Structure},
			{Name: list + "[].ParticipantRole", Type: String, Required: true, Enum: []string{RoleCustomer, RoleAgent}},
			{Name: list + "[].TimerType", Type: String, Required: true, Enum: []string{TimerIdle, TimerDisconnect}},
			{Name: list + "[].TimerValue", Type: Structure, Required: true, One: true},
			{Name: list + "[].TimerValue.ParticipantTimerAction", Type: String, Enum: []string{TimerUnset}},
			{Name: list + "[].TimerValue.ParticipantTimerDurationInMinutes", Type: Integer, Min: 2, Max: 480},
		},
		Errors: shapes(InvalidRequest, InvalidParameter, ResourceNotFound, AccessDenied, Throttling, InternalService),
	}
}

// The model asks for none of the fields; without the first three there is nothing
// to be done.
//
// doc: API_StartContactMediaProcessing
func startContactMediaProcessing() *Operation {
	return &Operation{
		Service: Connect, Name: "StartContactMediaProcessing", Method: "POST", Path: "/contact/start-contact-media-processing",
		Fields: []Field{
			{Name: "InstanceId", Type: String, Required: true, Min: 1, Max: 100},
			{Name: "ContactId", Type: String, Required: true, Min: 1, Max: 256},
			{Name: "ProcessorArn", Type: String, Required: true},
			{Name: "FailureMode", Type: String, Enum: []string{DeliverUnprocessed, "DO_NOT_DELIVER_UNPROCESSED_MESSAGE"}},
		},
		Errors: shapes(AccessDenied, InvalidRequest, InvalidParameter, ResourceNotFound, InternalService, LimitExceeded, ServiceQuotaExceeded),
	}
}

// doc: API_StopContactMediaProcessing
func stopContactMediaProcessing() *Operation {
	return &Operation{
		Service: Connect, Name: "StopContactMediaProcessing", Method: "POST", Path: "/contact/stop-contact-media-processing",
		Fields: []Field{
			{Name: "InstanceId", Type: String, Required: true, Min: 1, Max: 100},
			{Name: "ContactId", Type: String, Required: true, Min: 1, Max: 256},
		},
		Errors: shapes(AccessDenied, InvalidRequest, InvalidParameter, ResourceNotFound, InternalService, LimitExceeded),
	}
}

// doc: API_StartOutboundChatContact
func startOutboundChatContact() *Operation {
	fields := append(endpoint("SourceEndpoint", true), endpoint("DestinationEndpoint", true)...)
	fields = append(fields, Field{Name: "InstanceId", Type: String, Required: true, Min: 1, Max: 100})
	fields = append(fields, segmentAttributes(true)...)
	fields = append(fields,
		Field{Name: "Attributes", Type: Map, MaxBytes: MaxAttributesBytes},
		Field{Name: "Attributes{key}", Type: String, Min: 1, Max: 32767, Pattern: attributeKey},
		Field{Name: "Attributes{value}", Type: String, Max: 32767},
		Field{Name: "ContactFlowId", Type: String, Required: true, Max: 500},
		Field{Name: "ChatDurationInMinutes", Type: Integer, Min: 60, Max: 10080},
		Field{Name: "ParticipantDetails", Type: Structure},
		Field{Name: "ParticipantDetails.DisplayName", Type: String, Required: true, Min: 1, Max: 256},
		Field{Name: "InitialSystemMessage", Type: Structure},
		Field{Name: "InitialSystemMessage.ContentType", Type: String, Required: true, Min: 1, Max: 100, Enum: sendableMessages()},
		Field{Name: "InitialSystemMessage.Content", Type: String, Required: true, Min: 1, MaxBytes: MaxContentBytes},
		Field{Name: "InitialTemplatedSystemMessage", Type: Structure},
		Field{Name: "InitialTemplatedSystemMessage.KnowledgeBaseId", Type: String, Required: true, Min: 1, Max: 500},
		Field{Name: "InitialTemplatedSystemMessage.MessageTemplateId", Type: String, Required: true, Min: 1, Max: 500},
		Field{Name: "InitialTemplatedSystemMessage.TemplateAttributes", Type: Structure, Required: true},
		Field{Name: "InitialTemplatedSystemMessage.TemplateAttributes.CustomAttributes", Type: Map},
		Field{Name: "InitialTemplatedSystemMessage.TemplateAttributes.CustomAttributes{key}", Type: String, Min: 1, Max: 32767},
		Field{Name: "InitialTemplatedSystemMessage.TemplateAttributes.CustomAttributes{value}", Type: String, Max: 32767},
		Field{Name: "InitialTemplatedSystemMessage.TemplateAttributes.CustomerProfileAttributes", Type: String},
		Field{Name: "RelatedContactId", Type: String, Min: 1, Max: 256},
		Field{Name: "SupportedMessagingContentTypes", Type: List, Holds: TextPlain},
		Field{Name: "SupportedMessagingContentTypes[]", Type: String, Min: 1, Max: 100, Enum: supportedMessages()},
		Field{Name: "ClientToken", Type: String, Max: 500},
	)
	return &Operation{
		Service: Connect, Name: "StartOutboundChatContact", Method: "PUT", Path: "/contact/outbound-chat", Fields: fields,
		Errors: shapes(InvalidRequest, Conflict, InternalService, ResourceNotFound, LimitExceeded, Throttling, AccessDenied),
	}
}
