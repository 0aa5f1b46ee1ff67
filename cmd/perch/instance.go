package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/serve"
)

// desk are the flags of the commands that change the settings of a data
// directory. They work while no perch serves it, or at any time where the data
// is in PostgreSQL.
type desk struct {
	database
	Data string `default:"./data" type:"path" help:"Data directory; stop the perch that serves it first."`
	JSON bool   `help:"Print JSON, for scripts."`
}

// open lets work change the settings.
func (d desk) open(ctx context.Context, work func(context.Context, *serve.Desk) error) error {
	dir, err := filepath.Abs(d.Data)
	if err != nil {
		return err
	}
	return serve.Settle(ctx, serve.Options{Dir: dir, Store: d.Store}, work)
}

// print shows a result: as JSON, or as text says it.
func (d desk) print(result any, text func(io.Writer)) error {
	if !d.JSON {
		text(os.Stdout)
		return nil
	}
	line, err := json.Marshal(result)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(os.Stdout, "%s\n", line)
	return err
}

// instanceCommand is perch instance.
type instanceCommand struct {
	Create createInstance `cmd:"" help:"Make one more instance, with an access key, agents, flows and a queue of its own."`
	List   listInstances  `cmd:"" help:"List the instances."`
}

type createInstance struct {
	desk
	Alias string `arg:"" help:"Name of the instance: letters, digits and dashes."`
}

// Run makes an instance and shows, this once, what its users need.
func (c *createInstance) Run(ctx context.Context) error {
	return c.open(ctx, func(ctx context.Context, d *serve.Desk) error {
		made, err := d.CreateInstance(ctx, c.Alias)
		if err != nil {
			return err
		}
		return c.print(made, func(w io.Writer) {
			fmt.Fprintf(w, "Instance          %s (%s)\nInbound flow      %s\nAccess key        %s\nSecret            %s\n",
				made.InstanceID, c.Alias, made.ContactFlowID, made.AccessKeyID, made.SecretAccessKey)
			for _, a := range made.Agents {
				fmt.Fprintf(w, "Agent             %s, password %s\n", a.Username, a.Password)
			}
			fmt.Fprintln(w, "\nSecret and passwords are shown this once and kept nowhere: write them down.\n"+
				"With several instances, agents sign in with the InstanceId as well.")
		})
	})
}

type listInstances struct{ desk }

// instanceRow is an instance as it is printed.
type instanceRow struct {
	InstanceID    string `json:"InstanceId"`
	Alias         string
	ContactFlowID string `json:"ContactFlowId"`
	Created       string
}

// Run lists the instances.
func (c *listInstances) Run(ctx context.Context) error {
	return c.open(ctx, func(ctx context.Context, d *serve.Desk) error {
		all, err := d.Instances(ctx)
		if err != nil {
			return err
		}
		rows := make([]instanceRow, 0, len(all))
		for _, i := range all {
			rows = append(rows, instanceRow{string(i.ID), i.Alias, string(i.InboundFlow), i.Created.UTC().Format(time.RFC3339)})
		}
		return c.print(rows, func(w io.Writer) {
			t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
			fmt.Fprintln(t, "ALIAS\tINSTANCE\tINBOUND FLOW\tCREATED")
			for _, r := range rows {
				fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", r.Alias, r.InstanceID, r.ContactFlowID, r.Created)
			}
			t.Flush() //nolint:errcheck // it is the terminal
		})
	})
}

// keyCommand is perch key.
type keyCommand struct {
	Create createKey `cmd:"" help:"Make an access key of an instance."`
	List   listKeys  `cmd:"" help:"List the access keys of an instance; secrets are not shown."`
	Delete deleteKey `cmd:"" help:"Take an access key away: what it signs is refused from then on."`
}

// ofInstance are the flags of the commands about access keys.
type ofInstance struct {
	desk
	Instance string `required:"" help:"Id or alias of the instance."`
}

func (c ofInstance) open(ctx context.Context, work func(context.Context, *serve.Desk, catalog.Instance) error) error {
	return c.desk.open(ctx, func(ctx context.Context, d *serve.Desk) error {
		i, err := d.InstanceNamed(ctx, c.Instance)
		if err != nil {
			return fmt.Errorf("%w; perch instance list shows what there is", err)
		}
		return work(ctx, d, i)
	})
}

// keyRow is an access key as it is printed.
type keyRow struct {
	AccessKeyID     string `json:"AccessKeyId"`
	SecretAccessKey string `json:",omitempty"` // of a new one alone
	Scope           string
	Created         string
}

func rowOf(k catalog.AccessKey) keyRow {
	return keyRow{k.ID, k.Secret, string(k.Scope), k.Created.UTC().Format(time.RFC3339)}
}

type createKey struct {
	ofInstance
	Scope string `required:"" enum:"start,read,admin" help:"start: starts, continues and stops chats; read: reads, changes nothing; admin: all."`
}

// Run makes a key and shows its secret this once.
func (c *createKey) Run(ctx context.Context) error {
	return c.open(ctx, func(ctx context.Context, d *serve.Desk, i catalog.Instance) error {
		k, err := d.CreateKey(ctx, i.ID, catalog.Scope(c.Scope))
		if err != nil {
			return err
		}
		return c.print(rowOf(k), func(w io.Writer) {
			fmt.Fprintf(w, "Access key        %s\nSecret            %s\nScope             %s, of instance %s\n\nThe secret is shown this once: write it down.\n",
				k.ID, k.Secret, k.Scope, i.Alias)
		})
	})
}

type listKeys struct{ ofInstance }

// Run lists the keys of an instance.
func (c *listKeys) Run(ctx context.Context) error {
	return c.open(ctx, func(ctx context.Context, d *serve.Desk, i catalog.Instance) error {
		all, err := d.Keys(ctx, i.ID)
		if err != nil {
			return err
		}
		rows := make([]keyRow, 0, len(all))
		for _, k := range all {
			rows = append(rows, rowOf(k))
		}
		return c.print(rows, func(w io.Writer) {
			t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
			fmt.Fprintln(t, "ACCESS KEY\tSCOPE\tCREATED")
			for _, r := range rows {
				fmt.Fprintf(t, "%s\t%s\t%s\n", r.AccessKeyID, r.Scope, r.Created)
			}
			t.Flush() //nolint:errcheck // it is the terminal
		})
	})
}

type deleteKey struct {
	ofInstance
	ID string `arg:"" name:"id" help:"The access key's id."`
}

// Run takes a key away.
func (c *deleteKey) Run(ctx context.Context) error {
	return c.open(ctx, func(ctx context.Context, d *serve.Desk, i catalog.Instance) error {
		if err := d.DeleteKey(ctx, i.ID, c.ID); err != nil {
			return err
		}
		return c.print(keyRow{AccessKeyID: c.ID}, func(w io.Writer) { fmt.Fprintf(w, "Access key %s of instance %s is gone.\n", c.ID, i.Alias) })
	})
}
