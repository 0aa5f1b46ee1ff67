package wire_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/wire"
)

func TestFaultTable(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		operation string
		kind      perch.ErrorKind
		want      string
	}{
		{"StartChatContact", perch.Invalid, "400 InvalidParameterException"},
		{"StartChatContact", perch.Refused, "400 InvalidRequestException"},
		{"StartChatContact", perch.NotFound, "404 ResourceNotFoundException"},
		{"StartChatContact", perch.Denied, "403 AccessDeniedException"},
		{"StartChatContact", perch.Unauthenticated, "403 UnrecognizedClientException"},
		{"StartChatContact", perch.Gone, "400 InvalidRequestException"},
		{"StartChatContact", perch.Conflict, "400 InvalidRequestException"},
		{"StartChatContact", perch.Throttled, "429 ThrottlingException"},
		{"StartChatContact", perch.LimitExceeded, "429 LimitExceededException"},
		{"StartChatContact", perch.TooLarge, "413 RequestEntityTooLarge"},
		{"StartChatContact", perch.Unavailable, "503 ServiceUnavailable"},
		{"StartChatContact", perch.Internal, "500 InternalServiceException"},
		{"StopContact", perch.Gone, "410 ContactNotFoundException"},
		{"GetContactAttributes", perch.Invalid, "400 InvalidRequestException"},
		{"CreatePersistentContactAssociation", perch.Denied, "403 AccessDeniedException"},
		{"CreatePersistentContactAssociation", perch.Throttled, "429 ThrottlingException"},
		{"SendMessage", perch.Invalid, "400 ValidationException"},
		{"SendMessage", perch.Refused, "400 ValidationException"},
		{"SendMessage", perch.NotFound, "400 ValidationException"},
		{"SendMessage", perch.Denied, "403 AccessDeniedException"},
		{"SendMessage", perch.Unauthenticated, "403 AccessDeniedException"},
		{"SendMessage", perch.Gone, "403 AccessDeniedException"},
		{"SendMessage", perch.Conflict, "400 ValidationException"},
		{"SendEvent", perch.Conflict, "409 ConflictException"},
		{"SendMessage", perch.Throttled, "429 ThrottlingException"},
		{"SendMessage", perch.LimitExceeded, "429 ThrottlingException"},
		{"SendMessage", perch.TooLarge, "413 RequestEntityTooLarge"},
		{"SendMessage", perch.Unavailable, "503 ServiceUnavailable"},
		{"SendMessage", perch.Internal, "500 InternalServerException"},
		{"SendMessage", 200, "500 InternalServerException"},
	} {
		op := wire.Lookup(wire.Connect, row.operation)
		if op == nil {
			op = wire.Lookup(wire.Participant, row.operation)
		}
		f := wire.FaultOf(op, fmt.Errorf("outer: %w", perch.Errorf(row.kind, "why")))
		if got := fmt.Sprint(f.Status, " ", f.Name); got != row.want {
			t.Errorf("%s, kind %d: got %s, want %s", row.operation, row.kind, got, row.want)
		}
	}
}

func TestEveryKindHasAFaultEverywhere(t *testing.T) {
	t.Parallel()
	for kind := perch.Internal; kind <= perch.TooSlow; kind++ {
		for _, op := range append(wire.Operations(), nil) {
			f := wire.FaultOf(op, &perch.Error{Kind: kind, Message: "why"})
			if f.Name == "" || f.Status != wire.StatusOf(f.Name) || (f.Status == 500) != (kind == perch.Internal) {
				t.Errorf("kind %d: %+v", kind, f)
			}
		}
	}
}

func TestSignatureFaultKeepsItsName(t *testing.T) {
	t.Parallel()
	for _, name := range []wire.SignatureFault{wire.IncompleteSignature, wire.MissingAuthentication, wire.UnrecognizedClient, wire.InvalidSignature} {
		f := wire.FaultOf(wire.Operations()[0], &perch.Error{Kind: perch.Unauthenticated, Message: "why", Err: name})
		if want := (wire.Fault{Name: string(name), Status: 403, Message: "why"}); !reflect.DeepEqual(f, want) {
			t.Errorf("%+v", f)
		}
	}
}

func TestFaultNamesTheFieldAndHidesTheCause(t *testing.T) {
	t.Parallel()
	op := wire.Lookup(wire.Participant, "SendMessage")
	f := wire.FaultOf(op, perch.InvalidField("Content", "must have at most %d bytes", 16384))
	if f.Message != "Content: must have at most 16384 bytes" {
		t.Error(f.Message)
	}
	cause := errors.New("secret path")
	for _, err := range []error{
		cause, &perch.Error{Message: "secret path", Err: cause}, &perch.Error{Kind: perch.Refused, Message: "no", Err: cause},
	} {
		if f := wire.FaultOf(op, err); strings.Contains(f.Message, "secret") {
			t.Error(f.Message)
		}
	}
}

func TestFaultOfABrokenFlowListsItsProblems(t *testing.T) {
	t.Parallel()
	for name, member := range map[string]string{wire.InvalidFlow: "problems", wire.InvalidModule: "Problems"} {
		op := &wire.Operation{Service: wire.Connect, Errors: []wire.Shape{{Name: name, Status: 400}}}
		w := httptest.NewRecorder()
		wire.WriteFault(w, "request-1", wire.FaultOf(op, &perch.Error{Kind: perch.InvalidFlow, Message: "no", Problems: []string{"one", "two"}}))
		if want := `"` + member + `":[{"message":"one"},{"message":"two"}]`; w.Code != 400 || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%d %s does not hold %s", w.Code, w.Body, want)
		}
	}
}

func TestFaultOnTheWire(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	wire.WriteFault(w, "request-1", wire.UnknownOperationFault())
	if w.Code != 404 || w.Header().Get("x-amzn-ErrorType") != "UnknownOperationException" ||
		w.Header().Get("x-amzn-RequestId") != "request-1" || w.Header().Get("Content-Type") != "application/json" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	want := map[string]string{"__type": "UnknownOperationException", "Message": "there is no such operation here", "message": "there is no such operation here"}
	var body map[string]string
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil || fmt.Sprint(body) != fmt.Sprint(want) {
		t.Errorf("%s, %v", w.Body, err)
	}
	w = httptest.NewRecorder()
	wire.WriteFault(w, "request-2", wire.FaultOf(nil, errors.New("x")))
	if w.Code != 500 || !strings.Contains(w.Body.String(), "request-2") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
