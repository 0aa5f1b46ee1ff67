-- +goose Up
-- An instance that was made by a request has the instance whose key signed it, and
-- the token of the request, so that the same request makes no other.
ALTER TABLE instance ADD COLUMN founder TEXT NOT NULL DEFAULT '';
ALTER TABLE instance ADD COLUMN client_token TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE instance DROP COLUMN founder;
ALTER TABLE instance DROP COLUMN client_token;
