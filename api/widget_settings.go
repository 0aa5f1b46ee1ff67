package api

import (
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
)

// Widgets are kept by the agents' API, for administrators: Amazon's have no
// operations. Their security keys are told once, when they are made.

// saidLook is a widget's look by the names that its settings have everywhere else.
type saidLook struct {
	Title, Greeting, Color, TextColor, Theme, Language string
	PreChat, AskContinue, ConfirmEnd                   bool
	Logo                                               string
}

// saidWidget is what is said of a widget, all of it each time.
type saidWidget struct {
	Name               string
	Domains            []string
	ContactFlowID      perch.FlowID  `json:"ContactFlowId"`
	HoursOfOperationID perch.HoursID `json:"HoursOfOperationId"`
	Signed             bool
	Look               saidLook
}

// shownWidget is a widget as administrators and those who may look see it.
type shownWidget struct {
	ID string `json:"Id"`
	saidWidget
	SecurityKeys []shownSecurityKey
	SecurityKey  string `json:",omitempty"` // of one that has been made just now
}

// shownSecurityKey tells of a key that is valid when it was made, and no more.
type shownSecurityKey struct{ CreatedTimestamp string }

func (in saidWidget) fill(w *catalog.Widget) {
	w.Name, w.Domains, w.Flow, w.Hours, w.Signed, w.Look = in.Name, in.Domains, in.ContactFlowID, in.HoursOfOperationID, in.Signed, catalog.Look(in.Look)
}

func showWidget(w catalog.Widget) shownWidget {
	out := shownWidget{ID: w.ID, saidWidget: saidWidget{w.Name, append([]string{}, w.Domains...), w.Flow, w.Hours, w.Signed, saidLook(w.Look)},
		SecurityKeys: []shownSecurityKey{}}
	for _, k := range w.Keys {
		out.SecurityKeys = append(out.SecurityKeys, shownSecurityKey{k.Created.UTC().Format(time.RFC3339)})
	}
	return out
}

func (s *Server) widgetSettingRoutes() {
	for pattern, run := range map[string]func(*agentCall) (any, error){
		"GET /agent/widgets":               (*agentCall).widgets,
		"POST /agent/widgets":              (*agentCall).createWidget,
		"PUT /agent/widgets/{Id}":          (*agentCall).changeWidget,
		"DELETE /agent/widgets/{Id}":       (*agentCall).deleteWidget,
		"POST /agent/widgets/{Id}/key":     (*agentCall).rotateWidgetKey,
		"GET /agent/widgets/{Id}/snippets": (*agentCall).widgetSnippets,
	} {
		s.mux.Handle(pattern, s.agent(run))
	}
}

// widgets are those of the instance, by name.
func (c *agentCall) widgets() (any, error) {
	all, err := c.opts.Settings.Widgets(c.Context(), c.user.Instance)
	out := []shownWidget{}
	for _, w := range all {
		out = append(out, showWidget(w))
	}
	return map[string]any{"Widgets": out}, err
}

// createWidget makes a widget, and the first key of one that is signed for.
func (c *agentCall) createWidget() (any, error) {
	var in saidWidget
	if err := read(c.body, &in); err != nil {
		return nil, err
	}
	var w catalog.Widget
	in.fill(&w)
	w, err := catalog.WidgetKind().Create(c.Context(), c.opts.Settings, c.user.Instance, w)
	if err != nil {
		return nil, err
	}
	if !w.Signed {
		return showWidget(w), nil
	}
	return c.withNewKey(w.ID)
}

func (c *agentCall) changeWidget() (any, error) {
	var in saidWidget
	if err := read(c.body, &in); err != nil {
		return nil, err
	}
	return nothing{}, catalog.WidgetKind().Change(c.Context(), c.opts.Settings, c.user.Instance, c.PathValue("Id"), func(w *catalog.Widget) error {
		in.fill(w)
		return nil
	})
}

func (c *agentCall) deleteWidget() (any, error) {
	return nothing{}, catalog.WidgetKind().Delete(c.Context(), c.opts.Settings, c.user.Instance, c.PathValue("Id"))
}

// rotateWidgetKey gives a widget a new key; the one before holds until the next
// time.
func (c *agentCall) rotateWidgetKey() (any, error) { return c.withNewKey(c.PathValue("Id")) }

func (c *agentCall) withNewKey(id string) (any, error) {
	key, err := c.opts.Settings.RotateKey(c.Context(), c.user.Instance, id, c.opts.Now())
	if err != nil {
		return nil, err
	}
	w, err := catalog.WidgetKind().Get(c.Context(), c.opts.Settings, c.user.Instance, id)
	if err != nil {
		return nil, err
	}
	c.opts.Log.InfoContext(c.Context(), "a security key was made", "widget", id, "by", c.user.ID)
	out := showWidget(w)
	out.SecurityKey = key
	return out, nil
}

// widgetSnippets are what a site takes over, with the address of this perch.
func (c *agentCall) widgetSnippets() (any, error) {
	w, err := catalog.WidgetKind().Get(c.Context(), c.opts.Settings, c.user.Instance, c.PathValue("Id"))
	if err != nil {
		return nil, err
	}
	return w.Snippets(c.opts.PublicURL)
}
