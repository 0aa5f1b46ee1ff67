-- +goose Up
-- Who is signed in, and with what they may go on being so. refresh and before
-- are SHA-256 of secrets: the one that is good, and the one it replaced.
CREATE TABLE sign_in (
	id TEXT NOT NULL PRIMARY KEY,
	instance TEXT NOT NULL,
	user_id TEXT NOT NULL,
	refresh BLOB NOT NULL,
	before BLOB NOT NULL,
	began BIGINT NOT NULL,
	refreshed BIGINT NOT NULL,
	expires BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX sign_in_user ON sign_in (instance, user_id);

-- +goose Down
DROP TABLE sign_in;
