package api

import (
	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
)

// Amazon says what is wrong with a flow only to who publishes it; people who
// change one here ask before, and are told at which action.

func (s *Server) flowCheckRoutes() {
	s.mux.Handle("POST /agent/flows/check", s.agent((*agentCall).checkFlow))
}

// flowProblem is one fault of a flow, at an action where there is one to name.
type flowProblem struct {
	ActionID string `json:"ActionId,omitempty"`
	Field    string `json:",omitempty"`
	Message  string
}

func (c *agentCall) checkFlow() (any, error) {
	var in struct{ Type, Content string }
	if err := read(c.body, &in); err != nil {
		return nil, err
	}
	if in.Content == "" {
		return nil, perch.InvalidField("Content", "must be given")
	}
	out := []flowProblem{}
	for _, p := range catalog.CheckFlow(in.Content, in.Type) {
		out = append(out, flowProblem{p.Action, p.Field, p.Message})
	}
	return map[string]any{"Problems": out}, nil
}
