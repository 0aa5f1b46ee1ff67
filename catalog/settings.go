package catalog

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/store"
)

// Kinds of setting. The names are on disk, and so are those of the fields of
// each kind: a setting is stored as its JSON.
const (
	kindFlow           = "flow"
	kindQueue          = "queue" // as store.KindQueue
	kindRoutingProfile = "routing-profile"
	kindUser           = "user"
	kindQuickConnect   = "quick-connect"
	kindStatus         = "status"
	kindHours          = "hours"
	kindModule         = "flow-module"
	kindFlowVersion    = "flow-version"
	kindModuleAlias    = "module-alias"
	kindStorage        = "storage"
	kindPermissions    = "security-profile"
	kindView           = "view"
	kindViewVersion    = "view-version"
	kindWidget         = "widget"
	kindAttachedFiles  = "attached-files"
	kindDisposition    = "disposition"
	kindReply          = "reply"
	kindAttribute      = "predefined-attribute"
	kindWhole          = "instance"
)

// settings are one instance's, as of a version. They never change once others
// can see them.
type settings struct {
	instance        perch.InstanceID
	version         int64
	flows           shelf[Flow]
	queues          shelf[Queue]
	routingProfiles shelf[RoutingProfile]
	users           shelf[User]
	quickConnects   shelf[QuickConnect]
	statuses        shelf[Status]
	hours           shelf[Hours]
	modules         shelf[Module]
	flowVersions    shelf[FlowVersion]
	moduleAliases   shelf[ModuleAlias]
	storages        shelf[Storage]
	permissions     shelf[Permissions]
	ownViews        shelf[OwnView]
	viewVersions    shelf[ViewVersion]
	widgets         shelf[Widget]
	attachedFiles   shelf[AttachedFiles]
	dispositions    shelf[Disposition]
	replies         shelf[Reply]
	attributes      shelf[PredefinedAttribute]
	whole           shelf[InstanceSetting]
}

// Setting is one thing on a shelf.
type Setting interface {
	key() (id, name string)
}

// shelf is all settings of a kind.
type shelf[V Setting] struct {
	kind   string
	byID   map[string]V
	byName map[string]V
}

func newShelf[V Setting](kind string) shelf[V] {
	return shelf[V]{kind: kind, byID: map[string]V{}, byName: map[string]V{}}
}

func (s shelf[V]) clone() shelf[V] {
	return shelf[V]{kind: s.kind, byID: maps.Clone(s.byID), byName: maps.Clone(s.byName)}
}

func (s shelf[V]) place(v V) {
	id, name := v.key()
	if old, ok := s.byID[id]; ok {
		_, oldName := old.key()
		delete(s.byName, oldName)
	}
	s.byID[id], s.byName[name] = v, v
}

func (s shelf[V]) remove(v V) {
	id, name := v.key()
	delete(s.byID, id)
	delete(s.byName, name)
}

func (s shelf[V]) load(r store.Setting, adapt func(*V)) error {
	var v V
	if err := json.Unmarshal(r.Body, &v); err != nil {
		return fmt.Errorf("damaged setting %s %s: %w; restore a backup", r.Kind, r.ID, err)
	}
	if adapt != nil {
		adapt(&v)
	}
	s.place(v)
	return nil
}

// inOrder are all settings of the kind, by name.
func (s shelf[V]) inOrder() []V {
	out := make([]V, 0, len(s.byName))
	for _, name := range slices.Sorted(maps.Keys(s.byName)) {
		out = append(out, s.byName[name])
	}
	return out
}

func newSettings(instance perch.InstanceID, version int64) *settings {
	s := &settings{instance: instance, version: version,
		flows: newShelf[Flow](kindFlow), queues: newShelf[Queue](kindQueue),
		routingProfiles: newShelf[RoutingProfile](kindRoutingProfile), users: newShelf[User](kindUser),
		quickConnects: newShelf[QuickConnect](kindQuickConnect), statuses: newShelf[Status](kindStatus), hours: newShelf[Hours](kindHours),
		modules: newShelf[Module](kindModule), flowVersions: newShelf[FlowVersion](kindFlowVersion),
		moduleAliases: newShelf[ModuleAlias](kindModuleAlias), storages: newShelf[Storage](kindStorage), permissions: newShelf[Permissions](kindPermissions),
		ownViews: newShelf[OwnView](kindView), viewVersions: newShelf[ViewVersion](kindViewVersion), widgets: newShelf[Widget](kindWidget),
		attachedFiles: newShelf[AttachedFiles](kindAttachedFiles),
		dispositions:  newShelf[Disposition](kindDisposition), replies: newShelf[Reply](kindReply), attributes: newShelf[PredefinedAttribute](kindAttribute),
		whole: newShelf[InstanceSetting](kindWhole)}
	s.statuses.place(Status{Name: Available, Type: Routable})
	s.statuses.place(Status{Name: Offline, Type: OfflineType})
	for _, p := range builtIn() {
		s.permissions.place(p)
	}
	return s
}

