package outside_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/perch-chat/perch/outside"
)

func TestWhatAFunctionMakesOfAMessage(t *testing.T) {
	t.Parallel()
	const lead = `{"status":"PROCESSED","result":{"processedChatContent":{"contentType":"text/plain","content":"`
	for answer, want := range map[string]outside.Processed{
		lead + `**"}}}`:         {Content: "**", ContentType: "text/plain"},
		`{"status":"APPROVED"}`: {},
		`{"status":"APPROVED","result":{"processedChatContent":{"content":"as it was","contentType":"text/plain"}}}`: {},
		`{"status":"REJECTED","result":null}`:           {Rejected: true},
		lead + strings.Repeat(`\u0007`, 16384) + `"}}}`: {Content: strings.Repeat("\a", 16384), ContentType: "text/plain"}, // more than flows may be answered
	} {
		s := recorder(t, func(_ int, w http.ResponseWriter, _ *http.Request, _ string) { io.WriteString(w, answer) }) //nolint:errcheck // a test
		c := outside.New(outside.Options{Functions: []outside.Function{{Name: "f", Place: outside.Place{URL: s.URL}}}, Rules: here})
		if got, err := c.Process(t.Context(), outside.Call{Name: "f", Event: []byte("{}")}); err != nil || got != want {
			t.Errorf("%.100s is read as %.100q (%v)", answer, got.Content, err)
		}
	}
	for _, answer := range []string{"", "null", "[]", `{"status":"FAILED"}`, `{"status":"processed"}`, `{"status":"PROCESSED"}`, lead + `"}}}`,
		lead + strings.Repeat("a", 16385) + `"}}}`, strings.Replace(lead, "text/plain", "text/html", 1) + `a"}}}`} {
		if got, err := outside.ReadProcessed([]byte(answer)); err == nil {
			t.Errorf("%.100s is read as %+v", answer, got)
		}
	}
}

func FuzzReadProcessed(f *testing.F) {
	f.Add([]byte(`{"status":"PROCESSED","result":{"processedChatContent":{"contentType":"text/plain","content":"a"}}}`))
	f.Fuzz(func(t *testing.T, answer []byte) {
		if p, err := outside.ReadProcessed(answer); err == nil && ((p.Content == "") != (p.ContentType == "") || p.Rejected && p.Content != "" || len(p.Content) > 16384) {
			t.Errorf("%q is read as %+v", answer, p)
		}
	})
}
