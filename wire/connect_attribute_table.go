package wire

import "slices"

// The operations on predefined attributes.

func attributeOperations() []*Operation {
	name := Field{Name: "Name", Type: String, Required: true, Min: 1, Max: 100}
	inPath := name
	inPath.In = InPath
	rows := []Field{
		{Name: "Values", Type: Structure},
		{Name: "Values.StringList", Type: List, Max: 500},
		{Name: "Values.StringList[]", Type: String, Min: 1, Max: 100},
		{Name: "Purposes", Type: List, Max: 10},
		{Name: "Purposes[]", Type: String, Min: 1, Max: 100},
		{Name: "AttributeConfiguration", Type: Structure},
		{Name: "AttributeConfiguration.EnableValueValidationOnAssociation", Type: Boolean},
	}
	const path = "/predefined-attributes/{InstanceId}"
	return []*Operation{
		{Service: Connect, Name: "CreatePredefinedAttribute", Method: "PUT", Path: path,
			Fields: slices.Concat([]Field{instanceRow(), name}, rows), Errors: settingFaults(DuplicateResource, LimitExceeded)},
		{Service: Connect, Name: "DescribePredefinedAttribute", Method: "GET", Path: path + "/{Name}", Fields: []Field{instanceRow(), inPath}, Errors: settingFaults()},
		{Service: Connect, Name: "ListPredefinedAttributes", Method: "GET", Path: path,
			Fields: []Field{
				instanceRow(),
				{Name: "NextToken", In: InQuery, Query: "nextToken", Type: String},
				{Name: "MaxResults", In: InQuery, Query: "maxResults", Type: Integer, Min: 1, Max: 100},
			}, Errors: settingFaults()},
		{Service: Connect, Name: "UpdatePredefinedAttribute", Method: "POST", Path: path + "/{Name}",
			Fields: slices.Concat([]Field{instanceRow(), inPath}, rows), Errors: settingFaults()},
		{Service: Connect, Name: "DeletePredefinedAttribute", Method: "DELETE", Path: path + "/{Name}", Fields: []Field{instanceRow(), inPath}, Errors: settingFaults(ResourceInUse)},
		settingSearch("SearchPredefinedAttributes", "/search-predefined-attributes", 100, nil, nil),
	}
}
