package api

import "github.com/perch-chat/perch/wire"

// settingOperations are the rows of the table for what an instance is set up with.
func settingOperations() []operation {
	return []operation{
		{wire.Lookup(wire.Connect, "CreateQueue"), typed(createQueue)},
		{wire.Lookup(wire.Connect, "DescribeQueue"), typed(describeQueue)},
		{wire.Lookup(wire.Connect, "ListQueues"), typed(listQueues)},
		{wire.Lookup(wire.Connect, "UpdateQueueName"), typed(queueSettings().update)},
		{wire.Lookup(wire.Connect, "UpdateQueueStatus"), typed(queueSettings().update)},
		{wire.Lookup(wire.Connect, "UpdateQueueHoursOfOperation"), typed(queueSettings().update)},
		{wire.Lookup(wire.Connect, "UpdateQueueMaxContacts"), typed(queueSettings().update)},
		{wire.Lookup(wire.Connect, "UpdateQueueOutboundCallerConfig"), typed(queueSettings().update)},
		{wire.Lookup(wire.Connect, "DeleteQueue"), typed(queueSettings().delete)},
		{wire.Lookup(wire.Connect, "AssociateQueueQuickConnects"), typed(associateQueueQuickConnects)},
		{wire.Lookup(wire.Connect, "DisassociateQueueQuickConnects"), typed(disassociateQueueQuickConnects)},
		{wire.Lookup(wire.Connect, "ListQueueQuickConnects"), typed(listQueueQuickConnects)},
		{wire.Lookup(wire.Connect, "CreateHoursOfOperation"), typed(createHoursOfOperation)},
		{wire.Lookup(wire.Connect, "DescribeHoursOfOperation"), typed(describeHoursOfOperation)},
		{wire.Lookup(wire.Connect, "ListHoursOfOperations"), typed(listHoursOfOperations)},
		{wire.Lookup(wire.Connect, "UpdateHoursOfOperation"), typed(hoursSettings().update)},
		{wire.Lookup(wire.Connect, "DeleteHoursOfOperation"), typed(hoursSettings().delete)},
		{wire.Lookup(wire.Connect, "CreateHoursOfOperationOverride"), typed(createHoursOfOperationOverride)},
		{wire.Lookup(wire.Connect, "DescribeHoursOfOperationOverride"), typed(describeHoursOfOperationOverride)},
		{wire.Lookup(wire.Connect, "ListHoursOfOperationOverrides"), typed(listHoursOfOperationOverrides)},
		{wire.Lookup(wire.Connect, "UpdateHoursOfOperationOverride"), typed(updateHoursOfOperationOverride)},
		{wire.Lookup(wire.Connect, "DeleteHoursOfOperationOverride"), typed(deleteHoursOfOperationOverride)},
		{wire.Lookup(wire.Connect, "GetEffectiveHoursOfOperations"), typed(getEffectiveHoursOfOperations)},
	}
}

// settingsPolicy is who may do what with it: those who watch may look.
func settingsPolicy() map[string]callers {
	return map[string]callers{
		"connect:CreateQueue":                      administrators,
		"connect:DescribeQueue":                    readers | supervisors,
		"connect:ListQueues":                       readers | supervisors,
		"connect:UpdateQueueName":                  administrators,
		"connect:UpdateQueueStatus":                administrators,
		"connect:UpdateQueueHoursOfOperation":      administrators,
		"connect:UpdateQueueMaxContacts":           administrators,
		"connect:UpdateQueueOutboundCallerConfig":  administrators,
		"connect:DeleteQueue":                      administrators,
		"connect:AssociateQueueQuickConnects":      administrators,
		"connect:DisassociateQueueQuickConnects":   administrators,
		"connect:ListQueueQuickConnects":           readers | supervisors,
		"connect:CreateHoursOfOperation":           administrators,
		"connect:DescribeHoursOfOperation":         readers | supervisors,
		"connect:ListHoursOfOperations":            readers | supervisors,
		"connect:UpdateHoursOfOperation":           administrators,
		"connect:DeleteHoursOfOperation":           administrators,
		"connect:CreateHoursOfOperationOverride":   administrators,
		"connect:DescribeHoursOfOperationOverride": readers | supervisors,
		"connect:ListHoursOfOperationOverrides":    readers | supervisors,
		"connect:UpdateHoursOfOperationOverride":   administrators,
		"connect:DeleteHoursOfOperationOverride":   administrators,
		"connect:GetEffectiveHoursOfOperations":    readers | supervisors,
	}
}
