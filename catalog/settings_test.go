package catalog_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/store"
)

func TestPutQueue(t *testing.T) {
	t.Parallel()
	h := found(t)
	long := func(n int) string { return strings.Repeat("é", n) }
	for name, c := range map[string]struct {
		queue       catalog.Queue
		kind        perch.ErrorKind
		field, what string
	}{
		"no name":          {catalog.Queue{}, perch.Invalid, "Name", "must be given"},
		"long name":        {catalog.Queue{Name: long(257)}, perch.Invalid, "Name", "256"},
		"spaces":           {catalog.Queue{Name: " q"}, perch.Invalid, "Name", "space"},
		"line end":         {catalog.Queue{Name: "a\nb"}, perch.Invalid, "Name", "control"},
		"not UTF-8":        {catalog.Queue{Name: "a\xff"}, perch.Invalid, "Name", "UTF-8"},
		"long description": {catalog.Queue{Name: "q", Description: long(251)}, perch.Invalid, "Description", "250"},
		"negative":         {catalog.Queue{Name: "q", MaxContacts: -1}, perch.Invalid, "MaxContacts", "from 0"},
		"name taken":       {catalog.Queue{Name: "Basic queue"}, perch.Conflict, "Name", "taken"},
		"unknown":          {catalog.Queue{ID: "nothing", Name: "q"}, perch.NotFound, "", "does not exist"},
	} {
		_, err := h.PutQueue(t.Context(), h.instance, c.queue)
		refused(t, name, err, c.kind, c.field, c.what)
	}
	made := must(h.PutQueue(t.Context(), h.instance, catalog.Queue{Name: long(256), Description: long(250), MaxContacts: 7}))(t)
	if got := must(h.Queue(t.Context(), h.instance, made.ID))(t); !cmp.Equal(got, made) || got.MaxContacts != 7 {
		t.Errorf("got %+v, put %+v", got, made)
	}
	_, err := h.PutQueue(t.Context(), "elsewhere", catalog.Queue{Name: "q"})
	refused(t, "another instance", err, perch.NotFound, "", "instance")
}

func TestQueueInWhichSomebodyWaitsStays(t *testing.T) {
	t.Parallel()
	h := found(t)
	q := must(h.PutQueue(t.Context(), h.instance, catalog.Queue{Name: "Orders"}))(t)
	comes := func() error {
		w, err := store.InsertWaiting(store.Waiting{Contact: "c", Instance: h.instance, Queue: q.ID, Since: founded}, 0, errGone)
		if err != nil {
			return err
		}
		return h.store.Commit(store.Turn{Writes: []store.Write{w}})
	}
	if err := comes(); err != nil {
		t.Fatal(err)
	}
	refused(t, "somebody waits", catalog.QueueKind().Delete(t.Context(), h.Catalog, h.instance, string(q.ID)), perch.InUse, "", "wait in the queue")
	if err := h.store.Commit(store.Turn{Writes: []store.Write{store.DeleteWaiting("c")}}); err != nil {
		t.Fatal(err)
	}
	if err := catalog.QueueKind().Delete(t.Context(), h.Catalog, h.instance, string(q.ID)); err != nil {
		t.Error(err)
	}
	if err := comes(); !errors.Is(err, errGone) {
		t.Errorf("who comes later is told %v", err)
	}
}

var errGone = errors.New("there is no such queue")

func TestRename(t *testing.T) {
	t.Parallel()
	h := found(t)
	q := h.queue
	q.Name = "First queue"
	if got := must(h.PutQueue(t.Context(), h.instance, q))(t); !cmp.Equal(got, q) {
		t.Errorf("got %+v", got)
	}
	if got := must(h.QueueNamed(t.Context(), h.instance, "First queue"))(t); got.ID != q.ID {
		t.Errorf("got %+v", got)
	}
	_, err := h.QueueNamed(t.Context(), h.instance, "Basic queue")
	refused(t, "old name", err, perch.NotFound, "", "queue")
	again := must(h.PutQueue(t.Context(), h.instance, catalog.Queue{Name: "Basic queue"}))(t)
	list := must(h.Queues(t.Context(), h.instance))(t)
	if len(list) != 2 || !cmp.Equal(list[0], again) || !cmp.Equal(list[1], q) {
		t.Errorf("got %+v", list)
	}
}

