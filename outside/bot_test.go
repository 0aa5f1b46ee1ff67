package outside_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/perch-chat/perch/outside"
)

const alias = "arn:aws:lex:us-east-1:000000000000:bot-alias/BOOKER/LIVE"

func talk(t *testing.T, u outside.Utterance, bots ...outside.Bot) (outside.Reply, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 8*time.Second)
	defer cancel()
	return outside.New(outside.Options{Bots: bots, Rules: here, Now: time.Now}).Talk(ctx, u)
}

func TestLexIsAskedOverItsWire(t *testing.T) {
	t.Parallel()
	var asked []string
	s := recorder(t, func(_ int, w http.ResponseWriter, r *http.Request, body string) {
		if r.Method != http.MethodPost || r.URL.Path != "/bots/BOOKER/botAliases/LIVE/botLocales/en_US/sessions/c1/text" ||
			!strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 Credential=key/") || !strings.Contains(r.Header.Get("Authorization"), "/us-east-1/lex/aws4_request") {
			t.Errorf("%s %s with %s", r.Method, r.URL, r.Header.Get("Authorization"))
		}
		asked = append(asked, body)
		io.WriteString(w, lexAnswer) //nolint:errcheck // a test
	})
	u := outside.Utterance{Bot: alias, Session: "c1", Locale: "en_US", Text: strings.Repeat("ä", 1500), Attributes: map[string]string{"tier": "gold"}, First: true}
	got, err := talk(t, u, outside.Bot{Name: alias, Place: amazon(s.URL)})
	if err != nil {
		t.Fatal(err)
	}
	want := outside.Reply{
		Messages: []outside.BotMessage{{ContentType: "PlainText", Content: "Which city?"},
			{ContentType: "ImageResponseCard", Card: &outside.Card{Title: "Cities", Buttons: []outside.Button{{Text: "Oslo", Value: "oslo"}}}}},
		Intent: "Book", Attributes: map[string]string{"tier": "gold", "n": "1"},
		Data: json.RawMessage(`{"IntentName":"Book","IntentConfidence":{"Score":0.91},"DialogState":"InProgress","Slots":{"date":"2026-11-21","extras":["sea","bed"]},` +
			`"SessionAttributes":{"n":"1","tier":"gold"},"SentimentResponse":{"Label":"NEUTRAL","Scores":{"Positive":0.1,"Negative":0.05,"Neutral":0.8,"Mixed":0.05}},` +
			`"AlternativeIntents":{"Cancel":{"IntentName":"Cancel","IntentConfidence":{"Score":0.3},"Slots":{}},"FallbackIntent":{"IntentName":"FallbackIntent","IntentConfidence":{},"Slots":{}}}}`),
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("it answers otherwise (-want +got):\n%s", d)
	}
	u.First, u.Text = false, "Oslo"
	if _, err := talk(t, u, outside.Bot{Name: alias, Place: amazon(s.URL)}); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{`{"text":"` + strings.Repeat("ä", 1024) + `","sessionState":{"sessionAttributes":{"tier":"gold"}}}`, `{"text":"Oslo"}`}, asked); d != "" {
		t.Errorf("it is asked otherwise (-want +got):\n%s", d)
	}
}

const lexAnswer = `{"sessionId":"c1","messages":[{"content":"Which city?","contentType":"PlainText"},
	{"contentType":"ImageResponseCard","imageResponseCard":{"title":"Cities","buttons":[{"text":"Oslo","value":"oslo"}]}}],
	"sessionState":{"dialogAction":{"type":"ElicitSlot","slotToElicit":"city"},"sessionAttributes":{"tier":"gold","n":"1"},
		"intent":{"name":"Book","state":"InProgress","confirmationState":"None","slots":{"city":null,
			"date":{"shape":"Scalar","value":{"originalValue":"today","interpretedValue":"2026-11-21","resolvedValues":["2026-11-21"]}},
			"extras":{"shape":"List","values":[{"shape":"Scalar","value":{"originalValue":"sea","interpretedValue":"sea"}},{"shape":"Scalar","value":{"originalValue":"bed"}}]}}}},
	"interpretations":[{"nluConfidence":{"score":0.91},"sentimentResponse":{"sentiment":"NEUTRAL","sentimentScore":{"positive":0.1,"negative":0.05,"neutral":0.8,"mixed":0.05}},
			"intent":{"name":"Book","state":"InProgress"}},
		{"nluConfidence":{"score":0.3},"intent":{"name":"Cancel","slots":{}}},{"intent":{"name":"FallbackIntent"}}]}`

