package perch

import (
	"errors"
	"fmt"
)

// ErrorKind says what a caller can do about an error. Doors map a kind to the
// shape that the operation at hand declares; nobody else looks at status codes.
type ErrorKind uint8

const (
	// Internal is a failure of perch itself; the outcome of a write is unknown.
	Internal ErrorKind = iota
	// Invalid is a field that breaks a limit; Error.Field names it.
	Invalid
	// Refused is a well-formed request that the present state does not allow.
	Refused
	// NotFound is an id that does not exist for this caller.
	NotFound
	// Denied is a bearer that is unknown, expired, or no longer in the chat.
	Denied
	// Unauthenticated is a signature or sign-in that does not hold.
	Unauthenticated
	// Gone is a contact that has ended already.
	Gone
	// Conflict is a race lost, or a resource in another state.
	Conflict
	// Throttled asks the caller to try again later.
	Throttled
	// LimitExceeded is a quota that is used up.
	LimitExceeded
	// TooLarge is a request body over the limit.
	TooLarge
	// Unavailable is a server that is starting or stopping; try again.
	Unavailable
	// TooSlow is a request that did not arrive in time.
	TooSlow
	// InvalidFlow is a flow or a module that cannot be played; Error.Problems has
	// its faults.
	InvalidFlow
	// NotPublished is a flow of which there is only a draft.
	NotPublished
	// InUse is a thing that cannot go, since another refers to it.
	InUse
)

// Error is what every room returns for something the caller can act on.
type Error struct {
	Kind    ErrorKind
	Field   string // the request's field at fault, in the request's own spelling
	Message string // a sentence for the caller; never holds what the caller may not see
	Err     error  // the cause, for the log only
	// Problems are the faults of a flow, one sentence each, which names the action
	// and the field; of kind InvalidFlow alone.
	Problems []string
}

func (e *Error) Error() string {
	s := e.Message
	if e.Field != "" {
		s = e.Field + ": " + s
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an Error without a field.
func Errorf(kind ErrorKind, format string, args ...any) *Error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...)}
}

// InvalidField makes an Error of kind Invalid that names its field.
func InvalidField(field, format string, args ...any) *Error {
	return &Error{Kind: Invalid, Field: field, Message: fmt.Sprintf(format, args...)}
}

// KindOf tells the kind of an error; an error that is not an *Error is Internal.
func KindOf(err error) ErrorKind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}
