package perch_test

import (
	"testing"

	"github.com/perch-chat/perch"
)

func TestDetailsAreClonedWhole(t *testing.T) {
	t.Parallel()
	d := perch.Details{Name: "n", Tags: map[string]string{"a": "1"}}
	c := d.Clone()
	c.Tags["b"], c.References["r"], c.Segment["s"] = "2", perch.Reference{Type: "URL"}, perch.SegmentText("x")
	if len(d.Tags) != 1 || d.References != nil || d.Segment != nil || c.Name != "n" || c.Tags["a"] != "1" {
		t.Errorf("%+v and its clone %+v", d, c)
	}
}

func TestSegmentAttributesOfAChatComeBeforeItsContactsOwn(t *testing.T) {
	t.Parallel()
	s := &perch.Session{Subtype: perch.SubtypeGuide, ResponseMode: "COMPLETE", Contacts: []perch.Contact{{Method: perch.ByOutbound}}}
	d := perch.Details{Segment: map[string]perch.SegmentAttribute{"tier": perch.SegmentText("gold"), perch.SegmentSubtype: perch.SegmentText("older")}}
	got := s.SegmentOf(d)
	for key, want := range map[string]string{"tier": "gold", perch.SegmentSubtype: perch.SubtypeGuide, perch.SegmentDirection: "OUTBOUND",
		perch.SegmentResponseMode: "COMPLETE"} {
		if got[key].Text == nil || *got[key].Text != want {
			t.Errorf("%s is %v, want %s", key, got[key].Text, want)
		}
	}
	if len(got) != 4 || len(d.Segment) != 2 || *d.Segment[perch.SegmentSubtype].Text != "older" {
		t.Errorf("%d attributes, and the details have %v", len(got), d.Segment)
	}
}
