package perch_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
)

// These tests are the plan of the house, written so that it cannot drift from
// the code. ARCHITECTURE.md explains it. A new arrow, library or exception goes
// into a table here, with its reason; one that is no longer used goes out.

const module = "github.com/perch-chat/perch"

// floors are the rooms, by floor. Imports only go down.
var floors = map[string]int{
	"perch": 1, "blob": 1,
	"bus": 2, "clock": 2, "flow": 2, "form": 2, "outside": 2, "actor": 2, "segment": 2, "store": 2, "strict": 2, "token": 2, "wire": 2,
	"catalog": 3, "chat": 3, "flowbench": 3, "schedule": 3, "staff": 3,
	"archive": 4, "carry": 4, "flowrun": 4, "routing": 4, "search": 4, "setup": 4, "transcript": 4,
	"api": 5, "live": 5, "web": 5,
	"serve": 6, "bench": 6,
	"trial":     7,
	"story":     8,
	"cmd/perch": 9, "perchtest": 9,
}

// arrows are the imports that are allowed: from, to, and why.
var arrows = map[string]map[string]string{
	"blob":    {},
	"bus":     {},
	"clock":   {},
	"flow":    {},
	"form":    {},
	"token":   {},
	"outside": {},
	"strict":  {},
	"store":   {"perch": "rows are made of its nouns"},
	"segment": {
		"perch": "files are made of its entries",
		"blob":  "keeps the files",
	},
	"wire": {"perch": "its entries and error kinds are what the wire shows"},

	"chat": {
		"perch":   "the state that a log tells, and the rules",
		"bus":     "the bell is rung after each commit",
		"segment": "the logs of chats that were moved out of the database",
		"store":   "the only writer of conversations",
		"strict":  "where Amazon's past ends before perch's",
	},
	"catalog": {
		"perch": "ids and error kinds",
		"flow":  "flows are checked before they are kept",
		"store": "keeps the settings",
		"token": "secrets of access keys are sealed",
	},
	"schedule": {
		"perch": "what is due",
		"bus":   "is woken when something is due earlier",
		"clock": "is woken when it is set",
		"store": "finds the rows, puts off those that fail",
	},
	"flowbench": {
		"flow": "the engine with which flows are checked and played",
	},
	"staff": {
		"perch": "ids and error kinds",
		"store": "keeps password hashes",
		"token": "bearers are sealed",
	},

	"flowrun": {
		"perch":   "ids, due rows, origins of values",
		"catalog": "which flow, which queue, which agent",
		"chat":    "effects are verbs of a turn",
		"flow":    "the engine that it runs",
		"outside": "what a call outside is",
		"staff":   "providers with which customers sign in",
		"store":   "keeps the flow log of each contact",
		"strict":  "how long the address for signing in can be asked for",
		"wire":    "flows name things by Amazon's ARNs",
	},
	"routing": {
		"perch":   "ids and error kinds",
		"bus":     "is woken when a contact or an agent becomes free",
		"catalog": "routing profiles, queues, quick connects",
		"chat":    "taking an offer and joining are one turn",
		"store":   "keeps agents, waiting contacts and offers",
	},

	"archive": {
		"perch":   "entries, audiences, due rows",
		"outside": "what a scan is",
		"blob":    "keeps the files",
		"catalog": "where an instance's files go",
		"chat":    "reads the log, and notes where a file is",
		"wire":    "the form of Amazon's files",
	},
	"carry": {
		"perch":   "entries, ids and error kinds",
		"blob":    "reads the files that others have left, and brings attachments",
		"catalog": "queues and users by their names, and where attachments go",
		"chat":    "keeps a chat that was had elsewhere",
		"store":   "the form of an agent's work after a contact; nothing there is called",
		"wire":    "the form of Amazon's files",
	},
	"setup": {
		"perch":     "ids and error kinds",
		"catalog":   "settings, and edits of many at once",
		"flow":      "types of flows",
		"flowbench": "says where the faults of a flow are in its file",
		"form":      "says what somebody probably meant",
		"staff":     "passwords that files name",
		"store":     "the names of the rows that belong to an edit, as others make them; nothing there is called",
	},
	"search": {
		"perch": "entries, sessions, due rows",
		"chat":  "reads what was said, and takes due rows in turns",
		"store": "keeps what contacts are found by",
	},
	"transcript": {
		"perch": "entries, sessions, audiences",
		"chat":  "reads the chain, page by page",
		"wire":  "items as clients know them, and their content types",
	},

	"api": {
		"perch":      "ids and error kinds",
		"catalog":    "whose key, which instance, which user",
		"archive":    "the verbs behind the operations on files",
		"chat":       "the verbs behind the operations",
		"flowrun":    "the form in which it tells what flows have done",
		"routing":    "the verbs behind the agents' API",
		"search":     "finds past contacts for agents",
		"setup":      "settings as files",
		"staff":      "sign-in of agents",
		"transcript": "writes the documents that it serves",
		"store":      "the names of the rows of an agent's work, as routing hands them out; nothing there is called",
		"token":      "opens and seals what clients carry",
		"strict":     "where Amazon refuses what perch lets pass",
		"wire":       "shapes, limits, faults, signatures",
	},
	"live": {
		"perch": "entries and roles",
		"bus":   "a tail follows its session's bell",
		"chat":  "reads the log, lets participants join",
		"token": "opens what is in a socket's address",
		"wire":  "frames and faults",
	},
	"web": {
		"perch":   "error kinds",
		"catalog": "which widget, on whose pages, with which look",
	},

	"serve": {
		"archive":    "a part of the process",
		"carry":      "imports what others have left",
		"blob":       "opens the places for files",
		"web":        "a part of the process",
		"outside":    "a part of the process",
		"perch":      "the type of due rows",
		"api":        "a part of the process",
		"bus":        "a part of the process",
		"catalog":    "a part of the process",
		"chat":       "a part of the process",
		"clock":      "a part of the process",
		"flowrun":    "a part of the process",
		"live":       "a part of the process",
		"routing":    "a part of the process",
		"search":     "a part of the process",
		"segment":    "a part of the process",
		"setup":      "settings as files, while no process serves them",
		"schedule":   "a part of the process",
		"staff":      "a part of the process",
		"store":      "a part of the process",
		"token":      "a part of the process",
		"transcript": "a document of what a directory keeps",
		"wire":       "the region and account of ARNs",
	},
	"bench": {},
	"actor": {},
	"trial": {
		"actor":   "plays the past chats of a fixture",
		"catalog": "the users and flows of a fixture",
		"clock":   "winds it",
		"flow":    "fills the placeholders of a fixture's flows",
		"perch":   "kinds of errors, as faults are made of them",
		"serve":   "runs it, over and over",
		"setup":   "a fixture may have settings as files",
		"staff":   "what a password's hash costs",
		"strict":  "looks on, and is told which rules hold",
		"wire":    "operations by their paths, and their faults",
	},
	"story": {
		"actor":   "the people of a story",
		"catalog": "logins of the agents that a story has made",
		"form":    "reads what is written, and tells all that is wrong with it",
		"serve":   "options of what it starts",
		"strict":  "rules to which the calls of stories are held",
		"trial":   "the perch in which a story plays, and its clock",
	},
	"perchtest": {
		"actor":  "clients for both sides",
		"serve":  "options of what it starts",
		"story":  "plays stories as tests",
		"strict": "rules and findings",
		"trial":  "what it starts",
	},
	"cmd/perch": {
		"story":      "runs perch story",
		"strict":     "rules that perch try is to hold, and what it has found",
		"carry":      "the report of an import, as it is printed",
		"trial":      "runs perch try",
		"setup":      "plans as it prints them, and the schema",
		"clock":      "when what it signs is signed",
		"wire":       "signs what it sends to a running perch",
		"bench":      "measures",
		"catalog":    "the form in which logins are printed",
		"serve":      "runs it",
		"perch":      "audiences of a transcript, ids of flows",
		"transcript": "formats of a transcript",
		"store":      "backup and restore work on the data alone, whether or not a server runs",
		"api":        "the table of operations that it prints",
		"flow":       "types and problems of flows, as it prints them",
		"flowrun":    "a flow log as it prints it",
		"flowbench":  "flows are checked, played and drawn without a server",
	},
}

