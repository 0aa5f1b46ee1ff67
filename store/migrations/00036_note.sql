-- +goose Up
-- What those who work a contact have written down about it. The contact's details
-- count them, and so give each its number.
CREATE TABLE note (
	bucket INTEGER NOT NULL,
	session TEXT NOT NULL,
	contact TEXT NOT NULL,
	number INTEGER NOT NULL,
	author TEXT NOT NULL,
	name TEXT NOT NULL,
	time BIGINT NOT NULL,
	body BLOB NOT NULL,
	PRIMARY KEY (bucket, session, contact, number)
) WITHOUT ROWID;

-- +goose Down
DROP TABLE note;
