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
		p, problems := Parse([]byte(text))
		for _, as := range everyType() {
			typed, found := ParseAs([]byte(text), as)
			if (typed == nil) != (len(found) > 0) || typed != nil && (len(problems) > 0 || typed.Type != as) {
				t.Fatalf("as %s: %v, as any: %v", as, found, problems)
			}
			if typed != nil {
				playScript(t, typed, script)
			}
		}
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

func everyType() []Type {
	return []Type{TypeInbound, TypeCustomerQueue, TypeCustomerHold, TypeCustomerWhisper, TypeAgentHold, TypeAgentWhisper,
		TypeOutboundWhisper, TypeAgentTransfer, TypeQueueTransfer, TypeCampaign, TypeModule}
}

// FuzzRun plays a flow, a module and another flow to the end, as a runner does:
// every effect has some outcome, and whoever counts the actions has a play that
// ends.
func FuzzRun(f *testing.F) {
	seeds(f, func(text string) { f.Add(text, text, []byte("\x01\x03\x00\x08\x05\x0d")) })
	f.Fuzz(func(t *testing.T, text, other string, script []byte) {
		main, problems := Parse([]byte(text))
		module, faults := ParseAs([]byte(other), TypeModule)
		if len(problems)+len(faults) > 0 || len(script) == 0 {
			return
		}
		programs := map[string]*Program{"main": main, "module": module}
		s, ev := Start(main, "main"), Event(Begin{})
		for turn := 0; turn < 300; turn++ {
			b := script[turn%len(script)] + byte(turn/len(script))
			next, effect := checkedStep(t, programs[s.FlowID], s, ev, scriptedEnv(b))
			s, ev = next, scriptedEvent(b)
			switch e := effect.(type) {
			case nil:
				if s.Phase == Entering {
					ev = Begin{}
				}
			case SwitchFlow:
				s, ev = Switch(main, s, "main"), Begin{}
			case CallModule:
				s, ev = Call(module, s, "module", e), Begin{}
			}
			if programs[s.FlowID] == nil || len(s.Callers) > maxModuleDepth || !s.fits() {
				t.Fatalf("state %+v", s)
			}
			if s.Phase == Done {
				return
			}
		}
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
