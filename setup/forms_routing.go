package setup

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
)

type hoursForm struct {
	Id          string            `key:"yes" like:"uuid" doc:"Kept where nobody has used the instance yet; made up if left out."`
	Name        string            `key:"yes" must:"yes" most:"127" doc:"Unique among the hours of operation."`
	Description string            `most:"250"`
	TimeZone    string            `must:"yes" doc:"Such as Europe/Berlin."`
	Config      []slotForm        `most:"100" doc:"When it is open in every week."`
	Overrides   []overrideForm    `most:"50" doc:"What takes the place of Config on some days; of several the last one counts."`
	Tags        map[string]string `most:"50"`
}

type slotForm struct {
	Day       string `must:"yes" among:"MONDAY,TUESDAY,WEDNESDAY,THURSDAY,FRIDAY,SATURDAY,SUNDAY"`
	StartTime string `must:"yes" like:"clock" doc:"Such as 09:00."`
	EndTime   string `must:"yes" like:"clock" doc:"Such as 17:30; one that is not after StartTime is on the next day, and 23:59 is the end of the day."`
}

type overrideForm struct {
	Id            string `like:"uuid"`
	Name          string `must:"yes" most:"127" doc:"Unique among the overrides of the same hours."`
	Description   string
	EffectiveFrom string     `must:"yes" like:"day" doc:"First day, such as 2026-12-24."`
	EffectiveTill string     `must:"yes" like:"day" doc:"Last day."`
	Config        []slotForm `most:"100" doc:"When it is open on those days; left out, it is closed."`
}

func showHours(h catalog.Hours) hoursForm {
	f := hoursForm{Id: string(h.ID), Name: h.Name, Description: h.Description, TimeZone: h.TimeZone, Config: showSlots(h.Slots), Tags: h.Tags}
	for _, o := range h.Overrides {
		f.Overrides = append(f.Overrides, overrideForm{o.ID, o.Name, o.Description, o.From, o.Till, showSlots(o.Slots)})
	}
	return f
}

func (f hoursForm) fill(h *catalog.Hours, m *making) {
	was := h.Overrides
	h.ID, h.Name, h.Description, h.TimeZone, h.Slots = perch.HoursID(f.Id), f.Name, f.Description, f.TimeZone, slots(f.Config)
	h.Overrides = nil
	for _, o := range f.Overrides {
		if i := slices.IndexFunc(was, func(w catalog.HoursOverride) bool { return w.Name == o.Name }); i >= 0 && (o.Id == "" || !m.edit.Untouched()) {
			o.Id = was[i].ID // somebody may know it
		}
		if o.Id == "" {
			o.Id = m.id()
		}
		h.Overrides = append(h.Overrides, catalog.HoursOverride{ID: o.Id, Name: o.Name, Description: o.Description, From: o.EffectiveFrom, Till: o.EffectiveTill, Slots: slots(o.Config)})
	}
	h.Label = m.label(f.Tags)
}

func showSlots(all []catalog.HoursSlot) []slotForm {
	var out []slotForm
	for _, s := range all {
		out = append(out, slotForm{strings.ToUpper(s.Day.String()), showClock(s.Start), showClock(s.End)})
	}
	return out
}

func showClock(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }

// slots are times of a week.
func slots(all []slotForm) []catalog.HoursSlot {
	var out []catalog.HoursSlot
	for _, s := range all {
		day := time.Sunday
		for day < time.Saturday && strings.ToUpper(day.String()) != s.Day {
			day++
		}
		out = append(out, catalog.HoursSlot{Day: day, Start: minute(s.StartTime), End: minute(s.EndTime)})
	}
	return out
}

func minute(clock string) int {
	var h, m int
	fmt.Sscanf(clock, "%d:%d", &h, &m) //nolint:errcheck // its form has been checked
	return h*60 + m
}

