package flow

import (
	"encoding/json"
	"strconv"
)

// defaultLambdaSeconds is how long a call may take where the flow does not say:
// the console's three seconds.
const defaultLambdaSeconds = 3

// doc: flow language, InvokeLambdaFunction; administrator guide, Invoke Lambda functions
func invokeLambda(c call) entered {
	arn, ok := c.value("LambdaFunctionARN")
	if !ok {
		return refuse(NoMatchingError)
	}
	e := InvokeLambda{ARN: arn.Text, Seconds: defaultLambdaSeconds, Async: c.args.isAsync(), StringMap: c.args.wantsStrings(),
		Parameters: mustJSON(struct{}{})}
	if c.args.has("InvocationTimeLimitSeconds") {
		e.Seconds, _ = strconv.Atoi(c.args.static("InvocationTimeLimitSeconds"))
	}
	if c.args.has("LambdaInvocationAttributes") {
		parameters, ok := c.args["LambdaInvocationAttributes"].document.resolve(c, maxAnswer)
		if !ok {
			return refuse(NoMatchingError)
		}
		e.Parameters = parameters.Data
	}
	return carry(e)
}

func (a arguments) isAsync() bool { return a.static("InvocationType") == "ASYNCHRONOUS" }

// wantsStrings: a flow that does not say wants a flat map of strings.
func (a arguments) wantsStrings() bool {
	return a["ResponseValidation"].fields.static("ResponseType") != "JSON"
}

// learnFromLambda keeps $.External or, of a call that was only started,
// $.LambdaInvocation.InvocationId. A call that fails leaves nothing of the one
// before, so that no flow takes an old answer for a new one.
//
// doc: administrator guide, Invoke Lambda functions
func learnFromLambda(c call, o Outcome) (State, bool) {
	if c.args.isAsync() {
		if o.Error != "" || absent(o.Data) {
			return c.state.without(invocation), true
		}
		return c.state.withObject(invocation, o.Data)
	}
	fresh := c.state.without(external)
	switch {
	case o.Error != "":
		return fresh, true
	case len(o.Data) >= maxAnswer: // the answer must be smaller than 32 KB
		return fresh, false
	case c.args.wantsStrings():
		flat, ok := stringMap(o.Data)
		if !ok {
			return fresh, false
		}
		return fresh.with(external, flat, originOf(external))
	}
	return fresh.withObject(external, o.Data)
}

// stringMap flattens numbers and truth values into strings, as functions written
// for flows are careless about them; it refuses what is nested.
func stringMap(data json.RawMessage) (json.RawMessage, bool) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(data, &fields) != nil || fields == nil {
		return nil, false
	}
	flat := map[string]string{}
	for key, value := range fields {
		switch {
		case absent(value):
			continue
		case value[0] == '{' || value[0] == '[':
			return nil, false
		}
		flat[key] = plainText(value)
	}
	return mustJSON(flat), true
}
