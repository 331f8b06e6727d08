-- Decides and stores a group of appends: the only way into the event log.
--
-- No two appends of a group share a stream, a claim or an idempotency key, and none guards a stream that another
-- writes (the caller sees to it), so each is decided by what was committed before the group. Arrays named appends_*
-- have one element an append; the others name their append by its place (`*_of`, from 1). Events come in the order
-- of their appends.
--
-- Every lookup is a correlated subquery on an index and hash joins, merge joins and sequential scans are off: a plan
-- made while tables were empty must not read whole tables later.
CREATE FUNCTION append_group(
    appends_id uuid[], appends_stream text[], appends_expected integer[], appends_key text[], appends_partition smallint[],
    appends_scope text[], appends_idempotency text[], appends_hash bytea[], appends_answer text[],
    events_of integer[], events_id uuid[], events_append uuid[], events_stream text[], events_version integer[],
    events_key text[], events_partition smallint[], events_ends boolean[],
    events_type text[], events_schema smallint[], events_data text[], events_metadata text[],
    claims_of integer[], claims_kind text[], claims_value text[], claims_stream text[],
    releases_of integer[], releases_kind text[], releases_value text[], releases_stream text[],
    guards_of integer[], guards_stream text[], guards_version integer[],
    secrets_of integer[], secrets_stream text[], secrets_kind text[], secrets_value text[], secrets_expires timestamptz[],
    keys_of integer[], keys_account uuid[], keys_scope text[], keys_key bytea[]
) RETURNS TABLE (
    append_id uuid, outcome text, subject text, at_position bigint, at_version integer, at_partition smallint,
    at_sequence bigint, at_time timestamptz,
    at_epoch integer
)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
    outcomes text[];
    subjects text[];
    actuals integer[];
    accepted boolean[];
    refused record;
    current_epoch integer;
    last_position bigint;
    last_time timestamptz;
    ends_position bigint[];
    ends_sequence bigint[];
    ends_version integer[];
