package strict_test

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/perch-chat/perch/strict"
)

var update = flag.Bool("update", false, "write the table of rules into docs/testing.md")

// Each rule is checked in one place, which is the one that the table names: there
// is no second path for explaining, and no rule that nobody asks for.
func TestEachRuleIsAskedForWhereTheTableSays(t *testing.T) {
	t.Parallel()
	asked := map[string][]string{} // by the name of the constant
	err := fs.WalkDir(os.DirFS(".."), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if err == nil && (strings.HasPrefix(d.Name(), ".") && name != "." || d.Name() == "node_modules" || d.Name() == "examples") {
				return fs.SkipDir
			}
			return err
		}
		if path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") || path.Dir(name) == "strict" {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), "../"+name, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, d := range f.Decls {
			if in, ok := d.(*ast.FuncDecl); ok {
				for _, rule := range rulesAsked(in) {
					asked[rule] = append(asked[rule], path.Dir(name)+"."+nameOf(in))
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	table := map[string][]string{}
	for _, d := range strict.Rules() {
		table[constant(d.Rule)] = []string{d.Where}
	}
	if fmt.Sprint(asked) != fmt.Sprint(table) {
		t.Errorf("strict.Holds is called for\n%v, and the table has\n%v", asked, table)
	}
}

// rulesAsked are the constants that a function calls strict.Holds with.
func rulesAsked(in *ast.FuncDecl) (rules []string) {
	ast.Inspect(in, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) != 3 {
			return true
		}
		of, ok := call.Fun.(*ast.SelectorExpr)
		if from, is := packageOf(of, ok); !is || from != "strict" || of.Sel.Name != "Holds" {
			return true
		}
		rules = append(rules, call.Args[1].(*ast.SelectorExpr).Sel.Name)
		return true
	})
	return rules
}

func packageOf(s *ast.SelectorExpr, ok bool) (string, bool) {
	if !ok {
		return "", false
	}
	id, is := s.X.(*ast.Ident)
	if !is {
		return "", false
	}
	return id.Name, true
}

func nameOf(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return f.Name.Name
	}
	at := f.Recv.List[0].Type
	if p, ok := at.(*ast.StarExpr); ok {
		at = p.X
	}
	return at.(*ast.Ident).Name + "." + f.Name.Name
}

// constant is the name of a rule's constant: past-contacts is PastContacts.
func constant(r strict.Rule) string {
	var out string
	for part := range strings.SplitSeq(string(r), "-") {
		out += strings.ToUpper(part[:1]) + part[1:]
	}
	return out
}

func TestEachRuleIsShownByACallOfTheSDK(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../e2e/strict-sdk.test.mjs")
	if err != nil {
		t.Fatal(err)
	}
	_, proofs, found := strings.Cut(string(text), "\nconst proofs = {")
	if !found {
		t.Fatal("the test has no proofs")
	}
	var shown []string
	for _, m := range regexp.MustCompile(`(?m)^  '?([a-z-]+)'?: \{$`).FindAllStringSubmatch(proofs, -1) {
		shown = append(shown, m[1])
	}
	var rules []string
	for _, d := range strict.Rules() {
		rules = append(rules, string(d.Rule))
	}
	if !slices.IsSorted(rules) || !slices.Equal(rules, shown) {
		t.Errorf("the table has %v, and e2e/strict-sdk.test.mjs shows %v", rules, shown)
	}
}

// What Amazon does is told in a header, within quotation marks.
func TestTheTableIsWhole(t *testing.T) {
	t.Parallel()
	for _, d := range strict.Rules() {
		if d.Amazon == "" || d.Perch == "" || d.Answer == "" || d.Doc == "" || d.Where == "" {
			t.Errorf("%s: %+v", d.Rule, d)
		}
		if !regexp.MustCompile(`^[ !#-\[\]-~]+$`).MatchString(d.Amazon) {
			t.Errorf("%s: a header cannot hold %q", d.Rule, d.Amazon)
		}
	}
}

func TestTheDocumentHasTheTable(t *testing.T) {
	t.Parallel()
	const file, begin, end = "../docs/testing.md", "<!-- rules: written by go test ./strict -update -->\n", "<!-- end of rules -->"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(text), begin)
	_, after, ended := strings.Cut(rest, end)
	if !found || !ended {
		t.Fatalf("%s has no place for the rules", file)
	}
	var table strings.Builder
	table.WriteString("\n| Rule | Amazon | perch without it | with it | In | Amazon's page |\n|---|---|---|---|---|---|\n")
	for _, d := range strict.Rules() {
		in := strings.Join(d.Operations, ", ")
		if in == "" {
			in = "every operation"
		}
		fmt.Fprintf(&table, "| `%s` | %s | %s | %s | %s | %s |\n", d.Rule, d.Amazon, d.Perch, d.Answer, in, d.Doc)
	}
	table.WriteString("\n")
	want := before + begin + table.String() + end + after
	if want == string(text) {
		return
	}
	if !*update {
		t.Fatalf("%s is not as the table is: go test ./strict -update", file)
	}
	if err := os.WriteFile(file, []byte(want), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestNamesOfRules(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"all": "all", "true": "all", "none": "", "false": "", "": "",
		"latest": "latest", "rates,latest,rates": "latest rates", "latest,all": "all",
	} {
		rules, err := strict.Read(strings.Split(given, ","))
		got := strings.Trim(fmt.Sprint(rules), "[]")
		if len(rules) == len(strict.Rules()) {
			got = "all"
		}
		if err != nil || got != want {
			t.Errorf("%q: %q, %v", given, got, err)
		}
	}
	for _, given := range []string{"lates", "none,latest", "LATEST"} {
		if _, err := strict.Read(strings.Split(given, ",")); err == nil || !strings.Contains(err.Error(), "past-contacts") {
			t.Errorf("%q: %v", given, err)
		}
	}
}
