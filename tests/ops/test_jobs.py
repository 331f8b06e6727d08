"""Jobs as an operator sees them and asks for them again, on a real ledger."""

import json
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from jobs.ledger import Ledger
from jobs.upkeep import Upkeep
from kit.database import open_pool
from ops.__main__ import main
from tests.ops.command_line import in_process
from tests.ops.desk import desk_at
from tests.servers import Database

_ENTER = """
    INSERT INTO job_ledger (event_id, job, position, state, attempts, resend_at, last_error)
    SELECT id, 'welcome_mail', position, $2, 3, clock_timestamp(), 'MailNotTaken: SMTPServerDisconnected'
      FROM events WHERE position = $1
"""
_WELCOME = ("rerun", "--job", "welcome_mail")


@pytest.fixture(autouse=True)
async def accounts(log_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four accounts: positions 1 to 4."""
    monkeypatch.setenv("PALIMPSEST_LOG_URL", log_database.url("operator"))
    async with desk_at(log_database.url("command")) as desk:
        for handle in ("ana", "ben", "cid", "dan"):
            await desk.register(handle, f"{handle}@example.org")


@pytest.fixture
async def owner(log_database: Database) -> AsyncIterator["asyncpg.Connection[Any]"]:
    connection = await asyncpg.connect(log_database.url("owner"))
    yield connection
    await connection.close()


async def enter(owner: "asyncpg.Connection[Any]", **states: str) -> None:
    for position, state in states.items():
        await owner.execute(_ENTER, int(position.removeprefix("p")), state)


async def ledger(owner: "asyncpg.Connection[Any]") -> dict[int, str]:
    return dict(map(tuple, await owner.fetch("SELECT position, state FROM job_ledger ORDER BY position")))


async def command(*words: str) -> int:
    return await in_process(main, ["jobs", *words])


async def test_jobs_that_are_not_done_are_listed(
    owner: "asyncpg.Connection[Any]", capsys: pytest.CaptureFixture[str]
) -> None:
    await enter(owner, p1="done", p2="failed", p3="waiting")
    assert await command("--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert sorted(each["state"] for each in found) == ["failed", "waiting"]
    assert {each["error"] for each in found} == {"MailNotTaken: SMTPServerDisconnected"}
    assert await command("--state", "done", "--job", "welcome_mail", "--json") == 0
    [done] = json.loads(capsys.readouterr().out)
    assert (done["job"], done["attempts"]) == ("welcome_mail", 3)
    assert await command() == 0
    assert "failed" in capsys.readouterr().out


async def test_the_jobs_of_an_event_are_shown(
    owner: "asyncpg.Connection[Any]", capsys: pytest.CaptureFixture[str]
) -> None:
    await enter(owner, p2="failed")
    first, second = await owner.fetch("SELECT id FROM events WHERE position < 3 ORDER BY position")
    assert await command("show", str(second[0]), "--json") == 0
    [job] = json.loads(capsys.readouterr().out)
    assert (job["job"], job["type"], job["position"]) == ("welcome_mail", "AccountRegistered", 2)
    assert await command("show", str(second[0])) == 0
    assert "ben@" not in capsys.readouterr().out
    assert await command("show", str(first[0])) == 2


async def test_a_dry_run_counts_by_what_the_ledger_says_and_changes_nothing(
    owner: "asyncpg.Connection[Any]", capsys: pytest.CaptureFixture[str]
) -> None:
    await enter(owner, p1="done", p2="failed")
    assert await command(*_WELCOME, "--dry-run") == 0
    assert capsys.readouterr().out == "4 jobs (1 done, 1 failed, 2 never asked for) of welcome_mail\n"
    assert await ledger(owner) == {1: "done", 2: "failed"}


async def test_nothing_is_asked_for_without_a_yes(
    owner: "asyncpg.Connection[Any]", capsys: pytest.CaptureFixture[str]
) -> None:
    await enter(owner, p1="done")
    assert await command(*_WELCOME) == 2
    assert "4 jobs" in capsys.readouterr().err
    assert await ledger(owner) == {1: "done"}
    assert await owner.fetch("SELECT FROM operator_actions") == []


async def test_what_was_done_failed_or_never_asked_for_waits_again(
    owner: "asyncpg.Connection[Any]", log_database: Database
) -> None:
    await enter(owner, p1="done", p2="failed", p3="waiting")
    assert await command(*_WELCOME, "--yes", "--why", "mails were lost") == 0
    assert await ledger(owner) == dict.fromkeys(range(1, 5), "waiting")
    rows = await owner.fetch("SELECT attempts, last_error FROM job_ledger")
    assert {tuple(row) for row in rows} == {(0, None)}
    [action] = await owner.fetch("SELECT * FROM operator_actions")
    assert (action["action"], action["target"], action["why"]) == ("rerun", "welcome_mail", "mails were lost")
    assert (action["result"], json.loads(action["details"])["asked"]) == ("done", 4)
    async with await open_pool(log_database.url("jobs"), size=1, application_name="test") as pool:
        assert [due.job for due in await Upkeep(pool).sweep({"quick": 10})].count("welcome_mail") <= 4


async def test_a_job_that_runs_is_left_to_its_worker(owner: "asyncpg.Connection[Any]", log_database: Database) -> None:
    await enter(owner, p1="waiting")
    event = await owner.fetchval("SELECT event_id FROM job_ledger")
    async with await open_pool(log_database.url("jobs"), size=1, application_name="test") as pool:
        at_work = await Ledger(pool).claim(event, "welcome_mail", 60)
        assert at_work is not None
        assert await command(*_WELCOME, "--yes") == 0
        assert await Ledger(pool).finish(at_work)
    assert (await ledger(owner))[1] == "done"


async def test_jobs_asked_for_begin_no_faster_than_the_rate(owner: "asyncpg.Connection[Any]") -> None:
    assert await command(*_WELCOME, "--yes", "--rate", "2") == 0
    waits = await owner.fetch("SELECT due_at - created_at, resend_at - created_at FROM job_ledger ORDER BY position")
    for due, resend in waits:
        assert due == resend
    assert [round(due.total_seconds(), 1) for due, _ in waits] == [0.5, 1.0, 1.5, 2.0]


@pytest.mark.parametrize(
    ("chosen", "positions"),
    [
        (("--type", "AccountRegistered", "--before", "2999-01-01"), [1, 2, 3, 4]),
        (("--since", "2999-01-01"), []),
        (("--failed",), [2]),
    ],
)
async def test_only_what_is_chosen_waits(
    owner: "asyncpg.Connection[Any]", chosen: tuple[str, ...], positions: list[int]
) -> None:
    await enter(owner, p2="failed")
    assert await command(*_WELCOME, *chosen, "--yes") == 0
    assert [each for each, state in (await ledger(owner)).items() if state == "waiting"] == positions


async def test_events_are_chosen_by_stream_id_and_time(owner: "asyncpg.Connection[Any]") -> None:
    await enter(owner, p1="done")
    stream = await owner.fetchval("SELECT stream FROM events WHERE position = 3")
    event = await owner.fetchval("SELECT id FROM events WHERE position = 4")
    first = await owner.fetchval("SELECT id FROM events WHERE position = 1")
    moment = await owner.fetchval("SELECT recorded_at FROM events WHERE position = 2")
    assert await command(*_WELCOME, "--stream", stream, "--yes") == 0
    assert await ledger(owner) == {1: "done", 3: "waiting"}
    assert await command(*_WELCOME, "--event", str(event), "--yes") == 0
    assert await ledger(owner) == {1: "done", 3: "waiting", 4: "waiting"}
    assert await command(*_WELCOME, "--event", str(first), "--since", moment.isoformat(), "--yes") == 0
    assert (await ledger(owner))[1] == "done"
    assert await command(*_WELCOME, "--before", moment.isoformat(), "--yes") == 0
    assert await ledger(owner) == {1: "waiting", 3: "waiting", 4: "waiting"}


async def test_failed_jobs_of_every_name_wait_again(owner: "asyncpg.Connection[Any]") -> None:
    await enter(owner, p1="failed", p2="done")
    assert await command("rerun", "--failed", "--yes") == 0
    assert await ledger(owner) == {1: "waiting", 2: "done"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "say --job, or --failed"),
        (("--job", "welcome_mail", "--type", "PostDrafted"), "AccountRegistered"),
        (("--job", "daily_report"), "the clock causes daily_report: `palimpsest jobs retry` does a tick again"),
        (("--job", "daily_report", "--failed", "--stream", "site"), "the clock causes daily_report"),
    ],
)
async def test_what_cannot_be_asked_for_is_said(
    words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await command("rerun", *words, "--yes") == 2
    assert said in capsys.readouterr().err


def test_a_wrong_job_suggests_the_right_one(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["jobs", "rerun", "--job", "welcome"])
    assert ended.value.code == 2
    assert "did you mean welcome_mail?" in capsys.readouterr().err
