package token

import "time"

// Short JSON names keep tokens short: they travel with every call.

// Participant is the payload of a participant token (KindParticipant). It has no
// expiry: it holds as long as the participant is in the chat.
//
// doc: API_CreateParticipantConnection
type Participant struct {
	Instance    string `json:"i"`
	Session     string `json:"s"`
	Participant string `json:"p"`
}

// Connection is the payload of a connection token (KindConnection), the bearer of
// all other participant calls.
type Connection struct {
	Instance    string `json:"i"`
	Session     string `json:"s"`
	Participant string `json:"p"`
	Expires     int64  `json:"e"` // milliseconds since 1970, see time.Time.UnixMilli
}

// Expired tells whether the token is no longer good; at Expires it is not.
func (c Connection) Expired(now time.Time) bool { return now.UnixMilli() >= c.Expires }

// Socket is the payload of the token in a socket's URL (KindSocket). Clients open
// the same URL again when a first try fails, for up to 100 seconds.
type Socket struct {
	Instance    string `json:"i"`
	Session     string `json:"s"`
	Participant string `json:"p"`
	Expires     int64  `json:"e"` // milliseconds since 1970: until then a socket may be opened
}

// Expired tells whether the URL is no longer good; at Expires it is not.
func (s Socket) Expired(now time.Time) bool { return now.UnixMilli() >= s.Expires }

// AgentSocket is the payload of the token in the URL of an agent's socket
// (KindAgentSocket). It says which sign-in it was made for, since the socket must
// not outlive that.
type AgentSocket struct {
	Instance string `json:"i"`
	User     string `json:"u"`
	SignIn   string `json:"v"` // its id
	SignedIn int64  `json:"s"` // milliseconds since 1970: until then the bearer holds
	Expires  int64  `json:"e"` // milliseconds since 1970: until then a socket may be opened
}

// Expired tells whether the URL is no longer good; at Expires it is not.
func (s AgentSocket) Expired(now time.Time) bool { return now.UnixMilli() >= s.Expires }

// Upload is the payload of the token in the URL at which a file is uploaded
// (KindUpload). What the file must be, its own row says.
type Upload struct {
	Instance string `json:"i"`
	File     string `json:"f"`
	Expires  int64  `json:"e"` // milliseconds since 1970
}

// Expired tells whether the URL is no longer good; at Expires it is not.
func (u Upload) Expired(now time.Time) bool { return now.UnixMilli() >= u.Expires }

// Download is the payload of the token in the URL at which a file is read
// (KindDownload).
type Download struct {
	Instance string `json:"i"`
	File     string `json:"f"`
	Expires  int64  `json:"e"` // milliseconds since 1970
	// Scanner is set for who looks through the file before anybody may read it.
	Scanner bool `json:"s,omitempty"`
}

// Expired tells whether the URL is no longer good; at Expires it is not.
func (d Download) Expired(now time.Time) bool { return now.UnixMilli() >= d.Expires }

// Authentication is the payload of the state with which a customer comes back from
// an OpenID provider (KindAuthentication): which signing in it is about.
type Authentication struct {
	Instance string `json:"i"`
	Session  string `json:"s"`
	ID       string `json:"a"`
}

// View is the payload of the token by which a client asks for a view (KindView).
// It names the view and no chat: a view is the same for all who are shown it, and
// what it shows is in the message beside the token.
type View struct {
	Instance string `json:"i"`
	View     string `json:"w"` // its id, perhaps with a version or $SAVED behind a colon
}
