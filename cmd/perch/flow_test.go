package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/perch-chat/perch/flowbench"
)

// Each archive of testdata/flow holds files, and cases: a case is a command line
// of perch flow, perhaps a script below it, and behind a line of dashes what is
// printed. A command that fails prints its error last.
func TestFlowCommandsPrintWhatTheArchivesSay(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("testdata/flow/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			got := ""
			for _, part := range strings.Split("\n"+string(data), "\n-- ")[1:] {
				name, body, _ := strings.Cut(part, " --\n")
				if command, ok := strings.CutPrefix(name, "perch flow "); ok {
					script, _, _ := strings.Cut(body+"\n", "---\n")
					body = script + "---\n" + flowOutput(t, dir, command, script)
				} else if err := os.WriteFile(filepath.Join(dir, name), []byte(body+"\n"), 0o600); err != nil {
					t.Fatal(err)
				}
				got += "-- " + name + " --\n" + strings.TrimSuffix(body, "\n") + "\n"
			}
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil { //nolint:gosec // it is for everybody
					t.Fatal(err)
				}
				return
			}
			if got != string(data) {
				t.Errorf("got:\n%s", got)
			}
		})
	}
}

// flowOutput runs a command of perch flow on the files of a directory.
func flowOutput(t *testing.T, dir, command, script string) string {
	t.Helper()
	args := []string{"flow"}
	for _, arg := range strings.Split(command, " | ") {
		for _, ext := range []string{".json", ".txt"} {
			if i := strings.LastIndexAny(arg, "="); strings.HasSuffix(arg, ext) && i >= 0 {
				arg = arg[:i+1] + filepath.Join(dir, arg[i+1:])
			} else if strings.HasSuffix(arg, ext) {
				arg = filepath.Join(dir, arg)
			}
		}
		args = append(args, arg)
	}
	c, err := parse(t, args...)
	var out strings.Builder
	switch {
	case err != nil:
	case args[1] == "check":
		err = c.Flow.Check.run(&out)
	case args[1] == "run":
		err = c.Flow.Run.play(&out, flowbench.Script(strings.NewReader(script)))
	default:
		t.Fatalf("unknown command %q", args[1])
	}
	if err != nil {
		out.WriteString("perch: " + err.Error() + "\n")
	}
	lines := strings.SplitAfter(out.String(), "\n")
	if len(lines) > 100 { // of a circle, its beginning and its end
		lines = slices.Concat(lines[:6], []string{"...\n"}, lines[len(lines)-4:])
	}
	return strings.ReplaceAll(strings.Join(lines, ""), dir+string(filepath.Separator), "")
}
