package catalog

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/flow"
)

// What may follow the id of a flow or a module, and a colon, besides the number
// of a version and, of a module, the name of an alias.
// doc: API_DescribeContactFlow
const (
	Latest = "$LATEST" // what is published; meant where nothing follows
	Saved  = "$SAVED"  // the draft or, without one, what is published
)

// SplitReference takes an id or an ARN apart into the id and what follows it
// behind a colon.
func SplitReference(idOrARN string) (id, qualifier string) {
	id, qualifier, _ = strings.Cut(idOrARN[strings.LastIndexByte(idOrARN, '/')+1:], ":")
	return id, qualifier
}

func versionKey(of string, number int64) string { return of + ":" + strconv.FormatInt(number, 10) }

// text is a flow or a module in one of its forms.
type text struct {
	id      string // what leads to the same form again
	content string
	as      flow.Type
}

type programKey struct {
	instance perch.InstanceID
	text     string
}

// parsed is a program and the content it was read from.
type parsed struct {
	content string
	program *flow.Program
}

// Program is a flow or a module, ready to be played as it is now: id is its id or
// ARN, perhaps with a version, an alias, $LATEST or $SAVED behind a colon. It is
// read once for every content that it has had, not for every contact.
//
// An archived one is found too, as contacts may stand in it; see Startable.
//
// Errors: NotFound, NotPublished; InvalidFlow for a draft that is broken.
func (c *Catalog) Program(ctx context.Context, instance perch.InstanceID, id perch.FlowID) (*flow.Program, error) {
	s, err := c.settings(ctx, instance)
	if err != nil {
		return nil, err
	}
	of, qualifier := SplitReference(string(id))
	var t text
	if f, ok := s.flows.byID[of]; ok {
		t, err = s.form(of, qualifier, flow.Type(f.Type), f.Content, f.Draft)
	} else if m, ok := s.modules.byID[of]; ok {
		t, err = s.module(m, qualifier)
	} else {
		_, err = pick(s.flows, nil, of)
	}
	if err != nil {
		return nil, err
	}
	return c.read(instance, t)
}

// ModuleProgram is the module that a flow calls by id or ARN, as Program has it,
// and the id under which Program finds the same again; an alias has been
// followed in it, so that a contact stays with one version.
//
// Errors: as Program, and Refused for one that is archived.
func (c *Catalog) ModuleProgram(ctx context.Context, instance perch.InstanceID, idOrARN string) (*flow.Program, string, error) {
	s, err := c.settings(ctx, instance)
	if err != nil {
		return nil, "", err
	}
	id, qualifier := SplitReference(idOrARN)
	m, err := pick(s.modules, s.modules.byID, id)
	if err != nil {
		return nil, "", err
	}
	if m.Archived {
		return nil, "", perch.Errorf(perch.Refused, "the module is archived: make it active first")
	}
	t, err := s.module(m, qualifier)
	if err != nil {
		return nil, "", err
	}
	program, err := c.read(instance, t)
	return program, t.id, err
}

func (s *settings) module(m Module, qualifier string) (text, error) {
	if a, ok := s.moduleAliases.byName[aliasKey(m.ID, qualifier)]; ok {
		qualifier = strconv.FormatInt(a.Version, 10)
	}
	return s.form(string(m.ID), qualifier, flow.TypeModule, m.Content, m.Draft)
}

// form picks what the qualifier means of a flow or a module.
func (s *settings) form(id, qualifier string, as flow.Type, content, saved string) (text, error) {
	switch qualifier {
	case Saved:
		if saved != "" {
			return text{id + ":" + Saved, saved, as}, nil
		}
		return text{id, content, as}, nil
	case "", Latest:
		if content == "" {
			return text{}, perch.Errorf(perch.NotPublished, "only saved, never published: ask for %s", Saved)
		}
		return text{id, content, as}, nil
	}
	v, err := pick(s.flowVersions, s.flowVersions.byID, id+":"+qualifier)
	return text{id + ":" + qualifier, v.Content, as}, err
}

// read parses a text, or finds it parsed.
func (c *Catalog) read(instance perch.InstanceID, t text) (*flow.Program, error) {
	c.parsing.Lock()
	defer c.parsing.Unlock()
	key := programKey{instance, t.id}
	if p, ok := c.programs[key]; ok && p.content == t.content {
		return p.program, nil
	}
	program, problems := flow.ParseAs([]byte(t.content), t.as)
	if len(problems) > 0 {
		// Versions that did not look at the type have accepted it: it is played as
		// it was.
		program, _ = flow.Parse([]byte(t.content))
	}
	if program == nil {
		return nil, fmt.Errorf("flow %s: %w; mend it and put it again", t.id, broken(problems))
	}
	c.programs[key] = parsed{t.content, program}
	return program, nil
}
