-- +goose Up
-- What past contacts are found by. A contact's id here rises with the time of its
-- end; its terms are words and keys, once each, as the room that searches makes
-- them. The second table is one for full-text search, which each engine has in its
-- own way.
CREATE TABLE found (
	id BIGINT NOT NULL PRIMARY KEY,
	instance TEXT NOT NULL,
	session TEXT NOT NULL,
	contact TEXT NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX found_contact ON found (contact);
CREATE VIRTUAL TABLE words USING fts5(terms, content='', contentless_delete=1, detail=none, tokenize="ascii tokenchars '_'");

-- +goose Down
DROP TABLE words;
DROP TABLE found;
