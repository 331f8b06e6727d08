"""A real log travels into an empty one, exactly, or not at all."""

import asyncio
import base64
import hashlib
import json
import os
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from domain.accounts.refusals import AddressTaken, HandleTaken
from domain.posts.publish_post import PublishPost
from domain.posts.refusals import SlugTaken
from domain.posts.schedule_post import SchedulePost
from engine.log.reader import LogReader
from kit.database import open_pool
from kit.metrics import new_registry
from kit.settings import Settings
from ops.__main__ import main
from ops.checking_log.verification import Verification
from ops.transferring import reading
from projectors.assembly import assembled
from read_models.registry import MODELS
from tests.ops.command_line import in_process
from tests.ops.desk import desk_at
from tests.projection.notebook import by_partition
from tests.racing import until_waiting
from tests.servers import ROOT, Cluster, Database

_FIRST_EVENT = """
    INSERT INTO events (position, sequence, recorded_at, id, append_id, version, partition, schema_version, ends_append,
                        partition_key, stream, type, data, metadata)
    VALUES (1, 1, clock_timestamp(), gen_random_uuid(), gen_random_uuid(), 1, 0, 1, true, 'k', 'k-1', 'T', '{}', '{}')
"""
_OTHER_SECRET = b"y" * 32
_COLUMNS = "position, sequence, recorded_at, id, append_id, version, partition, schema_version, ends_append, partition_key, stream, type, data, metadata"  # noqa: E501 - a list


@dataclass
class Journey:
    """An old log with a history, an empty new one, and the files between them."""

    old: Database
    new: Database
    readers: Database
    events: Path
    keys: Path
    monkeypatch: pytest.MonkeyPatch

    async def export(self, *words: str) -> int:
        self.monkeypatch.setenv("PALIMPSEST_LOG_URL", self.old.url("operator"))
        return await in_process(main, ["events", "export", str(self.events), *words])

    async def bring(self, *words: str) -> int:
        for name, value in self.environment().items():
            self.monkeypatch.setenv(name, value)
        return await in_process(main, ["events", "import", str(self.events), *words])

    def environment(self) -> dict[str, str]:
        return {
            "PALIMPSEST_LOG_URL": self.new.url("owner"),
            "PALIMPSEST_READ_URL": self.readers.url("projector"),
            "PALIMPSEST_SECRET": base64.b64encode(_OTHER_SECRET).decode(),
        }

    def with_keys(self) -> tuple[str, str]:
        return "--with-keys", str(self.keys)


@pytest.fixture
def new_log(postgres: Cluster) -> Iterator[Database]:
    database = postgres.copy("log")
    yield database
    postgres.drop(database)


