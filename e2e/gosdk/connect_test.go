package gosdk

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"
)

const nobodys = "00000000-0000-4000-8000-000000000000"

func TestStartDescribeStop(t *testing.T) {
	b := newBackend(t)
	chat := b.start(func(in *connect.StartChatContactInput) {
		in.Attributes = map[string]string{"tier": "gold", "name": "Zoë & Søn"}
		in.CustomerId = aws.String("customer-go")
		in.ChatDurationInMinutes = aws.Int32(60)
	})
	if chat.ContactId == nil || chat.ParticipantId == nil || chat.ParticipantToken == nil || chat.ContinuedFromContactId != nil {
		t.Fatalf("got %+v", chat)
	}
	for _, instance := range []*string{&b.InstanceId, b.arn()} {
		c := b.describe(instance, chat.ContactId)
		b.equal("the contact", []any{c.Id, c.InitialContactId, c.Channel, c.InitiationMethod, c.CustomerId},
			[]any{chat.ContactId, nil, types.ChannelChat, types.ContactInitiationMethodApi, "customer-go"})
		if c.InitiationTimestamp == nil || c.InitiationTimestamp.IsZero() || c.DisconnectTimestamp != nil {
			t.Errorf("started at %v, ended at %v", c.InitiationTimestamp, c.DisconnectTimestamp)
		}
	}

	b.stop(chat.ContactId)
	c := b.describe(&b.InstanceId, chat.ContactId)
	if c.DisconnectTimestamp == nil || c.DisconnectTimestamp.Before(*c.InitiationTimestamp) {
		t.Errorf("started at %v, ended at %v", c.InitiationTimestamp, c.DisconnectTimestamp)
	}
	b.equal("the reason", c.DisconnectReason, "API")
}

func TestStartOnce(t *testing.T) {
	b := newBackend(t)
	token := func(in *connect.StartChatContactInput) { in.ClientToken = aws.String("go-once") }
	one, two := b.start(token), b.start(token)
	b.equal("the same chat", two.ContactId, one.ContactId)
	// Without a token of its own, each call gets one from the SDK.
	three, four := b.start(nil), b.start(nil)
	if *three.ContactId == *four.ContactId {
		t.Error("two calls are one chat")
	}
	for _, each := range []*string{one.ContactId, three.ContactId, four.ContactId} {
		b.stop(each)
	}
}

func TestPersistentChat(t *testing.T) {
	b := newBackend(t)
	first := b.ended("remember this")
	second := b.start(func(in *connect.StartChatContactInput) {
		in.InstanceId = b.arn()
		in.PersistentChat = &types.PersistentChat{SourceContactId: first, RehydrationType: types.RehydrationTypeEntirePastSession}
	})
	b.equal("continued from", second.ContinuedFromContactId, first)
	b.equal("related to", b.describe(b.arn(), second.ContactId).RelatedContactId, first)
	remembered := item{Content: "remember this", RelatedContactId: *first}
	if items := b.transcript(second.ParticipantToken); !slices.Contains(items, remembered) {
		t.Errorf("the transcript is %v, want %v in it", items, remembered)
	}
	b.stop(second.ContactId)
}

func TestAssociation(t *testing.T) {
	b := newBackend(t)
	first := b.ended("remember that")
	for _, instance := range []*string{&b.InstanceId, b.arn()} {
		chat := b.start(nil)
		associate := func() (*connect.CreatePersistentContactAssociationOutput, error) {
			return b.CreatePersistentContactAssociation(t.Context(), &connect.CreatePersistentContactAssociationInput{
				InstanceId: instance, InitialContactId: chat.ContactId, SourceContactId: first, RehydrationType: types.RehydrationTypeFromSegment})
		}
		out, err := associate()
		b.must(err)
		b.equal("continued from", out.ContinuedFromContactId, first)
		remembered := item{Content: "remember that", RelatedContactId: *first}
		if items := b.transcript(chat.ParticipantToken); !slices.Contains(items, remembered) {
			t.Errorf("the transcript is %v, want %v in it", items, remembered)
		}
		_, err = associate()
		refused[*types.InvalidRequestException](b, "a second association", err, 400)
		b.stop(chat.ContactId)
	}
}

func TestListAssociatedContacts(t *testing.T) {
	b := newBackend(t)
	last := b.ended("the first")
	want := []string{*last}
	for range 3 {
		chat := b.start(func(in *connect.StartChatContactInput) {
			in.PersistentChat = &types.PersistentChat{SourceContactId: last, RehydrationType: types.RehydrationTypeFromSegment}
		})
		b.stop(chat.ContactId)
		last = chat.ContactId
		want = append(want, *last)
	}
	slices.Sort(want)
	for _, size := range []int32{1, 3, 100} {
		var got []string
		for in := (&connect.ListAssociatedContactsInput{InstanceId: b.arn(), ContactId: last, MaxResults: &size}); ; {
			page, err := b.ListAssociatedContacts(t.Context(), in)
			b.must(err)
			if len(page.ContactSummaryList) > int(size) {
				t.Errorf("a page of %d has %d", size, len(page.ContactSummaryList))
			}
			for _, c := range page.ContactSummaryList {
				got = append(got, *c.ContactId)
			}
			if in.NextToken = page.NextToken; in.NextToken == nil {
				break
			}
		}
		slices.Sort(got)
		b.equal("the contacts", got, want)
	}
}

func TestAttributes(t *testing.T) {
	b := newBackend(t)
	chat := b.start(func(in *connect.StartChatContactInput) {
		in.Attributes = map[string]string{"tier": "gold", "page": "orders"}
	})
	_, err := b.UpdateContactAttributes(t.Context(), &connect.UpdateContactAttributesInput{
		InstanceId: &b.InstanceId, InitialContactId: chat.ContactId, Attributes: map[string]string{"tier": "silver", "customer-name": "Åsa & 李"}})
	b.must(err)
	out, err := b.GetContactAttributes(t.Context(), &connect.GetContactAttributesInput{InstanceId: b.arn(), InitialContactId: chat.ContactId})
	b.must(err)
	b.equal("the attributes", out.Attributes, map[string]string{"tier": "silver", "page": "orders", "customer-name": "Åsa & 李"})
	b.stop(chat.ContactId)
}
