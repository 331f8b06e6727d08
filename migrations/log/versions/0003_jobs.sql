-- The jobs ledger. It lies beside the log, backed up with it and never rebuilt: no mail is sent again.

-- A job for an event, once. `due_at`: not before; `resend_at`: when the sweeper sends its message (again).
CREATE TABLE job_ledger (
    event_id      uuid NOT NULL,
    job           text COLLATE "C" NOT NULL,
    position      bigint NOT NULL,  -- of the event
    state         text COLLATE "C" NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done', 'failed')),
    attempts      smallint NOT NULL DEFAULT 0,
    sends         smallint NOT NULL DEFAULT 0,
    due_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    resend_at     timestamptz NOT NULL,
    lease         uuid,             -- of the worker that runs it, until leased_until
    leased_until  timestamptz,
    last_error    text,             -- names the fault, never a person
    created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    done_at       timestamptz,
    PRIMARY KEY (event_id, job)
) WITH (fillfactor = 70);
CREATE INDEX job_ledger_open ON job_ledger (resend_at) WHERE state IN ('waiting', 'running');
CREATE INDEX job_ledger_failed ON job_ledger (job) WHERE state = 'failed';
CREATE INDEX job_ledger_done ON job_ledger (done_at) WHERE state = 'done';

-- How far the reactor has looked through the log. The next event needed is the one after `sequence`.
CREATE TABLE job_checkpoints (
    partition  smallint PRIMARY KEY,
    epoch      integer NOT NULL,
    sequence   bigint NOT NULL CHECK (sequence >= 0)
) WITH (fillfactor = 50);

-- Where each job began to be triggered: nobody gets a mail for what happened before the mail was invented.
CREATE TABLE job_triggers (
    job         text COLLATE "C" PRIMARY KEY,
    since       bigint NOT NULL,  -- the log's head at that time
    started_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);

INSERT INTO job_checkpoints (partition, epoch, sequence)
SELECT p.partition, s.epoch, coalesce((SELECT max(e.sequence) FROM events e WHERE e.partition = p.partition), 0)
  FROM log_state s, generate_series(0, s.partitions - 1) AS p(partition);
-- Those that are here from the start: an account registered before the first reactor ran gets its mail.
INSERT INTO job_triggers (job, since)
SELECT job, (SELECT coalesce(max(position), 0) FROM events)
  FROM unnest(ARRAY['welcome_mail', 'confirmation_mail', 'address_change_mail', 'password_reset_mail', 'erase_content'])
       AS known(job);

GRANT SELECT, INSERT, UPDATE, DELETE ON job_ledger TO palimpsest_jobs;
GRANT SELECT, INSERT, UPDATE ON job_checkpoints TO palimpsest_jobs;
GRANT SELECT, INSERT ON job_triggers TO palimpsest_jobs;
-- Mails carry these links; a password's hash stays out of sight.
CREATE POLICY jobs_see_mailed_links ON secrets FOR SELECT TO palimpsest_jobs USING (kind IN ('address', 'reset'));

-- A restored log brings its ledger, checkpoints and relay cursor back with it, of the same moment: they go on in the
-- new epoch. What lies in the read database and in Kafka does not.
CREATE OR REPLACE FUNCTION new_epoch() RETURNS integer
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, public, pg_temp
AS $$
    UPDATE job_checkpoints SET epoch = epoch + 1;
    UPDATE relay_cursor SET epoch = epoch + 1;
    UPDATE log_state SET epoch = epoch + 1 RETURNING epoch;
$$;