@pytest.fixture
async def journey(
    log_database: Database, new_log: Database, read_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Journey:
    async with desk_at(log_database.url("command")) as desk:
        await desk.live_a_little()
    files = tmp_path / "log.ndjson", tmp_path / "keys.ndjson"
    return Journey(log_database, new_log, read_database, *files, monkeypatch)


async def rows(database: Database, question: str) -> list[tuple[Any, ...]]:
    connection = await asyncpg.connect(database.admin_url)
    try:
        return [tuple(row) for row in await connection.fetch(question)]
    finally:
        await connection.close()


async def hashes(database: Database) -> Any:
    connection = await asyncpg.connect(database.url("operator"))
    try:
        report = await Verification(connection).of_all()
    finally:
        await connection.close()
    assert report.is_whole
    return report.partitions


async def assert_empty(log: Database) -> None:
    for table in ("events", "claims", "personal_keys"):
        assert await rows(log, f"SELECT count(*) FROM {table}") == [(0,)]  # noqa: S608 - the test's own words
    assert await rows(log, "SELECT epoch FROM log_state") == [(1,)]


async def test_a_log_arrives_as_it_was(journey: Journey) -> None:
    assert await journey.export(*journey.with_keys()) == 0
    assert await journey.bring(*journey.with_keys()) == 0
    for question in (
        f"SELECT {_COLUMNS} FROM events ORDER BY position",  # noqa: S608 - the test's own words
        "SELECT * FROM personal_keys ORDER BY 1, 2",
        "SELECT kind, value, stream FROM claims WHERE kind <> 'address' ORDER BY 1, 2",
        "SELECT kind, stream FROM claims WHERE kind = 'address' ORDER BY 1, 2",
    ):
        assert await rows(journey.new, question) == await rows(journey.old, question)
    assert await hashes(journey.new) == await hashes(journey.old)


async def test_what_arrived_can_be_exported_to_the_same_lines(journey: Journey) -> None:
    assert await journey.export() == 0
    assert await journey.bring() == 0
    first = journey.events.read_bytes().splitlines()
    journey.events.unlink()
    journey.old = journey.new
    assert await journey.export() == 0
    assert journey.events.read_bytes().splitlines()[1:-1] == first[1:-1]


async def test_names_that_arrived_cannot_be_taken(journey: Journey) -> None:
    assert await journey.export(*journey.with_keys()) == 0
    assert await journey.bring(*journey.with_keys()) == 0
    async with desk_at(journey.new.url("command"), _OTHER_SECRET) as desk:
        with pytest.raises(HandleTaken):
            await desk.register("anna", "new@example.org")
        with pytest.raises(AddressTaken):
            await desk.register("anew", "BEN@example.org")
        zoe = await desk.register("zoe", "gone@example.org")
        with pytest.raises(SlugTaken):
            await desk.draft(zoe, "Mine", slug="cellar-door")
        await desk.draft(zoe, "Mine", slug="never-mind")
    assert await hashes(journey.new) != await hashes(journey.old)


async def test_without_keys_nothing_personal_arrives(journey: Journey, capsys: pytest.CaptureFixture[str]) -> None:
    assert await journey.export() == 0
    assert b"Attic" not in journey.events.read_bytes()
    assert await journey.bring() == 0
    assert await rows(journey.new, "SELECT kind, value, stream FROM claims ORDER BY 1, 2") == await rows(
        journey.old, "SELECT kind, value, stream FROM claims WHERE kind <> 'address' ORDER BY 1, 2"
    )
    [(stream,)] = await rows(journey.new, "SELECT stream FROM claims WHERE value = 'attic-door'")
    capsys.readouterr()
    assert await in_process(main, ["streams", "show", stream, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["changes"]["title"]["after"] == "(erased)"


async def test_a_key_that_was_destroyed_arrives_destroyed(journey: Journey) -> None:
    assert await journey.export(*journey.with_keys()) == 0
    assert await journey.bring(*journey.with_keys()) == 0
    assert await rows(journey.new, "SELECT count(*) FROM personal_keys WHERE key IS NULL") == [(2,)]


async def test_read_models_of_both_logs_are_the_same(journey: Journey, postgres: Cluster) -> None:
    await project(journey.old, journey.readers)
    before = await served(journey.readers)
    assert await journey.export(*journey.with_keys()) == 0
    journey.readers = postgres.copy("read")
    try:
        assert await journey.bring(*journey.with_keys()) == 0
        await project(journey.new, journey.readers)
        assert await served(journey.readers) == before
    finally:
        await asyncio.to_thread(postgres.drop, journey.readers)


async def project(log: Database, read: Database) -> None:
    settings = Settings(log_url=log.url("projector"), read_url=read.url("projector"), bus="log")
    async with (
        assembled(settings, MODELS, new_registry()) as parts,
        await open_pool(settings.log_url, size=1, application_name="test") as pool,
    ):
        reader = LogReader(pool)
        await parts.projector.load(await reader.head())
        await parts.projector.apply(by_partition(await reader.all(0)))


async def served(read: Database) -> dict[str, list[str]]:
    names = await rows(read, "SELECT table_name::text FROM information_schema.views WHERE table_schema = 'serving'")
    assert len(names) >= len(MODELS)
    return {
        name: sorted(str(row) for row in await rows(read, f"SELECT * FROM serving.{name}"))  # noqa: S608 - our views
        for (name,) in names
    }


async def test_jobs_do_not_run_for_what_arrived_and_the_relay_begins_anew(journey: Journey) -> None:
    assert await journey.export() == 0
    assert await journey.bring() == 0
    heads = "SELECT partition, max(sequence), 2 FROM events GROUP BY 1 ORDER BY 1"
    seen = "SELECT partition, sequence, epoch FROM job_checkpoints WHERE sequence > 0 ORDER BY 1"
    assert await rows(journey.new, seen) == await rows(journey.new, heads)
    assert await rows(journey.new, "SELECT position, epoch FROM relay_cursor") == [(0, 2)]
    assert await rows(journey.new, "SELECT DISTINCT since FROM job_triggers") == await rows(
        journey.new, "SELECT max(position) FROM events"
    )
    assert await rows(journey.new, "SELECT epoch FROM log_state") == [(2,)]


async def test_no_hook_is_told_of_what_arrived(journey: Journey) -> None:
    assert await journey.export() == 0
    assert await journey.bring() == 0
    [(scanned, head)] = await rows(journey.new, "SELECT position, (SELECT max(position) FROM events) FROM webhook_scan")
    assert scanned == head > 0


async def test_what_is_scheduled_is_published_where_it_arrived(journey: Journey) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    async with desk_at(journey.old.url("command")) as desk:
        writer = await desk.register("cleo", "cleo@example.org")
        kept, moved, ended = [await desk.draft(writer, title) for title in ("Kept", "Moved", "Ended")]
        for post in (kept, moved, ended):
            await desk.do(SchedulePost(post=post, publish_at=tomorrow))
        await desk.do(SchedulePost(post=moved, publish_at=tomorrow + timedelta(days=1)))
        await desk.do(PublishPost(post=ended))
    assert await journey.export() == 0
    assert await journey.bring() == 0
    asked = "SELECT job, stream, version, due_at FROM job_ledger JOIN events ON id = event_id ORDER BY due_at"
    assert await rows(journey.new, asked) == [
        ("publish_due_post", f"post-{kept}", 2, tomorrow),
        ("publish_due_post", f"post-{moved}", 3, tomorrow + timedelta(days=1)),
    ]


async def test_read_models_that_saw_nothing_yet_follow_the_new_epoch(journey: Journey) -> None:
    await project(journey.new, journey.readers)
    assert await journey.export(*journey.with_keys()) == 0
    assert await journey.bring(*journey.with_keys()) == 0
    await project(journey.new, journey.readers)
    assert await rows(journey.readers, "SELECT count(*) > 0 FROM serving.post_slugs") == [(True,)]


async def test_read_models_of_another_log_refuse_the_import(
    journey: Journey, capsys: pytest.CaptureFixture[str]
) -> None:
    await project(journey.old, journey.readers)
    assert await journey.export() == 0
    assert await journey.bring() == 1
    assert "folded from another log" in capsys.readouterr().err
    await assert_empty(journey.new)


async def test_a_file_cut_anywhere_is_refused_and_nothing_written(journey: Journey) -> None:
    assert await journey.export() == 0
    whole = journey.events.read_bytes()
    ends = [0, 10, len(whole) // 2, len(whole) - 1, whole[:-1].rfind(b"\n") + 1]
    for end in ends:
        journey.events.write_bytes(whole[:end])
        assert await journey.bring() == 1
    journey.events.write_bytes(whole + whole)
    assert await journey.bring() == 1
    await assert_empty(journey.new)
    journey.events.write_bytes(whole)
    assert await journey.bring() == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"request-7", b"request-8"),
        (b'"epoch":1', b'"epoch":7'),
        (b'"version":2', b'"version":3'),
        (b"Slug", b"\x00lug"),
    ],
)
async def test_an_altered_file_is_refused_and_nothing_written(journey: Journey, old: bytes, new: bytes) -> None:
    assert await journey.export() == 0
    journey.events.write_bytes(journey.events.read_bytes().replace(old, new, 1))
    assert await journey.bring() == 1
    await assert_empty(journey.new)


def without_an_event(lines: list[dict[str, Any]]) -> None:
    del lines[4]


def with_versions_swapped(lines: list[dict[str, Any]]) -> None:
    changed, published = (line for line in lines if line.get("type") in {"SlugChanged", "PostPublished"})
    changed["version"], published["version"] = published["version"], changed["version"]


def with_another_history(lines: list[dict[str, Any]]) -> None:
    lines[3]["metadata"] = "{}"


def without_a_partition(lines: list[dict[str, Any]]) -> None:
    del lines[-1]["partitions"][0]


@pytest.mark.parametrize("forge", [without_an_event, with_versions_swapped, with_another_history, without_a_partition])
async def test_a_forged_file_with_a_fitting_seal_is_refused(
    journey: Journey, forge: Callable[[list[dict[str, Any]]], None]
) -> None:
    assert await journey.export() == 0
    lines = [json.loads(line) for line in journey.events.read_bytes().splitlines()]
    forge(lines)
    texts = [json.dumps(line, separators=(",", ":")).encode() + b"\n" for line in lines[:-1]]
    end = {**lines[-1], "sha256": hashlib.sha256(b"".join(texts)).hexdigest()}
    journey.events.write_bytes(b"".join([*texts, json.dumps(end, separators=(",", ":")).encode() + b"\n"]))
    assert await journey.bring() == 1
    await assert_empty(journey.new)


async def test_an_altered_file_of_keys_is_refused_and_nothing_written(journey: Journey) -> None:
    assert await journey.export(*journey.with_keys()) == 0
    lines = journey.keys.read_bytes().splitlines(keepends=True)
    journey.keys.write_bytes(b"".join(lines[:1] + lines[2:]))
    assert await journey.bring(*journey.with_keys()) == 1
    await assert_empty(journey.new)


async def test_a_log_that_is_not_empty_takes_nothing(journey: Journey, capsys: pytest.CaptureFixture[str]) -> None:
    assert await journey.export() == 0
    async with desk_at(journey.new.url("command")) as desk:
        await desk.register("first", "first@example.org")
    assert await journey.bring() == 1
    assert "not empty" in capsys.readouterr().err
    assert await rows(journey.new, "SELECT count(*) FROM events") == [(1,)]


async def test_a_part_of_a_log_is_exported_and_not_imported(
    journey: Journey, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await journey.export("--from", "3", "--to", "5") == 0
    lines = [json.loads(line) for line in journey.events.read_bytes().splitlines()]
    assert [line.get("position") for line in lines] == [None, 3, 4, 5, None]
    assert await journey.bring() == 1
    assert "begins at position 1" in capsys.readouterr().err


async def test_a_beginning_of_a_log_is_a_log(journey: Journey) -> None:
    assert await journey.export("--to", "3") == 0
    assert await journey.bring() == 0
    assert len(await rows(journey.new, "SELECT FROM events")) == 3


async def test_a_log_with_a_gap_is_not_exported(journey: Journey) -> None:
    await rows(journey.old, "DELETE FROM events WHERE position = 4 RETURNING 1")
    assert await journey.export() == 1
    assert not journey.events.exists()


async def test_files_are_for_their_owner_and_never_overwritten(journey: Journey) -> None:
    assert await journey.export(*journey.with_keys()) == 0
    assert {stat.S_IMODE(path.stat().st_mode) for path in (journey.events, journey.keys)} == {0o600}
    kept = journey.events.read_bytes()
    assert await journey.export() == 2
    assert journey.events.read_bytes() == kept
    assert {path.name for path in journey.events.parent.iterdir()} == {"log.ndjson", "keys.ndjson"}


async def test_keys_leave_on_record_and_an_import_is_recorded(journey: Journey) -> None:
    assert await journey.export(*journey.with_keys()) == 0
    assert await journey.bring() == 0
    question = "SELECT action, result FROM operator_actions"
    assert await rows(journey.old, question) == [("events export", "done")]
    assert await rows(journey.new, question) == [("events import", "done")]


async def test_a_log_goes_through_a_pipe(journey: Journey) -> None:
    assert await journey.export() == 0
    ran = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "ops", "events", "export", "-"),
        cwd=ROOT,
        env={**os.environ, "PALIMPSEST_LOG_URL": journey.old.url("operator")},
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await ran.communicate()
    assert said == journey.events.read_bytes()
    ran = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "ops", "events", "import", "-"),
        cwd=ROOT,
        env={**os.environ, **journey.environment()},
        stdin=asyncio.subprocess.PIPE,
    )
    await ran.communicate(said)
    assert ran.returncode == 0
    assert await hashes(journey.new) == await hashes(journey.old)