func TestPutRoutingProfile(t *testing.T) {
	t.Parallel()
	h := found(t)
	one := catalog.ProfileQueue{Queue: h.queue.ID, Priority: 1}
	with := func(concurrency int, queues ...catalog.ProfileQueue) catalog.RoutingProfile {
		return catalog.RoutingProfile{Name: "p", ChatConcurrency: concurrency, Queues: queues}
	}
	for name, c := range map[string]struct {
		profile     catalog.RoutingProfile
		field, what string
	}{
		"no name":        {catalog.RoutingProfile{ChatConcurrency: 1}, "Name", "given"},
		"no concurrency": {with(0), "ChatConcurrency", "from 1 to 10"},
		"concurrency":    {with(11), "ChatConcurrency", "from 1 to 10"},
		"no queue":       {with(1, catalog.ProfileQueue{Priority: 1}), "Queues[0].Queue", "given"},
		"unknown queue":  {with(1, one, catalog.ProfileQueue{Queue: "x", Priority: 1}), "Queues[1].Queue", "no queue"},
		"priority":       {with(1, catalog.ProfileQueue{Queue: h.queue.ID}), "Queues[0].Priority", "from 1 to 99"},
		"high priority":  {with(1, catalog.ProfileQueue{Queue: h.queue.ID, Priority: 100}), "Queues[0].Priority", "from 1 to 99"},
		"delay":          {with(1, catalog.ProfileQueue{Queue: h.queue.ID, Priority: 1, Delay: 10_000}), "Queues[0].Delay", "from 0 to 9999"},
		"twice":          {with(1, one, one), "Queues[1].Queue", "twice"},
		"too many":       {with(1, make([]catalog.ProfileQueue, 51)...), "Queues", "50"},
	} {
		_, err := h.PutRoutingProfile(t.Context(), h.instance, c.profile)
		refused(t, name, err, perch.Invalid, c.field, c.what)
	}
	made := must(h.PutRoutingProfile(t.Context(), h.instance, with(10, one)))(t)
	got := must(h.RoutingProfile(t.Context(), h.instance, made.ID))(t)
	got.Queues[0].Priority = 50
	for _, p := range must(h.RoutingProfiles(t.Context(), h.instance))(t) {
		if p.Queues[0].Priority != 1 {
			t.Errorf("a caller has changed the queues of %s", p.Name)
		}
	}
}

func TestPutUser(t *testing.T) {
	t.Parallel()
	h := found(t)
	good := catalog.User{Username: "cleo@example.com", DisplayName: "Cleo", RoutingProfile: h.profile.ID, SecurityProfile: catalog.Supervisor}
	for name, c := range map[string]struct {
		change      func(*catalog.User)
		kind        perch.ErrorKind
		field, what string
	}{
		"no username":      {func(u *catalog.User) { u.Username = "" }, perch.Invalid, "Username", "given"},
		"odd username":     {func(u *catalog.User) { u.Username = "a b" }, perch.Invalid, "Username", "letters"},
		"long username":    {func(u *catalog.User) { u.Username = strings.Repeat("x", 101) }, perch.Invalid, "Username", "100"},
		"taken username":   {func(u *catalog.User) { u.Username = "agent2" }, perch.Conflict, "Username", "taken"},
		"no display name":  {func(u *catalog.User) { u.DisplayName = "" }, perch.Invalid, "DisplayName", "given"},
		"no profile":       {func(u *catalog.User) { u.RoutingProfile = "" }, perch.Invalid, "RoutingProfile", "given"},
		"unknown profile":  {func(u *catalog.User) { u.RoutingProfile = "x" }, perch.Invalid, "RoutingProfile", "no routing-profile"},
		"security profile": {func(u *catalog.User) { u.SecurityProfile = "Boss" }, perch.Invalid, "SecurityProfile", "Agent, Supervisor, Admin"},
		"new username":     {func(u *catalog.User) { u.ID = h.ana.ID }, perch.Invalid, "Username", "cannot be changed"},
	} {
		u := good
		c.change(&u)
		_, err := h.PutUser(t.Context(), h.instance, u)
		refused(t, name, err, c.kind, c.field, c.what)
	}
	long := good
	long.Username, long.FirstName, long.LastName = "long", strings.Repeat("é", 255), strings.Repeat("l", 300)
	long.DisplayName = catalog.DisplayNameOf(long.FirstName, long.LastName)
	must(h.PutUser(t.Context(), h.instance, long))(t)
	made := must(h.PutUser(t.Context(), h.instance, good))(t)
	if got := must(h.User(t.Context(), h.instance, made.ID))(t); !cmp.Equal(got, made) || got.Instance != h.instance {
		t.Errorf("got %+v, put %+v", got, made)
	}
}

