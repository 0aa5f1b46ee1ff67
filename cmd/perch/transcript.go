package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/serve"
	"github.com/perch-chat/perch/transcript"
)

// transcriptCommand is perch transcript.
type transcriptCommand struct {
	database
	files
	Contact  string `arg:"" help:"Id of a contact: the document has its chat and all that it continues."`
	Data     string `default:"./data" type:"path" help:"Data directory, served or not."`
	Format   string `default:"text" enum:"text,json,html" help:"text, json, or html to print."`
	Audience string `default:"agent" enum:"customer,agent,supervisor" help:"Whose view: customer, agent or supervisor."`
	Timezone string `default:"UTC" help:"Time zone of text and html, such as Europe/Berlin."`
	Output   string `short:"o" type:"path" help:"File to write; it must not be there yet. Without it the terminal."`
}

// Run writes the transcript of a chain of chats.
func (c *transcriptCommand) Run(ctx context.Context) (err error) {
	zone, err := time.LoadLocation(c.Timezone)
	if err != nil {
		return fmt.Errorf("the time zone %q is not known: give --timezone a name such as Europe/Berlin", c.Timezone)
	}
	dir, err := filepath.Abs(c.Data)
	if err != nil {
		return err
	}
	var out io.Writer = os.Stdout
	if c.Output != "" {
		f, err := os.OpenFile(c.Output, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return fmt.Errorf("the transcript cannot be written: %w", err)
		}
		defer func() {
			if err = errors.Join(err, f.Close()); err != nil {
				err = errors.Join(err, os.Remove(c.Output)) // half a transcript is none
			}
		}()
		out = f
	}
	w := bufio.NewWriter(out)
	to := map[string]perch.Audience{"customer": perch.ToCustomer, "agent": perch.ToAgents, "supervisor": perch.ToSupervisors}
	err = serve.Transcript(ctx, w, serve.Options{Dir: dir, Store: c.Store, Files: c.Files},
		serve.Kept{Contact: perch.ContactID(c.Contact), To: to[c.Audience], Format: transcript.Format(c.Format), Zone: zone})
	return errors.Join(err, w.Flush())
}
