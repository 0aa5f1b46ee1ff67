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
