package gosdk

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// The SDK makes each error the type that it declares, so that programs can tell
// them apart by errors.As.
func TestErrorsAreTyped(t *testing.T) {
	b := newBackend(t)
	open := b.start(nil)
	closed := b.ended("over")
	persistent := func(source *string) func(*connect.StartChatContactInput) {
		return func(in *connect.StartChatContactInput) {
			in.PersistentChat = &types.PersistentChat{SourceContactId: source, RehydrationType: types.RehydrationTypeFromSegment}
		}
	}
	start := func(more func(*connect.StartChatContactInput)) error {
		_, err := b.StartChatContact(t.Context(), b.request(more))
		return err
	}

	refused[*types.InvalidRequestException](b, "a source that is open", start(persistent(open.ContactId)), 400)
	refused[*types.ResourceNotFoundException](b, "a source that is nobody's", start(persistent(aws.String(nobodys))), 404)
	refused[*types.InvalidRequestException](b, "a related contact beside it", start(func(in *connect.StartChatContactInput) {
		persistent(closed)(in)
		in.RelatedContactId = closed
	}), 400)
	refused[*types.ResourceNotFoundException](b, "a flow that is nobody's",
		start(func(in *connect.StartChatContactInput) { in.ContactFlowId = aws.String(nobodys) }), 404)

	_, err := b.DescribeContact(t.Context(), &connect.DescribeContactInput{InstanceId: &b.InstanceId, ContactId: aws.String(nobodys)})
	refused[*types.ResourceNotFoundException](b, "a contact that is nobody's", err, 404)
	_, err = b.StopContact(t.Context(), &connect.StopContactInput{InstanceId: &b.InstanceId, ContactId: closed})
	refused[*types.ContactNotFoundException](b, "a contact that is over", err, 410)
	b.stop(open.ContactId)
}

// StartChatContact declares no error for a caller who is nobody, so the SDK
// gives its general one, with Amazon's name for it.
func TestStrangersAreRefused(t *testing.T) {
	b := newBackend(t)
	for what, client := range map[string]*connect.Client{
		"unknown key":  b.as("AKIAUNKNOWNUNKNOWN00", b.SecretAccessKey),
		"wrong secret": b.as(b.AccessKeyId, "not the secret"),
	} {
		_, err := client.StartChatContact(t.Context(), b.request(nil))
		fault, isFault := errors.AsType[smithy.APIError](err)
		answer, isAnswer := errors.AsType[*smithyhttp.ResponseError](err)
		if !isFault || !isAnswer || answer.HTTPStatusCode() != 403 {
			t.Errorf("%s: %v, want a fault with status 403", what, err)
			continue
		}
		t.Logf("%s: %s", what, fault.ErrorCode())
	}
}
