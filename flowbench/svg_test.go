package flowbench_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/perch-chat/perch/flow"
	"github.com/perch-chat/perch/flowbench"
)

// wellFormed reads a picture as strictly as XML is read, and refuses whatever
// could run or fetch something.
func wellFormed(t testing.TB, picture []byte) (text string) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(picture))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return text
		}
		if err != nil {
			t.Fatalf("no XML: %v\n%s", err, picture)
		}
		switch token := token.(type) {
		case xml.StartElement:
			if !slices.Contains([]string{"svg", "title", "style", "g", "rect", "path", "text", "circle"}, token.Name.Local) {
				t.Fatalf("the picture holds <%s>", token.Name.Local)
			}
			for _, a := range token.Attr {
				if strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "href" {
					t.Fatalf("the picture holds %s=%q", a.Name.Local, a.Value)
				}
			}
		case xml.CharData:
			text += string(token) + "\n"
		}
	}
}

func TestTextsOfAFlowStayTexts(t *testing.T) {
	t.Parallel()
	const hostile = "\"><script>alert(1)</script>]]>&lt;\u202e\u0000'"
	quoted, err := json.Marshal(hostile)
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf(`{"Version":"2019-10-30","StartAction":%[1]s,"Metadata":{"name":%[1]s},"Actions":[{"Identifier":%[1]s,"Type":%[1]s,"Parameters":{%[1]s:%[1]s},
		"Transitions":{"NextAction":%[1]s,"Errors":[{"ErrorType":%[1]s,"NextAction":%[1]s}],"Conditions":[{"NextAction":%[1]s,"Condition":{"Operator":%[1]s,"Operands":[%[1]s]}}]}}]}`, quoted)
	picture, err := flowbench.Read([]byte(text)).SVG()
	if err != nil {
		t.Fatal(err)
	}
	if all := wellFormed(t, picture); !strings.Contains(all, `"><script>alert(1)</script>`) || strings.ContainsAny(all, "\u202e\u0000") {
		t.Errorf("the texts are not as they were: %q", all)
	}
}

// Every action of every default flow is in its picture, by type and by name.
func TestPicturesShowAllActions(t *testing.T) {
	t.Parallel()
	all, err := flow.Defaults()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range all {
		source := flowbench.Read([]byte(d.Content))
		picture, err := source.SVG()
		if err != nil {
			t.Fatal(err)
		}
		text := wellFormed(t, picture)
		program, problems := flow.Parse(source.Text)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		for _, a := range program.Actions() {
			if !strings.Contains(text, a.Type+" "+a.ID) {
				t.Errorf("%s: the picture has no %s %s", d.Key, a.Type, a.ID)
			}
		}
		if strings.Count(text, "START") != 1 || !strings.Contains(string(picture), "prefers-color-scheme: dark") {
			t.Errorf("%s: the start is not marked once, or there is no dark", d.Key)
		}
	}
}

func TestWhatIsNoFlowIsNotDrawn(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "{}", "[]", `{"Actions":5}`, `{"Actions":[]}`, "null", `"x"`} {
		if picture, err := flowbench.Read([]byte(text)).SVG(); err == nil {
			t.Errorf("%q is drawn: %s", text, picture)
		}
	}
}

// FuzzFile shows that any bytes can be checked and drawn, that every problem lies
// within the file, and that what is sound can be played to an end.
func FuzzFile(f *testing.F) {
	all, err := flow.Defaults()
	if err != nil {
		f.Fatal(err)
	}
	for _, d := range all {
		f.Add([]byte(d.Content), "hello\n/wait 10m\n/bot-left\n/error X\n/result True {}\n/answer {}")
		wrapped, _ := json.Marshal(map[string]any{"ContactFlow": map[string]any{"Type": d.Type, "Content": d.Content}})
		f.Add(wrapped, "/ok")
	}
	f.Add([]byte("\uFEFF\"{\\\"modules\\\":[\\ud83d\\ude00]}\""), "")
	f.Add([]byte(`{"Actions":[{"Identifier":"a","Transitions":{"NextAction":"b"}},{"Identifier":"b","Transitions":{"NextAction":"a"}}],"Metadata":{"ActionMetadata":{"a":{"position":{"x":1e300}},"b":{"position":{}}}}}`), "")
	f.Fuzz(func(t *testing.T, file []byte, script string) {
		source := flowbench.Read(file)
		lines := 1 + bytes.Count(file, []byte("\n"))
		for _, as := range append(flowbench.Types(), "") {
			for _, p := range source.Check(as).Problems {
				if p.Line < 1 || p.Line > lines || p.Column < 1 || p.Column > len(file)+1 || p.Message == "" {
					t.Fatalf("%+v does not lie within %d lines", p, lines)
				}
			}
		}
		if picture, err := source.SVG(); err == nil {
			wellFormed(t, picture)
		}
		if program, problems := flow.Parse(source.Text); len(problems) == 0 {
			shown := 0
			flowbench.Play(flowbench.Stage{Flow: program, Modules: map[string]*flow.Program{"*": program}, Flows: map[string]*flow.Program{"*": program},
				Next: flowbench.Script(strings.NewReader(script)), Show: func(r flowbench.Record) {
					if shown++; shown > 200000 {
						t.Fatalf("the play does not end: %s", r)
					}
				}})
		}
	})
}
