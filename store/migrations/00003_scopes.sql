-- +goose Up
-- What an access key may do; those that were made before there were scopes may do all.
ALTER TABLE access_key ADD COLUMN scope TEXT NOT NULL DEFAULT 'admin';

-- The chats of an instance that have not ended are counted at each start: the
-- index holds those alone, so that it stays as small as they are few.
CREATE INDEX session_active ON session (instance) WHERE ended = 0;

-- +goose Down
DROP INDEX session_active;
ALTER TABLE access_key DROP COLUMN scope;
