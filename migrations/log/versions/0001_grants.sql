-- Events are append only: no role but the owner may change a table of the log, and the functions only add to it.
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO palimpsest_command, palimpsest_relay, palimpsest_projector, palimpsest_jobs;

GRANT SELECT ON log_state, events TO palimpsest_command, palimpsest_relay, palimpsest_projector, palimpsest_jobs;
GRANT SELECT ON personal_keys TO palimpsest_command, palimpsest_projector, palimpsest_jobs;
GRANT SELECT ON claims, idempotency, secrets TO palimpsest_command, palimpsest_jobs;
GRANT SELECT, UPDATE ON relay_cursor TO palimpsest_relay;
GRANT EXECUTE ON FUNCTION append_group, remember_answer TO palimpsest_command, palimpsest_jobs;
GRANT EXECUTE ON FUNCTION purge_idempotency TO palimpsest_command;

-- Of the secrets, jobs see the link that their mails carry.
ALTER TABLE secrets ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_sees_all ON secrets FOR SELECT TO palimpsest_command USING (true);
CREATE POLICY jobs_see_links ON secrets FOR SELECT TO palimpsest_jobs USING (kind = 'confirmation');
