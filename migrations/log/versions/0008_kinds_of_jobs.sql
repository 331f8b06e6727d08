-- Jobs of more kinds: about somebody, caused by the clock, in queues, with limits of their own.
ALTER TABLE job_ledger
    -- Whom it is about, where an event concerns several; zeros: nobody in particular.
    ADD COLUMN subject        uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    ADD COLUMN tick_at        timestamptz,  -- of the timetable; then there is no event, and event_id is the tick's
    ADD COLUMN queue          text COLLATE "C" NOT NULL DEFAULT 'quick',
    ADD COLUMN most_attempts  smallint NOT NULL DEFAULT 20,
    ADD COLUMN begun_at       timestamptz,  -- when it was first taken
    ADD COLUMN expires_at     timestamptz,  -- not begun by then, it is never done
    ADD COLUMN progress_done  bigint,       -- of a long one that is at work, in its own measure
    ADD COLUMN progress_total bigint,
    ALTER COLUMN position DROP NOT NULL,
    ADD CONSTRAINT job_ledger_cause CHECK ((position IS NULL) <> (tick_at IS NULL)),
    DROP CONSTRAINT job_ledger_pkey,
    ADD PRIMARY KEY (event_id, job, subject),
    DROP CONSTRAINT job_ledger_state_check,
    ADD CONSTRAINT job_ledger_state_check
        CHECK (state IN ('waiting', 'running', 'done', 'failed', 'expired', 'cancelled'));
UPDATE job_ledger SET queue = 'mail' WHERE job LIKE '%\_mail' AND state IN ('waiting', 'running');

DROP INDEX job_ledger_open, job_ledger_done;
CREATE INDEX job_ledger_open ON job_ledger (queue, resend_at) WHERE state IN ('waiting', 'running');
CREATE INDEX job_ledger_ended ON job_ledger (done_at) WHERE state IN ('done', 'expired', 'cancelled');
CREATE INDEX job_ledger_ticks ON job_ledger (job, tick_at) WHERE tick_at IS NOT NULL;

-- Up to when the ticks of each job of the timetable have been seen to: done, or passed over as its row says.
CREATE TABLE job_timetable (
    job         text COLLATE "C" PRIMARY KEY,
    seen_until  timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON job_timetable TO palimpsest_jobs;
GRANT SELECT ON job_timetable TO palimpsest_operator;
