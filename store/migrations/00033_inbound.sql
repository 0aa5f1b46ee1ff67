-- +goose Up
-- When an agent was handed a contact last: what decides who is next where a routing
-- profile goes by inbound contacts alone, and not by whatever an agent does.
ALTER TABLE agent ADD COLUMN handed BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE agent DROP COLUMN handed;
