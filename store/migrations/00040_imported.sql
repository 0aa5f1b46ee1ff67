-- +goose Up
-- Chats that were had elsewhere and imported: of what, as a hash of the files that
-- they were made of.
CREATE TABLE imported (
	bucket INTEGER NOT NULL,
	session TEXT NOT NULL,
	sources BLOB NOT NULL,
	PRIMARY KEY (bucket, session)
) WITHOUT ROWID;

-- Where the items of such chats are that came with an id: it says nothing of the
-- place, as ids made here do. item is a UUID's sixteen bytes, or the text that it
-- is. Nobody vouches for its being the only one, so that the session is part of the
-- key; the bucket is not its first column, since who has an id has no session.
CREATE TABLE imported_item (
	item BLOB NOT NULL,
	session TEXT NOT NULL,
	number BIGINT NOT NULL,
	PRIMARY KEY (item, session)
) WITHOUT ROWID;

-- +goose Down
DROP TABLE imported_item;
DROP TABLE imported;
