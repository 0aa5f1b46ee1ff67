package serve_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// answer is a whole answer: status, headers and body.
func (h *house) answer(r *http.Request) (*http.Response, string) {
	h.t.Helper()
	res, err := h.do(r)
	h.must(err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	h.must(err)
	return res, string(body)
}

// wantFault holds an answer against the shape that SDKs and pages read faults by.
func wantFault(t *testing.T, what string, res *http.Response, body string, status int, name string) {
	t.Helper()
	var said struct{ Message string }
	if err := json.Unmarshal([]byte(body), &said); err != nil || said.Message == "" {
		t.Errorf("%s: the body is %q, which says nothing in JSON: %v", what, body, err)
	}
	if got := res.Header.Get("X-Amzn-ErrorType"); res.StatusCode != status || got != name {
		t.Errorf("%s: the answer is %d %s, want %d %s", what, res.StatusCode, got, status, name)
	}
	if kind := res.Header.Get("Content-Type"); !strings.HasPrefix(kind, "application/json") {
		t.Errorf("%s: the content type is %q", what, kind)
	}
}

// wantReadable fails the test where a page of another origin could not read the
// answer.
func wantReadable(t *testing.T, what string, header http.Header) {
	t.Helper()
	if header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("%s: pages may not read the answer: %v", what, header)
	}
	for _, name := range []string{"x-amzn-requestid", "x-amzn-errortype"} {
		if !strings.Contains(strings.ToLower(header.Get("Access-Control-Expose-Headers")), name) {
			t.Errorf("%s: pages may not read %s: %v", what, name, header)
		}
	}
}

func TestFaultsAreJSONThatPagesCanRead(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		p := h.open(nil)
		bearer := http.Header{"X-Amz-Bearer": {p.credentials}}
		large := strings.Repeat("x", 1<<20+1)
		for what, c := range map[string]struct {
			method, path string
			header       http.Header
			body         string
			status       int
			fault        string
		}{
			"nothing there":            {"GET", "/nothing", nil, "", 404, "UnknownOperationException"},
			"the root":                 {"POST", "/", nil, "{}", 404, "UnknownOperationException"},
			"another method":           {"GET", "/participant/message", bearer, "", 404, "UnknownOperationException"},
			"another method, signed":   {"DELETE", "/contact/chat", nil, "", 404, "UnknownOperationException"},
			"slashes before":           {"POST", "//participant/message", bearer, `{"ContentType":"text/plain","Content":"a"}`, 404, "UnknownOperationException"},
			"slashes within":           {"POST", "/participant//message", bearer, `{"ContentType":"text/plain","Content":"a"}`, 404, "UnknownOperationException"},
			"slashes behind":           {"POST", "/participant/message//", bearer, `{"ContentType":"text/plain","Content":"a"}`, 404, "UnknownOperationException"},
			"a slash behind":           {"POST", "/participant/message/", bearer, `{"ContentType":"text/plain","Content":"a"}`, 404, "UnknownOperationException"},
			"dots in the path":         {"POST", "/participant/./message", bearer, `{"ContentType":"text/plain","Content":"a"}`, 404, "UnknownOperationException"},
			"steps back in the path":   {"POST", "/agent/../participant/message", bearer, `{"ContentType":"text/plain","Content":"a"}`, 404, "UnknownOperationException"},
			"no signature":             {"PUT", "/contact/chat", nil, "{}", 403, "MissingAuthenticationToken"},
			"no bearer":                {"POST", "/participant/message", nil, `{"ContentType":"text/plain","Content":"a"}`, 403, "AccessDeniedException"},
			"bad JSON":                 {"POST", "/participant/message", bearer, `{"ContentType":`, 400, "ValidationException"},
			"a missing field":          {"POST", "/participant/message", bearer, `{"ContentType":"text/plain"}`, 400, "ValidationException"},
			"too large a message":      {"POST", "/participant/message", bearer, large, 413, "RequestEntityTooLarge"},
			"too large, to the agents": {"POST", "/agent/login", nil, large, 413, "RequestEntityTooLarge"},
			"too large, of a page":     {"POST", "/Prod/", nil, large, 413, "RequestEntityTooLarge"},
			"not signed in":            {"GET", "/agent/me", nil, "", 401, "AccessDeniedException"},
			"no such agents' call":     {"GET", "/agent/nothing", nil, "", 404, "UnknownOperationException"},
		} {
			r := h.request(c.method, c.path, []byte(c.body))
			for k, v := range c.header {
				r.Header[k] = v
			}
			res, body := h.answer(r)
			wantFault(t, what, res, body, c.status, c.fault)
			wantReadable(t, what, res.Header)
			if res.Header.Get("X-Amzn-Requestid") == "" && !strings.HasPrefix(c.path, "/Prod") {
				t.Errorf("%s: the answer has no request id", what)
			}
		}
		if told := p.told(); count(told, "CUSTOMER:") != 0 {
			t.Errorf("something was said all the same: %q", told)
		}
	})
}