// keep is a thing that only some rooms may use.
type keep struct {
	rooms   []string
	because string
}

// libraries are all packages from elsewhere, and who uses them.
var libraries = map[string]keep{
	"github.com/alecthomas/kong":                                {[]string{"cmd/perch"}, "flags and environment variables"},
	"github.com/aws/aws-sdk-go-v2/aws":                          {[]string{"actor", "blob", "outside", "wire"}, "the signer's and the client's types"},
	"github.com/aws/aws-sdk-go-v2/aws/signer/v4":                {[]string{"actor", "outside", "wire"}, "a signature is checked by making it again; Lex is asked with one, and backends ask with one"},
	"github.com/aws/aws-sdk-go-v2/config":                       {[]string{"blob", "outside"}, "finds credentials where none are given"},
	"github.com/aws/aws-sdk-go-v2/aws/transport/http":           {[]string{"blob"}, "the status of an answer"},
	"github.com/aws/aws-sdk-go-v2/service/s3":                   {[]string{"blob"}, "buckets"},
	"github.com/aws/aws-sdk-go-v2/service/s3/types":             {[]string{"blob"}, "buckets"},
	"github.com/aws/aws-sdk-go-v2/credentials":                  {[]string{"outside"}, "those that are given"},
	"github.com/aws/aws-sdk-go-v2/service/lambda":               {[]string{"outside"}, "speaks Lambda's interface"},
	"github.com/aws/aws-sdk-go-v2/service/lambda/types":         {[]string{"outside"}, "speaks Lambda's interface"},
	"github.com/coder/websocket":                                {[]string{"live", "bench", "actor"}, "sockets, and clients of them"},
	"github.com/coreos/go-oidc/v3/oidc":                         {[]string{"staff"}, "signing in with an OpenID provider"},
	"golang.org/x/oauth2":                                       {[]string{"staff"}, "the same, with PKCE"},
	"github.com/go-jose/go-jose/v4":                             {[]string{"api"}, "what sites sign for their widgets"},
	"github.com/go-jose/go-jose/v4/jwt":                         {[]string{"api"}, "the same"},
	"github.com/gofrs/flock":                                    {[]string{"cmd/perch", "serve"}, "one process owns a data directory"},
	"github.com/google/jsonschema-go/jsonschema":                {[]string{"form"}, "schemas of Go types, for editors"},
	"go.yaml.in/yaml/v4":                                        {[]string{"form", "setup"}, "files that people write, with the place of each value; settings are written by it too"},
	"github.com/jackc/pgx/v5":                                   {[]string{"store"}, "the other engine"},
	"github.com/jackc/pgx/v5/pgconn":                            {[]string{"store"}, "the other engine's error codes"},
	"github.com/jackc/pgx/v5/stdlib":                            {[]string{"store"}, "the other engine behind database/sql"},
	"github.com/klauspost/compress/zstd":                        {[]string{"segment"}, "packs logs"},
	"github.com/pressly/goose/v3":                               {[]string{"store"}, "migrations"},
	"github.com/pressly/goose/v3/lock":                          {[]string{"store"}, "one of several processes migrates"},
	"github.com/prometheus/client_golang/prometheus":            {[]string{"serve"}, "metrics"},
	"github.com/prometheus/client_golang/prometheus/collectors": {[]string{"serve"}, "metrics"},
	"github.com/prometheus/client_golang/prometheus/promhttp":   {[]string{"serve"}, "metrics"},
	"golang.org/x/crypto/argon2":                                {[]string{"staff"}, "password hashes"},
	"golang.org/x/crypto/chacha20poly1305":                      {[]string{"token"}, "sealing"},
	"golang.org/x/text/unicode/norm":                            {[]string{"search"}, "words without their accents"},
	"golang.org/x/time/rate":                                    {[]string{"api"}, "limits by address"},
	"modernc.org/sqlite":                                        {[]string{"store"}, "the engine"},
	"modernc.org/sqlite/lib":                                    {[]string{"store"}, "the engine's error codes"},
}

