package serve_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/perch-chat/perch/serve"
	"github.com/perch-chat/perch/staff"
)

// running is a server without an address, for requests by the thousand.
func running(tb testing.TB) serve.Started {
	tb.Helper()
	ctx, stop := context.WithCancel(context.Background())
	ready, over := make(chan serve.Started, 1), make(chan error, 1)
	go func() {
		over <- serve.Run(ctx, serve.Options{Dir: tb.TempDir(), PublicURL: "http://127.0.0.1:8080",
			PasswordCost: staff.Cost{Memory: 8, Passes: 1, Threads: 1}}, func(s serve.Started) { ready <- s })
	}()
	tb.Cleanup(func() {
		stop()
		if err := <-over; err != nil {
			tb.Error(err)
		}
	})
	select {
	case s := <-ready:
		return s
	case err := <-over:
		over <- nil
		tb.Fatal(err)
		return serve.Started{}
	}
}

// post sends a body, and reads the answer if it is a success.
func post(tb testing.TB, s serve.Started, path, bearer string, body []byte, into any) *httptest.ResponseRecorder {
	tb.Helper()
	r := httptest.NewRequest("POST", path, bytes.NewReader(body))
	r.Header.Set("X-Amz-Bearer", bearer)
	w := httptest.NewRecorder()
	s.Handler.ServeHTTP(w, r)
	if w.Code == http.StatusOK && into != nil {
		if err := json.Unmarshal(w.Body.Bytes(), into); err != nil {
			tb.Fatal(err)
		}
	}
	return w
}

// FuzzStartBody sends a page's body: whatever it is, the answer is JSON of the
// sample's form, and never a failure of the server.
func FuzzStartBody(f *testing.F) {
	s := running(f)
	whole, err := json.Marshal(map[string]any{"InstanceId": s.InstanceID, "ContactFlowId": s.ContactFlowID,
		"ParticipantDetails": map[string]any{"DisplayName": "Ada"}, "Attributes": map[string]any{"a": 1, "b": []any{nil}, "HostedWidget-sourceContactId": "x"},
		"PersistentChat": map[string]any{"SourceContactId": "x", "RehydrationType": "FROM_SEGMENT"}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	for _, part := range []string{"", "null", "[]", `{"Attributes":5}`, `{"Attributes":{"a":{"b":"c"}}}`, `{"PersistentChat":{}}`, `{"ParticipantDetails":[]}`,
		`{"ConnectInstanceId":1}`, `{"Attributes":null,"ParticipantDetails":{"DisplayName":5}}`, "\xff", `{"a":1e999}`} {
		f.Add([]byte(part))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		w := post(t, s, "/Prod/", "", body, nil)
		var out struct {
			Data struct {
				StartChatResult struct{ ContactId string }
				Error           struct{ Code string }
			}
			Message string
		}
		if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil || w.Code >= http.StatusInternalServerError {
			t.Fatalf("%q answers %d %s", body, w.Code, w.Body)
		}
		if ok := w.Code == http.StatusOK; ok != (out.Data.StartChatResult.ContactId != "") || ok == (out.Data.Error.Code != "") {
			t.Errorf("%q answers %d %s", body, w.Code, w.Body)
		}
	})
}

// FuzzNextToken asks for a page by any token: there is one that holds.
func FuzzNextToken(f *testing.F) {
	s := running(f)
	var begun struct {
		Data struct {
			StartChatResult struct{ ParticipantToken string }
		}
	}
	start, err := json.Marshal(map[string]any{"InstanceId": s.InstanceID, "ContactFlowId": s.ContactFlowID, "ParticipantDetails": map[string]any{"DisplayName": "Ada"}})
	if err != nil {
		f.Fatal(err)
	}
	post(f, s, "/Prod/", "", start, &begun)
	var connection struct {
		ConnectionCredentials struct{ ConnectionToken string }
	}
	post(f, s, "/participant/connection", begun.Data.StartChatResult.ParticipantToken, []byte(`{"Type":["CONNECTION_CREDENTIALS"],"ConnectParticipant":true}`), &connection)
	bearer := connection.ConnectionCredentials.ConnectionToken
	for range 2 {
		post(f, s, "/participant/message", bearer, []byte(`{"ContentType":"text/plain","Content":"x"}`), nil)
	}
	var page struct{ NextToken string }
	post(f, s, "/participant/transcript", bearer, []byte(`{"MaxResults":1}`), &page)
	if page.NextToken == "" {
		f.Fatal("the transcript has one page")
	}
	for _, seed := range []string{page.NextToken, bearer, begun.Data.StartChatResult.ParticipantToken, "", "x", page.NextToken + "=", page.NextToken + "\n",
		page.NextToken[1:], strings.Repeat("A", 1000), strings.Repeat("A", 1001)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, next string) {
		body, err := json.Marshal(map[string]any{"MaxResults": 1, "NextToken": next})
		if err != nil {
			t.Skip()
		}
		w := post(t, s, "/participant/transcript", bearer, body, nil)
		if next == page.NextToken {
			if w.Code != http.StatusOK {
				t.Errorf("the token itself answers %d %s", w.Code, w.Body)
			}
			return
		}
		if w.Code != http.StatusBadRequest || w.Header().Get("X-Amzn-ErrorType") != "ValidationException" || !strings.Contains(w.Body.String(), "NextToken: ") {
			t.Errorf("%q answers %d %s", next, w.Code, w.Body)
		}
	})
}
