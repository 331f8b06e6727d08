-- What the clock clears away. The jobs process may forget what is over, and sees nothing of it.

-- Forgets sign-in sessions, API tokens and counted attempts that have expired, at most `batch` of each at once, and
-- retired keys long after their last token. Gives the largest of the counts: call again while it returns `batch`.
CREATE FUNCTION purge_sign_in(batch integer) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    purged integer;
    most   integer := 0;
BEGIN
    DELETE FROM sign_in_sessions WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM sign_in_sessions WHERE expires_at < clock_timestamp() ORDER BY expires_at LIMIT batch));
    GET DIAGNOSTICS purged = ROW_COUNT;
    most := greatest(most, purged);
    DELETE FROM api_tokens WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM api_tokens WHERE expires_at < clock_timestamp() ORDER BY expires_at LIMIT batch));
    GET DIAGNOSTICS purged = ROW_COUNT;
    most := greatest(most, purged);
    DELETE FROM throttle WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM throttle WHERE expires_at < clock_timestamp() ORDER BY expires_at LIMIT batch));
    GET DIAGNOSTICS purged = ROW_COUNT;
    most := greatest(most, purged);
    -- Tokens live 15 minutes, and a retired key is published for 20.
    DELETE FROM signing_keys WHERE retired_at < clock_timestamp() - interval '40 minutes';
    RETURN most;
END
$$;
REVOKE ALL ON FUNCTION purge_sign_in FROM PUBLIC;
GRANT EXECUTE ON FUNCTION purge_sign_in, purge_secrets, purge_idempotency TO palimpsest_jobs;
REVOKE EXECUTE ON FUNCTION purge_secrets, purge_idempotency FROM palimpsest_command;
