package story

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/perch-chat/perch/actor"
)

// hears is how long, in real time, a frame may take to come over a socket.
const hears = 5 * time.Second

// look compares something with what is expected. It returns what is different, for
// people, empty if nothing is.
func (p *Play) look(ctx context.Context, e Expectation) string {
	detail, err := p.compare(ctx, e)
	if err != nil {
		return err.Error()
	}
	return detail
}

func (p *Play) compare(ctx context.Context, e Expectation) (string, error) {
	switch e.subject() {
	case "transcript":
		got, err := p.transcript(ctx, e.Transcript, e.As)
		return p.lines(ctx, e, got, err)
	case "pages":
		return p.pages(ctx, e)
	case "heard":
		return p.heard(ctx, e)
	case "chain":
		return p.chain(ctx, e)
	case "continued":
		return p.continued(ctx, e)
	case "flow":
		return p.flow(ctx, e)
	}
	got, err := p.record(ctx, e)
	if err != nil {
		return "", err
	}
	return p.values(ctx, e.With, got)
}

// lines compares lines by what the expectation says of them.
func (p *Play) lines(ctx context.Context, e Expectation, got []shown, err error) (string, error) {
	if err != nil {
		return "", err
	}
	var out []string
	for _, part := range []struct {
		lines   []Line
		compare func([]wanted, []shown) string
	}{{e.Is, same}, {e.Has, within}, {e.Ends, ending}, {e.Lacks, without}} {
		if part.lines == nil {
			continue
		}
		want := make([]wanted, len(part.lines))
		for i := range part.lines {
			want[i].Line = &part.lines[i]
			if name := part.lines[i].Contact; name != "" {
				if want[i].contact, err = p.contact(ctx, name); err != nil {
					return "", err
				}
			}
		}
		if detail := part.compare(want, got); detail != "" {
			out = append(out, detail)
		}
	}
	return strings.Join(out, "\n"), nil
}

func shownOf(items []actor.Item, contact string) []shown {
	var out []shown
	for _, i := range items {
		in := contact
		if in == "" {
			in = i.ContactId + i.RelatedContactId // one of them is there
		}
		out = append(out, shown{i.String(), i, in})
	}
	return out
}

// transcript is that of a person, or of a chat or contact.
func (p *Play) transcript(ctx context.Context, of, as string) ([]shown, error) {
	if who := p.people[of]; who != nil {
		t, err := who.talk("")
		if err != nil {
			return nil, err
		}
		items, err := t.Transcript(ctx)
		var refused *actor.Refused
		if !errors.As(err, &refused) || refused.Status != 403 {
			return shownOf(items, ""), err
		}
		// Who has left, or whose chat has ended, reads what they could read.
		if as = "customer"; t.works {
			as = "agent"
		}
		return p.kept(ctx, t.Contact, "", as)
	}
	contact, err := p.contact(ctx, of)
	if err != nil {
		return nil, err
	}
	only := ""
	if strings.Contains(strings.TrimPrefix(of, "fixture:"), ".") {
		only = contact
	}
	if as == "" {
		as = "supervisor"
	}
	return p.kept(ctx, contact, only, as)
}

// kept is what is kept of a contact's chat and of all that it continues, or of one
// contact only.
func (p *Play) kept(ctx context.Context, contact, only, as string) (out []shown, err error) {
	segments, err := p.p.Chats(ctx, contact, as)
	for _, s := range segments {
		if only == "" || s.ContactId == only {
			out = append(out, shownOf(s.Transcript, s.ContactId)...)
		}
	}
	return out, err
}

// pages are read as a client scrolls back: the newest first.
func (p *Play) pages(ctx context.Context, e Expectation) (string, error) {
	who := p.people[e.Pages]
	if who == nil {
		return "", fmt.Errorf("there is nobody called %s", e.Pages)
	}
	t, err := who.talk("")
	if err != nil {
		return "", err
	}
	size := e.Size
	if size == 0 {
		size = 10
	}
	var all []actor.Item
	var sizes []int
	for next := ""; ; {
		page, err := t.Page(ctx, next, size)
		if err != nil {
			return "", err
		}
		all, sizes = append(page.Items, all...), append(sizes, len(page.Items))
		if next = page.Next; next == "" {
			break
		}
	}
	seen := map[string]bool{}
	for _, i := range all {
		if seen[i.Id] {
			return fmt.Sprintf("%s is on two pages", i), nil
		}
		seen[i.Id] = true
	}
	if e.Sizes != nil && !slices.Equal(e.Sizes, sizes) {
		return fmt.Sprintf("expected  pages of %v items\ngot       %v", e.Sizes, sizes), nil
	}
	return p.lines(ctx, e, shownOf(all, ""), nil)
}

