package setup

import (
	"cmp"
	"strings"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
)

type userForm struct {
	Id                        string            `key:"yes" like:"uuid" doc:"Kept where nobody has used the instance yet; made up if left out."`
	Username                  string            `key:"yes" must:"yes" most:"100" doc:"What the user signs in with: letters, digits and _ . @ -; for good."`
	DisplayName               string            `most:"256" doc:"What customers see; the first and the last name if left out, or else the username."`
	FirstName                 string            `most:"255"`
	LastName                  string            `most:"300"`
	Email                     string            `most:"320"`
	SecondaryEmail            string            `most:"320"`
	Mobile                    string            ``
	RoutingProfile            Ref               `must:"yes" to:"routing-profile"`
	SecurityProfiles          []Ref             `must:"yes" to:"security-profile" doc:"Agent, Supervisor, Admin, or those of the instance's own."`
	AutoAccept                bool              `doc:"Each chat that is offered is taken at once."`
	AfterContactWorkTimeLimit int               `least:"0" most:"2000000" doc:"Seconds; 0 is as long as it takes."`
	PhoneType                 string            `doc:"Kept: there are no calls."`
	DeskPhoneNumber           string            `doc:"Kept: there are no calls."`
	PersistentConnection      bool              `doc:"Kept: there are no calls."`
	Proficiencies             []proficiencyForm `most:"10"`
	PasswordHash              string            `doc:"Hash of the password: argon2id in the PHC string format. Never exported."`
	PasswordEnv               string            `doc:"Name of an environment variable that holds the password where perch apply runs."`
	Tags                      map[string]string `most:"50"`
}

type proficiencyForm struct {
	AttributeName  string  `must:"yes" most:"100" doc:"Name of a predefined attribute."`
	AttributeValue string  `must:"yes" most:"100" doc:"One of its values."`
	Level          float64 `must:"yes" least:"1" most:"5"`
}

func showUser(u catalog.User) userForm {
	f := userForm{Id: string(u.ID), Username: u.Username, DisplayName: u.DisplayName, FirstName: u.FirstName, LastName: u.LastName, Email: u.Email,
		SecondaryEmail: u.SecondaryEmail, Mobile: u.Mobile, RoutingProfile: Ref(u.RoutingProfile), SecurityProfiles: refs(u.SecurityProfiles),
		AutoAccept: u.AutoAccept, AfterContactWorkTimeLimit: u.AfterWork, PhoneType: u.Phone.Type, DeskPhoneNumber: u.Phone.Number,
		PersistentConnection: u.Phone.Persistent, Tags: u.Tags}
	if f.DisplayName == called(f) {
		f.DisplayName = ""
	}
	if len(f.SecurityProfiles) == 0 {
		f.SecurityProfiles = []Ref{Ref(u.SecurityProfile)} // whose id is its name
	}
	for _, p := range u.Proficiencies {
		f.Proficiencies = append(f.Proficiencies, proficiencyForm{p.Name, p.Value, p.Level})
	}
	return f
}

// called is what customers see of a user for whom nothing else is said.
func called(f userForm) string {
	return cmp.Or(strings.TrimSpace(f.FirstName+" "+f.LastName), f.Username)
}

func (f userForm) fill(u *catalog.User, m *making) {
	*u = catalog.User{Instance: u.Instance, ID: perch.UserID(f.Id), Username: f.Username, DisplayName: cmp.Or(f.DisplayName, called(f)),
		FirstName: f.FirstName, LastName: f.LastName, Email: f.Email, SecondaryEmail: f.SecondaryEmail, Mobile: f.Mobile,
		RoutingProfile: string(f.RoutingProfile), SecurityProfiles: ids(f.SecurityProfiles), SecurityProfile: catalog.Agent,
		Phone:      catalog.Phone{Type: f.PhoneType, Number: f.DeskPhoneNumber, Persistent: f.PersistentConnection},
		AutoAccept: f.AutoAccept, AfterWork: f.AfterContactWorkTimeLimit, Label: m.label(f.Tags)}
	for _, p := range f.Proficiencies {
		u.Proficiencies = append(u.Proficiencies, perch.Proficiency{Name: p.AttributeName, Value: p.AttributeValue, Level: p.Level})
	}
}

type permissionsForm struct {
	Id                  string            `key:"yes" like:"uuid" doc:"Kept where nobody has used the instance yet; made up if left out."`
	SecurityProfileName string            `key:"yes" must:"yes" most:"127" doc:"Unique among the security profiles. Agent, Supervisor and Admin are there always."`
	Description         string            `most:"250"`
	Permissions         []string          `most:"500" doc:"Such as BasicAgentAccess."`
	Tags                map[string]string `most:"50"`
}

