"""What the clock forgets beside the log, as the process may that follows the timetable."""

from jobs.chores import Chores
from kit.database import open_pool
from tests.command_api.asking import Api, code
from tests.servers import Database


async def test_what_has_expired_is_forgotten_and_the_rest_stays(api: Api, log_database: Database) -> None:
    ines, bram = await api.member(), await api.member()
    await ines.post("/auth/api-tokens", name="old")
    await api.grant("nobody")
    await ines.ask("POST", "/posts", json={"title": "T"}, headers={"Idempotency-Key": "k"})
    await api.pool.execute("UPDATE api_tokens SET expires_at = clock_timestamp() - interval '1 s'")
    await api.pool.execute("UPDATE throttle SET expires_at = clock_timestamp() - interval '1 s'")
    await api.pool.execute(
        "UPDATE sign_in_sessions SET expires_at = clock_timestamp() - interval '1 s' WHERE account = $1", ines.account
    )
    await api.parts.keys.rotate()
    await api.pool.execute("UPDATE signing_keys SET retired_at = retired_at - interval '1 day'")
    async with await open_pool(log_database.url("jobs"), size=1, application_name="test chores") as pool:
        await Chores(pool, pool).forget_expired()
    assert await api.count("api_tokens") == 0
    assert await api.count("throttle") == 0
    assert await api.count("sign_in_sessions") == 1
    assert await api.count("signing_keys") == 1
    assert await api.count("idempotency") == 1
    assert await api.secret(bram.account, "confirmation")
    api.parts.standing.forget()
    assert code(await ines.post("/posts", title="T")) == (401, "InvalidToken")


async def test_the_process_may_change_nothing_of_the_log_but_through_its_functions(api: Api) -> None:
    rows = await api.pool.fetch(
        "SELECT table_name, privilege_type FROM information_schema.role_table_grants"
        " WHERE grantee = 'palimpsest_command' AND privilege_type <> 'SELECT'"
    )
    assert {row["table_name"] for row in rows} == {"signing_keys", "sign_in_sessions", "api_tokens", "throttle"}
