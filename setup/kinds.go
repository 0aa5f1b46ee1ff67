package setup

import (
	"reflect"
	"strings"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
)

// kinds are all kinds of setting that files have, in an order in which each comes
// after those that its name is made of. A kind is one row: what files call it and
// the folder that an export has for it, how catalog knows it, and its form to and
// fro.
func kinds() []kind {
	return []kind{
		row[catalog.Hours, hoursForm]{"hours", "hours", catalog.HoursKind(), showHours, hoursForm.fill, named},
		row[catalog.InstanceSetting, attributesForm]{"instance-attributes", ".", catalog.InstanceSettingKind(), showAttributes, attributesForm.fill, derived},
		row[catalog.Flow, flowForm]{"flow", "flows", catalog.FlowKind(), showFlow, flowForm.fill, named},
		row[catalog.Module, moduleForm]{"flow-module", "flow-modules", catalog.ModuleKind(), showModule, moduleForm.fill, named},
		row[catalog.FlowVersion, flowVersionForm]{"flow-version", "flow-versions", catalog.FlowVersionKind(), showFlowVersion, flowVersionForm.fill, derived},
		row[catalog.ModuleAlias, aliasForm]{"flow-module-alias", "flow-module-aliases", catalog.ModuleAliasKind(), showAlias, aliasForm.fill, named},
		row[catalog.OwnView, viewForm]{"view", "views", catalog.OwnViewKind(), showView, viewForm.fill, named},
		row[catalog.ViewVersion, viewVersionForm]{"view-version", "view-versions", catalog.ViewVersionKind(), showViewVersion, viewVersionForm.fill, derived},
		row[catalog.Permissions, permissionsForm]{"security-profile", "security-profiles", catalog.SecurityProfileKind(), showPermissions, permissionsForm.fill, named},
		row[catalog.Status, statusForm]{"agent-status", "agent-statuses", catalog.StatusKind(), showStatus, statusForm.fill, derived},
		row[catalog.QuickConnect, quickConnectForm]{"quick-connect", "quick-connects", catalog.QuickConnectKind(), showQuickConnect, quickConnectForm.fill, named},
		row[catalog.Queue, queueForm]{"queue", "queues", catalog.QueueKind(), showQueue, queueForm.fill, named},
		row[catalog.RoutingProfile, profileForm]{"routing-profile", "routing-profiles", catalog.RoutingProfileKind(), showProfile, profileForm.fill, named},
		row[catalog.PredefinedAttribute, attributeForm]{"predefined-attribute", "predefined-attributes", catalog.PredefinedAttributeKind(), showAttribute, attributeForm.fill, derived},
		row[catalog.Disposition, dispositionForm]{"disposition", "dispositions", catalog.DispositionKind(), showDisposition, dispositionForm.fill, named},
		row[catalog.Reply, replyForm]{"reply", "replies", catalog.ReplyKind(), showReply, replyForm.fill, named},
		row[catalog.User, userForm]{"user", "users", catalog.UserKind(), showUser, userForm.fill, named},
		row[catalog.Widget, widgetForm]{"widget", "widgets", catalog.WidgetKind(), showWidget, widgetForm.fill, named},
		row[catalog.Storage, storageForm]{"storage", "storage", catalog.StorageKind(), showStorage, storageForm.fill, derived},
		row[catalog.AttachedFiles, attachedFilesForm]{"attached-files", "attached-files", catalog.AttachedFilesKind(), showAttachedFiles, attachedFilesForm.fill, derived},
	}
}

// ofInstance is what files call the instance itself, of which there is one.
const ofInstance = "instance"

// identity says where the id of a setting comes from: a file may give that of one
// that is named, and otherwise it is made up; of others it follows from the rest.
type identity bool

const (
	named   identity = true
	derived identity = false
)

// words are what files call the kinds.
func words() []string {
	out := []string{ofInstance}
	for _, k := range kinds() {
		out = append(out, k.word())
	}
	return out
}

