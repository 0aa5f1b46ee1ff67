package flow

// contactActions are the rows of actions that note something about the contact,
// or about the flow.
var contactActions = map[string]kind{
	// Flows exported before the choice existed have no TargetContact.
	"UpdateContactAttributes": {
		parameters: []parameter{
			{name: "Attributes", form: free, shape: table, required: true},
			targetContact(false),
		},
		required: []string{NoMatchingError},
		enter:    updateContactAttributes,
	},

	// The documents know of no branch, the console's block has one for what is too
	// much.
	"UpdateFlowAttributes": {
		parameters: []parameter{{name: "FlowAttributes", shape: records, required: true, bare: "Value",
			fields: []parameter{{name: "Value", form: free, required: true}}}},
		allowed: []string{NoMatchingError},
		enter:   updateFlowAttributes,
	},

	// What there is for Voice ID and for video is passed over.
	"UpdateContactData": {
		parameters: []parameter{
			{name: "Name", form: free, valid: characters(0, 512)},
			{name: "Description", form: free, valid: characters(0, 4096)},
			{name: "LanguageCode", form: free, valid: characters(0, 50)},
			{name: "CustomerId", form: free, valid: characters(0, 256)},
			{name: "WisdomSessionArn", form: free, valid: characters(0, maxIDLength)},
			{name: "References", shape: records, bare: "Value", key: characters(1, 4096), fields: []parameter{
				{name: "Type", form: whole, valid: characters(1, 50)},
				{name: "Value", form: free, required: true, valid: characters(0, 4096)}}},
			targetContact(false), // the documents require it, the console leaves it out
		},
		rules:    rules{open: true},
		required: []string{NoMatchingError},
		enter:    updateContactData,
	},

	"UpdateContactEventHooks": {
		parameters: []parameter{{
			name: "EventHooks", form: whole, shape: table, required: true, single: true,
			valid: characters(1, maxIDLength),
			keys: []string{"AgentHold", "AgentWhisper", "CustomerHold", "CustomerQueue", "CustomerRemaining",
				"CustomerWhisper", "DefaultAgentUI", "DisconnectAgentUI", "PauseContact", "ResumeContact"},
		}},
		required: []string{NoMatchingError},
		enter:    updateContactEventHooks,
	},

	"TagContact": {
		parameters: []parameter{{name: "Tags", form: free, shape: table, required: true, key: tagKey, most: maxTags, valid: characters(0, 256)}},
		required:   []string{NoMatchingError},
		enter:      tagContact,
	},

	// The documents write UnTagContact, the service takes UntagContact alone.
	"UnTagContact": untagContact(),
	"UntagContact": untagContact(),

	"CreatePersistentContactAssociation": {
		parameters: []parameter{
			{name: "RehydrationType", form: whole, required: true, valid: among("ENTIRE_PAST_SESSION", "FROM_SEGMENT")},
			{name: "SourceContactId", form: whole, required: true, valid: characters(1, 256)},
			{name: "ClientToken", form: whole, valid: characters(0, 500)},
		},
		required: []string{NoMatchingError},
		enter:    createPersistentContactAssociation,
	},

	// A chat is always written down, and never recorded otherwise; so there is
	// nothing to do, and nothing that could fail.
	"UpdateContactRecordingBehavior": {
		in: beforeAgent | outboundWhisper,
		parameters: []parameter{
			{name: "RecordingBehavior", shape: object, rules: rules{open: true}, fields: []parameter{
				{name: "RecordedParticipants", shape: list, valid: among("Agent", "Customer")},
				{name: "ScreenRecordedParticipants", shape: list, valid: among("Agent")},
				{name: "IVRRecordingBehavior", valid: among("Enabled", "Disabled")}}},
			{name: "AnalyticsBehavior", shape: object, rules: rules{open: true}, fields: []parameter{
				{name: "Enabled", valid: truth}}},
		},
		enter: func(call) entered { return entered{} },
	},

	"UpdateContactRecordingAndAnalyticsBehavior": {
		parameters: []parameter{
			{name: "ChatBehavior", shape: object, fields: []parameter{chatAnalytics()}, rules: rules{open: true}},
			{name: "VoiceBehavior", shape: object, rules: rules{open: true}},
			{name: "ScreenRecordingBehavior", shape: object, rules: rules{open: true}},
		},
		rules:    rules{atMostOne: []string{"ChatBehavior", "VoiceBehavior"}},
		required: []string{NoMatchingError},
		allowed:  []string{ChannelMismatch, RedactionFailed},
		enter:    updateContactRecordingAndAnalyticsBehavior,
	},

	"UpdateContactMediaProcessing": {
		parameters: []parameter{{name: "ChatProcessor", shape: object, required: true, fields: []parameter{
			{name: "ProcessingEnabled", required: true, valid: truth},
			{name: "LambdaProcessorARN", form: whole, valid: characters(1, maxIDLength)},
			{name: "ChatProcessorSettings", shape: object, fields: []parameter{
				{name: "DeliverUnprocessedMessages", valid: truth}}}}}},
		required: []string{NoMatchingError},
		allowed:  []string{ChannelMismatch},
		check:    processorIsNamed,
		enter:    updateContactMediaProcessing,
	},

	"UpdateFlowLoggingBehavior": {
		parameters: []parameter{{name: "FlowLoggingBehavior", required: true, valid: among("Enabled", "Disabled")}},
		enter: func(c call) entered {
			return carry(SetFlowLogging{Enabled: c.args.static("FlowLoggingBehavior") == "Enabled"})
		},
	},
}

func untagContact() kind {
	return kind{
		parameters: []parameter{{name: "TagKeys", shape: list, required: true, valid: tagKey}},
		required:   []string{NoMatchingError},
		enter:      func(c call) entered { return carry(RemoveTags{Keys: append([]string(nil), c.args["TagKeys"].list...)}) },
	}
}

func chatAnalytics() parameter {
	return parameter{name: "ChatAnalyticsBehavior", shape: object, required: true, rules: rules{open: true}, fields: []parameter{
		{name: "Enabled", required: true, valid: truth},
		{name: "AnalyticsLanguage", form: whole, valid: characters(1, 20)},
		{name: "ConversationalAnalyticsRedactionConfiguration", shape: object, rules: rules{open: true}, fields: append(redaction(),
			parameter{name: "RedactionResults", form: whole, valid: among("RedactedAndOriginal", "RedactedOnly")})},
		{name: "InFlightChatRedactionConfiguration", shape: object, rules: rules{open: true}, fields: append(redaction(),
			parameter{name: "DeliverUnprocessedMessages", valid: truth})},
	}}
}

func redaction() []parameter {
	return []parameter{
		{name: "Enabled", required: true, valid: truth},
		{name: "RedactionMaskMode", valid: among("EntityType", "PII")},
		{name: "RedactionEntities", shape: list, valid: characters(1, 100)},
	}
}
