-- What a job has done so far, in its own measure (posts, rows): NULL for one that is done at a stroke.
ALTER TABLE job_ledger ADD COLUMN steps bigint;

-- From now on: no tag was renamed before.
INSERT INTO job_triggers (job, since) SELECT 'retag_posts', coalesce(max(position), 0) FROM events;