// formOf is the form of what a word means; the kind is nil for the instance.
func formOf(word string) (form reflect.Type, k kind, ok bool) {
	if word == ofInstance {
		return reflect.TypeFor[instanceForm](), nil, true
	}
	for _, k := range kinds() {
		if k.word() == word {
			return k.formType(), k, true
		}
	}
	return nil, nil, false
}

// kind is a row, whatever its types are. Settings are values of catalog's type,
// forms values of the form's.
type kind interface {
	word() string
	folder() string
	formType() reflect.Type
	identity() identity
	existing(e *catalog.Edit) []setting
	// identify is the id and the name of the setting that a form would make.
	identify(form reflect.Value, m *making) (id, name string)
	show(value any) reflect.Value
	// fill makes a setting of a form over what it was before, nil for a new one.
	fill(form reflect.Value, before any, m *making) any
	stage(e *catalog.Edit, value any)
	put(e *catalog.Edit, value any) error
	drop(e *catalog.Edit, value any)
	used(e *catalog.Edit, value any) string
	stored() string // what it is called on disk
}

// setting is one that an instance has.
type setting struct {
	id, name string
	value    any
	builtIn  bool // every instance has it as it is
}

// row is a kind, see kinds.
type row[V catalog.Setting, F shape] struct {
	name  string
	under string
	kind  catalog.Kind[V]
	shown func(V) F
	from  func(F, *V, *making)
	id    identity
}

func (r row[V, F]) word() string           { return r.name }
func (r row[V, F]) folder() string         { return r.under }
func (r row[V, F]) formType() reflect.Type { return reflect.TypeFor[F]() }
func (r row[V, F]) identity() identity     { return r.id }

func (r row[V, F]) existing(e *catalog.Edit) []setting {
	var out []setting
	for _, v := range r.kind.In(e) {
		out = append(out, setting{r.kind.ID(v), r.kind.Name(v), v, r.kind.BuiltIn(v)})
	}
	return out
}

func (r row[V, F]) identify(form reflect.Value, m *making) (id, name string) {
	v := r.fill(form, nil, m).(V)
	return r.kind.ID(v), r.kind.Name(v)
}

func (r row[V, F]) show(value any) reflect.Value {
	out := reflect.New(r.formType()).Elem()
	out.Set(reflect.ValueOf(r.shown(value.(V))))
	return out
}

func (r row[V, F]) fill(form reflect.Value, before any, m *making) any {
	var v V
	if before != nil {
		v = before.(V)
	}
	r.from(form.Interface().(F), &v, m)
	return v
}

func (r row[V, F]) stage(e *catalog.Edit, value any)       { r.kind.Stage(e, value.(V)) }
func (r row[V, F]) put(e *catalog.Edit, value any) error   { return r.kind.Put(e, value.(V)) }
func (r row[V, F]) drop(e *catalog.Edit, value any)        { r.kind.Drop(e, value.(V)) }
func (r row[V, F]) used(e *catalog.Edit, value any) string { return r.kind.Used(e, value.(V)) }

func (r row[V, F]) stored() string { return r.kind.Stored() }

// making is what forms need to become settings.
type making struct {
	edit *catalog.Edit
	now  time.Time
	err  error // of an id that could not be made
}

// id is a new one.
func (m *making) id() string {
	id, err := m.edit.NewID()
	if err != nil && m.err == nil {
		m.err = err
	}
	return id
}

func (m *making) instance() perch.InstanceID { return m.edit.Instance().ID }

// label is that of a setting which is changed now.
func (m *making) label(tags map[string]string) catalog.Label {
	if len(tags) == 0 {
		tags = nil
	}
	return catalog.Label{Tags: tags, Modified: m.now}
}

// title is what a setting is called where it is listed: its name, or what that is
// made of; nothing where there is one alone.
func title(form reflect.Value) string {
	var parts []string
	for _, f := range fieldsOf(form.Type()) {
		if f.tag.Get("key") == "yes" && f.name != "Id" {
			parts = append(parts, show(form.Field(f.at)))
		}
	}
	return strings.Join(parts, " ")
}
