package wire

import "encoding/json"

// DescribeViewRequest asks for a view of which a message has a token.
//
// doc: API_connect-participant_DescribeView
type DescribeViewRequest struct {
	ViewToken       string
	ConnectionToken string
}

// DescribeViewResponse shows a view.
type DescribeViewResponse struct{ View ParticipantView }

// ParticipantView is a view as participants are shown it.
type ParticipantView struct {
	Id      string
	Arn     string
	Name    string
	Version int64 `json:",omitempty"` // absent where there is none yet
	Content ViewContent
}

// ViewContent is all that a view looks like but for what it shows. InputSchema
// and Template are JSON in strings: ChatInterface takes nothing else.
type ViewContent struct {
	InputSchema string
	Template    string
	Actions     []string
}

type viewMessage struct {
	TemplateType string      `json:"templateType"`
	Version      string      `json:"version"`
	Data         viewPayload `json:"data"`
}

type viewPayload struct {
	Content viewPart `json:"content"`
}

type viewPart struct {
	ID    string          `json:"viewId"`
	Token string          `json:"viewToken"`
	Data  json.RawMessage `json:"viewData"`
}

// ShowView makes the content of an interactive message that shows a view; data is
// what it shows, a JSON object.
func ShowView(id, token string, data json.RawMessage) (string, error) {
	content, err := json.Marshal(viewMessage{TemplateType: templateView, Version: templateVersion, Data: viewPayload{viewPart{id, token, data}}})
	return string(content), err
}

// ViewAnswer is what a customer has chosen in a view, and entered.
type ViewAnswer struct {
	TemplateType string          `json:"templateType"`
	Action       string          `json:"action"`
	Data         json.RawMessage `json:"data"`
}

// ParseViewAnswer reads the content of an interactive response; nil where it is no
// answer to a view.
func ParseViewAnswer(content string) *ViewAnswer {
	var a ViewAnswer
	if json.Unmarshal([]byte(content), &a) != nil || a.TemplateType != templateView || a.Action == "" {
		return nil
	}
	return &a
}