func TestPutQuickConnect(t *testing.T) {
	t.Parallel()
	h := found(t)
	toAgent, toQueue := h.flows[catalog.FlowAgentTransfer].ID, h.flows[catalog.FlowQueueTransfer].ID
	user, queue := catalog.QuickConnectUser, catalog.QuickConnectQueue
	for name, c := range map[string]struct {
		connect     catalog.QuickConnect
		field, what string
	}{
		"no name":       {catalog.QuickConnect{Type: user, User: h.ana.ID, Flow: toAgent}, "Name", "given"},
		"long name":     {catalog.QuickConnect{Name: strings.Repeat("x", 128), Type: user, User: h.ana.ID, Flow: toAgent}, "Name", "127"},
		"type":          {catalog.QuickConnect{Name: "n", Type: "PHONE_NUMBER"}, "Type", "USER, QUEUE"},
		"no user":       {catalog.QuickConnect{Name: "n", Type: user, Flow: toAgent}, "User", "given"},
		"unknown user":  {catalog.QuickConnect{Name: "n", Type: user, User: "x", Flow: toAgent}, "User", "no user"},
		"both":          {catalog.QuickConnect{Name: "n", Type: user, User: h.ana.ID, Queue: h.queue.ID, Flow: toAgent}, "Queue", "must not"},
		"both again":    {catalog.QuickConnect{Name: "n", Type: queue, User: h.ana.ID, Queue: h.queue.ID, Flow: toQueue}, "User", "must not"},
		"unknown queue": {catalog.QuickConnect{Name: "n", Type: queue, Queue: "x", Flow: toQueue}, "Queue", "no queue"},
		"no flow":       {catalog.QuickConnect{Name: "n", Type: queue, Queue: h.queue.ID}, "Flow", "given"},
		"user's flow":   {catalog.QuickConnect{Name: "n", Type: user, User: h.ana.ID, Flow: toQueue}, "Flow", "AGENT_TRANSFER"},
		"queue's flow":  {catalog.QuickConnect{Name: "n", Type: queue, Queue: h.queue.ID, Flow: toAgent}, "Flow", "QUEUE_TRANSFER"},
	} {
		_, err := h.PutQuickConnect(t.Context(), h.instance, c.connect)
		refused(t, name, err, perch.Invalid, c.field, c.what)
	}
	made := must(h.PutQuickConnect(t.Context(), h.instance, catalog.QuickConnect{Name: "n", Type: queue, Queue: h.queue.ID, Flow: toQueue}))(t)
	if got := must(h.QuickConnectNamed(t.Context(), h.instance, "n"))(t); !cmp.Equal(got, made) {
		t.Errorf("got %+v, put %+v", got, made)
	}
	if got := must(h.QuickConnect(t.Context(), h.instance, made.ID))(t); !cmp.Equal(got, made) {
		t.Errorf("got %+v, put %+v", got, made)
	}
}

func TestStatuses(t *testing.T) {
	t.Parallel()
	h := found(t)
	for name, c := range map[string]struct {
		status      catalog.Status
		field, what string
	}{
		"no name":   {catalog.Status{Type: catalog.Custom}, "Name", "given"},
		"long name": {catalog.Status{Name: strings.Repeat("x", 128), Type: catalog.Custom}, "Name", "127"},
		"routable":  {catalog.Status{Name: "Ready", Type: catalog.Routable}, "Type", "CUSTOM"},
		"available": {catalog.Status{Name: "Available", Type: catalog.Custom}, "Name", "always"},
		"offline":   {catalog.Status{Name: "Offline", Type: catalog.OfflineType}, "Name", "always"},
	} {
		_, err := h.PutStatus(t.Context(), h.instance, c.status)
		refused(t, name, err, perch.Invalid, c.field, c.what)
	}
	for _, name := range []string{"Lunch", "Aside"} {
		must(h.PutStatus(t.Context(), h.instance, catalog.Status{Name: name, Type: catalog.Custom}))(t)
	}
	want := "[{Available ROUTABLE} {Aside CUSTOM} {Lunch CUSTOM} {Offline OFFLINE}]"
	var all []string
	for _, s := range must(h.Statuses(t.Context(), h.instance))(t) {
		all = append(all, fmt.Sprintf("{%s %s}", s.Name, s.Type))
	}
	if got := fmt.Sprint(all); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	_, err := h.Status(t.Context(), h.instance, "Asleep")
	refused(t, "unknown", err, perch.NotFound, "", "status")
}
