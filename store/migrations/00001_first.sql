-- +goose Up
-- Times are milliseconds since 1970. Every table of a session has its bucket
-- first in the key, so that a commit stays on one shard of a spread-out engine.

CREATE TABLE log (
	bucket INTEGER NOT NULL,
	session TEXT NOT NULL,
	number BIGINT NOT NULL,
	contact TEXT NOT NULL,
	kind INTEGER NOT NULL,
	audience INTEGER NOT NULL,
	time BIGINT NOT NULL,
	participant TEXT NOT NULL,
	turn BIGINT NOT NULL,
	token BIGINT NOT NULL,
	codec INTEGER NOT NULL,
	body BLOB NOT NULL,
	PRIMARY KEY (bucket, session, number)
) WITHOUT ROWID;

CREATE TABLE session (
	bucket INTEGER NOT NULL,
	id TEXT NOT NULL,
	instance TEXT NOT NULL,
	started BIGINT NOT NULL,
	ended BIGINT NOT NULL DEFAULT 0,
	customer TEXT NOT NULL DEFAULT '',
	generation INTEGER NOT NULL DEFAULT 1,
	attributes_version BIGINT NOT NULL DEFAULT 0,
	attributes BLOB NOT NULL,
	PRIMARY KEY (bucket, id)
) WITHOUT ROWID;
CREATE INDEX session_customer ON session (instance, customer, ended);

CREATE TABLE contact (
	bucket INTEGER NOT NULL,
	session TEXT NOT NULL,
	id TEXT NOT NULL,
	instance TEXT NOT NULL,
	work_started BIGINT NOT NULL DEFAULT 0,
	work_ended BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (bucket, session, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX contact_id ON contact (id);

CREATE TABLE checkpoint (
	bucket INTEGER NOT NULL,
	session TEXT NOT NULL,
	number BIGINT NOT NULL,
	body BLOB NOT NULL,
	PRIMARY KEY (bucket, session)
) WITHOUT ROWID;

CREATE TABLE link (
	bucket INTEGER NOT NULL,
	session TEXT NOT NULL,
	source TEXT NOT NULL,
	contact TEXT NOT NULL,
	through BIGINT NOT NULL,
	type TEXT NOT NULL,
	depth INTEGER NOT NULL,
	jump TEXT NOT NULL,
	jump_depth INTEGER NOT NULL,
	PRIMARY KEY (bucket, session)
) WITHOUT ROWID;

CREATE TABLE receipt (
	bucket INTEGER NOT NULL,
	session TEXT NOT NULL,
	number BIGINT NOT NULL,
	participant TEXT NOT NULL,
	delivered BIGINT NOT NULL,
	seen BIGINT NOT NULL,
	PRIMARY KEY (bucket, session, number, participant)
) WITHOUT ROWID;

CREATE TABLE due (
	bucket INTEGER NOT NULL,
	session TEXT NOT NULL,
	kind TEXT NOT NULL,
	name TEXT NOT NULL,
	contact TEXT NOT NULL,
	at BIGINT NOT NULL,
	body BLOB NOT NULL,
	attempts INTEGER NOT NULL DEFAULT 0,
	dead INTEGER NOT NULL DEFAULT 0,
	PRIMARY KEY (bucket, session, kind, name)
) WITHOUT ROWID;
CREATE INDEX due_at ON due (dead, at);

CREATE TABLE idempotency (
	instance TEXT NOT NULL,
	operation TEXT NOT NULL,
	token TEXT NOT NULL,
	request BLOB NOT NULL,
	result BLOB NOT NULL,
	expires BIGINT NOT NULL,
	PRIMARY KEY (instance, operation, token)
) WITHOUT ROWID;
CREATE INDEX idempotency_expires ON idempotency (expires);

CREATE TABLE instance (
	id TEXT NOT NULL PRIMARY KEY,
	alias TEXT NOT NULL UNIQUE,
	inbound_flow TEXT NOT NULL,
	settings BIGINT NOT NULL,
	created BIGINT NOT NULL
) WITHOUT ROWID;

CREATE TABLE access_key (
	id TEXT NOT NULL PRIMARY KEY,
	instance TEXT NOT NULL,
	secret BLOB NOT NULL,
	created BIGINT NOT NULL
) WITHOUT ROWID;

CREATE TABLE setting (
	instance TEXT NOT NULL,
	kind TEXT NOT NULL,
	id TEXT NOT NULL,
	name TEXT NOT NULL,
	version BIGINT NOT NULL,
	body BLOB NOT NULL,
	PRIMARY KEY (instance, kind, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX setting_name ON setting (instance, kind, name);

CREATE TABLE credential (
	user_id TEXT NOT NULL PRIMARY KEY,
	instance TEXT NOT NULL,
	username TEXT NOT NULL,
	hash TEXT NOT NULL,
	version BIGINT NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX credential_username ON credential (instance, username);

CREATE TABLE agent (
	user_id TEXT NOT NULL PRIMARY KEY,
	instance TEXT NOT NULL,
	status TEXT NOT NULL,
	routable INTEGER NOT NULL,
	since BIGINT NOT NULL,
	idle_since BIGINT NOT NULL,
	version BIGINT NOT NULL
) WITHOUT ROWID;

CREATE TABLE waiting (
	contact TEXT NOT NULL PRIMARY KEY,
	session TEXT NOT NULL,
	instance TEXT NOT NULL,
	queue TEXT NOT NULL,
	user_id TEXT NOT NULL,
	since BIGINT NOT NULL,
	offered_to TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE INDEX waiting_queue ON waiting (instance, offered_to, since);

CREATE TABLE work (
	user_id TEXT NOT NULL,
	contact TEXT NOT NULL,
	session TEXT NOT NULL,
	instance TEXT NOT NULL,
	state TEXT NOT NULL,
	since BIGINT NOT NULL,
	expires BIGINT NOT NULL,
	queue TEXT NOT NULL,
	participant TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (user_id, contact)
) WITHOUT ROWID;
CREATE INDEX work_contact ON work (contact);

-- +goose Down
DROP TABLE work;
DROP TABLE waiting;
DROP TABLE agent;
DROP TABLE credential;
DROP TABLE setting;
DROP TABLE access_key;
DROP TABLE instance;
DROP TABLE idempotency;
DROP TABLE due;
DROP TABLE receipt;
DROP TABLE link;
DROP TABLE checkpoint;
DROP TABLE contact;
DROP TABLE session;
DROP TABLE log;
