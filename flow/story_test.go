package flow

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write what the stories come to into testdata")

// TestStories plays every story of testdata/stories. An archive holds a flow,
// perhaps with its type, and perhaps modules with their names; then any number
// of surroundings (env) and stories. A line of a story is an event; the indented
// lines below it are what came of it, which the test compares. Where a flow moves
// on, the action it comes to is begun at once.
func TestStories(t *testing.T) {
	for path, text := range archives(t, "stories/*.txtar") {
		comment, sections := parseArchive(text)
		programs := map[string]*Program{}
		env := testEnv(t, "")
		for i, s := range sections {
			name, title, _ := strings.Cut(s.name, " ")
			switch name {
			case "flow":
				programs[storyFlow] = mustParseAs(t, path, s.body, Type(title))
			case "module":
				programs[title] = mustParseAs(t, path, s.body, TypeModule)
			case "env":
				env = testEnv(t, s.body)
			case "story":
				t.Run(path+"/"+title, func(t *testing.T) {
					got := playStory(t, programs, env, s.body)
					sections[i].body = got
					if got != s.body && !*update {
						t.Errorf("the story went otherwise\n--- got\n%s--- want\n%s", got, s.body)
					}
				})
			default:
				t.Fatalf("%s: unknown section %q", path, s.name)
			}
		}
		if *update {
			writeArchive(t, path, comment, sections)
		}
	}
}

// storyFlow is the id of the flow in which a story begins.
const storyFlow = "flow-1"

func mustParse(t testing.TB, name, text string) *Program {
	t.Helper()
	return mustParseAs(t, name, text, "")
}

func mustParseAs(t testing.TB, name, text string, as Type) *Program {
	t.Helper()
	p, problems := ParseAs([]byte(text), as)
	if len(problems) > 0 {
		t.Fatalf("%s: %v", name, problems)
	}
	return p
}

// testEnv reads lines such as: $.Attributes.name = "Ada" browser
func testEnv(t testing.TB, text string) Env {
	t.Helper()
	values := map[string]Value{}
	for line := range strings.Lines(text) {
		name, rest, ok := strings.Cut(strings.TrimSpace(line), " = ")
		if !ok {
			continue
		}
		i := strings.LastIndexByte(rest, ' ')
		if i < 0 {
			t.Fatalf("no origin in %q", line)
		}
		value, err := strconv.Unquote(rest[:i])
		ref, known := ParseReference(name)
		if err != nil || !known {
			t.Fatalf("cannot read %q", line)
		}
		values[ref.String()] = Value{Text: value, Origin: Origin(rest[i+1:])}
	}
	return Env{
		Lookup: func(r Reference) (Value, bool) {
			v, ok := values[r.String()]
			return v, ok
		},
		Weakest: func(a, b Origin) Origin {
			order := []Origin{"browser", "agent", OriginFlow, "jwt", "sigv4"}
			return order[min(slices.Index(order, a), slices.Index(order, b))]
		},
	}
}

func playStory(t *testing.T, programs map[string]*Program, env Env, story string) string {
	t.Helper()
	var b strings.Builder
	s := Start(programs[storyFlow], storyFlow)
	var asked Effect
	for line := range strings.Lines(story) {
		if strings.HasPrefix(line, " ") || strings.TrimSpace(line) == "" {
			continue
		}
		b.WriteString(line)
		var ev Event = Begin{}
		if module, ok := strings.CutPrefix(strings.TrimSpace(line), "call "); ok {
			s = Call(programs[module], s, module, asked.(CallModule))
		} else {
			ev = readEvent(t, strings.TrimSpace(line))
		}
		for moves := 0; ev != nil; moves++ {
			if moves > 20 {
				b.WriteString("  and so on\n")
				break
			}
			next, effect := checkedStep(t, programs[s.FlowID], s, ev, env)
			describe(&b, s, next, effect)
			s, ev, asked = next, nil, effect
			if s.Phase == Entering && effect == nil {
				ev = Begin{}
			}
		}
	}
	return b.String()
}

