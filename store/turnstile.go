package store

// Pass has a turn wait until every other one that has passed the same turnstile
// is committed, so that what its later statements count is exact where several
// processes commit. A process that has the database to itself commits one turn
// after the other, and need not.
func Pass(turnstile string) Write {
	return Write{SQL: `INSERT INTO turnstile (name, passed) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET passed = turnstile.passed + 1`,
		Args: []any{turnstile}, Rows: 1}
}
