package catalog

import (
	"context"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/perch-chat/perch/store"
	"github.com/perch-chat/perch/token"
)

// secretsFile is the name of the file in the data directory.
const secretsFile = "secrets.json"

const (
	accessKeyLead   = "PERCH"
	accessKeyLength = 20
	secretBytes     = 30 // 40 characters of base64
	passwordBytes   = 15 // 24 characters of base32
)

// Secrets are what must not be lost, and not be seen: the keys that tokens are
// sealed with, and what the founding of the first instance hands out. They are
// in a file of their own beside the database, readable by its owner alone.
type Secrets struct {
	// TokenKeys are one or more keys of token.KeySize bytes. The first seals,
	// all of them open.
	TokenKeys       [][]byte
	AccessKeyID     string `json:"AccessKeyId"`
	SecretAccessKey string
	// Agents are the first users and their initial passwords. A password that
	// is changed later is not changed here.
	Agents []Login
}

// Login is what a user signs in with.
type Login struct{ Username, Password string }

// String and LogValue keep secrets out of messages and logs.
func (Secrets) String() string { return "secrets (not shown)" }

// LogValue see String.
func (s Secrets) LogValue() slog.Value { return slog.StringValue(s.String()) }

// OpenSecrets reads the secrets of a data directory. Where there are none and
// the database has no instance yet, it makes them from rand and returns once
// they are on disk: a crash before the founding is over then changes nothing,
// the next start founds from the same file.
//
// Only one process may use the directory.
func OpenSecrets(ctx context.Context, st *store.Store, dir string, rand io.Reader) (Secrets, error) {
	path := filepath.Join(dir, secretsFile)
	s, err := readSecrets(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return s, err
	}
	instances, err := st.Instances(ctx)
	if err != nil {
		return Secrets{}, err
	}
	if len(instances) > 0 {
		return Secrets{}, fmt.Errorf("%s is missing, but the database has been in use: put back the file that belongs to it, or copy that of another perch that uses the database", path)
	}
	if s, err = makeSecrets(rand); err != nil {
		return Secrets{}, err
	}
	if err := writeSecrets(path, s); err != nil {
		return Secrets{}, fmt.Errorf("keeping the secrets: %w", err)
	}
	return s, nil
}

func readSecrets(path string) (Secrets, error) {
	var s Secrets
	f, err := os.Open(path)
	if err != nil {
		return s, fmt.Errorf("reading the secrets: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return s, fmt.Errorf("reading the secrets: %w", err)
	}
	// Windows has no such bits, and reports some all the same.
	if others := info.Mode().Perm() & 0o077; others != 0 && runtime.GOOS != "windows" {
		return s, fmt.Errorf("%s can be used by others than its owner (mode %04o): run chmod 600 on it, and replace what is in it if somebody may have read it", path, info.Mode().Perm())
	}
	data, err := io.ReadAll(f)
	if err != nil {
		return s, fmt.Errorf("reading the secrets: %w", err)
	}
	if err := json.Unmarshal(data, &s); err != nil {
		// What json says may quote the file.
		return Secrets{}, fmt.Errorf("%s is not the JSON that perch has written: put back the file that belongs to this data", path)
	}
	if err := s.check(); err != nil {
		return Secrets{}, fmt.Errorf("%s: %w: put back the file that belongs to this data", path, err)
	}
	return s, nil
}

func (s Secrets) check() error {
	if _, err := token.New(s.TokenKeys...); err != nil {
		return err
	}
	if s.AccessKeyID == "" || s.SecretAccessKey == "" {
		return errors.New("AccessKeyId or SecretAccessKey is missing")
	}
	for _, a := range s.Agents {
		if a.Username == "" || a.Password == "" {
			return errors.New("an agent lacks Username or Password")
		}
	}
	return nil
}

func makeSecrets(rand io.Reader) (Secrets, error) {
	key, err := newKey(rand)
	if err != nil {
		return Secrets{}, err
	}
	agents, err := newLogins(rand)
	if err != nil {
		return Secrets{}, err
	}
	s := Secrets{TokenKeys: [][]byte{make([]byte, token.KeySize), make([]byte, token.KeySize)},
		AccessKeyID: key.ID, SecretAccessKey: key.Secret, Agents: agents}
	for _, k := range s.TokenKeys {
		if _, err := io.ReadFull(rand, k); err != nil {
			return Secrets{}, fmt.Errorf("reading randomness for secrets: %w", err)
		}
	}
	return s, nil
}

// newLogins are the first agents with new passwords.
func newLogins(rand io.Reader) ([]Login, error) {
	var out []Login
	for _, a := range firstAgents() {
		b := make([]byte, passwordBytes)
		if _, err := io.ReadFull(rand, b); err != nil {
			return nil, fmt.Errorf("reading randomness for passwords: %w", err)
		}
		out = append(out, Login{a.username, strings.ToLower(base32.StdEncoding.EncodeToString(b))})
	}
	return out, nil
}

// writeSecrets makes the file whole or not at all, and returns when it would
// outlive a power cut.
func writeSecrets(path string, s Secrets) error {
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	unfinished := path + ".new"
	// A crash may have left one behind, which nothing has used.
	if err := os.Remove(unfinished); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := os.OpenFile(unfinished, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(append(data, '\n'))
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := os.Rename(unfinished, path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// syncDir makes a rename last.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // which cannot open a directory
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
