package catalog_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
)

const cardsTemplate = `{"Head":{"Title":"Cards"},"Body":[{"_id":"a","Type":"Card","Props":{"Heading":"Hello $.Customer.Name","Status":"$.Customer.City"},"Content":[]},
	{"_id":"b","Type":"Button","Props":{"Action":"Skip","Label":"$.Label"},"Content":["For $.50"]}]}`

func content(template string, actions ...string) *catalog.ViewContent {
	return &catalog.ViewContent{Template: template, Actions: actions}
}

func TestViewThatCannotBeDrawnIsNotPublished(t *testing.T) {
	t.Parallel()
	h := found(t)
	body := func(components string) string { return `{"Body":[` + components + `]}` }
	for name, c := range map[string]struct {
		template, field, what string
		saved                 bool // may be kept as a draft
	}{
		"none":            {"", "Content.Template", "given", true},
		"no JSON":         {"{", "Content.Template", "JSON object", false},
		"null":            {"null", "Content.Template", "JSON object", false},
		"a list":          {"[]", "Content.Template", "JSON object", false},
		"no body":         {`{"Head":{}}`, "Content.Template", "Body", true},
		"empty body":      {body(""), "Content.Template", "Body", true},
		"head":            {`{"Head":[],"Body":[{"Type":"Card"}]}`, "Content.Template", "Head", true},
		"no object":       {body(`5`), "Content.Template", "Body[0]", true},
		"no type":         {body(`{"Type":"Card"},{"Props":{}}`), "Content.Template", "Body[1].Type", true},
		"props":           {body(`{"Type":"Card","Props":[]}`), "Content.Template", "Body[0].Props", true},
		"content":         {body(`{"Type":"Card","Content":5}`), "Content.Template", "Body[0].Content", true},
		"below":           {body(`{"Type":"Form","Content":["text",{"Type":""}]}`), "Content.Template", "Body[0].Content[1].Type", true},
		"larger than all": {`{"a":"` + strings.Repeat("x", 400_000) + `"}`, "Content", "400000", false},
	} {
		for _, v := range []catalog.OwnView{{Name: name, Published: content(c.template, "Go")}, {Name: name, Draft: content(c.template, "Go")}} {
			_, err := h.CreateView(t.Context(), h.instance, v)
			if v.Draft != nil && c.saved {
				if err != nil {
					t.Errorf("%s is not kept: %v", name, err)
				}
				continue
			}
			refused(t, name, err, perch.Invalid, c.field, c.what)
		}
	}
}

func TestViewIsHeldAgainstItsLimits(t *testing.T) {
	t.Parallel()
	h := found(t)
	good := content(cardsTemplate, "Skip")
	must(h.CreateView(t.Context(), h.instance, catalog.OwnView{Name: "taken", Published: good}))(t)
	for name, c := range map[string]struct {
		view        catalog.OwnView
		kind        perch.ErrorKind
		field, what string
	}{
		"no name":      {catalog.OwnView{Published: good}, perch.Invalid, "Name", "given"},
		"long name":    {catalog.OwnView{Name: strings.Repeat("é", 256), Published: good}, perch.Invalid, "Name", "255"},
		"taken":        {catalog.OwnView{Name: "taken", Published: good}, perch.Conflict, "Name", "taken"},
		"description":  {catalog.OwnView{Name: "v", Description: strings.Repeat("é", 4097), Published: good}, perch.Invalid, "Description", "4096"},
		"no content":   {catalog.OwnView{Name: "v"}, perch.Invalid, "Content", "given"},
		"many actions": {catalog.OwnView{Name: "v", Published: content(cardsTemplate, make([]string, 1001)...)}, perch.Invalid, "Content.Actions", "1000"},
		"unknown":      {catalog.OwnView{ID: "nothing", Name: "v", Published: good}, perch.NotFound, "", "view"},
	} {
		_, err := h.CreateView(t.Context(), h.instance, c.view)
		refused(t, name, err, c.kind, c.field, c.what)
	}
}

func TestSchemaOfAViewAsksForWhatItsTemplateTakes(t *testing.T) {
	t.Parallel()
	h := found(t)
	v := must(h.CreateView(t.Context(), h.instance, catalog.OwnView{Name: "v", Published: content(cardsTemplate, "Skip")}))(t)
	want := `{"type":"object","properties":{"Customer":{"type":"object","properties":{"City":{},"Name":{}},"required":["City","Name"]},"Label":{}},"required":["Customer","Label"]}`
	if v.InputSchema != want {
		t.Errorf("got %s, want %s", v.InputSchema, want)
	}
}

