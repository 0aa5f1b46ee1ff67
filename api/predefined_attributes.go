package api

import (
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/wire"
)

// attributeSettings have no ARN: a name is all that there is.
func attributeSettings() resource[catalog.PredefinedAttribute, wire.AttributeRequest] {
	return resource[catalog.PredefinedAttribute, wire.AttributeRequest]{kind: catalog.PredefinedAttributeKind(),
		id: func(in wire.AttributeRequest) string { return in.Name }, fill: fillAttribute}
}

func fillAttribute(_ *call, a *catalog.PredefinedAttribute, in wire.AttributeRequest) error {
	given(&a.Name, in.Name)
	if in.Values != nil {
		a.Values = in.Values.StringList
	}
	if in.Purposes != nil {
		a.Purposes = in.Purposes
	}
	if in.AttributeConfiguration != nil {
		a.Strict = in.AttributeConfiguration.EnableValueValidationOnAssociation
	}
	return nil
}

func createPredefinedAttribute(c *call, in wire.AttributeRequest) (nothing, error) {
	_, err := attributeSettings().create(c, in)
	return nothing{}, err
}

func describePredefinedAttribute(c *call, in wire.AttributeRequest) (wire.DescribeAttributeResponse, error) {
	a, err := attributeSettings().get(c, in)
	return wire.DescribeAttributeResponse{PredefinedAttribute: c.shownAttribute(a)}, err
}

func (c *call) shownAttribute(a catalog.PredefinedAttribute) wire.PredefinedAttribute {
	values := a.Values
	if values == nil {
		values = []string{}
	}
	return wire.PredefinedAttribute{Name: a.Name, Values: wire.AttributeValues{StringList: values}, Purposes: a.Purposes,
		AttributeConfiguration: wire.AttributeConfiguration{EnableValueValidationOnAssociation: a.Strict, IsReadOnly: new(bool)}, Stamp: attributeSettings().stamp(c, a)}
}

func listPredefinedAttributes(c *call, in wire.AttributeRequest) (wire.ListAttributesResponse, error) {
	some, next, err := attributeSettings().list(c, in, nil)
	return wire.ListAttributesResponse{NextToken: next, PredefinedAttributeSummaryList: shownAll(some, func(a catalog.PredefinedAttribute) wire.AttributeSummary {
		return wire.AttributeSummary{Name: a.Name, Stamp: attributeSettings().stamp(c, a)}
	})}, err
}

// searchPredefinedAttributes finds them by their names, and by their values and
// purposes, for which Amazon names no fields.
func searchPredefinedAttributes(c *call, in wire.SettingSearchRequest) (out wire.SearchPredefinedAttributesResponse, err error) {
	out.PredefinedAttributes, out.FoundPage, err = search(c, in, attributeSettings(), searched[catalog.PredefinedAttribute]{
		fields: map[string]func(catalog.PredefinedAttribute) []string{
			"name":     one(attributeSettings().kind.Name),
			"values":   func(a catalog.PredefinedAttribute) []string { return a.Values },
			"purposes": func(a catalog.PredefinedAttribute) []string { return a.Purposes },
		}}, c.shownAttribute)
	return out, err
}
