package flow

import (
	"cmp"
	"strconv"
	"strings"
)

// The functions of enter_*.go enter an action: they resolve its parameters and
// say which effect it asks for. A parameter that resolves to nothing, or to what
// its row does not allow, is NoMatchingError.

// defaultBotSeconds is how long a customer has to answer a bot where the flow
// does not say: the console's five minutes.
const defaultBotSeconds = 300

// defaultSignInMinutes is how long a customer has to sign in where the flow does
// not say: the console's three minutes.
const defaultSignInMinutes = "3"

// messageParticipant says its text. A text of which nothing is left, since all
// its references lead nowhere, is not said and is no error: the customer loses
// nothing by it, and a stopped flow would lose the customer.
//
// doc: flow language, MessageParticipant
func messageParticipant(c call) entered {
	if !c.args.has("Text") {
		return refuse(NoMatchingError)
	}
	text := c.args["Text"].text.render(c.env).Text
	if strings.TrimSpace(text) == "" {
		return entered{}
	}
	if c.args["Text"].valid(text) != "" {
		return refuse(NoMatchingError)
	}
	return carry(Say{Text: text, Audience: c.state.Type.audience()})
}

// oneBot is a check: a bot is given in one of two ways.
func oneBot(c *checker, at string, a *Action) {
	if a.arguments.has("LexV2Bot") == a.arguments.has("LexBot") {
		c.report(at+".Parameters", "exactly one of LexV2Bot, LexBot must be given")
	}
}

// connectBot tells the bot what it is to know at first. A text in which nothing
// is left is no text, and a sound is none in a chat: the bot is what matters.
//
// doc: flow language, ConnectParticipantWithLexBot
func connectBot(c call) entered {
	bot, ok := ConnectBot{Seconds: defaultBotSeconds}, true
	bot.Text = strings.TrimSpace(c.args["Text"].text.render(c.env).Text)
	if len(bot.Text) > 0 && c.args["Text"].valid(bot.Text) != "" {
		return refuse(NoMatchingError)
	}
	v1 := c.args["LexBot"].fields
	for _, p := range []struct {
		into *string
		from arguments
		name string
	}{
		{&bot.AliasARN, c.args["LexV2Bot"].fields, "AliasArn"}, {&bot.Name, v1, "Name"}, {&bot.Region, v1, "Region"}, {&bot.Alias, v1, "Alias"},
	} {
		v, found := p.from.optional(p.name, c.env)
		*p.into, ok = v.Text, ok && found
	}
	if c.args.has("LexTimeoutSeconds") {
		limit, found := c.args["LexTimeoutSeconds"].fields.value("Text", c.env)
		bot.Seconds, _ = strconv.Atoi(limit.Text)
		ok = ok && found
	}
	if message, found := c.args["LexInitializationData"].fields.value("InitialMessage", c.env); found {
		bot.InitialMessage = message.Text // $.Media.InitialMessage, which not every chat has
	}
	attributes, found := c.args["LexSessionAttributes"].rendered(c.env)
	if bot.SessionAttributes = attributes; !ok || !found {
		return refuse(NoMatchingError)
	}
	return carry(bot)
}

// learnFromBot keeps $.Lex, of a talk that has failed as well: how far it came is
// there to be looked at.
func learnFromBot(c call, o Outcome) (State, bool) {
	data := o.Data
	if o.Error != "" && absent(data) {
		return c.state, true
	}
	if absent(data) {
		data = mustJSON(map[string]string{"IntentName": o.Result})
	}
	return c.state.withObject(lex, data)
}

// showView resolves what the view shows.
// doc: flow language, ShowView
func showView(c call) entered {
	resource := c.args["ViewResource"].fields
	id, hasID := resource.value("Id", c.env)
	version, hasVersion := resource.optional("Version", c.env)
	limit, hasLimit := c.value("InvocationTimeLimitSeconds")
	seconds, err := strconv.Atoi(limit.Text)
	if !hasID || !hasVersion || !hasLimit || err != nil {
		return refuse(NoMatchingError)
	}
	view := ShowView{ViewID: id.Text, Version: version.Text, Seconds: seconds, Input: mustJSON(struct{}{}),
		Sensitive: len(c.args["SensitiveDataConfiguration"].fields["HideResponseOn"].list) > 0}
	if c.args.has("ViewData") {
		input, ok := c.args["ViewData"].document.resolve(c, maxView)
		if !ok {
			return refuse(NoMatchingError)
		}
		view.Input = input.Data
	}
	return carry(view)
}

// learnFromView keeps $.Views.
func learnFromView(c call, o Outcome) (State, bool) {
	if o.Error != "" {
		return c.state, true
	}
	data, ok := canonical(o.Data, maxAnswer)
	if !ok && !absent(o.Data) {
		return c.state.without(views), false
	}
	return c.state.with(views, mustJSON(map[string]any{"Action": o.Result, "ViewResultData": data}), originOf(views))
}

// authenticate resolves where the customer is to sign in.
// doc: authenticate-customer.md
func authenticate(c call) entered {
	provider := c.args["CognitoConfiguration"].fields
	pool, hasPool := provider.optional("UserPoolArn", c.env)
	client, hasClient := provider.value("AppClientId", c.env)
	limit, hasLimit := c.optional("TimeLimitMinutes")
	minutes, err := strconv.Atoi(cmp.Or(limit.Text, defaultSignInMinutes))
	if !hasPool || !hasClient || !hasLimit || err != nil {
		return refuse(NoMatchingError)
	}
	return carry(Authenticate{UserPoolARN: pool.Text, ClientID: client.Text, Minutes: minutes})
}

// waitCompleted is the result of a wait that no event has ended.
const waitCompleted = "WaitCompleted"

// waitResults are the results that a wait can have.
// doc: flow language, Wait, Execution results and conditions
func waitResults(args arguments) []string {
	return append([]string{waitCompleted}, args["Events"].list...)
}

// doc: flow language, Wait
func wait(c call) entered {
	limit, ok := c.value("TimeLimitSeconds")
	if !ok {
		limit, ok = c.value("TimeoutSeconds")
	}
	seconds, err := strconv.Atoi(limit.Text)
	if !ok || err != nil {
		return refuse(NoMatchingError)
	}
	return carry(Await{Seconds: seconds, Events: append([]string(nil), c.args["Events"].list...)})
}
