package catalog

import (
	"context"
	"strings"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/store"
)

// SecurityProfile is the part somebody plays who works here. What each may do
// is the doors' business.
type SecurityProfile string

// Security profiles.
const (
	Agent      SecurityProfile = "Agent"
	Supervisor SecurityProfile = "Supervisor"
	Admin      SecurityProfile = "Admin"
)

// User is somebody who works here. What they sign in with is not a setting.
type User struct {
	Instance        perch.InstanceID `json:"-"`
	ID              perch.UserID
	Username        string // 1..100 letters, digits and _ . @ -; unique; for good
	DisplayName     string // up to 256 characters: what customers see
	RoutingProfile  string // id
	SecurityProfile SecurityProfile
	// SecurityProfiles are ids of security profiles. Where there are any, SecurityProfile
	// is the part of the one that may do most.
	SecurityProfiles []string            `json:",omitempty"`
	FirstName        string              `json:",omitempty"` // up to 255 characters
	LastName         string              `json:",omitempty"` // up to 300 characters
	Email            string              `json:",omitempty"`
	SecondaryEmail   string              `json:",omitempty"`
	Mobile           string              `json:",omitempty"`
	Phone            Phone               `json:",omitzero"`
	Proficiencies    []perch.Proficiency `json:",omitempty"` // up to 10
	// AutoAccept takes each chat that is offered, at once.
	AutoAccept bool `json:",omitempty"`
	// AfterWork is how many seconds after-contact work on a chat may last before it
	// is cleared: 0 for as long as it takes, 2,000,000 at most.
	AfterWork int `json:",omitempty"`
	Label
}

// Phone is how a user takes calls. It is kept for its author: there are none here.
// doc: API_UserPhoneConfig
type Phone struct {
	Type, Number string
	Persistent   bool
}

// Limits of who a user is, in characters.
// doc: API_UserIdentityInfo
const (
	maxFirstName = 255
	maxLastName  = 300
	maxEmail     = 320 // ours, as long as an address can be
)

// UserKind is the kind of users.
func UserKind() Kind[User] {
	return Kind[User]{of: users, place: (*draft).putUser, label: func(u *User) *Label { return &u.Label }, most: maxUsers}
}

// Enrol makes one user more. With a credential the user can sign in with it, from
// the same commit on; without one only as an OpenID provider says.
func (c *Catalog) Enrol(ctx context.Context, instance perch.InstanceID, u User, credential func(perch.InstanceID, perch.UserID, string) (store.Write, error)) (User, error) {
	return putIn(ctx, c, instance, u, func(d *draft, u *User) error {
		if err := UserKind().create(d, u); err != nil || credential == nil {
			return err
		}
		w, err := credential(instance, u.ID, u.Username)
		d.writes = append(d.writes, w)
		return err
	})
}

// DeleteUser removes a user; forget makes the writes after which they cannot sign
// in any more, as staff.Forget does. Quick connects that lead to them stay, and lead
// nowhere.
func (c *Catalog) DeleteUser(ctx context.Context, instance perch.InstanceID, id perch.UserID, forget func(perch.InstanceID, perch.UserID) []store.Write) error {
	return c.change(ctx, instance, func(d *draft) error {
		u, err := pick(d.users, d.users.byID, string(id))
		if err != nil {
			return err
		}
		remove(d, d.users, u)
		d.writes = append(d.writes, forget(instance, id)...)
		return nil
	})
}

func (u User) key() (id, name string) { return string(u.ID), u.Username }

func users(s *settings) shelf[User] { return s.users }

// User is the user of an id.
func (c *Catalog) User(ctx context.Context, instance perch.InstanceID, id perch.UserID) (User, error) {
	return byID(ctx, c, instance, users, string(id))
}

// UserNamed is the user of a username.
func (c *Catalog) UserNamed(ctx context.Context, instance perch.InstanceID, username string) (User, error) {
	return byName(ctx, c, instance, users, username)
}

// Users are all users of an instance, by username.
func (c *Catalog) Users(ctx context.Context, instance perch.InstanceID) ([]User, error) {
	return all(ctx, c, instance, users)
}

// PutUser changes the user of u.ID, or makes one where that is empty, and
// returns it. A username is what its owner signs in with, so it cannot change.
func (c *Catalog) PutUser(ctx context.Context, instance perch.InstanceID, u User) (User, error) {
	return putIn(ctx, c, instance, u, (*draft).putUser)
}

// DisplayNameOf is what customers see of somebody's names, which may be longer
// together than it can be: then it is their beginning.
func DisplayNameOf(first, last string) string {
	name := []rune(strings.TrimSpace(first + " " + last))
	return strings.TrimSpace(string(name[:min(len(name), maxDisplayName)]))
}

// CreateUser makes a user who can sign in, in one commit: credential makes the
// write that lets a user do so, as staff.Credential does.
func (c *Catalog) CreateUser(ctx context.Context, instance perch.InstanceID, u User, credential func(perch.InstanceID, perch.UserID, string) (store.Write, error)) (User, error) {
	return putIn(ctx, c, instance, u, func(d *draft, u *User) error {
		if err := d.putUser(u); err != nil {
			return err
		}
		w, err := credential(instance, u.ID, u.Username)
		d.writes = append(d.writes, w)
		return err
	})
}

func (d *draft) putUser(u *User) error {
	u.Instance = d.instance
	if err := d.playPart(u); err != nil {
		return err
	}
	err := first(
		checkUsername(u.Username),
		checkName("DisplayName", u.DisplayName, maxDisplayName),
		checkExists("RoutingProfile", d.routingProfiles, u.RoutingProfile),
		checkAmong("SecurityProfile", u.SecurityProfile, Agent, Supervisor, Admin),
		checkText("FirstName", u.FirstName, maxFirstName),
		checkText("LastName", u.LastName, maxLastName),
		checkText("Email", u.Email, maxEmail),
		checkText("SecondaryEmail", u.SecondaryEmail, maxEmail),
		d.checkProficiencies(*u),
		checkRange("AfterContactWorkTimeLimit", u.AfterWork, 0, maxAfterWork),
		identify(d, d.users, &u.ID))
	if err != nil {
		return err
	}
	if old, ok := d.was.users.byID[string(u.ID)]; ok && old.Username != u.Username {
		return perch.InvalidField("Username", "cannot be changed from %q", old.Username)
	}
	return put(d, d.users, "Username", *u)
}

// doc: API_CreateUser, Username
func checkUsername(name string) error {
	const allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.@-"
	if strings.Trim(name, allowed) != "" {
		return perch.InvalidField("Username", "must be made of letters a-z and A-Z, digits and _ . @ - alone")
	}
	return checkName("Username", name, maxUsername)
}
