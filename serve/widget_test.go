package serve_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/perch-chat/perch/catalog"
)

const shop = "https://shop.example"

// widgetIn makes a signed widget in the house's data, and two rotations of its key.
func widgetIn(h *house, look catalog.Look) (id string, keys []string) {
	h.t.Helper()
	h.furnish(func(ctx context.Context, c *catalog.Catalog) error {
		id, keys = "", nil
		w, err := c.PutWidget(ctx, h.started.InstanceID, catalog.Widget{Name: "shop", Domains: []string{shop}, Signed: true, Look: look})
		if err != nil {
			return err
		}
		id = w.ID
		for range 3 {
			key, err := c.RotateKey(ctx, h.started.InstanceID, id, time.Now())
			if err != nil {
				return err
			}
			keys = append(keys, key)
		}
		return nil
	})
	return id, keys
}

func sign(t *testing.T, key, header string, claims object) string {
	t.Helper()
	part := base64.RawURLEncoding.EncodeToString
	signed := part([]byte(header)) + "." + part(encode(t, claims))
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(signed))
	return signed + "." + part(mac.Sum(nil))
}

const hs256 = `{"typ":"JWT","alg":"HS256"}`

func claimsFor(widget string, more object) object {
	now := time.Now().Unix()
	out := object{"sub": widget, "iat": now, "exp": now + 600}
	for k, v := range more {
		if out[k] = v; v == nil {
			delete(out, k)
		}
	}
	return out
}

type widgetAnswer struct {
	begun
	Attached, Choose bool
}

func (h *house) widgetStart(widget string, body object) (int, widgetAnswer) {
	h.t.Helper()
	all := object{"Page": shop, "DisplayName": "Ada"}
	for k, v := range body {
		all[k] = v
	}
	res, text := h.answer(h.request("POST", "/widget/"+widget+"/start", encode(h.t, all)))
	synctest.Wait()
	var out widgetAnswer
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		h.t.Errorf("no JSON: %q", text)
	}
	return res.StatusCode, out
}

// related is the contact that a chat continues.
func related(h *house, contact string) string {
	id, _ := h.described(contact)["RelatedContactId"].(string)
	return id
}

func TestWidgetsRefuseWhatIsNotSignedForThem(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		id, keys := widgetIn(h, catalog.Look{})
		newest := keys[2]
		for name, c := range map[string]struct {
			body   object
			widget string
			want   int
		}{
			"newest key":          {object{"Token": sign(t, newest, hs256, claimsFor(id, nil))}, id, 200},
			"key before it":       {object{"Token": sign(t, keys[1], hs256, claimsFor(id, nil))}, id, 200},
			"key rotated away":    {object{"Token": sign(t, keys[0], hs256, claimsFor(id, nil))}, id, 401},
			"none":                {object{}, id, 401},
			"no token at all":     {object{"Token": "x"}, id, 401},
			"not signed":          {object{"Token": sign(t, newest, `{"alg":"none"}`, claimsFor(id, nil))}, id, 401},
			"another algorithm":   {object{"Token": sign(t, newest, `{"alg":"HS512"}`, claimsFor(id, nil))}, id, 401},
			"another widget's":    {object{"Token": sign(t, newest, hs256, claimsFor("other", nil))}, id, 401},
			"expired":             {object{"Token": sign(t, newest, hs256, claimsFor(id, object{"exp": time.Now().Unix() - 1}))}, id, 401},
			"for too long":        {object{"Token": sign(t, newest, hs256, claimsFor(id, object{"exp": time.Now().Unix() + 601}))}, id, 401},
			"for ever":            {object{"Token": sign(t, newest, hs256, claimsFor(id, object{"exp": nil}))}, id, 401},
			"of the future":       {object{"Token": sign(t, newest, hs256, claimsFor(id, object{"iat": time.Now().Unix() + 300}))}, id, 401},
			"attribute no text":   {object{"Token": sign(t, newest, hs256, claimsFor(id, object{"attributes": object{"n": 1}}))}, id, 400},
			"attribute unnamed":   {object{"Token": sign(t, newest, hs256, claimsFor(id, object{"attributes": object{"": "x"}}))}, id, 400},
			"attributes a list":   {object{"Token": sign(t, newest, hs256, claimsFor(id, object{"attributes": []string{"x"}}))}, id, 400},
			"page of a stranger":  {object{"Page": "https://evil.example", "Token": sign(t, newest, hs256, claimsFor(id, nil))}, id, 400},
			"page of a subdomain": {object{"Page": "https://shop.example.evil.example", "Token": sign(t, newest, hs256, claimsFor(id, nil))}, id, 400},
			"no page":             {object{"Page": "null", "Token": sign(t, newest, hs256, claimsFor(id, nil))}, id, 400},
			"unknown widget":      {object{}, "none", 404},
		} {
			if got, out := h.widgetStart(c.widget, c.body); got != c.want {
				t.Errorf("%s: %d %s, want %d", name, got, out.Message, c.want)
			}
		}
	})
}

