package catalog

import (
	"context"
	"fmt"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/flow"
)

// Module is a part of flows that several of them have in common.
type Module struct {
	ID          perch.ModuleID
	Name        string // up to 127 characters, unique
	Description string // up to 500 characters
	Content     string // in the Flow language, up to 256,000 bytes
}

// Limits of modules.
// doc: API_CreateContactFlowModule
const (
	maxModuleName    = 127
	maxModuleContent = 256_000
)

func (m Module) key() (id, name string) { return string(m.ID), m.Name }

func modules(s *settings) shelf[Module] { return s.modules }

// Module is the module of an id.
func (c *Catalog) Module(ctx context.Context, instance perch.InstanceID, id perch.ModuleID) (Module, error) {
	return byID(ctx, c, instance, modules, string(id))
}

// Modules are all modules of an instance, by name.
func (c *Catalog) Modules(ctx context.Context, instance perch.InstanceID) ([]Module, error) {
	return all(ctx, c, instance, modules)
}

// PutModule changes the module of m.ID, or makes one where that is empty, and
// returns it. One that cannot be played is refused with all its problems.
func (c *Catalog) PutModule(ctx context.Context, instance perch.InstanceID, m Module) (Module, error) {
	return putIn(ctx, c, instance, m, (*draft).putModule)
}

func (d *draft) putModule(m *Module) error {
	err := first(
		checkName("Name", m.Name, maxModuleName),
		checkText("Description", m.Description, maxFlowDescription))
	if err != nil {
		return err
	}
	if len(m.Content) > maxModuleContent {
		return perch.InvalidField("Content", "must have at most %d bytes, not %d", maxModuleContent, len(m.Content))
	}
	if _, problems := flow.ParseAs([]byte(m.Content), flow.TypeModule); len(problems) > 0 {
		return perch.InvalidField("Content", "%s", describe(problems))
	}
	if err := identify(d, d.modules, &m.ID); err != nil {
		return err
	}
	return put(d, d.modules, "Name", *m)
}

// ModuleProgram is a module, ready to be played as it is now.
func (c *Catalog) ModuleProgram(ctx context.Context, instance perch.InstanceID, id perch.ModuleID) (*flow.Program, error) {
	m, err := c.Module(ctx, instance, id)
	if err != nil {
		return nil, err
	}
	return c.program(programKey{instance, kindModule, string(id)}, m.Content, flow.TypeModule, m.Name)
}

// programKey is what a program was read from.
type programKey struct {
	instance perch.InstanceID
	kind, id string
}

// parsed is a program, and the content it was read from.
type parsed struct {
	content string
	program *flow.Program
}

// program reads a flow or a module once for every content that it has had, not
// for every contact.
func (c *Catalog) program(key programKey, content string, as flow.Type, name string) (*flow.Program, error) {
	c.parsing.Lock()
	defer c.parsing.Unlock()
	if p, ok := c.programs[key]; ok && p.content == content {
		return p.program, nil
	}
	program, problems := flow.ParseAs([]byte(content), as)
	if len(problems) > 0 {
		return nil, fmt.Errorf("%s %s (%q), which another version of perch has accepted: %s; mend it and put it again", key.kind, key.id, name, describe(problems))
	}
	c.programs[key] = parsed{content, program}
	return program, nil
}