func (s *settings) load(r store.Setting) error {
	switch r.Kind {
	case kindFlow:
		return s.flows.load(r, nil)
	case kindQueue:
		return s.queues.load(r, nil)
	case kindRoutingProfile:
		return s.routingProfiles.load(r, nil)
	case kindUser:
		return s.users.load(r, func(u *User) { u.Instance = s.instance })
	case kindQuickConnect:
		return s.quickConnects.load(r, nil)
	case kindStatus:
		return s.statuses.load(r, nil)
	case kindModule:
		return s.modules.load(r, nil)
	case kindHours:
		return s.hours.load(r, nil)
	case kindFlowVersion:
		return s.flowVersions.load(r, nil)
	case kindModuleAlias:
		return s.moduleAliases.load(r, nil)
	case kindPermissions:
		return s.permissions.load(r, nil)
	case kindStorage:
		return s.storages.load(r, nil)
	case kindView:
		return s.ownViews.load(r, nil)
	case kindViewVersion:
		return s.viewVersions.load(r, nil)
	case kindWidget:
		return s.widgets.load(r, func(w *Widget) { w.At = s.instance })
	case kindAttachedFiles:
		return s.attachedFiles.load(r, nil)
	case kindDisposition:
		return s.dispositions.load(r, nil)
	case kindReply:
		return s.replies.load(r, nil)
	case kindAttribute:
		return s.attributes.load(r, nil)
	case kindWhole:
		return s.whole.load(r, nil)
	}
	return fmt.Errorf("setting of kind %q, which this version does not know: use a newer perch", r.Kind)
}

// draft is settings that a change is working on.
type draft struct {
	settings
	was    *settings // before the change
	rand   io.Reader
	pass   []store.Write // see store.Pass
	writes []store.Write
	first  []store.Write // before all others
}

func (s *settings) draft(rand io.Reader) *draft {
	return &draft{rand: rand, was: s, settings: settings{instance: s.instance, version: s.version + 1,
		flows: s.flows.clone(), queues: s.queues.clone(), routingProfiles: s.routingProfiles.clone(),
		users: s.users.clone(), quickConnects: s.quickConnects.clone(), statuses: s.statuses.clone(), hours: s.hours.clone(),
		modules: s.modules.clone(), flowVersions: s.flowVersions.clone(), moduleAliases: s.moduleAliases.clone(), storages: s.storages.clone(), permissions: s.permissions.clone(),
		ownViews: s.ownViews.clone(), viewVersions: s.viewVersions.clone(),
		widgets:       s.widgets.clone(),
		attachedFiles: s.attachedFiles.clone(),
		dispositions:  s.dispositions.clone(), replies: s.replies.clone(), attributes: s.attributes.clone(), whole: s.whole.clone()}}
}

// identify gives what is new an id, and makes sure that what is not exists.
func identify[ID ~string, V Setting](d *draft, s shelf[V], id *ID) error {
	if *id != "" {
		_, err := pick(s, s.byID, string(*id))
		return err
	}
	made, err := perch.NewID(d.rand)
	*id = ID(made)
	return err
}

// put records a setting that has been validated; field is what its name is
// called in a request.
func put[V Setting](d *draft, s shelf[V], field string, v V) error {
	id, name := v.key()
	if other, ok := s.byName[name]; ok {
		if otherID, _ := other.key(); otherID != id {
			return &perch.Error{Kind: perch.Conflict, Field: field, Message: fmt.Sprintf("is taken: there is another %s named %q", s.kind, name)}
		}
	}
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encoding %s %s: %w", s.kind, id, err)
	}
	s.place(v)
	d.writes = append(d.writes, store.PutSetting(d.instance, store.Setting{Kind: s.kind, ID: id, Name: name, Version: d.version, Body: body}))
	return nil
}

// remove records that a setting is gone.
func remove[V Setting](d *draft, s shelf[V], v V) {
	id, _ := v.key()
	s.remove(v)
	w := store.DeleteSetting(d.instance, s.kind, id)
	if s.kind == kindQueue { // somebody may be about to wait in it
		d.first = d.pass
		w = store.DeleteQueue(d.instance, id, perch.Errorf(perch.InUse, "contacts wait in the queue"))
	}
	d.writes = append(d.writes, w)
}

func pick[V Setting](s shelf[V], from map[string]V, key string) (V, error) {
	v, ok := from[key]
	switch {
	case ok:
		return v, nil
	case s.kind == kindHours:
		return v, perch.Errorf(perch.NotFound, "the hours of operation do not exist")
	}
	return v, perch.Errorf(perch.NotFound, "the %s does not exist", s.kind)
}

// byID, byName and all read a shelf of an instance.
func byID[V Setting](ctx context.Context, c *Catalog, instance perch.InstanceID, of func(*settings) shelf[V], id string) (v V, err error) {
	s, err := c.settings(ctx, instance)
	if err != nil {
		return v, err
	}
	return pick(of(s), of(s).byID, id)
}

func byName[V Setting](ctx context.Context, c *Catalog, instance perch.InstanceID, of func(*settings) shelf[V], name string) (v V, err error) {
	s, err := c.settings(ctx, instance)
	if err != nil {
		return v, err
	}
	return pick(of(s), of(s).byName, name)
}

func all[V Setting](ctx context.Context, c *Catalog, instance perch.InstanceID, of func(*settings) shelf[V]) ([]V, error) {
	s, err := c.settings(ctx, instance)
	if err != nil {
		return nil, err
	}
	return of(s).inOrder(), nil
}

// putIn changes one setting; place validates it, gives it its id and puts it.
func putIn[V any](ctx context.Context, c *Catalog, instance perch.InstanceID, v V, place func(*draft, *V) error) (V, error) {
	var done V
	err := c.change(ctx, instance, func(d *draft) error {
		done = v // the body may run again
		return place(d, &done)
	})
	if err != nil {
		var none V
		return none, err
	}
	return done, nil
}

// changeIn puts what edit makes of one setting that exists.
func changeIn[V Setting](ctx context.Context, c *Catalog, instance perch.InstanceID, of func(*settings) shelf[V], id string,
	edit func(*V) error, place func(*draft, *V) error) error {
	return c.change(ctx, instance, func(d *draft) error {
		v, err := pick(of(&d.settings), of(&d.settings).byID, id)
		if err != nil {
			return err
		}
		if err := edit(&v); err != nil {
			return err
		}
		return place(d, &v)
	})
}
