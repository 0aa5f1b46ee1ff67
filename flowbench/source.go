package flowbench

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/perch-chat/perch/flow"
)

// Source is a flow as it lies in a file: on its own, as the console exports it,
// or inside what describe-contact-flow and describe-contact-flow-module print.
type Source struct {
	// Text is the flow in the Flow language.
	Text []byte
	// Name is what the file calls the flow; may be empty.
	Name string
	// Type is the type of flow that the file says it is; may be empty.
	Type flow.Type

	file []byte
	at   []int // where in the file each byte of Text is; nil where Text is the file from base on
	base int
}

// Read finds the flow in a file. It takes whatever there is: a file without a
// flow is one with a problem.
func Read(file []byte) Source {
	s := Source{file: file, Text: file}
	if rest, marked := bytes.CutPrefix(file, []byte("\uFEFF")); marked { // as some editors begin a file
		s.Text, s.base = rest, len(file)-len(rest)
	}
	if tree, ok := indexed(s.Text); ok {
		s.unwrap(tree)
	}
	s.describe()
	return s
}

// unwrap takes the flow out of the answer of an operation, or of a string.
// doc: API_DescribeContactFlow, API_DescribeContactFlowModule
func (s *Source) unwrap(tree *node) {
	content := tree
	for _, wrapper := range []string{"ContactFlow", "ContactFlowModule"} {
		inside, ok := tree.member(wrapper)
		if !ok {
			continue
		}
		found, ok := inside.member("Content")
		if !ok {
			continue
		}
		content = found
		s.Name, s.Type = s.textAt(inside, "Name"), flow.Type(s.textAt(inside, "Type"))
		if wrapper == "ContactFlowModule" {
			s.Type = flow.TypeModule
		}
	}
	if s.Text[content.start] != '"' {
		return
	}
	s.Text, s.at = unquote(s.Text, content.start, s.base)
}

func (s *Source) textAt(n *node, name string) string {
	var text string
	if value, ok := n.member(name); ok {
		// What is no string is no name.
		_ = json.NewDecoder(bytes.NewReader(s.Text[value.start:])).Decode(&text)
	}
	return text
}

// describe takes name and type from what the console has noted in the flow.
func (s *Source) describe() {
	var flowText struct {
		Metadata struct{ Name, Type string }
	}
	if json.Unmarshal(s.Text, &flowText) != nil {
		return
	}
	if s.Name == "" {
		s.Name = flowText.Metadata.Name
	}
	if s.Type == "" {
		s.Type = consoleType(flowText.Metadata.Type)
	}
}

// consoleType is the type that the console means by its own word for it.
func consoleType(word string) flow.Type {
	return map[string]flow.Type{
		"contactFlow": flow.TypeInbound, "customerQueue": flow.TypeCustomerQueue, "customerHold": flow.TypeCustomerHold,
		"customerWhisper": flow.TypeCustomerWhisper, "agentHold": flow.TypeAgentHold, "agentWhisper": flow.TypeAgentWhisper,
		"outboundWhisper": flow.TypeOutboundWhisper, "agentTransfer": flow.TypeAgentTransfer, "queueTransfer": flow.TypeQueueTransfer,
		"campaign": flow.TypeCampaign, "contactFlowModule": flow.TypeModule, "module": flow.TypeModule,
	}[word]
}

// position is the line and the column of a byte of Text in the file, both from
// 1; columns are counted in characters.
func (s Source) position(offset int) (line, column int) {
	offset = min(max(offset, 0), len(s.Text))
	switch {
	case s.at == nil:
		offset += s.base
	case offset < len(s.at):
		offset = s.at[offset]
	case len(s.at) > 0:
		offset = s.at[len(s.at)-1]
	}
	before := s.file[:min(offset, len(s.file))]
	last := bytes.LastIndexByte(before, '\n') + 1
	return 1 + bytes.Count(before, []byte("\n")), 1 + utf8.RuneCount(bytes.TrimPrefix(before[last:], []byte("\uFEFF")))
}

// unquote reads the JSON string that begins at start, and notes for each byte
// where it came from.
func unquote(data []byte, start, base int) (text []byte, at []int) {
	put := func(from int, s string) {
		text = append(text, s...)
		for range len(s) {
			at = append(at, base+from)
		}
	}
	for i := start + 1; i < len(data) && data[i] != '"'; {
		if data[i] != '\\' || i+1 >= len(data) {
			put(i, string(data[i:i+1]))
			i++
			continue
		}
		if data[i+1] != 'u' {
			put(i, string(strings.NewReplacer("b", "\b", "f", "\f", "n", "\n", "r", "\r", "t", "\t").Replace(string(data[i+1:i+2]))))
			i += 2
			continue
		}
		r, from := escaped(data, i), i
		i += 6
		if utf16.IsSurrogate(r) {
			if r = utf16.DecodeRune(r, escaped(data, i)); r != utf8.RuneError {
				i += 6
			}
		}
		put(from, string(r))
	}
	return text, at
}

// escaped is the character of an escape such as \u00e9 at i; U+FFFD where there
// is none.
func escaped(data []byte, i int) rune {
	if i+6 > len(data) || data[i] != '\\' || data[i+1] != 'u' {
		return utf8.RuneError
	}
	n, err := strconv.ParseUint(string(data[i+2:i+6]), 16, 16)
	if err != nil {
		return utf8.RuneError
	}
	return rune(n)
}
