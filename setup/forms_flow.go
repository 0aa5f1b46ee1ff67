package setup

import (
	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
)

type flowForm struct {
	Id            string            `key:"yes" like:"uuid" doc:"Kept where nobody has used the instance yet; made up if left out."`
	Name          string            `key:"yes" must:"yes" most:"256" doc:"Unique among the flows."`
	Type          string            `must:"yes" among:"CONTACT_FLOW,CUSTOMER_QUEUE,CUSTOMER_HOLD,CUSTOMER_WHISPER,AGENT_HOLD,AGENT_WHISPER,OUTBOUND_WHISPER,AGENT_TRANSFER,QUEUE_TRANSFER,CAMPAIGN" doc:"For good."`
	Description   string            `most:"500"`
	State         string            `among:"ACTIVE,ARCHIVED" doc:"No chat starts in a flow that is ARCHIVED. ACTIVE if left out."`
	Content       Text              `doc:"File with what is played, in the Flow language; ${queue:Name} and the like stand for ids. Left out, nothing is published."`
	Draft         Text              `doc:"File with what has been saved since; nobody checks it."`
	NewestVersion int               `least:"0" most:"2147483647" doc:"Number of the newest version that there has been, if not that of the newest there is."`
	Tags          map[string]string `most:"50"`
}

func showFlow(f catalog.Flow) flowForm {
	return flowForm{string(f.ID), f.Name, string(f.Type), f.Description, archived(f.Archived), Text{Data: f.Content}, Text{Data: f.Draft}, int(f.Versions), f.Tags}
}

func (f flowForm) fill(to *catalog.Flow, m *making) {
	*to = catalog.Flow{ID: perch.FlowID(f.Id), Name: f.Name, Type: catalog.FlowType(f.Type), Description: f.Description, Archived: f.State == "ARCHIVED",
		Content: f.Content.or(to.Content), Draft: f.Draft.or(to.Draft), Versions: max(to.Versions, int64(f.NewestVersion)), Tags: m.label(f.Tags).Tags, Modified: m.now}
}

func archived(yes bool) string {
	if yes {
		return "ARCHIVED"
	}
	return ""
}

type moduleForm struct {
	Id                 string            `key:"yes" like:"uuid" doc:"Kept where nobody has used the instance yet; made up if left out."`
	Name               string            `key:"yes" must:"yes" most:"127" doc:"Unique among the modules."`
	Description        string            `most:"500"`
	State              string            `among:"ACTIVE,ARCHIVED" doc:"No flow can call a module that is ARCHIVED. ACTIVE if left out."`
	Content            Text              `doc:"File with what is played, in the Flow language. Left out, nothing is published."`
	Draft              Text              `doc:"File with what has been saved since; nobody checks it."`
	Settings           Text              `doc:"File with the settings, as JSON; kept."`
	ExternalInvocation bool              `doc:"May be called from outside; kept."`
	NewestVersion      int               `least:"0" most:"2147483647" doc:"Number of the newest version that there has been, if not that of the newest there is."`
	Tags               map[string]string `most:"50"`
}

func showModule(m catalog.Module) moduleForm {
	return moduleForm{string(m.ID), m.Name, m.Description, archived(m.Archived), Text{Data: m.Content}, Text{Data: m.Draft}, Text{Data: m.Settings}, m.External, int(m.Versions), m.Tags}
}

func (f moduleForm) fill(to *catalog.Module, m *making) {
	*to = catalog.Module{ID: perch.ModuleID(f.Id), Name: f.Name, Description: f.Description, Archived: f.State == "ARCHIVED",
		Content: f.Content.or(to.Content), Draft: f.Draft.or(to.Draft), Settings: f.Settings.or(to.Settings), External: f.ExternalInvocation,
		Versions: max(to.Versions, int64(f.NewestVersion)), Tags: m.label(f.Tags).Tags, Modified: m.now, Token: to.Token, Request: to.Request}
}

type flowVersionForm struct {
	Of          Ref    `key:"yes" must:"yes" to:"flow,flow-module" doc:"The flow or the module."`
	Number      int    `key:"yes" must:"yes" least:"1" most:"2147483647"`
	Description string `most:"500"`
	Content     Text   `must:"yes" doc:"File with what was published then. It never changes."`
	Settings    Text   `doc:"File with the settings of a module then."`
}

