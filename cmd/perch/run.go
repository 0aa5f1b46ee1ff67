package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/serve"
	"github.com/perch-chat/perch/story"
	"github.com/perch-chat/perch/trial"
)

// database is the flag of all commands that work on what perch keeps.
type database struct {
	Store string `placeholder:"URL" help:"PostgreSQL database, such as postgres://user:password@host/database. By default SQLite in the data directory."`
}

// files is the flag of all commands that work on what is kept as files.
type files struct {
	Files string `placeholder:"PLACE" help:"Where transcript files go, and chats that are moved out of the database: a directory, or s3://bucket/prefix?region=... By default the directory files in the data directory."`
}

// common are the flags of both commands.
type common struct {
	database
	files
	Listen    string        `default:"127.0.0.1:8080" help:"Address to listen on; port 0 takes a free one."`
	PublicURL string        `help:"Address at which clients reach perch, such as https://chat.example.com. By default the listen address, on this machine, or what the certificate is for."`
	LogLevel  slog.Level    `default:"info" help:"debug, info, warn or error."`
	Region    string        `default:"us-east-1" help:"Region that appears in ARNs."`
	JSON      bool          `help:"Print one line of JSON when ready: addresses, ids and secrets, for scripts."`
	Starts    int           `name:"starts-per-minute" default:"30" help:"Chats that pages may start a minute from one address; 0 is no limit."`
	Bucket    []string      `placeholder:"NAME=PLACE" help:"A further place for files, that instances may name as a bucket; may be given several times."`
	ColdAfter time.Duration `default:"0s" help:"How long a chat has ended when what was said in it moves out of the database into a packed file in the place for files, such as 720h. 0 is never."`
	SignIn    string        `placeholder:"FILE" help:"JSON file of the OpenID providers with which people sign in. By default they sign in with passwords alone."`
	Functions string        `placeholder:"FILE" help:"JSON file of the functions that flows may call and the bots that they may talk with, and of the hosts and networks in which they may be. By default there are none."`
	LastAgent time.Duration `name:"last-agent-for" default:"0s" help:"How long a chat that continues a past one waits for the agent of that one alone, before others in the queue are asked. The attribute lastAgentSeconds of a chat goes before it."`
	GoneAfter time.Duration `name:"agent-gone-after" default:"2m" help:"How long the page of an agent may be gone before the agent is offline; the agent's chats stay. 0 is for ever."`
	Limits    string        `help:"Limits of each instance: amazon, or the name of a JSON file. By default there are none."`
}

type serveCommand struct {
	common
	tlsFlags
	Data string `default:"./data" type:"path" help:"Data directory."`
	Demo bool   `help:"Trust pages: they may ask for past chats unsigned. Never where strangers can reach it."`
}

// Run runs perch until it is told to stop.
func (s *serveCommand) Run(ctx context.Context) error {
	certificate, err := s.certificate()
	if err != nil {
		return err
	}
	return s.run(ctx, serve.Options{Dir: s.Data, Demo: s.Demo, Certificate: certificate}, serve.Run, func(w io.Writer, st serve.Started) {
		if st.New {
			welcome(w, st)
		}
		fmt.Fprintf(w, "perch is ready at %s\n", st.Endpoint)
	})
}

type tryCommand struct {
	common
	Data    string    `type:"path" help:"Keep the data in this directory, and start again on what is there."`
	Clock   time.Time `placeholder:"TIME" help:"What time it is at first, such as 2026-01-01T09:00:00Z. POST /try/clock moves it."`
	Trust   bool      `name:"trust-network" help:"Listen on any address: in a container whose port is published on this machine alone. Whoever can reach it may do anything."`
	Strict  rules     `placeholder:"RULES" help:"Hold calls to Amazon's rules where perch is more lenient: all of them, or those of a list such as --strict=rates,past-contacts. docs/testing.md has the table."`
	Explain bool      `help:"Tell in the header Perch-Lenient of each answer, by GET /try/explain and at the end, where perch was more lenient than Amazon."`
	Fixture string    `placeholder:"NAME" help:"What there is at first: support, or a directory with a fixture.json, with settings as perch apply takes them, with stories (*.story.yaml), or with several of these."`
}

