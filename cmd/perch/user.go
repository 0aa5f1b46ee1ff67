package main

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/serve"
)

// userCommand is perch user.
type userCommand struct {
	Create   createUser  `cmd:"" help:"Make somebody who can sign in: an agent, a supervisor, an administrator."`
	List     listUsers   `cmd:"" help:"List those who work in an instance."`
	Password newPassword `cmd:"" help:"Give a user a new password and end all sign-ins with the old one."`
}

// userRow is a user as it is printed.
type userRow struct {
	UserID          string `json:"UserId"`
	Username        string
	DisplayName     string
	SecurityProfile string
	RoutingProfile  string // its name
	Password        string `json:",omitempty"` // of a new one alone
}

type createUser struct {
	ofInstance
	Username       string `arg:"" help:"What the user signs in with: letters, digits and _ . @ -; for good."`
	Name           string `help:"What customers see; the username if not given."`
	As             string `default:"Agent" enum:"Agent,Supervisor,Admin" help:"Agent, Supervisor or Admin."`
	RoutingProfile string `placeholder:"NAME" help:"Whose queues the user serves; by default the first, by name."`
}

// Run makes a user and shows the password this once.
func (c *createUser) Run(ctx context.Context) error {
	return c.open(ctx, func(ctx context.Context, d *serve.Desk, i catalog.Instance) error {
		profile, err := c.profile(ctx, d, i)
		if err != nil {
			return err
		}
		name := c.Name
		if name == "" {
			name = c.Username
		}
		u, password, err := d.CreateUser(ctx, i.ID, catalog.User{Username: c.Username, DisplayName: name,
			SecurityProfile: catalog.SecurityProfile(c.As), RoutingProfile: profile.ID})
		if err != nil {
			return err
		}
		row := userRow{string(u.ID), u.Username, u.DisplayName, string(u.SecurityProfile), profile.Name, password}
		return c.print(row, func(w io.Writer) {
			fmt.Fprintf(w, "User              %s (%s), %s of instance %s\nRouting profile   %s\nPassword          %s\n\nThe password is shown this once: write it down.\n",
				row.Username, row.UserID, row.SecurityProfile, i.Alias, row.RoutingProfile, password)
		})
	})
}

func (c *createUser) profile(ctx context.Context, d *serve.Desk, i catalog.Instance) (catalog.RoutingProfile, error) {
	all, err := d.RoutingProfiles(ctx, i.ID)
	if err != nil {
		return catalog.RoutingProfile{}, err
	}
	for _, p := range all {
		if c.RoutingProfile == "" || p.Name == c.RoutingProfile || p.ID == c.RoutingProfile {
			return p, nil
		}
	}
	return catalog.RoutingProfile{}, fmt.Errorf("instance %s has no routing profile %q", i.Alias, c.RoutingProfile)
}

type listUsers struct{ ofInstance }

// Run lists the users of an instance.
func (c *listUsers) Run(ctx context.Context) error {
	return c.open(ctx, func(ctx context.Context, d *serve.Desk, i catalog.Instance) error {
		all, err := d.Users(ctx, i.ID)
		if err != nil {
			return err
		}
		rows := make([]userRow, 0, len(all))
		for _, u := range all {
			p, err := d.RoutingProfile(ctx, i.ID, u.RoutingProfile)
			if err != nil {
				return err
			}
			rows = append(rows, userRow{string(u.ID), u.Username, u.DisplayName, string(u.SecurityProfile), p.Name, ""})
		}
		return c.print(rows, func(w io.Writer) {
			t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
			fmt.Fprintln(t, "USERNAME\tNAME\tSECURITY PROFILE\tROUTING PROFILE")
			for _, r := range rows {
				fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", r.Username, r.DisplayName, r.SecurityProfile, r.RoutingProfile)
			}
			t.Flush() //nolint:errcheck // it is the terminal
		})
	})
}

type newPassword struct {
	ofInstance
	Username string `arg:"" help:"Whose password it is."`
}

// Run gives a user a password and shows it this once.
func (c *newPassword) Run(ctx context.Context) error {
	return c.open(ctx, func(ctx context.Context, d *serve.Desk, i catalog.Instance) error {
		u, err := d.UserNamed(ctx, i.ID, c.Username)
		if err != nil {
			return fmt.Errorf("%w; perch user list shows who there is", err)
		}
		password, err := d.NewPassword(ctx, u)
		if err != nil {
			return err
		}
		return c.print(userRow{UserID: string(u.ID), Username: u.Username, Password: password}, func(w io.Writer) {
			fmt.Fprintf(w, "Password of %s  %s\n\nIt is shown this once: write it down.\n", u.Username, password)
		})
	})
}
