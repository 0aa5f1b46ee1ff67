package search

import (
	"context"
	"crypto/rand"
	"log/slog"
	"testing"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/bus"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/store"
	"github.com/perch-chat/perch/store/storetest"
)

var disk storetest.Disk

// Who looks for contacts that nobody has told of may come upon one whose row is being
// handled: both have their way, and nobody is warned.
func TestAContactThatIsIndexedTwiceAtOnceIsFoundOnce(t *testing.T) {
	t.Parallel()
	log := slog.New(slog.DiscardHandler)
	st, err := store.Open(t.Context(), store.Options{Dir: disk.Dir(t), Fleeting: true, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan error, 1)
	go func() { done <- st.Run(ctx) }()
	defer func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	}()
	process := func() *Search {
		return New(Options{Store: st, Log: log, Chats: chat.New(chat.Options{Store: st, Bus: &bus.Memory{}, Now: time.Now, Rand: rand.Reader, Log: log,
			ContactClosed: func(*chat.Turn, perch.Contact) {}})})
	}
	one, other := process(), process()
	b, err := one.opts.Chats.Start(ctx, chat.Start{Instance: "i", Flow: "f", DisplayName: "Ada", Initial: &chat.Saying{ContentType: "text/plain", Content: "zeppelin"}})
	if err == nil {
		err = one.opts.Chats.On(ctx, b.Session, func(t *chat.Turn) error { return t.End(perch.Stopped) })
	}
	if err != nil {
		t.Fatal(err)
	}
	contact, first := b.Session.First(), true
	err = one.put(ctx, b.Session, contact, func(*chat.Turn) {
		if first {
			first = false
			if err := other.put(ctx, b.Session, contact, func(*chat.Turn) {}); err != nil {
				t.Error(err)
			}
		}
	})
	if err != nil {
		t.Error(err)
	}
	found, err := st.FindWords(ctx, store.WordsQuery{All: [][]string{{"zeppelin"}}, Limit: 10})
	if err != nil || len(found) != 1 || found[0].Contact != contact {
		t.Errorf("found are %+v, %v", found, err)
	}
}
