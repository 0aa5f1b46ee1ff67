package setup_test

import (
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/setup"
	"github.com/perch-chat/perch/staff"
	"github.com/perch-chat/perch/store"
)

func TestAPlanNamesWhatChanges(t *testing.T) {
	t.Parallel()
	h := found(t)
	h.apply(setup.Files{"a.yaml": "Kind: queue\nName: Orders\nMaxContacts: 5\nTags: {a: b}\n---\nKind: hours\nName: Days\nTimeZone: UTC\n"})
	p := h.apply(setup.Files{"a.yaml": lines("Kind: queue", "Name: Orders", "HoursOfOperation: Days", "Status: DISABLED", "Tags: {a: c, d: e}")})
	want := []string{"change queue Orders; HoursOfOperation:  -> Days; MaxContacts: 5 -> ; Status:  -> DISABLED; Tags: {a: b} -> {a: c, d: e}"}
	if got := told(p); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if p.Extra == 0 || p.Changes[0].File != "a.yaml" {
		t.Errorf("got %+v", p)
	}
	q := must(h.Settings.QueueNamed(t.Context(), h.instance, "Orders"))(t)
	if !q.Disabled || q.MaxContacts != 0 || !q.Modified.Equal(h.Now()) {
		t.Errorf("got %+v", q)
	}
}

// A rename goes by the id; two settings may even change names with each other.
func TestNamesMayBeExchanged(t *testing.T) {
	t.Parallel()
	h := found(t)
	h.apply(setup.Files{"a.yaml": "Kind: queue\nName: A\n---\nKind: queue\nName: B\n"})
	a, b := must(h.Settings.QueueNamed(t.Context(), h.instance, "A"))(t), must(h.Settings.QueueNamed(t.Context(), h.instance, "B"))(t)
	files := setup.Files{"a.yaml": "Kind: queue\nName: B\nId: " + string(a.ID) + "\n---\nKind: queue\nName: A\nId: " + string(b.ID) + "\n"}
	if got := told(h.apply(files)); len(got) != 2 || !strings.Contains(got[0], "Name: A -> B") {
		t.Errorf("got %q", got)
	}
	if got := must(h.Settings.QueueNamed(t.Context(), h.instance, "A"))(t); got.ID != b.ID {
		t.Errorf("A is %+v", got)
	}
	p := h.try(setup.Files{"a.yaml": "Kind: queue\nName: Basic queue\nId: " + string(a.ID) + "\n"})
	if !strings.Contains(p.Problems.Error(), "has the name of another queue") {
		t.Errorf("a name that another has: %v", p.Problems)
	}
}

func TestOnlyPruneDeletes(t *testing.T) {
	t.Parallel()
	h := found(t)
	kept := h.export()
	h.apply(theExample(t), withCarla)
	if p := h.apply(kept); !slices.Equal(told(p), []string{"change instance perch; InboundFlow: Shop -> Default inbound"}) || p.Extra < 15 {
		t.Errorf("without prune: %q, %d extra", told(p), p.Extra)
	}
	p := h.apply(kept, prune)
	for _, one := range told(p) {
		if !strings.HasPrefix(one, "delete ") {
			t.Errorf("got %s", one)
		}
	}
	sameFiles(t, h.export(), kept)
	if again := h.apply(kept, prune); len(again.Changes)+again.Extra > 0 {
		t.Errorf("a second time %q", told(again))
	}
}

func TestWhatIsNeededIsNotPruned(t *testing.T) {
	t.Parallel()
	h := found(t)
	h.apply(setup.Files{"a.yaml": "Kind: queue\nName: x\n---\nKind: flow\nName: f\nType: CONTACT_FLOW\nContent: b.json\n",
		"b.json": strings.Replace(fine, "{", `{"Metadata":{"a":"${queue:x}"},`, 1)})
	files := h.export()
	delete(files, "queues/x.yaml")
	delete(files, "hours/basic-hours.yaml")
	delete(files, "flows/default-transfer-to-agent.yaml")
	delete(files, "flows/default-transfer-to-agent.json")
	p := h.try(files, prune)
	for _, want := range []string{`queues/basic-queue.yaml:6: HoursOfOperation names no hours of the files or the instance: "Basic Hours"`,
		`quick-connects/ana.yaml:7: ContactFlow names no flow of the files`,
		"the queue x cannot be deleted: it is in use by the flow f"} {
		if !strings.Contains(p.Problems.Error(), want) {
			t.Errorf("not told: %s\n%v", want, p.Problems)
		}
	}
}

