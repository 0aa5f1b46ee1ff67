package api

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/token"
	"github.com/perch-chat/perch/wire"
)

func startChatContact(c *call, in wire.StartChatContactRequest) (wire.StartChatContactResponse, error) {
	if err := c.of(in.InstanceId); err != nil {
		return wire.StartChatContactResponse{}, err
	}
	return c.start(c.Request.Context(), c.instance, in, perch.FromSigV4)
}

func createPersistentContactAssociation(c *call, in wire.CreatePersistentContactAssociationRequest) (wire.CreatePersistentContactAssociationResponse, error) {
	var out wire.CreatePersistentContactAssociationResponse
	s, err := c.contact(in.InstanceId, in.InitialContactId)
	if err != nil {
		return out, err
	}
	clientToken := in.ClientToken
	in.ClientToken = ""
	once, err := onceFor(c.instance, c.op.Name, clientToken, in)
	if err != nil {
		return out, err
	}
	from, err := c.opts.Chats.Associate(c.Context(), s.ID, chat.Past{Type: perch.RehydrationType(in.RehydrationType),
		Source: perch.ContactID(in.SourceContactId), Origin: perch.FromSigV4}, once)
	out.ContinuedFromContactId = string(from)
	return out, err
}

// onceFor makes an operation happen once for a ClientToken; in is what is asked
// for, without the token.
func onceFor(instance perch.InstanceID, operation, clientToken string, in any) (chat.Once, error) {
	asked, err := json.Marshal(in)
	if err != nil {
		return chat.Once{}, fmt.Errorf("encoding a request: %w", err)
	}
	sum := sha256.Sum256(asked)
	return chat.Once{Instance: instance, Operation: operation, ClientToken: clientToken, Request: sum[:]}, nil
}

func stopContact(c *call, in wire.StopContactRequest) (nothing, error) {
	s, err := c.contact(in.InstanceId, in.ContactId)
	if err != nil {
		return nothing{}, err
	}
	return nothing{}, c.opts.Chats.On(c.Context(), s.ID, func(t *chat.Turn) error {
		if t.State().Current().ID != perch.ContactID(in.ContactId) {
			return perch.Errorf(perch.Gone, "the contact has ended")
		}
		return t.End(perch.Stopped)
	})
}

func getContactAttributes(c *call, in wire.GetContactAttributesRequest) (wire.GetContactAttributesResponse, error) {
	out := wire.GetContactAttributesResponse{Attributes: map[string]string{}}
	s, err := c.contact(in.InstanceId, in.InitialContactId)
	if err != nil {
		return out, err
	}
	all, err := c.opts.Chats.Attributes(c.Context(), s.ID)
	for k, v := range all {
		out.Attributes[k] = v.Value
	}
	return out, err
}

func updateContactAttributes(c *call, in wire.UpdateContactAttributesRequest) (nothing, error) {
	s, err := c.contact(in.InstanceId, in.InitialContactId)
	if err != nil {
		return nothing{}, err
	}
	return nothing{}, c.opts.Chats.On(c.Context(), s.ID, func(t *chat.Turn) error {
		return t.SetAttributes(attributes(in.Attributes, c.origin()))
	})
}

func attributes(in map[string]string, origin perch.Origin) perch.Attributes {
	out := perch.Attributes{}
	for k, v := range in {
		out[k] = perch.Attribute{Value: v, Origin: origin}
	}
	return out
}

func describeContact(c *call, in wire.DescribeContactRequest) (wire.DescribeContactResponse, error) {
	var out wire.DescribeContactResponse
	s, err := c.contact(in.InstanceId, in.ContactId)
	if err != nil {
		return out, err
	}
	work, err := c.opts.Chats.Work(c.Context(), s.ID)
	if err != nil {
		return out, err
	}
	of, _ := s.Contact(perch.ContactID(in.ContactId))
	out.Contact = c.describe(s, of)
	details, err := c.opts.Chats.Details(c.Context(), s.ID, of.ID)
	if err != nil {
		return out, err
	}
	detail(&out.Contact, s, details)
	if d := details.Disposition; d != nil && d.Code != "" { // and not of what a search lists
		out.Contact.SegmentAttributes[perch.SegmentDisposition] = wire.SegmentAttribute{ValueString: &d.Code}
	}
	out.Contact.RoutingCriteria = criteriaOf(of, details.InQueue().Criteria, c.opts.Now())
	if w := work[of.ID]; out.Contact.AgentInfo != nil && !w.Started.IsZero() {
		info := out.Contact.AgentInfo
		info.AfterContactWorkStartTimestamp, info.AfterContactWorkEndTimestamp = wire.Epoch(w.Started), wire.Epoch(w.Ended)
		if !w.Ended.IsZero() {
			seconds := int(w.Ended.Sub(w.Started) / time.Second)
			info.AfterContactWorkDuration = &seconds
		}
	}
	return out, nil
}

