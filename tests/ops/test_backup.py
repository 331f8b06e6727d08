"""A backup of a log at work: one moment of it, whole or not there, and closed to others."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from ops.backing_up.broken import BackupRefused
from ops.backing_up.shelf import Shelf
from tests.faults.proof import DENSE
from tests.ops import backups
from tests.servers import Cluster, Database

CLAIMS_AGREE = """
    SELECT (SELECT count(*) FROM claims WHERE kind = 'handle') = authors
       AND (SELECT count(*) FROM personal_keys) = 2 * authors
      FROM (SELECT count(*) AS authors FROM events WHERE type = 'AuthorCredited') AS credited
"""
HOLD = "BEGIN; LOCK TABLE relay_cursor IN ACCESS EXCLUSIVE MODE"
AT_THE_LOCK = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'relay_cursor'::regclass"


@pytest.fixture
def other_log(postgres: Cluster) -> Iterator[Database]:
    database = postgres.copy("log")
    yield database
    postgres.drop(database)


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def whole_backups(shelf: Path) -> list[Path]:
    return sorted(shelf.glob("log-*"))


async def destroy_a_key(database: Database) -> bytes:
    [(account, key)] = await rows(database, "SELECT account, key FROM personal_keys ORDER BY account, scope LIMIT 1")
    await backups.ask(database, "UPDATE personal_keys SET key = NULL WHERE account = $1", account)
    return bytes(key)


async def rows(database: Database, question: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(database.url("owner"))
    try:
        return list(await connection.fetch(question))
    finally:
        await connection.close()


async def test_what_is_written_meanwhile_is_in_the_next_backup(
    log_database: Database, other_log: Database, tmp_path: Path
) -> None:
    await backups.fill(log_database)
    blocker = await asyncpg.connect(log_database.url("owner"))
    await blocker.execute(HOLD)
    taking = asyncio.create_task(backups.take(log_database, tmp_path))
    async with asyncio.timeout(60):
        while not await blocker.fetchval(AT_THE_LOCK):
            await asyncio.sleep(0.01)
    await backups.fill(log_database, seed=2)
    await blocker.close()
    folder, manifest = await taking
    assert manifest.moment.position == 300
    await backups.put_back(other_log, folder)
    assert await backups.ask(other_log, CLAIMS_AGREE)


async def test_a_backup_while_writing_is_of_one_moment(
    log_database: Database, other_log: Database, tmp_path: Path
) -> None:
    await backups.fill(log_database, events=200)
    writing = asyncio.create_task(backups.fill(log_database, events=5_000, seed=2))
    while (await backups.ask(log_database, "SELECT max(position) FROM events")) < 500:
        await asyncio.sleep(0.01)
    folder, manifest = await backups.take(log_database, tmp_path / "shelf")
    assert not writing.done(), "it was taken while somebody wrote"
    await writing
    assert 500 <= manifest.moment.position < 5_200
    await backups.put_back(other_log, folder)
    assert await backups.ask(other_log, "SELECT max(position) FROM events") == manifest.moment.position
    assert await backups.ask(other_log, DENSE)
    assert await backups.ask(other_log, CLAIMS_AGREE)


async def test_a_destroyed_key_leaves_the_file_with_the_next_backup(log_database: Database, tmp_path: Path) -> None:
    await backups.fill(log_database)
    await backups.take(log_database, tmp_path)
    keys = Shelf(tmp_path).keys
    key = await destroy_a_key(log_database)
    assert key.hex() in keys.read_text()
    await backups.take(log_database, tmp_path)
    assert key.hex() not in keys.read_text()


async def test_no_key_and_no_password_is_outside_the_file_of_keys(log_database: Database, tmp_path: Path) -> None:
    await backups.fill_all(log_database)
    folder, _ = await backups.take(log_database, tmp_path)
    names = {path.name.removesuffix(".copy") for path in files(folder)}
    assert names.isdisjoint({"personal_keys", "secrets", "sign_in_sessions", "api_tokens", "signing_keys"})
    assert names >= {"events", "claims", "idempotency", "job_ledger", "relay_cursor", "operator_actions"}


async def test_its_files_are_for_their_owners_eyes_alone(log_database: Database, tmp_path: Path) -> None:
    folder, _ = await backups.take(log_database, tmp_path / "shelf")
    assert {path.stat().st_mode & 0o777 for path in (folder, folder.parent)} == {0o700}
    assert {path.stat().st_mode & 0o077 for path in files(folder.parent) if path.name != ".lock"} == {0}


async def test_two_at_once_are_refused(log_database: Database, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.open()
    with pytest.raises(BackupRefused, match="another backup"):
        await backups.take(log_database, tmp_path)
    shelf.close()
    await backups.take(log_database, tmp_path)


async def test_a_folder_of_another_log_is_refused(log_database: Database, other_log: Database, tmp_path: Path) -> None:
    await backups.execute(other_log, "UPDATE log_state SET created_at = clock_timestamp()")
    await backups.take(other_log, tmp_path)
    before = Shelf(tmp_path).keys.read_bytes()
    with pytest.raises(BackupRefused, match="another log"):
        await backups.take(log_database, tmp_path)
    assert Shelf(tmp_path).keys.read_bytes() == before


async def test_keys_that_a_restore_made_unknown_stay_for_later_backups(log_database: Database, tmp_path: Path) -> None:
    """An earlier backup is put back, the log is backed up again, and then the later one is wanted after all."""
    await backups.fill(log_database)
    early, _ = await backups.take(log_database, tmp_path)
    await backups.fill(log_database, seed=2)
    late, _ = await backups.take(log_database, tmp_path)
    expected = await backups.contents(log_database)
    await backups.put_back(log_database, early, is_replacing=True)
    await backups.take(log_database, tmp_path)
    done = await backups.put_back(log_database, late, is_replacing=True)
    assert done.erased == []
    assert (await backups.contents(log_database))["personal_keys"] == expected["personal_keys"]


async def test_one_that_is_killed_leaves_nothing_that_passes_for_whole(log_database: Database, tmp_path: Path) -> None:
    shelf = tmp_path / "shelf"
    await backups.fill(log_database)
    blocker = await asyncpg.connect(log_database.url("owner"))
    await blocker.execute(HOLD)
    words, told = backups.command("backup", str(shelf)), backups.environment(log_database, tmp_path)
    process = await asyncio.create_subprocess_exec(*words, env=told)
    async with asyncio.timeout(60):
        while not await blocker.fetchval(AT_THE_LOCK):
            assert process.returncode is None
            await asyncio.sleep(0.01)
    process.kill()
    await process.wait()
    assert files(shelf), "it had begun to write"
    await blocker.close()
    assert whole_backups(shelf) == []
    again = await asyncio.create_subprocess_exec(*words, env=told, stdout=asyncio.subprocess.PIPE)
    said, _ = await again.communicate()
    assert again.returncode == 0
    [only] = whole_backups(shelf)
    assert said.decode().startswith(f"{only}: 300 events of epoch 1")
    assert sorted(path.name for path in shelf.iterdir()) == [".lock", "keys.jsonl", only.name]


async def test_it_is_among_the_actions(log_database: Database, tmp_path: Path) -> None:
    folder, _ = await backups.take(log_database, tmp_path)
    [(action, target, result, details)] = await rows(
        log_database, "SELECT action, target, result, details FROM operator_actions"
    )
    assert (action, target, result) == ("backup", str(tmp_path), "done")
    assert folder.name in details
