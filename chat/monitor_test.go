package chat_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
)

// watch lets supervisors watch the contact in force.
func (k *talk) watch(n int) (p perch.ParticipantID, err error) {
	k.Helper()
	err = k.On(context.Background(), k.id, func(t *chat.Turn) error {
		p, err = t.Watch(t.State().Current().ID, perch.Who{Name: "Boss", Role: perch.Supervisor}, perch.UserID(fmt.Sprint("boss", n)))
		return err
	})
	return p, err
}

// doc: feature-limits.md
func TestFiveWatchAndOneMoreBargesIn(t *testing.T) {
	t.Parallel()
	k := newHouse(t).start()
	k.connect(k.customer)
	k.agent("a1")
	barge := func(p perch.ParticipantID) error {
		return k.On(t.Context(), k.id, func(t *chat.Turn) error { return t.Barge(p) })
	}
	var in []perch.ParticipantID
	for n := range perch.MaxMonitors {
		p, err := k.watch(n)
		if err != nil {
			t.Fatal(err)
		}
		in = append(in, p)
	}
	if _, err := k.watch(5); perch.KindOf(err) != perch.LimitExceeded {
		t.Errorf("a sixth who watches: %v", err)
	}
	if err := barge(in[0]); err != nil {
		t.Error(err)
	}
	if err := barge(in[0]); err != nil {
		t.Errorf("barging in again: %v", err)
	}
	sixth, err := k.watch(5)
	if err != nil {
		t.Errorf("beside one who has barged in: %v", err)
	}
	if err := barge(in[1]); perch.KindOf(err) != perch.LimitExceeded {
		t.Errorf("a second who barges in: %v", err)
	}
	if err := barge(k.customer); perch.KindOf(err) != perch.Denied {
		t.Errorf("a customer who barges in: %v", err)
	}
	k.leave(in[0])
	if err := barge(sixth); err != nil {
		t.Errorf("after the other has left: %v", err)
	}
	k.sound()
}

// A whisper is read by those who work the chat, and by nobody else, whether or not
// its supervisor is seen.
func TestWhispersAreForTheStaffAlone(t *testing.T) {
	t.Parallel()
	k := newHouse(t).start()
	k.connect(k.customer)
	agent := k.agent("a1")
	boss, err := k.watch(1)
	if err != nil {
		t.Fatal(err)
	}
	whisper := func(by perch.ParticipantID, text, token string) (e perch.Entry, err error) {
		err = k.On(t.Context(), k.id, func(t *chat.Turn) error {
			e, err = t.Say(by, chat.Saying{ContentType: "text/markdown", Content: text, ClientToken: token, Aside: true})
			return err
		})
		return e, err
	}
	first, err := whisper(boss, "offer the refund", "t")
	if err != nil || first.Audience != perch.ToStaff {
		t.Fatalf("%+v, %v", first, err)
	}
	if again, err := whisper(boss, "offer the refund", "t"); err != nil || again.Number != first.Number {
		t.Errorf("the same once more: %+v, %v", again, err)
	}
	if _, err := whisper(boss, "another", "t"); perch.KindOf(err) != perch.Invalid {
		t.Errorf("another by the same token: %v", err)
	}
	for who, id := range map[string]perch.ParticipantID{"customer": k.customer, "agent": agent} {
		if _, err := whisper(id, "x", ""); perch.KindOf(err) != perch.Denied {
			t.Errorf("a whisper of the %s: %v", who, err)
		}
	}
	for to, want := range map[perch.Audience]int{perch.ToCustomer: 0, perch.ToAgents: 1, perch.ToSupervisors: 1} {
		s, err := k.Session(t.Context(), k.id)
		if err != nil {
			t.Fatal(err)
		}
		page, err := k.Page(t.Context(), chat.Query{Session: s, To: to, Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		got := 0
		for _, i := range page.Items {
			if m, ok := i.Body.(perch.Message); ok && m.Content == "offer the refund" {
				got++
			}
		}
		if got != want {
			t.Errorf("readers %b see %d whispers, want %d", to, got, want)
		}
	}
	k.sound()
}
