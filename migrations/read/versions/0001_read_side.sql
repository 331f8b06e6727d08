-- What projection remembers beside the rows, and the names that readers use.
-- Texts that are compared are COLLATE "C": bytes, the same on every machine.

CREATE SCHEMA projection;
CREATE SCHEMA serving;

-- Each build of a read model: its tables lie in the schema <model>_g<number>; the views of `serving` show one of them.
CREATE TABLE projection.generations (
    model       text COLLATE "C" NOT NULL,
    number      integer NOT NULL CHECK (number > 0),
    version     integer NOT NULL,
    state       text COLLATE "C" NOT NULL CHECK (state IN ('building', 'serving', 'retired')),
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (model, number)
);
CREATE UNIQUE INDEX generations_one_serving ON projection.generations (model) WHERE state = 'serving';

-- The next event needed is the one after `sequence`. Half-empty pages: an update stays in its page, off the index.
CREATE TABLE projection.checkpoints (
    model       text COLLATE "C" NOT NULL,
    generation  integer NOT NULL,
    partition   smallint NOT NULL,
    epoch       integer NOT NULL,
    sequence    bigint NOT NULL CHECK (sequence >= 0),
    updated_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (model, generation, partition),
    FOREIGN KEY (model, generation) REFERENCES projection.generations ON DELETE CASCADE
) WITH (fillfactor = 50, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0);

-- Events that could not be folded, and every later event of their keys, in order. The log holds what they say.
CREATE TABLE projection.parked (
    model       text COLLATE "C" NOT NULL,
    generation  integer NOT NULL,
    partition   smallint NOT NULL,
    key         text COLLATE "C" NOT NULL,
    sequence    bigint NOT NULL,
    event_id    uuid NOT NULL,
    type        text COLLATE "C" NOT NULL,
    error       text,  -- NULL: waits behind an earlier one
    traceback   text,
    attempts    integer NOT NULL,
    parked_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (model, generation, key, sequence),
    FOREIGN KEY (model, generation) REFERENCES projection.generations ON DELETE CASCADE
);

-- Results of what is dear to compute, by the stream whose text it was, so that they go when the text goes.
CREATE TABLE projection.memo (
    stream    text COLLATE "C" NOT NULL,
    renderer  text COLLATE "C" NOT NULL,
    version   integer NOT NULL,
    hash      bytea NOT NULL,
    result    text NOT NULL,
    PRIMARY KEY (stream, renderer, version, hash)
);
ALTER TABLE projection.memo ALTER COLUMN result SET STORAGE EXTERNAL;  -- compressing costs more than it saves here

GRANT USAGE ON SCHEMA projection TO palimpsest_projector, palimpsest_query, palimpsest_jobs;
GRANT USAGE ON SCHEMA serving TO palimpsest_projector, palimpsest_query, palimpsest_jobs;
GRANT CREATE ON SCHEMA serving TO palimpsest_projector;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA projection TO palimpsest_projector;
GRANT SELECT ON projection.generations, projection.checkpoints, projection.parked TO palimpsest_query, palimpsest_jobs;
ALTER DEFAULT PRIVILEGES FOR ROLE palimpsest_projector IN SCHEMA serving
    GRANT SELECT ON TABLES TO palimpsest_query, palimpsest_jobs;
