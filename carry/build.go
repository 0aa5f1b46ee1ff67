package carry

import (
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/store"
	"github.com/perch-chat/perch/wire"
)

// piece is a contact of a chain with what its files say.
type piece struct {
	of   *contact
	said transcript
	record
	events []event // in the order of their times
	opened time.Time
}

// event is an item, or what a record says besides.
type event struct {
	at time.Time
	perch.Entry
}

// load reads what lies on the heap of a chain.
func (w *work) load(in *chain) ([]*piece, error) {
	var out []*piece
	for _, c := range in.contacts {
		p := &piece{of: c}
		if d := c.transcript; d != nil {
			data, err := w.heap.Get(d.piece)
			if err == nil {
				p.said, err = readTranscript(data)
			}
			if err != nil {
				return nil, err
			}
		}
		if d := c.record; d != nil {
			data, err := w.heap.Get(d.piece)
			if err == nil {
				err = json.Unmarshal(data, &p.record)
			}
			if err != nil {
				return nil, err
			}
		}
		out = append(out, p)
	}
	return out, nil
}

// sourcesOf is a hash of all that a chat is made of.
func sourcesOf(in *chain, came []perch.File) []byte {
	h := sha256.New()
	for _, c := range in.contacts {
		h.Write([]byte(c.id))
		for _, d := range []*document{c.transcript, c.record} {
			if d == nil {
				h.Write([]byte{0})
				continue
			}
			h.Write(d.sum[:])
		}
	}
	for _, f := range came {
		h.Write([]byte(f.ID))
	}
	return h.Sum(nil)
}

// build makes the chat of a chain.
func (w *work) build(in *chain, pieces []*piece) chat.Finished {
	f := chat.Finished{Session: perch.SessionID(in.initial), Instance: w.instance, Attributes: perch.Attributes{},
		Details: map[perch.ContactID]perch.Details{}, Work: map[perch.ContactID]store.AfterContactWork{}, Past: perch.ContactID(in.past)}
	b := builder{names: w.names, f: &f, known: map[perch.ParticipantID]bool{}}
	for i, p := range pieces {
		p.events = p.collect(w.names)
		p.opened = p.opening()
		if p.opened.IsZero() && i > 0 { // nothing is known of it
			p.opened = pieces[i-1].opened
		}
	}
	for i := len(pieces) - 2; i >= 0; i-- { // of the first, perhaps
		if pieces[i].opened.IsZero() {
			pieces[i].opened = pieces[i+1].opened
		}
	}
	for i, p := range pieces {
		b.open(i, p, pieces)
		b.play(p, i == len(pieces)-1)
		b.describe(p)
		if i < len(pieces)-1 {
			b.add(p, p.closing(pieces[i+1].opened), "", perch.Entry{Body: perch.Closed{Reason: perch.Reason(p.DisconnectReason)}})
		}
	}
	b.end(pieces[len(pieces)-1])
	return f
}

// opening is when a contact began: not after the first that happened in it.
func (p *piece) opening() time.Time {
	at := p.InitiationTimestamp.Time
	if len(p.events) > 0 && (at.IsZero() || p.events[0].at.Before(at)) {
		at = p.events[0].at
	}
	return at
}

// closing is when a contact gave way to the next, which has begun by then.
func (p *piece) closing(next time.Time) time.Time {
	at := p.DisconnectTimestamp.Time
	if !next.IsZero() && at.After(next) {
		at = next
	}
	if n := len(p.events); n > 0 && at.Before(p.events[n-1].at) {
		at = p.events[n-1].at
	}
	if at.IsZero() {
		at = p.opened
	}
	return at
}

// collect is what happened in a contact, by time; what happened at the same time
// stays in the order of the file.
func (p *piece) collect(n names) []event {
	var out []event
	if id := n.queue(p.Queue); id != "" && !p.Queue.EnqueueTimestamp.IsZero() {
		out = append(out, event{p.Queue.EnqueueTimestamp.Time, perch.Entry{Body: perch.Queued{Queue: id}}})
	}
	joined, agent := false, (*wire.Item)(nil)
	for i, it := range p.said.Transcript {
		role, _ := roleOf(it.ParticipantRole)
		if role == perch.Agent {
			if agent == nil {
				agent = &p.said.Transcript[i]
			}
			joined = joined || it.ContentType == wire.EventParticipantJoined
		}
		for k, body := range bodiesOf(it, perch.Who{Name: it.DisplayName, Role: role}) {
			e := perch.Entry{Participant: perch.ParticipantID(it.ParticipantId), Audience: perch.ToAll, Body: body}
			if k == 0 {
				e.Foreign = it.Id
			}
			out = append(out, event{p.said.times[i], e})
		}
	}
	if at := p.connected(); !joined && agent != nil && !at.IsZero() { // whose coming no item shows
		role, _ := roleOf(agent.ParticipantRole)
		out = append(out, event{at, perch.Entry{Participant: perch.ParticipantID(agent.ParticipantId),
			Body: perch.Invited{Who: perch.Who{Name: agent.DisplayName, Role: role}, User: n.user(p.Agent)}}},
			event{at, perch.Entry{Participant: perch.ParticipantID(agent.ParticipantId), Body: perch.Connected{}}})
	}
	slices.SortStableFunc(out, func(a, b event) int { return a.at.Compare(b.at) })
	return out
}