func showPermissions(p catalog.Permissions) permissionsForm {
	return permissionsForm{p.ID, p.Name, p.Description, some(p.Permissions), p.Tags}
}

func (f permissionsForm) fill(p *catalog.Permissions, m *making) {
	p.ID, p.Name, p.Description, p.Permissions, p.Label = f.Id, f.SecurityProfileName, f.Description, f.Permissions, m.label(f.Tags)
}

// some is a list that is nil where it is empty, as forms have what is left out.
func some[V any](list []V) []V {
	if len(list) == 0 {
		return nil
	}
	return list
}

type statusForm struct {
	Id           string            `key:"yes" like:"uuid" doc:"Left out, the name is the id as well."`
	Name         string            `key:"yes" must:"yes" most:"127" doc:"Unique among the statuses. Available and Offline are there always."`
	Description  string            `most:"250"`
	State        string            `among:"ENABLED,DISABLED" doc:"Nobody can choose what is DISABLED. ENABLED if left out."`
	DisplayOrder int               `least:"0" most:"50" doc:"Kept."`
	Tags         map[string]string `most:"50"`
}

func showStatus(s catalog.Status) statusForm {
	return statusForm{s.ID, s.Name, s.Description, disabled(s.Disabled), s.Order, s.Tags}
}

func (f statusForm) fill(s *catalog.Status, m *making) {
	*s = catalog.Status{ID: f.Id, Name: f.Name, Type: catalog.Custom, Description: f.Description, Disabled: f.State == "DISABLED", Order: f.DisplayOrder, Label: m.label(f.Tags)}
}

type attributeForm struct {
	Name     string            `key:"yes" must:"yes" most:"100" doc:"Unique among the predefined attributes, in any case."`
	Values   []string          `most:"500" doc:"The values that it can have."`
	Purposes []string          `most:"10" doc:"Kept."`
	Strict   bool              `doc:"Contacts may have a segment attribute of this name with one of the values alone."`
	Tags     map[string]string `most:"50"`
}

func showAttribute(a catalog.PredefinedAttribute) attributeForm {
	return attributeForm{a.Name, some(a.Values), some(a.Purposes), a.Strict, a.Tags}
}

func (f attributeForm) fill(a *catalog.PredefinedAttribute, m *making) {
	*a = catalog.PredefinedAttribute{Name: f.Name, Values: f.Values, Purposes: f.Purposes, Strict: f.Strict, Label: m.label(f.Tags)}
}

type dispositionForm struct {
	Id          string            `key:"yes" like:"uuid" doc:"Kept where nobody has used the instance yet; made up if left out."`
	Code        string            `key:"yes" must:"yes" most:"127" doc:"Unique among the dispositions."`
	Description string            `most:"250" doc:"For agents."`
	Tags        map[string]string `most:"50"`
}

func showDisposition(x catalog.Disposition) dispositionForm {
	return dispositionForm{x.ID, x.Code, x.Description, x.Tags}
}

func (f dispositionForm) fill(x *catalog.Disposition, m *making) {
	*x = catalog.Disposition{ID: f.Id, Code: f.Code, Description: f.Description, Label: m.label(f.Tags)}
}

type replyForm struct {
	Id       string            `key:"yes" like:"uuid" doc:"Kept where nobody has used the instance yet; made up if left out."`
	Shortcut string            `key:"yes" must:"yes" most:"64" doc:"What agents find it by, without a space; unique among the replies."`
	Name     string            `most:"127"`
	Text     string            `must:"yes" most:"16384" doc:"Markdown, with the placeholders {{customer}}, {{agent}} and {{attribute.NAME}}."`
	Queues   []Ref             `to:"queue" most:"100" doc:"Whose contacts it is for; of all if left out."`
	Tags     map[string]string `most:"50"`
}

func showReply(r catalog.Reply) replyForm {
	f := replyForm{Id: r.ID, Shortcut: r.Shortcut, Name: r.Name, Text: r.Text, Tags: r.Tags}
	for _, q := range r.Queues {
		f.Queues = append(f.Queues, Ref(q))
	}
	return f
}

func (f replyForm) fill(r *catalog.Reply, m *making) {
	*r = catalog.Reply{ID: f.Id, Shortcut: f.Shortcut, Name: f.Name, Text: f.Text, Label: m.label(f.Tags)}
	for _, id := range ids(f.Queues) {
		r.Queues = append(r.Queues, perch.QueueID(id))
	}
}
