package setup

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/staff"
	"github.com/perch-chat/perch/store"
)

// Options are what settings are set up with.
type Options struct {
	Settings *catalog.Catalog
	People   *staff.Staff
	// Retire makes the writes that take a user out of routing, and fail where the
	// user has contacts; see routing.Retire.
	Retire func(perch.InstanceID, perch.UserID) []store.Write
	Now    func() time.Time
}

// Request is what is to be done with files.
type Request struct {
	Files Files
	// Environment are the variables that users' files name.
	Environment map[string]string `json:",omitempty"`
	// Apply has it done; without it there is the plan alone.
	Apply bool
	// Prune deletes what the files do not name.
	Prune bool `json:",omitempty"`
	// Version is that of a plan which somebody has agreed to: nothing is done if the
	// settings have changed since. 0 is any.
	Version int64 `json:",omitempty"`
}

// errChanged says that a plan is out of date.
var errChanged = perch.Errorf(perch.Conflict, "the settings have been changed since the plan was made: look at a new one")

// Apply makes the plan of files for an instance and, if asked, carries it out, in
// one commit: all of it is done, or nothing. Files that are wrong in any way change
// nothing; the plan has all that is wrong with them.
//
// Errors: NotFound for the instance, Conflict where Version is no longer that of
// the settings, Refused for a user who is to be deleted and has contacts.
func Apply(ctx context.Context, o Options, instance perch.InstanceID, in Request) (Plan, error) {
	var out Plan
	err := o.Settings.Edit(ctx, instance, func(e *catalog.Edit) (keep bool, err error) {
		if in.Version != 0 && in.Version != e.Version() {
			return false, errChanged
		}
		p := &planner{Options: o, ctx: ctx, edit: e, making: &making{edit: e, now: o.Now()}, request: in,
			reading: read(in.Files), ids: map[string]map[string]string{}, names: map[string]map[string]string{}, moved: map[string]string{}}
		if err := p.plan(); err != nil {
			return false, err
		}
		p.problems.sort()
		out = p.out
		if out.Version = e.Version(); len(p.problems) > 0 {
			out = Plan{Version: out.Version, Problems: p.problems}
		}
		return in.Apply && len(out.Problems) == 0, nil
	})
	out.Applied = err == nil && in.Apply && len(out.Problems) == 0
	return out, err
}

// planner makes a plan, and with it the edit that carries it out.
type planner struct {
	Options
	*making
	*reading
	ctx     context.Context //nolint:containedctx // a planner is one call
	edit    *catalog.Edit
	request Request
	out     Plan

	entries []*entry
	gone    []dropped
	own     *document    // of the instance itself; nil where there is none
	inbound perch.FlowID // in which chats start then
	// ids and names are of all settings as they will be, by kind.
	ids, names map[string]map[string]string
	// moved are ids in files, and of settings that get another, by which they mean.
	moved map[string]string
}

// entry is a setting that a file names, or one that must follow an id that moves.
type entry struct {
	*document     // nil for one that no file names
	kind          kind
	form          reflect.Value
	before, value any // nil before for a new one
	id, was       string
}

type dropped struct {
	kind kind
	setting
}

func (p *planner) plan() error {
	for _, k := range kinds() {
		p.match(k)
	}
	for _, en := range p.entries {
		p.resolve(en.document, en.form, false)
	}
	p.instance()
	p.follow()
	for _, en := range p.entries {
		en.value = en.kind.fill(en.form, en.before, p.making)
		en.kind.stage(p.edit, en.value)
	}
	if err := p.put(); err != nil {
		return err
	}
	if err := p.prune(); err != nil {
		return err
	}
	if p.inbound != "" && p.inbound != p.edit.Instance().InboundFlow {
		if err := p.note(p.own, "the instance", p.edit.SetInbound(p.inbound)); err != nil {
			return err
		}
	}
	return p.err
}

