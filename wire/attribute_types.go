package wire

// AttributeRequest is what the operations on predefined attributes are asked with:
// each has the members of its table, and the others are absent.
type AttributeRequest struct {
	OfInstance
	Name                   string                  `json:",omitempty"`
	Values                 *AttributeValues        `json:",omitempty"` // absent: as they were
	Purposes               []string                `json:",omitzero"`  // absent: as they were; empty: none
	AttributeConfiguration *AttributeConfiguration `json:",omitempty"`
}

// AttributeValues are the values that an attribute can have.
type AttributeValues struct{ StringList []string }

// AttributeConfiguration says whether contacts may have an attribute with these
// values alone.
//
// doc: API_PredefinedAttributeConfiguration
type AttributeConfiguration struct {
	EnableValueValidationOnAssociation bool
	IsReadOnly                         *bool `json:",omitempty"` // in responses; true for what comes with an instance, and perch has none of these
}

// DescribeAttributeResponse shows a predefined attribute.
type DescribeAttributeResponse struct{ PredefinedAttribute PredefinedAttribute }

// PredefinedAttribute is a predefined attribute as it is shown.
//
// doc: API_PredefinedAttribute
type PredefinedAttribute struct {
	Name                   string
	Values                 AttributeValues
	Purposes               []string `json:",omitempty"`
	AttributeConfiguration AttributeConfiguration
	Stamp
}

// ListAttributesResponse is one page of predefined attributes.
type ListAttributesResponse struct {
	PredefinedAttributeSummaryList []AttributeSummary
	NextToken                      string `json:",omitempty"` // absent on the last page
}

// AttributeSummary is a predefined attribute in a list.
type AttributeSummary struct {
	Name string
	Stamp
}

// SearchPredefinedAttributesResponse is one page of what is found.
type SearchPredefinedAttributesResponse struct {
	PredefinedAttributes []PredefinedAttribute
	FoundPage
}
