-- +goose Up
-- Sessions that have ended can lie in a file in place of rows. What is in cold is
-- true from its commit on; frozen is how far the session has come: 0 it has its
-- rows, 1 they are being deleted, 2 they are gone.
CREATE TABLE cold (
	bucket INTEGER NOT NULL,
	session TEXT NOT NULL,
	generation INTEGER NOT NULL,
	head BIGINT NOT NULL,
	file TEXT NOT NULL,
	size BIGINT NOT NULL,
	index_size BIGINT NOT NULL,
	hash BLOB NOT NULL,
	PRIMARY KEY (bucket, session)
) WITHOUT ROWID;
ALTER TABLE session ADD COLUMN frozen INTEGER NOT NULL DEFAULT 0;

-- Those that are to be moved, or half moved, in the order of their ends; the index
-- has no others.
CREATE INDEX session_frozen ON session (ended, id) WHERE frozen < 2 AND ended > 0;

-- +goose Down
DROP INDEX session_frozen;
ALTER TABLE session DROP COLUMN frozen;
DROP TABLE cold;
