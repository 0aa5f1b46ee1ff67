package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/perch-chat/perch"
	"github.com/perch-chat/perch/store"
)

// A process that runs for months is asked for lists of all lengths.
func TestListsOfAllLengthsAreFewStatements(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]opener{"SQLite": openSQLite, "PostgreSQL": openPostgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := running(t, open)
			began := s.Kept()
			q := store.FactsQuery{Instance: "instance", Time: store.ByOpened, Till: epoch.Add(time.Hour), Sort: store.ByOpened}
			var users []perch.UserID
			for n := range 100 {
				q.Agents = append(q.Agents, fmt.Sprint("agent", n))
				users = append(users, perch.UserID(fmt.Sprint("agent", n)))
				if _, err := s.FindFacts(t.Context(), q); err != nil {
					t.Fatal(err)
				}
				if err := s.Commit(store.Turn{Writes: []store.Write{store.SeeAgents(users, epoch)}}); err != nil {
					t.Fatal(err)
				}
			}
			if n := s.Kept() - began; n > 30 {
				t.Errorf("%d statements are kept", n)
			}
		})
	}
}
