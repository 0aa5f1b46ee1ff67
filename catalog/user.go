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
	Proficiencies   []perch.Proficiency `json:",omitempty"` // up to 10
	// AutoAccept takes each chat that is offered, at once.
	AutoAccept bool `json:",omitempty"`
	// AfterWork is how many seconds after-contact work on a chat may last before it
	// is cleared: 0 for as long as it takes, 2,000,000 at most.
	AfterWork int `json:",omitempty"`
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
	err := first(
		checkUsername(u.Username),
		checkName("DisplayName", u.DisplayName, maxDisplayName),
		checkExists("RoutingProfile", d.routingProfiles, u.RoutingProfile),
		checkAmong("SecurityProfile", u.SecurityProfile, Agent, Supervisor, Admin),
		checkProficiencies(u.Proficiencies),
		checkRange("AfterContactWorkTimeLimit", u.AfterWork, 0, maxAfterWork),
		identify(d, d.users, &u.ID))
	if err != nil {
		return err
	}
	if old, ok := d.users.byID[string(u.ID)]; ok && old.Username != u.Username {
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

// checkProficiencies holds what an agent is good at against Amazon's limits.
// doc: API_AssociateUserProficiencies
func checkProficiencies(all []perch.Proficiency) error {
	const most, longName, longValue = 10, 64, 128
	if len(all) > most {
		return perch.InvalidField("UserProficiencies", "must be at most %d, not %d", most, len(all))
	}
	for _, p := range all {
		err := first(checkName("AttributeName", p.Name, longName), checkName("AttributeValue", p.Value, longValue))
		if err != nil {
			return err
		}
		if p.Level < 1 || p.Level > 5 {
			return perch.InvalidField("Level", "must be from 1 to 5")
		}
	}
	return nil
}
