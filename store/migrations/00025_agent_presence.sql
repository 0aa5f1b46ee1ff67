-- +goose Up
-- The status that an agent takes once nothing is left to do, empty where none
-- has been asked for; and when a socket of the agent's was last open, 0 where none
-- has been since the status was set.
ALTER TABLE agent ADD COLUMN next_status TEXT NOT NULL DEFAULT '';
ALTER TABLE agent ADD COLUMN next_routable INTEGER NOT NULL DEFAULT 0;
ALTER TABLE agent ADD COLUMN seen BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE agent DROP COLUMN seen;
ALTER TABLE agent DROP COLUMN next_routable;
ALTER TABLE agent DROP COLUMN next_status;
