-- +goose Up
-- What is counted before it is added to has a row here: who is about to count
-- changes the row first, and so waits for whoever is counting already.
CREATE TABLE turnstile (
	name TEXT NOT NULL PRIMARY KEY,
	passed BIGINT NOT NULL
) WITHOUT ROWID;

-- +goose Down
DROP TABLE turnstile;
