// Command perch is a chat server that speaks Amazon Connect's chat.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// version is set by the build.
var version = "dev"

// cli is the command line. Every flag can be given as an environment variable
// as well: --public-url is PERCH_PUBLIC_URL.
type cli struct {
	Serve   serveCommand     `cmd:"" help:"Run perch with its data in a directory."`
	Try     tryCommand       `cmd:"" help:"Run perch to try it out: on this machine only, pages trusted, and thrown away at the end."`
	Version kong.VersionFlag `help:"Print the version."`
}

func main() {
	var c cli
	k := kong.Parse(&c, kong.Name("perch"), kong.Description("Customer chat that is never forgotten."),
		kong.DefaultEnvars("PERCH"), kong.UsageOnError(), kong.Vars{"version": version})
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	k.BindTo(ctx, (*context.Context)(nil))
	if err := k.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "perch:", err)
		os.Exit(1) //nolint:gocritic // the process ends
	}
}

func logger(level slog.Level) *slog.Logger {
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
}
