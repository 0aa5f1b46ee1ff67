package api

import (
	"encoding/json"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/wire"
)

const (
	// maxWidgetToken is the most characters of a widget's token: 6144 bytes at
	// two bytes each.
	// doc: pass-contact-attributes-chat.md
	maxWidgetToken = 3072
	// maxWidgetTokenLife is the longest that a widget's token may hold.
	// doc: add-chat-to-website.md
	maxWidgetTokenLife = 10 * time.Minute
	// clockSkew is how far a site's clock may be ahead of or behind ours.
	clockSkew = 30 * time.Second
)

// widgetClaims is what a site has signed for a chat.
type widgetClaims struct {
	Attributes map[string]string
	Segment    map[string]wire.SegmentAttribute
	// CustomerID is who the person is to the site: open chats are found again
	// by it, and past ones.
	CustomerID string
}

var errWidgetToken = perch.Errorf(perch.Unauthenticated, "the token of the chat is missing, expired or not signed with a security key of this widget")

// openWidgetToken checks a site's token against the keys of a widget, each as the
// text that it was handed out as.
//
// Errors: Unauthenticated, Refused for what is signed and cannot be used.
func openWidgetToken(text, widget string, keys []string, now time.Time) (widgetClaims, error) {
	var out widgetClaims
	if text == "" || len(text) > maxWidgetToken {
		return out, errWidgetToken
	}
	parsed, err := jwt.ParseSigned(text, []jose.SignatureAlgorithm{jose.HS256})
	if err != nil {
		return out, errWidgetToken
	}
	var standard jwt.Claims
	var own struct {
		Attributes        json.RawMessage `json:"attributes"`
		SegmentAttributes json.RawMessage `json:"segmentAttributes"`
		CustomerID        string          `json:"customerId"`
	}
	err = errWidgetToken
	for _, key := range keys {
		if err = parsed.Claims([]byte(key), &standard, &own); err == nil {
			break
		}
	}
	if err != nil || standard.Subject != widget || standard.Expiry == nil || standard.IssuedAt == nil {
		return out, errWidgetToken
	}
	expires, issued := standard.Expiry.Time(), standard.IssuedAt.Time()
	if !now.Before(expires) || now.Add(clockSkew).Before(issued) || expires.Sub(issued) > maxWidgetTokenLife {
		return out, errWidgetToken
	}
	var attributes map[string]json.RawMessage
	if err := unmarshal(own.Attributes, &attributes); err != nil {
		return out, perch.Errorf(perch.Refused, "the token's attributes must be an object of texts")
	}
	out = widgetClaims{Attributes: map[string]string{}, CustomerID: own.CustomerID}
	if err := unmarshal(own.SegmentAttributes, &out.Segment); err != nil {
		return out, perch.Errorf(perch.Refused, "the token's segmentAttributes must be an object as StartChatContact takes it")
	}
	for k, raw := range attributes {
		var value string
		if k == "" || len(raw) == 0 || raw[0] != '"' || json.Unmarshal(raw, &value) != nil {
			return out, perch.Errorf(perch.Refused, "the token's attributes must be texts with a name: %q is not", k)
		}
		out.Attributes[k] = value
	}
	return out, nil
}

// unmarshal reads a claim that may be missing.
func unmarshal(raw json.RawMessage, into any) error {
	if len(raw) == 0 {
		return nil
	}
	return json.Unmarshal(raw, into)
}
