package wire

import "slices"

// The operations on hours of operation.

func hoursOperations() []*Operation {
	return []*Operation{
		{Service: Connect, Name: "CreateHoursOfOperation", Method: "PUT", Path: "/hours-of-operations/{InstanceId}",
			Fields: slices.Concat([]Field{
				instanceRow(),
				{Name: "Name", Type: String, Required: true, Min: 1, Max: 127},
				{Name: "Description", Type: String, Min: 1, Max: 250},
				{Name: "TimeZone", Type: String, Required: true},
			}, hoursRows("Config", true), tagRows("Tags", false)), Errors: settingFaults(DuplicateResource, LimitExceeded)},
		{Service: Connect, Name: "DescribeHoursOfOperation", Method: "GET", Path: "/hours-of-operations/{InstanceId}/{HoursOfOperationId}",
			Fields: []Field{instanceRow(), idInPath("HoursOfOperationId")}, Errors: settingFaults()},
		{Service: Connect, Name: "ListHoursOfOperations", Method: "GET", Path: "/hours-of-operations-summary/{InstanceId}",
			Fields: []Field{
				instanceRow(),
				{Name: "NextToken", In: InQuery, Query: "nextToken", Type: String},
				{Name: "MaxResults", In: InQuery, Query: "maxResults", Type: Integer, Min: 1, Max: 1000},
			}, Errors: settingFaults()},
		{Service: Connect, Name: "UpdateHoursOfOperation", Method: "POST", Path: "/hours-of-operations/{InstanceId}/{HoursOfOperationId}",
			Fields: slices.Concat([]Field{
				instanceRow(),
				idInPath("HoursOfOperationId"),
				{Name: "Name", Type: String, Min: 1, Max: 127},
				{Name: "Description", Type: String, Max: 250},
				{Name: "TimeZone", Type: String},
			}, hoursRows("Config", false)), Errors: settingFaults(DuplicateResource)},
		{Service: Connect, Name: "DeleteHoursOfOperation", Method: "DELETE", Path: "/hours-of-operations/{InstanceId}/{HoursOfOperationId}",
			Fields: []Field{instanceRow(), idInPath("HoursOfOperationId")}, Errors: settingFaults()},
		{Service: Connect, Name: "CreateHoursOfOperationOverride", Method: "PUT", Path: "/hours-of-operations/{InstanceId}/{HoursOfOperationId}/overrides",
			Fields: slices.Concat([]Field{
				instanceRow(),
				idInPath("HoursOfOperationId"),
				{Name: "Name", Type: String, Required: true, Min: 1, Max: 127},
				{Name: "Description", Type: String, Min: 1, Max: 250},
			}, overrideHoursRows("Config", true), []Field{
				{Name: "EffectiveFrom", Type: String, Required: true, Min: 10, Max: 10},
				{Name: "EffectiveTill", Type: String, Required: true, Min: 10, Max: 10},
			}, recurrenceRows("RecurrenceConfig", false), []Field{{Name: "OverrideType", Type: String, Enum: []string{"STANDARD", "OPEN", "CLOSED"}}}), Errors: settingFaults(DuplicateResource, LimitExceeded)},
		{Service: Connect, Name: "DescribeHoursOfOperationOverride", Method: "GET", Path: "/hours-of-operations/{InstanceId}/{HoursOfOperationId}/overrides/{HoursOfOperationOverrideId}",
			Fields: []Field{
				instanceRow(),
				idInPath("HoursOfOperationId"),
				{Name: "HoursOfOperationOverrideId", In: InPath, Type: String, Required: true, Min: 1, Max: 36},
			}, Errors: settingFaults()},
		{Service: Connect, Name: "ListHoursOfOperationOverrides", Method: "GET", Path: "/hours-of-operations/{InstanceId}/{HoursOfOperationId}/overrides",
			Fields: []Field{
				instanceRow(),
				idInPath("HoursOfOperationId"),
				{Name: "NextToken", In: InQuery, Query: "nextToken", Type: String},
				{Name: "MaxResults", In: InQuery, Query: "maxResults", Type: Integer, Min: 1, Max: 100},
			}, Errors: settingFaults()},
		{Service: Connect, Name: "UpdateHoursOfOperationOverride", Method: "POST", Path: "/hours-of-operations/{InstanceId}/{HoursOfOperationId}/overrides/{HoursOfOperationOverrideId}",
			Fields: slices.Concat([]Field{
				instanceRow(),
				idInPath("HoursOfOperationId"),
				{Name: "HoursOfOperationOverrideId", In: InPath, Type: String, Required: true, Min: 1, Max: 36},
				{Name: "Name", Type: String, Min: 1, Max: 127},
				{Name: "Description", Type: String, Min: 1, Max: 250},
			}, overrideHoursRows("Config", false), []Field{
				{Name: "EffectiveFrom", Type: String, Min: 10, Max: 10},
				{Name: "EffectiveTill", Type: String, Min: 10, Max: 10},
			}, recurrenceRows("RecurrenceConfig", false), []Field{{Name: "OverrideType", Type: String, Enum: []string{"STANDARD", "OPEN", "CLOSED"}}}), Errors: settingFaults(DuplicateResource, ConditionalFailed)},
		{Service: Connect, Name: "DeleteHoursOfOperationOverride", Method: "DELETE", Path: "/hours-of-operations/{InstanceId}/{HoursOfOperationId}/overrides/{HoursOfOperationOverrideId}",
			Fields: []Field{
				instanceRow(),
				idInPath("HoursOfOperationId"),
				{Name: "HoursOfOperationOverrideId", In: InPath, Type: String, Required: true, Min: 1, Max: 36},
			}, Errors: settingFaults()},
		{Service: Connect, Name: "GetEffectiveHoursOfOperations", Method: "GET", Path: "/effective-hours-of-operations/{InstanceId}/{HoursOfOperationId}",
			Fields: []Field{
				instanceRow(),
				idInPath("HoursOfOperationId"),
				{Name: "FromDate", In: InQuery, Query: "fromDate", Type: String, Required: true, Min: 10, Max: 10},
				{Name: "ToDate", In: InQuery, Query: "toDate", Type: String, Required: true, Min: 10, Max: 10},
			}, Errors: settingFaults()},
	}
}

