-- +goose Up
-- Bodies that are too long for their entry's row: an engine that keeps whole rows
-- in the log's key has no room for them there.
CREATE TABLE log_long (
	bucket INTEGER NOT NULL,
	session TEXT NOT NULL,
	number BIGINT NOT NULL,
	body BLOB NOT NULL,
	PRIMARY KEY (bucket, session, number)
) WITHOUT ROWID;

-- +goose Down
DROP TABLE log_long;
