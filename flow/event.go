package flow

// Event is what a flow is told. The types in this file are all there are.
type Event interface{ event() }

// Begin has the action begin at which the flow stands: at the start, after a
// move to the next action, and after a restart.
type Begin struct{}

// Outcome answers an effect. The zero Outcome is success.
type Outcome struct {
	// Error is the error type to branch on; empty means success.
	Error string
	// Result is what conditions are compared with, for an action whose effect
	// gives one.
	Result string
}

// CustomerReturned says that the customer wrote after the wait had begun.
type CustomerReturned struct{}

// BotDisconnected says that the bot has left the chat.
type BotDisconnected struct{}

// TimeUp says that the time of a wait is over.
type TimeUp struct{}

func (Begin) event()            {}
func (Outcome) event()          {}
func (CustomerReturned) event() {}
func (BotDisconnected) event()  {}
func (TimeUp) event()           {}
