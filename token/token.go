// Package token seals and opens what perch hands to clients and gets back
// unread: participant, connection and socket tokens, and places in a transcript.
//
// A token says what it was sealed for. Whether its holder may still do anything
// is for others to decide.
package token

import (
	"bytes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/chacha20poly1305"
)

// Kind is what a token is for. A token of one kind does not open as another.
// The numbers are part of every token that is out: never change or reuse one.
type Kind uint8

const (
	KindParticipant Kind = iota + 1
	KindConnection
	KindSocket
	KindPage

	// Kinds of the rooms that sign people in and keep settings. The numbers
	// are in what is out, and on disk.
	KindAgent     Kind = 64
	KindAccessKey Kind = 65
	// KindAgentSocket is of the URL of an agent's socket.
	KindAgentSocket Kind = 66
	// KindRefresh is of the cookie with which a page stays signed in.
	KindRefresh Kind = 67
	// KindView is of the views that clients are shown.
	KindView Kind = 69
	// KindWidgetKey is of the security keys of widgets, as they are kept.
	KindWidgetKey Kind = 75
	// KindUpload and KindDownload are of the URLs of files.
	KindUpload   Kind = 70
	KindDownload Kind = 71
	// KindAuthentication is of the state with which customers come back from a
	// provider.
	KindAuthentication Kind = 76
	// KindProvider is of the cookie that waits for an answer of an OpenID provider.
	KindProvider Kind = 68
)

const (
	// KeySize is the length of a key in bytes.
	KeySize = 32
	// MaxLength is the most characters of a token: the bearers and NextToken of
	// the participant API have no more.
	//
	// doc: API_GetTranscript
	MaxLength = 1000
)

// ErrOpen is the one answer for whatever does not open: altered, cut, too long, of
// another kind, or sealed by a key that is not valid any more.
var ErrOpen = errors.New("token: does not open")

// Sealer seals with its first key and opens with all of them. It is safe for
// concurrent use.
type Sealer struct {
	keys []key
}

// A key is derived into parts, so that no bytes serve two purposes.
type key struct {
	lead  byte // first byte of its tokens: version and a hint which key it was
	aead  cipher.AEAD
	nonce []byte
}

// New makes a Sealer. Keys have KeySize random bytes each and are all different.
// To rotate, put the new key first and leave the old one behind it for as long as
// its tokens shall hold.
func New(keys ...[]byte) (*Sealer, error) {
	if len(keys) == 0 {
		return nil, errors.New("token: give at least one key")
	}
	s := &Sealer{}
	for i, secret := range keys {
		if len(secret) != KeySize {
			return nil, fmt.Errorf("token: give key %d %d bytes, not %d", i+1, KeySize, len(secret))
		}
		for _, earlier := range keys[:i] {
			if bytes.Equal(earlier, secret) {
				return nil, fmt.Errorf("token: key %d is there twice", i+1)
			}
		}
		k, err := derive(secret)
		if err != nil {
			return nil, fmt.Errorf("token: derive key %d: %w", i+1, err)
		}
		s.keys = append(s.keys, k)
	}
	return s, nil
}

func derive(secret []byte) (key, error) {
	part := func(purpose string, size int) ([]byte, error) {
		return hkdf.Expand(sha256.New, secret, "perch token 1 "+purpose, size)
	}
	seal, err := part("seal", chacha20poly1305.KeySize)
	if err != nil {
		return key{}, err
	}
	nonce, err := part("nonce", sha256.Size)
	if err != nil {
		return key{}, err
	}
	hint, err := part("hint", 1)
	if err != nil {
		return key{}, err
	}
	aead, err := chacha20poly1305.NewX(seal)
	if err != nil {
		return key{}, err
	}
	const version, hintBits = 1 << 6, 1<<6 - 1
	return key{lead: version | hint[0]&hintBits, aead: aead, nonce: nonce}, nil
}

// Strict: otherwise the last character could be altered and still mean the same.
var encoding = base64.RawURLEncoding.Strict()

// Seal makes a token of a payload's JSON. The same payload makes the same token
// under the same key: a repeated request has to get the same answer. It fails
// when the token would be longer than MaxLength, which about 700 bytes of JSON
// reach.
func (s *Sealer) Seal(kind Kind, payload any) (string, error) {
	text, err := json.Marshal(payload)
	if err != nil {
		return "", fmt.Errorf("token: encode a %T: %w", payload, err)
	}
	k := s.keys[0]
	b := make([]byte, 0, 1+chacha20poly1305.NonceSizeX+len(text)+chacha20poly1305.Overhead)
	b = append(b, k.lead)
	b = append(b, k.nonceFor(kind, text)...)
	b = k.aead.Seal(b, b[1:], text, k.bound(kind))
	if n := encoding.EncodedLen(len(b)); n > MaxLength {
		return "", fmt.Errorf("token: shorten the %T: its token would have %d characters, at most %d go", payload, n, MaxLength)
	}
	return encoding.EncodeToString(b), nil
}

// Open reads a token of a kind into a payload. Its error is ErrOpen, whatever
// the reason.
func (s *Sealer) Open(kind Kind, token string, into any) error {
	text, ok := s.open(kind, token)
	if !ok || json.Unmarshal(text, into) != nil {
		return ErrOpen
	}
	return nil
}

func (s *Sealer) open(kind Kind, token string) ([]byte, bool) {
	if len(token) > MaxLength || strings.ContainsAny(token, "\r\n") { // the decoder skips line ends
		return nil, false
	}
	b, err := encoding.DecodeString(token)
	if err != nil || len(b) < 1+chacha20poly1305.NonceSizeX+chacha20poly1305.Overhead {
		return nil, false
	}
	nonce, sealed := b[1:1+chacha20poly1305.NonceSizeX], b[1+chacha20poly1305.NonceSizeX:]
	for _, k := range s.keys {
		if k.lead != b[0] {
			continue // the hint is short: two keys may share it
		}
		if text, err := k.aead.Open(nil, nonce, sealed, k.bound(kind)); err == nil {
			return text, true
		}
	}
	return nil, false
}

// bound is what a token is sealed to besides its payload.
func (k key) bound(kind Kind) []byte { return []byte{k.lead, byte(kind)} }

// nonceFor derives the nonce from what is sealed: equal nonces mean equal tokens,
// so none is ever used for two different texts.
func (k key) nonceFor(kind Kind, text []byte) []byte {
	h := hmac.New(sha256.New, k.nonce)
	h.Write([]byte{byte(kind)})
	h.Write(text)
	return h.Sum(nil)[:chacha20poly1305.NonceSizeX]
}
