-- +goose Up
-- The processes that share the database, and which buckets each of them looks
-- after: from first up to but not including past. Beat rises while it lives.
CREATE TABLE lease (
	node TEXT NOT NULL PRIMARY KEY,
	first INTEGER NOT NULL,
	past INTEGER NOT NULL,
	beat BIGINT NOT NULL
) WITHOUT ROWID;

-- +goose Down
DROP TABLE lease;