// heard waits for what a socket has to bring.
func (p *Play) heard(ctx context.Context, e Expectation) (string, error) {
	who := p.people[e.Heard]
	if who == nil {
		return "", fmt.Errorf("there is nobody called %s", e.Heard)
	}
	t, err := who.talk("")
	if err != nil {
		return "", err
	}
	if t.line == nil {
		return "", fmt.Errorf("%s has no socket", e.Heard)
	}
	late := time.NewTimer(hears)
	defer late.Stop()
	for {
		items, more := t.line.Heard()
		detail, err := p.lines(ctx, e, shownOf(items, ""), nil)
		if detail == "" || err != nil {
			return detail, err
		}
		select {
		case <-more:
		case <-late.C:
			return detail, nil
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
}

func plain(texts []string) (out []shown) {
	for _, text := range texts {
		out = append(out, shown{text: text})
	}
	return out
}

func (p *Play) chain(ctx context.Context, e Expectation) (string, error) {
	contact, err := p.contact(ctx, e.Chain)
	if err != nil {
		return "", err
	}
	chain, err := p.p.Chain(ctx, contact)
	var got []string
	for _, one := range chain {
		got = append(got, one.InitiationMethod)
	}
	return p.lines(ctx, e, plain(got), err)
}

func (p *Play) continued(ctx context.Context, e Expectation) (string, error) {
	chat := p.chats[e.Continued]
	if chat == nil {
		return "", fmt.Errorf("there is no chat %q", e.Continued)
	}
	from := chat.Continued
	for _, who := range p.people {
		for _, t := range who.talks {
			if t.Contact == chat.Contact && t.Continued != "" {
				from = t.Continued
			}
		}
	}
	if from != "" {
		from = p.named(ctx, from)
	}
	var got []shown
	if from != "" {
		got = plain([]string{from})
	}
	return p.lines(ctx, e, got, nil)
}

func (p *Play) flow(ctx context.Context, e Expectation) (string, error) {
	contact, err := p.contact(ctx, e.Flow)
	if err != nil {
		return "", err
	}
	log, err := p.p.FlowLog(ctx, contact)
	var got []string
	for _, s := range log {
		if len(got) == 0 || got[len(got)-1] != s.ActionId {
			got = append(got, s.ActionId)
		}
	}
	return p.lines(ctx, e, plain(got), err)
}

// record is what values are compared with.
func (p *Play) record(ctx context.Context, e Expectation) (map[string]any, error) {
	switch e.subject() {
	case "agent":
		return p.agentNow(ctx, e)
	case "queue", "figures":
		return p.figures(ctx, e)
	}
	contact, err := p.contact(ctx, e.Contact+e.Attributes)
	if err != nil {
		return nil, err
	}
	if e.Contact != "" {
		return p.p.Describe(ctx, contact)
	}
	values, err := p.p.Attributes(ctx, contact)
	out := map[string]any{}
	for name, value := range values {
		out[name] = value
	}
	return out, err
}

// agentNow is an agent's status, and the states of the contacts that are asked for.
func (p *Play) agentNow(ctx context.Context, e Expectation) (map[string]any, error) {
	who := p.people[e.Agent]
	if who == nil || who.agent == nil {
		return nil, fmt.Errorf("there is no agent called %s", e.Agent)
	}
	status, err := who.work.Shown(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string]any{"status": status}
	for name := range e.With {
		if name == "status" {
			continue
		}
		contact, err := p.contact(ctx, name)
		if err != nil {
			return nil, err
		}
		state, err := who.work.State(ctx, contact)
		if err != nil {
			return nil, err
		}
		if state != "" {
			out[name] = state
		}
	}
	return out, nil
}

// figures of a queue are now, or of all the time since the story began.
func (p *Play) figures(ctx context.Context, e Expectation) (map[string]any, error) {
	queue, err := p.stage.queue(e.Queue + e.Figures)
	if err != nil {
		return nil, err
	}
	var metrics []object
	for _, name := range keysOf(e.With) {
		metrics = append(metrics, object{"Name": name})
	}
	var page struct {
		MetricResults []struct {
			Collections []struct {
				Metric struct{ Name string }
				Value  *float64
			}
		}
	}
	if e.Queue != "" {
		err = p.p.Call(ctx, http.MethodPost, "/metrics/current/"+p.p.Instance, object{"Filters": object{"Queues": []string{queue}},
			"Groupings": []string{"QUEUE"}, "CurrentMetrics": metrics}, &page) // by group the age of the oldest is in seconds
	} else {
		err = p.p.Call(ctx, http.MethodPost, "/metrics/data", object{"ResourceArn": p.p.Instance, "StartTime": p.begun.Unix(), "EndTime": p.trial.Now().Unix() + 1,
			"Filters": []object{{"FilterKey": "QUEUE", "FilterValues": []string{queue}}}, "Metrics": metrics}, &page)
	}
	out := map[string]any{}
	for _, r := range page.MetricResults {
		for _, c := range r.Collections {
			if c.Value != nil {
				out[c.Metric.Name] = *c.Value
			}
		}
	}
	return out, err
}

// values compares members by their names; dots lead into objects.
func (p *Play) values(ctx context.Context, want, got map[string]any) (string, error) {
	var out []string
	for _, name := range keysOf(want) {
		is := texted(member(got, name))
		expected := texted(want[name])
		if ref, ok := want[name].(string); ok && strings.HasPrefix(ref, "@") {
			id, err := p.value(ctx, ref)
			if err != nil {
				return "", err
			}
			if is == id {
				continue
			}
			expected = ref + " (" + id + ")"
			if is != "" {
				is = p.named(ctx, is)
			}
		} else if body, ok := betweenSlashes(expected); ok {
			var pattern Pattern
			if err := pattern.UnmarshalText([]byte(body)); err != nil {
				return "", err
			}
			if is != "" && pattern.MatchString(is) {
				continue
			}
		} else if is == expected {
			continue
		} else if expected == "" {
			is = p.named(ctx, is)
		}
		for _, text := range []*string{&expected, &is} {
			if *text == "" {
				*text = "(nothing)"
			}
		}
		out = append(out, fmt.Sprintf("%s\n  expected  %s\n  got       %s", name, expected, is))
	}
	return strings.Join(out, "\n"), nil
}

func member(of map[string]any, name string) any {
	if v, ok := of[name]; ok {
		return v
	}
	first, rest, _ := strings.Cut(name, ".")
	inner, _ := of[first].(map[string]any)
	if inner == nil {
		return nil
	}
	return member(inner, rest)
}

// texted is a value as a text, empty if there is none.
func texted(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case int:
		return strconv.Itoa(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(text)
}
