package store

import (
	"context"
	"database/sql"
	"strings"

	"github.com/perch-chat/perch"
)

// engine is what SQLite and PostgreSQL do differently. Both are told the same
// text; each spells it in its own way.
type engine interface {
	// read runs a query outside of any transaction.
	read(ctx context.Context, text string, args []any) (*sql.Rows, error)
	// exec runs statements on the writer's connection, and gives for each how
	// many rows it affected. With an error, the list ends before the statement
	// that failed. It may end as well after one that has not affected the rows
	// it had to, since nothing of the rest will stay.
	exec(ctx context.Context, list []statement) (affected []int64, err error)
	// commit ends the writer's transaction.
	commit(ctx context.Context) error
	// rollback ends the writer's transaction, if there still is one.
	rollback(ctx context.Context) error
	// fate is what an error means for what was tried.
	fate(err error) fate
	// longest is how many bytes an entry's body may have in the log's own table;
	// 0 is no limit.
	longest() int
	// snapshot is a transaction that reads what is there at one instant, and
	// spelling how the engine wants a statement in it.
	snapshot(ctx context.Context) (*sql.Tx, error)
	spelling(text string) string
	// match writes what contacts are found by: of each list at least one term.
	match(all [][]string) string
	ping(ctx context.Context) error
	// shared reports whether other processes may use the database.
	shared() bool
	close() error
}

// statement is a part of a transaction.
type statement struct {
	text      string
	args      []any
	rows      int64 // how many it must affect, or Any
	otherwise error // what the turn fails with if they are not; ErrBehind if nil
}

// listed is a list for IN, and its values, of which there is at least one. The last
// fills it up to one of few lengths: engines keep each text that they are given.
func listed[T ~string](all []T) (places string, args []any) {
	length := 1
	for length < len(all) {
		length *= 2
	}
	for i := range length {
		args = append(args, string(all[min(i, len(all)-1)]))
	}
	return "(" + strings.Repeat("?,", length-1) + "?)", args
}

// begin starts a transaction that is going to write.
const begin = "BEGIN IMMEDIATE"

// fate is what an error means for what was tried.
type fate int

const (
	// refused: the statement is at fault, or what it met.
	refused fate = iota
	// raced: the engine has undone one of two that were in each other's way.
	raced
	// busy: somebody else has held a row for too long.
	busy
	// cut: the connection has ended, and another one may do.
	cut
	// away: there is no connection to be had.
	away
	// unsynced: the disk may not hold what it was given.
	unsynced
)

// unavailable is what a caller is told while the database cannot be used.
func unavailable(cause error) error {
	return &perch.Error{Kind: perch.Unavailable, Message: "the database cannot be used at the moment: try again", Err: cause}
}