// match finds which settings of a kind the files mean, and which are there
// besides.
func (p *planner) match(k kind) {
	byID, byName := map[string]setting{}, map[string]setting{}
	existing := k.existing(p.edit)
	for _, s := range existing {
		byID[s.id], byName[s.name] = s, s
	}
	ids, names := map[string]string{}, map[string]string{}
	meant, firsts := map[string]bool{}, map[string]*document{}
	for _, d := range p.documents {
		if d.kind == nil || d.kind.word() != k.word() {
			continue
		}
		p.resolve(d, d.form, true)
		id, name := k.identify(d.form, p.making)
		if name == "" {
			continue // a problem that is known
		}
		if other := firsts[name]; other != nil {
			p.problems = append(p.problems, d.problem("", "is the same %s as in %s:%d: %s", k.word(), other.file, other.line, title(d.form)))
			continue
		}
		firsts[name] = d
		old, found := byID[id]
		if !found {
			old, found = byName[name]
		}
		if found && (old.builtIn || meant[old.id]) {
			what := "is meant by another file as well, by its name or its id"
			if old.builtIn {
				what = "is there always and cannot be changed"
			}
			p.problems = append(p.problems, d.problem("", "%s: this %s %s", title(d.form), k.word(), what))
			meant[old.id] = true
			continue
		}
		en := p.enter(k, d, id, name, old, found)
		meant[old.id] = true
		ids[en.id], names[name] = name, en.id
	}
	for _, s := range existing {
		switch {
		case meant[s.id]:
			continue
		case p.request.Prune && !s.builtIn:
			k.drop(p.edit, s.value)
			p.gone = append(p.gone, dropped{k, s})
			continue
		case firsts[s.name] != nil:
			p.problems = append(p.problems, firsts[s.name].problem("", "has the name of another %s, which has the id %s", k.word(), s.id))
		case !s.builtIn:
			p.out.Extra++
		}
		ids[s.id] = s.name
		if names[s.name] == "" {
			names[s.name] = s.id
		}
	}
	p.ids[k.word()], p.names[k.word()] = ids, names
}

// enter makes the entry of a document. A setting keeps its id, but where nobody
// can know it yet it gets that of the file.
func (p *planner) enter(k kind, d *document, id, name string, old setting, found bool) *entry {
	en := &entry{document: d, kind: k, form: d.form, id: id}
	p.entries = append(p.entries, en)
	own := d.form.FieldByName("Id")
	if !found {
		if k.identity() == named && own.String() == "" {
			own.SetString(p.id())
			en.id, _ = k.identify(d.form, p.making)
		}
		return en
	}
	en.before, en.was = old.value, old.id
	switch {
	case old.id == id:
	case own.IsValid() && own.String() != "" && p.edit.Untouched():
		p.moved[old.id] = id
	default:
		if own.IsValid() {
			if own.String() != "" {
				p.moved[own.String()] = old.id
			}
			own.SetString(k.show(old.value).FieldByName("Id").String())
		}
		en.id = old.id
	}
	if en.id != old.id || name != old.name {
		k.drop(p.edit, old.value) // names are unique also between two statements
	}
	return en
}

// follow makes entries of settings that no file names and that refer to one whose
// id moves.
func (p *planner) follow() {
	if !p.edit.Untouched() {
		return
	}
	for _, k := range kinds() {
		for _, s := range k.existing(p.edit) {
			if s.builtIn || p.entered(k, s.id) {
				continue
			}
			form := k.show(s.value)
			if p.moveIn(form) {
				p.entries = append(p.entries, &entry{kind: k, form: form, before: s.value, id: s.id, was: s.id})
			}
		}
	}
}

func (p *planner) entered(k kind, id string) bool {
	for _, en := range p.entries {
		if en.kind.word() == k.word() && en.was == id {
			return true
		}
	}
	return false
}

// instance is what the files say of the instance itself.
func (p *planner) instance() {
	p.inbound = p.edit.Instance().InboundFlow
	if to, ok := p.moved[string(p.inbound)]; ok {
		p.inbound = perch.FlowID(to)
	}
	for _, d := range p.documents {
		f, ok := d.form.Addr().Interface().(*instanceForm)
		if !ok {
			continue
		}
		if p.own != nil {
			p.problems = append(p.problems, d.problem("", "is the second of the kind %s: the first is in %s", ofInstance, p.own.file))
		}
		p.own = d
		p.resolve(d, d.form, false)
		if f.InboundFlow != "" {
			p.inbound = perch.FlowID(f.InboundFlow)
		}
	}
	if p.inbound == p.edit.Instance().InboundFlow {
		return
	}
	c := Change{Action: Changed, Kind: ofInstance, Name: p.edit.Instance().Alias,
		Fields: []FieldChange{{"InboundFlow", p.nameOf("flow", string(p.edit.Instance().InboundFlow)), p.nameOf("flow", string(p.inbound))}}}
	if p.own != nil {
		c.File = p.own.file
	}
	p.out.Changes = append(p.out.Changes, c)
}

