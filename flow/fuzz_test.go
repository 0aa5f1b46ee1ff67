package flow

import (
	"encoding/json"
	"strings"
	"testing"
)

// FuzzParse shows that no text makes Parse panic, and that a flow it accepts
// can be played without one.
func FuzzParse(f *testing.F) {
	seeds(f, func(text string) { f.Add(text, []byte("\x00\x01\x02\x03\x04\x05\x06")) })
	f.Fuzz(func(t *testing.T, text string, script []byte) {
		if _, problems := ParseAs([]byte(text), TypeCustomerQueue); len(problems) == 0 {
			if _, problems := Parse([]byte(text)); len(problems) > 0 {
				t.Fatalf("a type makes a flow sound: %v", problems)
			}
		}
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

// playScript lets the modules that a flow calls be the flow itself.
func playScript(t *testing.T, p *Program, script []byte) {
	s := Start(p, "flow-1")
	var asked Effect
	for i, b := range script {
		if i > 500 {
			return
		}
		ev := scriptedEvent(b)
		if call, ok := asked.(CallModule); ok && b&1 == 0 && s.Phase == Awaiting {
			s, ev = Call(p, s, "flow-1", call), Begin{}
		}
		s, asked = checkedStep(t, p, s, ev, scriptedEnv(b))
		if _, ok := p.Action(s.ActionID); !ok {
			t.Fatalf("state %+v stands nowhere", s)
		}
		if len(s.Callers) > maxModuleDepth {
			t.Fatalf("%d modules deep", len(s.Callers))
		}
		if data, _ := json.Marshal(s); len(data) > maxState+1000 {
			t.Fatalf("a state of %d bytes", len(data))
		}
	}
}

func scriptedEvent(b byte) Event {
	events := []Event{Begin{}, Outcome{}, Outcome{Error: NoMatchingError}, Outcome{Error: QueueAtCapacity}, TimeUp{}, CustomerReturned{Text: "5"},
		BotDisconnected{}, Outcome{Error: "Other"}, Outcome{Result: "True"}, Outcome{Data: json.RawMessage(`{"a":{"b":[1,"x<\u00e9"]}}`)},
		Outcome{Result: "Submit", Data: json.RawMessage(`{"a":"` + strings.Repeat("y", 32000) + `"}`)}, Outcome{Data: json.RawMessage(`{`)},
		CustomerReturned{Text: strings.Repeat("z\xff", 9000)}, Outcome{Result: "50", Data: json.RawMessage(`[]`)}}
	return events[int(b)%len(events)]
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
				if strings.HasPrefix(s.name, "flow") || strings.HasPrefix(s.name, "module") {
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