func TestFormsOfAView(t *testing.T) {
	t.Parallel()
	h := found(t)
	saved := must(h.CreateView(t.Context(), h.instance, catalog.OwnView{Name: "v", Draft: content(`{"a":1}`)}))(t)
	if !saved.Unpublished || saved.Sum != "" || saved.Reference() != saved.ID+":$SAVED" {
		t.Errorf("saved is %+v", saved)
	}
	_, err := h.View(t.Context(), h.instance, saved.ID, "")
	refused(t, "unpublished", err, perch.NotPublished, "", "$SAVED")
	_, err = h.CreateViewVersion(t.Context(), h.instance, saved.ID, "", "", time.Time{})
	refused(t, "version of a draft", err, perch.Refused, "", "publish")

	publish := func(template string) catalog.View {
		return must(h.ChangeView(t.Context(), h.instance, saved.ID, func(v *catalog.OwnView) error {
			v.Published, v.Draft = content(template, "Skip"), nil
			return nil
		}))(t)
	}
	first := publish(cardsTemplate)
	_, err = h.CreateViewVersion(t.Context(), h.instance, saved.ID, "", "another", time.Time{})
	refused(t, "another sum", err, perch.Refused, "", "SHA-256")
	one := must(h.CreateViewVersion(t.Context(), h.instance, saved.ID, "the first", first.Sum, time.UnixMilli(5)))(t)
	if again := must(h.CreateViewVersion(t.Context(), h.instance, saved.ID, "again", "", time.UnixMilli(6)))(t); !cmp.Equal(again, one) || one.Version != 1 {
		t.Errorf("one content is two versions: %+v, %+v", one, again)
	}
	publish(`{"Body":[{"Type":"Button"}]}`)
	must(h.CreateViewVersion(t.Context(), h.instance, saved.ID, "the second", "", time.UnixMilli(7)))(t)
	must(h.ChangeView(t.Context(), h.instance, saved.ID, func(v *catalog.OwnView) error {
		v.Draft = content(`{"b":2}`)
		return nil
	}))(t)

	for name, want := range map[string]struct {
		template, reference string
		version             int64
	}{
		saved.ID: {`{"Body":[{"Type":"Button"}]}`, saved.ID, 2},
		"arn:aws:connect:us-east-1:0:instance/x/view/" + saved.ID + ":$LATEST": {`{"Body":[{"Type":"Button"}]}`, saved.ID, 2},
		saved.ID + ":$SAVED": {`{"b":2}`, saved.ID + ":$SAVED", 2},
		saved.ID + ":1":      {cardsTemplate, saved.ID + ":1", 1},
	} {
		for _, c := range []*catalog.Catalog{h.Catalog, open(t, h.store, key(1), key(2))} {
			got := must(c.View(t.Context(), h.instance, name, ""))(t)
			if got.Template != want.template || got.Reference() != want.reference || got.Version != want.version {
				t.Errorf("%s is %+v", name, got)
			}
		}
	}
	if err := h.DeleteViewVersion(t.Context(), h.instance, saved.ID, 2); err != nil {
		t.Error(err)
	}
	if three := must(h.CreateViewVersion(t.Context(), h.instance, saved.ID, "", "", time.UnixMilli(8)))(t); three.Version != 3 {
		t.Errorf("a number is given again: %+v", three)
	}
	var numbers []int64
	for _, v := range must(h.ViewVersions(t.Context(), h.instance, saved.ID))(t) {
		numbers = append(numbers, v.Version)
	}
	if !cmp.Equal(numbers, []int64{3, 1}) {
		t.Errorf("versions are %v", numbers)
	}

	if err := h.DeleteView(t.Context(), h.instance, saved.ID); err != nil {
		t.Error(err)
	}
	for _, name := range []string{saved.ID, saved.ID + ":$SAVED", saved.ID + ":1"} {
		_, err := h.View(t.Context(), h.instance, name, "")
		refused(t, name, err, perch.NotFound, "", "view")
	}
}

func TestViewsThatEveryInstanceHasStayAsTheyAre(t *testing.T) {
	t.Parallel()
	h := found(t)
	_, err := h.ChangeView(t.Context(), h.instance, "form", func(*catalog.OwnView) error { return nil })
	refused(t, "change", err, perch.Refused, "", "every instance")
	refused(t, "delete", h.DeleteView(t.Context(), h.instance, "form"), perch.Refused, "", "every instance")
	refused(t, "delete its version", h.DeleteViewVersion(t.Context(), h.instance, "form", 1), perch.Refused, "", "every instance")
	_, err = h.CreateViewVersion(t.Context(), h.instance, "form", "", "", time.Time{})
	refused(t, "version", err, perch.Refused, "", "every instance")
	must(h.CreateView(t.Context(), h.instance, catalog.OwnView{Name: "A view", Draft: content("")}))(t)
	var names []string
	for _, v := range must(h.Views(t.Context(), h.instance))(t) {
		names = append(names, v.Name)
	}
	if want := []string{"Cards", "Confirmation", "Detail", "Form", "List", "A view"}; !cmp.Equal(names, want) {
		t.Errorf("got %v, want %v", names, want)
	}
	if all := must(h.ViewVersions(t.Context(), h.instance, "form"))(t); len(all) != 1 || all[0].Version != 1 {
		t.Errorf("versions of form are %+v", all)
	}
}

func TestViewIsMadeOnceForAClientToken(t *testing.T) {
	t.Parallel()
	h := found(t)
	made := func(name, request string) (catalog.View, error) {
		return h.CreateView(t.Context(), h.instance, catalog.OwnView{Name: name, Published: content(cardsTemplate), Token: "once", Request: []byte(request)})
	}
	one := must(made("v", "a"))(t)
	if again := must(made("v", "a"))(t); !cmp.Equal(again, one) {
		t.Errorf("got %+v, then %+v", one, again)
	}
	_, err := made("w", "b")
	refused(t, "another request", err, perch.Invalid, "ClientToken", "another request")
}
