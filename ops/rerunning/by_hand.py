"""`jobs retry` and `jobs cancel`: what an operator does about single jobs."""

import argparse
import sys
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import asyncpg

from kit.database import connect
from ops.acting import recorded
from ops.confirming import add_yes, confirmed
from ops.databases import operator_log_url
from ops.ending import ended
from ops.rerunning.command import Subparsers, job_name
from ops.rerunning.one import Chosen, cancel, count_of, retry

_RETRY = """\
Has jobs of one event or tick tried again at once, instead of when their time comes: those that wait or were parked, and
with --done also what is done, which does it a second time. Attempts begin anew. What runs now is left alone.

exit codes: 0 they wait; 1 the log database is away; 2 there is none, or nothing was done
"""
_CANCEL = """\
Gives up jobs of one event or tick that wait, run, or were parked: only `palimpsest jobs retry` tries them again. A long
one that runs is stopped within 20 seconds; a short one may be through by then. With --job alone, those of every event.
With --failed, those that were parked, of every event: the alarm is then over.

exit codes: 0 cancelled; 1 the log database is away; 2 there is none, or nothing was done
"""
_Change = Callable[["asyncpg.Connection[Any]", Chosen], Awaitable[int]]


def add_retry(of_jobs: "Subparsers[argparse.ArgumentParser]") -> None:
    parser = _command(of_jobs, "retry", "try jobs of one event again now", _RETRY)
    parser.add_argument("event", type=UUID, metavar="EVENT", help="its id, or a tick's, as `palimpsest jobs` lists it")
    parser.add_argument("--done", action="store_true", help="also what is done")
    parser.set_defaults(run=lambda options: ended("jobs retry", lambda: _retry(options)))


def add_cancel(of_jobs: "Subparsers[argparse.ArgumentParser]") -> None:
    parser = _command(of_jobs, "cancel", "give up jobs that wait, run or were parked", _CANCEL)
    parser.add_argument("event", nargs="?", type=UUID, metavar="EVENT", help="its id, or a tick's")
    parser.add_argument("--failed", action="store_true", help="only those that were parked; of every event without one")
    parser.set_defaults(run=lambda options: ended("jobs cancel", lambda: _cancel(options)))


def _command(
    of_jobs: "Subparsers[argparse.ArgumentParser]", name: str, purpose: str, description: str
) -> argparse.ArgumentParser:
    as_written = argparse.RawDescriptionHelpFormatter
    parser = of_jobs.add_parser(name, help=purpose, description=description, formatter_class=as_written)
    parser.add_argument("--job", type=job_name, metavar="J", help="only this job")
    parser.add_argument("--subject", type=UUID, metavar="ID", help="only about this one of those whom it concerns")
    parser.add_argument("--why", metavar="TEXT", help="kept with the record of this action")
    add_yes(parser)
    return parser


async def _retry(options: argparse.Namespace) -> int:
    states = ("waiting", "failed", "expired", "cancelled", *(("done",) if options.done else ()))
    return await _change(options, "retry", states, retry, "wait; `palimpsest jobs` shows how they fare")


async def _cancel(options: argparse.Namespace) -> int:
    if options.event is None and options.job is None and not options.failed:
        print("jobs cancel: say which EVENT, --job or --failed", file=sys.stderr)
        return 2
    states = ("failed",) if options.failed else ("waiting", "running", "failed")
    return await _change(options, "cancel", states, cancel, "are cancelled")


async def _change(
    options: argparse.Namespace, action: str, states: tuple[str, ...], change: _Change, outcome: str
) -> int:
    chosen = Chosen(options.event, options.job, options.subject, states)
    url = operator_log_url()
    connection = await connect(url, application_name="palimpsest jobs")
    try:
        found = await count_of(connection, chosen)
        if not found:
            print(f"jobs {action}: there is none that is {' or '.join(states)}", file=sys.stderr)
            return 2
        if not confirmed(options, f"{action} {found} jobs"):
            return 2
        details = {"event": options.event, "subject": options.subject, "states": states}
        async with recorded(url, f"jobs {action}", options.job or "all", why=options.why, details=details) as doing:
            changed = doing.details["changed"] = await change(connection, chosen)
    finally:
        await connection.close()
    print(f"{changed} jobs {outcome}")
    return 0
