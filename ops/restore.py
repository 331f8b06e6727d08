"""`restore`: puts a backup in the place of the log, whole or not at all, as a new epoch."""

import argparse
import asyncio
import sys
from pathlib import Path

from kit.blobs.places import place_of
from kit.settings import Settings
from ops.acting import recorded
from ops.backing_up.broken import BackupRefused
from ops.backing_up.manifest import MANIFEST
from ops.backing_up.media import carry, held_in
from ops.backing_up.shelf import Shelf
from ops.confirming import add_yes, confirmed
from ops.ending import ended
from ops.restoring.putting_back import Backup, PutBack, PuttingBack
from stack.log_alone import log_alone
from stack.settings import StackSettings

_DESCRIPTION = """\
Checks the backup, then puts it in the place of the log and gives the log a new epoch, in one transaction: a restore
that is refused or killed has changed nothing. No process may use the log meanwhile: stop the stack first
(`palimpsest down`); the log's PostgreSQL is started for the restore alone. With PALIMPSEST_LOG_URL it works on a
server of your own, with a role that is or may become palimpsest_owner, on a database that stack.prepare made.

FOLDER is where backups are kept (its newest is taken), or one backup in it. Keys that were destroyed since the backup
stay destroyed: the accounts are listed, close them again. Afterwards rebuild the read side (docs/operations.md).
Bytes of media that are kept in a folder, and are not there, come from FOLDER/media/.

exit codes: 0 done; 1 a database failed: nothing was changed; 2 refused: nothing was changed
"""
_NEXT = """\
Next: rebuild the read side (remove its database, or its folder servers/read), then start the processes.
Tokens of epochs before {epoch} are refused: clients read without them."""


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "restore",
        help="put a backup in the place of the log",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="a folder of backups, or one backup")
    parser.add_argument("--keys", type=Path, metavar="FILE", help="the newest file of keys (FOLDER/keys.jsonl)")
    parser.add_argument("--replace", action="store_true", help="also where there are events: they are lost")
    add_yes(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    return ended("restore", lambda: _run(options))


async def _run(options: argparse.Namespace) -> int:
    try:
        shelf, folder = _found(options.folder)
        backup = Backup.read(folder, options.keys or shelf.keys)
        if options.replace and not confirmed(options, f"replace all events of the log by those of {folder}"):
            return 2
        done = await _put_back(PuttingBack(backup, shelf, is_replacing=options.replace), backup)
        await asyncio.to_thread(_put_media_back, shelf.media)
    except BackupRefused as problem:
        print(f"restore: {problem}", file=sys.stderr)
        return 2
    print(f"{done.position} events of {folder.name} restored, epoch {done.epoch}")
    for account in done.erased:
        print(f"erased since: account {account} (close it again)")
    print(_NEXT.format(epoch=done.epoch))
    return 0


def _found(folder: Path) -> tuple[Shelf, Path]:
    if (folder / MANIFEST).exists():
        return Shelf(folder.resolve().parent), folder
    newest = Shelf(folder).newest()
    if newest is None:
        raise BackupRefused(f"there is no backup in {folder}")
    return Shelf(folder), newest


async def _put_back(putting: PuttingBack, backup: Backup) -> PutBack:
    secret = backup.keys.header.secret
    settings = Settings()
    if settings.log_url:
        done = await putting.put_back(settings.log_url)
        await _record(done, backup, settings.log_url)
        if secret and settings.secret.get_secret_value() != secret:
            print("the secret of this log is in the file of keys: set it as PALIMPSEST_SECRET", file=sys.stderr)
        return done
    async with log_alone(StackSettings()) as alone:
        done = await putting.put_back(alone.owner_url)
        if secret:
            alone.keep_secret(secret)
        await _record(done, backup, alone.owner_url)
        return done


def _put_media_back(shelf: Path) -> None:
    folder = place_of(Settings().media_place).folder
    if folder is not None:
        carry(shelf, folder, held_in(shelf))


async def _record(done: PutBack, backup: Backup, url: str) -> None:
    """In the log that is there afterwards: the one before, and its record, are gone."""
    details = {"position": done.position, "epoch": done.epoch, "erased_since": len(done.erased)}
    async with recorded(url, "restore", backup.folder.name, why=None, details=details):
        pass
