package catalog

import (
	"slices"

	"github.com/perch-chat/perch"
)

// Permissions is a security profile as the Connect API knows it: a name for a list
// of permissions.
// doc: API_SecurityProfile
type Permissions struct {
	ID          string
	Name        string   // up to 127 characters, unique
	Description string   // up to 250 characters
	Permissions []string // up to 500
	Label
}

func (p Permissions) key() (id, name string) { return p.ID, p.Name }

func permissions(s *settings) shelf[Permissions] { return s.permissions }

// SecurityProfileKind is the kind of security profiles.
func SecurityProfileKind() Kind[Permissions] {
	return Kind[Permissions]{of: permissions, place: (*draft).putPermissions, most: maxSecurityProfiles,
		label: func(p *Permissions) *Label { return &p.Label }, builtIn: func(p Permissions) bool { return isBuiltIn(p.ID) },
		inUse: func(d *draft, p Permissions) string {
			if isBuiltIn(p.ID) {
				return "every instance: it is there always"
			}
			for _, u := range d.users.byID {
				if slices.Contains(u.SecurityProfiles, p.ID) {
					return "the user " + u.Username
				}
			}
			return ""
		}}
}

// builtIn are the security profiles that every instance has. Their ids are their
// names, so that they are the same everywhere.
func builtIn() []Permissions {
	agent := []string{"BasicAgentAccess"}
	supervisor := append(slices.Clone(agent), supervising()...)
	return []Permissions{
		{ID: string(Agent), Name: string(Agent), Description: "Works on chats", Permissions: agent},
		{ID: string(Supervisor), Name: string(Supervisor), Description: "Works on chats, and looks after those who do", Permissions: supervisor},
		{ID: string(Admin), Name: string(Admin), Description: "Sets the instance up", Permissions: append(slices.Clone(supervisor), administering()...)},
	}
}

func isBuiltIn(id string) bool {
	return slices.ContainsFunc(builtIn(), func(p Permissions) bool { return p.ID == id })
}

// supervising and administering are the permissions of which one makes whoever has
// it a supervisor or an administrator. The others are kept, and tell nothing.
// doc: security-profile-list.md
func supervising() []string { return []string{"ManagerListenIn", "ManagerBargeIn"} }

func administering() []string {
	return []string{"Users.Create", "Users.Edit", "SecurityProfiles.Create", "SecurityProfiles.Edit"}
}

// part is what those play who have a security profile.
func (p Permissions) part() SecurityProfile {
	has := func(list []string) bool {
		return slices.ContainsFunc(p.Permissions, func(one string) bool { return slices.Contains(list, one) })
	}
	switch {
	case has(administering()):
		return Admin
	case has(supervising()):
		return Supervisor
	}
	return Agent
}

// playPart gives a user the part of the security profiles that they have.
func (d *draft) playPart(u *User) error {
	most := -1
	for _, id := range u.SecurityProfiles {
		if err := checkExists("SecurityProfileIds", d.permissions, id); err != nil {
			return err
		}
		most = max(most, slices.Index([]SecurityProfile{Agent, Supervisor, Admin}, d.permissions.byID[id].part()))
	}
	if most >= 0 {
		u.SecurityProfile = []SecurityProfile{Agent, Supervisor, Admin}[most]
	}
	return nil
}

func (d *draft) putPermissions(p *Permissions) error {
	if isBuiltIn(p.ID) {
		return perch.Errorf(perch.Refused, "the security profile %s is there always and cannot be changed", p.Name)
	}
	err := first(
		checkName("SecurityProfileName", p.Name, maxProfileName),
		checkText("Description", p.Description, maxDescription),
		checkRange("Permissions", len(p.Permissions), 0, maxPermissions),
		identify(d, d.permissions, &p.ID))
	if err != nil {
		return err
	}
	if err := put(d, d.permissions, "SecurityProfileName", *p); err != nil {
		return err
	}
	for _, u := range d.users.inOrder() {
		if slices.Contains(u.SecurityProfiles, p.ID) {
			if err := d.putUser(&u); err != nil {
				return err
			}
		}
	}
	return nil
}
