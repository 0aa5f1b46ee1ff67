package catalog

import (
	"context"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/flow"
)

// Module is a part that flows have in common.
// doc: contact-flow-modules.md
type Module struct {
	ID          perch.ModuleID
	Name        string // up to 127 characters, unique
	Description string // up to 500 characters
	// Content is what is played, in the Flow language, up to 1,000,000 bytes; empty
	// where nothing has been published.
	Content string
	// Draft is what has been saved since the last publication, if anything. Nobody
	// has checked it.
	Draft    string            `json:",omitempty"`
	Settings string            `json:",omitempty"` // kept for its author
	External bool              `json:",omitempty"` // may be called from outside; kept for its author
	Archived bool              `json:",omitempty"` // no flow can call it
	Tags     map[string]string `json:",omitempty"`
	Versions int64             `json:",omitempty"` // number of the newest version there has been
	Modified time.Time         `json:",omitzero"`
	Token    string            `json:",omitempty"` // the ClientToken that it was made with
	Request  []byte            `json:",omitempty"` // digest of the request that it was made by
}

func (m Module) key() (id, name string) { return string(m.ID), m.Name }

func modules(s *settings) shelf[Module] { return s.modules }

// ModuleKind is the kind of flow modules, for edits.
func ModuleKind() Kind[Module] { return Kind[Module]{of: modules, place: (*draft).putModule} }

// Module is the module of an id.
func (c *Catalog) Module(ctx context.Context, instance perch.InstanceID, id perch.ModuleID) (Module, error) {
	return byID(ctx, c, instance, modules, string(id))
}

// Modules are all modules of an instance, by name.
func (c *Catalog) Modules(ctx context.Context, instance perch.InstanceID) ([]Module, error) {
	return all(ctx, c, instance, modules)
}

// PutModule changes the module of m.ID, or makes one where that is empty, and
// returns it. Content that cannot be played is refused with all its problems
// (InvalidFlow); a Draft is taken as it is. A module that was made by the same
// ClientToken and request is returned as it is; another request with that
// token is Refused.
func (c *Catalog) PutModule(ctx context.Context, instance perch.InstanceID, m Module) (Module, error) {
	return putIn(ctx, c, instance, m, (*draft).putModule)
}

// ChangeModule puts what edit makes of a module. Edit may run more than once.
func (c *Catalog) ChangeModule(ctx context.Context, instance perch.InstanceID, id perch.ModuleID, edit func(*Module) error) error {
	return changeIn(ctx, c, instance, modules, string(id), edit, (*draft).putModule)
}

// DeleteModule removes a module, its versions and aliases. A flow that calls it
// takes its error branch from then on.
func (c *Catalog) DeleteModule(ctx context.Context, instance perch.InstanceID, id perch.ModuleID) error {
	return c.change(ctx, instance, func(d *draft) error {
		m, err := pick(d.modules, d.modules.byID, string(id))
		if err != nil {
			return err
		}
		for _, a := range aliasesOf(d.moduleAliases, id) {
			remove(d, d.moduleAliases, a)
		}
		d.removeVersions(string(id))
		remove(d, d.modules, m)
		return nil
	})
}

func (d *draft) putModule(m *Module) error {
	if m.ID == "" && m.Token != "" {
		for _, other := range d.modules.byID {
			if other.Token != m.Token {
				continue
			}
			if string(other.Request) != string(m.Request) {
				return perch.InvalidField("ClientToken", "was used for another request")
			}
			*m = other
			return nil
		}
	}
	if err := identify(d, d.modules, &m.ID); err != nil {
		return err
	}
	err := first(
		checkName("Name", m.Name, maxModuleName),
		checkText("Description", m.Description, maxFlowDescription),
		checkTags(m.Tags),
		checkContents(d.was.modules.byID[string(m.ID)].Content, m.Content, m.Draft, flow.TypeModule))
	if err != nil {
		return err
	}
	return put(d, d.modules, "Name", *m)
}
