package token_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/perch-chat/perch/token"
)

var allKinds = []token.Kind{token.KindParticipant, token.KindConnection, token.KindSocket, token.KindPage}

func keyOf(b byte) []byte { return bytes.Repeat([]byte{b}, token.KeySize) }

func sealer(tb testing.TB, keys ...byte) *token.Sealer {
	tb.Helper()
	var secrets [][]byte
	for _, b := range keys {
		secrets = append(secrets, keyOf(b))
	}
	s, err := token.New(secrets...)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func seal(tb testing.TB, s *token.Sealer, kind token.Kind, payload any) string {
	tb.Helper()
	sealed, err := s.Seal(kind, payload)
	if err != nil {
		tb.Fatal(err)
	}
	return sealed
}

var ada = token.Participant{
	Instance:    "0b8ee5d6-9c1c-4a62-8e6f-9f4d5b0f5a01",
	Session:     "0190a5c2-7b1e-7c3d-9a54-6f0f2f7a4f10",
	Participant: "0190a5c2-7b1f-7d11-8a1a-2d3c4b5a6978",
}

func TestSealedPayloadOpensAgain(t *testing.T) {
	t.Parallel()
	s := sealer(t, 1)
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom(allKinds).Draw(t, "kind")
		in := token.Connection{
			Instance:    rapid.StringN(0, 30, 60).Draw(t, "instance"),
			Session:     rapid.StringN(0, 30, 60).Draw(t, "session"),
			Participant: rapid.StringN(0, 30, 60).Draw(t, "participant"),
			Expires:     rapid.Int64().Draw(t, "expires"),
		}
		sealed, err := s.Seal(kind, in)
		if err != nil {
			t.Skip("too long once escaped")
		}
		var out token.Connection
		if err := s.Open(kind, sealed, &out); err != nil || out != in {
			t.Fatalf("opened %+v, %v; sealed %+v", out, err, in)
		}
		again, _ := s.Seal(kind, in)
		if again != sealed {
			t.Fatal("the same payload sealed to another token")
		}
	})
}

func TestTokenIsShortAndSafeInURLs(t *testing.T) {
	t.Parallel()
	sealed := seal(t, sealer(t, 1), token.KindConnection, token.Connection{
		Instance: ada.Instance, Session: ada.Session, Participant: ada.Participant, Expires: 1<<62 - 1,
	})
	if len(sealed) > 300 {
		t.Errorf("a connection token has %d characters", len(sealed))
	}
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	if strings.Trim(sealed, alphabet) != "" {
		t.Errorf("%q needs escaping in a URL", sealed)
	}
}

func TestTokenDoesNotShowItsPayload(t *testing.T) {
	t.Parallel()
	b, _ := base64.RawURLEncoding.DecodeString(seal(t, sealer(t, 1), token.KindParticipant, ada))
	if bytes.Contains(b, []byte(ada.Session)) {
		t.Error("the session can be read in the token")
	}
}

func TestTokenWithAnyBitFlippedDoesNotOpen(t *testing.T) {
	t.Parallel()
	s := sealer(t, 1, 2)
	sealed := seal(t, s, token.KindParticipant, ada)
	raw, _ := base64.RawURLEncoding.DecodeString(sealed)
	var out token.Participant
	for i := range len(raw) * 8 {
		b := bytes.Clone(raw)
		b[i/8] ^= 1 << (i % 8)
		if err := s.Open(token.KindParticipant, base64.RawURLEncoding.EncodeToString(b), &out); !errors.Is(err, token.ErrOpen) {
			t.Fatalf("bit %d of the bytes: %v", i, err)
		}
	}
	for i := range len(sealed) * 8 {
		b := []byte(sealed)
		b[i/8] ^= 1 << (i % 8)
		if err := s.Open(token.KindParticipant, string(b), &out); !errors.Is(err, token.ErrOpen) {
			t.Fatalf("bit %d of the characters: %v", i, err)
		}
	}
}

func TestTokenCutOrLengthenedDoesNotOpen(t *testing.T) {
	t.Parallel()
	s := sealer(t, 1)
	sealed := seal(t, s, token.KindParticipant, ada)
	altered := []string{sealed + "A", sealed + "=", sealed + "\n", "\r\n" + sealed, " " + sealed, sealed + sealed, strings.Repeat("A", 2000)}
	for n := range len(sealed) {
		altered = append(altered, sealed[:n], sealed[:n]+"\n"+sealed[n:])
	}
	for _, a := range altered {
		var out token.Participant
		if err := s.Open(token.KindParticipant, a, &out); !errors.Is(err, token.ErrOpen) || out != (token.Participant{}) {
			t.Errorf("%q opened: %+v, %v", a, out, err)
		}
	}
}

