package api

import (
	"maps"
	"slices"
	"strconv"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/strict"
	"github.com/perch-chat/perch/wire"
)

// updateContact adds to what is said about a contact, running or ended.
func updateContact(c *call, in wire.UpdateContactRequest) (nothing, error) {
	if in.QueueInfo != nil || in.UserInfo != nil || in.CustomerEndpoint != nil || in.SystemEndpoint != nil {
		return nothing{}, perch.Errorf(perch.Refused, "QueueInfo, UserInfo, CustomerEndpoint and SystemEndpoint can be updated for external audio contacts only")
	}
	if in.Name == nil && in.Description == nil && in.References == nil && in.SegmentAttributes == nil {
		return nothing{}, perch.Errorf(perch.Refused, "at least one of Name, Description, References and SegmentAttributes must be given")
	}
	references, err := referencesOf(in.References)
	if err != nil {
		return nothing{}, err
	}
	segment := segmentOf(in.SegmentAttributes)
	if err := perch.CheckSegment(segment); err != nil {
		return nothing{}, err
	}
	if err := c.opts.Settings.CheckSegment(c.Context(), c.instance, segment); err != nil {
		return nothing{}, err
	}
	return nothing{}, c.changeDetails(in.InstanceId, in.ContactId, func(s *perch.Session, d *perch.Details) error {
		if err := s.KeepsSubtype(segment); err != nil {
			return err
		}
		if in.Name != nil {
			d.Name = *in.Name
		}
		if in.Description != nil {
			d.Description = *in.Description
		}
		maps.Copy(d.References, references)
		if len(references) > 0 && bytesOf(d.References) > strict.MostReferenceBytes && strict.Holds(c.Context(), strict.References, "") {
			return perch.InvalidField("References", "must have at most %d bytes of UTF-8 together", strict.MostReferenceBytes)
		}
		maps.Copy(d.Segment, segment)
		return nil
	})
}

// bytesOf is how many bytes references have together.
func bytesOf(references map[string]perch.Reference) (n int) {
	for name, r := range references {
		n += len(name) + len(r.Value)
	}
	return n
}

// changeDetails changes what is said about a contact of the caller's instance.
func (c *call) changeDetails(instance, contact string, change func(*perch.Session, *perch.Details) error) error {
	s, err := c.contact(instance, contact)
	if err != nil {
		return err
	}
	return c.opts.Chats.On(c.Context(), s.ID, func(t *chat.Turn) error {
		return t.ChangeDetails(perch.ContactID(contact), func(d *perch.Details) error { return change(t.State(), d) })
	})
}

// referencesOf are the references of a request. Those to files and e-mails come
// with the files and e-mails.
func referencesOf(in map[string]wire.Reference) (map[string]perch.Reference, error) {
	own := []string{wire.ReferenceURL, wire.ReferenceNumber, wire.ReferenceString, wire.ReferenceDate, wire.ReferenceEmail}
	out := map[string]perch.Reference{}
	for _, key := range slices.Sorted(maps.Keys(in)) {
		r := in[key]
		if !slices.Contains(own, r.Type) {
			return nil, &perch.Error{Kind: perch.Refused, Field: "References", Message: "those of type " + r.Type + " are made by the system"}
		}
		if _, err := strconv.ParseInt(r.Value, 10, 64); err != nil && r.Type == wire.ReferenceDate {
			return nil, perch.InvalidField("References{value}.Value", "of a DATE must be a whole number of seconds since 1970")
		}
		out[key] = perch.Reference{Type: r.Type, Value: r.Value}
	}
	return out, nil
}

func tagContact(c *call, in wire.TagContactRequest) (nothing, error) {
	return nothing{}, c.changeDetails(in.InstanceId, in.ContactId, func(_ *perch.Session, d *perch.Details) error {
		maps.Copy(d.Tags, in.Tags)
		if len(d.Tags) > perch.MaxTags {
			return &perch.Error{Kind: perch.Refused, Field: "Tags", Message: "a contact can have at most " + strconv.Itoa(perch.MaxTags) + " tags"}
		}
		return nil
	})
}

// untagContact takes tags off; one that is not there is off already.
func untagContact(c *call, in wire.UntagContactRequest) (nothing, error) {
	return nothing{}, c.changeDetails(in.InstanceId, in.ContactId, func(_ *perch.Session, d *perch.Details) error {
		for _, key := range in.TagKeys {
			delete(d.Tags, key)
		}
		return nil
	})
}

// segmentOf and wireSegment are segment attributes in perch's form and in Amazon's.
func segmentOf(in map[string]wire.SegmentAttribute) map[string]perch.SegmentAttribute {
	if in == nil {
		return nil
	}
	out := map[string]perch.SegmentAttribute{}
	for k, v := range in {
		out[k] = segmentValue(v)
	}
	return out
}

func segmentValue(v wire.SegmentAttribute) perch.SegmentAttribute {
	out := perch.SegmentAttribute{Text: v.ValueString, Integer: v.ValueInteger, ARN: v.ValueArn, Map: segmentOf(v.ValueMap)}
	for _, e := range v.ValueList {
		out.List = append(out.List, segmentValue(e))
	}
	return out
}

func wireSegment(in map[string]perch.SegmentAttribute) map[string]wire.SegmentAttribute {
	if in == nil {
		return nil
	}
	out := map[string]wire.SegmentAttribute{}
	for k, v := range in {
		out[k] = wireSegmentValue(v)
	}
	return out
}

func wireSegmentValue(v perch.SegmentAttribute) wire.SegmentAttribute {
	out := wire.SegmentAttribute{ValueString: v.Text, ValueInteger: v.Integer, ValueArn: v.ARN, ValueMap: wireSegment(v.Map)}
	for _, e := range v.List {
		out.ValueList = append(out.ValueList, wireSegmentValue(e))
	}
	return out
}

// detail adds to a description what is said about the contact.
func detail(out *wire.Contact, s *perch.Session, d perch.Details) {
	out.Name, out.Description, out.Tags = d.Name, d.Description, d.Tags
	out.SegmentAttributes = wireSegment(s.SegmentOf(d))
	if d.Place != nil {
		out.QueuePriority = d.Place.Priority
		if d.Place.Seconds != 0 {
			out.QueueTimeAdjustmentSeconds = &d.Place.Seconds
		}
	}
	out.CustomerEndpoint, out.SystemEndpoint = wireEndpoint(d.CustomerEndpoint), wireEndpoint(d.SystemEndpoint)
	if of, ok := s.Contact(perch.ContactID(out.Id)); ok && d.Transcript != "" {
		out.Recordings = []wire.Recording{wire.TranscriptRecording(d.Transcript, of.Opened, of.Closed)}
	}
	if d.Updated.After(s.Time) {
		out.LastUpdateTimestamp = wire.Epoch(d.Updated)
	}
}

func wireEndpoint(e *perch.Endpoint) *wire.Endpoint {
	if e == nil {
		return nil
	}
	return &wire.Endpoint{Type: e.Type, Address: e.Address}
}
