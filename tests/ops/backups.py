"""Logs to back up, and what of a log must come back."""

import os
import sys
from pathlib import Path
from typing import Any

import asyncpg

from engine.log.records import Appended
from ops.backing_up.manifest import Manifest
from ops.backing_up.shelf import Shelf
from ops.backup import backup
from ops.generating.history import History
from ops.generating.writing import write
from ops.progress import Progress
from ops.restoring.putting_back import Backup, PutBack, PuttingBack
from tests.servers import ROOT, Database

SECRET = "c2VjcmV0"
SIGN_IN = """
    INSERT INTO secrets (stream, kind, value) SELECT DISTINCT stream, 'password', 'hash of ' || stream
      FROM events WHERE stream LIKE 'account-%';
    INSERT INTO sign_in_sessions (id, account, password_mark, refresh_hash, expires_at)
    SELECT gen_random_uuid(), account, '\\x01', '\\x02ff', now() FROM personal_keys WHERE scope = 'identity';
    INSERT INTO signing_keys (id, algorithm, private_key, public_key) VALUES ('one', 'EdDSA', '\\x00ff', '{}');
    INSERT INTO api_tokens (id, account, name, token_hash, expires_at)
    SELECT gen_random_uuid(), account, E'tab\\tand \\\\ backslash', key, now()
      FROM personal_keys WHERE scope = 'content';
    INSERT INTO idempotency
    SELECT 'door', stream, '\\x01', '{"id": "a"}', stream, version, partition, sequence, recorded_at
      FROM events WHERE version = 1;
    INSERT INTO job_ledger (event_id, job, position, resend_at)
    SELECT id, 'welcome_mail', position, now() FROM events WHERE type = 'AuthorCredited';
    INSERT INTO webhooks (webhook, version, url, kinds, is_paused)
    VALUES (gen_random_uuid(), 1, 'https://example.org/', '{post.published}', true);
    INSERT INTO webhook_keys (webhook, key, done, upto) SELECT webhook, 'a post', 1, 2 FROM webhooks;
    INSERT INTO webhook_deliveries (webhook, key, event_id, kind, attempt, outcome, duration_ms)
    SELECT webhook, 'a post', gen_random_uuid(), 'post.published', 1, 'accepted', 3 FROM webhooks;
    UPDATE webhook_scan SET position = (SELECT max(position) FROM events);
    UPDATE relay_cursor SET position = (SELECT max(position) FROM events);
"""
ROWS = "SELECT t::text FROM {table} AS t ORDER BY 1"
TABLES = (
    *("events", "claims", "idempotency", "job_ledger", "job_triggers"),
    *("webhooks", "webhook_keys", "webhook_deliveries", "webhook_scan"),
    *("personal_keys", "secrets", "sign_in_sessions", "signing_keys", "api_tokens"),
)


async def fill(database: Database, *, events: int = 300, seed: int = 1) -> Appended | None:
    history = History(seed, authors=5)
    return await write(database.url("command"), history, seed=seed, events=events, progress=Progress("events"))


async def fill_all(database: Database, *, events: int = 300) -> None:
    """A log with rows in every table beside it."""
    await fill(database, events=events)
    await execute(database, SIGN_IN)


async def take(database: Database, folder: Path) -> tuple[Path, Manifest]:
    return await backup(database.url("owner"), folder, secret=SECRET)


async def put_back(
    database: Database, folder: Path, *, keys: Path | None = None, is_replacing: bool = False
) -> PutBack:
    shelf = Shelf(folder.parent)
    putting = PuttingBack(Backup.read(folder, keys or shelf.keys), shelf, is_replacing=is_replacing)
    return await putting.put_back(database.url("owner"))


async def execute(database: Database, statements: str) -> None:
    connection = await asyncpg.connect(database.url("owner"))
    try:
        await connection.execute(statements)
    finally:
        await connection.close()


async def ask(database: Database, question: str, *arguments: Any) -> Any:
    connection = await asyncpg.connect(database.url("owner"))
    try:
        return await connection.fetchval(question, *arguments)
    finally:
        await connection.close()


async def contents(database: Database) -> dict[str, list[str]]:
    """Every row of every table that a restore brings back as it was, as text."""
    connection = await asyncpg.connect(database.url("owner"))
    try:
        return {table: [row[0] for row in await connection.fetch(ROWS.format(table=table))] for table in TABLES}
    finally:
        await connection.close()


def environment(database: Database, home: Path) -> dict[str, str]:
    """Of a command that an operator runs on this database."""
    told = {"LOG_URL": database.url("owner"), "SECRET": SECRET, "HOME": str(home)}
    return {**os.environ, "PYTHONPATH": str(ROOT), **{f"PALIMPSEST_{name}": value for name, value in told.items()}}


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "ops", *words]
