package flow

import (
	"embed"
	"encoding/json"
	"fmt"
	"regexp"
)

//go:embed defaults/*.json
var defaultFiles embed.FS

// Default is a flow that comes with the server, in the text that an author
// would have written. Nothing in the engine knows one from any other flow.
type Default struct {
	// Key is the flow's role. Once the flow is created, its id fills the
	// placeholder of this name in the flows that follow.
	Key string
	// Name, Type and Description are the flow's properties. Type is one of
	// Amazon's names, such as CONTACT_FLOW.
	Name, Type, Description string
	// Content is the flow in the Flow language, with placeholders: ${queue} and
	// the Key of any default before this one, such as ${disconnectFlow}.
	Content string
}

// Defaults returns the flows of a new instance in the order of their creation:
// each refers only to flows before it. An error means a broken build.
func Defaults() ([]Default, error) {
	index, err := defaultFiles.ReadFile("defaults/index.json")
	if err != nil {
		return nil, fmt.Errorf("flow: default flows: %w", err)
	}
	var list []Default
	if err := json.Unmarshal(index, &list); err != nil {
		return nil, fmt.Errorf("flow: default flows: %w", err)
	}
	for i := range list {
		content, err := defaultFiles.ReadFile("defaults/" + list[i].Key + ".json")
		if err != nil {
			return nil, fmt.Errorf("flow: default flow %s: %w", list[i].Key, err)
		}
		list[i].Content = string(content)
	}
	return list, nil
}

var placeholder = regexp.MustCompile(`\$\{([A-Za-z]+)\}`)

// Fill replaces every placeholder by the id of that name. It fails where an id
// is not given.
func (d Default) Fill(ids map[string]string) (string, error) {
	var missing string
	content := placeholder.ReplaceAllStringFunc(d.Content, func(mark string) string {
		name := placeholder.FindStringSubmatch(mark)[1]
		id := ids[name]
		if id == "" {
			missing = name
			return mark
		}
		quoted, _ := json.Marshal(id) // a string always has a JSON form
		return string(quoted[1 : len(quoted)-1])
	})
	if missing != "" {
		return "", fmt.Errorf("flow: default flow %s needs an id for %s", d.Key, missing)
	}
	return content, nil
}
