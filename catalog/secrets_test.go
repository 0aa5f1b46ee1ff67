package catalog_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/perch-chat/perch/catalog"
	"github.com/perch-chat/perch/store"
	"github.com/perch-chat/perch/token"
)

// openDir is a data directory with its database and its secrets.
func openDir(t *testing.T) (dir string, st *store.Store, s catalog.Secrets) {
	t.Helper()
	dir = disk.Dir(t)
	st = openStore(t, store.Options{Dir: dir})
	return dir, st, must(catalog.OpenSecrets(t.Context(), st, dir, rand.Reader))(t)
}

func TestSecretsAreMadeOnce(t *testing.T) {
	t.Parallel()
	dir, st, s := openDir(t)
	if !regexp.MustCompile(`^PERCH[A-Z2-7]{15}$`).MatchString(s.AccessKeyID) || len(s.SecretAccessKey) != 40 {
		t.Errorf("got %q, %d characters of secret", s.AccessKeyID, len(s.SecretAccessKey))
	}
	if len(s.TokenKeys) != 2 || bytes.Equal(s.TokenKeys[0], s.TokenKeys[1]) || len(s.TokenKeys[0]) != token.KeySize {
		t.Errorf("got %d token keys", len(s.TokenKeys))
	}
	if len(s.Agents) != 2 || s.Agents[0].Username != "agent1" || s.Agents[1].Username != "agent2" ||
		len(s.Agents[0].Password) < 20 || s.Agents[0].Password == s.Agents[1].Password {
		t.Errorf("got %d agents", len(s.Agents))
	}
	if again := must(catalog.OpenSecrets(t.Context(), st, dir, rand.Reader))(t); !reflect.DeepEqual(again, s) {
		t.Error("a second start gave other secrets")
	}
	if _, _, other := openDir(t); other.AccessKeyID == s.AccessKeyID || other.SecretAccessKey == s.SecretAccessKey {
		t.Error("another directory has the same secrets")
	}
	if runtime.GOOS == "windows" {
		return
	}
	if info := must(os.Stat(filepath.Join(dir, "secrets.json")))(t); info.Mode() != 0o600 {
		t.Errorf("the file has mode %s", info.Mode())
	}
}

func TestSecretsThatOthersCanReadAreRefused(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("there are no such modes")
	}
	dir, st, _ := openDir(t)
	path := filepath.Join(dir, "secrets.json")
	for mode, ok := range map[os.FileMode]bool{0o600: true, 0o400: true, 0o700: true, 0o640: false, 0o604: false, 0o620: false, 0o644: false} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		_, err := catalog.OpenSecrets(t.Context(), st, dir, rand.Reader)
		if (err == nil) != ok || !ok && !strings.Contains(err.Error(), "chmod 600") {
			t.Errorf("mode %04o: %v", mode, err)
		}
	}
}

func TestSecretsMissingFromUsedData(t *testing.T) {
	t.Parallel()
	dir, st, s := openDir(t)
	must(open(t, st, s.TokenKeys...).Found(t.Context(), catalog.Founding{At: founded, Secrets: s, Credential: credential}))(t)
	path := filepath.Join(dir, "secrets.json")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := catalog.OpenSecrets(t.Context(), st, dir, rand.Reader); err == nil || !strings.Contains(err.Error(), "put back") {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("other secrets were made")
	}
}

func TestUnfinishedSecretsAreReplaced(t *testing.T) {
	t.Parallel()
	dir := disk.Dir(t)
	unfinished := filepath.Join(dir, "secrets.json.new")
	if err := os.WriteFile(unfinished, []byte(`{"TokenK`), 0o644); err != nil {
		t.Fatal(err)
	}
	st := openStore(t, store.Options{Dir: dir})
	must(catalog.OpenSecrets(t.Context(), st, dir, rand.Reader))(t)
	must(catalog.OpenSecrets(t.Context(), st, dir, rand.Reader))(t)
	if _, err := os.Stat(unfinished); err == nil {
		t.Error("the unfinished file is still there")
	}
}

func TestDamagedSecretsAreRefused(t *testing.T) {
	t.Parallel()
	dir, st, s := openDir(t)
	path := filepath.Join(dir, "secrets.json")
	good := string(must(os.ReadFile(path))(t))
	for name, text := range map[string]string{
		"empty":       "",
		"cut":         good[:len(good)/2],
		"no JSON":     `"` + s.SecretAccessKey,
		"no keys":     strings.Replace(good, "TokenKeys", "Keys", 1),
		"no key id":   strings.Replace(good, s.AccessKeyID, "", 1),
		"no secret":   strings.Replace(good, s.SecretAccessKey, "", 1),
		"no password": strings.Replace(good, s.Agents[1].Password, "", 1),
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := catalog.OpenSecrets(t.Context(), st, dir, rand.Reader)
		if err == nil || !strings.Contains(err.Error(), "put back") || strings.Contains(err.Error(), s.SecretAccessKey) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestSecretsDoNotShow(t *testing.T) {
	t.Parallel()
	_, _, s := openDir(t)
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("started", "secrets", s)
	text := log.String() + fmt.Sprint(s) + fmt.Sprintf("%v %+v %s", s, s, s)
	for _, hidden := range []string{s.SecretAccessKey, s.Agents[0].Password, fmt.Sprint(s.TokenKeys[0])} {
		if strings.Contains(text, hidden) {
			t.Errorf("%q shows a secret", text)
		}
	}
}
