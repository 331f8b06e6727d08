"""Single jobs as an operator shows, retries and cancels them, and the timetable."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from jobs.entries import NOBODY, Entry, enter
from jobs.forget_expired import JOB
from jobs.ticks import tick_of
from jobs.timetable import TIMETABLE
from ops.__main__ import main
from ops.rerunning import one
from tests.ops.command_line import in_process
from tests.ops.desk import desk_at
from tests.racing import until_waiting
from tests.servers import Database

_ANN, _BEN = UUID(int=1), UUID(int=2)
_LAST = datetime(2026, 11, 1, 7, 5, tzinfo=UTC)
_ENTER = """
    INSERT INTO job_ledger (event_id, job, subject, position, state, attempts, resend_at, last_error)
    SELECT id, 'welcome_mail', $1, position, $2, 20, clock_timestamp(), 'MailNotTaken: 451'
      FROM events WHERE position = 1
"""


@pytest.fixture(autouse=True)
async def event(log_database: Database, read_database: Database, monkeypatch: pytest.MonkeyPatch) -> UUID:
    """Of the only account."""
    monkeypatch.setenv("PALIMPSEST_LOG_URL", log_database.url("operator"))
    monkeypatch.setenv("PALIMPSEST_READ_URL", read_database.url("projector"))
    async with desk_at(log_database.url("command")) as desk:
        await desk.register("ana", "ana@example.org")
    connection = await asyncpg.connect(log_database.url("owner"))
    found: UUID = await connection.fetchval("SELECT id FROM events")
    await connection.close()
    return found


@pytest.fixture
async def owner(log_database: Database) -> AsyncIterator["asyncpg.Connection[Any]"]:
    connection = await asyncpg.connect(log_database.url("owner"))
    yield connection
    await connection.close()


async def entered(owner: "asyncpg.Connection[Any]", ann: str, ben: str) -> None:
    await owner.execute(_ENTER, _ANN, ann)
    await owner.execute(_ENTER, _BEN, ben)


async def states(owner: "asyncpg.Connection[Any]") -> dict[UUID, str]:
    return dict(map(tuple, await owner.fetch("SELECT subject, state FROM job_ledger")))


async def command(*words: str) -> int:
    return await in_process(main, ["jobs", *words])


async def test_what_was_parked_is_tried_again_for_one_of_those_whom_it_concerns(
    owner: "asyncpg.Connection[Any]", event: UUID
) -> None:
    await entered(owner, "failed", "failed")
    assert await command("retry", str(event), "--subject", str(_BEN), "--yes", "--why", "he asked") == 0
    assert await states(owner) == {_ANN: "failed", _BEN: "waiting"}
    row = await owner.fetchrow("SELECT * FROM job_ledger WHERE subject = $1", _BEN)
    assert row is not None
    assert (row["attempts"], row["last_error"]) == (0, None)
    [action] = await owner.fetch("SELECT action, target, why, details FROM operator_actions")
    assert (action["action"], action["target"], action["why"]) == ("jobs retry", "all", "he asked")
    assert json.loads(action["details"])["changed"] == 1


async def test_what_is_done_is_done_again_only_when_that_is_said(owner: "asyncpg.Connection[Any]", event: UUID) -> None:
    await entered(owner, "done", "running")
    assert await command("retry", str(event), "--yes") == 2
    assert await command("retry", str(event), "--done", "--yes") == 0
    assert await states(owner) == {_ANN: "waiting", _BEN: "running"}


async def test_what_is_cancelled_is_given_up_by_its_worker_too(owner: "asyncpg.Connection[Any]", event: UUID) -> None:
    await entered(owner, "running", "done")
    await owner.execute("UPDATE job_ledger SET lease = $1 WHERE state = 'running'", uuid4())
    assert await command("cancel", str(event)) == 2  # it asks, and nobody is there
    assert await command("cancel", str(event), "--job", "welcome_mail", "--yes") == 0
    assert await states(owner) == {_ANN: "cancelled", _BEN: "done"}
    assert await owner.fetchval("SELECT lease FROM job_ledger WHERE subject = $1", _ANN) is None


async def test_all_that_was_parked_is_given_up_at_once(
    owner: "asyncpg.Connection[Any]", capsys: pytest.CaptureFixture[str]
) -> None:
    await entered(owner, "failed", "waiting")
    assert await command("cancel", "--yes") == 2
    assert "--failed" in capsys.readouterr().err
    assert await command("cancel", "--failed", "--yes") == 0
    assert await states(owner) == {_ANN: "cancelled", _BEN: "waiting"}


async def test_all_of_one_job_are_given_up_page_after_page(
    owner: "asyncpg.Connection[Any]", monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(one, "_PAGE", 1)
    await entered(owner, "failed", "waiting")
    tick = tick_of("forget_expired", _LAST)
    await enter(owner, [Entry(JOB, tick.id, tick_at=tick.time)], first_resend_s=0)
    assert await command("cancel", "--job", "welcome_mail", "--yes") == 0
    assert "2 jobs are cancelled" in capsys.readouterr().out
    assert await states(owner) == {_ANN: "cancelled", _BEN: "cancelled", NOBODY: "waiting"}


async def test_what_ends_while_it_is_being_cancelled_is_done(
    owner: "asyncpg.Connection[Any]", event: UUID, log_database: Database
) -> None:
    await entered(owner, "running", "waiting")
    worker = await asyncpg.connect(log_database.admin_url)
    ending = worker.transaction()
    await ending.start()
    await worker.execute("UPDATE job_ledger SET state = 'done' WHERE subject = $1", _ANN)
    cancelling = asyncio.create_task(command("cancel", str(event), "--yes"))
    await until_waiting(worker, 1)
    await ending.commit()
    assert await cancelling == 0
    assert await states(owner) == {_ANN: "done", _BEN: "cancelled"}
    await worker.close()


async def test_a_rerun_reaches_each_whom_the_event_concerns(owner: "asyncpg.Connection[Any]", event: UUID) -> None:
    await entered(owner, "done", "failed")
    assert await command("rerun", "--failed", "--yes") == 0
    assert await states(owner) == {_ANN: "done", _BEN: "waiting"}
    assert await command("rerun", "--job", "welcome_mail", "--event", str(event), "--yes") == 0
    assert await states(owner) == {UUID(int=0): "waiting", _ANN: "waiting", _BEN: "waiting"}


async def test_a_job_is_shown_with_its_cause_and_what_was_logged_about_it(
    owner: "asyncpg.Connection[Any]",
    event: UUID,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    await entered(owner, "failed", "done")
    monkeypatch.setenv("PALIMPSEST_HOME", str(tmp_path))
    about = {"event": "job not done", "job": "welcome_mail", "event_id": str(event), "subject": str(_ANN)}
    (tmp_path / "logs").mkdir()
    lines = [json.dumps(about), json.dumps(about | {"event_id": str(uuid4())}), '{"half', "noise"]
    (tmp_path / "logs" / "jobs.jsonl").write_text("\n".join(lines))
    assert await command("show", str(event), "--json") == 0
    ann, ben = json.loads(capsys.readouterr().out)
    assert (ann["type"], ann["queue"], len(ann["lines"]), ben["lines"]) == ("AccountRegistered", "quick", 1, [])
    assert await command("show", str(event)) == 0
    assert "job not done" in capsys.readouterr().out


async def test_failed_ticks_are_asked_for_with_the_others(owner: "asyncpg.Connection[Any]") -> None:
    for day in (1, 2, 3):
        tick = tick_of("forget_expired", _LAST.replace(day=day))
        await enter(owner, [Entry(JOB, tick.id, tick_at=tick.time)], first_resend_s=0)
    fail = "UPDATE job_ledger SET state = 'failed', attempts = 20, due_at = now() - interval '1 h' WHERE tick_at < $1"
    await owner.execute(fail, _LAST.replace(day=3))
    await owner.execute("UPDATE job_ledger SET state = 'done' WHERE tick_at >= $1", _LAST.replace(day=3))
    assert await command("rerun", "--failed", "--since", "2026-11-02", "--yes") == 0
    rows = await owner.fetch("SELECT state, attempts FROM job_ledger ORDER BY tick_at")
    assert list(map(tuple, rows)) == [("failed", 20), ("waiting", 0), ("done", 0)]
    assert await command("rerun", "--failed", "--yes") == 0
    rows = await owner.fetch("SELECT state, due_at > now() FROM job_ledger ORDER BY tick_at")
    assert [row["state"] for row in rows] == ["waiting", "waiting", "done"]


async def test_the_timetable_says_what_came_last_and_what_comes_next(
    owner: "asyncpg.Connection[Any]", capsys: pytest.CaptureFixture[str]
) -> None:
    tick = tick_of("forget_expired", _LAST)
    await enter(owner, [Entry(JOB, tick.id, tick_at=tick.time)], first_resend_s=0)
    assert await command("timetable", "--json") == 0
    rows = {row["job"]: row for row in json.loads(capsys.readouterr().out)}
    assert set(rows) == {row.job for row in TIMETABLE}
    found = rows["forget_expired"]
    assert datetime.fromisoformat(found["last"]) == _LAST
    assert (found["state"], found["tick"], found["zone"]) == ("waiting", str(tick.id), "UTC")
    assert datetime.fromisoformat(found["next"]) > datetime.now(UTC)
    assert await command("show", str(tick.id), "--json") == 0
    [shown] = json.loads(capsys.readouterr().out)
    assert (shown["job"], shown["type"]) == ("forget_expired", None)
    assert await command("timetable") == 0
