-- Every action of an operator that changes something. It lies beside the log, and is backed up with it.
CREATE TABLE operator_actions (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    started_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished_at  timestamptz,
    who          text NOT NULL CHECK (length(who) BETWEEN 1 AND 200),
    action       text COLLATE "C" NOT NULL,
    target       text NOT NULL,
    why          text,
    details      jsonb NOT NULL DEFAULT '{}',  -- arguments and counts, never what people wrote
    result       text                          -- NULL: it is at work, or was killed
);

GRANT USAGE ON SCHEMA public TO palimpsest_operator;
GRANT SELECT, INSERT ON operator_actions TO palimpsest_operator;
GRANT UPDATE (finished_at, details, result) ON operator_actions TO palimpsest_operator;
-- An operator looks at streams and at jobs, and asks for jobs again; what happened he cannot change.
GRANT SELECT ON log_state, events, personal_keys, job_ledger, job_checkpoints, job_triggers, relay_cursor
    TO palimpsest_operator;
GRANT INSERT, UPDATE ON job_ledger TO palimpsest_operator;
