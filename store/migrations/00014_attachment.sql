-- +goose Up
-- Files of contacts: how far each has come, apart from the log, since that changes
-- after a chat's end, too. number is the entry that shows it; 0 without one. The
-- bytes are in the places for files.
CREATE TABLE attachment (
	bucket INTEGER NOT NULL,
	session TEXT NOT NULL,
	id TEXT NOT NULL,
	contact TEXT NOT NULL,
	number BIGINT NOT NULL,
	state INTEGER NOT NULL,
	created BIGINT NOT NULL,
	body BLOB NOT NULL,
	PRIMARY KEY (bucket, session, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX attachment_id ON attachment (id);

-- +goose Down
DROP TABLE attachment;