// checkedStep steps and holds the step to what every step promises: the state
// survives JSON, a repeated Begin asks for the same effect again, a state
// without effect is one that the runner knows how to go on from.
func checkedStep(t testing.TB, p *Program, s State, ev Event, env Env) (State, Effect) {
	t.Helper()
	var told []Passage
	traced := env
	traced.Trace = func(p Passage) { told = append(told, p) }
	next, effect := Step(p, reread(t, s), ev, traced)
	left := next.Phase == Entering || next.Phase == Done && s.Phase != Done
	if left = left && !(effect == nil && reflect.DeepEqual(s, next)); len(told) > 1 || (len(told) == 1) != left && s.Phase != Entering {
		t.Fatalf("from %+v to %+v: told %+v", s, next, told)
	}
	for _, w := range told {
		if w.FlowID != s.FlowID || w.ActionID != s.ActionID || w.Way == WayStop && w.Reason == "" || w.Way == "" ||
			next.Phase == Entering && w.Way != WayStop && w.Next != next.ActionID {
			t.Fatalf("from %+v to %+v: told %+v", s, next, w)
		}
	}
	if !reflect.DeepEqual(next, reread(t, next)) {
		t.Fatalf("state %+v does not survive JSON", next)
	}
	again, same := Step(p, reread(t, s), ev, env)
	if !reflect.DeepEqual(next, again) || !reflect.DeepEqual(effect, same) {
		t.Fatalf("step from %+v is not deterministic", s)
	}
	switch next.Phase {
	case Awaiting:
		if effect == nil && !reflect.DeepEqual(s, next) {
			t.Fatalf("state %+v awaits an effect that nobody was asked for", next)
		}
		restarted, resumed := Step(p, reread(t, next), Begin{}, env)
		if effect != nil && (!reflect.DeepEqual(restarted, next) || !reflect.DeepEqual(resumed, effect)) {
			t.Fatalf("after a restart %+v asks for %#v instead of %#v", next, resumed, effect)
		}
	case Waiting, Done:
		if restarted, resumed := Step(p, reread(t, next), Begin{}, env); resumed != nil || !reflect.DeepEqual(restarted, next) {
			t.Fatalf("after a restart %+v does not rest", next)
		}
	case Entering:
		if effect != nil {
			t.Fatalf("state %+v moves on with effect %#v unanswered", next, effect)
		}
	}
	return next, effect
}

func reread(t testing.TB, s State) State {
	t.Helper()
	data, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var out State
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func readEvent(t *testing.T, line string) Event {
	t.Helper()
	verb, rest, _ := strings.Cut(line, " ")
	switch {
	case line == "begin":
		return Begin{}
	case verb == "ok":
		return Outcome{Result: rest}
	case verb == "answer":
		return Outcome{Data: json.RawMessage(rest)}
	case verb == "result":
		result, data, _ := strings.Cut(rest, " ")
		return Outcome{Result: result, Data: json.RawMessage(data)}
	case verb == "long":
		n, _ := strconv.Atoi(rest)
		return Outcome{Data: json.RawMessage(`{"text":"` + strings.Repeat("x", n-len(`{"text":""}`)) + `"}`)}
	case verb == "error":
		return Outcome{Error: rest}
	case strings.HasPrefix(line, "customer returned"):
		return CustomerReturned{Text: strings.TrimSpace(strings.TrimPrefix(line, "customer returned"))}
	case line == "bot disconnected":
		return BotDisconnected{}
	case line == "time up":
		return TimeUp{}
	}
	t.Fatalf("unknown event %q", line)
	return nil
}

func describe(b *strings.Builder, before, after State, e Effect) {
	switch e := e.(type) {
	case nil:
	case Say:
		to := ""
		if e.Audience != AudienceAll {
			to = "to " + string(e.Audience) + " "
		}
		fmt.Fprintf(b, "  say %s%q\n", to, e.Text)
	case SetAttributes:
		fmt.Fprintf(b, "  set attributes of %s:", e.Target)
		for _, key := range slices.Sorted(maps.Keys(e.Attributes)) {
			fmt.Fprintf(b, " %s=%q@%s", key, e.Attributes[key].Text, e.Attributes[key].Origin)
		}
		b.WriteString("\n")
	case Associate:
		fmt.Fprintf(b, "  associate %s %q@%s token %q\n", e.RehydrationType, e.Source.Text, e.Source.Origin, e.ClientToken)
	case SetTargetQueue, EnterQueue, SwitchFlow, SetHook, Await, Disconnect, End, Stop:
		fmt.Fprintf(b, "  %T%+v\n", e, e)
	default:
		var fields strings.Builder
		encoder := json.NewEncoder(&fields)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(e); err != nil {
			panic(err)
		}
		fmt.Fprintf(b, "  %T%s", e, fields.String())
	}
	switch {
	case e == nil && reflect.DeepEqual(before, after):
		b.WriteString("  ignored\n")
	case after.Phase == Entering && after.FlowID != before.FlowID:
		fmt.Fprintf(b, "  back to %s of %s\n", after.ActionID, after.FlowID)
	case after.Phase == Entering:
		fmt.Fprintf(b, "  -> %s\n", after.ActionID)
	case after.Phase == Waiting:
		fmt.Fprintf(b, "  waiting %d s for %q\n", after.Wait.Seconds, after.Wait.Events)
	case after.Phase == Done:
		b.WriteString("  done\n")
	}
}