func (p *piece) connected() time.Time {
	if p.Agent == nil {
		return time.Time{}
	}
	return p.Agent.ConnectedToAgentTimestamp.Time
}

// bodiesOf are what an item says: several where it shows several attachments.
func bodiesOf(it wire.Item, who perch.Who) []perch.Body {
	if it.Type == wire.TypeMessage {
		return []perch.Body{perch.Message{Who: who, ContentType: it.ContentType, Content: it.Content}}
	}
	if it.Type == wire.TypeAttachment {
		var out []perch.Body
		for _, a := range it.Attachments {
			out = append(out, perch.Attached{Who: who, File: perch.FileID(a.AttachmentId), Name: nameOf(a.AttachmentName), ContentType: a.ContentType, State: perch.FileFailed})
		}
		return out
	}
	switch it.ContentType {
	case wire.EventParticipantJoined:
		return []perch.Body{perch.Joined{Who: who}}
	case wire.EventParticipantLeft:
		return []perch.Body{perch.Left{Who: who}}
	case wire.EventTransferSucceeded:
		return []perch.Body{perch.TransferSucceeded{Who: who}}
	case wire.EventTransferFailed:
		return []perch.Body{perch.TransferFailed{Who: who}}
	}
	return []perch.Body{perch.Event{Who: who, ContentType: it.ContentType}}
}

// builder makes a log.
type builder struct {
	names names
	f     *chat.Finished
	known map[perch.ParticipantID]bool
}

func (b *builder) add(p *piece, at time.Time, who perch.ParticipantID, e perch.Entry) {
	e.Contact, e.Time = perch.ContactID(p.of.id), at
	if who != "" {
		e.Participant = who
	}
	b.f.Entries = append(b.f.Entries, e)
}

// expiresAfter is how long a chat could have gone on: Amazon's longest.
const expiresAfter = 7 * 24 * time.Hour

func (b *builder) open(i int, p *piece, all []*piece) {
	previous := p.PreviousContactId
	if i == 0 {
		customer := ""
		for _, one := range all {
			customer = cmp.Or(customer, one.CustomerId)
		}
		subtype := ""
		if s := p.SegmentAttributes[perch.SegmentSubtype].ValueString; s != nil && *s != perch.SubtypeChat && plain(*s) {
			subtype = *s
		}
		b.add(p, p.opened, "", perch.Entry{Body: perch.Started{Instance: b.f.Instance, CustomerID: customer, Verified: customer != "",
			Expires: p.opened.Add(expiresAfter), ContentTypes: []string{wire.TextPlain}, Subtype: subtype}})
		previous = ""
	} else if !slices.ContainsFunc(all[:i], func(o *piece) bool { return o.of.id == previous }) {
		previous = all[i-1].of.id
	}
	b.add(p, p.opened, "", perch.Entry{Body: perch.Opened{Previous: perch.ContactID(previous), Method: methodOf(i, p), Related: perch.ContactID(p.RelatedContactId)}})
	b.attributes(p)
	if i == 0 && slices.ContainsFunc(all, func(o *piece) bool { return len(o.Attributes) > 0 }) {
		b.add(p, p.opened, "", perch.Entry{Body: perch.AttributesChanged{Version: 1}})
	}
}

// methodOf is how a contact came about. Without a record: a contact in which an
// agent joins has been handed over, one in which none does is that of the survey.
func methodOf(i int, p *piece) perch.Method {
	switch {
	case p.InitiationMethod != "":
		return perch.Method(p.InitiationMethod)
	case i == 0:
		return perch.ByAPI
	case slices.ContainsFunc(p.said.Transcript, func(it wire.Item) bool { return it.ParticipantRole == wire.RoleAgent }):
		return perch.ByTransfer
	}
	return perch.ByDisconnect
}