type queueForm struct {
	Id                   string `key:"yes" like:"uuid" doc:"Kept where nobody has used the instance yet; made up if left out."`
	Name                 string `key:"yes" must:"yes" most:"256" doc:"Unique among the queues."`
	Description          string `most:"250"`
	HoursOfOperation     Ref    `to:"hours" doc:"When it is open; always if left out."`
	MaxContacts          int    `least:"0" most:"2147483647" doc:"How many may wait at once; without limit if left out."`
	Status               string `among:"ENABLED,DISABLED" doc:"A queue that is DISABLED takes no contacts. ENABLED if left out."`
	QuickConnects        []Ref  `to:"quick-connect" most:"700" doc:"What agents are offered for contacts of the queue."`
	OutboundCallerConfig *callerForm
	Tags                 map[string]string `most:"50"`
}

type callerForm struct {
	OutboundCallerIdName     string
	OutboundCallerIdNumberId string
	OutboundFlowId           string
}

func showQueue(q catalog.Queue) queueForm {
	f := queueForm{Id: string(q.ID), Name: q.Name, Description: q.Description, HoursOfOperation: Ref(q.Hours), MaxContacts: q.MaxContacts,
		Status: disabled(q.Disabled), QuickConnects: refs(q.QuickConnects), Tags: q.Tags}
	if o := q.Outbound; o != nil {
		f.OutboundCallerConfig = &callerForm{o.Name, o.Number, o.Flow}
	}
	return f
}

func (f queueForm) fill(q *catalog.Queue, m *making) {
	q.ID, q.Name, q.Description, q.Hours, q.MaxContacts = perch.QueueID(f.Id), f.Name, f.Description, perch.HoursID(f.HoursOfOperation), f.MaxContacts
	q.Disabled, q.QuickConnects, q.Outbound, q.Label = f.Status == "DISABLED", ids(f.QuickConnects), nil, m.label(f.Tags)
	if o := f.OutboundCallerConfig; o != nil {
		q.Outbound = &catalog.CallerShown{Name: o.OutboundCallerIdName, Number: o.OutboundCallerIdNumberId, Flow: o.OutboundFlowId}
	}
}

// disabled is the word for what cannot be used; what can needs none.
func disabled(yes bool) string {
	if yes {
		return "DISABLED"
	}
	return ""
}

func refs(ids []string) []Ref {
	var out []Ref
	for _, id := range ids {
		out = append(out, Ref(id))
	}
	return out
}

func ids(refs []Ref) []string {
	var out []string
	for _, r := range refs {
		if !slices.Contains(out, string(r)) {
			out = append(out, string(r))
		}
	}
	return out
}

type profileForm struct {
	Id                     string             `key:"yes" like:"uuid" doc:"Kept where nobody has used the instance yet; made up if left out."`
	Name                   string             `key:"yes" must:"yes" most:"127" doc:"Unique among the routing profiles."`
	Description            string             `most:"250"`
	MediaConcurrencies     []concurrencyForm  `must:"yes" most:"4" doc:"How many contacts of each channel an agent has at once; CHAT must be among them."`
	QueueConfigs           []profileQueueForm `most:"50" doc:"The queues that are served; with none only an agent's own contacts."`
	DefaultOutboundQueue   Ref                `to:"queue" doc:"What agents call from; kept."`
	AgentAvailabilityTimer string             `among:"TIME_SINCE_LAST_ACTIVITY,TIME_SINCE_LAST_INBOUND" doc:"What decides who has been free for longest."`
	Tags                   map[string]string  `most:"50"`
}

type concurrencyForm struct {
	Channel              string `must:"yes" among:"CHAT,VOICE,TASK,EMAIL"`
	Concurrency          int    `must:"yes" least:"1" most:"10"`
	CrossChannelBehavior string `among:"ROUTE_CURRENT_CHANNEL_ONLY,ROUTE_ANY_CHANNEL"`
}

type profileQueueForm struct {
	Queue    Ref    `must:"yes" to:"queue"`
	Channel  string `among:"CHAT,VOICE,TASK,EMAIL" doc:"CHAT if left out."`
	Priority int    `must:"yes" least:"1" most:"99" doc:"The lowest is served first."`
	Delay    int    `least:"0" most:"9999" doc:"Seconds that a contact must have waited."`
}

