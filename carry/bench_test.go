package carry_test

import "testing"

// Files of a contact each, of twenty messages, in chats of one contact, but one in eight of four: read from a directory, and kept so that a loss of power loses nothing.
func BenchmarkImport(b *testing.B) {
	h := openHouse(b, false)
	for n := 1; n <= b.N; n++ {
		initial := n
		if n%10 < 3 && n > 10 { // of the chat before
			initial = n - n%10 - 1
		}
		items := []object{item(100*n, float64(100*n), ada, ev+"participant.joined", "")}
		for k := 1; k <= 20; k++ {
			items = append(items, item(100*n+k, float64(100*n+k), []string{ada, bob}[k%2], "text/plain", "I would like to ask something about my order"))
		}
		items = append(items, item(100*n+21, float64(100*n+21), "", ev+"chat.ended", ""))
		h.leave(transcriptName(n), h.transcript(n, initial, items...))
	}
	b.ResetTimer()
	r := h.imported()
	if r.Transcripts != b.N {
		b.Errorf("%+v", r)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Minutes(), "files/min")
}