func TestWhetherATalkWithLexIsOver(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]string{
		`{"dialogAction":{"type":"ElicitSlot"},"intent":{"name":"I","state":"InProgress"}}`:        "on",
		`{"dialogAction":{"type":"ConfirmIntent"},"intent":{"name":"I","state":"InProgress"}}`:     "on",
		`{"dialogAction":{"type":"ElicitIntent"},"intent":{"name":"I","state":"Fulfilled"}}`:       "on",
		`{"dialogAction":{"type":"ElicitIntent"}}`:                                                 "on",
		`{"dialogAction":{"type":"Close"},"intent":{"name":"I","state":"Fulfilled"}}`:              "over",
		`{"dialogAction":{"type":"Close"},"intent":{"name":"I","state":"ReadyForFulfillment"}}`:    "over",
		`{"dialogAction":{"type":"Close"},"intent":{"name":"I","state":"InProgress"}}`:             "over",
		`{"dialogAction":{"type":"Delegate"},"intent":{"name":"I","state":"ReadyForFulfillment"}}`: "over",
		`{"intent":{"name":"I","state":"Fulfilled"}}`:                                              "over",
		`{"dialogAction":{"type":"Close"},"intent":{"name":"I","state":"Failed"}}`:                 "failed",
	} {
		r, err := outside.ReadLex([]byte(`{"sessionState":` + answer + `}`))
		got := map[bool]string{true: "over", false: "on"}[r.Over]
		if r.Failed {
			got = "failed"
		}
		if err != nil || got != want {
			t.Errorf("after %s the talk is %s, want %s (%v)", answer, got, want, err)
		}
	}
}

func TestABotOverHTTPIsToldAndAnswers(t *testing.T) {
	t.Parallel()
	var asked string
	s := recorder(t, func(n int, w http.ResponseWriter, _ *http.Request, body string) {
		if n == 1 { // is tried again
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		asked = body
		io.WriteString(w, `{"messages":["Which city?",{"contentType":"CustomPayload","content":"{}"}],"state":"Fulfilled","intent":"Book","confidence":0.9,"sentiment":"POSITIVE",`+ //nolint:errcheck // a test
			`"slots":{"city":"Oslo","nights":3},"sessionAttributes":{"n":"2"},"memory":{"step":1}}`)
	})
	got, err := talk(t, outside.Utterance{Instance: "i", Bot: "Booker:prod", Session: "c1", Turn: 17, Locale: "de_DE", Text: "hi"}, outside.Bot{Name: "Booker", Place: outside.Place{URL: s.URL}})
	if err != nil {
		t.Fatal(err)
	}
	want := outside.Reply{Messages: []outside.BotMessage{{ContentType: "PlainText", Content: "Which city?"}, {ContentType: "CustomPayload", Content: "{}"}},
		Over: true, Intent: "Book", Attributes: map[string]string{"n": "2"}, State: json.RawMessage(`{"step":1}`),
		Data: json.RawMessage(`{"IntentName":"Book","IntentConfidence":{"Score":0.9},"DialogState":"Fulfilled","Slots":{"city":"Oslo","nights":3},"SessionAttributes":{"n":"2"},` +
			`"SentimentResponse":{"Label":"POSITIVE","Scores":{}}}`)}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("it answers otherwise (-want +got):\n%s", d)
	}
	if w := `{"version":"1.0","instanceId":"i","bot":"Booker:prod","sessionId":"c1","turn":17,"locale":"de_DE","text":"hi","sessionAttributes":{}}`; asked != w {
		t.Errorf("it is told %s, want %s", asked, w)
	}
}

func TestABotThatGoesTooFarIsRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ answer, says string }{
		"no JSON":         {`<html>`, "docs/bots.md"},
		"another state":   {`{"state":"Done"}`, "InProgress"},
		"many messages":   {`{"messages":[` + strings.Repeat(`"a",`, 20) + `"a"]}`, "21 messages"},
		"a long message":  {`{"messages":["` + strings.Repeat("a", 16385) + `"]}`, "16385 bytes"},
		"much to keep":    {`{"slots":{"a":"` + strings.Repeat("a", 32<<10) + `"}}`, "the limit is 32768"},
		"a long memory":   {`{"memory":"` + strings.Repeat("a", 16384) + `"}`, "memory"},
		"a long answer":   {`{"x":"` + strings.Repeat("a", 128<<10) + `"}`, "too long"},
		"somewhere else":  {"", "status 302"},
		"nobody knows it": {"", "no entry"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := recorder(t, func(_ int, w http.ResponseWriter, _ *http.Request, _ string) {
				if c.answer == "" {
					w.Header().Set("Location", "/")
					w.WriteHeader(http.StatusFound)
				}
				io.WriteString(w, c.answer) //nolint:errcheck // a test
			})
			u := outside.Utterance{Bot: "b"}
			if name == "nobody knows it" {
				u.Bot = "other"
			}
			if _, err := talk(t, u, outside.Bot{Name: "b", Place: outside.Place{URL: s.URL}}); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("answered with %v, want %q", err, c.says)
			}
		})
	}
}

func TestTheBestNameDecidesWithWhichBotIsTalked(t *testing.T) {
	t.Parallel()
	named := func(name string) outside.Bot {
		s := recorder(t, func(_ int, w http.ResponseWriter, _ *http.Request, _ string) {
			io.WriteString(w, `{"intent":"`+name+`"}`)
		}) //nolint:errcheck // a test
		return outside.Bot{Name: name, Place: outside.Place{URL: s.URL}}
	}
	elsewhere := named("elsewhere")
	elsewhere.Instance, elsewhere.Name = "another", "Booker:prod"
	all := []outside.Bot{named("*"), named("BOOKER"), named(alias), named("BOOKER:OLD"), named("Booker"), named("Booker:test"), elsewhere}
	for call, want := range map[string]string{alias: alias, strings.Replace(alias, "LIVE", "OLD", 1): "BOOKER:OLD", strings.Replace(alias, "LIVE", "X", 1): "BOOKER",
		"Booker:prod": "Booker", "Booker:test": "Booker:test", "other": "*"} {
		if got, err := talk(t, outside.Utterance{Instance: "mine", Bot: call}, all...); err != nil || got.Intent != want {
			t.Errorf("a talk with %s is one with %s, want %s (%v)", call, got.Intent, want, err)
		}
	}
}

// FuzzReadLex and FuzzReadBot: whatever answers, it is refused or fits into a chat.
func FuzzReadLex(f *testing.F) {
	f.Add([]byte(lexAnswer))
	f.Add([]byte(`{"sessionState":{"intent":{"slots":{"a":{"subSlots":{"b":{"values":[{}]}}}}}}}`))
	f.Fuzz(func(t *testing.T, answer []byte) { fits(t, answer, outside.ReadLex) })
}

func FuzzReadBot(f *testing.F) {
	f.Add([]byte(`{"messages":["a",{"contentType":"SSML","content":"<speak>b</speak>"}],"state":"Failed","slots":{"n":1e400},"memory":[1]}`))
	f.Fuzz(func(t *testing.T, answer []byte) { fits(t, answer, outside.ReadBot) })
}

func fits(t *testing.T, answer []byte, read func([]byte) (outside.Reply, error)) {
	r, err := read(answer)
	if err != nil {
		return
	}
	var kept map[string]any
	d := json.NewDecoder(bytes.NewReader(r.Data))
	d.UseNumber()
	if d.Decode(&kept) != nil || kept["IntentName"] != strings.ToValidUTF8(r.Intent, "\uFFFD") || r.Failed && !r.Over {
		t.Errorf("of %q flows keep %s, intent %q", answer, r.Data, r.Intent)
	}
}