// hoursRows are the slots of a week.
func hoursRows(name string, required bool) []Field {
	return []Field{
		{Name: name, Required: required, Type: List, Max: 100},
		{Name: name + "[]", Type: Structure},
		{Name: name + "[].Day", Type: String, Required: true, Enum: []string{"SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY"}},
		{Name: name + "[].StartTime", Type: Structure, Required: true},
		{Name: name + "[].StartTime.Hours", Type: Integer, Required: true, Max: 23},
		{Name: name + "[].StartTime.Minutes", Type: Integer, Required: true, Max: 59},
		{Name: name + "[].EndTime", Type: Structure, Required: true},
		{Name: name + "[].EndTime.Hours", Type: Integer, Required: true, Max: 23},
		{Name: name + "[].EndTime.Minutes", Type: Integer, Required: true, Max: 59},
	}
}

// overrideHoursRows are the slots of an override.
func overrideHoursRows(name string, required bool) []Field {
	return []Field{
		{Name: name, Required: required, Type: List, Max: 100},
		{Name: name + "[]", Type: Structure},
		{Name: name + "[].Day", Type: String, Enum: []string{"SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY"}},
		{Name: name + "[].StartTime", Type: Structure},
		{Name: name + "[].StartTime.Hours", Type: Integer, Required: true, Max: 23},
		{Name: name + "[].StartTime.Minutes", Type: Integer, Required: true, Max: 59},
		{Name: name + "[].EndTime", Type: Structure},
		{Name: name + "[].EndTime.Hours", Type: Integer, Required: true, Max: 23},
		{Name: name + "[].EndTime.Minutes", Type: Integer, Required: true, Max: 59},
	}
}

// recurrenceRows say when an override comes again.
func recurrenceRows(name string, required bool) []Field {
	return []Field{
		{Name: name, Required: required, Type: Structure},
		{Name: name + ".RecurrencePattern", Type: Structure, Required: true},
		{Name: name + ".RecurrencePattern.Frequency", Type: String, Required: true, Enum: []string{"WEEKLY", "MONTHLY", "YEARLY"}},
		{Name: name + ".RecurrencePattern.Interval", Type: Integer, Required: true, Min: 1, Max: 6},
		{Name: name + ".RecurrencePattern.ByMonth", Type: List},
		{Name: name + ".RecurrencePattern.ByMonth[]", Type: Integer, Min: 1, Max: 12},
		{Name: name + ".RecurrencePattern.ByMonthDay", Type: List},
		{Name: name + ".RecurrencePattern.ByMonthDay[]", Type: Integer, Min: -1, Max: 31},
		{Name: name + ".RecurrencePattern.ByWeekdayOccurrence", Type: List, Max: 1},
		{Name: name + ".RecurrencePattern.ByWeekdayOccurrence[]", Type: Integer, Min: -1, Max: 4},
	}
}
