package wire

// Values of GetTranscript's ScanDirection and SortOrder, and of
// CreateParticipantConnection's Type.
const (
	Forward    = "FORWARD"
	Backward   = "BACKWARD"
	Ascending  = "ASCENDING"
	Descending = "DESCENDING"

	TypeWebsocket             = "WEBSOCKET"
	TypeConnectionCredentials = "CONNECTION_CREDENTIALS"
	TypeWebRTCConnection      = "WEBRTC_CONNECTION"
)

func participantOperations() []*Operation {
	everywhere := []string{AccessDenied, InternalServer, Throttling, Validation}
	return []*Operation{
		{
			Service: Participant, Name: "CreateParticipantConnection", Method: "POST", Path: "/participant/connection",
			Fields: []Field{
				{Name: "Type", Type: List, Min: 1},
				{Name: "Type[]", Type: String, Enum: []string{TypeWebsocket, TypeConnectionCredentials, TypeWebRTCConnection}},
				{Name: "ParticipantToken", In: InHeader, Type: String, Required: true, Min: 1, Max: 1000},
				{Name: "ConnectParticipant", Type: Boolean},
			},
			Errors: shapes(everywhere...),
		},
		{
			Service: Participant, Name: "SendMessage", Method: "POST", Path: "/participant/message",
			Fields: []Field{
				{Name: "ContentType", Type: String, Required: true, Min: 1, Max: 100, Enum: sendableMessages()},
				{Name: "Content", Type: String, Required: true, Min: 1, MaxBytes: MaxContentBytes},
				{Name: "ClientToken", Type: String, Max: 500},
				{Name: "ConnectionToken", In: InHeader, Type: String, Required: true, Min: 1, Max: 1000},
			},
			Errors: shapes(everywhere...),
		},
		{
			Service: Participant, Name: "SendEvent", Method: "POST", Path: "/participant/event",
			Fields: []Field{
				{Name: "ContentType", Type: String, Required: true, Min: 1, Max: 100, Enum: sendableEvents()},
				{Name: "Content", Type: String, Min: 1, MaxBytes: MaxContentBytes},
				{Name: "ClientToken", Type: String, Max: 500},
				{Name: "ConnectionToken", In: InHeader, Type: String, Required: true, Min: 1, Max: 1000},
			},
			Errors: append(shapes(everywhere...), shapes(Conflict)...),
		},
		{
			Service: Participant, Name: "GetTranscript", Method: "POST", Path: "/participant/transcript",
			Fields: []Field{
				{Name: "ContactId", Type: String, Min: 1, Max: 256},
				{Name: "MaxResults", Type: Integer, Min: 0, Max: 100},
				{Name: "NextToken", Type: String, Min: 1, Max: 1000},
				{Name: "ScanDirection", Type: String, Enum: []string{Forward, Backward}},
				{Name: "SortOrder", Type: String, Enum: []string{Descending, Ascending}},
				{Name: "StartPosition", Type: Structure, One: true},
				{Name: "StartPosition.Id", Type: String, Min: 1, Max: 256},
				{Name: "StartPosition.AbsoluteTime", Type: Timestamp, Min: 1, Max: 100},
				{Name: "StartPosition.MostRecent", Type: Integer, Min: 0, Max: 100},
				{Name: "ConnectionToken", In: InHeader, Type: String, Required: true, Min: 1, Max: 1000},
			},
			Errors: shapes(everywhere...),
		},
		{
			Service: Participant, Name: "StartAttachmentUpload", Method: "POST", Path: "/participant/start-attachment-upload",
			Fields: []Field{
				{Name: "ContentType", Type: String, Required: true, Min: 1, Max: 255},
				{Name: "AttachmentSizeInBytes", Type: Integer, Required: true, Min: 1, Max: maxFileSize},
				{Name: "AttachmentName", Type: String, Required: true, Min: 1, Max: 256},
				{Name: "ClientToken", Type: String, Required: true, Min: 1, Max: 500},
				{Name: "ConnectionToken", In: InHeader, Type: String, Required: true, Min: 1, Max: 1000},
			},
			Errors: append(shapes(everywhere...), shapes(ServiceQuotaExceeded)...),
		},
		{
			Service: Participant, Name: "CompleteAttachmentUpload", Method: "POST", Path: "/participant/complete-attachment-upload",
			Fields: []Field{
				{Name: "AttachmentIds", Type: List, Required: true, Min: 1, Max: 1},
				{Name: "AttachmentIds[]", Type: String, Min: 1, Max: 256},
				{Name: "ClientToken", Type: String, Required: true, Min: 1, Max: 500},
				{Name: "ConnectionToken", In: InHeader, Type: String, Required: true, Min: 1, Max: 1000},
			},
			Errors: append(shapes(everywhere...), shapes(ServiceQuotaExceeded, Conflict)...),
		},
		{
			Service: Participant, Name: "GetAttachment", Method: "POST", Path: "/participant/attachment",
			Fields: []Field{
				{Name: "AttachmentId", Type: String, Required: true, Min: 1, Max: 256},
				{Name: "UrlExpiryInSeconds", Type: Integer, Min: 5, Max: 300},
				{Name: "ConnectionToken", In: InHeader, Type: String, Required: true, Min: 1, Max: 1000},
			},
			Errors: shapes(everywhere...),
		},
		{
			Service: Participant, Name: "DescribeView", Method: "GET", Path: "/participant/views/{ViewToken}",
			Fields: []Field{
				{Name: "ViewToken", In: InPath, Type: String, Required: true, Min: 1, Max: 1000},
				{Name: "ConnectionToken", In: InHeader, Type: String, Required: true, Min: 1, Max: 1000},
			},
			Errors: shapes(AccessDenied, InternalServer, Throttling, ResourceNotFound, Validation),
		},
		{
			Service: Participant, Name: "GetAuthenticationUrl", Method: "POST", Path: "/participant/authentication-url",
			Fields: []Field{
				{Name: "SessionId", Type: String, Required: true, Min: 36, Max: 36},
				{Name: "RedirectUri", Type: String, Required: true, Min: 1, Max: 1024},
				{Name: "ConnectionToken", In: InHeader, Type: String, Required: true, Min: 1, Max: 1000},
			},
			Errors: shapes(everywhere...),
		},
		{
			Service: Participant, Name: "CancelParticipantAuthentication", Method: "POST", Path: "/participant/cancel-authentication",
			Fields: []Field{
				{Name: "SessionId", Type: String, Required: true, Min: 36, Max: 36},
				{Name: "ConnectionToken", In: InHeader, Type: String, Required: true, Min: 1, Max: 1000},
			},
			Errors: shapes(everywhere...),
		},
		{
			Service: Participant, Name: "DisconnectParticipant", Method: "POST", Path: "/participant/disconnect",
			Fields: []Field{
				{Name: "ClientToken", Type: String, Max: 500},
				{Name: "ConnectionToken", In: InHeader, Type: String, Required: true, Min: 1, Max: 1000},
			},
			Errors: shapes(everywhere...),
		},
	}
}
