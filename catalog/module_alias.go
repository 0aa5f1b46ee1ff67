package catalog

import (
	"context"
	"strings"
	"time"

	"github.com/perch-chat/perch"
)

// ModuleAlias is a name of a module's version, which can be given to another.
type ModuleAlias struct {
	ID          string
	Module      perch.ModuleID
	Name        string // up to 127 characters, unique in its module
	Description string // up to 500 characters
	Version     int64
	Modified    time.Time `json:",omitzero"`
}

func (a ModuleAlias) key() (id, name string) { return a.ID, aliasKey(a.Module, a.Name) }

func aliasKey(of perch.ModuleID, name string) string { return string(of) + ":" + name }

func moduleAliases(s *settings) shelf[ModuleAlias] { return s.moduleAliases }

// ModuleAliasKind is the kind of aliases of modules, for edits.
func ModuleAliasKind() Kind[ModuleAlias] {
	return Kind[ModuleAlias]{of: moduleAliases, place: (*draft).putModuleAlias}
}

// ModuleAlias is the alias of an id, of that module.
func (c *Catalog) ModuleAlias(ctx context.Context, instance perch.InstanceID, of perch.ModuleID, id string) (ModuleAlias, error) {
	s, err := c.settings(ctx, instance)
	if err != nil {
		return ModuleAlias{}, err
	}
	return s.alias(of, id)
}

func (s *settings) alias(of perch.ModuleID, id string) (ModuleAlias, error) {
	a, err := pick(s.moduleAliases, s.moduleAliases.byID, id)
	if err == nil && a.Module != of {
		_, err = pick(s.moduleAliases, nil, id)
	}
	return a, err
}

// ModuleAliases are all aliases of a module, by name.
func (c *Catalog) ModuleAliases(ctx context.Context, instance perch.InstanceID, of perch.ModuleID) ([]ModuleAlias, error) {
	s, err := c.settings(ctx, instance)
	if err != nil {
		return nil, err
	}
	return aliasesOf(s.moduleAliases, of), nil
}

func aliasesOf(s shelf[ModuleAlias], of perch.ModuleID) []ModuleAlias {
	var out []ModuleAlias
	for _, a := range s.inOrder() {
		if a.Module == of {
			out = append(out, a)
		}
	}
	return out
}

// PutModuleAlias makes an alias, of a.Module and a.Version.
func (c *Catalog) PutModuleAlias(ctx context.Context, instance perch.InstanceID, a ModuleAlias) (ModuleAlias, error) {
	return putIn(ctx, c, instance, a, (*draft).putModuleAlias)
}

// ChangeModuleAlias puts what edit makes of an alias. Edit may run more than once.
func (c *Catalog) ChangeModuleAlias(ctx context.Context, instance perch.InstanceID, of perch.ModuleID, id string, edit func(*ModuleAlias)) error {
	return c.change(ctx, instance, func(d *draft) error {
		a, err := d.alias(of, id)
		if err != nil {
			return err
		}
		edit(&a)
		return d.putModuleAlias(&a)
	})
}

// DeleteModuleAlias removes an alias; its version stays.
func (c *Catalog) DeleteModuleAlias(ctx context.Context, instance perch.InstanceID, of perch.ModuleID, id string) error {
	return c.change(ctx, instance, func(d *draft) error {
		a, err := d.alias(of, id)
		if err == nil {
			remove(d, d.moduleAliases, a)
		}
		return err
	})
}

func (d *draft) putModuleAlias(a *ModuleAlias) error {
	if _, err := pick(d.modules, d.modules.byID, string(a.Module)); err != nil {
		return err
	}
	if _, err := pick(d.flowVersions, d.flowVersions.byID, versionKey(string(a.Module), a.Version)); err != nil {
		return err
	}
	// What follows a module's id and a colon is one of these, or an alias.
	if strings.HasPrefix(a.Name, "$") || strings.Trim(a.Name, "0123456789") == "" {
		return perch.InvalidField("AliasName", "must not begin with $, nor be a number: those mean versions")
	}
	err := first(checkName("AliasName", a.Name, maxModuleName), checkText("Description", a.Description, maxFlowDescription),
		identify(d, d.moduleAliases, &a.ID))
	if err != nil {
		return err
	}
	return put(d, d.moduleAliases, "AliasName", *a)
}