// describe is a contact as Amazon shows it. The first of a chain has neither an
// initial nor a previous contact.
// doc: ctr-data-model.md
func (c *call) describe(s *perch.Session, of *perch.Contact) wire.Contact {
	out := wire.Contact{
		Arn: c.opts.ARNs.Contact(s.Instance, of.ID), Id: string(of.ID), PreviousContactId: string(of.Previous),
		ContactAssociationId: string(s.ID), InitiationMethod: string(of.Method), Channel: wire.ChannelChat,
		InitiationTimestamp: wire.Epoch(of.Opened), DisconnectTimestamp: wire.Epoch(of.Closed), LastUpdateTimestamp: wire.Epoch(s.Time),
		RelatedContactId: string(of.Related), CustomerId: s.CustomerID,
		ConnectedToSystemTimestamp: wire.Epoch(of.Connected), DisconnectReason: string(of.Reason),
	}
	if of.ID != s.ID.First() {
		out.InitialContactId = string(s.ID)
	}
	if !of.Enqueued.IsZero() {
		queue := string(of.Queue)
		if queue == "" {
			queue = string(of.QueueUser) // an agent's own queue goes by the agent's id
		}
		out.QueueInfo = &wire.QueueInfo{Id: queue, EnqueueTimestamp: wire.Epoch(of.Enqueued)}
	}
	if of.Agent != "" {
		out.AgentInfo = &wire.AgentInfo{Id: string(of.Agent), AcceptedByAgentTimestamp: wire.Epoch(of.Accepted),
			ConnectedToAgentTimestamp: wire.Epoch(of.Accepted)}
	}
	return out
}

// associatedPage is how many contacts a page of ListAssociatedContacts has.
const associatedPage = 100

// listCursor is the payload of a ListAssociatedContacts token.
type listCursor struct {
	Instance perch.InstanceID `json:"i"`
	Contact  string           `json:"c"`
	Position perch.Position   `json:"p"`
}

func listAssociatedContacts(c *call, in wire.ListAssociatedContactsRequest) (wire.ListAssociatedContactsResponse, error) {
	out := wire.ListAssociatedContactsResponse{ContactSummaryList: []wire.AssociatedContactSummary{}}
	s, err := c.contact(in.InstanceId, in.ContactId)
	if err != nil {
		return out, err
	}
	cursor := listCursor{Instance: c.instance, Contact: in.ContactId}
	if in.NextToken != "" {
		var given listCursor // and not cursor: what a token lacks must not be filled in by the request
		err := c.opts.Tokens.Open(token.KindPage, in.NextToken, &given)
		if err != nil || given.Instance != cursor.Instance || given.Contact != cursor.Contact {
			return out, perch.InvalidField("NextToken", "is not a token of this operation and contact")
		}
		cursor = given
	}
	limit := in.MaxResults
	if limit == 0 {
		limit = associatedPage
	}
	contacts, next, err := c.opts.Chats.Associated(c.Context(), s, cursor.Position, limit)
	if err != nil {
		return out, err
	}
	for _, a := range contacts {
		out.ContactSummaryList = append(out.ContactSummaryList, c.summary(a))
	}
	if next != (perch.Position{}) {
		cursor.Position = next
		out.NextToken, err = c.opts.Tokens.Seal(token.KindPage, cursor)
	}
	return out, err
}

func (c *call) summary(a chat.Associated) wire.AssociatedContactSummary {
	d := c.describe(a.Session, a.Contact)
	return wire.AssociatedContactSummary{ContactId: d.Id, ContactArn: d.Arn, InitiationTimestamp: d.InitiationTimestamp,
		DisconnectTimestamp: d.DisconnectTimestamp, InitialContactId: d.InitialContactId, PreviousContactId: d.PreviousContactId,
		RelatedContactId: d.RelatedContactId, InitiationMethod: d.InitiationMethod, Channel: d.Channel}
}

// surveyOnExit reads DisconnectOnCustomerExit.
func surveyOnExit(who []string) bool { return slices.Contains(who, wire.RoleAgent) }
