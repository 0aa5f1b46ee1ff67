package flow

import (
	"strings"
	"testing"
)

// TestDefaults parses the flows that come with the server, filled in the order
// of their creation.
func TestDefaults(t *testing.T) {
	names := map[string]string{}
	for key, p := range defaultPrograms(t) {
		for _, a := range p.Actions() {
			if a.Type == "MessageParticipant" && len(a.next) == 0 {
				t.Errorf("%s: %s leads nowhere", key, a.ID)
			}
		}
	}
	list, err := Defaults()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range list {
		if d.Name == "" || d.Type == "" || d.Description == "" || names[d.Name] != "" {
			t.Errorf("%s lacks a property, or has another's name", d.Key)
		}
		names[d.Name] = d.Key
	}
	if len(list) != 4 {
		t.Errorf("got %d default flows", len(list))
	}
}

func defaultPrograms(t testing.TB) map[string]*Program {
	t.Helper()
	list, err := Defaults()
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]string{"queue": "queue-1"}
	out := map[string]*Program{}
	for _, d := range list {
		content, err := d.Fill(ids)
		if err != nil {
			t.Fatal(err)
		}
		out[d.Key] = mustParseAs(t, d.Key, content, Type(d.Type))
		ids[d.Key] = "id-of-" + d.Key
	}
	return out
}

func TestFill(t *testing.T) {
	d := Default{Key: "k", Content: `{"a":"${queue}","b":"$.Attributes.x","c":"${queue}"}`}
	if got, err := d.Fill(map[string]string{"queue": `q"1`}); err != nil || got != `{"a":"q\"1","b":"$.Attributes.x","c":"q\"1"}` {
		t.Errorf("got %s, %v", got, err)
	}
	if got, err := d.Fill(nil); err == nil || !strings.Contains(err.Error(), "queue") {
		t.Errorf("got %s, %v", got, err)
	}
}

// TestDefaultStories plays the default flows through testdata/defaults.
func TestDefaultStories(t *testing.T) {
	programs := defaultPrograms(t)
	for path, text := range archives(t, "defaults/*.txtar") {
		comment, sections := parseArchive(text)
		var program *Program
		env := testEnv(t, "")
		for i, s := range sections {
			name, title, _ := strings.Cut(s.name, " ")
			switch name {
			case "default":
				program, env = programs[title], testEnv(t, s.body)
			case "story":
				t.Run(title, func(t *testing.T) {
					got := playStory(t, map[string]*Program{storyFlow: program}, env, s.body)
					if got != s.body && !*update {
						t.Errorf("--- got\n%s--- want\n%s", got, s.body)
					}
					sections[i].body = got
				})
			}
		}
		if *update {
			writeArchive(t, path, comment, sections)
		}
	}
}
