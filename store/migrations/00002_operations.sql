-- +goose Up
-- What is said about one contact alone: name, description, tags, references,
-- segment attributes, as JSON. Empty where nothing is.
ALTER TABLE contact ADD COLUMN details BLOB NOT NULL DEFAULT '';
ALTER TABLE contact ADD COLUMN details_version BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE contact DROP COLUMN details_version;
ALTER TABLE contact DROP COLUMN details;
