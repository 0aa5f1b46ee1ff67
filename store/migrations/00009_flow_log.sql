-- +goose Up
-- What the flows of a contact have done, and why they went where they went: one
-- row for each turn of a flow. number is that of the last step in body.
CREATE TABLE flow_log (
	bucket INTEGER NOT NULL,
	session TEXT NOT NULL,
	contact TEXT NOT NULL,
	number BIGINT NOT NULL,
	body BLOB NOT NULL,
	PRIMARY KEY (bucket, session, contact, number)
) WITHOUT ROWID;

-- +goose Down
DROP TABLE flow_log;