// The largest body is taken, and refused for what is in it alone.
func TestBodyOfTheLimitIsRead(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		p := h.open(nil)
		text := strings.Repeat("x", 1<<20-len(`{"ContentType":"text/plain","Content":""}`))
		r := p.call("message", object{"ContentType": "text/plain", "Content": text})
		if r.status != 400 || !strings.Contains(r.body, "16384 bytes") {
			t.Errorf("the answer is %d %s", r.status, r.body)
		}
	})
}

// Browsers ask before they send what is not simple; ChatJS and the SDKs for
// browsers send these headers.
func TestPagesMayAskWhetherTheyMayCall(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		for _, path := range []string{"/participant/connection", "/participant/message", "/contact/chat", "/Prod", "/Prod/", "/agent/status", "/nothing"} {
			r := h.request("OPTIONS", path, nil)
			r.Header.Set("Origin", "https://shop.example.com")
			r.Header.Set("Access-Control-Request-Method", "POST")
			res, _ := h.answer(r)
			wantReadable(t, path, res.Header)
			if res.StatusCode/100 != 2 {
				t.Errorf("%s: the answer is %d", path, res.StatusCode)
			}
			for _, method := range []string{"GET", "POST", "PUT"} {
				if !strings.Contains(res.Header.Get("Access-Control-Allow-Methods"), method) {
					t.Errorf("%s: %s is not allowed: %v", path, method, res.Header)
				}
			}
			for _, name := range []string{"content-type", "x-amz-bearer", "authorization", "x-amz-user-agent", "amz-sdk-invocation-id",
				"amz-sdk-request", "x-amz-date", "x-amz-content-sha256"} {
				if !strings.Contains(strings.ToLower(res.Header.Get("Access-Control-Allow-Headers")), name) {
					t.Errorf("%s: the header %s is not allowed: %v", path, name, res.Header)
				}
			}
		}
	})
}

func TestAnswersThatAreNotFaultsCanBeReadByPagesToo(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		p := h.open(nil)
		r := h.request("POST", "/participant/message", encode(t, object{"ContentType": "text/plain", "Content": "hello"}))
		r.Header.Set("X-Amz-Bearer", p.credentials)
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 made up") // as ChatJS sends, who has no key
		res, body := h.answer(r)
		if res.StatusCode != 200 || res.Header.Get("X-Amzn-Requestid") == "" {
			t.Errorf("the answer is %d %v %s", res.StatusCode, res.Header, body)
		}
		wantReadable(t, "a message", res.Header)
	})
}

func TestConnectionTokenHoldsForADay(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		p := h.open(object{"ChatDurationInMinutes": 10080})
		connected := time.Now()
		h.pass(24*time.Hour - time.Second)
		p.say("the last word with this token")
		h.pass(24*time.Hour - time.Since(connected))
		for _, operation := range []string{"message", "event", "transcript", "disconnect"} {
			r := p.call(operation, object{"ContentType": "text/plain", "Content": "too late"})
			if r.status != 403 || r.fault != "AccessDeniedException" {
				t.Errorf("%s answers %d %s, want 403", operation, r.status, r.body)
			}
		}
		p.connect() // the participant token holds as long as the chat does
		p.say("and the first with another")
		if told := p.told(); count(told, "Ada participant.joined") != 1 || count(told, "too late") != 0 {
			t.Errorf("the customer reads %q", told)
		}
	})
}

func TestHealthIsTold(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		for path, want := range map[string]string{"/healthz": `"ok"`, "/readyz": `"ready"`, "/metrics": "perch_commits_total"} {
			if r := h.borne("GET", path, "X-Test", "", nil); r.status != 200 || !strings.Contains(r.body, want) {
				t.Errorf("%s answers %d %s", path, r.status, r.body)
			}
		}
		handler := h.started.Handler
		h.stop()
		h.started.Handler = handler
		if r := h.borne("GET", "/readyz", "X-Test", "", nil); r.status != 503 {
			t.Errorf("once stopped, /readyz answers %d %s", r.status, r.body)
		}
		if r := h.borne("POST", "/participant/message", "X-Amz-Bearer", "x", object{}); r.status == 200 {
			t.Errorf("once stopped, a message is answered %d", r.status)
		}
	})
}

// Numbers in metrics go by the operation and never by ids, of which there is no end.
func TestMetricsNameRoutesAndNoIds(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		p := h.open(nil)
		p.say("hello")
		h.describe(p.contact)
		h.borne("GET", "/contacts/"+fmt.Sprint(h.started.InstanceID)+"/made-up", "X-Test", "", nil)
		r := h.borne("GET", "/metrics", "X-Test", "", nil)
		if !strings.Contains(r.body, `route="POST /participant/message",status="200"`) {
			t.Errorf("the metrics lack the message: %s", r.body)
		}
		for what, id := range map[string]string{"the contact": p.contact, "the instance": string(h.started.InstanceID), "a made-up id": "made-up"} {
			if strings.Contains(r.body, id) {
				t.Errorf("the metrics hold %s", what)
			}
		}
	})
}
