package flow

// callActions are the rows of actions that call a function outside.
var callActions = map[string]kind{
	"InvokeLambdaFunction": {
		parameters: []parameter{
			{name: "LambdaFunctionARN", form: free, required: true, valid: characters(1, maxIDLength)},
			{name: "InvocationTimeLimitSeconds", numeric: true, valid: integer(1, 8)},
			{name: "InvocationType", valid: among("SYNCHRONOUS", "ASYNCHRONOUS")},
			{name: "LambdaInvocationAttributes", shape: freeform},
			{name: "ResponseValidation", shape: object, fields: []parameter{
				{name: "ResponseType", required: true, valid: among("STRING_MAP", "JSON")}}},
		},
		required: []string{NoMatchingError},
		enter:    invokeLambda,
		learn:    learnFromLambda,
	},
}

// elsewhereActions are the rows of actions for what perch does not have: calls,
// tasks, cases, profiles. A flow that holds one is read, since exported flows
// hold them beside what is for chat; when it comes to one it takes the error
// branch, as Amazon's do on a chat. Their parameters and branches are not looked
// at.
var elsewhereActions = map[string]kind{
	"AssociateContactToCustomerProfile":         elsewhere(NoMatchingError),
	"CheckOutboundCallStatus":                   elsewhere(NoMatchingError),
	"CheckVoiceId":                              elsewhere(NoMatchingError),
	"CompleteOutboundCall":                      elsewhere(NoMatchingError),
	"CreateCallbackContact":                     elsewhere(NoMatchingError),
	"CreateCase":                                elsewhere(NoMatchingError),
	"CreateContact":                             elsewhere(NoMatchingError),
	"CreateCustomerProfile":                     elsewhere(NoMatchingError),
	"CreateTask":                                elsewhere(NoMatchingError),
	"CreateWisdomSession":                       elsewhere(NoMatchingError),
	"EvaluateDataTableValues":                   elsewhere(NoMatchingError),
	"GetCalculatedAttributesForCustomerProfile": elsewhere(NoMatchingError),
	"GetCase":                                   elsewhere(NoMatchingError),
	"GetCustomerProfile":                        elsewhere(NoMatchingError),
	"GetCustomerProfileObject":                  elsewhere(NoMatchingError),
	"ListDataTableValues":                       elsewhere(NoMatchingError),
	"LoadContactContent":                        elsewhere(NoMatchingError),
	"PutDialRequest":                            elsewhere(NoMatchingError),
	"RenderMessageTemplate":                     elsewhere(NoMatchingError),
	"ResumeContact":                             elsewhere(NoMatchingError),
	"StartOutboundEmailContact":                 elsewhere(NoMatchingError),
	"StartVoiceIdStream":                        elsewhere(NoMatchingError),
	"TransferParticipantToThirdParty":           elsewhere(NoMatchingError),
	"UpdateCase":                                elsewhere(NoMatchingError),
	"UpdateContactCallbackNumber":               elsewhere(InvalidCallbackNumber),
	"UpdateContactMediaStreamingBehavior":       elsewhere(NoMatchingError),
	"UpdateCustomerProfile":                     elsewhere(NoMatchingError),
	"UpdatePreviousContactParticipantState":     elsewhere(NoMatchingError),
	"UpsertDataTableValues":                     elsewhere(NoMatchingError),

	// For short messages alone; what it is about is fixed, and checked.
	"StartOutboundChatContact": {
		parameters: []parameter{
			{name: "SourceEndpoint", shape: object, required: true, fields: endpoint("CONNECT_PHONENUMBER_ARN")},
			{name: "DestinationEndpoint", shape: object, required: true, fields: endpoint("TELEPHONE_NUMBER")},
			{name: "ContactFlowArn", form: free, required: true, valid: characters(1, maxIDLength)},
			{name: "ContactSubtype", required: true, valid: among("connect:SMS")},
			{name: "InitialSystemMessage", shape: object, fields: []parameter{{name: "Content", form: free}}},
			{name: "RelatedContact", valid: among("CURRENT")},
		},
		rules:    rules{open: true},
		required: []string{NoMatchingError},
		fails:    NoMatchingError,
	},

	// A chat has no voice to set, and does well without: Amazon's goes on.
	"UpdateContactTextToSpeechVoice": {
		rules:    rules{open: true},
		anyError: true,
		enter:    func(call) entered { return entered{} },
	},
}

func elsewhere(err string) kind {
	return kind{
		rules: rules{open: true}, results: &results{dynamic: true}, anyError: true, then: thenBranch,
		fails: err,
	}
}

func endpoint(kind string) []parameter {
	return []parameter{
		{name: "Address", form: free, required: true, valid: characters(1, maxIDLength)},
		{name: "Type", required: true, valid: among(kind)},
	}
}
