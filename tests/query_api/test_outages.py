import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import httpx
import pytest

from kit.settings import Settings
from query_api import app
from query_api.opening import SettingMissing, opened
from query_api.readiness import ReadReadiness
from read_models.post_pages import POST_PAGES
from tests.command_api.asking import code
from tests.query_api.press import Press, asked
from tests.racing import until_waiting
from tests.servers import Database

NOWHERE = "http://127.0.0.1:9"
DOORS = ("/posts", "/posts/x", "/posts/00000000-0000-0000-0000-000000000000", "/tags", "/authors/x")


@asynccontextmanager
async def unreachable(
    url: str = "postgresql://palimpsest_query:x@127.0.0.1:9/palimpsest_read",
) -> AsyncIterator[tuple[Any, httpx.AsyncClient]]:
    async with opened(Settings.model_validate({"read_url": url, "command_url": NOWHERE})) as parts:
        readiness = ReadReadiness(parts.database, app.MODELS)
        transport = httpx.ASGITransport(app.build(parts, readiness), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://queries") as http:
            yield readiness, http


async def test_without_its_database_every_door_answers_503_and_when_to_come_back() -> None:
    async with unreachable() as (_, http):
        for path in DOORS:
            answer = await http.get(path)
            assert code(answer) == (503, "ReadDatabaseUnavailable"), path
            assert answer.headers["retry-after"]
        waiting = await http.get("/posts", headers={"Consistency-Token": "1:0.1"})
        assert code(waiting) == (503, "ReadDatabaseUnavailable")


async def test_readiness_names_what_is_missing() -> None:
    async with unreachable() as (readiness, http):
        await readiness.look()
        answer = await http.get("/readyz")
        assert (answer.status_code, answer.json()) == (503, {"not_ready": ["The read database does not answer."]})
        assert (await http.get("/healthz")).status_code == 200


@pytest.mark.parametrize("lost", ["database", "password"])
async def test_while_its_database_is_made_again_the_process_lives_and_says_so(press: Press, lost: str) -> None:
    url = press.read.url("query")
    elsewhere = f"{url}_gone" if lost == "database" else url.replace("@", "0@")
    async with unreachable(elsewhere) as (readiness, http):
        await readiness.look()
        assert readiness() == ["The read database does not answer."]
        for path in DOORS:
            assert code(await http.get(path)) == (503, "ReadDatabaseUnavailable"), path


async def test_read_models_that_are_not_built_yet_are_named(read_database: Database) -> None:
    async with asked(read_database, NOWHERE) as (parts, http):
        readiness = ReadReadiness(parts.database, app.MODELS)
        await readiness.look()
        assert readiness() == [f"the read model {model} is not built yet" for model in sorted(app.MODELS)]
        for path in DOORS:
            assert code(await http.get(path)) == (503, "ReadModelMissing")


async def test_all_built_is_ready(press: Press) -> None:
    readiness = ReadReadiness(press.parts.database, app.MODELS)
    await readiness.look()
    assert readiness() == []


async def test_connections_that_were_cut_are_made_anew(own_press: Press) -> None:
    ana = await own_press.author()
    post = await own_press.published(ana, "Cut")
    await own_press.project()
    async with _locked(own_press.read, "post_pages_g1.post_pages"):
        asking = asyncio.gather(*(own_press.get(f"/posts/{post}") for _ in range(8)))
        await _cut_when_waiting(own_press.read, 8)
    assert {answer.status_code for answer in await asking} == {200}


async def test_a_swapped_view_is_read_at_once(own_press: Press) -> None:
    ana = await own_press.author()
    post = await own_press.published(ana, "Swapped", tags=["One"])
    await own_press.project()
    assert (await own_press.get(f"/posts/{post}")).status_code == 200
    await own_press.change_read_database("ALTER SCHEMA post_pages_g1 RENAME TO post_pages_g2")
    columns = ", ".join("upper(title) AS title" if each.name == "title" else each.name for each in POST_PAGES.columns)
    await own_press.change_read_database(
        f"CREATE OR REPLACE VIEW serving.post_pages AS SELECT {columns} FROM post_pages_g2.post_pages"  # noqa: S608 - declared names
    )
    for path in (f"/posts/{post}", "/posts/swapped"):
        assert (await own_press.get(path)).json()["title"] == "SWAPPED"
    assert (await own_press.get("/posts?tag=one")).json()["items"][0]["title"] == "SWAPPED"


async def test_a_statement_that_takes_too_long_is_given_up(own_press: Press) -> None:
    async with _locked(own_press.read, "post_pages_g1.post_pages"):
        assert code(await own_press.get("/posts/x")) == (503, "Busy")
    assert (await own_press.get("/posts/x")).status_code == 404


@asynccontextmanager
async def _locked(database: Database, table: str) -> AsyncIterator[None]:
    connection = await asyncpg.connect(database.url("projector"))
    try:
        async with connection.transaction():
            await connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
            yield
    finally:
        await connection.close()


async def _cut_when_waiting(database: Database, sessions: int) -> None:
    """Ends all sessions of the queries, in the middle of a statement each."""
    connection = await asyncpg.connect(database.admin_url)
    try:
        await until_waiting(connection, sessions)
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE usename = 'palimpsest_query' AND datname = current_database()"
        )
    finally:
        await connection.close()


async def test_a_missing_setting_is_said() -> None:
    with pytest.raises(SettingMissing, match="PALIMPSEST_READ_URL"):
        async with opened(Settings.model_validate({})):
            pass


async def test_its_role_can_only_select(press: Press) -> None:
    connection = await asyncpg.connect(press.read.url("query"))
    try:
        await connection.execute("SET default_transaction_read_only = off")
        tables = await connection.fetch("SELECT viewname FROM pg_views WHERE schemaname = 'serving'")
        assert len(tables) >= 10
        for statement in (
            *(f"DELETE FROM serving.{row[0]}" for row in tables),  # noqa: S608 - names of views
            *(f"INSERT INTO serving.{row[0]} DEFAULT VALUES" for row in tables),
            "UPDATE post_pages_g1.post_pages SET title = ''",
            "SELECT * FROM post_pages_g1.post_pages",
            "SELECT * FROM projection.memo",
            "UPDATE projection.checkpoints SET sequence = 0",
            "CREATE TABLE public.mine ()",
            "CREATE SCHEMA mine",
            "CREATE TEMPORARY TABLE mine ()",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
    finally:
        await connection.close()
