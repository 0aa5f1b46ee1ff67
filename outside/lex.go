package outside

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// Of Lex's runtime perch needs one operation, RecognizeText.
// doc: API_runtime_RecognizeText

// askLex tells Lex what the customer says.
func (c *Caller) askLex(ctx context.Context, b Bot, u Utterance) ([]byte, error) {
	id, alias, ok := lexIDs(u.Bot)
	if b.BotID != "" {
		id, alias, ok = b.BotID, b.AliasID, true
	}
	if !ok {
		return nil, fmt.Errorf("%q is no ARN of a bot's alias: give its entry a BotId and a BotAliasId", u.Bot)
	}
	at, err := c.amazon.at(ctx, b.Place, c.http)
	if err != nil {
		return nil, err
	}
	endpoint := b.Endpoint
	if endpoint == "" {
		endpoint = "https://runtime-v2-lex." + b.Region + ".amazonaws.com"
	}
	where := strings.TrimSuffix(endpoint, "/") + "/bots/" + url.PathEscape(id) + "/botAliases/" + url.PathEscape(alias) +
		"/botLocales/" + url.PathEscape(u.Locale) + "/sessions/" + url.PathEscape(u.Session) + "/text"
	body, err := lexRequest(u)
	if err != nil {
		return nil, err
	}
	return c.persist(ctx, func() ([]byte, bool, error) {
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, where, bytes.NewReader(body))
		if err != nil {
			return nil, false, err
		}
		r.Header.Set("Content-Type", "application/json")
		keys, err := at.keys.Retrieve(ctx)
		if err != nil {
			return nil, false, fmt.Errorf("finding credentials: %w", err)
		}
		sum := sha256.Sum256(body)
		if err := v4.NewSigner().SignHTTP(ctx, keys, r, hex.EncodeToString(sum[:]), "lex", b.Region, c.opts.Now()); err != nil {
			return nil, false, err
		}
		return c.send(r)
	})
}

// lexRequest is the body of RecognizeText. Lex keeps its sessions itself: what
// the flow gives of one is said at its beginning.
func lexRequest(u Utterance) ([]byte, error) {
	type state struct {
		Attributes map[string]string `json:"sessionAttributes"`
	}
	in := struct {
		Text  string `json:"text"`
		State *state `json:"sessionState,omitempty"`
	}{Text: Shorten(u.Text, MaxLexText)}
	if u.First && len(u.Attributes) > 0 {
		in.State = &state{u.Attributes}
	}
	return json.Marshal(in)
}

// Shorten cuts a text to so many characters.
func Shorten(text string, characters int) string {
	if utf8.RuneCountInString(text) <= characters {
		return text
	}
	return string([]rune(text)[:characters])
}

// lexAnswer is what of RecognizeText's response matters here.
type lexAnswer struct {
	Messages     []BotMessage `json:"messages"`
	SessionState struct {
		Attributes   map[string]string `json:"sessionAttributes"`
		DialogAction struct {
			Type string `json:"type"`
		} `json:"dialogAction"`
		Intent lexIntent `json:"intent"`
	} `json:"sessionState"`
	Interpretations []struct {
		Intent     lexIntent `json:"intent"`
		Confidence *struct {
			Score json.Number `json:"score"`
		} `json:"nluConfidence"`
		Sentiment *struct {
			Sentiment string `json:"sentiment"`
			Score     struct {
				Positive json.Number `json:"positive"`
				Negative json.Number `json:"negative"`
				Neutral  json.Number `json:"neutral"`
				Mixed    json.Number `json:"mixed"`
			} `json:"sentimentScore"`
		} `json:"sentimentResponse"`
	} `json:"interpretations"`
}

type lexIntent struct {
	Name  string             `json:"name"`
	State string             `json:"state"`
	Slots map[string]lexSlot `json:"slots"`
}

// lexSlot is null where it has no value.
type lexSlot struct {
	Shape string `json:"shape"`
	Value *struct {
		Interpreted string `json:"interpretedValue"`
		Original    string `json:"originalValue"`
	} `json:"value"`
	Values   []lexSlot          `json:"values"`
	SubSlots map[string]lexSlot `json:"subSlots"`
}

// ReadLex reads what RecognizeText answers. The talk is over when the bot closes
// it, or when its intent is settled and it asks for nothing more.
func ReadLex(answer []byte) (Reply, error) {
	var in lexAnswer
	if err := json.Unmarshal(answer, &in); err != nil {
		return Reply{}, fmt.Errorf("what the bot answers is not what Lex answers: %w", err)
	}
	state, intent := in.SessionState, in.SessionState.Intent
	settled := intent.State == "Fulfilled" || intent.State == "ReadyForFulfillment" || intent.State == "Failed"
	over := settled
	switch state.DialogAction.Type {
	case "Close":
		over = true
	case "ElicitIntent", "ElicitSlot", "ConfirmIntent":
		over = false
	}
	found := lexData{IntentName: intent.Name, DialogState: dialogState(over, intent.State), SessionAttributes: state.Attributes, Slots: slotTexts(intent.Slots)}
	for _, other := range in.Interpretations {
		confidence := &lexConfidence{}
		if other.Confidence != nil {
			confidence.Score = other.Confidence.Score
		}
		if other.Intent.Name != intent.Name {
			found.other(other.Intent.Name, lexOther{other.Intent.Name, confidence, slotTexts(other.Intent.Slots)})
			continue
		}
		found.IntentConfidence = confidence
		if s := other.Sentiment; s != nil {
			found.SentimentResponse = &lexSentiment{Label: s.Sentiment, Scores: lexScores{s.Score.Positive, s.Score.Negative, s.Score.Neutral, s.Score.Mixed}}
		}
	}
	return found.reply(in.Messages, over, intent.State == "Failed")
}

// dialogState is Fulfilled where an intent has been returned to the flow.
// doc: connect-attrib-list.md
func dialogState(over bool, state string) string {
	if over && state != "Failed" {
		return "Fulfilled"
	}
	return state
}

// slotTexts are the values of slots, as flows compare them: a text, a list of
// them, or an object of slots within.
func slotTexts(slots map[string]lexSlot) map[string]any {
	out := map[string]any{}
	for name, slot := range slots {
		if v := slot.text(); v != nil {
			out[name] = v
		}
	}
	return out
}

func (s lexSlot) text() any {
	switch {
	case len(s.SubSlots) > 0:
		return slotTexts(s.SubSlots)
	case len(s.Values) > 0:
		var all []any
		for _, v := range s.Values {
			if text := v.text(); text != nil {
				all = append(all, text)
			}
		}
		return all
	case s.Value == nil:
		return nil
	case s.Value.Interpreted != "":
		return s.Value.Interpreted
	}
	return s.Value.Original
}
