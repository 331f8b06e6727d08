"""Events are followed on a real log that grows, goes away, comes back, or is not what it was."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from engine.log.reader import LogReader
from kit.database import open_pool
from ops.__main__ import main
from ops.tailing.tail import NotThatLog, Tail
from tests.ops.command_line import in_process
from tests.ops.desk import desk_at
from tests.servers import ROOT, Cluster, Database, await_ready, new_postgres, start, stop

_DEADLINE_S = 60


@pytest.fixture
def log(log_database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setenv("PALIMPSEST_LOG_URL", log_database.url("operator"))
    return log_database


@asynccontextmanager
async def tailing(url: str, *words: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "ops", "events", "tail", "--json", *words),
        cwd=ROOT,
        env={**os.environ, "PALIMPSEST_LOG_URL": url},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        process.terminate()
        await process.wait()


async def next_lines(process: asyncio.subprocess.Process, count: int) -> list[dict[str, Any]]:
    assert process.stdout
    return [json.loads(await asyncio.wait_for(process.stdout.readline(), _DEADLINE_S)) for _ in range(count)]


async def shown(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    assert await in_process(main, ["events", "tail", "--once", "--json", "--from", "0", *words]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


async def test_no_event_is_lost_or_doubled_when_the_database_is_killed(tmp_path: Path) -> None:
    server = new_postgres(tmp_path / "postgres")
    server.prepare()
    output = (tmp_path / "postgres.log").open("ab")
    running = start(server, output)
    try:
        await_ready(server, running, tmp_path / "postgres.log")
        database = await asyncio.to_thread(Cluster(server).copy, "log")
        async with tailing(database.url("operator"), "--from", "0") as tail:
            async with desk_at(database.url("command")) as desk:
                await desk.register("ana", "ana@example.org")
            before = await next_lines(tail, 1)
            running.kill()
            running.wait()
            await asyncio.to_thread(server.prepare)
            running = start(server, output)
            await_ready(server, running, tmp_path / "postgres.log")
            async with desk_at(database.url("command")) as desk:
                for number in range(5):
                    await desk.register(f"ben{number}", f"ben{number}@example.org")
            after = await next_lines(tail, 5)
    finally:
        stop(server, running)
        output.close()
    assert [event["position"] for event in before + after] == [1, 2, 3, 4, 5, 6]


async def test_what_people_wrote_is_not_shown(log: Database, capsys: pytest.CaptureFixture[str]) -> None:
    async with desk_at(log.url("command")) as desk:
        await desk.register("ana", "ana@example.org")
    [event] = await shown(capsys)
    assert event["data"]["address"] == {"personal": "identity"}
    assert event["data"]["handle"] == "ana"
    assert event["metadata"]["correlation"] == "request-7"


async def test_events_are_filtered_by_type_stream_and_actor(log: Database, capsys: pytest.CaptureFixture[str]) -> None:
    async with desk_at(log.url("command")) as desk:
        post = await desk.live_a_little()
        ana = await desk.register("zoe", "zoe@example.org")
        await desk.draft(ana, "Mine")
    kinds = await shown(capsys, "--type", "PostPublished", "--type", "PostDeleted")
    assert [event["type"] for event in kinds] == ["PostPublished", "PostDeleted"]
    assert [event["version"] for event in await shown(capsys, "--stream", f"post-{post}")] == [1, 2, 3, 4]
    assert [event["type"] for event in await shown(capsys, "--actor", str(ana))] == ["PostDrafted"]
    # four drafts and what is said below one of them are of people
    assert len(await shown(capsys, "--actor", "system")) == len(await shown(capsys)) - 7


async def test_without_a_beginning_the_last_ten_are_shown(log: Database, capsys: pytest.CaptureFixture[str]) -> None:
    async with desk_at(log.url("command")) as desk:
        for number in range(12):
            await desk.register(f"ana{number}", f"ana{number}@example.org")
    assert await in_process(main, ["events", "tail", "--once"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [str(position) for position in range(3, 13)]
    assert "AccountRegistered" in lines[0]


def test_a_wrong_event_name_suggests_the_right_one(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["events", "tail", "--type", "postpublish"])
    assert refused.value.code == 2
    assert "did you mean PostPublished?" in capsys.readouterr().err


@pytest.mark.usefixtures("log")
async def test_a_beginning_beyond_the_head_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert await in_process(main, ["events", "tail", "--from", "9"]) == 2
    assert "head is at 0" in capsys.readouterr().err


async def test_a_log_that_lacks_a_position_is_not_passed_over(
    log: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    async with desk_at(log.url("command")) as desk:
        await desk.live_a_little()
    await as_owner(log, "DELETE FROM events WHERE position = 3")
    assert await in_process(main, ["events", "tail", "--once", "--from", "0"]) == 1
    assert "position 3 is not in the log" in capsys.readouterr().err


@pytest.mark.parametrize("restored", ["SELECT new_epoch()", "DELETE FROM events WHERE position > 2"])
async def test_a_log_restored_meanwhile_ends_the_tail(log_database: Database, restored: str) -> None:
    async with desk_at(log_database.url("command")) as desk:
        await desk.live_a_little()
    async with await open_pool(log_database.url("operator"), size=1, application_name="test") as pool:
        pages = Tail(LogReader(pool), print).pages(0, None)
        await anext(pages)
        await as_owner(log_database, restored)
        with pytest.raises(NotThatLog, match="restored"):
            await asyncio.wait_for(anext(pages), 20)


async def as_owner(log: Database, statement: str) -> None:
    connection = await asyncpg.connect(log.url("owner"))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