// kept are packages of the standard library that reach outside, and who may use
// them. The clock is not an import: see clockReader.
var kept = map[string]keep{
	"crypto/rand":  {[]string{"api", "live", "serve", "web"}, "a default, ids of requests, and nonces of pages; everybody else is handed a reader"},
	"database/sql": {[]string{"store"}, "nobody else knows SQL"},
	"math/rand":    {nil, "chance comes from a reader that is handed down"},
	"math/rand/v2": {[]string{"trial", "story"}, "chance comes from a reader that is handed down; faults and scripted people come by one that a seed makes the same each time"},
	"net":          {[]string{"cmd/perch", "outside", "serve", "store", "trial", "story", "perchtest"}, "listening, and reaching the other engine"},
	"net/http":     {[]string{"bench", "api", "blob", "cmd/perch", "live", "outside", "serve", "staff", "web", "wire", "actor", "trial", "story"}, "doors speak HTTP, wire reads a request, and staff asks OpenID providers"},
	"os":           {[]string{"bench", "blob", "catalog", "cmd/perch", "serve", "store", "trial", "story"}, "the data directory, its secrets file, the process"},
	"os/exec":      {[]string{"bench"}, "no other program is started"},
	"os/signal":    {[]string{"cmd/perch"}, "being stopped"},
	"syscall":      {[]string{"bench", "cmd/perch", "outside"}, "being stopped"},
	"unsafe":       {nil, "is not needed"},
}