func TestTheFlowInWhichChatsStartIsNotPruned(t *testing.T) {
	t.Parallel()
	h := found(t)
	files := h.export()
	for _, name := range []string{"instance.yaml", "flows/default-inbound.yaml", "flows/default-inbound.json"} {
		delete(files, name)
	}
	if p := h.try(files, prune); !strings.Contains(p.Problems.Error(), "the flow Default inbound cannot be deleted: it is in use by the instance") {
		t.Errorf("got %v", p.Problems)
	}
}

func TestAUserWithContactsIsNotPruned(t *testing.T) {
	t.Parallel()
	h := found(t)
	files := h.export()
	for _, name := range []string{"users/agent1.yaml", "quick-connects/ana.yaml"} {
		delete(files, name)
	}
	u := must(h.Settings.UserNamed(t.Context(), h.instance, "agent1"))(t)
	work := store.Work{User: u.ID, Contact: "c", Session: "s", Instance: h.instance, Since: h.Now(), Expires: h.Now()}
	if err := h.store.Commit(store.Turn{Writes: []store.Write{store.AssignOffer(work, errors.New("lost"))}}); err != nil {
		t.Fatal(err)
	}
	_, err := setup.Apply(t.Context(), h.Options, h.instance, setup.Request{Files: files, Apply: true, Prune: true})
	if perch.KindOf(err) != perch.Refused {
		t.Errorf("got %v", err)
	}
	must(h.Settings.UserNamed(t.Context(), h.instance, "agent1"))(t)
	h.Retire = func(perch.InstanceID, perch.UserID) []store.Write { return nil } // as if the work were over
	h.apply(files, prune)
	if must(h.People.Has(t.Context(), h.instance, u.ID, staff.Password{Plain: "password 1"}))(t) {
		t.Error("the password is still good")
	}
}

// Where nobody has used the instance, settings get the ids of the files, and what no
// file names goes along: nothing leads to an id that is gone.
func TestIDsOfFilesAreTakenWhereNobodyKnowsAnother(t *testing.T) {
	t.Parallel()
	h := found(t)
	const id = "11111111-2222-4333-8444-555555555555"
	old := must(h.Settings.QueueNamed(t.Context(), h.instance, "Basic queue"))(t)
	h.apply(setup.Files{"a.yaml": "Kind: queue\nName: Basic queue\nHoursOfOperation: Basic Hours\nId: " + id + "\n",
		"b.yaml": "Kind: user\nUsername: agent1\nId: 11111111-2222-4333-8444-666666666666\nRoutingProfile: Basic routing profile\nSecurityProfiles: [Agent]\n"})
	for name, text := range h.export() {
		if strings.Contains(text, string(old.ID)) {
			t.Errorf("%s still names the old queue:\n%s", name, text)
		}
	}
	inbound := must(h.Settings.FlowNamed(t.Context(), h.instance, "Default inbound"))(t)
	profile := must(h.Settings.RoutingProfileNamed(t.Context(), h.instance, "Basic routing profile"))(t)
	if !strings.Contains(inbound.Content, id) || profile.Queues[0].Queue != id {
		t.Errorf("not led to the queue: %+v\n%s", profile, inbound.Content)
	}
	if !must(h.People.Has(t.Context(), h.instance, "11111111-2222-4333-8444-666666666666", staff.Password{Plain: "password 1"}))(t) {
		t.Error("agent1 has lost the password")
	}
	h.apply(setup.Files{"a.yaml": "Kind: queue\nName: Basic queue\nHoursOfOperation: Basic Hours\nId: 99999999-2222-4333-8444-555555555555\n"})
	if q := must(h.Settings.QueueNamed(t.Context(), h.instance, "Basic queue"))(t); q.ID != id {
		t.Errorf("an id that may be known has changed to %s", q.ID)
	}
}

// What a flow's file knows by the id of another instance is led to the same here.
func TestIDsInFlowsFollowTheirFiles(t *testing.T) {
	t.Parallel()
	one, other := found(t), found(t)
	one.apply(theExample(t), withCarla)
	files := one.export()
	other.apply(setup.Files{"a.yaml": "Kind: queue\nName: Orders\n"})
	other.apply(files)
	orders := must(other.Settings.QueueNamed(t.Context(), other.instance, "Orders"))(t)
	if shop := must(other.Settings.FlowNamed(t.Context(), other.instance, "Shop"))(t); !strings.Contains(shop.Content, string(orders.ID)) {
		t.Errorf("the flow leads elsewhere: %s", shop.Content)
	}
	if again := other.apply(files); len(again.Changes) > 0 {
		t.Errorf("a second time changes %q", told(again))
	}
}

