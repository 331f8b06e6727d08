"""`rehearse`: reads the whole log with the code at hand, before it is deployed."""

import argparse
import asyncio
import multiprocessing
import os
import sys
from concurrent.futures import ProcessPoolExecutor

from engine.log.reader import LogHead, LogReader
from kit.database import open_pool
from ops.counts import count
from ops.databases import operator_log_url
from ops.ending import ended
from ops.progress import Progress
from ops.rehearsing.partition import prepare_worker, rehearse_partition
from ops.rehearsing.tally import Tally
from ops.tables import add_json, show

_DESCRIPTION = """\
Run it in a checkout of the code that is to be deployed, on the log that is in use: decodes and upcasts every stored
event, folds every aggregate and every read model in memory, one key after another, and writes nothing anywhere. It
gives way to the processes that serve. What this code refuses is listed by place, event type and schema version, with
the fault and the first events; after a refusal the rest of that key is not folded in that place.

It works on the stack of PALIMPSEST_HOME, or on the log of PALIMPSEST_LOG_URL with palimpsest_operator.

exit codes: 0 all of it can be read; 1 something was refused, or the log is away; 2 nothing runs here
"""


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "rehearse",
        help="read the whole log with this code",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    cores = os.cpu_count() or 1
    parser.add_argument("--workers", type=count, default=cores, metavar="N", help="processes (%(default)s)")
    add_json(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    return ended("rehearse", lambda: _run(options))


async def _run(options: argparse.Namespace) -> int:
    url = operator_log_url()
    async with await open_pool(url, size=1, application_name="palimpsest rehearse") as pool:
        head = await LogReader(pool).head()
    tally = await rehearse(url, head, workers=options.workers)
    rows = list(tally.rows())
    if rows or options.json:
        show(rows, as_json=options.json)
    refused = sum(row["count"] for row in rows)
    print(f"{tally.events} events of {tally.keys} keys: {refused} refused, {tally.behind} behind them", file=sys.stderr)
    return 1 if rows else 0


async def rehearse(url: str, head: LogHead, *, workers: int) -> Tally:
    """All partitions up to the head, some at a time."""
    loop, tally, progress = asyncio.get_running_loop(), Tally(), Progress("events", head.position)
    spawning = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=spawning, initializer=prepare_worker) as pool:
        parts = [
            loop.run_in_executor(pool, rehearse_partition, url, partition, last)
            for partition, last in enumerate(head.sequences)
            if last
        ]
        try:
            for done in asyncio.as_completed(parts):
                part = await done
                tally.merge(part)
                progress.add(part.events)
        finally:  # a Ctrl-C ends the workers too, and what they say then is nobody's concern
            for left in parts:
                left.cancel()
    return tally
