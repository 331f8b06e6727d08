-- Drops one generation that nobody has read for two weeks and that no replay is at work on; gives its name, or NULL
-- when there is none. Never the one that readers see: the jobs process, which asks, may drop nothing else.
CREATE FUNCTION projection.drop_an_old_generation() RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    old projection.generations;
BEGIN
    -- As whoever makes, serves or drops a generation does.
    PERFORM pg_advisory_xact_lock(hashtextextended('projection.generations', 0));
    SELECT g.* INTO old
      FROM projection.generations AS g
      LEFT JOIN projection.generations AS served ON served.model = g.model AND served.state = 'serving'
     WHERE g.state <> 'serving'
       AND greatest(g.created_at, g.built_at, g.served_at, served.served_at) < clock_timestamp() - interval '14 days'
       AND NOT EXISTS (SELECT FROM projection.replays AS r
                        WHERE r.model = g.model AND r.generation = g.number
                          AND r.state NOT IN ('done', 'refused', 'failed', 'cancelled'))
     ORDER BY g.model, g.number LIMIT 1;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    DELETE FROM projection.generations AS g WHERE g.model = old.model AND g.number = old.number;
    EXECUTE format('DROP SCHEMA IF EXISTS %I CASCADE', old.model || '_g' || old.number);
    RETURN old.model || '_g' || old.number;
END
$$;
REVOKE ALL ON FUNCTION projection.drop_an_old_generation FROM PUBLIC;
GRANT EXECUTE ON FUNCTION projection.drop_an_old_generation TO palimpsest_jobs;
