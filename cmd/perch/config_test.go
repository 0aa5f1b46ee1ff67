package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// parse reads a command line as main does.
func parse(t *testing.T, args ...string) (cli, error) {
	t.Helper()
	var c cli
	k, err := kong.New(&c, grammar()...)
	if err != nil {
		t.Fatal(err)
	}
	_, err = k.Parse(args)
	return c, err
}

func configOf(t *testing.T, content string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "perch.json")
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// A flag wins over a variable, a variable over the file, the file over the default.
func TestWhoWins(t *testing.T) {
	file := configOf(t, `{"region": "eu-from-file", "log-level": "error", "starts-per-minute": 7, "demo": true}`)
	t.Setenv("PERCH_LOG_LEVEL", "warn")
	t.Setenv("PERCH_STARTS_PER_MINUTE", "8")
	for _, way := range []string{"flag", "variable"} {
		args := []string{"serve", "--starts-per-minute", "9"}
		if way == "flag" {
			args = append(args, "--config", file)
		} else {
			t.Setenv("PERCH_CONFIG", file)
		}
		c, err := parse(t, args...)
		if err != nil {
			t.Fatal(err)
		}
		s := c.Serve
		if s.Starts != 9 || s.LogLevel != slog.LevelWarn || s.Region != "eu-from-file" || !s.Demo || s.Listen != "127.0.0.1:8080" {
			t.Errorf("the file named by a %s gives %+v, want flag 9, variable WARN, file eu-from-file and demo, default 127.0.0.1:8080", way, s)
		}
	}
}

func TestFileCanBeShared(t *testing.T) {
	c, err := parse(t, "try", "--config", configOf(t, `{"demo": false, "region": "eu-central-1", "tls-cert": "c.pem"}`))
	if err != nil || c.Try.Region != "eu-central-1" {
		t.Errorf("got %+v, %v; want what serve alone knows to be passed over", c.Try, err)
	}
}

func TestNoFileIsNamed(t *testing.T) {
	t.Setenv("PERCH_CONFIG", "")
	if _, err := parse(t, "serve"); err != nil {
		t.Error(err)
	}
}

// Whatever is wrong with the file is said with the file's name.
func TestWrongFileIsRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ content, want string }{
		"unknown":      {`{"regoin": "eu"}`, `there is no setting "regoin"; there are agent-gone-after, `},
		"other case":   {`{"Region": "eu"}`, `there is no setting "Region"`},
		"itself":       {`{"config": "other.json"}`, `there is no setting "config"`},
		"broken":       {"{\n\"region\": \"eu\",\n}", "line 3: "},
		"cut short":    {`{"region":`, "it must be a JSON object"},
		"empty":        {"", "it must be a JSON object"},
		"null":         {"null", "it must be a JSON object"},
		"list":         {`["region"]`, "it must be a JSON object"},
		"two":          {"{}\n{}", "something follows"},
		"no number":    {`{"starts-per-minute": "many"}`, "--starts-per-minute"},
		"half number":  {`{"starts-per-minute": 1.5}`, "--starts-per-minute"},
		"no truth":     {`{"demo": "perhaps"}`, "--demo"},
		"no level":     {`{"log-level": "loud"}`, "--log-level"},
		"nothing":      {`{"region": null}`, "--region"},
		"object":       {`{"region": {}}`, "the value must be text, a number, true or false"},
		"list of text": {`{"region": ["a"]}`, "the value must be text, a number, true or false"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := configOf(t, c.content)
			_, err := parse(t, "serve", "--config", file)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "the config file "+file) {
				t.Errorf("got %v, want the file's name and %q", err, c.want)
			}
		})
	}
}

func TestMissingFileIsRefused(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "none.json")
	_, err := parse(t, "serve", "--config", file)
	if err == nil || err.Error() != "the config file "+file+": no such file or directory" {
		t.Errorf("got %v", err)
	}
}

func TestVersionIsNoSetting(t *testing.T) {
	t.Setenv("PERCH_VERSION", "1") // containers tend to have one
	if _, err := parse(t, "serve"); err != nil {
		t.Error(err)
	}
}
