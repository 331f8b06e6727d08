"""A real log is verified whole, and every kind of sabotage by a superuser is found and named."""

import json
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from engine.log.partitioning import partition_of
from ops.__main__ import main
from ops.checking_log import order, versions
from ops.checking_log.verification import LogReport, Verification
from tests.ops.command_line import in_process
from tests.ops.desk import desk_at
from tests.servers import Database


@pytest.fixture
async def log(log_database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Sixteen events of six streams, seen page by page."""
    monkeypatch.setenv("PALIMPSEST_LOG_URL", log_database.url("operator"))
    monkeypatch.setattr(order, "PAGE", 3)
    monkeypatch.setattr(versions, "PAGE", 3)
    async with desk_at(log_database.url("command")) as desk:
        await desk.live_a_little()
    return log_database


async def sabotage(log: Database, *statements: str) -> None:
    superuser = await asyncpg.connect(log.admin_url)
    try:
        for statement in statements:
            await superuser.execute(statement)
    finally:
        await superuser.close()


async def asked(log: Database, question: str) -> Any:
    connection = await asyncpg.connect(log.admin_url)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


async def verified(log: Database, partition: int | None = None) -> LogReport:
    connection = await asyncpg.connect(log.url("operator"))
    try:
        look = Verification(connection)
        return await (look.of_all() if partition is None else look.of_partition(partition))
    finally:
        await connection.close()


async def reported(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> dict[str, Any]:
    assert await in_process(main, ["log", "verify", "--json", *words]) == code
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


async def test_a_log_that_nobody_touched_is_whole(log: Database, capsys: pytest.CaptureFixture[str]) -> None:
    report = await reported(capsys)
    assert report["is_whole"]
    assert report["events"] == report["position"] == await asked(log, "SELECT count(*) FROM events")
    assert sum(each["sequence"] for each in report["partitions"]) == report["events"]
    assert {len(each["hash"]) for each in report["partitions"]} == {64}


async def test_an_empty_log_is_whole(log_database: Database) -> None:
    report = await verified(log_database)
    assert (report.is_whole, report.events, report.partitions) == (True, 0, [])


async def test_a_deleted_event_is_named(log: Database, capsys: pytest.CaptureFixture[str]) -> None:
    await sabotage(log, "DELETE FROM events WHERE position = 7")
    report = await reported(capsys, code=1)
    assert report["problems"][0] == "position 7 is missing"
    assert any("sequence" in problem and "missing" in problem for problem in report["problems"])
    assert any("version 3 is missing" in problem for problem in report["problems"])
    assert await in_process(main, ["log", "verify"]) == 1
    said = capsys.readouterr()
    assert "log verify: position 7 is missing" in said.err
    assert said.out.endswith("NOT whole\n")


async def test_a_deleted_beginning_is_named(log: Database) -> None:
    await sabotage(log, "DELETE FROM events WHERE position <= 2")
    assert (await verified(log)).problems[0] == "positions 1 to 2 are missing"


async def test_swapped_versions_are_found(log: Database) -> None:
    stream = await asked(log, "SELECT stream FROM events WHERE type = 'SlugChanged'")
    change = f"UPDATE events SET version = %s WHERE stream = '{stream}' AND version = %s"  # noqa: S608 - the test's own words
    await sabotage(log, change % (99, 2), change % (2, 3), change % (3, 99))
    [problem] = (await verified(log)).problems
    assert problem.startswith(f"{stream}: version 3 ")
    assert problem.endswith("comes before version 2")


async def test_swapped_sequences_are_found(log: Database) -> None:
    partition = await asked(log, "SELECT partition FROM events WHERE type = 'SlugChanged'")
    change = f"UPDATE events SET sequence = %s WHERE partition = {partition} AND sequence = %s"  # noqa: S608 - the test's own words
    await sabotage(log, change % (99, 1), change % (1, 2), change % (2, 99))
    assert any(f"partition {partition}" in problem for problem in (await verified(log)).problems)
    assert not (await verified(log, partition)).is_whole


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("recorded_at = recorded_at - interval '1 day'", "recorded earlier"),
        ("ends_append = false", "is not whole"),
    ],
)
async def test_what_a_database_can_check_by_itself_is_checked(log: Database, change: str, said: str) -> None:
    await sabotage(log, f"UPDATE events SET {change} WHERE position = 5")  # noqa: S608 - the test's own words
    assert any(said in problem for problem in (await verified(log)).problems)


async def test_an_event_in_the_partition_of_another_key_is_found(log: Database) -> None:
    partition = await asked(log, "SELECT partition FROM events WHERE position = 5")
    partitions = await asked(log, "SELECT partitions FROM log_state")
    key = next(key for number in count() if partition_of(key := f"elsewhere-{number}", partitions) != partition)
    await sabotage(log, f"UPDATE events SET partition_key = '{key}' WHERE position = 5")  # noqa: S608 - the test's own words
    assert any("does not belong" in problem for problem in (await verified(log)).problems)


async def test_a_lost_end_is_found_by_who_had_read_it(log: Database) -> None:
    await sabotage(
        log,
        "UPDATE relay_cursor SET position = (SELECT max(position) FROM events)",
        "DELETE FROM events WHERE position = (SELECT max(position) FROM events)",
    )
    assert (await verified(log)).problems[0].startswith("the relay has sent position")


@pytest.mark.parametrize(
    "change",
    [
        "data = replace(data, 'cellar', 'callar')",
        "metadata = replace(metadata, 'request-7', 'request-8')",
        "id = gen_random_uuid()",
        "type = 'PostBegun'",
        "recorded_at = recorded_at + interval '1 microsecond'",
        "schema_version = schema_version + 1",
    ],
)
async def test_altered_events_are_found_by_hashes_of_before(
    log: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str], change: str
) -> None:
    before = tmp_path / "before.json"
    before.write_text(json.dumps(await reported(capsys)))
    async with desk_at(log.url("command")) as desk:
        await desk.register("later", "later@example.org")
    assert (await reported(capsys, "--against", str(before)))["is_whole"]
    await sabotage(log, f"UPDATE events SET {change} WHERE type = 'PostDrafted' AND data LIKE '%cellar-door%'")  # noqa: S608 - the test's own words
    partition = await asked(log, "SELECT partition FROM events WHERE type = 'SlugChanged'")
    [problem] = (await reported(capsys, "--against", str(before), code=1))["problems"]
    assert problem.startswith(f"partition {partition} has another history")
    one = await reported(capsys, "--against", str(before), "--partition", str(partition), code=1)
    assert one["problems"] == [problem]


@pytest.mark.usefixtures("log")
async def test_a_partition_alone_has_the_same_hash(capsys: pytest.CaptureFixture[str]) -> None:
    for each in (await reported(capsys))["partitions"]:
        alone = await reported(capsys, "--partition", str(each["partition"]))
        assert alone["partitions"] == [each]


async def test_many_problems_end_the_search(log: Database) -> None:
    await sabotage(
        log, "UPDATE events SET partition_key = 'elsewhere ' || position", "UPDATE events SET version = 1000 + position"
    )
    assert len((await verified(log)).problems) == 20


@pytest.mark.usefixtures("log")
async def test_a_wrong_file_or_partition_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "other").write_text("a letter\n")
    assert await in_process(main, ["log", "verify", "--against", str(tmp_path / "other")]) == 2
    assert await in_process(main, ["log", "verify", "--against", str(tmp_path / "absent")]) == 2
    assert await in_process(main, ["log", "verify", "--partition", "16"]) == 2
    assert capsys.readouterr().err.count("log verify:") == 3
