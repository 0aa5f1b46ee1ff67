package catalog

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"slices"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/flow"
)

// FlowVersion is a flow or a module as it was once. It never changes.
type FlowVersion struct {
	Of          string // id of the flow or the module
	Number      int64  // from 1
	Description string
	Content     string
	Settings    string `json:",omitempty"` // of a module alone
}

func (v FlowVersion) key() (id, name string) {
	id = versionKey(v.Of, v.Number)
	return id, id
}

func flowVersions(s *settings) shelf[FlowVersion] { return s.flowVersions }

// FlowVersionKind is the kind of versions of flows and modules, for edits.
func FlowVersionKind() Kind[FlowVersion] {
	return Kind[FlowVersion]{of: flowVersions, place: (*draft).keepVersion, inUse: func(d *draft, v FlowVersion) string {
		for _, a := range aliasesOf(d.moduleAliases, perch.ModuleID(v.Of)) {
			if a.Version == v.Number {
				return fmt.Sprintf("the alias %q", a.Name)
			}
		}
		return ""
	}}
}

// keepVersion puts a version as it was made elsewhere.
//
// Errors: Invalid for one that differs from what is kept under its number.
func (d *draft) keepVersion(v *FlowVersion) error {
	as := flow.TypeModule
	if f, ok := d.flows.byID[v.Of]; ok {
		as = flow.Type(f.Type)
	} else if err := checkExists("Of", d.modules, v.Of); err != nil {
		return err
	}
	old, kept := d.was.flowVersions.byID[versionKey(v.Of, v.Number)]
	if kept && old != *v {
		return perch.InvalidField("Number", "is of a version that is there already, and versions never change: give it the next number")
	}
	err := first(
		checkRange("Number", int(v.Number), 1, math.MaxInt32),
		checkText("Description", v.Description, maxFlowDescription),
		checkContents(old.Content, v.Content, "", as))
	if err != nil {
		return err
	}
	return put(d, d.flowVersions, "Number", *v)
}

// FlowVersion is one version of a flow or a module.
func (c *Catalog) FlowVersion(ctx context.Context, instance perch.InstanceID, of string, number int64) (FlowVersion, error) {
	return byID(ctx, c, instance, flowVersions, versionKey(of, number))
}

// FlowVersions are all versions of a flow or a module, the newest first.
func (c *Catalog) FlowVersions(ctx context.Context, instance perch.InstanceID, of string) ([]FlowVersion, error) {
	s, err := c.settings(ctx, instance)
	if err != nil {
		return nil, err
	}
	return versionsOf(s.flowVersions, of), nil
}

func versionsOf(s shelf[FlowVersion], of string) []FlowVersion {
	var out []FlowVersion
	for _, v := range s.byID {
		if v.Of == of {
			out = append(out, v)
		}
	}
	slices.SortFunc(out, func(a, b FlowVersion) int { return int(b.Number - a.Number) })
	return out
}

// CreateFlowVersion keeps what is published of a flow as its next version; want
// has the description, and may have the number. A sum that is not empty must be
// the SHA-256 of the content, in hex.
//
// Amazon has versions of flows of type CAMPAIGN alone; here every flow may have
// them.
//
// Errors: Refused for another sum or number, and where nothing is published.
// doc: API_CreateContactFlowVersion
func (c *Catalog) CreateFlowVersion(ctx context.Context, instance perch.InstanceID, id perch.FlowID, want FlowVersion, sum string) (FlowVersion, error) {
	return putIn(ctx, c, instance, want, func(d *draft, v *FlowVersion) error {
		f, err := pick(d.flows, d.flows.byID, string(id))
		if err != nil {
			return err
		}
		v.Of, v.Content = string(id), f.Content
		if err := d.putVersion(v, f.Versions, sum); err != nil {
			return err
		}
		f.Versions = v.Number
		return put(d, d.flows, "Name", f)
	})
}

// CreateModuleVersion is CreateFlowVersion of a module.
func (c *Catalog) CreateModuleVersion(ctx context.Context, instance perch.InstanceID, id perch.ModuleID, want FlowVersion, sum string) (FlowVersion, error) {
	return putIn(ctx, c, instance, want, func(d *draft, v *FlowVersion) error {
		m, err := pick(d.modules, d.modules.byID, string(id))
		if err != nil {
			return err
		}
		v.Of, v.Content, v.Settings = string(id), m.Content, m.Settings
		if err := d.putVersion(v, m.Versions, sum); err != nil {
			return err
		}
		m.Versions = v.Number
		return put(d, d.modules, "Name", m)
	})
}

func (d *draft) putVersion(v *FlowVersion, newest int64, sum string) error {
	if err := checkText("Description", v.Description, maxFlowDescription); err != nil {
		return err
	}
	switch {
	case v.Content == "":
		return perch.Errorf(perch.Refused, "only saved, never published: publish it first")
	case sum != "" && sum != ContentSum(v.Content):
		return perch.Errorf(perch.Refused, "the published content has another SHA-256: somebody has changed it")
	case v.Number != 0 && v.Number != newest+1:
		return perch.Errorf(perch.Refused, "the next version is %d, not %d", newest+1, v.Number)
	}
	v.Number = newest + 1
	return put(d, d.flowVersions, "Version", *v)
}

// ContentSum is the SHA-256 of a content, in hex; empty for none.
func ContentSum(content string) string {
	if content == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(content))
	return hex.EncodeToString(sum[:])
}

// DeleteFlowVersion removes a version of a flow or a module. Its number is not
// given again.
//
// Errors: NotFound; Refused where an alias leads to it.
func (c *Catalog) DeleteFlowVersion(ctx context.Context, instance perch.InstanceID, of string, number int64) error {
	return c.change(ctx, instance, func(d *draft) error {
		v, err := pick(d.flowVersions, d.flowVersions.byID, versionKey(of, number))
		if err != nil {
			return err
		}
		for _, a := range aliasesOf(d.moduleAliases, perch.ModuleID(of)) {
			if a.Version == number {
				return perch.Errorf(perch.Refused, "the version is in use by the alias %q", a.Name)
			}
		}
		remove(d, d.flowVersions, v)
		return nil
	})
}

func (d *draft) removeVersions(of string) {
	for _, v := range versionsOf(d.flowVersions, of) {
		remove(d, d.flowVersions, v)
	}
}
