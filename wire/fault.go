package wire

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"

	"github.com/perch-chat/perch"
)

// Names of Amazon's faults. StatusOf has their HTTP statuses.
const (
	InvalidRequest       = "InvalidRequestException"
	InvalidParameter     = "InvalidParameterException"
	InvalidActiveRegion  = "InvalidActiveRegionException"
	Validation           = "ValidationException"
	ServiceQuotaExceeded = "ServiceQuotaExceededException"
	AccessDenied         = "AccessDeniedException"
	ResourceNotFound     = "ResourceNotFoundException"
	InvalidFlow          = "InvalidContactFlowException"
	InvalidModule        = "InvalidContactFlowModuleException"
	FlowNotPublished     = "ContactFlowNotPublishedException"
	DuplicateResource    = "DuplicateResourceException"
	Idempotency          = "IdempotencyException"
	ConditionalFailed    = "ConditionalOperationFailedException"
	UnknownOperation     = "UnknownOperationException"
	Conflict             = "ConflictException"
	ResourceConflict     = "ResourceConflictException"
	ContactNotFound      = "ContactNotFoundException"
	RequestTooLarge      = "RequestEntityTooLarge"
	RequestTimeout       = "RequestTimeoutException"
	Throttling           = "ThrottlingException"
	TooManyRequests      = "TooManyRequestsException"
	ResourceInUse        = "ResourceInUseException"
	LimitExceeded        = "LimitExceededException"
	InternalService      = "InternalServiceException"
	InternalServer       = "InternalServerException"
	ServiceUnavailable   = "ServiceUnavailable"
)

// Names of the faults of a signature that does not hold.
const (
	IncompleteSignature   SignatureFault = "IncompleteSignature"
	MissingAuthentication SignatureFault = "MissingAuthenticationToken"
	UnrecognizedClient    SignatureFault = "UnrecognizedClientException"
	InvalidSignature      SignatureFault = "InvalidSignatureException"
)

// SignatureFault is the cause inside a perch.Error of kind Unauthenticated: it
// carries the name that Amazon has for what is wrong with a signature.
type SignatureFault string

func (f SignatureFault) Error() string { return string(f) }

// StatusOf is the HTTP status of a fault; 500 for a name that is not above.
func StatusOf(name string) int {
	switch name {
	case InvalidRequest, InvalidParameter, InvalidActiveRegion, Validation, InvalidFlow, InvalidModule:
		return http.StatusBadRequest
	case ServiceQuotaExceeded:
		return http.StatusPaymentRequired
	case AccessDenied, string(IncompleteSignature), string(MissingAuthentication), string(UnrecognizedClient), string(InvalidSignature):
		return http.StatusForbidden
	case ResourceNotFound, UnknownOperation, FlowNotPublished:
		return http.StatusNotFound
	case Conflict, ResourceConflict, DuplicateResource, Idempotency, ConditionalFailed, ResourceInUse:
		return http.StatusConflict
	case ContactNotFound:
		return http.StatusGone
	case RequestTooLarge:
		return http.StatusRequestEntityTooLarge
	case RequestTimeout:
		return http.StatusRequestTimeout
	case Throttling, TooManyRequests, LimitExceeded:
		return http.StatusTooManyRequests
	case ServiceUnavailable:
		return http.StatusServiceUnavailable
	default:
		return http.StatusInternalServerError
	}
}

// shapes lists declared faults for an operation's table.
func shapes(names ...string) []Shape {
	list := make([]Shape, len(names))
	for i, name := range names {
		list[i] = Shape{Name: name, Status: StatusOf(name)}
	}
	return list
}

// preference is what a kind of error may be called in each service: the first
// name that the operation declares, and the last one if it declares none.
type preference struct {
	kind                 perch.ErrorKind
	connect, participant []string
}

