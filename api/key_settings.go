package api

import (
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
)

// Access keys are kept by administrators, too, so that an instance can be set up
// without the command line. Supervisors do not even see them. docs/access.md says
// why that gives nobody more than they have.

// shownAccessKey is an access key as it is listed, or, with its secret, made.
type shownAccessKey struct {
	AccessKeyID      string `json:"AccessKeyId"`
	SecretAccessKey  string `json:",omitempty"` // of one that has been made just now
	Scope            catalog.Scope
	CreatedTimestamp string
	Founding         bool // perch needs it to start, so it cannot be deleted
}

func (c *agentCall) showKey(k catalog.AccessKey) shownAccessKey {
	return shownAccessKey{k.ID, k.Secret, k.Scope, k.Created.UTC().Format(time.RFC3339), k.ID == c.opts.FoundingKey}
}

func (s *Server) keySettingRoutes() {
	s.mux.Handle("GET /agent/keys", s.agent((*agentCall).accessKeys))
	s.mux.Handle("POST /agent/keys", s.agent((*agentCall).createAccessKey))
	s.mux.Handle("DELETE /agent/keys/{Id}", s.agent((*agentCall).deleteAccessKey))
}

// accessKeys are those of the instance, the oldest first.
func (c *agentCall) accessKeys() (any, error) {
	all, err := c.opts.Settings.Keys(c.Context(), c.user.Instance)
	out := []shownAccessKey{}
	for _, k := range all {
		out = append(out, c.showKey(k))
	}
	return map[string]any{"Keys": out}, err
}

func (c *agentCall) createAccessKey() (any, error) {
	var in struct{ Scope catalog.Scope }
	if err := read(c.body, &in); err != nil {
		return nil, err
	}
	k, err := c.opts.Settings.CreateKey(c.Context(), c.user.Instance, in.Scope, c.opts.Now())
	if err != nil {
		return nil, err
	}
	c.opts.Log.InfoContext(c.Context(), "an access key was made", "key", k.ID, "scope", k.Scope, "by", c.user.ID)
	return c.showKey(k), nil
}

func (c *agentCall) deleteAccessKey() (any, error) {
	id := c.PathValue("Id")
	if id == c.opts.FoundingKey {
		return nil, perch.Errorf(perch.Refused, "the access key is the one in secrets.json, which perch itself needs to start")
	}
	if err := c.opts.Settings.DeleteKey(c.Context(), c.user.Instance, id); err != nil {
		return nil, err
	}
	c.opts.Log.InfoContext(c.Context(), "an access key was deleted", "key", id, "by", c.user.ID)
	return nothing{}, nil
}