// clockReader is who reads the machine's clock; everybody else is handed one.
var clockReader = keep{[]string{"bench", "clock", "actor", "story"}, "the default of the clock that is handed down, so that a server can run on another; measuring from outside; and signing as clients do, by the machine's time"}

// sharedTables are the files of store that more than one room writes by.
var sharedTables = map[string]keep{
	"turnstile.go": {[]string{"catalog", "chat", "routing"}, "who counts before adding waits there, who takes away what is counted, and who changes rows that many change"},
	"due.go":       {[]string{"chat", "routing", "schedule"}, "set with what makes work necessary, taken with its effect, put off when that fails"},
}

// ground are the files of store that are about no table.
var ground = []string{"backup.go", "committer.go", "engine.go", "migrate.go", "move.go", "postgres.go", "postgres_text.go", "snapshot.go", "sqlite.go", "store.go"}

// support are packages that tests alone import.
var support = map[string]string{
	"store/pgtest":    "starts a PostgreSQL of a test's own",
	"store/storetest": "data directories with the tables made",
	"blob/s3test":     "starts an S3 of a test's own",
}

// source is the Go files of a room, but its tests.
type source struct {
	set   *token.FileSet
	files map[string]*ast.File // by path
}

// theHouse reads all rooms.
func theHouse(t *testing.T) map[string]source {
	t.Helper()
	rooms := map[string]source{}
	for _, name := range ourFiles(t) {
		if path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			continue
		}
		room := path.Dir(name)
		if room == "." {
			room = "perch"
		}
		if support[room] != "" {
			continue
		}
		s, ok := rooms[room]
		if !ok {
			s = source{token.NewFileSet(), map[string]*ast.File{}}
			rooms[room] = s
		}
		f, err := parser.ParseFile(s.set, name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		s.files[name] = f
	}
	return rooms
}

