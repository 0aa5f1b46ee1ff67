package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/api"
	"github.com/perch-chat/perch/flowrun"
	"github.com/perch-chat/perch/serve"
)

type logFlow struct {
	database
	files
	Contact string `arg:"" help:"Id of the contact."`
	Data    string `default:"./data" type:"path" help:"Data directory, served or not."`
	JSON    bool   `env:"-" help:"Print one JSON object for each step, as the API does."`
}

// Run prints what the flows of a contact have done.
func (l *logFlow) Run(ctx context.Context) error {
	dir, err := filepath.Abs(l.Data)
	if err != nil {
		return err
	}
	return serve.FlowLog(ctx, serve.Options{Dir: dir, Store: l.Store, Files: l.Files}, perch.ContactID(l.Contact), func(s flowrun.Logged) error {
		if l.JSON {
			return json.NewEncoder(os.Stdout).Encode(api.ShowStep(s))
		}
		_, err := fmt.Println(stepLine(s))
		return err
	})
}

// stepLine is a step of a flow log on one line.
func stepLine(s flowrun.Logged) string {
	var why []string
	for _, part := range []string{s.Error, s.Reason} {
		if part != "" {
			why = append(why, part)
		}
	}
	if s.Result != "" {
		why = append(why, fmt.Sprintf("%q", s.Result))
	}
	if s.Condition > 0 {
		why = append(why, fmt.Sprintf("condition %d", s.Condition))
	}
	way := "waits here"
	switch {
	case s.Next != "":
		way = "-> " + s.Next
	case s.Way != "":
		way = "-> " + string(s.Way)
	}
	line := fmt.Sprintf("%s  %4d  %s  %s", s.Time.UTC().Format(time.RFC3339Nano), s.Number, s.Action, s.Type)
	if s.Effect != "" {
		line += ": " + s.Effect
	}
	line += "  " + way
	if len(why) > 0 {
		line += "  (" + strings.Join(why, ", ") + ")"
	}
	return line
}
