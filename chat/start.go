package chat

import (
	"context"
	"errors"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/store"
	"github.com/perch-chat/perch/strict"
)

// Start is a chat to be started.
type Start struct {
	Instance     perch.InstanceID
	Flow         perch.FlowID
	DisplayName  string
	Attributes   perch.Attributes
	CustomerID   string
	Verified     bool // a signed call gave CustomerID
	Initial      *Saying
	Duration     time.Duration // DefaultDuration if zero
	ContentTypes []string      // text/plain if none
	SurveyOnExit bool
	Past         *Past
	Related      perch.ContactID
	Segment      map[string]perch.SegmentAttribute
	ResponseMode string // as Started has it

	// Outbound is a chat that the site begins: the customer may come at any
	// time while it lasts. System is what it says first.
	Outbound         bool
	System           *Saying
	CustomerEndpoint *perch.Endpoint
	SystemEndpoint   *perch.Endpoint

	// Quota is how many chats that have not ended the instance may have with
	// this one; 0 is no limit.
	Quota int

	Once
}

// Begun is a chat that has been started.
type Begun struct {
	Session       perch.SessionID     `json:"s"`
	Participant   perch.ParticipantID `json:"p"`
	ContinuedFrom perch.ContactID     `json:"c,omitempty"`
}

var (
	errAnswered = errors.New("the ClientToken has been answered")
	errFull     = perch.Errorf(perch.LimitExceeded, "the instance has as many active chats as it may")
)

// Start starts a chat: contact, customer, initial message, past and timers in
// one commit. The inbound flow begins by itself.
//
// Errors: those of Persist; Refused for a ClientToken used for another start;
// NotFound for an unknown related contact; LimitExceeded where the quota is used
// up.
func (c *Chats) Start(ctx context.Context, in Start) (b Begun, err error) {
	if n := in.Attributes.Bytes(); n > perch.MaxAttributeBytes {
		return b, perch.InvalidField("Attributes", "hold %d bytes in all, the limit is %d", n, perch.MaxAttributeBytes)
	}
	found, err := c.answered(ctx, in.Once, &b)
	if err != nil || found {
		return b, err
	}
	id, err := perch.NewID(c.opts.Rand)
	if err != nil {
		return Begun{}, err
	}
	err = c.On(ctx, perch.SessionID(id), func(t *Turn) error {
		b, err = t.begin(in)
		return err
	})
	if errors.Is(err, errFull) { // perhaps by the same request, a moment earlier
		if found, answered := c.answered(ctx, in.Once, &b); answered == nil && found {
			return b, nil
		}
	}
	if !errors.Is(err, errAnswered) {
		return b, err
	}
	b = Begun{}
	return b, c.beaten(ctx, in.Once, &b)
}

func (t *Turn) begin(in Start) (Begun, error) {
	b := Begun{Session: t.state.ID}
	related, from, link, err := t.origin(in)
	if err != nil {
		return b, err
	}
	attributes, customer, verified := in.Attributes, in.CustomerID, in.Verified
	if n := attributes.Bytes(); n > perch.MaxAttributeBytes {
		return b, perch.InvalidField("Attributes", "hold %d bytes in all, the limit is %d", n, perch.MaxAttributeBytes)
	}
	if from != nil {
		inherited, err := t.chats.Attributes(t.ctx, from.ID)
		if err != nil {
			return b, err
		}
		attributes = t.inherit(attributes, inherited, from.ID)
		if customer == "" {
			customer, verified = from.CustomerID, from.Verified
		}
	}
	if link != nil {
		t.state.Time = from.Time // the new log's times lie after its past
		b.ContinuedFrom = link.Contact
	}
	if err := t.opening(in, related, customer, verified); err != nil {
		return b, err
	}
	if err := t.welcome(in, &b); err != nil {
		return b, err
	}
	if link != nil {
		t.attach(*link)
	}
	t.attributes = perch.Attributes{} // of a session that is being made
	if len(attributes) > 0 {
		if err := t.writeAttributes(attributes); err != nil {
			return b, err
		}
	}
	return b, t.answer(in.Once, b)
}

