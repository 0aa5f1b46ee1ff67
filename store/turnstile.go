package store

// Pass has a turn wait until every other one that has passed is committed. Where
// several processes commit, what its later statements count is exact then, and
// rows of agents and of waiting contacts, which both change, are locked by one of
// them at a time: two batches of turns could otherwise wait for each other. There
// is one turnstile, and it comes before all of these rows; logs, which each have one
// writer at a time anyway, need not wait. A process that has the database to itself
// commits one turn after the other, and passes nothing.
func (s *Store) Pass() []Write {
	if !s.Shared() {
		return nil
	}
	return []Write{{SQL: `INSERT INTO turnstile (name, passed) VALUES ('staff', 1) ON CONFLICT (name) DO UPDATE SET passed = turnstile.passed + 1`, Rows: 1}}
}
