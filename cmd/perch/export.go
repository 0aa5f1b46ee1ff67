package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/perch-chat/perch/carry"
	"github.com/perch-chat/perch/serve"
)

// wholeCommand is perch export.
type wholeCommand struct {
	database
	files
	To       string   `arg:"" help:"Where to: a directory, or s3://bucket/prefix?region=..."`
	Data     string   `default:"./data" type:"path" help:"Data directory, served or not."`
	Instance string   `help:"Id or alias of the instance; the only one if there is one."`
	Bucket   []string `placeholder:"NAME=PLACE" help:"A further place for files, that instances may name as a bucket; may be given several times."`
	Verify   bool     `help:"Write nothing: read all of an export that is there, and compare it with its manifest."`
}

// Run writes a whole instance, or checks what was written.
func (c *wholeCommand) Run(ctx context.Context) error {
	bar := newBar(os.Stderr)
	progress := func(p carry.Progress) { bar.show(p.Stage, p.Done, p.Total) }
	if c.Verify {
		n, wrong, err := serve.Verify(ctx, c.To, progress)
		bar.end()
		if err := errors.Join(append(wrong, err)...); err != nil {
			return fmt.Errorf("the export is not sound: %w", err)
		}
		fmt.Printf("%d files are as the manifest says\n", n)
		return nil
	}
	dir, err := filepath.Abs(c.Data)
	if err != nil {
		return err
	}
	buckets, err := serve.Buckets(c.Bucket)
	if err != nil {
		return err
	}
	out, err := serve.Export(ctx, serve.Options{Dir: dir, Store: c.Store, Files: c.Files, Buckets: buckets},
		serve.Departure{To: c.To, Instance: c.Instance, Progress: progress})
	bar.end()
	if err != nil {
		return fmt.Errorf("%w; run it again: what has been written stays, and it goes on", err)
	}
	fmt.Printf("%d chats exported, in %d files; %d that go on stay behind\n", out.Chats, out.Files, out.Active)
	for _, name := range slices.Sorted(maps.Keys(out.Elsewhere)) {
		fmt.Printf("left where they are: %d files in the bucket %q, which is not known here; to take them along, name it with --bucket %s=PLACE and run it again\n", out.Elsewhere[name], name, name)
	}
	for _, gone := range out.Gone {
		fmt.Printf("a file of a chat is not there any more: %s\n", gone)
	}
	return nil
}

// restore takes in what perch export has written.
func (c *importCommand) restore(ctx context.Context, o serve.Options) error {
	bar := newBar(os.Stderr)
	out, err := serve.Restore(ctx, o, c.From, func(p carry.Progress) { bar.show(p.Stage, p.Done, p.Total) })
	bar.end()
	if err != nil {
		return fmt.Errorf("%w; run it again: what has been restored stays, and it goes on", err)
	}
	fmt.Printf("instance %s (%s): %d chats restored, %d unchanged from before\n", out.Alias, out.Instance, out.Restored, out.Unchanged)
	if !out.Known {
		fmt.Printf("Access key        %s\nSecret            %s\n\nThe secret is shown this once. Passwords do not come along: give people new ones with perch user password,\nand widgets new keys with perch widget rotate-key.\n",
			out.Key.ID, out.Key.Secret)
	}
	show(os.Stdout, "refused", out.Refused)
	if n := len(out.Refused); n > 0 {
		return fmt.Errorf("%d chats were refused; all others are there", n)
	}
	return nil
}