const chatChannel = "CHAT"

func showProfile(p catalog.RoutingProfile) profileForm {
	f := profileForm{Id: p.ID, Name: p.Name, Description: p.Description, DefaultOutboundQueue: Ref(p.Outbound), AgentAvailabilityTimer: p.Timer, Tags: p.Tags,
		MediaConcurrencies: []concurrencyForm{{chatChannel, p.ChatConcurrency, string(p.ChatBehavior)}}}
	for _, c := range p.Elsewhere {
		f.MediaConcurrencies = append(f.MediaConcurrencies, concurrencyForm{c.Channel, c.Slots, string(c.Behavior)})
	}
	for _, q := range p.Queues {
		f.QueueConfigs = append(f.QueueConfigs, profileQueueForm{Ref(q.Queue), "", q.Priority, q.Delay})
	}
	for _, q := range p.QueuesElsewhere {
		f.QueueConfigs = append(f.QueueConfigs, profileQueueForm{Ref(q.Queue), q.Channel, q.Priority, q.Delay})
	}
	return f
}

func (f profileForm) fill(p *catalog.RoutingProfile, m *making) {
	p.ID, p.Name, p.Description, p.Outbound, p.Timer = f.Id, f.Name, f.Description, perch.QueueID(f.DefaultOutboundQueue), f.AgentAvailabilityTimer
	p.ChatConcurrency, p.ChatBehavior, p.Elsewhere, p.Queues, p.QueuesElsewhere = 0, "", nil, nil, nil
	for _, c := range f.MediaConcurrencies {
		if c.Channel == chatChannel {
			p.ChatConcurrency, p.ChatBehavior = c.Concurrency, catalog.Behavior(c.CrossChannelBehavior)
			continue
		}
		p.Elsewhere = append(p.Elsewhere, catalog.Concurrency{Channel: c.Channel, Slots: c.Concurrency, Behavior: catalog.Behavior(c.CrossChannelBehavior)})
	}
	for _, q := range f.QueueConfigs {
		one := catalog.ProfileQueue{Queue: perch.QueueID(q.Queue), Priority: q.Priority, Delay: q.Delay}
		if cmp.Or(q.Channel, chatChannel) == chatChannel {
			p.Queues = append(p.Queues, one)
			continue
		}
		p.QueuesElsewhere = append(p.QueuesElsewhere, catalog.QueueElsewhere{ProfileQueue: one, Channel: q.Channel})
	}
	p.Label = m.label(f.Tags)
}

type quickConnectForm struct {
	Id               string            `key:"yes" like:"uuid" doc:"Kept where nobody has used the instance yet; made up if left out."`
	Name             string            `key:"yes" must:"yes" most:"127" doc:"Unique among the quick connects."`
	Description      string            `most:"250"`
	QuickConnectType string            `must:"yes" among:"USER,QUEUE"`
	User             Ref               `to:"user" doc:"Whom chats are handed to, of the type USER."`
	Queue            Ref               `to:"queue" doc:"The queue that chats are handed to, of the type QUEUE."`
	ContactFlow      Ref               `must:"yes" to:"flow" doc:"Brings chats there: of type AGENT_TRANSFER to a user, QUEUE_TRANSFER to a queue."`
	Tags             map[string]string `most:"50"`
}

func showQuickConnect(q catalog.QuickConnect) quickConnectForm {
	return quickConnectForm{q.ID, q.Name, q.Description, string(q.Type), Ref(q.User), Ref(q.Queue), Ref(q.Flow), q.Tags}
}

func (f quickConnectForm) fill(q *catalog.QuickConnect, m *making) {
	*q = catalog.QuickConnect{ID: f.Id, Name: f.Name, Description: f.Description, Type: catalog.QuickConnectType(f.QuickConnectType),
		User: perch.UserID(f.User), Queue: perch.QueueID(f.Queue), Flow: perch.FlowID(f.ContactFlow), Label: m.label(f.Tags)}
}