// ourFiles are the files of this repository: nothing hidden (but what continuous
// integration runs), built, brought in or kept as data.
func ourFiles(t *testing.T) []string {
	t.Helper()
	var names []string
	err := fs.WalkDir(os.DirFS("."), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			if err == nil && d.Type().IsRegular() && d.Name() != ".git" && !strings.HasSuffix(name, ".test") {
				names = append(names, name)
			}
			return err
		}
		base := d.Name()
		hidden := strings.HasPrefix(base, ".") && name != "." && name != ".ci"
		if hidden || slices.Contains([]string{"bin", "data", "dist", "node_modules"}, base) {
			return fs.SkipDir
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// imports are the packages that a room imports, each with a file that does.
func (s source) imports() map[string]string {
	out := map[string]string{}
	for name, f := range s.files {
		for _, i := range f.Imports {
			out[strings.Trim(i.Path.Value, `"`)] = name
		}
	}
	return out
}

// roomOf is the room that an import path of this module names.
func roomOf(imported string) (room string, ours bool) {
	if imported == module {
		return "perch", true
	}
	return strings.CutPrefix(imported, module+"/")
}

func TestImportsAreThoseOfThePlan(t *testing.T) {
	t.Parallel()
	rooms := theHouse(t)
	for room, src := range rooms {
		if floors[room] == 0 {
			t.Errorf("room %s is not in the plan: give it a floor, its arrows, and a paragraph in ARCHITECTURE.md", room)
		}
		used := map[string]bool{}
		for imported, file := range src.imports() {
			to, ours := roomOf(imported)
			if !ours {
				continue
			}
			used[to] = true
			if arrows[room][to] == "" {
				t.Errorf("%s: %s imports %s, which the plan does not allow", file, room, to)
			}
			if floors[to] >= floors[room] {
				t.Errorf("%s: %s is on floor %d and imports %s on floor %d: imports only go down", file, room, floors[room], to, floors[to])
			}
		}
		for to := range arrows[room] {
			if !used[to] {
				t.Errorf("the plan has %s import %s, which it does not: take the arrow out", room, to)
			}
		}
	}
	for _, room := range slices.Sorted(maps.Keys(floors)) {
		if _, there := rooms[room]; !there {
			t.Errorf("the plan has a room %s, and the house has none", room)
		}
	}
}

func TestOnlySomeRoomsReachOutside(t *testing.T) {
	t.Parallel()
	rooms := theHouse(t)
	users := map[string][]string{} // of each import
	for room, src := range rooms {
		for imported, file := range src.imports() {
			users[imported] = append(users[imported], room)
			if _, ours := roomOf(imported); ours {
				continue
			}
			first, _, _ := strings.Cut(imported, "/")
			k, listed := kept[imported]
			if strings.Contains(first, ".") {
				if k, listed = libraries[imported]; !listed {
					t.Errorf("%s: %s is in no table: say who may use it, and why", file, imported)
				}
			}
			if listed && !slices.Contains(k.rooms, room) {
				t.Errorf("%s: %s uses %s, which is for %v alone: %s", file, room, imported, k.rooms, k.because)
			}
		}
	}
	for _, table := range []map[string]keep{libraries, kept} {
		for imported, k := range table {
			for _, room := range k.rooms {
				if !slices.Contains(users[imported], room) {
					t.Errorf("%s may use %s and does not: take it out", room, imported)
				}
			}
		}
	}
}

func TestTheClockIsHandedDown(t *testing.T) {
	t.Parallel()
	rooms := theHouse(t)
	readers := map[string]bool{}
	for room, src := range rooms {
		for _, f := range src.files {
			ast.Inspect(f, func(n ast.Node) bool {
				s, ok := n.(*ast.SelectorExpr)
				if !ok || !named(s.X, "time") || !slices.Contains([]string{"Now", "Since", "Until"}, s.Sel.Name) {
					return true
				}
				readers[room] = true
				if !slices.Contains(clockReader.rooms, room) {
					t.Errorf("%s: time.%s reads the clock, which only %v may: %s", src.set.Position(s.Pos()), s.Sel.Name, clockReader.rooms, clockReader.because)
				}
				return true
			})
		}
	}
	for _, room := range clockReader.rooms {
		if !readers[room] {
			t.Errorf("%s may read the clock and does not: take it out", room)
		}
	}
}

func named(e ast.Expr, name string) bool {
	i, ok := e.(*ast.Ident)
	return ok && i.Name == name
}

func TestRoomsAreNamedForWhatTheyAre(t *testing.T) {
	t.Parallel()
	for room, src := range theHouse(t) {
		doc := ""
		for name, f := range src.files {
			want := path.Base(room)
			if room == "cmd/perch" {
				want = "main"
			}
			if f.Name.Name != want {
				t.Errorf("%s: package %s in a directory called %s", name, f.Name.Name, path.Base(room))
			}
			if f.Doc != nil {
				doc += f.Doc.Text()
			}
		}
		switch path.Base(room) {
		case "util", "utils", "common", "service", "services", "model", "models", "types", "helpers", "misc", "base":
			t.Errorf("room %s says nothing by its name", room)
		}
		if !strings.HasPrefix(doc, "Package ") && !strings.HasPrefix(doc, "Command ") {
			t.Errorf("room %s has no comment that says what it is, or has two", room)
		}
	}
}

// A file of store begins with the name of the room that writes its table, and
// no other room calls what is in it.
func TestOneTableHasOneWriter(t *testing.T) {
	t.Parallel()
	rooms := theHouse(t)
	owners := map[string][]string{}  // of each function and method of Store
	callers := map[string][]string{} // of each shared file
	files := map[string]string{}     // where each is declared
	for name, f := range rooms["store"].files {
		file := path.Base(name)
		if slices.Contains(ground, file) { // about no table
			continue
		}
		prefix, _, ok := strings.Cut(file, "_")
		owner := []string{prefix}
		if shared, is := sharedTables[file]; is {
			owner = shared.rooms
		} else if floors[prefix] == 0 || !ok {
			t.Errorf("%s: a table's file begins with the room that writes it", name)
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Name.IsExported() {
				owners[fn.Name.Name], files[fn.Name.Name] = owner, file
			}
		}
	}
	for room, src := range rooms {
		if room == "store" {
			continue
		}
		for _, f := range src.files {
			ast.Inspect(f, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				s, ok := call.Fun.(*ast.SelectorExpr)
				if !ok || owners[s.Sel.Name] == nil || !ofStore(s.X) {
					return true
				}
				callers[files[s.Sel.Name]] = append(callers[files[s.Sel.Name]], room)
				if !slices.Contains(owners[s.Sel.Name], room) {
					t.Errorf("%s: %s calls %s of store/%s, which is for %v", src.set.Position(s.Pos()), room, s.Sel.Name, files[s.Sel.Name], owners[s.Sel.Name])
				}
				return true
			})
		}
	}
	for file, shared := range sharedTables {
		for _, room := range shared.rooms {
			if !slices.Contains(callers[file], room) {
				t.Errorf("%s may use store/%s and does not: take it out", room, file)
			}
		}
	}
}

// ofStore reports whether an expression is the package store, or a Store as
// rooms hold one: x.opts.Store.
func ofStore(e ast.Expr) bool {
	s, ok := e.(*ast.SelectorExpr)
	return named(e, "store") || ok && s.Sel.Name == "Store"
}
