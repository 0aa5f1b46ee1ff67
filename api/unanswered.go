package api

import (
	"net/http"

	"github.com/perch-chat/perch/wire"
)

// unanswered tells who calls an operation of Amazon's that perch has not which
// one that is, and everybody else that there is nothing here.
func unanswered(all *wire.Listing) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f := wire.UnknownOperationFault()
		// A slash too many leads here from what perch answers as well.
		if op, ok := all.Find(r.Method, r.URL.EscapedPath()); ok && wire.Lookup(op.Service, op.Name) == nil {
			f = wire.NotYetFault(op)
		}
		wire.WriteFault(w, requestID(r), f)
	})
}

// Coverage is an operation of Amazon's, and whether perch answers it.
type Coverage struct {
	Service   string // connect or participant
	Operation string
	Method    string
	Path      string
	Answered  bool
	Auth      string // what a caller shows
}

// Covered is all operations of the two services.
func Covered() []Coverage {
	answered := map[string]bool{}
	for _, op := range operations() {
		answered[actionOf(op.Operation)] = true
	}
	var out []Coverage
	for _, l := range wire.NewListing().All {
		out = append(out, Coverage{Service: l.Service.Name(), Operation: l.Name, Method: l.Method, Path: l.Path,
			Answered: answered[l.Service.Name()+":"+l.Name], Auth: l.Auth()})
	}
	return out
}
