package api

import (
	"maps"
	"strings"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/wire"
)

// taggable is something that keeps tags: change puts what edit makes of them.
// What is to be tagged as well gets a case in tagged.
type taggable struct {
	tags   map[string]string
	change func(edit func(map[string]string)) error
}

// tagged finds what an ARN names. One of another instance, one that never was, and
// one of a kind that keeps no tags are told apart by nothing.
func (c *call) tagged(arn string) (taggable, error) {
	missing := perch.Errorf(perch.NotFound, "the resource does not exist")
	named, ours := strings.CutPrefix(arn, c.opts.ARNs.Instance(""))
	instance, rest, more := strings.Cut(named, "/")
	if ours {
		if err := c.of(instance); err != nil && perch.KindOf(err) != perch.NotFound {
			return taggable{}, err
		} else if err != nil {
			return taggable{}, missing
		}
	}
	if ours && !more {
		return c.taggedInstance()
	}
	kind, id, _ := strings.Cut(rest, "/")
	if of, ok := taggables()[kind]; ours && ok {
		return of(c, id, missing)
	}
	if ours && kind == "view" {
		return c.taggedView(id, missing)
	}
	if ours && kind == "flow-module" {
		return c.taggedModule(perch.ModuleID(id), missing)
	}
	if !ours || kind != "contact-flow" {
		return taggable{}, missing
	}
	f, err := c.opts.Settings.Flow(c.Context(), c.instance, perch.FlowID(id))
	if perch.KindOf(err) == perch.NotFound && err != nil {
		return taggable{}, missing
	}
	return taggable{f.Tags, func(edit func(map[string]string)) error {
		return c.opts.Settings.ChangeFlow(c.Context(), c.instance, f.ID, func(f *catalog.Flow) error {
			f.Tags = edited(f.Tags, edit)
			return nil
		})
	}}, err
}

// edited changes a copy: others read the tags that are in force.
func edited(tags map[string]string, edit func(map[string]string)) map[string]string {
	out := map[string]string{}
	maps.Copy(out, tags)
	edit(out)
	return out
}

func tagResource(c *call, in wire.TagResourceRequest) (nothing, error) {
	r, err := c.tagged(in.ResourceArn)
	if err != nil {
		return nothing{}, err
	}
	return nothing{}, r.change(func(tags map[string]string) { maps.Copy(tags, in.Tags) })
}

func untagResource(c *call, in wire.UntagResourceRequest) (nothing, error) {
	r, err := c.tagged(in.ResourceArn)
	if err != nil {
		return nothing{}, err
	}
	return nothing{}, r.change(func(tags map[string]string) {
		for _, key := range in.TagKeys {
			delete(tags, key)
		}
	})
}

func listTagsForResource(c *call, in wire.ListTagsForResourceRequest) (wire.ListTagsForResourceResponse, error) {
	r, err := c.tagged(in.ResourceArn)
	return wire.ListTagsForResourceResponse{Tags: edited(r.tags, func(map[string]string) {})}, err
}

func (c *call) taggedModule(id perch.ModuleID, missing error) (taggable, error) {
	m, err := c.opts.Settings.Module(c.Context(), c.instance, id)
	if perch.KindOf(err) == perch.NotFound && err != nil {
		return taggable{}, missing
	}
	return taggable{m.Tags, func(edit func(map[string]string)) error {
		return c.opts.Settings.ChangeModule(c.Context(), c.instance, m.ID, func(m *catalog.Module) error {
			m.Tags = edited(m.Tags, edit)
			return nil
		})
	}}, err
}

func (c *call) taggedView(id string, missing error) (taggable, error) {
	v, err := c.opts.Settings.View(c.Context(), c.instance, id, catalog.Saved)
	if perch.KindOf(err) == perch.NotFound && err != nil {
		return taggable{}, missing
	}
	return taggable{v.Tags, func(edit func(map[string]string)) error {
		_, err := c.opts.Settings.ChangeView(c.Context(), c.instance, v.ID, func(v *catalog.OwnView) error {
			v.Tags = edited(v.Tags, edit)
			return nil
		})
		return err
	}}, err
}

func (c *call) taggedInstance() (taggable, error) {
	set, err := c.opts.Settings.InstanceSetting(c.Context(), c.instance)
	return taggable{set.Tags, func(edit func(map[string]string)) error {
		return c.opts.Settings.TagInstance(c.Context(), c.instance, func(tags map[string]string) map[string]string { return edited(tags, edit) })
	}}, err
}
