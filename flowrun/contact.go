package flowrun

import (
	"maps"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/flow"
)

// setContactData changes what is said about the contact, or about the one that
// it is related to: all of it or nothing.
//
// A CustomerId counts as verified by the rule that holds for past chats: where
// the site or the flow vouches for it. What the customer's page has sent makes a
// CustomerId that is shown and opens nothing.
//
// doc: flow language, UpdateContactData
func (p *run) setContactData(e flow.SetContactData) error {
	customer, named := e.Fields["CustomerId"]
	if named && e.Target == flow.TargetRelated {
		return perch.Errorf(perch.Refused, "whose chat a past one was cannot be changed")
	}
	change := func(d *perch.Details) error {
		for field, into := range map[string]*string{"Name": &d.Name, "Description": &d.Description, "LanguageCode": &d.Language, "WisdomSessionArn": &d.Wisdom} {
			if v, ok := e.Fields[field]; ok {
				*into = v.Text
			}
		}
		for key, r := range e.References {
			d.References[key] = perch.Reference{Type: r.Type, Value: r.Value.Text}
		}
		return nil
	}
	if e.Target == flow.TargetRelated {
		return p.ChangeRelatedDetails(change)
	}
	if err := p.ChangeDetails(p.contact, change); err != nil {
		return err
	}
	if named {
		p.Know(customer.Text, originOf(customer.Origin).Vouched())
	}
	return nil
}

func (p *run) setTags(e flow.SetTags) error {
	return p.ChangeDetails(p.contact, func(d *perch.Details) error {
		maps.Copy(d.Tags, e.Tags)
		if len(d.Tags) > perch.MaxTags {
			return perch.Errorf(perch.Refused, "a contact can have at most %d tags", perch.MaxTags)
		}
		return nil
	})
}

func (p *run) removeTags(e flow.RemoveTags) error {
	return p.ChangeDetails(p.contact, func(d *perch.Details) error {
		for _, key := range e.Keys {
			delete(d.Tags, key)
		}
		return nil
	})
}

// setAnalytics has nothing to switch: perch keeps every transcript and analyses
// none. Only what a flow counts on for a customer's safety is an error: a
// redaction of messages on their way that nobody would do.
func (p *run) setAnalytics(e flow.SetAnalytics) flow.Event {
	if e.InFlight != nil {
		return flow.Outcome{Error: flow.RedactionFailed}
	}
	return flow.Outcome{}
}
