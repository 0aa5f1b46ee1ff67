package flow

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// TestProblems holds Parse against testdata/problems: flows that are wrong, in
// compact form, and all that there is to say about each.
func TestProblems(t *testing.T) {
	for path, text := range archives(t, "problems/*.txtar") {
		comment, sections := parseArchive(text)
		for i := 0; i+1 < len(sections); i += 2 {
			title := strings.TrimPrefix(sections[i].name, "flow ")
			t.Run(title, func(t *testing.T) {
				p, problems := Parse([]byte(sections[i].body))
				if (p == nil) != (len(problems) > 0) {
					t.Errorf("got program %v with %d problems", p, len(problems))
				}
				got := ""
				for _, problem := range problems {
					got += problem.String() + "\n"
				}
				if got != sections[i+1].body && !*update {
					t.Errorf("--- got\n%s--- want\n%s", got, sections[i+1].body)
				}
				sections[i+1].body = got
			})
		}
		if *update {
			writeArchive(t, path, comment, sections)
		}
	}
}

// farewells is a flow of n messages, one after the other.
func farewells(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `{"Identifier":"a%d","Type":"MessageParticipant","Parameters":{"Text":"Bye"},"Transitions":{"NextAction":"a%d"}},`, i, (i+1)%n)
	}
	return `{"Version":"2019-10-30","StartAction":"a0","Actions":[` + strings.TrimSuffix(b.String(), ",") + `]}`
}

func TestNumberOfActions(t *testing.T) {
	if _, problems := Parse([]byte(farewells(250))); len(problems) > 0 {
		t.Errorf("250 actions: %v", problems)
	}
	_, problems := Parse([]byte(farewells(251)))
	if len(problems) != 1 || problems[0].Field != "Actions" {
		t.Errorf("251 actions: %v", problems)
	}
}

func TestIdentifierLength(t *testing.T) {
	for length, want := range map[int]int{50: 0, 51: 1} {
		id := strings.Repeat("ö", length)
		_, problems := Parse([]byte(strings.ReplaceAll(farewells(1), `"a0"`, `"`+id+`"`)))
		if len(problems) != want {
			t.Errorf("%d characters: %v", length, problems)
		}
	}
}

func TestMessageLength(t *testing.T) {
	for length, want := range map[int]int{6000: 0, 6001: 1} {
		_, problems := Parse([]byte(strings.Replace(farewells(1), "Bye", strings.Repeat("ö", length), 1)))
		if len(problems) != want {
			t.Errorf("%d characters: %v", length, problems)
		}
	}
}

// nested writes a condition inside a condition, to a depth.
func nested(depth int) string {
	if depth == 1 {
		return `{"Operator":"Equals","Operands":["x"]}`
	}
	return `{"Operator":"Equals","Operands":[` + nested(depth-1) + `]}`
}

func compareWith(condition string) string {
	return `{"Version":"2019-10-30","StartAction":"a","Actions":[{"Identifier":"a","Type":"Compare",
		"Parameters":{"ComparisonValue":"$.Channel"},"Transitions":{"Errors":[{"ErrorType":"NoMatchingCondition","NextAction":"a"}],
		"Conditions":[{"NextAction":"a","Condition":` + condition + `}]}}]}`
}

// TestNesting shows that the limits are seen beside the fault that no operator
// takes a condition as its operand.
func TestNesting(t *testing.T) {
	wide := `{"Operator":"Equals","Operands":[` + strings.TrimSuffix(strings.Repeat(nested(1)+",", 51), ",") + `]}`
	narrow := `{"Operator":"Equals","Operands":[` + strings.TrimSuffix(strings.Repeat(nested(1)+",", 50), ",") + `]}`
	for _, c := range []struct {
		condition, want string
		limit           bool
	}{
		{nested(1), "", false},
		{nested(5), "must be a string", false},
		{nested(6), "nested more than 5 deep", true},
		{nested(500), "nested more than 5 deep", true},
		{narrow, "holds 50 operands", false},
		{wide, "holds 51 conditions", true},
	} {
		_, problems := Parse([]byte(compareWith(c.condition)))
		all := fmt.Sprint(problems)
		if (c.want == "") != (len(problems) == 0) || !strings.Contains(all, c.want) {
			t.Errorf("%.40s…: got %s, want %q", c.condition, all, c.want)
		}
		if got := strings.Contains(all, "at most"); got != c.limit {
			t.Errorf("%.40s…: a limit named: %v, want %v", c.condition, got, c.limit)
		}
	}
}

func TestMetadataIsKept(t *testing.T) {
	text := strings.Replace(farewells(2), `"StartAction"`, `"Metadata":{"entryPointPosition":{"x":1}},"Unknown":7,"StartAction"`, 1)
	p := mustParse(t, "metadata", text)
	if !json.Valid(p.Metadata) || !strings.Contains(string(p.Metadata), "entryPointPosition") {
		t.Errorf("got %s", p.Metadata)
	}
	if all := p.Actions(); len(all) != 2 || all[0].ID != "a0" || all[1].Type != "MessageParticipant" {
		t.Errorf("got %v", all)
	}
}
