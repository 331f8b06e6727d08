"""`events export`: the whole log, as it is stored, in one file."""

import argparse
import errno
import sys
from contextlib import ExitStack, nullcontext
from typing import IO

from kit.database import open_pool
from ops.acting import recorded
from ops.counts import position
from ops.databases import operator_log_url
from ops.ending import ended
from ops.progress import Progress
from ops.transferring.files import STANDARD, new_file
from ops.transferring.keys import write_keys
from ops.transferring.lines import Damaged
from ops.transferring.writing import LogWriter

_DESCRIPTION = """\
Writes every event as a line of JSON (NDJSON), exactly as it is stored, beside whatever runs: ids, positions, versions
and times are kept, so `events import` into an empty log gives the same log. What people wrote stays encrypted, and can
be read only with the keys that --with-keys writes into a file of its own. Passwords, sessions, tokens and the system's
secret never travel. The last line holds a hash of all, and the hash of each partition as `log verify` gives it.

exit codes: 0 done; 1 the log lacks an event, or its database is away; 2 the file exists, or nothing runs here
"""
_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}


def add_export(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "export",
        help="write events to a file",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", metavar="FILE", help="a new file; - is standard output")
    parser.add_argument("--from", dest="first", type=position, default=1, metavar="POSITION", help="the first (1)")
    parser.add_argument("--to", dest="last", type=position, metavar="POSITION", help="the last (the head)")
    parser.add_argument("--with-keys", metavar="FILE", help="write the keys of personal data there; guard it well")
    parser.set_defaults(run=lambda options: ended("events export", lambda: _export(options)))


async def _export(options: argparse.Namespace) -> int:
    url = operator_log_url()
    try:
        with ExitStack() as files:
            file = files.enter_context(new_file(options.file))
            keys = files.enter_context(new_file(options.with_keys)) if options.with_keys else None
            count, key_count = await _write(url, options, file, keys)
    except FileExistsError as problem:
        return _refused(problem, 2)
    except Damaged as problem:
        return _refused(problem, 1)
    except OSError as problem:
        if problem.errno in _DISK:
            return _refused(f"the disk does not take it: {problem.strerror}", 1)
        if problem.filename is None:  # the database's, or the reader of our output
            raise
        return _refused(f"{problem.filename}: {problem.strerror}", 2)
    of_keys = f" and {key_count} keys" if keys else ""
    where = "" if options.file == STANDARD else f" in {options.file}"
    print(f"{count} events{of_keys}{where}", file=sys.stderr)
    return 0


async def _write(url: str, options: argparse.Namespace, file: IO[bytes], keys: IO[bytes] | None) -> tuple[int, int]:
    """Keys leave the system only on record."""
    details = {"from": options.first, "to": options.last}
    action = recorded(url, "events export", "with keys", why=None, details=details) if keys else nullcontext()
    async with action, await open_pool(url, size=1, application_name="palimpsest events export") as pool:
        progress = Progress("events")
        count = await LogWriter(pool, file, progress.add).write(max(options.first, 1), options.last)
        # after the events: a key that was destroyed meanwhile is written as destroyed
        return count, await write_keys(pool, keys) if keys else 0


def _refused(problem: object, code: int) -> int:
    print(f"events export: {problem}", file=sys.stderr)
    return code
