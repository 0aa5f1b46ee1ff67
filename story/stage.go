package story

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/perch-chat/perch/actor"
	"github.com/perch-chat/perch/form"
)

// stage is the instance that a story plays in: the ids of what there is, by name.
type stage struct {
	p        actor.Perch
	queues   map[string]string // by name
	flows    map[string]string // by key
	users    map[string]string // by the story's name for them
	transfer map[string]string // ids of the transfer flows, by type
}

type object = map[string]any

// basicQueue is what each instance has from the start.
const basicQueue = "Basic queue"

// password is that of agents who are made.
const password = "Long-enough-2-do"

// set makes what a story wants to be there, by the Connect API.
func set(ctx context.Context, p actor.Perch, s *Story) (*stage, error) {
	g := &stage{p: p, queues: map[string]string{}, flows: map[string]string{}, users: map[string]string{}, transfer: map[string]string{}}
	if err := g.look(ctx); err != nil {
		return nil, err
	}
	filled := map[string]string{"queue": g.queues[basicQueue]}
	for _, q := range s.Queues {
		if err := g.makeQueue(ctx, q); err != nil {
			return nil, fmt.Errorf("%s:%d: queue %s: %w", s.file, q.At.Line, q.Name, err)
		}
		if q.Key != "" {
			filled[q.Key] = g.queues[q.Name]
		}
	}
	for _, f := range s.Flows {
		if err := g.makeFlow(ctx, s, f, filled); err != nil {
			return nil, fmt.Errorf("%s:%d: flow %s: %w", s.file, f.At.Line, f.Key, err)
		}
	}
	for _, name := range s.Statuses {
		if err := p.Call(ctx, http.MethodPut, "/agent-status/"+p.Instance, object{"Name": name, "State": "ENABLED"}, nil); err != nil {
			return nil, fmt.Errorf("%s: status %s: %w", s.file, name, err)
		}
	}
	for _, name := range keysOf(s.Agents) {
		if a := s.Agents[name]; a.User == "" {
			if err := g.makeAgent(ctx, name, a); err != nil {
				return nil, fmt.Errorf("%s:%d: agent %s: %w", s.file, a.At.Line, name, err)
			}
		}
	}
	return g, nil
}

// look finds what there is by itself.
func (g *stage) look(ctx context.Context) error {
	var queues struct {
		QueueSummaryList []struct{ Id, Name string }
	}
	if err := g.p.Call(ctx, http.MethodGet, "/queues-summary/"+g.p.Instance+"?queueTypes=STANDARD", nil, &queues); err != nil {
		return err
	}
	for _, q := range queues.QueueSummaryList {
		g.queues[q.Name] = q.Id
	}
	var flows struct {
		ContactFlowSummaryList []struct{ Id, ContactFlowType string }
	}
	if err := g.p.Call(ctx, http.MethodGet, "/contact-flows-summary/"+g.p.Instance, nil, &flows); err != nil {
		return err
	}
	for _, f := range flows.ContactFlowSummaryList {
		if g.transfer[f.ContactFlowType] == "" {
			g.transfer[f.ContactFlowType] = f.Id
		}
	}
	return nil
}

func (g *stage) makeQueue(ctx context.Context, q Queue) error {
	var hours struct{ HoursOfOperationSummaryList []struct{ Id string } }
	if err := g.p.Call(ctx, http.MethodGet, "/hours-of-operations-summary/"+g.p.Instance, nil, &hours); err != nil {
		return err
	}
	if len(hours.HoursOfOperationSummaryList) == 0 {
		return fmt.Errorf("the instance has no hours of operation")
	}
	body := object{"Name": q.Name, "HoursOfOperationId": hours.HoursOfOperationSummaryList[0].Id}
	if q.MaxContacts > 0 {
		body["MaxContacts"] = q.MaxContacts
	}
	var out struct{ QueueId string }
	if err := g.p.Call(ctx, http.MethodPut, "/queues/"+g.p.Instance, body, &out); err != nil {
		return err
	}
	g.queues[q.Name] = out.QueueId
	return g.connect(ctx, q.Name, object{"QuickConnectType": "QUEUE", "QueueConfig": object{"QueueId": out.QueueId, "ContactFlowId": g.transfer["QUEUE_TRANSFER"]}})
}