BEGIN
    -- The sequencer. A statement of its own, so that those below see (READ COMMITTED) all that was committed under it.
    PERFORM pg_advisory_xact_lock(7203114985);
    SELECT epoch INTO current_epoch FROM log_state;

    SELECT array_agg(decided.outcome ORDER BY n), array_agg(decided.actual ORDER BY n)
      INTO outcomes, actuals
      FROM (
        SELECT asked.n, stored.version AS actual,
               CASE WHEN EXISTS (SELECT FROM events e WHERE e.append_id = asked.id AND e.ends_append) THEN 'known'
                    WHEN asked.idempotency IS NOT NULL AND EXISTS (
                        SELECT FROM idempotency i WHERE i.scope = asked.scope AND i.key = asked.idempotency) THEN 'key'
                    WHEN stored.version <> asked.expected THEN 'version'
                    ELSE 'stored' END AS outcome
          FROM unnest(appends_id, appends_stream, appends_expected, appends_scope, appends_idempotency)
               WITH ORDINALITY AS asked(id, stream, expected, scope, idempotency, n),
               LATERAL (SELECT coalesce((SELECT e.version FROM events e WHERE e.stream = asked.stream
                                          ORDER BY e.version DESC LIMIT 1), 0) AS version OFFSET 0) AS stored
      ) AS decided;
    subjects := array_fill(NULL::text, ARRAY[cardinality(appends_id)]);

    IF cardinality(claims_of) > 0 THEN
        FOR refused IN
            SELECT c.of, c.kind || ':' || c.value AS subject
              FROM unnest(claims_of, claims_kind, claims_value, claims_stream) AS c(of, kind, value, stream)
             WHERE (SELECT t.stream FROM claims t WHERE t.kind = c.kind AND t.value = c.value) <> c.stream
        LOOP
            IF outcomes[refused.of] = 'stored' THEN
                outcomes[refused.of] := 'claim';
                subjects[refused.of] := refused.subject;
            END IF;
        END LOOP;
    END IF;

    IF cardinality(guards_of) > 0 THEN
        FOR refused IN
            SELECT g.of, g.stream AS subject
              FROM unnest(guards_of, guards_stream, guards_version) AS g(of, stream, version)
             WHERE coalesce((SELECT e.version FROM events e WHERE e.stream = g.stream
                              ORDER BY e.version DESC LIMIT 1), 0) <> g.version
        LOOP
            IF outcomes[refused.of] = 'stored' THEN
                outcomes[refused.of] := 'guard';
                subjects[refused.of] := refused.subject;
            END IF;
        END LOOP;
    END IF;

    accepted := ARRAY(SELECT o.outcome = 'stored' FROM unnest(outcomes) WITH ORDINALITY AS o(outcome, n) ORDER BY n);

    IF NOT (true = ALL (accepted)) THEN
        RETURN QUERY
        SELECT asked.id, asked.outcome, asked.subject, e.position, coalesce(e.version, asked.actual), e.partition,
               e.sequence, e.recorded_at, current_epoch
          FROM unnest(appends_id, outcomes, subjects, actuals) AS asked(id, outcome, subject, actual)
          LEFT JOIN LATERAL (SELECT * FROM events e WHERE asked.outcome = 'known' AND e.append_id = asked.id
                                AND e.ends_append LIMIT 1) AS e ON true
         WHERE asked.outcome <> 'stored';
    END IF;
    IF NOT (true = ANY (accepted)) THEN
        RETURN;
    END IF;

    SELECT e.position, e.recorded_at INTO last_position, last_time FROM events e ORDER BY e.position DESC LIMIT 1;
    last_position := coalesce(last_position, 0);
    last_time := greatest(clock_timestamp(), last_time);

    WITH inserted AS (
        INSERT INTO events (position, sequence, recorded_at, id, append_id, version, partition, schema_version,
                            ends_append, partition_key, stream, type, data, metadata)
        SELECT last_position + row_number() OVER (ORDER BY new.n),
               coalesce((SELECT e.sequence FROM events e WHERE e.partition = new.partition
                          ORDER BY e.sequence DESC LIMIT 1), 0)
                   + row_number() OVER (PARTITION BY new.partition ORDER BY new.n),
               last_time, new.id, new.append_id, new.version, new.partition, new.schema_version,
               new.ends, new.key, new.stream, new.type, new.data, new.metadata
          FROM unnest(events_of, events_id, events_append, events_stream, events_version, events_key, events_partition,
                      events_ends, events_type, events_schema, events_data, events_metadata)
               WITH ORDINALITY AS new(of, id, append_id, stream, version, key, partition, ends, type, schema_version,
                                      data, metadata, n)
         WHERE accepted[new.of]
        RETURNING position, sequence, version, ends_append
    )
    SELECT array_agg(position ORDER BY position), array_agg(sequence ORDER BY position),
           array_agg(version ORDER BY position)
      INTO ends_position, ends_sequence, ends_version
      FROM inserted WHERE ends_append;

    IF cardinality(releases_of) > 0 THEN
        DELETE FROM claims t
         USING unnest(releases_of, releases_kind, releases_value, releases_stream) AS r(of, kind, value, stream)
         WHERE accepted[r.of] AND t.kind = r.kind AND t.value = r.value AND t.stream = r.stream;
    END IF;
    IF cardinality(claims_of) > 0 THEN
        INSERT INTO claims (kind, value, stream)
        SELECT c.kind, c.value, c.stream
          FROM unnest(claims_of, claims_kind, claims_value, claims_stream) AS c(of, kind, value, stream)
         WHERE accepted[c.of]
            ON CONFLICT DO NOTHING;
    END IF;
    IF cardinality(secrets_of) > 0 THEN
        DELETE FROM secrets t
         USING unnest(secrets_of, secrets_stream, secrets_kind, secrets_value) AS s(of, stream, kind, value)
         WHERE accepted[s.of] AND s.value IS NULL AND t.stream = s.stream AND t.kind = s.kind;
        INSERT INTO secrets (stream, kind, value, expires_at)
        SELECT s.stream, s.kind, s.value, s.expires
          FROM unnest(secrets_of, secrets_stream, secrets_kind, secrets_value, secrets_expires)
               AS s(of, stream, kind, value, expires)
         WHERE accepted[s.of] AND s.value IS NOT NULL
            ON CONFLICT (stream, kind) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at;
    END IF;
    IF cardinality(keys_of) > 0 THEN
        INSERT INTO personal_keys (account, scope, key)
        SELECT k.account, k.scope, k.key
          FROM unnest(keys_of, keys_account, keys_scope, keys_key) AS k(of, account, scope, key)
         WHERE accepted[k.of] AND k.key IS NOT NULL;
        UPDATE personal_keys t SET key = NULL
          FROM unnest(keys_of, keys_account, keys_scope, keys_key) AS k(of, account, scope, key)
         WHERE accepted[k.of] AND k.key IS NULL AND t.account = k.account AND t.scope = k.scope;
    END IF;

    -- The accepted appends in order, beside the numbers of their last events in order.
    RETURN QUERY
    WITH placed AS MATERIALIZED (
        SELECT asked.*, ends_position[row_number() OVER (ORDER BY asked.n)] AS at_position,
               ends_sequence[row_number() OVER (ORDER BY asked.n)] AS at_sequence,
               ends_version[row_number() OVER (ORDER BY asked.n)] AS at_version
          FROM unnest(appends_id, appends_stream, appends_partition, appends_scope, appends_idempotency, appends_hash,
                      appends_answer)
               WITH ORDINALITY AS asked(id, stream, partition, scope, idempotency, hash, answer, n)
         WHERE accepted[asked.n]
    ), remembered AS (
        INSERT INTO idempotency (scope, key, request_hash, answer, stream, version, partition, sequence, recorded_at)
        SELECT p.scope, p.idempotency, p.hash, p.answer, p.stream, p.at_version, p.partition, p.at_sequence, last_time
          FROM placed p WHERE p.idempotency IS NOT NULL
    )
    SELECT p.id, 'stored', NULL::text, p.at_position, p.at_version, p.partition, p.at_sequence, last_time, current_epoch
      FROM placed p;
END
$$;
