package store_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/store"
)

// benchMessages is how many messages the contacts have among which words are
// looked for; PERCH_BENCH_MESSAGES says otherwise.
const benchMessages = 20_000

// What a benchmark's contacts are made of: ten messages of twelve words, by one of
// 200 agents, in one of 20 queues. Words are as common as in a language (Zipf);
// w0 is in nearly every contact, w400 in some in a hundred, and "zeppelin" in one of
// 20,000.
const (
	benchPerContact = 10
	benchWords      = 12
	benchRare       = 20_000
)

func benchTerms(r *rand.Rand, words *rand.Zipf, n int) []string {
	all := map[string]bool{"_ione": true, fmt.Sprint("_a", r.IntN(200)): true, fmt.Sprint("_q", r.IntN(20)): true, fmt.Sprint("_c", n): true}
	for range benchPerContact * benchWords {
		all[fmt.Sprint("w", words.Uint64())] = true
	}
	if n%benchRare == benchRare/2 {
		all["zeppelin"] = true
	}
	var out []string
	for t := range all {
		out = append(out, t)
	}
	return out
}

func BenchmarkWords(b *testing.B) {
	for name, url := range map[string]func() string{"SQLite": func() string { return "" }, "PostgreSQL": func() string { return postgres.Database(b) }} {
		b.Run(name, func(b *testing.B) { benchmarkWords(b, url()) })
	}
}

// fill makes contacts findable, and logs how long that takes.
func fill(b *testing.B, s *store.Store, messages int) {
	b.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	words := rand.NewZipf(r, 1.1, 8, 100_000)
	began := time.Now()
	for n := 0; n < messages/benchPerContact; {
		var turn store.Turn
		for ; len(turn.Writes) < 1000 && n < messages/benchPerContact; n++ {
			id := int64(n+1) << 20
			turn.Writes = append(turn.Writes, store.InsertFound(store.Found{ID: id, Instance: "one", Session: "s", Contact: perch.ContactID(fmt.Sprint(n))}, nil),
				store.PutWords(id, benchTerms(r, words, n)))
		}
		if err := s.Commit(turn); err != nil {
			b.Fatal(err)
		}
	}
	// As PostgreSQL does by itself after so many rows, a minute later.
	if err := s.Commit(store.Turn{Writes: []store.Write{{SQL: `ANALYZE`, Rows: store.Any}}}); err != nil {
		b.Fatal(err)
	}
	b.Logf("%d messages of %d contacts in %v", messages, messages/benchPerContact, time.Since(began).Round(time.Millisecond))
}

func benchmarkWords(b *testing.B, url string) {
	messages := benchMessages
	if given, err := strconv.Atoi(os.Getenv("PERCH_BENCH_MESSAGES")); err == nil {
		messages = given
	}
	s, err := store.Open(b.Context(), store.Options{Dir: b.TempDir(), URL: url, Fleeting: true, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	b.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			b.Error(err)
		}
		s.Close() //nolint:errcheck // the data is thrown away
	})
	fill(b, s, messages)
	for _, q := range []struct {
		name string
		all  [][]string
	}{
		{"a rare word", [][]string{{"zeppelin"}, {"_ione"}}},
		{"a rare word of an agent's", [][]string{{"zeppelin"}, {"_a7"}, {"_ione"}}},
		{"some in a hundred", [][]string{{"w400"}, {"_ione"}}},
		{"nearly all", [][]string{{"w0"}, {"_ione"}}},
		{"nearly all of an agent's", [][]string{{"w0"}, {"_a7"}, {"_ione"}}},
		{"nearly all of two queues", [][]string{{"w0"}, {"_a7", "_q3", "_q4"}, {"_ione"}}},
		{"three common words", [][]string{{"w0"}, {"w1"}, {"w2"}, {"_ione"}}},
		{"a beginning", [][]string{{"zep*"}, {"_ione"}}},
	} {
		b.Run(q.name, func(b *testing.B) {
			found := 0
			for b.Loop() {
				all, err := s.FindWords(b.Context(), store.WordsQuery{All: q.all, Limit: 20})
				if err != nil {
					b.Fatal(err)
				}
				found = len(all)
			}
			b.ReportMetric(float64(found), "contacts")
		})
	}
}
