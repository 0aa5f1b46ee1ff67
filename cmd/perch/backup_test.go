package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Whoever keeps chats in PostgreSQL is told what copies them, and gets no backup that is none.
func TestABackupOfPostgreSQLIsLeftToItsOwnTools(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, secretsFile), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(t.TempDir(), "copy")
	err := (&backupCommand{To: to, Data: dir}).Run(t.Context())
	if err == nil || !strings.Contains(err.Error(), "pg_dump") {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(to); err == nil {
		t.Error("a directory was made for it")
	}
}
