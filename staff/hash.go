package staff

import (
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/crypto/argon2"
)

// Cost is what a password's hash takes to make, and so to guess.
type Cost struct {
	Memory  uint32 // KiB, for as long as one hash is being made
	Passes  uint32
	Threads uint8
}

// DefaultCost is the least that is recommended.
// doc: OWASP Password Storage Cheat Sheet, Argon2id
func DefaultCost() Cost { return Cost{Memory: 19 * 1024, Passes: 2, Threads: 1} }

const (
	saltBytes = 16
	hashBytes = 32
	// maxMemory and maxPasses keep a damaged row from taking the machine.
	maxMemory = 1 << 20 // KiB
	maxPasses = 64
)

func (c Cost) check() error {
	if c.Threads < 1 || c.Passes < 1 || c.Passes > maxPasses || c.Memory < 8*uint32(c.Threads) || c.Memory > maxMemory {
		return fmt.Errorf("the cost of password hashes is out of range: give 1 to %d passes, at least 1 thread, and from 8 KiB for each thread to %d KiB of memory", maxPasses, maxMemory)
	}
	return nil
}

// hash makes the hash of a password in the PHC string format, with its cost and
// a fresh salt, so that it can be checked whatever the cost is by then.
func (c Cost) hash(rand io.Reader, password string) (string, error) {
	salt := make([]byte, saltBytes)
	if _, err := io.ReadFull(rand, salt); err != nil {
		return "", fmt.Errorf("reading randomness for a salt: %w", err)
	}
	sum := c.sum(password, salt, hashBytes)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.Memory, c.Passes, c.Threads,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(sum)), nil
}

func (c Cost) sum(password string, salt []byte, length int) []byte {
	return argon2.IDKey([]byte(password), salt, c.Passes, c.Memory, c.Threads, uint32(length))
}

// matches checks a password against a hash. A hash that is damaged matches
// nothing.
func matches(hash, password string) bool {
	c, salt, sum, err := parseHash(hash)
	if err != nil {
		return false
	}
	return subtle.ConstantTimeCompare(c.sum(password, salt, len(sum)), sum) == 1
}

var errHash = errors.New("is no argon2id hash in the PHC string format")

func parseHash(hash string) (c Cost, salt, sum []byte, err error) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, errHash
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.Memory, &c.Passes, &c.Threads); err != nil {
		return c, nil, nil, errHash
	}
	if err := c.check(); err != nil {
		return c, nil, nil, err
	}
	if salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil {
		return c, nil, nil, errHash
	}
	sum, err = base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil || len(salt) < 8 || len(sum) < 16 {
		return c, nil, nil, errHash
	}
	return c, salt, sum, nil
}
