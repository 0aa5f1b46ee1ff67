package perch

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"time"
)

// NewID makes a random UUID (version 4) from r.
func NewID(r io.Reader) (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(r, b[:]); err != nil {
		return "", fmt.Errorf("reading randomness for an id: %w", err)
	}
	return formatUUID(b, 4), nil
}

// NewTurnID makes a turn's id from r.
func NewTurnID(r io.Reader) (TurnID, error) {
	var b [8]byte
	if _, err := io.ReadFull(r, b[:]); err != nil {
		return 0, fmt.Errorf("reading randomness for a turn: %w", err)
	}
	return TurnID(binary.BigEndian.Uint64(b[:]) >> 1), nil
}

// ItemID is the id of an entry as clients see it: a UUID (version 7) of the
// entry's time, the rest of it drawn from session and number. It is not stored.
// Times rise strictly within a session, so an id finds its row by bisection.
func ItemID(session SessionID, number int64, at time.Time) string {
	var n [8]byte
	binary.BigEndian.PutUint64(n[:], uint64(number))
	sum := sha256.Sum256(append([]byte(session), n[:]...))
	var b [16]byte
	copy(b[6:], sum[:10])
	ms := uint64(at.UnixMilli())
	b[0], b[1], b[2] = byte(ms>>40), byte(ms>>32), byte(ms>>24)
	b[3], b[4], b[5] = byte(ms>>16), byte(ms>>8), byte(ms)
	return formatUUID(b, 7)
}

// ItemTime is the time that an item's id carries; ok is false for an id that is
// no UUID.
func ItemTime(id string) (at time.Time, ok bool) {
	if len(id) != 36 || id[8] != '-' || id[13] != '-' {
		return time.Time{}, false
	}
	var b [6]byte
	if _, err := hex.Decode(b[:], []byte(id[:8]+id[9:13])); err != nil {
		return time.Time{}, false
	}
	var ms int64
	for _, x := range b {
		ms = ms<<8 | int64(x)
	}
	return time.UnixMilli(ms).UTC(), true
}

func formatUUID(b [16]byte, version byte) string {
	b[6] = b[6]&0x0f | version<<4
	b[8] = b[8]&0x3f | 0x80
	var s [36]byte
	hex.Encode(s[0:8], b[0:4])
	hex.Encode(s[9:13], b[4:6])
	hex.Encode(s[14:18], b[6:8])
	hex.Encode(s[19:23], b[8:10])
	hex.Encode(s[24:], b[10:])
	s[8], s[13], s[18], s[23] = '-', '-', '-', '-'
	return string(s[:])
}

// TokenHash stands for a ClientToken in a log: eight bytes of a hash of who
// used it, for what, and the token. Zero means that there was none.
type TokenHash uint64

// HashToken hashes the use of a ClientToken; an empty token gives zero.
func HashToken(who ParticipantID, operation, token string) TokenHash {
	if token == "" {
		return 0
	}
	h := sha256.New()
	for _, s := range []string{string(who), operation, token} {
		fmt.Fprintf(h, "%d:%s", len(s), s)
	}
	// The top bit stays free: a database knows signed integers only.
	return TokenHash(binary.BigEndian.Uint64(h.Sum(nil))>>1 | 1)
}
