package wire

import "regexp"

// oauthText is what an OAuth provider may say of an error.
// doc: RFC 6749, 4.1.2.1
var oauthText = regexp.MustCompile(`^[\x20-\x21\x23-\x5B\x5D-\x7E]*$`)

// AuthenticationContent is the Content of EventAuthenticationInitiated, as JSON.
type AuthenticationContent struct {
	SessionID string `json:"SessionId"`
}

// GetAuthenticationUrlRequest asks where the customer signs in.
//
// doc: API_connect-participant_GetAuthenticationUrl
type GetAuthenticationUrlRequest struct {
	SessionId       string // of EventAuthenticationInitiated
	RedirectUri     string // to which the provider sends the customer
	ConnectionToken string
}

// GetAuthenticationUrlResponse has an address of at most 2,083 characters. There is
// always a query in it, to which clients append more.
type GetAuthenticationUrlResponse struct{ AuthenticationUrl string }

// CancelParticipantAuthenticationRequest says that the customer does not sign in.
// Its response is {}.
//
// doc: API_connect-participant_CancelParticipantAuthentication
type CancelParticipantAuthenticationRequest struct {
	SessionId       string
	ConnectionToken string
}

// UpdateParticipantAuthenticationRequest is what a customer comes back with from the
// provider: State, and either Code or Error. Its response is {}.
//
// doc: API_UpdateParticipantAuthentication
type UpdateParticipantAuthenticationRequest struct {
	State            string
	InstanceId       string // id or ARN
	Code             string
	Error            string
	ErrorDescription string
}

// doc: API_UpdateParticipantAuthentication
func updateParticipantAuthentication() *Operation {
	return &Operation{
		Service: Connect, Name: "UpdateParticipantAuthentication", Method: "POST", Path: "/contact/update-participant-authentication",
		Fields: []Field{
			{Name: "State", Type: String, Required: true, Min: 1, Max: 1000},
			{Name: "InstanceId", Type: String, Required: true, Min: 1, Max: 100},
			{Name: "Code", Type: String, Min: 1, Max: 2048},
			{Name: "Error", Type: String, Min: 1, Max: 2048, Pattern: oauthText},
			{Name: "ErrorDescription", Type: String, Min: 1, Max: 2048, Pattern: oauthText},
		},
		Errors: shapes(InvalidRequest, InvalidParameter, Conflict, InternalService, Throttling, AccessDenied),
	}
}
