package flow

// Types of flow of which talkActions speak.
const (
	beforeAgent = inbound | transfer | queueing // no whisper and no hold flow
	talking     = beforeAgent | anyWhisper
)

// talkActions are the rows of actions in which the customer takes part.
var talkActions = map[string]kind{
	// Sends a text. The other kinds of prompt are sound, so on chat they fail.
	"MessageParticipant": {
		in:         talking,
		parameters: prompt(),
		rules:      rules{oneOf: promptNames()},
		allowed:    []string{NoMatchingError},
		enter:      messageParticipant,
	},

	// Sound that is repeated while somebody waits. On chat it fails at once; with
	// no branch for that the flow stops, and the contact stays where it is.
	"MessageParticipantIteratively": {
		in: queueing | hold,
		parameters: []parameter{
			{name: "Messages", shape: objects, required: true, fields: prompt(), rules: rules{oneOf: promptNames()}},
			{name: "InterruptFrequencySeconds", form: whole, numeric: true},
		},
		results: &results{operators: []string{"Equals"}},
		allowed: []string{NoMatchingError},
		then:    thenBranch,
		fails:   NoMatchingError,
	},

	// Digits from a telephone.
	"GetParticipantInput": {
		in: beforeAgent,
		parameters: append(prompt(),
			parameter{name: "StoreInput", valid: truth},
			parameter{name: "InputTimeLimitSeconds", form: whole, numeric: true},
			parameter{name: "InputValidation", shape: object, rules: rules{oneOf: []string{"PhoneNumberValidation", "CustomValidation"}},
				fields: []parameter{
					{name: "PhoneNumberValidation", shape: object, fields: []parameter{
						{name: "NumberFormat", required: true, valid: among("Local", "E164")},
						{name: "CountryCode", valid: characters(2, 2)},
					}},
					{name: "CustomValidation", shape: object, fields: []parameter{
						{name: "MaximumLength", form: whole, numeric: true, required: true}}},
				}},
			parameter{name: "InputEncryption", shape: object, fields: []parameter{
				{name: "EncryptionKeyId", form: free, required: true}, {name: "Key", form: free, required: true}}},
			parameter{name: "DTMFConfiguration", shape: object, fields: []parameter{
				{name: "InputTerminationSequence", form: whole, valid: characters(0, 5)},
				{name: "DisableCancelKey", valid: truth},
				{name: "InterdigitTimeLimitSeconds", form: whole, numeric: true, valid: integer(1, 20)}}},
		),
		rules:    rules{atMostOne: promptNames(), open: true},
		results:  &results{operators: []string{"Equals"}},
		required: []string{NoMatchingError},
		allowed:  []string{NoMatchingCondition, InvalidPhoneNumber, InputTimeLimitExceeded},
		then:     thenBranch,
		fails:    NoMatchingError,
	},

	// A bot without a prompt says the first word itself, or waits for it.
	"ConnectParticipantWithLexBot": {
		in: beforeAgent,
		parameters: append(prompt(),
			parameter{name: "LexV2Bot", shape: object, fields: []parameter{
				{name: "AliasArn", form: free, required: true, valid: characters(1, maxIDLength)}}},
			parameter{name: "LexBot", shape: object, fields: []parameter{
				{name: "Name", form: free, required: true, valid: characters(1, maxIDLength)},
				{name: "Region", form: free, valid: characters(1, maxIDLength)},
				{name: "Alias", form: free, required: true, valid: characters(1, maxIDLength)}}},
			parameter{name: "LexSessionAttributes", shape: table, form: free, key: characters(1, maxIDLength)},
			parameter{name: "LexInitializationData", shape: object, fields: []parameter{
				{name: "InitialMessage", form: free, required: true}}},
			parameter{name: "LexTimeoutSeconds", shape: object, fields: []parameter{
				{name: "Text", form: whole, numeric: true, required: true, valid: integer(1, maxWaitSeconds)}}},
		),
		rules:    rules{atMostOne: promptNames()},
		results:  &results{operators: []string{"Equals"}},
		required: []string{NoMatchingCondition, NoMatchingError},
		allowed:  []string{InputTimeLimitExceeded},
		then:     thenBranch,
		check:    oneBot,
		enter:    connectBot,
		learn:    learnFromBot,
	},

	"ShowView": {
		in: inbound | queueing,
		parameters: []parameter{
			{name: "ViewResource", shape: object, required: true, fields: []parameter{
				{name: "Id", form: whole, required: true, valid: characters(1, maxIDLength)},
				{name: "Version", form: whole, numeric: true, valid: characters(1, maxIDLength)}}},
			{name: "InvocationTimeLimitSeconds", form: whole, numeric: true, required: true, valid: integer(1, maxWaitSeconds)},
			{name: "ViewData", shape: freeform},
			{name: "SensitiveDataConfiguration", shape: object, fields: []parameter{
				{name: "HideResponseOn", shape: list, required: true, valid: among("TRANSCRIPT")}}},
		},
		results:  &results{operators: []string{"Equals"}},
		required: []string{NoMatchingCondition, NoMatchingError, TimeLimitExceeded},
		then:     thenBranch,
		enter:    showView,
		learn:    learnFromView,
	},

	// Where what the provider says of the customer is kept is Customer Profiles' own
	// matter, and not looked at. That a customer may decline needs a branch: to go on
	// as after success would be what nobody means.
	"AuthenticateParticipant": {
		in: inbound,
		parameters: []parameter{
			{name: "CognitoConfiguration", shape: object, required: true, fields: []parameter{
				{name: "UserPoolArn", form: free, valid: characters(1, maxIDLength)},
				{name: "AppClientId", form: free, required: true, valid: characters(1, maxIDLength)}}},
			{name: "TimeLimitMinutes", form: whole, numeric: true, valid: integer(3, 15)},
		},
		rules:    rules{open: true},
		results:  &results{operators: []string{"Equals"}, names: func(arguments) []string { return []string{ResultOptedOut} }},
		required: []string{NoMatchingError},
		allowed:  []string{TimeLimitExceeded, NoMatchingCondition},
		then:     thenEither,
		enter:    authenticate,
	},

	// The documents write TimeoutSeconds, the console TimeLimitSeconds.
	"Wait": {
		parameters: []parameter{
			{name: "TimeLimitSeconds", form: whole, numeric: true, valid: integer(1, maxWaitSeconds)},
			{name: "TimeoutSeconds", form: whole, numeric: true, valid: integer(1, maxWaitSeconds)},
			{name: "Events", shape: list, valid: among(EventCustomerReturned, EventBotDisconnected)},
		},
		rules:    rules{oneOf: []string{"TimeLimitSeconds", "TimeoutSeconds"}},
		results:  &results{operators: []string{"Equals"}, names: waitResults},
		required: []string{NoMatchingError},
		allowed:  []string{ParticipantNotFound},
		then:     thenWait,
		enter:    wait,
	},

	"DisconnectParticipant": {
		in:    beforeAgent,
		then:  thenDone,
		enter: func(call) entered { return carry(Disconnect{}) },
	},
}