// put checks all that is to be kept, and has it kept where it differs from what
// there is.
func (p *planner) put() error {
	for _, en := range p.entries {
		c := p.compare(en)
		err := p.password(en, &c)
		if err != nil {
			return err
		}
		if c.Action == "" {
			p.out.Unchanged++
			continue
		}
		p.out.Changes = append(p.out.Changes, c)
		if err := p.note(en.document, c.Kind+" "+c.Name, en.kind.put(p.edit, en.value)); err != nil {
			return err
		}
	}
	return nil
}

// prune has gone what no file names, unless something needs it.
func (p *planner) prune() error {
	instance := p.edit.Instance()
	for _, g := range p.gone {
		name := title(g.kind.show(g.value))
		if title := p.displayed(g.kind.show(g.value)); title != "" {
			name = title
		}
		by := g.kind.used(p.edit, g.value)
		if g.kind.word() == "flow" && g.id == string(p.inbound) {
			by = "the instance: new chats start in it"
		}
		if by != "" {
			p.problems = append(p.problems, Problem{Message: fmt.Sprintf("the %s %s cannot be deleted: it is in use by %s", g.kind.word(), name, by)})
		}
		if u, ok := g.value.(catalog.User); ok {
			p.edit.Write(p.Retire(instance.ID, u.ID)...)
			p.edit.Write(staff.Forget(instance.ID, u.ID)...)
		}
		p.out.Changes = append(p.out.Changes, Change{Action: Deleted, Kind: g.kind.word(), Name: name})
	}
	return nil
}

// note makes a problem of what is wrong with a setting; what else is wrong it
// returns.
func (p *planner) note(d *document, what string, err error) error {
	if err == nil {
		return nil
	}
	known, ok := errors.AsType[*perch.Error](err)
	if !ok || known.Kind == perch.Internal || known.Kind == perch.Unavailable {
		return err
	}
	if d == nil {
		p.problems = append(p.problems, Problem{Message: what + ": " + err.Error()})
		return nil
	}
	at := inForms(known.Field)
	if d.broken && (len(known.Problems) > 0 || p.reported(d, at)) {
		return nil // it follows from what is wrong with the file itself
	}
	for _, one := range known.Problems {
		p.problems = append(p.problems, d.problem(at, "%s", one))
	}
	if len(known.Problems) == 0 {
		p.problems = append(p.problems, d.problem(at, "%s", known.Message))
	}
	return nil
}

// reported tells whether there is a problem with a field of a document, or inside
// it, already.
func (p *planner) reported(d *document, at place) bool {
	return slices.ContainsFunc(p.problems, func(one Problem) bool {
		return one.File == d.file && place(one.Field).first() == at.first() && one.Line >= d.line
	})
}

// inForms is what forms call a field of catalog's, where it goes by another name
// there.
func inForms(field string) place {
	first := place(field).first()
	own, ok := map[string]string{
		"ChatConcurrency": "MediaConcurrencies", "Queues": "QueueConfigs", "QueueId": "QueueConfigs", "Flow": "ContactFlow", "Hours": "HoursOfOperation",
		"HoursOfOperationId": "HoursOfOperation", "DefaultOutboundQueueId": "DefaultOutboundQueue", "QuickConnectIds": "QuickConnects",
		"SecurityProfileIds": "SecurityProfiles", "SecurityProfile": "SecurityProfiles", "UserProficiencies": "Proficiencies", "Level": "Proficiencies",
		"Color": "Look", "TextColor": "Look", "Theme": "Look", "Logo": "Look", "EffectiveFrom": "Overrides", "EffectiveTill": "Overrides",
		"ExtensionConfiguration": "AllowedExtensions",
	}[first]
	if !ok {
		return place(field)
	}
	if own == "QueueConfigs" || own == "MediaConcurrencies" {
		return place(own) // whose entries are in another order there
	}
	return place(own + strings.TrimPrefix(field, first))
}
