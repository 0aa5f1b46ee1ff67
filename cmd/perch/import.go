package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/perch-chat/perch/carry"
	"github.com/perch-chat/perch/serve"
)

// importCommand is perch import.
type importCommand struct {
	database
	files
	From     string   `arg:"" help:"Where the files are: a directory, or s3://bucket/prefix?region=..."`
	Data     string   `default:"./data" type:"path" help:"Data directory, served or not."`
	Instance string   `help:"Id or alias of the instance that the chats go to; the only one if there is one."`
	Bucket   []string `placeholder:"NAME=PLACE" help:"A further place for files, that instances may name as a bucket; may be given several times."`
	Report   string   `type:"path" placeholder:"FILE" help:"File to write the whole report to, as JSON; - is the terminal."`
}

// Run imports past chats of Amazon Connect, or what perch export has written. It fails where something was refused.
func (c *importCommand) Run(ctx context.Context) error {
	dir, err := filepath.Abs(c.Data)
	if err != nil {
		return err
	}
	buckets, err := serve.Buckets(c.Bucket)
	if err != nil {
		return err
	}
	o := serve.Options{Dir: dir, Store: c.Store, Files: c.Files, Buckets: buckets}
	own, err := serve.IsExport(ctx, c.From)
	if err != nil {
		return err
	}
	if own {
		return c.restore(ctx, o)
	}
	bar := newBar(os.Stderr)
	report, err := serve.Import(ctx, o,
		serve.Arrival{From: c.From, Instance: c.Instance, Progress: func(p carry.Progress) { bar.show(p.Stage, p.Done, p.Total) }})
	bar.end()
	if err != nil && report.Files == 0 { // it has not begun
		return err
	}
	if err := errors.Join(err, c.write(report)); err != nil {
		return fmt.Errorf("%w; run it again: what has been imported stays, and it goes on", err)
	}
	if n := len(report.Refused); n > 0 {
		return fmt.Errorf("%d files or chats were refused; all others are there", n)
	}
	return nil
}

// remarksShown is how many remarks the terminal shows of each kind.
const remarksShown = 20

// write writes the report for people, and for programs where that is wanted.
func (c *importCommand) write(r carry.Report) error {
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	if c.Report == "-" {
		_, err := fmt.Fprintf(os.Stdout, "%s\n", data)
		return err
	}
	fmt.Printf("%d files: %d transcripts, %d contact records, %d attachments; %d were none of these\n", r.Files, r.Transcripts, r.Records, r.Attachments, r.Skipped)
	fmt.Printf("%d chats imported, %d unchanged from before\n", r.Imported, r.Unchanged)
	if r.Transcripts == 0 {
		fmt.Printf("No transcript is in %s: name the directory, or the bucket's prefix, that has them below it.\n", c.From)
	}
	show(os.Stdout, "refused", r.Refused)
	show(os.Stdout, "to be noted", r.Noted)
	if c.Report == "" {
		return nil
	}
	return os.WriteFile(c.Report, append(data, '\n'), 0o600)
}

func show(w io.Writer, what string, all []carry.Remark) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%d %s:\n", len(all), what)
	for _, m := range all[:min(len(all), remarksShown)] {
		fmt.Fprintf(w, "  %s\n    %s\n    %s\n", strings.TrimSpace(m.File+" "+m.Contact), m.Reason, m.Do)
	}
	if n := len(all) - remarksShown; n > 0 {
		fmt.Fprintf(w, "  and %d more: --report FILE has all\n", n)
	}
}

// bar shows how far something is, on a terminal by a bar that grows, elsewhere by a
// line now and then.
type bar struct {
	w        io.Writer
	terminal bool
	shown    string
}

func newBar(f *os.File) *bar {
	info, err := f.Stat()
	return &bar{w: f, terminal: err == nil && info.Mode()&os.ModeCharDevice != 0}
}

const barWidth = 40

func (b *bar) show(stage string, done, total int) {
	tenth := 100 * done / max(total, 1)
	if !b.terminal {
		tenth = tenth / 10 * 10
	}
	line := fmt.Sprintf("%s: %d %%", stage, tenth)
	if line == b.shown {
		return
	}
	b.shown = line
	if !b.terminal {
		fmt.Fprintln(b.w, line)
		return
	}
	n := barWidth * done / max(total, 1)
	fmt.Fprintf(b.w, "\r%-16s [%s%s] %d of %d ", stage, strings.Repeat("#", n), strings.Repeat(".", barWidth-n), done, total)
	if done == total {
		fmt.Fprintln(b.w)
	}
}

// end leaves the line of an unfinished bar.
func (b *bar) end() {
	if b.terminal && b.shown != "" {
		fmt.Fprintln(b.w)
	}
}
