-- Small changes beside the log, each the only way its role may make it.

-- Remembers the answer to a command that had nothing to change, so that its key cannot be used for another request.
-- False: the key is in use already.
CREATE FUNCTION remember_answer(
    by_scope text, by_key text, of_request bytea, with_answer text, on_stream text
) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    INSERT INTO idempotency (scope, key, request_hash, answer, stream, version, partition, sequence, recorded_at)
    SELECT by_scope, by_key, of_request, with_answer, on_stream, e.version, e.partition, e.sequence, clock_timestamp()
      FROM events e WHERE e.stream = on_stream ORDER BY e.version DESC LIMIT 1
        ON CONFLICT DO NOTHING;
    RETURN FOUND;
END
$$;

-- Forgets answers older than `age`, at most `batch` at once: short transactions; call again while it returns `batch`.
CREATE FUNCTION purge_idempotency(age interval, batch integer) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    purged integer;
BEGIN
    DELETE FROM idempotency WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM idempotency WHERE recorded_at < clock_timestamp() - age ORDER BY recorded_at LIMIT batch));
    GET DIAGNOSTICS purged = ROW_COUNT;
    RETURN purged;
END
$$;

-- Starts a new epoch: run by the operator after the log was restored from a backup, before any process starts.
-- Consumers of the old epoch stop, and tokens of the old epoch are refused.
CREATE FUNCTION new_epoch() RETURNS integer
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, public, pg_temp
AS $$
    UPDATE log_state SET epoch = epoch + 1 RETURNING epoch;
$$;
