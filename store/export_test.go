package store

// What the tests in package store_test see of the inside.

const (
	LogQuery = logQuery
	Begin    = begin
)

func Spell(text string) string { return spell(text) }

// ErrUnsynced is what a commit fails with when the disk did not confirm it.
var ErrUnsynced = errUnsynced
