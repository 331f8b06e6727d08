-- The event log and what is written in the same statement beside it.
-- Texts that are compared are COLLATE "C": bytes, the same on every machine and the fastest to index.

CREATE TABLE log_state (
    only_row    boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    epoch       integer NOT NULL DEFAULT 1 CHECK (epoch > 0),
    partitions  integer NOT NULL DEFAULT 16 CHECK (partitions BETWEEN 1 AND 1024),
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);
INSERT INTO log_state DEFAULT VALUES;

CREATE TABLE events (
    position        bigint NOT NULL PRIMARY KEY,
    sequence        bigint NOT NULL,
    recorded_at     timestamptz NOT NULL,
    id              uuid NOT NULL,
    append_id       uuid NOT NULL,
    version         integer NOT NULL CHECK (version > 0),
    partition       smallint NOT NULL,
    schema_version  smallint NOT NULL,
    ends_append     boolean NOT NULL,
    partition_key   text COLLATE "C" NOT NULL,
    stream          text COLLATE "C" NOT NULL,
    type            text COLLATE "C" NOT NULL,
    data            text NOT NULL,
    metadata        text NOT NULL
);
CREATE UNIQUE INDEX events_stream_version ON events (stream, version);
CREATE UNIQUE INDEX events_partition_sequence ON events (partition, sequence);
CREATE INDEX events_key_position ON events (partition_key, position);
CREATE UNIQUE INDEX events_append ON events (append_id) WHERE ends_append;
-- What is large is encrypted and cannot be compressed; a row that fits a page stays in it, so that reading the
-- log in order reads one file.
ALTER TABLE events ALTER COLUMN data SET STORAGE EXTERNAL;
ALTER TABLE events SET (toast_tuple_target = 8160);

CREATE TABLE claims (
    kind    text COLLATE "C" NOT NULL,
    value   text COLLATE "C" NOT NULL,
    stream  text COLLATE "C" NOT NULL,
    PRIMARY KEY (kind, value)
);

CREATE TABLE secrets (
    stream      text COLLATE "C" NOT NULL,
    kind        text COLLATE "C" NOT NULL,
    value       text NOT NULL,
    expires_at  timestamptz,
    PRIMARY KEY (stream, kind)
);

CREATE TABLE personal_keys (
    account  uuid NOT NULL,
    scope    text COLLATE "C" NOT NULL,
    key      bytea CHECK (length(key) = 32),  -- NULL once destroyed
    PRIMARY KEY (account, scope)
);

CREATE TABLE idempotency (
    scope         text COLLATE "C" NOT NULL,
    key           text COLLATE "C" NOT NULL,
    request_hash  bytea NOT NULL,
    answer        text NOT NULL,
    stream        text COLLATE "C" NOT NULL,
    version       integer NOT NULL,
    partition     smallint NOT NULL,
    sequence      bigint NOT NULL,
    recorded_at   timestamptz NOT NULL,
    PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_recorded_at ON idempotency (recorded_at);

CREATE TABLE relay_cursor (
    only_row  boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    position  bigint NOT NULL,
    epoch     integer NOT NULL
);
INSERT INTO relay_cursor (position, epoch) VALUES (0, 1);
