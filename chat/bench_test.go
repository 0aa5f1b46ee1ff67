package chat_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"testing"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/chat"
	"github.com/perch-chat/perch/store"
)

// benchHouse is conversations on a disk, with all the waiting for it.
func benchHouse(b *testing.B) *house {
	b.Helper()
	dir := b.TempDir()
	s, err := store.Open(context.Background(), store.Options{Dir: dir, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	b.Cleanup(func() {
		cancel()
		<-done
		s.Close() //nolint:errcheck // the directory goes too
	})
	return onStore(b, s, dir)
}

// A message, from the call until it is on the disk, by so many senders at once.
func BenchmarkSay(b *testing.B) {
	for _, senders := range []int{1, 64, 256} {
		b.Run(fmt.Sprint("senders=", senders), func(b *testing.B) {
			h := benchHouse(b)
			talks := make([]talk, senders)
			for i := range talks {
				talks[i] = h.start()
				talks[i].connect(talks[i].customer)
			}
			var next atomic.Int64
			commits := h.store.Stats.Commits.Load()
			b.ReportAllocs()
			b.ResetTimer()
			b.SetParallelism(senders)
			b.RunParallel(func(pb *testing.PB) {
				k := talks[int(next.Add(1))%senders]
				for pb.Next() {
					k.say(k.customer, "I would like to ask something about my order.")
				}
			})
			b.ReportMetric(float64(h.store.Stats.Commits.Load()-commits)*1000/float64(b.N), "commits/1000")
		})
	}
}

// A page, of the chat itself and of the past behind it.
func BenchmarkPage(b *testing.B) {
	for _, size := range []int{15, 100} {
		for _, past := range []bool{false, true} {
			b.Run(fmt.Sprintf("items=%d/past=%v", size, past), func(b *testing.B) {
				h := benchHouse(b)
				k := h.start()
				k.connect(k.customer)
				for i := range 200 {
					k.say(k.customer, fmt.Sprint("message ", i))
				}
				q := chat.Query{To: perch.ToCustomer, Limit: size}
				if past {
					k.end()
					k = h.start(continuing(perch.EntirePastSession, k.id.First()))
					k.connect(k.customer)
					first, err := h.Page(b.Context(), chat.Query{Session: k.state(), To: perch.ToCustomer, Limit: 1})
					h.must(err)
					q.From = first.Next
				}
				q.Session = k.state()
				b.ReportAllocs()
				for b.Loop() {
					page, err := h.Page(b.Context(), q)
					if err != nil || len(page.Items) != size {
						b.Fatal(len(page.Items), err)
					}
				}
			})
		}
	}
}

// Loading a chat that nobody has at hand: the checkpoint and what follows it.
func BenchmarkLoad(b *testing.B) {
	h := benchHouse(b)
	k := h.start()
	k.connect(k.customer)
	for i := range 500 {
		k.say(k.customer, fmt.Sprint("message ", i))
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := h.restarted().Session(b.Context(), k.id); err != nil {
			b.Fatal(err)
		}
	}
}

// The fold alone: one more entry applied.
func BenchmarkFold(b *testing.B) {
	h := benchHouse(b)
	k := h.start()
	k.connect(k.customer)
	k.say(k.customer, "hello")
	log := k.log()
	last := log[len(log)-1]
	s := k.state().Clone()
	b.ReportAllocs()
	for b.Loop() {
		last.Number++
		s.Apply(last)
	}
}