func showFlowVersion(v catalog.FlowVersion) flowVersionForm {
	return flowVersionForm{Ref(v.Of), int(v.Number), v.Description, Text{Data: v.Content}, Text{Data: v.Settings}}
}

func (f flowVersionForm) fill(v *catalog.FlowVersion, _ *making) {
	*v = catalog.FlowVersion{Of: string(f.Of), Number: int64(f.Number), Description: f.Description, Content: f.Content.or(v.Content), Settings: f.Settings.or(v.Settings)}
}

type aliasForm struct {
	Id          string `key:"yes" like:"uuid" doc:"Kept where nobody has used the instance yet; made up if left out."`
	Module      Ref    `key:"yes" must:"yes" to:"flow-module"`
	AliasName   string `key:"yes" must:"yes" most:"127" doc:"Unique in its module."`
	Description string `most:"500"`
	Version     int    `must:"yes" least:"1" most:"2147483647"`
}

func showAlias(a catalog.ModuleAlias) aliasForm {
	return aliasForm{a.ID, Ref(a.Module), a.Name, a.Description, int(a.Version)}
}

func (f aliasForm) fill(a *catalog.ModuleAlias, m *making) {
	*a = catalog.ModuleAlias{ID: f.Id, Module: perch.ModuleID(f.Module), Name: f.AliasName, Description: f.Description, Version: int64(f.Version), Modified: m.now}
}

type viewForm struct {
	Id            string            `key:"yes" like:"uuid" doc:"Kept where nobody has used the instance yet; made up if left out."`
	Name          string            `key:"yes" must:"yes" most:"255" doc:"Unique among the instance's own views."`
	Description   string            `most:"4096"`
	Content       *viewContentForm  `doc:"What flows show. Left out, nothing is published."`
	Draft         *viewContentForm  `doc:"What has been saved since."`
	NewestVersion int               `least:"0" most:"2147483647" doc:"Number of the newest version that there has been, if not that of the newest there is."`
	Tags          map[string]string `most:"50"`
}

type viewContentForm struct {
	Template Text     `doc:"File that says how it is built, as JSON."`
	Actions  []string `most:"1000" doc:"What the customer can choose in it."`
}

func showViewContent(c *catalog.ViewContent) *viewContentForm {
	if c == nil {
		return nil
	}
	return &viewContentForm{Text{Data: c.Template}, some(c.Actions)}
}

// content is a view's; before is what it was.
func (f *viewContentForm) content(before *catalog.ViewContent) *catalog.ViewContent {
	if f == nil {
		return nil
	}
	var was string
	if before != nil {
		was = before.Template
	}
	return &catalog.ViewContent{Template: f.Template.or(was), Actions: f.Actions}
}

func showView(v catalog.OwnView) viewForm {
	return viewForm{v.ID, v.Name, v.Description, showViewContent(v.Published), showViewContent(v.Draft), int(v.Versions), v.Tags}
}

func (f viewForm) fill(v *catalog.OwnView, m *making) {
	if v.Created.IsZero() {
		v.Created = m.now
	}
	*v = catalog.OwnView{ID: f.Id, Name: f.Name, Description: f.Description, Published: f.Content.content(v.Published), Draft: f.Draft.content(v.Draft),
		Versions: max(v.Versions, int64(f.NewestVersion)), Tags: m.label(f.Tags).Tags, Created: v.Created, Modified: m.now, Token: v.Token, Request: v.Request}
}

type viewVersionForm struct {
	Of          Ref             `key:"yes" must:"yes" to:"view"`
	Number      int             `key:"yes" must:"yes" least:"1" most:"2147483647"`
	Description string          `most:"4096"`
	Content     viewContentForm `must:"yes" doc:"What was published then. It never changes."`
}

func showViewVersion(v catalog.ViewVersion) viewVersionForm {
	return viewVersionForm{Ref(v.Of), int(v.Number), v.Description, *showViewContent(&v.Content)}
}

func (f viewVersionForm) fill(v *catalog.ViewVersion, _ *making) {
	*v = catalog.ViewVersion{Of: string(f.Of), Number: int64(f.Number), Description: f.Description, Content: *f.Content.content(&v.Content)}
}
