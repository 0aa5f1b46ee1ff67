package wire

import (
	"regexp"
	"slices"
)

// securityProfileName is what a security profile may be called.
var securityProfileName = regexp.MustCompile(`^[\x20a-zA-Z0-9_@-]+$`)

// The operations on security profiles.

func securityOperations() []*Operation {
	return []*Operation{
		{Service: Connect, Name: "CreateSecurityProfile", Method: "PUT", Path: "/security-profiles/{InstanceId}",
			Fields: slices.Concat([]Field{
				{Name: "SecurityProfileName", Type: String, Required: true, Min: 1, Max: 127, Pattern: securityProfileName},
				{Name: "Description", Type: String, Max: 250},
				{Name: "Permissions", Type: List, Max: 500},
				{Name: "Permissions[]", Type: String, Min: 1, Max: 128},
				instanceRow(),
			}, tagRows("Tags", false)), Errors: settingFaults(LimitExceeded, DuplicateResource)},
		{Service: Connect, Name: "DescribeSecurityProfile", Method: "GET", Path: "/security-profiles/{InstanceId}/{SecurityProfileId}",
			Fields: []Field{idInPath("SecurityProfileId"), instanceRow()}, Errors: settingFaults()},
		{Service: Connect, Name: "ListSecurityProfiles", Method: "GET", Path: "/security-profiles-summary/{InstanceId}",
			Fields: []Field{
				instanceRow(),
				{Name: "NextToken", In: InQuery, Query: "nextToken", Type: String},
				{Name: "MaxResults", In: InQuery, Query: "maxResults", Type: Integer, Min: 1, Max: 1000},
			}, Errors: settingFaults()},
		{Service: Connect, Name: "ListSecurityProfilePermissions", Method: "GET", Path: "/security-profiles-permissions/{InstanceId}/{SecurityProfileId}",
			Fields: []Field{
				idInPath("SecurityProfileId"),
				instanceRow(),
				{Name: "NextToken", In: InQuery, Query: "nextToken", Type: String},
				{Name: "MaxResults", In: InQuery, Query: "maxResults", Type: Integer, Min: 1, Max: 1000},
			}, Errors: settingFaults()},
		{Service: Connect, Name: "UpdateSecurityProfile", Method: "POST", Path: "/security-profiles/{InstanceId}/{SecurityProfileId}",
			Fields: []Field{
				{Name: "Description", Type: String, Max: 250},
				{Name: "Permissions", Type: List, Max: 500},
				{Name: "Permissions[]", Type: String, Min: 1, Max: 128},
				idInPath("SecurityProfileId"),
				instanceRow(),
			}, Errors: settingFaults()},
		{Service: Connect, Name: "DeleteSecurityProfile", Method: "DELETE", Path: "/security-profiles/{InstanceId}/{SecurityProfileId}",
			Fields: []Field{instanceRow(), idInPath("SecurityProfileId")}, Errors: settingFaults(AccessDenied, ResourceInUse)},
	}
}
