package catalog

import (
	"context"
	"strconv"
	"time"

	"github.com/perch-chat/perch"
)

// OwnView is a view that an instance has made for itself.
//
// doc: view-resources-custom-view.md
type OwnView struct {
	ID          string
	Name        string // up to 255 characters, unique
	Description string `json:",omitempty"` // up to 4,096 characters
	// Published is what flows show, nil where nothing has been published.
	Published *ViewContent `json:",omitempty"`
	// Draft is what has been saved since the last publication, if anything.
	Draft    *ViewContent      `json:",omitempty"`
	Versions int64             `json:",omitempty"` // number of the newest version there has been
	Tags     map[string]string `json:",omitempty"`
	Created  time.Time         `json:",omitzero"`
	Modified time.Time         `json:",omitzero"`  // of its content, or of its newest version
	Token    string            `json:",omitempty"` // the ClientToken that it was made with
	Request  []byte            `json:",omitempty"` // digest of the request that it was made by
}

func (v OwnView) key() (id, name string) { return v.ID, v.Name }

func ownViews(s *settings) shelf[OwnView] { return s.ownViews }

// OwnViewKind is the kind of views of an instance's own, for edits.
func OwnViewKind() Kind[OwnView] { return Kind[OwnView]{of: ownViews, place: (*draft).putView} }

// CreateView makes a view. One that was made by the same ClientToken and request is
// returned as it is; another request with that token is Invalid.
func (c *Catalog) CreateView(ctx context.Context, instance perch.InstanceID, v OwnView) (View, error) {
	return c.changeView(ctx, instance, func(d *draft) (OwnView, error) {
		if v.Token != "" {
			for _, other := range d.ownViews.byID {
				if other.Token != v.Token {
					continue
				}
				if string(other.Request) != string(v.Request) {
					return v, perch.InvalidField("ClientToken", "was used for another request")
				}
				return other, nil
			}
		}
		made := v // the change may run again
		if err := identify(d, d.ownViews, &made.ID); err != nil {
			return v, err
		}
		err := d.putView(&made)
		return made, err
	})
}

// ChangeView puts what edit makes of a view. Edit may run more than once, and must
// not write into contents and maps.
//
// Errors: NotFound; Refused for one that every instance has.
func (c *Catalog) ChangeView(ctx context.Context, instance perch.InstanceID, id string, edit func(*OwnView) error) (View, error) {
	return c.changeView(ctx, instance, func(d *draft) (OwnView, error) {
		v, err := c.ownView(d, id)
		if err == nil {
			err = edit(&v)
		}
		if err == nil {
			err = d.putView(&v)
		}
		return v, err
	})
}

// DeleteView removes a view and its versions. A flow that shows it takes its error
// branch from then on, and clients can no longer ask what it looks like.
//
// Errors: as ChangeView.
func (c *Catalog) DeleteView(ctx context.Context, instance perch.InstanceID, id string) error {
	return c.change(ctx, instance, func(d *draft) error {
		v, err := c.ownView(d, id)
		if err != nil {
			return err
		}
		for _, each := range viewVersionsOf(d.viewVersions, id) {
			remove(d, d.viewVersions, each)
		}
		remove(d, d.ownViews, v)
		return nil
	})
}

// changeView runs a change of one view and returns its newest form.
func (c *Catalog) changeView(ctx context.Context, instance perch.InstanceID, body func(*draft) (OwnView, error)) (View, error) {
	var out View
	err := c.change(ctx, instance, func(d *draft) error {
		v, err := body(d)
		if err == nil {
			out = d.newest(v)
		}
		return err
	})
	if err != nil {
		return View{}, err
	}
	return out, nil
}

// ownView is the view of an id, to be changed.
func (c *Catalog) ownView(d *draft, id string) (OwnView, error) {
	for _, v := range c.views {
		if v.ID == id {
			return OwnView{}, perch.Errorf(perch.Refused, "this view is every instance's and cannot be changed: make one of your own")
		}
	}
	return pick(d.ownViews, d.ownViews.byID, id)
}

func (d *draft) putView(v *OwnView) error {
	if v.Published == nil && v.Draft == nil {
		return perch.InvalidField("Content", "must be given")
	}
	for _, part := range []struct {
		content **ViewContent
		publish bool
	}{{&v.Published, true}, {&v.Draft, false}} {
		if *part.content == nil {
			continue
		}
		prepared := **part.content // others may be reading what is published
		if err := prepared.prepare(part.publish); err != nil {
			return err
		}
		*part.content = &prepared
	}
	err := first(checkName("Name", v.Name, maxViewName), checkText("Description", v.Description, maxViewDescription), checkTags(v.Tags))
	if err != nil {
		return err
	}
	return put(d, d.ownViews, "Name", *v)
}

// view is a view of the instance's own in the form that the qualifier means.
func (s *settings) view(id, qualifier string) (View, error) {
	v, err := pick(s.ownViews, s.ownViews.byID, id)
	if err != nil {
		return View{}, err
	}
	switch qualifier {
	case Saved:
		return s.newest(v), nil
	case "", Latest:
		if v.Published == nil {
			return View{}, perch.Errorf(perch.NotPublished, "the view is only saved, never published: ask for %s", Saved)
		}
		return s.shown(v, "", *v.Published), nil
	}
	of, err := pick(s.viewVersions, s.viewVersions.byID, id+":"+qualifier)
	if err != nil {
		return View{}, err
	}
	return s.versionForm(v, of), nil
}

// newest is what $SAVED means: the draft or, without one, what is published.
func (s *settings) newest(v OwnView) View {
	if v.Draft == nil {
		return s.shown(v, "", *v.Published)
	}
	out := s.shown(v, Saved, *v.Draft)
	// The sum is of what is published: it is what the next version is made of.
	out.Unpublished, out.Sum = true, ""
	if v.Published != nil {
		out.Sum = v.Published.Sum
	}
	return out
}

func (s *settings) versionForm(v OwnView, of ViewVersion) View {
	out := s.shown(v, strconv.FormatInt(of.Number, 10), of.Content)
	out.Version, out.VersionDescription = of.Number, of.Description
	return out
}

func (s *settings) shown(v OwnView, qualifier string, content ViewContent) View {
	out := View{ID: v.ID, Name: v.Name, Description: v.Description, Qualifier: qualifier, ViewContent: content,
		Tags: v.Tags, Created: v.Created, Modified: v.Modified}
	if all := viewVersionsOf(s.viewVersions, v.ID); len(all) > 0 {
		out.Version, out.VersionDescription = all[0].Number, all[0].Description
	}
	return out
}
