package perch_test

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/format"
	"go/token"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// What holds for every file and every package, whichever room it is in.

// variables are package-level variables beside the kinds that are allowed.
var variables = map[string]string{
	"cmd/perch.version": "the linker sets it",
}

// longest is the most lines of a file.
const longest = 600

// A package-level variable is a constant that Go cannot write as one: it has its
// value from the start, nobody changes it, and nobody can from outside.
func TestNothingIsKeptInPackages(t *testing.T) {
	t.Parallel()
	allowed := map[string]bool{}
	for room, src := range theHouse(t) {
		vars := map[string]bool{}
		for _, f := range src.files {
			for _, d := range f.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
					t.Errorf("%s: init() runs unseen: call a function where it is needed", src.set.Position(fn.Pos()))
				}
				decl, ok := d.(*ast.GenDecl)
				if !ok || decl.Tok != token.VAR {
					continue
				}
				for _, s := range decl.Specs {
					spec := s.(*ast.ValueSpec)
					embedded := decl.Doc != nil && strings.Contains(rawText(decl.Doc), "//go:embed ")
					for i, name := range spec.Names {
						if variables[room+"."+name.Name] != "" {
							allowed[room+"."+name.Name] = true
							continue
						}
						vars[name.Name] = true
						at := src.set.Position(name.Pos())
						if !embedded && (i >= len(spec.Values) || changing(spec.Values[i])) {
							t.Errorf("%s: %s is a variable of a package: make it a field of what uses it", at, name.Name)
						}
						if name.IsExported() && !strings.HasPrefix(name.Name, "Err") {
							t.Errorf("%s: %s can be changed from anywhere: export a function", at, name.Name)
						}
					}
				}
			}
		}
		for _, f := range src.files {
			for at, name := range changed(f, vars) {
				t.Errorf("%s: %s belongs to the package, and is changed (or hidden) here", src.set.Position(at), name)
			}
		}
	}
	for name := range variables {
		if !allowed[name] {
			t.Errorf("%s is allowed to be a variable and is not there: take it out", name)
		}
	}
}

func rawText(g *ast.CommentGroup) string {
	var b strings.Builder
	for _, c := range g.List {
		b.WriteString(c.Text + "\n")
	}
	return b.String()
}

// changing reports a value that only makes sense if it is changed later.
func changing(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.UnaryExpr:
		return e.Op == token.AND
	case *ast.CallExpr:
		return named(e.Fun, "make") || named(e.Fun, "new")
	case *ast.CompositeLit: // sync.Mutex{}, atomic.Int64{}
		s, ok := e.Type.(*ast.SelectorExpr)
		return ok && (named(s.X, "sync") || named(s.X, "atomic"))
	}
	return false
}

// changed finds where variables are assigned to, or their address is taken.
func changed(f *ast.File, vars map[string]bool) map[token.Pos]string {
	out := map[token.Pos]string{}
	note := func(e ast.Expr) {
		for {
			switch x := e.(type) {
			case *ast.IndexExpr:
				e = x.X
				continue
			case *ast.SelectorExpr:
				e = x.X
				continue
			case *ast.ParenExpr:
				e = x.X
				continue
			case *ast.Ident:
				if vars[x.Name] {
					out[x.Pos()] = x.Name
				}
			}
			return
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, l := range n.Lhs {
				note(l)
			}
		case *ast.IncDecStmt:
			note(n.X)
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				note(n.X)
			}
		case *ast.CallExpr:
			if (named(n.Fun, "delete") || named(n.Fun, "clear")) && len(n.Args) > 0 {
				note(n.Args[0])
			}
		}
		return true
	})
	return out
}

func TestFilesAreShort(t *testing.T) {
	t.Parallel()
	for _, name := range ourFiles(t) {
		switch path.Ext(name) {
		case ".go", ".mjs", ".py", ".sql":
			if n := bytes.Count(textOf(t, name), []byte("\n")); n > longest {
				t.Errorf("%s has %d lines, the limit is %d: it is about more than one thing", name, n, longest)
			}
		}
	}
}

func TestFilesAreFormatted(t *testing.T) {
	t.Parallel()
	for _, name := range ourFiles(t) {
		if path.Ext(name) != ".go" {
			continue
		}
		text := textOf(t, name)
		formatted, err := format.Source(text)
		if err != nil || !bytes.Equal(text, formatted) {
			t.Errorf("%s is not formatted: run gofmt -w %[1]s (%v)", name, err)
		}
	}
}

// homes are where somebody's own files lie. The words are apart, so that this
// file does not break its own rule.
var homes = regexp.MustCompile("(?m)(^|[\\s\"'`=:(])/(" + strings.Join([]string{"root", "work", "home", "Users"}, "|") + `)(/\w|[\s"'` + "`" + `)]|$)`)

func TestNoFileKnowsSomebodysMachine(t *testing.T) {
	t.Parallel()
	for _, name := range ourFiles(t) {
		text := textOf(t, name)
		if bytes.IndexByte(text, 0) >= 0 { // no text
			continue
		}
		if at := homes.FindIndex(text); at != nil {
			t.Errorf("%s:%d holds the path %q", name, 1+bytes.Count(text[:at[0]+1], []byte("\n")), strings.TrimSpace(string(text[at[0]:at[1]])))
		}
	}
}

// The picture in ARCHITECTURE.md must have all rooms.
func TestThePlanIsDrawn(t *testing.T) {
	t.Parallel()
	drawn := string(textOf(t, "ARCHITECTURE.md"))
	byFloor := slices.SortedFunc(maps.Keys(floors), func(a, b string) int {
		return cmp.Or(cmp.Compare(floors[a], floors[b]), strings.Compare(a, b))
	})
	for _, room := range byFloor {
		if !strings.Contains(drawn, fmt.Sprintf("\n| `%s`", room)) {
			t.Errorf("ARCHITECTURE.md has no row for the room %s", room)
		}
	}
}

func textOf(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
