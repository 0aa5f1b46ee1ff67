package api

import (
	"net/http"

	"github.com/perch-chat/perch/wire"
)

// routes is the mux, which knows what is mounted on it and lets nobody pass
// whom the policy does not name.
type routes struct {
	*http.ServeMux
	server  *Server
	mounted []route
}

// route is one pattern, and the name of its row in the policy.
type route struct{ pattern, action string }

// guarded is a handler that finds out who calls and asks the policy by itself.
type guarded struct {
	http.Handler
	action string // the pattern if empty
}

// Handle mounts a handler. One that is not guarded serves whoever calls, if the
// policy says so.
func (m *routes) Handle(pattern string, h http.Handler) {
	action := pattern
	g, ok := h.(guarded)
	if ok && g.action != "" {
		action = g.action
	}
	if !ok {
		h = m.open(pattern, h)
	}
	m.mounted = append(m.mounted, route{pattern, action})
	m.ServeMux.Handle(pattern, h)
}

// HandleFunc see Handle.
func (m *routes) HandleFunc(pattern string, h func(http.ResponseWriter, *http.Request)) {
	m.Handle(pattern, http.HandlerFunc(h))
}

func (m *routes) open(pattern string, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := m.server.may(pattern, anybody); err != nil {
			m.server.fail(w, r, nil, err)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// operationOf is the guard of an operation.
func operationOf(op *wire.Operation, h http.HandlerFunc) guarded { return guarded{h, actionOf(op)} }
