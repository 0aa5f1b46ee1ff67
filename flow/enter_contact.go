package flow

import "strings"

// updateContactAttributes resolves all attributes or none.
// doc: flow language, UpdateContactAttributes
func updateContactAttributes(c call) entered {
	attributes, ok := c.args["Attributes"].pairs(c.env)
	if !ok {
		return refuse(NoMatchingError)
	}
	return carry(SetAttributes{Target: c.target(), Attributes: attributes})
}

// target is the contact that is meant; the current one where the flow does not
// say.
func (c call) target() Target {
	if target := c.args.static("TargetContact"); target != "" {
		return Target(target)
	}
	return TargetCurrent
}

// updateFlowAttributes sets all or none. They stay with the flow.
// doc: flow language, UpdateFlowAttributes; administrator guide, Set contact attributes
func updateFlowAttributes(c call) entered {
	set := map[string]Value{}
	for _, r := range c.args["FlowAttributes"].records {
		v, ok := r.fields.value("Value", c.env)
		if !ok {
			return refuse(NoMatchingError)
		}
		set[r.name] = v
	}
	next, ok := c.state.withAttributes(set)
	if !ok {
		return refuse(NoMatchingError)
	}
	return entered{keep: &next}
}

// updateContactData sets all or nothing.
// doc: flow language, UpdateContactData
func updateContactData(c call) entered {
	set := SetContactData{Target: c.target(), Fields: map[string]Value{}, References: map[string]ContactReference{}}
	for _, name := range []string{"Name", "Description", "LanguageCode", "CustomerId", "WisdomSessionArn"} {
		if !c.args.has(name) {
			continue
		}
		v, ok := c.value(name)
		if !ok {
			return refuse(NoMatchingError)
		}
		set.Fields[name] = v
	}
	for _, r := range c.args["References"].records {
		kind, ok := r.fields.optional("Type", c.env)
		value, found := r.fields.value("Value", c.env)
		if !ok || !found {
			return refuse(NoMatchingError)
		}
		set.References[r.name] = ContactReference{Type: kind.Text, Value: value}
	}
	if len(set.Fields)+len(set.References) == 0 {
		return entered{} // all there was is for voice
	}
	return carry(set)
}

// updateContactEventHooks sets the one hook that the table holds. A chat cannot
// be put on hold, so the hold hooks fail.
//
// doc: flow language, UpdateContactEventHooks; administrator guide, Set hold flow
func updateContactEventHooks(c call) entered {
	hooks := c.args["EventHooks"]
	e := hooks.table[0]
	name, _ := e.key.static()
	id, ok := e.value.value(c.env)
	if !ok || hooks.valid(id.Text) != "" || name == "AgentHold" || name == "CustomerHold" {
		return refuse(NoMatchingError)
	}
	return carry(SetHook{Hook: name, FlowID: id.Text})
}

// doc: flow language, TagContact
func tagContact(c call) entered {
	pairs, ok := c.args["Tags"].pairs(c.env)
	if !ok {
		return refuse(NoMatchingError)
	}
	set := SetTags{Tags: map[string]string{}}
	for key, v := range pairs {
		set.Tags[key] = v.Text
	}
	return carry(set)
}

// doc: administrator guide, Create persistent contact association
func createPersistentContactAssociation(c call) entered {
	rehydration, ok := c.value("RehydrationType")
	source, found := c.value("SourceContactId")
	token, fine := c.optional("ClientToken")
	if !ok || !found || !fine {
		return refuse(NoMatchingError)
	}
	return carry(Associate{RehydrationType: rehydration.Text, Source: source, ClientToken: token.Text})
}

// updateContactRecordingAndAnalyticsBehavior knows of chat alone: settings for
// voice are for another channel, and no screen is recorded.
//
// doc: flow language, UpdateContactRecordingAndAnalyticsBehavior
func updateContactRecordingAndAnalyticsBehavior(c call) entered {
	if c.args.has("VoiceBehavior") {
		return refuse(ChannelMismatch)
	}
	if !c.args.has("ChatBehavior") {
		return entered{}
	}
	behavior := c.args["ChatBehavior"].fields["ChatAnalyticsBehavior"].fields
	language, ok := behavior.optional("AnalyticsLanguage", c.env)
	written, fine := asRedaction(behavior["ConversationalAnalyticsRedactionConfiguration"].fields, c.env)
	inFlight, known := asRedaction(behavior["InFlightChatRedactionConfiguration"].fields, c.env)
	if !ok || !fine || !known {
		return refuse(NoMatchingError)
	}
	return carry(SetAnalytics{Enabled: yes(behavior.static("Enabled")), Language: language.Text, Redaction: written, InFlight: inFlight})
}

// asRedaction returns nil where nothing is to be redacted.
func asRedaction(args arguments, env Env) (*Redaction, bool) {
	results, ok := args.optional("RedactionResults", env)
	if !ok || !yes(args.static("Enabled")) {
		return nil, ok
	}
	return &Redaction{MaskMode: args.static("RedactionMaskMode"), Entities: append([]string(nil), args["RedactionEntities"].list...),
		Results: results.Text, DeliverUnprocessed: yes(args.static("DeliverUnprocessedMessages"))}, true
}

// processorIsNamed is a check: who is to process messages has a name.
func processorIsNamed(c *checker, at string, a *Action) {
	processor := a.arguments["ChatProcessor"].fields
	if yes(processor.static("ProcessingEnabled")) && !processor.has("LambdaProcessorARN") {
		c.report(at+".Parameters.ChatProcessor.LambdaProcessorARN", "is missing")
	}
}

// doc: flow language, UpdateContactMediaProcessing
func updateContactMediaProcessing(c call) entered {
	processor := c.args["ChatProcessor"].fields
	if !yes(processor.static("ProcessingEnabled")) {
		return carry(SetMediaProcessing{})
	}
	arn, ok := processor.value("LambdaProcessorARN", c.env)
	if !ok {
		return refuse(NoMatchingError)
	}
	return carry(SetMediaProcessing{Enabled: true, LambdaARN: arn.Text,
		DeliverUnprocessed: yes(processor["ChatProcessorSettings"].fields.static("DeliverUnprocessedMessages"))})
}

func yes(truth string) bool { return strings.EqualFold(truth, "True") }
