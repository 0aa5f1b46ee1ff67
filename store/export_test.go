package store

// What the tests in package store_test see of the inside.

const (
	LogQuery = logQuery
	Begin    = begin
)

func Spell(text string) string { return spell(text) }

// ErrUnsynced is what a commit fails with when the disk did not confirm it.
var ErrUnsynced = errUnsynced

// MovedColumns are the columns of the tables that move, in their order.
func MovedColumns() map[string][]string {
	out := map[string][]string{}
	for table, columns := range movedTables() {
		for _, c := range columns {
			out[table] = append(out[table], c.name)
		}
	}
	return out
}

// Kept is how many statements the engine keeps.
func (s *Store) Kept() int {
	switch e := s.engine.(type) {
	case *sqliteEngine:
		e.mu.Lock()
		defer e.mu.Unlock()
		return len(e.prepared) + len(e.writes)
	case *postgres:
		e.mu.Lock()
		defer e.mu.Unlock()
		return len(e.spelt)
	}
	return 0
}