async def test_a_role_that_may_not_write_events_imports_nothing(journey: Journey) -> None:
    assert await journey.export() == 0
    journey.monkeypatch.setattr(
        Journey,
        "environment",
        lambda each: {
            "PALIMPSEST_LOG_URL": each.new.url("operator"),
            "PALIMPSEST_READ_URL": each.readers.url("projector"),
            "PALIMPSEST_SECRET": base64.b64encode(_OTHER_SECRET).decode(),
        },
    )
    assert await journey.bring() == 1
    await assert_empty(journey.new)


async def test_a_line_that_never_ends_is_not_read_into_memory(journey: Journey) -> None:
    journey.monkeypatch.setattr(reading, "_LONGEST_LINE", 200)
    assert await journey.export() == 0
    assert await journey.bring() == 1
    await assert_empty(journey.new)


async def test_an_import_waits_for_a_command_that_was_first(
    journey: Journey, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await journey.export() == 0
    capsys.readouterr()
    command = await asyncpg.connect(journey.new.admin_url)
    try:
        async with command.transaction():
            await command.execute("SELECT pg_advisory_xact_lock(7203114985)")
            await command.execute(_FIRST_EVENT)
            importing = asyncio.create_task(journey.bring())
            await until_waiting(command, 1)
        assert await importing == 1
    finally:
        await command.close()
    assert "not empty" in capsys.readouterr().err
