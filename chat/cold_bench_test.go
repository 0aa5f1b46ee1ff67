package chat_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/perch-chat/perch/store"
)

// What the database grows by for each chat of twenty messages that has ended: in
// rows, and moved into files as it ends.
func BenchmarkEndedChats(b *testing.B) {
	for _, cold := range []bool{false, true} {
		b.Run(fmt.Sprintf("cold=%v", cold), func(b *testing.B) {
			h := benchHouse(b)
			h.cold = cold
			b.SetParallelism(32)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					k := h.start()
					k.connect(k.customer)
					for i := range 20 {
						k.say(k.customer, fmt.Sprint("I would like to ask something about my order, number ", i))
					}
					k.end()
				}
			})
			to := b.TempDir() // a copy is without room that is free, and whole
			h.must(store.Backup(context.Background(), h.dir, to))
			info, err := os.Stat(filepath.Join(to, "perch.db"))
			h.must(err)
			size := info.Size()
			_, files, err := h.ColdOnes(context.Background())
			h.must(err)
			b.ReportMetric(float64(size)/float64(b.N), "db-B/chat")
			b.ReportMetric(float64(files)/float64(b.N), "file-B/chat")
		})
	}
}
