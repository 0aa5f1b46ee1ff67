-- +goose Up
-- What contacts are found and counted by; the log says it as well. opened is 0 of
-- a contact of before this table had these columns, until it has been read once.
ALTER TABLE contact ADD COLUMN opened BIGINT NOT NULL DEFAULT 0;
ALTER TABLE contact ADD COLUMN closed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE contact ADD COLUMN enqueued BIGINT NOT NULL DEFAULT 0;
ALTER TABLE contact ADD COLUMN joined BIGINT NOT NULL DEFAULT 0;
ALTER TABLE contact ADD COLUMN method TEXT NOT NULL DEFAULT '';
ALTER TABLE contact ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE contact ADD COLUMN queue TEXT NOT NULL DEFAULT '';
ALTER TABLE contact ADD COLUMN agent TEXT NOT NULL DEFAULT '';
CREATE INDEX contact_opened ON contact (instance, opened, id);
CREATE INDEX contact_closed ON contact (instance, closed);

-- +goose Down
DROP INDEX contact_closed;
DROP INDEX contact_opened;
ALTER TABLE contact DROP COLUMN agent;
ALTER TABLE contact DROP COLUMN queue;
ALTER TABLE contact DROP COLUMN reason;
ALTER TABLE contact DROP COLUMN method;
ALTER TABLE contact DROP COLUMN joined;
ALTER TABLE contact DROP COLUMN enqueued;
ALTER TABLE contact DROP COLUMN closed;
ALTER TABLE contact DROP COLUMN opened;
