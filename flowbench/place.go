package flowbench

import (
	"encoding/json"
	"strconv"
	"strings"
)

// node is where a piece of JSON begins, and what is in it.
type node struct {
	start   int
	members []namedNode
	items   []*node
}

type namedNode struct {
	name  string
	value *node
}

// indexed notes where everything begins in a JSON text; false where it is none.
func indexed(data []byte) (*node, bool) {
	if !json.Valid(data) {
		return nil, false
	}
	s := scanner{data: data}
	return s.value(), true
}

// member is the field of an object; of several with a name the last, as
// encoding/json has it.
func (n *node) member(name string) (*node, bool) {
	for i := len(n.members) - 1; i >= 0; i-- {
		if n.members[i].name == name {
			return n.members[i].value, true
		}
	}
	return nil, false
}

// place finds a field such as Actions[1].Parameters.Text, or what is nearest to
// it: the object in which it is missing. Names may hold full stops themselves, so
// the longest one that fits is taken.
func (n *node) place(field string) *node {
	if strings.HasPrefix(field, "[") {
		number, rest, _ := strings.Cut(field[1:], "]")
		for i, item := range n.items {
			if number == strconv.Itoa(i) {
				return item.place(rest)
			}
		}
	}
	field = strings.TrimPrefix(field, ".")
	var best *namedNode
	for i := range n.members {
		m := &n.members[i]
		rest, fits := strings.CutPrefix(field, m.name)
		fits = fits && (rest == "" || rest[0] == '.' || rest[0] == '[')
		if fits && (best == nil || len(m.name) >= len(best.name)) {
			best = m
		}
	}
	if best == nil {
		return n
	}
	return best.value.place(field[len(best.name):])
}

// scanner walks through a text that is known to be JSON.
type scanner struct {
	data []byte
	i    int
}

func (s *scanner) peek() byte {
	for s.i < len(s.data) && strings.IndexByte(" \t\r\n,:", s.data[s.i]) >= 0 {
		s.i++
	}
	if s.i >= len(s.data) {
		return 0
	}
	return s.data[s.i]
}

func (s *scanner) value() *node {
	c := s.peek()
	n := &node{start: s.i}
	switch c {
	case '{':
		s.i++
		for s.peek() == '"' {
			var name string
			_ = json.Unmarshal(s.text(), &name) // it is a string, or the text were no JSON
			n.members = append(n.members, namedNode{name, s.value()})
		}
		s.i++
	case '[':
		s.i++
		for c := s.peek(); c != ']' && c != 0; c = s.peek() {
			n.items = append(n.items, s.value())
		}
		s.i++
	case '"':
		s.text()
	default:
		for s.i < len(s.data) && strings.IndexByte(" \t\r\n,:]}", s.data[s.i]) < 0 {
			s.i++
		}
	}
	return n
}

// text is the string that begins here, with its quotes.
func (s *scanner) text() []byte {
	from := s.i
	for s.i++; s.i < len(s.data) && s.data[s.i] != '"'; s.i++ {
		if s.data[s.i] == '\\' {
			s.i++
		}
	}
	s.i++
	return s.data[from:min(s.i, len(s.data))]
}
