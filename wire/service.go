package wire

import (
	_ "embed"
	"strings"
)

// services has all operations of the two services, one a line: service, name,
// method and path as the models have them.
//
//go:embed services.tsv
var services string

// Listed is an operation of Amazon's by what the models say of its route.
type Listed struct {
	Service Service
	Name    string
	Method  string
	Path    string // labels in braces
}

// Listing is all operations of the two services, in the order of their services
// and names.
type Listing struct {
	All []Listed
	by  map[shape][]int // places in All
}

// shape is what a request shows of its route without a look at the path's words.
type shape struct {
	method   string
	segments int
}

// NewListing reads the list.
func NewListing() *Listing {
	l := &Listing{by: map[shape][]int{}}
	for line := range strings.Lines(services) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		if len(f) != 4 {
			continue
		}
		o := Listed{Service: Connect, Name: f[1], Method: f[2], Path: strings.TrimSuffix(f[3], "/")}
		if f[0] == "participant" {
			o.Service = Participant
		}
		s := shape{o.Method, strings.Count(o.Path, "/")}
		l.by[s] = append(l.by[s], len(l.All))
		l.All = append(l.All, o)
	}
	return l
}

// Find is the operation of a method and path; of several the one with the most
// words in common with the path.
func (l *Listing) Find(method, path string) (found Listed, ok bool) {
	path = strings.TrimSuffix(path, "/")
	most := -1
	for _, i := range l.by[shape{method, strings.Count(path, "/")}] {
		if n := literal(l.All[i].Path, path); n > most {
			found, ok, most = l.All[i], true, n
		}
	}
	return found, ok
}

// literal counts the segments of a pattern that a path has word by word; -1 where
// it does not match.
func literal(pattern, path string) (n int) {
	words := strings.Split(path, "/")
	for i, s := range strings.Split(pattern, "/") {
		switch {
		case strings.HasPrefix(s, "{"):
			if words[i] == "" {
				return -1
			}
		case s != words[i]:
			return -1
		default:
			n++
		}
	}
	return n
}

// Auth is what a caller shows: a signature, or one of the two bearers.
func (l Listed) Auth() string {
	switch {
	case l.Service == Connect:
		return "SigV4"
	case l.Name == "CreateParticipantConnection":
		return "participant token"
	default:
		return "connection token"
	}
}

// Name is the service as the list and the documents have it.
func (s Service) Name() string {
	if s == Participant {
		return "participant"
	}
	return "connect"
}

// NotYetFault answers an operation that Amazon has and perch has not.
func NotYetFault(l Listed) Fault {
	f, of := UnknownOperationFault(), "Amazon Connect"
	if l.Service == Participant {
		of = "the Amazon Connect Participant Service"
	}
	f.Message = l.Name + " is an operation of " + of + " that perch does not answer yet; `perch ops` lists what it does"
	return f
}
