"""`generate`: seeded, realistic events through the log's own append, for tests and benchmarks."""

import argparse
import asyncio
import sys

from engine.log.records import Appended, ClaimTaken, LogUnavailable, OutcomeUnknown, VersionConflict
from kit.settings import Settings
from ops.acting import recorded
from ops.databases import operator_log_url
from ops.generating.history import History
from ops.generating.writing import write
from ops.local_stack import NoStack, local_stack
from ops.progress import Progress

_EVENTS_A_READER = 70
_DESCRIPTION = """\
Appends seeded, realistic events through the log's own append, for tests and benchmarks. There is no way back.

exit codes: 0 done; 1 the log was lost, or has this seed already; 2 nothing was done
"""


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "generate",
        help="append realistic events to the log",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--events", type=_count, default=10_000, help="how many, people included (10000)")
    parser.add_argument("--seed", type=_count, default=1, help="the same seed gives the same history (1)")
    parser.add_argument("--authors", type=_count, default=100, help="how many people write (100)")
    parser.add_argument("--readers", type=_count, help="how many more like, follow and comment (one in 70 events)")
    parser.add_argument("--log-url", default="", help="the log; PALIMPSEST_LOG_URL, else the stack of PALIMPSEST_HOME")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    try:
        last = asyncio.run(_generate(options))
    except NoStack as missing:
        print(f"generate: {missing}", file=sys.stderr)
        return 2
    except (VersionConflict, ClaimTaken):
        seed = f"seed {options.seed}, or one with the same last four digits,"
        print(f"generate: {seed} was generated into this log before; take another", file=sys.stderr)
        return 1
    except (LogUnavailable, OutcomeUnknown) as lost:
        print(f"generate: {lost}", file=sys.stderr)
        return 1
    print(f"{options.events} events; the log's head is at {last.position if last else 0}")
    return 0


async def _generate(options: argparse.Namespace) -> Appended | None:
    url = options.log_url or Settings().log_url
    if url:
        return await _write(options, url)
    ours = local_stack().log_url
    details = {"events": options.events}
    async with recorded(operator_log_url(), "generate", f"seed {options.seed}", why=None, details=details):
        return await _write(options, ours)


async def _write(options: argparse.Namespace, url: str) -> Appended | None:
    progress = Progress("events", options.events)
    readers = options.events // _EVENTS_A_READER if options.readers is None else options.readers
    history = History(options.seed, authors=min(options.authors, options.events), readers=readers)
    last = await write(url, history, seed=options.seed, events=options.events, progress=progress)
    progress.finish()
    return last


def _count(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number from 1 on")
    return number
