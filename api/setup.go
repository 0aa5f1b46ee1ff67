package api

import (
	"encoding/json"
	"net/http"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/routing"
	"github.com/perch-chat/perch/setup"
	"github.com/perch-chat/perch/wire"
)

// An instance's settings as files are perch's own: perch apply sends them, and perch
// export-settings fetches them. The routes take an access key as Amazon's operations
// do, and what they change counts at once, as what those change.

// maxSettings is the most bytes that the files of an instance may have together.
const maxSettings = 16 << 20

// exported is the answer of the route that fetches.
type exported struct{ Files setup.Files }

func (s *Server) setupRoutes() {
	s.mux.Handle("GET /perch/settings", s.settingsRoute(func(c *call) (any, error) {
		files, err := setup.Export(c.Context(), c.setup(), c.instance)
		return exported{files}, err
	}))
	s.mux.Handle("POST /perch/settings", s.settingsRoute(func(c *call) (any, error) {
		var in setup.Request
		if err := json.Unmarshal(c.body, &in); err != nil {
			return nil, perch.Errorf(perch.Refused, "the body must be a JSON object with Files, as perch apply sends it")
		}
		return setup.Apply(c.Context(), c.setup(), c.instance, in)
	}))
}

func (s *Server) settingsRoute(do func(*call) (any, error)) guarded {
	like := wire.Lookup(wire.Connect, "UpdateContactFlowMetadata")
	return guarded{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := s.ownUpTo(maxSettings, w, r, like)
		if err != nil {
			s.fail(w, r, like, err)
			return
		}
		out, err := do(c)
		if err != nil {
			s.fail(w, r, like, err)
			return
		}
		w.Header().Set("x-amzn-RequestId", requestID(r))
		writeJSON(w, http.StatusOK, out)
	})}
}

func (c *call) setup() setup.Options {
	return setup.Options{Settings: c.opts.Settings, People: c.opts.Staff, Retire: routing.Retire, Now: c.opts.Now}
}
