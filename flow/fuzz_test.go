package flow

import (
	"strings"
	"testing"
)

// FuzzParse shows that no text makes Parse panic, and that a flow it accepts
// can be played without one.
func FuzzParse(f *testing.F) {
	seeds(f, func(text string) { f.Add(text, []byte("\x00\x01\x02\x03\x04\x05\x06")) })
	f.Fuzz(func(t *testing.T, text string, script []byte) {
		p, problems := Parse([]byte(text))
		if (p == nil) != (len(problems) > 0) {
			t.Fatalf("program %v with %d problems", p, len(problems))
		}
		for _, problem := range problems {
			if problem.Message == "" {
				t.Fatalf("a problem without a message: %+v", problem)
			}
		}
		if p != nil {
			playScript(t, p, script)
		}
	})
}

// FuzzStep plays sound flows with whatever events in whatever order.
func FuzzStep(f *testing.F) {
	programs := 0
	var texts []string
	seeds(f, func(text string) {
		if _, problems := Parse([]byte(text)); len(problems) == 0 {
			texts = append(texts, text)
			f.Add(uint8(programs), []byte("\x00\x01\x00\x01\x00\x03\x00\x02\x00\x05"))
			programs++
		}
	})
	f.Fuzz(func(t *testing.T, which uint8, script []byte) {
		playScript(t, mustParse(t, "seed", texts[int(which)%len(texts)]), script)
	})
}

func playScript(t *testing.T, p *Program, script []byte) {
	s := Start(p, "flow-1")
	for i, b := range script {
		if i > 500 {
			return
		}
		s, _ = checkedStep(t, p, s, scriptedEvent(b), scriptedEnv(b))
		if _, ok := p.Action(s.ActionID); !ok {
			t.Fatalf("state %+v stands nowhere", s)
		}
	}
}

func scriptedEvent(b byte) Event {
	return []Event{Begin{}, Outcome{}, Outcome{Error: NoMatchingError}, Outcome{Error: QueueAtCapacity}, TimeUp{}, CustomerReturned{},
		BotDisconnected{}, Outcome{Error: "Other"}, Outcome{Result: "True"}}[int(b)%9]
}

func scriptedEnv(b byte) Env {
	return Env{
		Lookup: func(r Reference) (Value, bool) {
			text := []string{"", "10", "FROM_SEGMENT", "a.b", strings.Repeat("x", 7000)}[int(b>>4)%5]
			return Value{Text: text, Origin: "browser"}, b&8 == 0
		},
		Weakest: func(a, b Origin) Origin { return min(a, b) },
	}
}

// seeds offers every flow of testdata, and the default flows.
func seeds(f *testing.F, add func(string)) {
	f.Helper()
	for _, pattern := range []string{"stories/*.txtar", "problems/*.txtar"} {
		for _, text := range archives(f, pattern) {
			_, sections := parseArchive(text)
			for _, s := range sections {
				if strings.HasPrefix(s.name, "flow") {
					add(s.body)
				}
			}
		}
	}
	list, err := Defaults()
	if err != nil {
		f.Fatal(err)
	}
	for _, d := range list {
		add(d.Content)
	}
}

// FuzzReference shows that a reference can be written and read back, and that a
// text without values resolves to no more than it holds.
func FuzzReference(f *testing.F) {
	for _, text := range []string{"$.Attributes.k", "$['Attributes'][\"a']b\"]", "a $.External.x[0] b $5", "$.SegmentAttributes['connect:Subtype']"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if r, ok := ParseReference(text); ok {
			again, ok := ParseReference(r.String())
			if !ok || again.String() != r.String() {
				t.Fatalf("%q: %s leads to %s", text, r, again)
			}
		}
		if v := parseTemplate(text).render(Env{}); len(v.Text) > len(text) {
			t.Fatalf("%q grew to %q", text, v.Text)
		}
	})
}
