package wire

import "slices"

// The operations on users.

func userOperations() []*Operation {
	return []*Operation{
		{Service: Connect, Name: "CreateUser", Method: "PUT", Path: "/users/{InstanceId}",
			Fields: slices.Concat([]Field{{Name: "Username", Type: String, Required: true, Min: 1, Max: 100}, {Name: "Password", Type: String}}, identityRows("IdentityInfo", false), phoneRows("PhoneConfig", false), []Field{
				{Name: "SecurityProfileIds", Type: List, Required: true, Min: 1, Max: 10},
				{Name: "SecurityProfileIds[]", Type: String, Min: 1, Max: 500},
				idRow("RoutingProfileId", true),
				{Name: "HierarchyGroupId", Type: String, Min: 1, Max: 500},
				instanceRow(),
				{Name: "AutoAcceptConfigs", Type: List},
				{Name: "AutoAcceptConfigs[]", Type: Structure},
				{Name: "AutoAcceptConfigs[].Channel", Type: String, Required: true, Enum: []string{"VOICE", "CHAT", "TASK", "EMAIL"}},
				{Name: "AutoAcceptConfigs[].AutoAccept", Type: Boolean, Required: true},
				{Name: "AutoAcceptConfigs[].AgentFirstCallbackAutoAccept", Type: Boolean},
				{Name: "AfterContactWorkConfigs", Type: List},
				{Name: "AfterContactWorkConfigs[]", Type: Structure},
				{Name: "AfterContactWorkConfigs[].Channel", Type: String, Required: true, Enum: []string{"VOICE", "CHAT", "TASK", "EMAIL"}},
				{Name: "AfterContactWorkConfigs[].AfterContactWorkConfig", Type: Structure, Required: true},
				{Name: "AfterContactWorkConfigs[].AfterContactWorkConfig.AfterContactWorkTimeLimit", Type: Integer, Max: 2147483647},
				{Name: "AfterContactWorkConfigs[].AgentFirstCallbackAfterContactWorkConfig", Type: Structure},
				{Name: "AfterContactWorkConfigs[].AgentFirstCallbackAfterContactWorkConfig.AfterContactWorkTimeLimit", Type: Integer, Max: 2147483647},
			}, tagRows("Tags", false)), Errors: settingFaults(LimitExceeded, DuplicateResource)},
		{Service: Connect, Name: "DescribeUser", Method: "GET", Path: "/users/{InstanceId}/{UserId}",
			Fields: []Field{idInPath("UserId"), instanceRow()}, Errors: settingFaults()},
		{Service: Connect, Name: "ListUsers", Method: "GET", Path: "/users-summary/{InstanceId}",
			Fields: []Field{
				instanceRow(),
				{Name: "NextToken", In: InQuery, Query: "nextToken", Type: String},
				{Name: "MaxResults", In: InQuery, Query: "maxResults", Type: Integer, Min: 1, Max: 1000},
			}, Errors: settingFaults()},
		{Service: Connect, Name: "UpdateUserRoutingProfile", Method: "POST", Path: "/users/{InstanceId}/{UserId}/routing-profile",
			Fields: []Field{idRow("RoutingProfileId", true), idInPath("UserId"), instanceRow()}, Errors: settingFaults()},
		{Service: Connect, Name: "UpdateUserSecurityProfiles", Method: "POST", Path: "/users/{InstanceId}/{UserId}/security-profiles",
			Fields: []Field{
				{Name: "SecurityProfileIds", Type: List, Required: true, Min: 1, Max: 10},
				{Name: "SecurityProfileIds[]", Type: String, Min: 1, Max: 500},
				idInPath("UserId"),
				instanceRow(),
			}, Errors: settingFaults()},
		{Service: Connect, Name: "UpdateUserIdentityInfo", Method: "POST", Path: "/users/{InstanceId}/{UserId}/identity-info",
			Fields: slices.Concat(identityRows("IdentityInfo", true), []Field{idInPath("UserId"), instanceRow()}), Errors: settingFaults()},
		{Service: Connect, Name: "UpdateUserPhoneConfig", Method: "POST", Path: "/users/{InstanceId}/{UserId}/phone-config",
			Fields: slices.Concat(phoneRows("PhoneConfig", true), []Field{idInPath("UserId"), instanceRow()}), Errors: settingFaults()},
		{Service: Connect, Name: "UpdateUserHierarchy", Method: "POST", Path: "/users/{InstanceId}/{UserId}/hierarchy",
			Fields: []Field{{Name: "HierarchyGroupId", Type: String, Min: 1, Max: 500}, idInPath("UserId"), instanceRow()}, Errors: settingFaults()},
		{Service: Connect, Name: "AssociateUserProficiencies", Method: "POST", Path: "/users/{InstanceId}/{UserId}/associate-proficiencies",
			Fields: slices.Concat([]Field{instanceRow(), idInPath("UserId")}, proficiencyRows("UserProficiencies", true)), Errors: settingFaults()},
		{Service: Connect, Name: "DisassociateUserProficiencies", Method: "POST", Path: "/users/{InstanceId}/{UserId}/disassociate-proficiencies",
			Fields: []Field{
				instanceRow(),
				idInPath("UserId"),
				{Name: "UserProficiencies", Type: List, Required: true},
				{Name: "UserProficiencies[]", Type: Structure},
				{Name: "UserProficiencies[].AttributeName", Type: String, Required: true, Min: 1, Max: 100},
				{Name: "UserProficiencies[].AttributeValue", Type: String, Required: true, Min: 1, Max: 100},
			}, Errors: settingFaults()},
		{Service: Connect, Name: "ListUserProficiencies", Method: "GET", Path: "/users/{InstanceId}/{UserId}/proficiencies",
			Fields: []Field{
				instanceRow(),
				idInPath("UserId"),
				{Name: "NextToken", In: InQuery, Query: "nextToken", Type: String},
				{Name: "MaxResults", In: InQuery, Query: "maxResults", Type: Integer, Min: 1, Max: 100},
			}, Errors: settingFaults()},
		{Service: Connect, Name: "UpdateUserProficiencies", Method: "POST", Path: "/users/{InstanceId}/{UserId}/proficiencies",
			Fields: slices.Concat([]Field{instanceRow(), idInPath("UserId")}, proficiencyRows("UserProficiencies", true)), Errors: settingFaults()},
		{Service: Connect, Name: "DeleteUser", Method: "DELETE", Path: "/users/{InstanceId}/{UserId}",
			Fields: []Field{instanceRow(), idInPath("UserId")}, Errors: settingFaults()},
	}
}