// origin finds what the new chat continues or is related to.
func (t *Turn) origin(in Start) (related perch.ContactID, from *perch.Session, link *perch.Link, err error) {
	switch {
	case in.Past != nil && in.Related != "":
		return "", nil, nil, perch.Errorf(perch.Refused, "RelatedContactId and PersistentChat cannot both be given")
	case in.Related != "":
		from, err = t.chats.Find(t.ctx, in.Instance, in.Related)
		return in.Related, from, nil, err
	case in.Past == nil:
		return "", nil, nil, nil
	}
	from, err = t.past(*in.Past, in.Instance, in.CustomerID, in.Verified)
	if err != nil || from == nil {
		return "", nil, nil, err
	}
	l, err := t.link(*in.Past, from)
	return l.Contact, from, &l, err
}

func (t *Turn) opening(in Start, related perch.ContactID, customer string, verified bool) error {
	first, types, duration := t.state.ID.First(), in.ContentTypes, in.Duration
	if len(types) == 0 {
		types = []string{"text/plain"}
	}
	if duration == 0 {
		duration = perch.DefaultDuration
	}
	subtype, err := perch.Subtype(in.Segment, types)
	if err != nil {
		return err
	}
	if subtype == perch.SubtypeChat {
		subtype = ""
	}
	expires := t.Now.Add(duration)
	t.add(perch.Entry{Contact: first, Body: perch.Started{Instance: in.Instance, CustomerID: customer, Verified: verified,
		Expires: expires, ContentTypes: types, SurveyOnExit: in.SurveyOnExit,
		Subtype: subtype, ResponseMode: in.ResponseMode}})
	full, err := t.amazonFull(in.Instance)
	if err != nil {
		return err
	}
	if full && strict.Holds(t.ctx, strict.ActiveChats, string(t.state.ID)) {
		return errFull
	}
	row := store.InsertSession(t.state.ID, in.Instance, t.state.Time, findable(customer, verified))
	if in.Quota > 0 {
		t.Record(t.chats.opts.Store.Pass()...)
		row = store.InsertSessionWithin(in.Quota, errFull, t.state.ID, in.Instance, t.state.Time, findable(customer, verified))
	}
	t.Record(row)
	how := perch.ByAPI
	if in.Outbound {
		how = perch.ByOutbound
	}
	t.add(perch.Entry{Contact: first, Body: perch.Opened{Method: how, Related: related}})
	t.Record(store.InsertContact(t.state.ID, first, in.Instance))
	if !in.Outbound {
		t.Due(DueConnect, "", t.Now.Add(perch.ConnectWithin), nil)
	}
	t.Due(DueExpire, "", expires, nil)
	return t.describe(in)
}

// describe keeps what the start says of the contact.
func (t *Turn) describe(in Start) error {
	if err := perch.CheckSegment(in.Segment); err != nil {
		return err
	}
	if len(in.Segment) == 0 && in.CustomerEndpoint == nil && in.SystemEndpoint == nil {
		return nil
	}
	return t.putDetails(t.state.ID.First(), perch.Details{Segment: in.Segment, CustomerEndpoint: in.CustomerEndpoint,
		SystemEndpoint: in.SystemEndpoint, Updated: t.state.Time}, 1)
}

// welcome makes the customer known and starts the flow.
func (t *Turn) welcome(in Start, b *Begun) error {
	who := perch.Who{Name: in.DisplayName, Role: perch.Customer}
	id, err := t.Invite(who, "")
	if err != nil {
		return err
	}
	b.Participant = id
	if in.System != nil {
		t.prompt("SYSTEM_MESSAGE", in.System.ContentType, in.System.Content, perch.ToAll)
	}
	if in.Initial != nil {
		t.add(perch.Entry{Participant: id, Audience: perch.ToAll, Body: perch.Message{Who: who,
			ContentType: in.Initial.ContentType, Content: in.Initial.Content, Initial: true}})
	}
	body, err := encode(FlowCall{Flow: in.Flow})
	if err != nil {
		return err
	}
	t.Due(DueFlowStart, string(t.state.ID), t.Now, body)
	return nil
}
