-- When somebody may take a job that is not done: from its time, or from the end of a lease that its holder outlived.
CREATE INDEX job_ledger_timed ON job_ledger (job, coalesce(leased_until, due_at)) WHERE state IN ('waiting', 'running');

-- From now on: no post was scheduled before.
INSERT INTO job_triggers (job, since)
SELECT job, (SELECT coalesce(max(position), 0) FROM events)
  FROM unnest(ARRAY['publish_due_post', 'cancel_schedules']) AS known(job);
