package catalog

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/perch-chat/perch"
)

// ViewVersion is a view of an instance's own as it was once. It never changes.
type ViewVersion struct {
	Of          string // id of the view
	Number      int64  // from 1
	Description string `json:",omitempty"` // up to 4,096 characters
	Content     ViewContent
}

func (v ViewVersion) key() (id, name string) {
	id = versionKey(v.Of, v.Number)
	return id, id
}

func viewVersions(s *settings) shelf[ViewVersion] { return s.viewVersions }

// ViewVersionKind is the kind of versions of views, for edits.
func ViewVersionKind() Kind[ViewVersion] {
	return Kind[ViewVersion]{of: viewVersions, place: (*draft).keepViewVersion}
}

// keepViewVersion puts a version as it was made elsewhere.
//
// Errors: Invalid for one that differs from what is kept under its number.
func (d *draft) keepViewVersion(v *ViewVersion) error {
	if err := checkExists("Of", d.ownViews, v.Of); err != nil {
		return err
	}
	if err := v.Content.prepare(true); err != nil {
		return err
	}
	old, kept := d.was.viewVersions.byID[versionKey(v.Of, v.Number)]
	if kept && (old.Content.Sum != v.Content.Sum || old.Description != v.Description) {
		return perch.InvalidField("Number", "is of a version that is there already, and versions never change: give it the next number")
	}
	err := first(checkRange("Number", int(v.Number), 1, math.MaxInt32), checkText("Description", v.Description, maxViewDescription))
	if err != nil {
		return err
	}
	return put(d, d.viewVersions, "Number", *v)
}

func viewVersionsOf(s shelf[ViewVersion], of string) []ViewVersion {
	var out []ViewVersion
	for _, v := range s.byID {
		if v.Of == of {
			out = append(out, v)
		}
	}
	slices.SortFunc(out, func(a, b ViewVersion) int { return int(b.Number - a.Number) })
	return out
}

// ViewVersions are all versions of a view, the newest first. One that every instance
// has is its own only version.
func (c *Catalog) ViewVersions(ctx context.Context, instance perch.InstanceID, id string) ([]View, error) {
	for _, v := range c.views {
		if v.ID == id {
			return []View{v}, nil
		}
	}
	s, err := c.settings(ctx, instance)
	if err != nil {
		return nil, err
	}
	v, err := pick(s.ownViews, s.ownViews.byID, id)
	if err != nil {
		return nil, err
	}
	var out []View
	for _, each := range viewVersionsOf(s.viewVersions, id) {
		out = append(out, s.versionForm(v, each))
	}
	return out, nil
}

// CreateViewVersion keeps what is published of a view as its next version. Where the
// highest version is just that, it is returned and none is made. A sum that is not
// empty must be that of what is published.
//
// Errors: as ChangeView; Refused for another sum, and where nothing is published.
// doc: API_CreateViewVersion
func (c *Catalog) CreateViewVersion(ctx context.Context, instance perch.InstanceID, id, description, sum string, now time.Time) (View, error) {
	var out View
	err := c.change(ctx, instance, func(d *draft) error {
		v, err := c.ownView(d, id)
		switch {
		case err != nil:
			return err
		case v.Published == nil:
			return perch.Errorf(perch.Refused, "only saved, never published: publish it first")
		case sum != "" && sum != v.Published.Sum:
			return perch.Errorf(perch.Refused, "the published content has another SHA-256: somebody has changed it")
		}
		if all := viewVersionsOf(d.viewVersions, id); len(all) > 0 && all[0].Content.Sum == v.Published.Sum {
			out = d.versionForm(v, all[0])
			return nil
		}
		if err := checkText("VersionDescription", description, maxViewDescription); err != nil {
			return err
		}
		v.Versions, v.Modified = v.Versions+1, now
		made := ViewVersion{Of: id, Number: v.Versions, Description: description, Content: *v.Published}
		if err := put(d, d.viewVersions, "Version", made); err != nil {
			return err
		}
		out = d.versionForm(v, made)
		return put(d, d.ownViews, "Name", v)
	})
	return out, err
}

// DeleteViewVersion removes a version of a view. Its number is not given again.
//
// Errors: as ChangeView, also where there is no such version.
func (c *Catalog) DeleteViewVersion(ctx context.Context, instance perch.InstanceID, id string, number int64) error {
	return c.change(ctx, instance, func(d *draft) error {
		if _, err := c.ownView(d, id); err != nil {
			return err
		}
		v, err := pick(d.viewVersions, d.viewVersions.byID, versionKey(id, number))
		if err == nil {
			remove(d, d.viewVersions, v)
		}
		return err
	})
}
