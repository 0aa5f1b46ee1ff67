package flowrun

import (
	"strconv"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/flow"
)

// detail is something that is said about the contact in force. Callers with an
// access key alone can say it, so that perch vouches for the value.
// doc: connect-attrib-list.md#segment-attributes
func (p *run) detail(ref flow.Reference) (flow.Value, error) {
	d, err := p.Turn.Details(p.contact)
	if err != nil {
		return flow.Value{}, err
	}
	switch ref.Namespace {
	case "Name":
		return known(d.Name), nil
	case "Description":
		return known(d.Description), nil
	case "LanguageCode":
		return known(d.Language), nil
	case "Tags":
		return known(d.Tags[ref.Keys[0]]), nil
	case "References":
		r := d.References[ref.Keys[0]]
		if len(ref.Keys) == 2 && ref.Keys[1] == "Type" {
			return known(r.Type), nil
		}
		return known(r.Value), nil
	}
	return known(segmentText(p.State().SegmentOf(d), ref.Keys)), nil
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
