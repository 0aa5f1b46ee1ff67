package catalog

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/perch-chat/perch"
)

// PredefinedAttribute is a name and the values that it can have: of what users are
// good at, and of what is said about contacts.
// doc: predefined-attributes.md
type PredefinedAttribute struct {
	Name     string   // its id, up to 100 characters; unique in any case
	Values   []string `json:",omitempty"` // up to 500, of up to 100 characters
	Purposes []string `json:",omitempty"` // up to 10, of up to 100 characters; kept
	// Strict lets contacts have a segment attribute of this name with one of the
	// values alone.
	Strict bool `json:",omitempty"`
	Label
}

func (a PredefinedAttribute) key() (id, name string) { return a.Name, a.Name }

func attributes(s *settings) shelf[PredefinedAttribute] { return s.attributes }

// Limits of predefined attributes. Amazon names the number of them in a quota that
// can be raised.
const (
	maxAttributes      = 500 // ours
	maxAttributeName   = 100 // of names, values and purposes
	maxAttributeValues = 500
	maxPurposes        = 10
)

// attributeText is what names and values are made of.
// doc: predefined-attributes.md
var attributeText = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@']+$`)

// PredefinedAttributeKind is the kind of predefined attributes.
func PredefinedAttributeKind() Kind[PredefinedAttribute] {
	return Kind[PredefinedAttribute]{of: attributes, place: (*draft).putAttribute, most: maxAttributes,
		label: func(a *PredefinedAttribute) *Label { return &a.Label },
		inUse: func(d *draft, a PredefinedAttribute) string {
			for _, u := range d.users.byID {
				if slices.ContainsFunc(u.Proficiencies, func(p perch.Proficiency) bool { return p.Name == a.Name }) {
					return "the user " + u.Username
				}
			}
			return ""
		}}
}

func (d *draft) putAttribute(a *PredefinedAttribute) error {
	if err := first(checkAttributeText("Name", a.Name), checkRange("Values.StringList", len(a.Values), 0, maxAttributeValues),
		checkRange("Purposes", len(a.Purposes), 0, maxPurposes)); err != nil {
		return err
	}
	for name := range d.attributes.byID {
		if name != a.Name && strings.EqualFold(name, a.Name) {
			return &perch.Error{Kind: perch.Conflict, Field: "Name", Message: fmt.Sprintf("is taken: there is %q", name)}
		}
	}
	seen := map[string]bool{}
	for _, v := range a.Values {
		if err := checkAttributeText("Values.StringList", v); err != nil {
			return err
		}
		if seen[v] {
			return perch.InvalidField("Values.StringList", "has %q twice", v)
		}
		seen[v] = true
	}
	for _, p := range a.Purposes {
		if err := checkName("Purposes", p, maxAttributeName); err != nil {
			return err
		}
	}
	return put(d, d.attributes, "Name", *a)
}

func checkAttributeText(field, text string) error {
	if err := checkName(field, text, maxAttributeName); err != nil {
		return err
	}
	if !attributeText.MatchString(text) || strings.HasPrefix(text, "aws:") || strings.HasPrefix(text, "connect:") {
		return perch.InvalidField(field, "must be made of letters, digits, spaces and _.:/=+-@' and not begin with aws: or connect:")
	}
	return nil
}

// checkProficiencies holds what an agent is good at against Amazon's limits, and what
// they were not good at before against the predefined attributes.
// doc: API_AssociateUserProficiencies, API_UserProficiency
func (d *draft) checkProficiencies(u User) error {
	const most = 10
	if len(u.Proficiencies) > most {
		return perch.InvalidField("UserProficiencies", "must be at most %d, not %d", most, len(u.Proficiencies))
	}
	before := d.was.users.byID[string(u.ID)].Proficiencies
	for _, p := range u.Proficiencies {
		if p.Level < 1 || p.Level > 5 {
			return perch.InvalidField("Level", "must be from 1 to 5")
		}
		if slices.ContainsFunc(before, func(b perch.Proficiency) bool { return b.Name == p.Name && b.Value == p.Value }) {
			continue
		}
		a, ok := d.attributes.byID[p.Name]
		if !ok {
			return perch.InvalidField("AttributeName", "is no predefined attribute of this instance: %q", p.Name)
		}
		if !slices.Contains(a.Values, p.Value) {
			return perch.InvalidField("AttributeValue", "is no value of the predefined attribute %s: %q", p.Name, p.Value)
		}
	}
	return nil
}

// CheckSegment refuses segment attributes with a value that their predefined
// attribute has not, where that is strict.
// doc: API_InputPredefinedAttributeConfiguration
func (c *Catalog) CheckSegment(ctx context.Context, instance perch.InstanceID, segment map[string]perch.SegmentAttribute) error {
	if len(segment) == 0 {
		return nil
	}
	s, err := c.settings(ctx, instance)
	if err != nil {
		return err
	}
	for name, v := range segment {
		a, ok := s.attributes.byID[name]
		if ok && a.Strict && (v.Text == nil || !slices.Contains(a.Values, *v.Text)) {
			return perch.InvalidField("SegmentAttributes", "has under %q no value of the predefined attribute", name)
		}
	}
	return nil
}
