package trial

import (
	"io"
	"net/http"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/wire"
)

// around has what is to go wrong with a request go wrong, and next serve what is
// left of it.
func (f *Faults) around(w http.ResponseWriter, r *http.Request, next http.HandlerFunc) {
	op := f.operationOf(r)
	what, names := r.Method+" "+r.URL.Path, []string{r.URL.Path}
	if op != nil {
		what, names = op.Name, append(names, op.Name)
	}
	if r.Method == http.MethodOptions || !f.pass(r, what, names) {
		next(w, r) // a preflight is the browser's, not the client's
		return
	}
	fault, strikes := f.happens(what, names, Throttle, Fail, Unavailable, LoseTranscript)
	if !strikes {
		next(w, r)
		return
	}
	// The client's next request on this connection must not be read from this one.
	_, _ = io.Copy(io.Discard, io.LimitReader(r.Body, 1<<20))
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Expose-Headers", "x-amzn-RequestId,x-amzn-ErrorType")
	kind := perch.Internal
	switch fault.Kind {
	case LoseTranscript:
		h.Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"Transcript":[]}`)
		return
	case Throttle:
		kind = perch.Throttled
	case Unavailable:
		kind = perch.Unavailable
	}
	wire.WriteFault(w, "fault-"+fault.Id, wire.FaultOf(op, perch.Errorf(kind, "a fault on demand: see GET /try/faults")))
}

// pass holds a request up while there is a delay for it. False says that its
// client has gone meanwhile: what is left of it may as well be served.
func (f *Faults) pass(r *http.Request, what string, names []string) bool {
	f.mu.Lock()
	cleared := f.cleared
	f.mu.Unlock()
	fault, strikes := f.happens(what, names, Delay)
	if !strikes {
		return true
	}
	timer := time.NewTimer(fault.delay)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-cleared:
	case <-r.Context().Done():
		return false
	}
	return true
}

// operationOf is Amazon's operation that a request is for; nil if it is none. A
// chat that a page starts is a StartChatContact.
func (f *Faults) operationOf(r *http.Request) *wire.Operation {
	if r.Method == http.MethodPost && (r.URL.Path == "/Prod" || r.URL.Path == "/Prod/") {
		return wire.Lookup(wire.Connect, "StartChatContact")
	}
	h, _ := f.routes.Handler(r)
	n, _ := h.(named)
	return n.op
}

func routesOf(all []*wire.Operation) *http.ServeMux {
	mux := http.NewServeMux()
	for _, op := range all {
		mux.Handle(op.Method+" "+op.Path, named{op: op})
	}
	return mux
}

// named is a handler that is only looked up.
type named struct {
	http.Handler
	op *wire.Operation
}
