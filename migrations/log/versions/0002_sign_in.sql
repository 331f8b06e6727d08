-- Sign-in: rows beside the log that expire, owned by command_api. Tokens are kept as SHA-256 hashes.

CREATE TABLE signing_keys (
    id           text COLLATE "C" PRIMARY KEY,
    algorithm    text NOT NULL CHECK (algorithm IN ('EdDSA', 'RS256')),
    private_key  bytea NOT NULL,  -- encrypted with a key derived from the system's secret
    public_key   text NOT NULL,   -- JWK
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    retired_at   timestamptz      -- signs no more; published until its tokens have expired
);

CREATE TABLE sign_in_sessions (
    id             uuid PRIMARY KEY,
    account        uuid NOT NULL,
    password_mark  bytea NOT NULL,  -- SHA-256 of the password's hash: another password ends the session by itself
    refresh_hash   bytea NOT NULL,  -- of the one refresh token that is good now
    created_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at     timestamptz NOT NULL
);
CREATE INDEX sign_in_sessions_account ON sign_in_sessions (account);
CREATE INDEX sign_in_sessions_expires ON sign_in_sessions (expires_at);

CREATE TABLE api_tokens (
    id          uuid PRIMARY KEY,
    account     uuid NOT NULL,
    name        text NOT NULL,
    token_hash  bytea NOT NULL UNIQUE,
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at  timestamptz NOT NULL
);
CREATE INDEX api_tokens_account ON api_tokens (account);
CREATE INDEX api_tokens_expires ON api_tokens (expires_at);

CREATE TABLE throttle (
    key         bytea PRIMARY KEY,  -- keyed hash: says nothing of the account or address
    attempts    integer NOT NULL,
    expires_at  timestamptz NOT NULL
);
CREATE INDEX throttle_expires ON throttle (expires_at);

GRANT SELECT, INSERT, UPDATE, DELETE ON signing_keys, sign_in_sessions, api_tokens, throttle TO palimpsest_command;

-- Forgets one-time links that have expired, at most `batch` at once.
CREATE INDEX secrets_expires ON secrets (expires_at) WHERE expires_at IS NOT NULL;
CREATE FUNCTION purge_secrets(batch integer) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    purged integer;
BEGIN
    DELETE FROM secrets WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM secrets WHERE expires_at < clock_timestamp() ORDER BY expires_at LIMIT batch));
    GET DIAGNOSTICS purged = ROW_COUNT;
    RETURN purged;
END
$$;
REVOKE ALL ON FUNCTION purge_secrets FROM PUBLIC;
GRANT EXECUTE ON FUNCTION purge_secrets TO palimpsest_command;
