-- A generation is built from the log (building), kept up to date by the projectors (following), shown to readers
-- (serving), and kept up to date for a while after another took its place (retired). One as of a moment is frozen.
ALTER TABLE projection.generations DROP CONSTRAINT generations_state_check;
ALTER TABLE projection.generations ADD CONSTRAINT generations_state_check
    CHECK (state IN ('building', 'following', 'serving', 'retired', 'frozen'));
ALTER TABLE projection.generations ADD COLUMN built_at timestamptz, ADD COLUMN served_at timestamptz;

-- What an operator asked for, and how far it has got. `accepted`: what may differ from the serving generation.
CREATE TABLE projection.replays (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    model        text COLLATE "C" NOT NULL,
    version      integer NOT NULL,           -- of the code that builds
    generation   integer,                    -- once there is one
    state        text COLLATE "C" NOT NULL DEFAULT 'queued' CHECK (state IN (
                     'queued', 'building', 'indexing', 'catching_up', 'verifying', 'swapping',
                     'done', 'refused', 'failed', 'cancelled')),
    is_paused    boolean NOT NULL DEFAULT false,
    is_cancelled boolean NOT NULL DEFAULT false,   -- asked for; `state` says when it has happened
    workers      smallint NOT NULL CHECK (workers BETWEEN 1 AND 64),
    rate         integer CHECK (rate > 0),   -- events a second, all workers together; NULL: as fast as it goes
    swaps        boolean NOT NULL DEFAULT true,
    until        timestamptz,                -- build as of this moment; never follows, never serves
    accepts      boolean NOT NULL DEFAULT false,
    requested_by text NOT NULL,
    why          text,
    epoch        integer,
    targets      bigint[],                   -- the sequence of each partition that the build goes up to
    problem      text,
    differences  jsonb,                      -- what verification found, by table; keys and columns, never values
    requested_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    started_at   timestamptz,
    built_at     timestamptz,
    finished_at  timestamptz
);
-- Two replays of one read model at once would build for nothing: the second is refused.
CREATE UNIQUE INDEX replays_one_at_work ON projection.replays (model)
    WHERE state NOT IN ('done', 'refused', 'failed', 'cancelled');

-- A partition's share of a build: keys up to and with `last_key` are written, in the transaction that says so.
CREATE TABLE projection.replay_parts (
    replay     bigint NOT NULL REFERENCES projection.replays ON DELETE CASCADE,
    partition  smallint NOT NULL,
    events     bigint NOT NULL,              -- to fold
    folded     bigint NOT NULL DEFAULT 0,
    last_key   text COLLATE "C" NOT NULL DEFAULT '',
    is_done    boolean NOT NULL DEFAULT false,
    PRIMARY KEY (replay, partition)
) WITH (fillfactor = 50);

-- Every key folded afresh and compared with what is served, once a cycle.
CREATE TABLE projection.audits (
    model        text COLLATE "C" NOT NULL,
    cycle        integer NOT NULL,
    partition    smallint NOT NULL,
    keys         bigint NOT NULL,
    differences  bigint NOT NULL,
    finished_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (model, cycle, partition)
);

-- Keys that are not as the log says. Where and which columns, never values: those may be personal.
CREATE TABLE projection.drift (
    model       text COLLATE "C" NOT NULL,
    generation  integer NOT NULL,
    key         text COLLATE "C" NOT NULL,
    partition   smallint NOT NULL,
    tables      jsonb NOT NULL,
    found_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (model, generation, key),
    FOREIGN KEY (model, generation) REFERENCES projection.generations ON DELETE CASCADE
);

GRANT SELECT, INSERT, UPDATE, DELETE ON projection.replays, projection.replay_parts, projection.audits, projection.drift
    TO palimpsest_projector;
