package catalog

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/perch-chat/perch"
)

// ViewContent is all of a view but for what it shows.
type ViewContent struct {
	// Template is how it is built, as JSON.
	Template string `json:",omitempty"`
	// Actions are what the customer can choose in it.
	Actions []string `json:",omitempty"`
	// InputSchema is the JSON Schema of what it shows. Of an instance's own views
	// it is made from the template.
	InputSchema string `json:",omitempty"`
	// Sum is the SHA-256 of template and actions, in hex. Amazon does not say what
	// its sum is of: clients only ever hand back what they were shown.
	Sum string `json:",omitempty"`
}

func (c ViewContent) sum() string {
	text, err := json.Marshal(struct {
		Template string
		Actions  []string
	}{c.Template, c.Actions})
	if err != nil { // strings always encode
		panic(err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// templateRef is where a template shows something that the flow gives: the path of
// it behind the dollar. "$.50" is an amount.
var templateRef = regexp.MustCompile(`\$((?:\.[A-Za-z_][A-Za-z0-9_-]*)+)`)

// prepare holds what is saved against its limits, and makes its schema and sum. What is to
// be published must be a view that a client can draw: a JSON object whose Body is
// components.
//
// doc: API_CreateView, Status; view-resources-custom-view.md
func (c *ViewContent) prepare(publish bool) error {
	c.InputSchema, c.Sum = "", c.sum()
	size := len(c.Template)
	for _, a := range c.Actions {
		size += len(a)
	}
	switch {
	case size > maxViewContent:
		return perch.InvalidField("Content", "must have at most %d bytes, not %d", maxViewContent, size)
	case len(c.Actions) > maxViewActions:
		return perch.InvalidField("Content.Actions", "must be at most %d, not %d", maxViewActions, len(c.Actions))
	case c.Template == "" && publish:
		return perch.InvalidField("Content.Template", "must be given to publish the view")
	case c.Template == "":
		return nil
	}
	var template map[string]json.RawMessage
	if err := json.Unmarshal([]byte(c.Template), &template); err != nil || template == nil {
		return templateProblem("", "must be a JSON object")
	}
	if publish {
		if err := checkTemplate(template); err != nil {
			return err
		}
	}
	c.InputSchema = inputSchema(c.Template)
	return nil
}

func templateProblem(at, what string) error {
	if at == "" {
		return perch.InvalidField("Content.Template", "%s", what)
	}
	return perch.InvalidField("Content.Template", "%s %s", at, what)
}

func checkTemplate(template map[string]json.RawMessage) error {
	if head, given := template["Head"]; given && !startsWith(head, '{') {
		return templateProblem("Head", "must be an object")
	}
	var body []json.RawMessage
	if json.Unmarshal(template["Body"], &body) != nil || len(body) == 0 {
		return templateProblem("Body", "must be a list of at least one component")
	}
	return checkComponents("Body", body)
}

func checkComponents(at string, list []json.RawMessage) error {
	for i, raw := range list {
		if err := checkComponent(at+"["+strconv.Itoa(i)+"]", raw); err != nil {
			return err
		}
	}
	return nil
}

// checkComponent holds one component against what all have in common. Which types
// there are, and their Props, is for the clients that draw them.
func checkComponent(at string, raw json.RawMessage) error {
	var c map[string]json.RawMessage
	if json.Unmarshal(raw, &c) != nil || c == nil {
		return templateProblem(at, "must be an object")
	}
	var kind string
	if json.Unmarshal(c["Type"], &kind) != nil || kind == "" {
		return templateProblem(at+".Type", "must be the name of a component")
	}
	if props, given := c["Props"]; given && !startsWith(props, '{') {
		return templateProblem(at+".Props", "must be an object")
	}
	content, given := c["Content"]
	if !given || startsWith(content, '"') { // a text, or what the flow gives
		return nil
	}
	var inner []json.RawMessage
	if json.Unmarshal(content, &inner) != nil {
		return templateProblem(at+".Content", "must be a list")
	}
	for i, part := range inner {
		if startsWith(part, '"') {
			continue // text
		}
		if err := checkComponent(at+".Content["+strconv.Itoa(i)+"]", part); err != nil {
			return err
		}
	}
	return nil
}

func startsWith(value json.RawMessage, first byte) bool {
	value = bytes.TrimSpace(value)
	return len(value) > 0 && value[0] == first
}

// schema is a JSON Schema that says which members there are, and nothing of the
// values.
type schema struct {
	Type       string             `json:"type,omitempty"`
	Properties map[string]*schema `json:"properties,omitempty"`
	Required   []string           `json:"required,omitempty"`
}

// inputSchema asks for all that a template takes from the flow. How Amazon makes its
// schemas it does not say; that there is one, it does.
//
// doc: API_ViewInputContent
func inputSchema(template string) string {
	root := &schema{Type: "object"}
	for _, found := range templateRef.FindAllStringSubmatch(template, -1) {
		at := root
		for _, name := range strings.Split(found[1], ".")[1:] {
			at = at.member(name)
		}
	}
	text, err := json.Marshal(root)
	if err != nil { // our own types always encode
		panic(err)
	}
	return string(text)
}

func (s *schema) member(name string) *schema {
	if m, ok := s.Properties[name]; ok {
		return m
	}
	if s.Properties == nil {
		s.Type, s.Properties = "object", map[string]*schema{}
	}
	m := &schema{}
	s.Properties[name] = m
	s.Required = append(s.Required, name)
	slices.Sort(s.Required)
	return m
}