// preferences is the only place where a kind becomes a name.
//
// Past the end of a chat a participant's calls are 403: ChatJS takes it as the
// end, and takes nothing else for it. So nothing transient may be AccessDenied.
func preferences() []preference {
	return []preference{
		{perch.Internal, []string{InternalService}, []string{InternalServer}},
		{perch.Invalid, []string{InvalidParameter, InvalidRequest}, []string{Validation}},
		{perch.InvalidFlow, []string{InvalidFlow, InvalidModule, InvalidParameter, InvalidRequest}, []string{Validation}},
		{perch.NotPublished, []string{FlowNotPublished, InvalidRequest}, []string{Validation}},
		{perch.Refused, []string{InvalidRequest}, []string{Validation}},
		{perch.NotFound, []string{ResourceNotFound}, []string{ResourceNotFound, Validation}},
		{perch.Denied, []string{AccessDenied}, []string{AccessDenied}},
		{perch.Unauthenticated, []string{string(UnrecognizedClient)}, []string{AccessDenied}},
		{perch.Gone, []string{ContactNotFound, InvalidRequest}, []string{AccessDenied}},
		{perch.Conflict, []string{Conflict, ResourceConflict, DuplicateResource, InvalidRequest}, []string{Conflict, Validation}},
		{perch.InUse, []string{ResourceInUse, InvalidRequest}, []string{Validation}},
		{perch.Throttled, []string{TooManyRequests, Throttling}, []string{Throttling}},
		{perch.LimitExceeded, []string{ServiceQuotaExceeded, LimitExceeded}, []string{ServiceQuotaExceeded, Throttling}},
		{perch.TooLarge, []string{RequestTooLarge}, []string{RequestTooLarge}},
		{perch.TooSlow, []string{RequestTimeout}, []string{RequestTimeout}},
		{perch.Unavailable, []string{ServiceUnavailable}, []string{ServiceUnavailable}},
	}
}

// Fault is an error as a client sees it.
type Fault struct {
	Name    string
	Status  int
	Message string
	// Problems are the faults of a flow or a module that cannot be played.
	Problems []string
}

// FaultOf is what an operation answers for an error. An error that is none of
// perch's, and one of kind Internal, says nothing of its cause.
// The operation may be nil where a request reached none.
func FaultOf(op *Operation, err error) Fault {
	e, ok := errors.AsType[*perch.Error](err)
	if !ok || e.Kind == perch.Internal {
		name := pick(op, perch.Internal)
		return Fault{Name: name, Status: StatusOf(name), Message: "the server failed; give its operator this request id"}
	}
	name := pick(op, e.Kind)
	if s, ok := errors.AsType[SignatureFault](err); ok && e.Kind == perch.Unauthenticated {
		name = string(s)
	}
	f := Fault{Name: name, Status: StatusOf(name), Message: e.Message, Problems: e.Problems}
	if e.Field != "" {
		f.Message = e.Field + ": " + e.Message
	}
	return f
}

// UnknownOperationFault answers a path or method that no operation has.
func UnknownOperationFault() Fault {
	return Fault{Name: UnknownOperation, Status: StatusOf(UnknownOperation), Message: "there is no such operation here"}
}

func pick(op *Operation, kind perch.ErrorKind) string {
	all := preferences()
	i := slices.IndexFunc(all, func(p preference) bool { return p.kind == kind })
	if i < 0 {
		i = 0 // a kind that nobody put into the table is a failure of perch
	}
	names := all[i].connect
	if op != nil && op.Service == Participant {
		names = all[i].participant
	}
	for _, name := range names {
		if op.Declares(name) {
			return name
		}
	}
	return names[len(names)-1]
}

// WriteFault answers with a fault. The name stands in the header and, for
// browsers that may not see the header, in the body; the message stands under
// both spellings that SDKs look for.
func WriteFault(w http.ResponseWriter, requestID string, f Fault) {
	message := f.Message
	if f.Status == http.StatusInternalServerError {
		message += ": " + requestID
	}
	all := map[string]any{"__type": f.Name, "Message": message, "message": message}
	if len(f.Problems) > 0 {
		all[problemsMember(f.Name)] = problemDetails(f.Problems)
	}
	body, err := json.Marshal(all)
	if err != nil {
		body = []byte(`{}`) // strings always marshal
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("X-Amzn-ErrorType", f.Name)
	h.Set("X-Amzn-RequestId", requestID)
	w.WriteHeader(f.Status)
	_, _ = w.Write(body) // a client that has gone needs no answer
}

// ProblemDetail is one fault of a flow.
//
// doc: API_ProblemDetail
type ProblemDetail struct {
	Message string `json:"message"`
}

// problemsMember: the model spells it in two ways.
func problemsMember(fault string) string {
	if fault == InvalidModule {
		return "Problems"
	}
	return "problems"
}

func problemDetails(problems []string) []ProblemDetail {
	list := make([]ProblemDetail, len(problems))
	for i, p := range problems {
		list[i] = ProblemDetail{Message: p}
	}
	return list
}
