-- +goose Up
-- Who watches which contact, and whether they may speak in it. As what participant
-- of the chat they do, and whether they still do, the chat's log says.
CREATE TABLE monitor (
	user_id TEXT NOT NULL,
	contact TEXT NOT NULL,
	session TEXT NOT NULL,
	instance TEXT NOT NULL,
	participant TEXT NOT NULL,
	barge INTEGER NOT NULL,
	since BIGINT NOT NULL,
	PRIMARY KEY (user_id, contact)
) WITHOUT ROWID;
CREATE INDEX monitor_contact ON monitor (contact);

-- +goose Down
DROP TABLE monitor;
