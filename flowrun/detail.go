package flowrun

import (
	"strconv"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/flow"
)

// detail is something that is said about the contact in force. Whoever works here
// can say it, so that it is worth an agent's word.
// doc: connect-attrib-list.md#segment-attributes
func (p *run) detail(ref flow.Reference) (flow.Value, error) {
	d, err := p.Turn.Details(p.contact)
	if err != nil {
		return flow.Value{}, err
	}
	told := func(text string) flow.Value { return flow.Value{Text: text, Origin: originWord(perch.FromAgent)} }
	switch ref.Namespace {
	case "Name":
		return told(d.Name), nil
	case "Description":
		return told(d.Description), nil
	case "LanguageCode":
		return told(d.Language), nil
	case "Tags":
		return told(d.Tags[ref.Keys[0]]), nil
	case "References":
		r := d.References[ref.Keys[0]]
		if len(ref.Keys) == 2 && ref.Keys[1] == "Type" {
			return told(r.Type), nil
		}
		return told(r.Value), nil
	}
	return told(segmentText(p.State().SegmentOf(d), ref.Keys)), nil
}

// endpoint is an address of one side of an outbound contact; and what the customer
// of any chat is called, which customers say themselves.
// doc: connect-attrib-list.md#endpoint-attributes
func (p *run) endpoint(ref flow.Reference) (flow.Value, error) {
	d, err := p.Turn.Details(p.contact)
	if err != nil {
		return flow.Value{}, err
	}
	e := d.CustomerEndpoint
	if ref.Namespace == "SystemEndpoint" {
		e = d.SystemEndpoint
	}
	switch key := ref.Keys[0]; {
	case key == "DisplayName" && ref.Namespace == "CustomerEndpoint":
		customer, _ := p.State().Customer()
		if customer != nil {
			return flow.Value{Text: customer.Name, Origin: originWord(perch.FromBrowser)}, nil
		}
	case e != nil && key == "Address":
		return known(e.Address), nil
	case e != nil && key == "Type":
		return known(e.Type), nil
	}
	return flow.Value{}, nil
}

// segmentText is a segment attribute, or a member of one that is a map, as flows
// see it; empty for a map or a list as a whole.
func segmentText(all map[string]perch.SegmentAttribute, keys []string) string {
	v := all[keys[0]]
	switch {
	case len(keys) > 1:
		return segmentText(v.Map, keys[1:])
	case v.Text != nil:
		return *v.Text
	case v.ARN != nil:
		return *v.ARN
	case v.Integer != nil:
		return strconv.Itoa(*v.Integer)
	}
	return ""
}