// identityRows are who a user is.
func identityRows(name string, required bool) []Field {
	return []Field{
		{Name: name, Required: required, Type: Structure},
		{Name: name + ".FirstName", Type: String, Max: 255},
		{Name: name + ".LastName", Type: String, Max: 300},
		{Name: name + ".Email", Type: String},
		{Name: name + ".SecondaryEmail", Type: String},
		{Name: name + ".Mobile", Type: String},
	}
}

// phoneRows are how a user takes contacts.
func phoneRows(name string, required bool) []Field {
	return []Field{
		{Name: name, Required: required, Type: Structure},
		{Name: name + ".PhoneType", Type: String, Enum: []string{"SOFT_PHONE", "DESK_PHONE"}},
		{Name: name + ".AutoAccept", Type: Boolean},
		{Name: name + ".AfterContactWorkTimeLimit", Type: Integer, Max: 2147483647},
		{Name: name + ".DeskPhoneNumber", Type: String},
		{Name: name + ".PersistentConnection", Type: Boolean},
	}
}

// proficiencyRows are what a user is good at.
func proficiencyRows(name string, required bool) []Field {
	return []Field{
		{Name: name, Required: required, Type: List},
		{Name: name + "[]", Type: Structure},
		{Name: name + "[].AttributeName", Type: String, Required: true, Min: 1, Max: 100},
		{Name: name + "[].AttributeValue", Type: String, Required: true, Min: 1, Max: 100},
		{Name: name + "[].Level", Type: Number, Required: true, Min: 1.0, Max: 5.0},
	}
}
