package flow

import "encoding/json"

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
	// Data is further JSON that some effects give, for references to find; the
	// effect says which. The flow keeps it until the same kind of effect is
	// answered again. More than 32 KB is an error.
	Data json.RawMessage
}

// CustomerReturned says that the customer wrote after the wait had begun.
type CustomerReturned struct {
	// Text is what the customer wrote: $.StoredCustomerInput. It may be left
	// empty, and more than 32 KB is not kept.
	Text string
}

// BotDisconnected says that the bot has left the chat.
type BotDisconnected struct{}

// TimeUp says that the time of a wait is over.
type TimeUp struct{}

func (Begin) event()            {}
func (Outcome) event()          {}
func (CustomerReturned) event() {}
func (BotDisconnected) event()  {}
func (TimeUp) event()           {}
