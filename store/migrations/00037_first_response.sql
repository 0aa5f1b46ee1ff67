-- +goose Up
-- When the agent of a contact first said something; 0 of one who has not, and of
-- contacts of before this column.
ALTER TABLE contact ADD COLUMN responded BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE contact DROP COLUMN responded;
