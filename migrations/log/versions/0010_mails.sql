-- Addresses that mail servers refuse. None stands here: a keyed hash, as claims have it, tells whether it is the same one.
CREATE TABLE mail_refusals (
    account       uuid NOT NULL,
    address_hash  text COLLATE "C" NOT NULL,
    in_a_row      integer NOT NULL DEFAULT 1,  -- mails, since one was taken
    mail          text COLLATE "C" NOT NULL,   -- the last of them, by what its Message-ID is made of
    reply         text COLLATE "C" NOT NULL,   -- code and status alone: the server's words may name the address
    first_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    last_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    paused_at     timestamptz,                 -- since then it gets no mail
    PRIMARY KEY (account, address_hash)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON mail_refusals TO palimpsest_jobs;
GRANT SELECT, DELETE ON mail_refusals TO palimpsest_operator;

-- Who was told of which comment in which hour, so that nobody is told of more than a few; those without a place among
-- these are summed up when the hour is over, in the mail that `tick` sends.
CREATE TABLE comment_notices (
    account  uuid NOT NULL,
    notice   text COLLATE "C" NOT NULL,
    hour     timestamptz NOT NULL,
    comment  uuid NOT NULL,
    place    smallint,
    tick     uuid,
    PRIMARY KEY (account, notice, hour, comment),
    UNIQUE (account, notice, hour, place)
);
CREATE INDEX comment_notices_held ON comment_notices (tick, account) WHERE place IS NULL;
GRANT SELECT, INSERT, UPDATE, DELETE ON comment_notices TO palimpsest_jobs;

-- When a job failed for good the last time, also if it was tried again since.
ALTER TABLE job_ledger ADD COLUMN failed_at timestamptz;
UPDATE job_ledger SET failed_at = least(due_at, clock_timestamp()) WHERE state = 'failed';
CREATE INDEX job_ledger_failed_at ON job_ledger (failed_at) WHERE failed_at IS NOT NULL;

-- From now on: no address was paused before.
INSERT INTO job_triggers (job, since) SELECT 'resume_mails', coalesce(max(position), 0) FROM events;
