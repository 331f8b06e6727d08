"""What a backup brings back, and what a restore refuses."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from migrations.runner import upgrade
from ops.backing_up.broken import BackupRefused
from ops.backing_up.manifest import Manifest
from ops.backing_up.shelf import Shelf
from ops.backing_up.sums import SUMS, write_sums
from ops.backing_up.table_file import file_of
from ops.backing_up.taking import Taking
from ops.restoring.putting_back import Backup, _transaction
from tests.ops import backups
from tests.servers import Cluster, Database

MIGRATION_LOCK = 7203114986
AT_THE_LOCK = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


@pytest.fixture
def other_log(postgres: Cluster) -> Iterator[Database]:
    database = postgres.copy("log")
    yield database
    postgres.drop(database)


@pytest.fixture
async def taken(log_database: Database, tmp_path: Path) -> Path:
    """A backup of `log_database`, with rows in every table."""
    await backups.fill_all(log_database)
    folder, _ = await backups.take(log_database, tmp_path / "shelf")
    return folder


def files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def sum_again(folder: Path) -> None:
    (folder / SUMS).unlink()
    write_sums(folder)


async def untouched(database: Database) -> bool:
    return bool(await backups.ask(database, "SELECT epoch = 1 AND NOT EXISTS (SELECT FROM events) FROM log_state"))


async def test_everything_comes_back_in_a_new_epoch(log_database: Database, other_log: Database, taken: Path) -> None:
    expected = await backups.contents(log_database)
    assert all(expected.values()), "every table has rows to lose"
    done = await backups.put_back(other_log, taken)
    assert (done.epoch, done.position, done.erased) == (2, 300, [])
    assert await backups.contents(other_log) == expected
    assert await backups.ask(other_log, "SELECT epoch FROM relay_cursor WHERE position = 300") == 2
    assert await backups.ask(other_log, "SELECT count(*) FROM job_checkpoints WHERE epoch = 2") == 16


async def test_a_restored_log_goes_on(other_log: Database, taken: Path) -> None:
    await backups.put_back(other_log, taken)
    await backups.fill(other_log, events=50, seed=2)
    assert await backups.ask(other_log, "SELECT max(position) FROM events") == 350
    begun = "INSERT INTO operator_actions (who, action, target) VALUES ('a', 'b', 'c') RETURNING id"
    assert await backups.ask(other_log, begun) == 2


async def test_what_was_erased_since_stays_erased(log_database: Database, other_log: Database, taken: Path) -> None:
    account = await backups.ask(log_database, "SELECT account FROM personal_keys ORDER BY account LIMIT 1")
    await backups.ask(log_database, "UPDATE personal_keys SET key = NULL WHERE account = $1", account)
    await backups.take(log_database, taken.parent)
    done = await backups.put_back(other_log, taken)
    assert done.erased == [str(account)]
    assert await backups.ask(other_log, "SELECT count(*) FROM personal_keys WHERE key IS NULL") == 2
    assert await backups.ask(other_log, "SELECT count(*) FROM personal_keys WHERE key IS NOT NULL") == 8


async def test_a_session_that_ended_since_stays_ended(log_database: Database, other_log: Database, taken: Path) -> None:
    await backups.execute(log_database, "DELETE FROM sign_in_sessions; DELETE FROM api_tokens")
    await backups.take(log_database, taken.parent)
    await backups.put_back(other_log, taken)
    assert await backups.ask(other_log, "SELECT count(*) FROM sign_in_sessions") == 0
    assert await backups.ask(other_log, "SELECT count(*) FROM secrets") == 5


async def test_what_the_backup_does_not_know_yet_is_not_brought(
    log_database: Database, other_log: Database, taken: Path
) -> None:
    expected = await backups.contents(log_database)
    await backups.fill(log_database, events=50, seed=2)
    await backups.take(log_database, taken.parent)
    await backups.put_back(other_log, taken)
    assert await backups.contents(other_log) == expected


async def test_a_damaged_file_is_refused_with_nothing_written(other_log: Database, taken: Path) -> None:
    for file in [*files(taken), Shelf(taken.parent).keys]:
        whole = file.read_bytes()
        middle = len(whole) // 2
        flipped = whole[:middle] + bytes(byte ^ 1 for byte in whole[middle : middle + 1]) + whole[middle + 1 :]
        for damaged in {b"", whole[:-1], whole[:middle], flipped, whole + b"\n"} - {whole}:
            file.write_bytes(damaged)
            with pytest.raises(BackupRefused):
                await backups.put_back(other_log, taken)
        file.write_bytes(whole)
    assert await untouched(other_log)
    await backups.put_back(other_log, taken)


async def test_a_missing_file_and_one_too_many_are_refused(taken: Path) -> None:
    keys = Shelf(taken.parent).keys
    for file in files(taken):
        away = file.rename(taken.parent / file.name)
        with pytest.raises(BackupRefused):
            Backup.read(taken, keys)
        away.rename(file)
    file_of(taken, "more").touch()
    with pytest.raises(BackupRefused, match="not part of the backup"):
        Backup.read(taken, keys)


async def test_a_log_with_events_is_not_written_over(log_database: Database, taken: Path) -> None:
    await backups.fill(log_database, events=50, seed=2)
    with pytest.raises(BackupRefused, match="holds events already"):
        await backups.put_back(log_database, taken)
    assert await backups.ask(log_database, "SELECT max(position) FROM events") == 350
    done = await backups.put_back(log_database, taken, is_replacing=True)
    assert (done.epoch, await backups.ask(log_database, "SELECT max(position) FROM events")) == (2, 300)


async def test_no_epoch_is_given_twice(log_database: Database, other_log: Database, taken: Path) -> None:
    """A read side that followed the first restored log must not believe the second."""
    first = await backups.put_back(log_database, taken, is_replacing=True)
    again = await backups.put_back(log_database, taken, is_replacing=True)
    elsewhere = await backups.put_back(other_log, taken)
    assert (first.epoch, again.epoch, elsewhere.epoch) == (2, 3, 4)


async def test_a_log_that_a_process_uses_is_not_touched(other_log: Database, taken: Path) -> None:
    process = await asyncpg.connect(other_log.url("relay"))
    try:
        with pytest.raises(BackupRefused, match="in use by palimpsest_relay"):
            await backups.put_back(other_log, taken)
    finally:
        await process.close()
    assert await untouched(other_log)


async def test_keys_older_than_the_backup_are_refused(log_database: Database, other_log: Database, taken: Path) -> None:
    older = shutil.copy(taken.parent / "keys.jsonl", taken.parent.parent / "older.jsonl")
    await backups.fill(log_database, events=50, seed=2)
    later, _ = await backups.take(log_database, taken.parent)
    with pytest.raises(BackupRefused, match="is older than"):
        await backups.put_back(other_log, later, keys=Path(older))
    assert await untouched(other_log)


async def test_keys_of_another_log_are_refused(other_log: Database, taken: Path, tmp_path: Path) -> None:
    # the logs of tests are copies of one
    await backups.execute(other_log, "UPDATE log_state SET created_at = clock_timestamp()")
    await backups.take(other_log, tmp_path / "other")
    with pytest.raises(BackupRefused, match="keys of another log"):
        Backup.read(taken, tmp_path / "other" / "keys.jsonl")


async def test_another_history_than_was_backed_up_is_refused(other_log: Database, taken: Path) -> None:
    events = file_of(taken, "events")
    events.write_bytes(events.read_bytes().replace(b'"en"', b'"fr"', 1))
    sum_again(taken)
    with pytest.raises(BackupRefused, match="has another history"):
        await backups.put_back(other_log, taken)
    assert await untouched(other_log)


async def test_a_backup_of_newer_code_is_refused(taken: Path) -> None:
    manifest = Manifest.load(taken)
    moment = manifest.moment.model_copy(update={"revision": "9999"})
    manifest.model_copy(update={"moment": moment}).save(taken)
    sum_again(taken)
    with pytest.raises(BackupRefused, match="newer code"):
        Backup.read(taken, taken.parent / "keys.jsonl")


async def test_a_backup_of_an_older_schema_is_migrated(postgres: Cluster, other_log: Database, tmp_path: Path) -> None:
    old = postgres.empty("log", "old_log")
    async with _transaction(old.url("owner")) as (connection, _):
        await connection.run_sync(upgrade, "log", "0002")
    await backups.fill(old, events=50)
    shelf = Shelf(tmp_path)
    driver = await asyncpg.connect(old.url("owner"))
    folder, manifest = await Taking(driver, shelf, secret="").take()
    await driver.close()
    assert manifest.moment.revision == "0002"
    await backups.put_back(other_log, folder)
    assert await backups.ask(other_log, "SELECT max(position) FROM events") == 50
    assert await backups.ask(other_log, "SELECT version_num FROM alembic_version") >= "0004"
    assert await backups.ask(other_log, "SELECT sum(sequence) FROM job_checkpoints WHERE epoch = 2") == 50
    postgres.drop(old)


async def test_a_restore_that_is_killed_has_not_happened(other_log: Database, taken: Path, tmp_path: Path) -> None:
    """It is stopped when the tables are dropped and not made again."""
    await backups.fill(other_log, events=50, seed=2)
    before = await backups.contents(other_log)
    blocker = await asyncpg.connect(other_log.url("owner"))
    await blocker.execute("SELECT pg_advisory_lock($1)", MIGRATION_LOCK)
    words = backups.command("restore", str(taken), "--replace", "--yes")
    process = await asyncio.create_subprocess_exec(*words, env=backups.environment(other_log, tmp_path))
    async with asyncio.timeout(60):
        while not await blocker.fetchval(AT_THE_LOCK):
            assert process.returncode is None
            await asyncio.sleep(0.01)
    process.kill()
    await process.wait()
    await blocker.close()
    assert await backups.contents(other_log) == before
    await backups.put_back(other_log, taken, is_replacing=True)
    assert await backups.ask(other_log, "SELECT max(position) FROM events") == 300
