-- +goose Up
-- Where a contact stands among those that wait: by priority, then by age; and
-- which agents it asks for, as JSON.
ALTER TABLE waiting ADD COLUMN priority BIGINT NOT NULL DEFAULT 5;
ALTER TABLE waiting ADD COLUMN seconds BIGINT NOT NULL DEFAULT 0;
ALTER TABLE waiting ADD COLUMN criteria TEXT NOT NULL DEFAULT '';
CREATE INDEX waiting_in_queue ON waiting (queue, since);
CREATE INDEX agent_instance ON agent (instance);

-- +goose Down
DROP INDEX agent_instance;
DROP INDEX waiting_in_queue;
ALTER TABLE waiting DROP COLUMN criteria;
ALTER TABLE waiting DROP COLUMN seconds;
ALTER TABLE waiting DROP COLUMN priority;
