// Command perch is a chat server that speaks Amazon Connect's chat.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"syscall"
	_ "time/tzdata" // hours of operation have time zones, and a small image has none

	"github.com/alecthomas/kong"
)

// version is set by the build.
var version = "dev"

// cli is the command line. Every flag can be given as an environment variable
// and in the config file as well: --public-url is PERCH_PUBLIC_URL and "public-url".
type cli struct {
	Serve      serveCommand      `cmd:"" help:"Run perch with its data in a directory."`
	Try        tryCommand        `cmd:"" help:"Run perch to try it out: on this machine only, pages trusted, and thrown away at the end."`
	Instance   instanceCommand   `cmd:"" help:"Make and list instances: contact centres of their own in one server."`
	Key        keyCommand        `cmd:"" help:"Make, list and delete access keys."`
	User       userCommand       `cmd:"" help:"Make and list those who work in an instance, and give them passwords."`
	Widget     widgetCommand     `cmd:"" help:"Make and list the chat widgets of sites, and print what goes into their pages."`
	Apply      applyCommand      `cmd:"" help:"Set an instance up as files in a directory say, after showing what that changes."`
	Export     exportCommand     `cmd:"" name:"export-settings" help:"Write what an instance is set up with as files that perch apply takes."`
	Config     configFile        `placeholder:"FILE" help:"JSON file of settings; flags and variables win over it."`
	Backup     backupCommand     `cmd:"" help:"Write a checked copy of the data, also while perch runs."`
	Restore    restoreCommand    `cmd:"" help:"Make a data directory of a backup."`
	Import     importCommand     `cmd:"" help:"Make past chats of the transcripts that Amazon Connect has written, also while perch runs; or take in what perch export has written."`
	Whole      wholeCommand      `cmd:"" name:"export" help:"Write a whole instance as files that another perch imports, also while perch runs."`
	Transcript transcriptCommand `cmd:"" help:"Write a chat and all that it continues as text, JSON or a page to print."`
	Flow       flowCommand       `cmd:"" help:"Check, play and draw flows, and see what they have done."`
	Story      storyCommand      `cmd:"" help:"Play stories: scripted customers and agents on a moved clock, and what must come of it."`
	Bench      benchCommand      `cmd:"" help:"Measure this perch on this machine: messages, delivery, pages, starts, sockets, routing."`
	Ops        opsCommand        `cmd:"" help:"Print all operations of Amazon Connect's two services, and which of them perch answers."`
	Version    kong.VersionFlag  `env:"-" help:"Print the version."`
}

// grammar is how the command line is read.
func grammar() []kong.Option {
	return []kong.Option{kong.Name("perch"), kong.Description("Customer chat that is never forgotten."),
		kong.DefaultEnvars("PERCH"), kong.ShortUsageOnError(), kong.Vars{"version": version}}
}

// asked is the command line, with "help" and with nothing at all taken for --help,
// which is how people ask who do not know any command yet.
func asked(args []string) []string {
	switch {
	case len(args) == 0:
		return []string{"--help"}
	case args[0] == "help":
		return append(slices.Clone(args[1:]), "--help")
	}
	return args
}

func main() {
	var c cli
	parser := kong.Must(&c, grammar()...)
	k, err := parser.Parse(asked(os.Args[1:]))
	parser.FatalIfErrorf(err)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	k.BindTo(ctx, (*context.Context)(nil))
	if err := k.Run(); err != nil {
		end := exitCode{error: err, code: 1}
		if !errors.As(err, &end) || end.error != nil {
			fmt.Fprintln(os.Stderr, "perch:", err)
		}
		os.Exit(end.code) //nolint:gocritic // the process ends
	}
}

func logger(level slog.Level) *slog.Logger {
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
}