func TestWidgetSaysWhoVouchesForWhat(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		id, keys := widgetIn(h, catalog.Look{})
		_, past := h.widgetStart(id, object{"Token": sign(t, keys[2], hs256, claimsFor(id, object{"customerId": "ada"}))})
		source := past.Data.StartChatResult.ContactId
		h.signed("POST", "/contact/stop", object{"InstanceId": h.started.InstanceID, "ContactId": source})
		elapse(time.Minute)

		status, out := h.widgetStart(id, object{"Attributes": object{"sourceContactId": source, "page": "tea"},
			"Token": sign(t, keys[2], hs256, claimsFor(id, object{"attributes": object{"plan": "gold"}}))})
		if status != http.StatusOK {
			t.Fatal(status, out.Message)
		}
		elapse(time.Second)
		got := h.attributes(out.Data.StartChatResult.ContactId)
		if got["plan"] != "gold" || got["HostedWidget-page"] != "tea" || got["page"] != "" || got["sourceContactId"] != "" {
			t.Errorf("the chat has the attributes %v", got)
		}
		if got := related(h, out.Data.StartChatResult.ContactId); got != "" {
			t.Errorf("an unsigned id has opened the past of %s", got)
		}
		_, out = h.widgetStart(id, object{"Token": sign(t, keys[2], hs256, claimsFor(id, object{"attributes": object{"sourceContactId": source}}))})
		elapse(time.Second)
		if got := related(h, out.Data.StartChatResult.ContactId); got != source {
			t.Errorf("the chat continues %q, signed was %s", got, source)
		}
	})
}

func TestSignedPersonFindsTheOpenChatAgain(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		id, keys := widgetIn(h, catalog.Look{AskContinue: true})
		token := func(customer string) string {
			return sign(t, keys[2], hs256, claimsFor(id, object{"customerId": customer}))
		}
		_, first := h.widgetStart(id, object{"Token": token("ada"), "Choice": "ask"})
		contact := first.Data.StartChatResult.ContactId
		_, again := h.widgetStart(id, object{"Token": token("ada"), "Choice": "ask"})
		if !again.Attached || again.Data.StartChatResult.ContactId != contact || again.Data.StartChatResult.ParticipantToken == "" {
			t.Errorf("the second device is given %+v", again)
		}
		for name, body := range map[string]object{
			"another person":       {"Token": token("bob")},
			"nobody in particular": {"Token": sign(t, keys[2], hs256, claimsFor(id, nil))},
			"by a page's own word": {"Token": sign(t, keys[2], hs256, claimsFor(id, nil)), "Attributes": object{"customerId": "ada"}},
			"who starts anew":      {"Token": token("ada"), "Choice": "new"},
		} {
			if _, out := h.widgetStart(id, body); out.Attached || out.Data.StartChatResult.ContactId == contact || out.Data.StartChatResult.ContactId == "" {
				t.Errorf("%s is given %+v", name, out)
			}
		}
		h.signed("POST", "/contact/stop", object{"InstanceId": h.started.InstanceID, "ContactId": contact})
		elapse(time.Second)
		_, carol := h.widgetStart(id, object{"Token": token("carol")})
		h.signed("POST", "/contact/stop", object{"InstanceId": h.started.InstanceID, "ContactId": carol.Data.StartChatResult.ContactId})
		elapse(time.Second)
		if _, out := h.widgetStart(id, object{"Token": token("carol"), "Choice": "ask"}); !out.Choose || out.Data.StartChatResult.ContactId != "" {
			t.Errorf("with an ended chat: %+v, want a choice", out)
		}
		_, out := h.widgetStart(id, object{"Token": token("carol"), "Choice": "continue"})
		if got := out.Data.StartChatResult.ContinuedFromContactId; got != carol.Data.StartChatResult.ContactId {
			t.Errorf("the chat continues %q", got)
		}
	})
}

func TestFramesAreShownByTheWidgetsDomainsAlone(t *testing.T) {
	story(t, func(t *testing.T, h *house) {
		id, _ := widgetIn(h, catalog.Look{})
		for frame, want := range map[string]string{
			id:          "'self' http://127.0.0.1:8080 http://localhost:8080 " + shop,
			"interface": "'self' *", // keeps nothing, and is given all by the page
		} {
			policy := policyOf(h, "/widget/"+frame+"/frame")
			if policy["frame-ancestors"] != want {
				t.Errorf("the frame of %s is shown in pages of %q, want %q", frame, policy["frame-ancestors"], want)
			}
			nonce, ok := strings.CutPrefix(policy["script-src"], "'nonce-")
			if again := policyOf(h, "/widget/"+frame+"/frame"); !ok || len(nonce) < 22 || again["script-src"] == policy["script-src"] {
				t.Errorf("scripts of %s run by %q, and the next time by %q", frame, policy["script-src"], again["script-src"])
			}
			for directive, want := range map[string]string{
				"default-src": "'none'", "base-uri": "'none'", "form-action": "'none'", "trusted-types": "'none'", "require-trusted-types-for": "'script'",
				"style-src": policy["script-src"], "img-src": "'self' data: blob:",
				"connect-src": "'self' http://127.0.0.1:8080 ws://127.0.0.1:8080/participant/socket",
			} {
				if policy[directive] != want {
					t.Errorf("%s of the frame of %s is %q, want %q", directive, frame, policy[directive], want)
				}
			}
		}
		if policy := policyOf(h, "/widget/preview/frame"); policy["frame-ancestors"] != "'self'" {
			t.Errorf("the preview is shown in %q", policy["frame-ancestors"])
		}
		if policy := policyOf(h, "/desk"); policy["frame-src"] != "'self'" || policy["frame-ancestors"] != "'none'" {
			t.Errorf("the desk shows frames of %q, in %q", policy["frame-src"], policy["frame-ancestors"])
		}
		if policy := policyOf(h, "/widget/none/frame"); policy["frame-ancestors"] != "" {
			t.Errorf("a widget that does not exist is shown in %q", policy["frame-ancestors"])
		}
	})
}

// policyOf is what a page's Content-Security-Policy says, by directive: that of a
// build without its pages, too.
func policyOf(h *house, path string) map[string]string {
	res, _ := h.answer(h.request("GET", path, nil))
	out := map[string]string{}
	for each := range strings.SplitSeq(res.Header.Get("Content-Security-Policy"), "; ") {
		name, value, _ := strings.Cut(each, " ")
		out[name] = value
	}
	return out
}
