-- Deliveries to webhooks. They lie beside the log, backed up with it and never rebuilt: nothing is told again.

-- Up to where the log was looked through for what hooks are to be told. From now on: there was no hook before.
CREATE TABLE webhook_scan (
    only_row  boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    position  bigint NOT NULL
);
INSERT INTO webhook_scan (position) SELECT coalesce(max(position), 0) FROM events;

-- The hooks as they were at that place, and how their addresses fare. Their secrets are in `secrets`.
CREATE TABLE webhooks (
    webhook        uuid PRIMARY KEY,
    version        integer NOT NULL,  -- of its stream
    url            text NOT NULL,
    kinds          text[] NOT NULL,
    is_paused      boolean NOT NULL,
    failures       integer NOT NULL DEFAULT 0,  -- in a row, of whatever messages
    failing_since  timestamptz,                 -- the first of them
    rests_until    timestamptz NOT NULL DEFAULT '-infinity'
) WITH (fillfactor = 50);

-- A key with something to tell a hook: everything up to `done` was told or given up, `upto` is the last that is known.
CREATE TABLE webhook_keys (
    webhook        uuid NOT NULL REFERENCES webhooks ON DELETE CASCADE,
    key            text COLLATE "C" NOT NULL,
    done           bigint NOT NULL,
    upto           bigint NOT NULL,
    rewound        bigint,                      -- to be told again from after this position on
    attempts       smallint NOT NULL DEFAULT 0, -- at the message that comes next
    failing_since  timestamptz,                 -- the first of them that failed
    waiting_since  timestamptz NOT NULL DEFAULT clock_timestamp(),
    due_at         timestamptz NOT NULL DEFAULT clock_timestamp(),  -- or when the lease of who tells it ends
    lease          uuid,
    PRIMARY KEY (webhook, key)
) WITH (fillfactor = 70);
CREATE INDEX webhook_keys_due ON webhook_keys (webhook, (attempts > 0), due_at);
CREATE INDEX webhook_keys_waiting ON webhook_keys (waiting_since);

-- Every attempt at a message.
CREATE TABLE webhook_deliveries (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    webhook      uuid NOT NULL,
    key          text COLLATE "C" NOT NULL,
    event_id     uuid NOT NULL,
    kind         text COLLATE "C" NOT NULL,
    attempt      smallint NOT NULL,
    outcome      text COLLATE "C" NOT NULL CHECK (outcome IN ('accepted', 'refused', 'given_up')),
    status       smallint,
    duration_ms  integer NOT NULL,
    error        text,
    excerpt      text CHECK (length(excerpt) <= 300),  -- of an answer that was no acceptance
    tried_at     timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX webhook_deliveries_webhook ON webhook_deliveries (webhook, id);
CREATE INDEX webhook_deliveries_tried_at ON webhook_deliveries (tried_at);

GRANT SELECT, UPDATE ON webhook_scan TO palimpsest_jobs;
GRANT SELECT, INSERT, UPDATE, DELETE ON webhooks, webhook_keys TO palimpsest_jobs;
GRANT SELECT, INSERT, DELETE ON webhook_deliveries TO palimpsest_jobs;
GRANT SELECT ON webhook_deliveries TO palimpsest_command;
-- An operator looks at them, and has a time told again.
GRANT SELECT ON webhook_scan, webhooks, webhook_keys, webhook_deliveries TO palimpsest_operator;
GRANT INSERT ON webhook_keys TO palimpsest_operator;
GRANT UPDATE (upto, rewound) ON webhook_keys TO palimpsest_operator;
-- Of the secrets, jobs see those that messages are signed with as well.
CREATE POLICY jobs_see_signing_secrets ON secrets FOR SELECT TO palimpsest_jobs
 USING (kind IN ('webhook', 'webhook_former'));
