package flow

import "encoding/json"

// The effects of this file take time: their Outcome may come in another turn,
// long after a restart. Until then the flow is Awaiting, and Begin gives the
// effect once more.

// CallModule runs a module as a part of this flow. A runner that finds the
// module replaces its State by Call of that module, and its steps follow; the
// step that returns from it gives the caller's State back, as Entering. Else it
// answers NoMatchingError. An Outcome without error passes the module over.
type CallModule struct {
	// ModuleID is an id or an ARN, with or without the version or alias behind a
	// colon, such as :$LATEST.
	ModuleID string
	// Input is what the module finds at $.Modules.Input: an object, or nil. Call
	// takes it, and its origin, from here.
	Input  json.RawMessage
	Origin Origin
}

// InvokeLambda calls a function outside.
//
// Data: the answer, less than 32 KB: an object, flat if StringMap is set.
// References find it at $.External and $.LambdaInvocation.ResultData, until the
// next call, even one that fails. With Async the call is only started, and Data
// is {"InvocationId":"…"}, at $.LambdaInvocation.InvocationId. An answer of
// another kind is as good as an error.
type InvokeLambda struct {
	ARN string
	// Seconds is the time for the whole, with all tries: 1 to 8.
	Seconds int
	Async   bool
	// Parameters is the object that the function finds at Details.Parameters.
	Parameters json.RawMessage
	StringMap  bool
}

// ConnectBot lets a bot talk with the customer until it has understood what is
// wanted. Either AliasARN is set (Lex V2), or Name, Region and Alias (Lex V1).
//
// Result: the name of the intent. Data: an object in which references find what
// follows $.Lex, such as
//
//	{"IntentName":"Book","Slots":{"city":"Oslo"},"SessionAttributes":{},"DialogState":"Fulfilled"}
//
// Error: InputTimeLimitExceeded where the customer has not answered within
// Seconds; NoMatchingError, perhaps with Data, where the bot has failed.
type ConnectBot struct {
	Text                string // what is said first; may be empty
	AliasARN            string
	Name, Region, Alias string
	SessionAttributes   map[string]string
	// InitialMessage is what the bot is told in the customer's name at first; may
	// be empty.
	InitialMessage string
	Seconds        int // 1 to 604,800
}

// ShowView shows the customer a form, or a choice, and waits for the answer.
//
// Result: the action that was chosen, such as Submit: $.Views.Action. Data: what
// was entered, as JSON: $.Views.ViewResultData. Error: TimeLimitExceeded after
// Seconds.
type ShowView struct {
	ViewID  string // an id or an ARN, perhaps with the version behind a colon
	Version string // empty where ViewID says it, or the newest is meant
	// Input is what the view shows: an object, at most 16 KB.
	Input   json.RawMessage
	Seconds int
	// Sensitive keeps the answer out of the transcript.
	Sensitive bool
}

// ResultOptedOut is the result of Authenticate where the customer declines.
const ResultOptedOut = "OptedOut"

// Authenticate has the customer sign in with an OpenID provider.
//
// Result: ResultOptedOut, or nothing where the customer has signed in. Error:
// TimeLimitExceeded after Minutes; NoMatchingError where the provider does not say
// who it is.
type Authenticate struct {
	UserPoolARN string // may be empty
	ClientID    string // what the provider knows the site by
	Minutes     int    // 3 to 15
}

func (CallModule) effect()   {}
func (InvokeLambda) effect() {}
func (ConnectBot) effect()   {}
func (ShowView) effect()     {}
func (Authenticate) effect() {}