// attributes takes those of a contact: all contacts of a chat share them, and the
// last record counts. Nobody here knows who vouched for them.
func (b *builder) attributes(p *piece) {
	for k, v := range p.Attributes {
		b.f.Attributes[k] = perch.Attribute{Value: v, Origin: perch.FromBrowser}
	}
}

// play puts what happened in a contact into the log, but the end of the chat.
func (b *builder) play(p *piece, last bool) {
	ended, agentKnown := p.ended(), false
	for _, e := range p.events {
		if last && ended != "" && e.Foreign == ended {
			continue
		}
		if _, again := e.Body.(perch.Invited); again && b.known[e.Participant] {
			continue
		}
		agentKnown = b.introduce(p, e, agentKnown) || agentKnown
		b.add(p, e.at, "", e.Entry)
	}
}

// ended is the id of the item by which a contact's transcript says that the chat has
// ended; empty where it does not.
func (p *piece) ended() (id string) {
	for _, it := range p.said.Transcript {
		if it.ContentType == wire.EventChatEnded {
			id = it.Id
		}
	}
	return id
}

// introduce makes a participant known who has not been. A record names one agent of
// a contact: the first that comes, which it reports.
func (b *builder) introduce(p *piece, e event, agentKnown bool) (agent bool) {
	if invited, is := e.Body.(perch.Invited); is {
		b.known[e.Participant] = true
		return invited.User != ""
	}
	who, ok := whoOf(e.Body)
	if !ok || e.Participant == "" || who.Role == perch.System || b.known[e.Participant] {
		return false
	}
	b.known[e.Participant] = true
	user := perch.UserID("")
	if agent = who.Role == perch.Agent; agent && !agentKnown {
		user = b.names.user(p.Agent)
	}
	b.add(p, e.at, e.Participant, perch.Entry{Body: perch.Invited{Who: who, User: user}})
	return agent
}

func whoOf(b perch.Body) (perch.Who, bool) {
	switch b := b.(type) {
	case perch.Message:
		return b.Who, true
	case perch.Joined:
		return b.Who, true
	case perch.Left:
		return b.Who, true
	case perch.TransferSucceeded:
		return b.Who, true
	case perch.TransferFailed:
		return b.Who, true
	case perch.Attached:
		return b.Who, true
	case perch.Event:
		return b.Who, true
	}
	return perch.Who{}, false
}

// end ends the chat, as its last item says or else its last record.
func (b *builder) end(p *piece) {
	e := perch.Entry{Audience: perch.ToAll, Body: perch.Ended{Reason: perch.Reason(p.DisconnectReason)}, Foreign: p.ended()}
	at := p.closing(time.Time{})
	for i, it := range p.said.Transcript {
		if e.Foreign != "" && it.Id == e.Foreign {
			at = p.said.times[i]
		}
	}
	b.add(p, at, "", e)
}

// describe keeps what a record says of a contact alone.
func (b *builder) describe(p *piece) {
	id := perch.ContactID(p.of.id)
	d := perch.Details{}
	for k, v := range p.Tags {
		if !strings.HasPrefix(k, "aws:") && len(d.Tags) < perch.MaxTags {
			if d.Tags == nil {
				d.Tags = map[string]string{}
			}
			d.Tags[k] = v
		}
	}
	for _, end := range []struct {
		from *struct{ Type, Address string }
		to   **perch.Endpoint
	}{{p.CustomerEndpoint, &d.CustomerEndpoint}, {p.SystemEndpoint, &d.SystemEndpoint}} {
		if end.from != nil {
			*end.to = &perch.Endpoint{Type: end.from.Type, Address: end.from.Address}
		}
	}
	for k, v := range p.SegmentAttributes {
		if v.ValueString != nil && !strings.HasPrefix(k, "connect:") {
			if d.Segment == nil {
				d.Segment = map[string]perch.SegmentAttribute{}
			}
			d.Segment[k] = perch.SegmentText(*v.ValueString)
		}
	}
	for _, r := range p.Recordings {
		d.Transcript = cmp.Or(d.Transcript, r.Location)
	}
	if d.Tags != nil || d.Segment != nil || d.CustomerEndpoint != nil || d.SystemEndpoint != nil || d.Transcript != "" {
		b.f.Details[id] = d
	}
	if p.Agent != nil && !p.Agent.AfterContactWorkStartTimestamp.IsZero() {
		b.f.Work[id] = store.AfterContactWork{Started: p.Agent.AfterContactWorkStartTimestamp.Time, Ended: p.Agent.AfterContactWorkEndTimestamp.Time}
	}
}