// Run runs perch on nothing, or on what an earlier try has kept.
func (t *tryCommand) Run(ctx context.Context) (err error) {
	dir := t.Data
	if dir == "" && t.Store != "" {
		return errors.New("what is in PostgreSQL stays, and is of no use without secrets.json: give a directory that stays as well, with --data")
	}
	if dir == "" {
		if dir, err = os.MkdirTemp("", "perch-try-"); err != nil {
			return fmt.Errorf("making a directory to throw away: %w", err)
		}
		defer os.RemoveAll(dir) //nolint:errcheck // it is in the system's own temporary directory
	}
	host, _, err := net.SplitHostPort(t.Listen)
	if ip := net.ParseIP(host); !t.Trust && (err != nil || host != "localhost" && (ip == nil || !ip.IsLoopback())) {
		return fmt.Errorf("perch try trusts every page, so it listens on this machine only: give --listen an address like 127.0.0.1:8080, or use perch serve")
	}
	o := trial.Options{Begin: t.Clock, Keep: t.Data != "", Strict: trial.Strictness{Rules: t.Strict, Explain: t.Explain}}
	if t.Fixture != "" {
		if o.Keep {
			return errors.New("a fixture is for data that is thrown away: leave --data out")
		}
		if err := story.Furnish(&o, t.Fixture); err != nil {
			return err
		}
	}
	run := func(ctx context.Context, so serve.Options, started func(serve.Started)) error {
		o.Serve = so
		tried := trial.New(o)
		defer func() { explain(os.Stderr, tried.WholeLenient()) }()
		return tried.Run(ctx, started)
	}
	return t.run(ctx, serve.Options{Dir: dir, Demo: true}, run, func(w io.Writer, st serve.Started) {
		welcome(w, st)
		fmt.Fprintf(w, "Pages are trusted: they may ask for past chats unsigned.\nperch is ready at %s; stop it with Ctrl-C", st.Endpoint)
		if t.Data == "" {
			fmt.Fprint(w, ", which throws everything away")
		}
		fmt.Fprintln(w)
	})
}

// run serves what a command asks for, as the common flags say.
func (c *common) run(ctx context.Context, o serve.Options, run func(context.Context, serve.Options, func(serve.Started)) error, greet func(io.Writer, serve.Started)) error {
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("listening: %w; choose another address with --listen", err)
	}
	defer listener.Close()
	if o.PublicURL, err = serve.PublicURL(c.PublicURL, listener.Addr(), o.Certificate); err != nil {
		return err
	}
	if o.Dir, err = filepath.Abs(o.Dir); err != nil {
		return err
	}
	if o.Limits, err = serve.Limits(c.Limits); err != nil {
		return err
	}
	if o.Outside, err = serve.Functions(c.Functions); err != nil {
		return err
	}
	if o.Buckets, err = serve.Buckets(c.Bucket); err != nil {
		return err
	}
	o.Files, o.ColdAfter = c.Files, c.ColdAfter
	if o.SignIn, err = serve.Providers(c.SignIn); err != nil {
		return err
	}
	o.Store, o.Listener, o.Region, o.Account = c.Store, listener, c.Region, account
	o.StartsPerMinute, o.AgentGoneAfter, o.LastAgentFor, o.Log = c.Starts, c.GoneAfter, c.LastAgent, logger(c.LogLevel)
	return run(ctx, o, func(st serve.Started) {
		if c.JSON {
			printJSON(os.Stdout, c.Region, st)
			return
		}
		greet(os.Stdout, st)
	})
}

// account stands for the AWS account in ARNs: perch has none.
const account = "000000000000"

// ready is the line that scripts read.
type ready struct {
	Endpoint        string
	Region          string
	InstanceID      string `json:"InstanceId"`
	AccessKeyID     string `json:"AccessKeyId"`
	SecretAccessKey string
	ContactFlowID   string `json:"ContactFlowId"`
	StartEndpoint   string
	Agents          []catalog.Login
	DataDir         string
}

func printJSON(w io.Writer, region string, st serve.Started) {
	line, err := json.Marshal(ready{Endpoint: st.Endpoint, Region: region, InstanceID: string(st.InstanceID), AccessKeyID: st.AccessKeyID,
		SecretAccessKey: st.SecretAccessKey, ContactFlowID: string(st.ContactFlowID), StartEndpoint: st.Endpoint + "/Prod/",
		Agents: st.Agents, DataDir: st.DataDir})
	if err != nil { // strings always encode
		panic(err)
	}
	fmt.Fprintf(w, "%s\n", line)
}

// welcome says once what there is and what to do with it.
func welcome(w io.Writer, st serve.Started) {
	fmt.Fprintf(w, `
A chat instance has been set up for you.

  Endpoint          %[1]s    (Connect API, participant API, agents' API)
  Instance          %[2]s
  Inbound flow      %[3]s
  Start endpoint    %[1]s/Prod/
  Demo page         %[1]s/demo    (a shop with the chat widget)
  Agents' desk      %[1]s/desk
`, st.Endpoint, st.InstanceID, st.ContactFlowID)
	for _, a := range st.Agents {
		fmt.Fprintf(w, "  Agent             %s\n", a.Username)
	}
	fmt.Fprintf(w, `
Access key and passwords are in %s (readable by you alone).

Start a chat:

  curl -s %[2]s/Prod/ -d '{"InstanceId":"%[3]s","ContactFlowId":"%[4]s","ParticipantDetails":{"DisplayName":"Ada"}}'

`, filepath.Join(st.DataDir, "secrets.json"), st.Endpoint, st.InstanceID, st.ContactFlowID)
}
