"""`backup`: the log and all that lies beside it, in a folder; the keys in a file apart."""

import argparse
import asyncio
import sys
from pathlib import Path

import asyncpg

from kit.blobs.blobs import key_of
from kit.blobs.places import place_of
from kit.database import DATABASE_FAULTS, connect
from kit.settings import Settings
from migrations.roles import OWNER
from ops.acting import recorded
from ops.backing_up.broken import BackupRefused
from ops.backing_up.manifest import Manifest
from ops.backing_up.media import carry, forget, needed
from ops.backing_up.shelf import Shelf
from ops.backing_up.taking import Taking
from ops.ending import ended
from stack import credentials
from stack.home import Home
from stack.settings import StackSettings
from stack.told import database_url

_DESCRIPTION = """\
Takes a backup while everything runs: FOLDER/log-TIME/ holds events, claims, answers to idempotency keys, the jobs
ledger and checkpoints, the relay's cursor and what operators did, of one moment, with SHA-256 sums. FOLDER/keys.jsonl
holds what opens them, and is written anew each time: the keys of personal data, password hashes, sessions, tokens and
the platform's secret. Whoever has both reads everything: keep the keys apart, and keep no older copy of them, so that
what was erased since is erased in every backup. All files are for their owner's eyes alone (0600).

FOLDER/media/ gets the bytes of media that are kept in a folder; those deleted since go from it. A bucket has backups
of its own: what is in one is left to it.

It works on the stack of PALIMPSEST_HOME, or on the log of PALIMPSEST_LOG_URL with a role that is or may become
palimpsest_owner (PALIMPSEST_SECRET then says the secret). Read databases are rebuilt, not backed up.

exit codes: 0 done; 1 a database or the disk failed; 2 refused: nothing was done
"""


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "backup",
        help="back up the log, its keys in a file apart",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "folder", type=Path, metavar="FOLDER", help="where this log's backups are kept; made if missing"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    return ended("backup", lambda: _run(options.folder))


async def _run(folder: Path) -> int:
    url, secret, media = _owner()
    try:
        made, manifest = await backup(url, folder, secret=secret, media=media)
    except BackupRefused as problem:
        print(f"backup: {problem}", file=sys.stderr)
        return 2
    except OSError as problem:
        if problem.filename is None and problem.strerror is None:
            raise
        print(f"backup: {problem}", file=sys.stderr)
        return 1
    moment = manifest.moment
    print(f"{made}: {moment.position} events of epoch {moment.epoch}; keys in {folder / 'keys.jsonl'}")
    return 0


def _owner() -> tuple[str, str, Path | None]:
    """The log with the owner's role, the platform's secret, and the folder of media if they are in one."""
    settings = Settings()
    media = place_of(settings.media_place).folder
    if settings.log_url:
        return settings.log_url, settings.secret.get_secret_value(), media
    stack = StackSettings()
    url, known = database_url("log", OWNER, stack), credentials.load(Home(stack.home.resolve()))
    return url, known.secret if known else "", media


async def backup(url: str, folder: Path, *, secret: str, media: Path | None = None) -> tuple[Path, Manifest]:
    """The backup's folder, and what is in it.

    Raises:
        BackupRefused: there is none.
    """
    shelf = Shelf(await asyncio.to_thread(folder.resolve))
    await asyncio.to_thread(shelf.open)
    try:
        async with recorded(url, "backup", str(shelf.path), why=None, details={}) as action:
            made, manifest = await _take(url, shelf, secret, media)
            action.details.update(name=made.name, position=manifest.moment.position)
            return made, manifest
    finally:
        shelf.close()


async def _take(url: str, shelf: Shelf, secret: str, media: Path | None) -> tuple[Path, Manifest]:
    connection = await connect(url, application_name="palimpsest backup")
    try:
        await connection.execute(f"SET ROLE {OWNER}")
        taken = await Taking(connection, shelf, secret=secret).take()
        if media is not None:
            # Last: bytes are there before the event that says so.
            await asyncio.to_thread(_carry, media, shelf.media, await needed(connection))
        return taken
    finally:
        await _close(connection)


def _carry(media: Path, shelf: Path, names: set[str]) -> None:
    forget(shelf, names)
    for name in carry(media, shelf, names):
        print(f"backup: {media / key_of(name)} is not there, and media need it", file=sys.stderr)


async def _close(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    try:
        await connection.close(timeout=1)
    except DATABASE_FAULTS:
        connection.terminate()