func TestPasswordsOfFilesCountAndChange(t *testing.T) {
	t.Parallel()
	h := found(t)
	file := func(line string) setup.Files { return setup.Files{"a.yaml": userWith(line)} }
	env := func(value string) func(*setup.Request) {
		return func(in *setup.Request) { in.Environment = map[string]string{"P": value} }
	}
	h.apply(file("PasswordEnv: P"), env("first password"))
	u := must(h.Settings.UserNamed(t.Context(), h.instance, "u"))(t)
	if p := h.apply(file("PasswordEnv: P"), env("first password")); len(p.Changes) > 0 {
		t.Errorf("the same again: %q", told(p))
	}
	if p := h.apply(file("PasswordEnv: P"), env("second password")); !slices.Equal(told(p), []string{"change user u; Password:  -> (another)"}) {
		t.Errorf("another: %q", told(p))
	}
	c, _, err := h.store.CredentialOf(t.Context(), h.instance, u.ID)
	if err != nil || !must(h.People.Has(t.Context(), h.instance, u.ID, staff.Password{Plain: "second password"}))(t) || c.Version != 2 {
		t.Errorf("got %+v, %v", c, err)
	}
	if p := h.apply(file("PasswordHash: " + c.Hash)); len(p.Changes) > 0 {
		t.Errorf("the hash that it has: %q", told(p))
	}
	h.apply(file("PasswordEnv: P"), env("third password"))
	h.apply(file("PasswordHash: " + c.Hash))
	if !must(h.People.Has(t.Context(), h.instance, u.ID, staff.Password{Plain: "second password"}))(t) {
		t.Error("the hash does not count")
	}
	if p := h.apply(file("AutoAccept: true")); !slices.Equal(told(p), []string{"change user u; AutoAccept:  -> true"}) ||
		!must(h.People.Has(t.Context(), h.instance, u.ID, staff.Password{Plain: "second password"}))(t) {
		t.Errorf("a file that says nothing of it: %q", told(p))
	}
}

// A commit that fails leaves nothing or everything, and a second run goes on from
// there.
func TestAfterAFailureASecondRunGoesOn(t *testing.T) {
	t.Parallel()
	for name, done := range map[string]bool{"not done": false, "done and reported failed": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var fail atomic.Bool
			broken := errors.New("broken")
			h := found(t, store.Options{AroundCommit: func(commit func() error) error {
				if !fail.Load() {
					return commit()
				}
				if done {
					return errors.Join(commit(), broken)
				}
				return broken
			}})
			before := h.export()
			fail.Store(true)
			in := setup.Request{Files: theExample(t), Apply: true}
			withCarla(&in)
			if _, err := setup.Apply(t.Context(), h.Options, h.instance, in); err == nil {
				t.Fatal("it did not fail")
			}
			fail.Store(false)
			if !done {
				sameFiles(t, h.export(), before)
			}
			p := h.apply(theExample(t), withCarla)
			if done != (len(p.Changes) == 0) {
				t.Errorf("the second run changes %q", told(p))
			}
			if again := h.apply(theExample(t), withCarla); len(again.Changes) > 0 {
				t.Errorf("the third run changes %q", told(again))
			}
		})
	}
}

// Two of the same settings under way at once both end with all of it.
func TestTwoWhoApplyAtOnce(t *testing.T) {
	t.Parallel()
	h := found(t)
	errs := make(chan error)
	for range 2 {
		go func() {
			in := setup.Request{Files: theExample(t), Apply: true}
			withCarla(&in)
			_, err := setup.Apply(t.Context(), h.Options, h.instance, in)
			errs <- err
		}()
	}
	if err := errors.Join(<-errs, <-errs); err != nil {
		t.Fatal(err)
	}
	if p := h.apply(theExample(t), withCarla); len(p.Changes) > 0 {
		t.Errorf("left over: %q", told(p))
	}
	if all := must(h.Settings.Queues(t.Context(), h.instance))(t); len(all) != 4 {
		t.Errorf("got %+v", all)
	}
}