// connect makes a quick connect, for the agents of all queues.
func (g *stage) connect(ctx context.Context, name string, config object) error {
	var out struct{ QuickConnectId string }
	if err := g.p.Call(ctx, http.MethodPut, "/quick-connects/"+g.p.Instance, object{"Name": name, "QuickConnectConfig": config}, &out); err != nil {
		return err
	}
	for _, queue := range slices.Sorted(maps.Values(g.queues)) {
		if err := g.p.Call(ctx, http.MethodPost, "/queues/"+g.p.Instance+"/"+queue+"/associate-quick-connects",
			object{"QuickConnectIds": []string{out.QuickConnectId}}, nil); err != nil {
			return err
		}
	}
	return nil
}

func (g *stage) makeFlow(ctx context.Context, s *Story, f Flow, filled map[string]string) error {
	content, err := os.ReadFile(s.beside(f.File))
	if err != nil {
		return err
	}
	var pairs []string
	for key, id := range filled {
		pairs = append(pairs, "${"+key+"}", id)
	}
	name, kind := f.Name, string(f.Type)
	if name == "" {
		name = f.Key
	}
	if kind == "" {
		kind = "CONTACT_FLOW"
	}
	var out struct{ ContactFlowId string }
	if err := g.p.Call(ctx, http.MethodPut, "/contact-flows/"+g.p.Instance,
		object{"Name": name, "Type": kind, "Content": strings.NewReplacer(pairs...).Replace(string(content))}, &out); err != nil {
		return err
	}
	g.flows[f.Key], filled[f.Key] = out.ContactFlowId, out.ContactFlowId
	return nil
}

// makeAgent makes a user with a routing profile of their own, and a quick connect.
func (g *stage) makeAgent(ctx context.Context, name string, a Agent) error {
	queues, chats := a.Queues, a.Chats
	if len(queues) == 0 {
		queues = []string{basicQueue}
	}
	if chats == 0 {
		chats = 5
	}
	var serves []object
	for i, q := range queues {
		id := g.queues[q]
		if id == "" {
			return fmt.Errorf("there is no queue %q: %s", q, form.Meant(q, keysOf(g.queues)))
		}
		serves = append(serves, object{"QueueReference": object{"QueueId": id, "Channel": "CHAT"}, "Priority": i + 1, "Delay": 0})
	}
	var profile struct{ RoutingProfileId string }
	if err := g.p.Call(ctx, http.MethodPut, "/routing-profiles/"+g.p.Instance, object{"Name": "Of " + name, "Description": "of an agent of a story",
		"DefaultOutboundQueueId": g.queues[queues[0]], "MediaConcurrencies": []object{{"Channel": "CHAT", "Concurrency": chats}}, "QueueConfigs": serves}, &profile); err != nil {
		return err
	}
	first, last := a.displayName(name)
	var user struct{ UserId string }
	if err := g.p.Call(ctx, http.MethodPut, "/users/"+g.p.Instance, object{"Username": name, "Password": password, "SecurityProfileIds": []string{"Agent"},
		"RoutingProfileId": profile.RoutingProfileId, "IdentityInfo": object{"FirstName": first, "LastName": last}, "PhoneConfig": object{"PhoneType": "SOFT_PHONE"}}, &user); err != nil {
		return err
	}
	return g.connect(ctx, strings.TrimSpace(first+" "+last), object{"QuickConnectType": "USER",
		"UserConfig": object{"UserId": user.UserId, "ContactFlowId": g.transfer["AGENT_TRANSFER"]}})
}

// displayName is that of an agent who is made.
func (a Agent) displayName(name string) (first, last string) {
	if a.Name == "" {
		return strings.ToUpper(name[:1]) + name[1:], ""
	}
	first, last, _ = strings.Cut(a.Name, " ")
	return first, last
}

// beside is a file that a story names.
func (s *Story) beside(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(filepath.Dir(s.file), filepath.FromSlash(name))
}