func TestTokenOfOneKindDoesNotOpenAsAnother(t *testing.T) {
	t.Parallel()
	s := sealer(t, 1)
	for _, from := range allKinds {
		for _, to := range allKinds {
			sealed := seal(t, s, from, ada)
			var out token.Participant
			if err := s.Open(to, sealed, &out); (err == nil) != (from == to) {
				t.Errorf("sealed as %d, opened as %d: %v", from, to, err)
			}
		}
	}
	if seal(t, s, token.KindParticipant, ada) == seal(t, s, token.KindSocket, ada) {
		t.Error("two kinds sealed to the same token")
	}
}

func TestRotationKeepsOldTokensUntilTheirKeyGoes(t *testing.T) {
	t.Parallel()
	before, during, after := sealer(t, 1), sealer(t, 2, 1), sealer(t, 2)
	old := seal(t, before, token.KindParticipant, ada)
	fresh := seal(t, during, token.KindParticipant, ada)
	opens := func(s *token.Sealer, sealed string) bool {
		var out token.Participant
		return s.Open(token.KindParticipant, sealed, &out) == nil && out == ada
	}
	if !opens(during, old) || !opens(during, fresh) || !opens(after, fresh) {
		t.Error("a token whose key is valid does not open")
	}
	if opens(after, old) || opens(before, fresh) {
		t.Error("a token opened without its key")
	}
	if fresh != seal(t, after, token.KindParticipant, ada) {
		t.Error("the first key does not seal")
	}
}

// Six bits of hint tell keys apart: with 70 keys some must share theirs.
func TestKeysThatShareAHintAllOpen(t *testing.T) {
	t.Parallel()
	var keys []byte
	for b := range byte(70) {
		keys = append(keys, b+1)
	}
	all := sealer(t, keys...)
	for _, b := range keys {
		var out token.Participant
		if err := all.Open(token.KindParticipant, seal(t, sealer(t, b), token.KindParticipant, ada), &out); err != nil {
			t.Errorf("key %d: %v", b, err)
		}
	}
}

func TestPayloadThatIsTooLongIsRefusedAtTheLimit(t *testing.T) {
	t.Parallel()
	s := sealer(t, 1)
	longest := 0
	for n := 600; n < 800; n++ {
		sealed, err := s.Seal(token.KindPage, strings.Repeat("x", n))
		if err != nil {
			break
		}
		longest = n
		var out string
		if err := s.Open(token.KindPage, sealed, &out); err != nil || len(out) != n {
			t.Fatalf("%d characters sealed, but: %v", n, err)
		}
	}
	// 1000 characters are 750 bytes: 709 of JSON, two of them its quotes.
	if longest != 707 {
		t.Errorf("the longest payload had %d characters", longest)
	}
}

func TestPayloadOfAnotherLayoutDoesNotOpen(t *testing.T) {
	t.Parallel()
	s := sealer(t, 1)
	var out token.Participant
	if err := s.Open(token.KindPage, seal(t, s, token.KindPage, []int{1}), &out); !errors.Is(err, token.ErrOpen) {
		t.Error(err)
	}
	if _, err := s.Seal(token.KindPage, func() {}); err == nil {
		t.Error("sealed what is no JSON")
	}
}

func TestNewRefusesKeysThatAreNone(t *testing.T) {
	t.Parallel()
	for name, keys := range map[string][][]byte{
		"none":  nil,
		"empty": {{}},
		"short": {keyOf(1), keyOf(2)[:31]},
		"long":  {append(keyOf(1), 0)},
		"twice": {keyOf(1), keyOf(2), keyOf(1)},
	} {
		if _, err := token.New(keys...); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestTokenExpiresAtItsMillisecond(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 2, 3, 4, 5, 678e6, time.UTC)
	c, s := token.Connection{Expires: at.UnixMilli()}, token.Socket{Expires: at.UnixMilli()}
	if before := at.Add(-time.Millisecond); c.Expired(before) || s.Expired(before) {
		t.Error("expired too early")
	}
	if !c.Expired(at) || !s.Expired(at) {
		t.Error("not expired in time")
	}
}

func FuzzOpen(f *testing.F) {
	s := sealer(f, 1, 2)
	for _, kind := range allKinds {
		f.Add(seal(f, s, kind, ada))
	}
	f.Add("")
	f.Add("QQ")
	known := seal(f, s, token.KindParticipant, ada)
	f.Fuzz(func(t *testing.T, sealed string) {
		var out token.Participant
		if s.Open(token.KindParticipant, sealed, &out) == nil && sealed != known {
			t.Errorf("%q opened", sealed)
		}
	})
}
