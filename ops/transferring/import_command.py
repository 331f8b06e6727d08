"""`events import`: an exported log into an empty one, or nothing at all."""

import argparse
import base64
import binascii
import sys
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import asdict
from typing import IO, Any

from kit.database import connect
from kit.settings import Settings
from ops.acting import recorded
from ops.databases import owner_urls
from ops.ending import ended
from ops.progress import Progress
from ops.transferring.files import old_file
from ops.transferring.lines import Damaged
from ops.transferring.readers import ReadersAhead, begin_epoch, require_fresh_readers
from ops.transferring.reading import ExportedLog
from ops.transferring.storing import LogStore, NotStored, Stored
from stack.settings import StackSettings
from stack.told import settings_of

_DESCRIPTION = """\
Stores an exported log in an empty one (`palimpsest up --no-admin`): the same ids, positions, versions and times. The
names that accounts and posts hold are reserved again. Without --with-keys what people wrote is as good as erased, and
their addresses are free. Passwords do not travel: people ask for a new one by mail; the admin gets one by `palimpsest
admin-password`. The log begins a new epoch. No job runs for what is imported. A file that was cut off or altered, or a
log with a gap, is refused and nothing is written: it is one transaction. Restart the stack afterwards: projectors and
jobs stop at an epoch that they do not know. Works on the stack of PALIMPSEST_HOME, or on
PALIMPSEST_LOG_URL with the role palimpsest_owner, and PALIMPSEST_READ_URL and PALIMPSEST_SECRET.

exit codes: 0 done; 1 refused, or a database is away: nothing was written; 2 nothing runs here, or no such file
"""
_LONG_S = 24 * 3600


def add_import(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "import",
        help="store exported events in an empty log",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", metavar="FILE", help="what `events export` wrote; - is standard input")
    parser.add_argument("--with-keys", metavar="FILE", help="the keys of personal data that belong to it")
    parser.set_defaults(run=lambda options: ended("events import", lambda: _import(options)))


async def _import(options: argparse.Namespace) -> int:
    log_url, read_url = owner_urls()
    try:
        secret = _secret()
        with ExitStack() as files:
            log = ExportedLog(files.enter_context(old_file(options.file)))
            keys = files.enter_context(old_file(options.with_keys)) if options.with_keys else None
            stored = await _store(log_url, read_url, secret, log, keys)
    except (FileNotFoundError, IsADirectoryError, PermissionError) as problem:
        return _refused(f"{problem.filename}: {problem.strerror}", 2)
    except (Damaged, NotStored, ReadersAhead) as problem:
        return _refused(f"{problem}; nothing was written", 1)
    print(f"{stored.events} events, {stored.keys} keys and {stored.names} names, in epoch {stored.epoch}")
    print("processes that ran meanwhile stopped at the new epoch: `palimpsest down`, then `palimpsest up`")
    if stored.contested_names:
        print(f"events import: {stored.contested_names} names went to the stream that comes first", file=sys.stderr)
    return 0


async def _store(log_url: str, read_url: str, secret: bytes, log: ExportedLog, keys: IO[bytes] | None) -> Stored:
    details = {**log.head._asdict(), "with_keys": keys is not None}
    async with (
        recorded(log_url, "events import", "log", why=None, details=details) as action,
        _connected(log_url) as connection,
        _connected(read_url) as readers,
    ):
        await require_fresh_readers(readers)
        stored = await LogStore(connection, secret, Progress("events").add).store(log, keys)
        await begin_epoch(readers, stored.epoch)
        action.details.update(asdict(stored))
    return stored


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[Any]:
    connection = await connect(url, application_name="palimpsest events import", command_timeout_s=_LONG_S)
    try:
        yield connection
    finally:
        await connection.close()


def _secret() -> bytes:
    """Of the environment, else of the stack that runs here.

    Raises:
        StackProblem: nothing runs here.
    """
    text = Settings().secret.get_secret_value() or settings_of("command_api", StackSettings())["PALIMPSEST_SECRET"]
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as problem:
        raise NotStored("PALIMPSEST_SECRET is not base64") from problem


def _refused(problem: object, code: int) -> int:
    print(f"events import: {problem}", file=sys.stderr)
    return code
