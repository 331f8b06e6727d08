"""`jobs`: what is done because of events, how it fares, and asking for it again."""

import argparse
import sys
from typing import Any
from uuid import UUID

from kit.database import connect
from ops.ages import in_words
from ops.counts import count
from ops.databases import operator_log_url
from ops.ending import ended
from ops.rerunning.by_hand import add_cancel, add_retry
from ops.rerunning.command import add_rerun, job_name
from ops.rerunning.listing import Entry, entries, jobs_of
from ops.rerunning.log_lines import lines_about
from ops.rerunning.timetable import add_timetable
from ops.tables import add_json, printable, show
from stack.home import Home
from stack.settings import StackSettings

_LIST = """\
Lists jobs that are not done, the newest first: which, for which event, how often it was tried, how far it is, and why
it failed last. A waiting one is tried again by itself. A failed one is parked: it was tried for two days, or there is
no use in trying, and it waits for `palimpsest jobs retry`, `rerun` or `cancel`.

exit codes: 0 listed; 1 the log database is away; 2 nothing runs here
"""
_SHOW = """\
Shows the jobs of one event, or of a tick of the timetable: what caused them, how they fare, and the last 20 lines that
the jobs processes of this stack logged about them.

exit codes: 0 shown; 1 the log database is away; 2 the event has no job, or nothing runs here
"""
_STATES = ("waiting", "running", "failed", "done", "expired", "cancelled")
_ENDED = {"done", "expired", "cancelled"}
_MOST_SHOWN = 100


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    as_written = argparse.RawDescriptionHelpFormatter
    parser = subparsers.add_parser(
        "jobs",
        help="mails and other jobs: list, show, retry, cancel, ask again",
        description=_LIST,
        formatter_class=as_written,
    )
    parser.add_argument("--state", choices=_STATES, help="only these; what has ended is kept 90 days")
    parser.add_argument("--job", type=job_name, metavar="J", help="only this job")
    parser.add_argument("--limit", type=count, default=50, metavar="N", help="at most so many (50)")
    add_json(parser)
    parser.set_defaults(run=lambda options: ended("jobs", lambda: _list(options)))
    of_jobs = parser.add_subparsers(metavar="COMMAND")
    shown = of_jobs.add_parser("show", help="the jobs of one event", description=_SHOW, formatter_class=as_written)
    shown.add_argument("event", type=UUID, metavar="EVENT", help="its id")
    add_json(shown)
    shown.set_defaults(run=lambda options: ended("jobs show", lambda: _show(options)))
    add_retry(of_jobs)
    add_cancel(of_jobs)
    add_rerun(of_jobs)
    add_timetable(of_jobs)


async def _list(options: argparse.Namespace) -> int:
    states = [options.state] if options.state else [state for state in _STATES if state not in _ENDED]
    connection = await connect(operator_log_url(), application_name="palimpsest jobs")
    try:
        found = await entries(connection, states, options.job, options.limit)
    finally:
        await connection.close()
    show([_row(entry, as_json=options.json) for entry in found], as_json=options.json)
    return 0


def _row(entry: Entry, *, as_json: bool) -> dict[str, object]:
    row: dict[str, object] = entry._asdict()
    del row["age"]
    if as_json:
        return row | {"age_s": entry.age.total_seconds()}
    del row["done_at"]
    return row | {"age": in_words(entry.age)}


async def _show(options: argparse.Namespace) -> int:
    connection = await connect(operator_log_url(), application_name="palimpsest jobs")
    try:
        found = await jobs_of(connection, options.event, _MOST_SHOWN)
    finally:
        await connection.close()
    if not found:
        print(f"jobs show: {options.event} has no job", file=sys.stderr)
        return 2
    lines = lines_about(Home(StackSettings().home.resolve()).logs, options.event)
    if options.json:
        show([{**each, "lines": [line for line in lines if _is_of(line, each)]} for each in found], as_json=True)
        return 0
    for each in found:
        print("\n".join(f"{name:14} {value if value is not None else '-'}" for name, value in each.items()))
    for line in lines:
        print(printable(" ".join(f"{name}={value}" for name, value in line.items())))
    return 0


def _is_of(line: dict[str, Any], job: dict[str, Any]) -> bool:
    about = job["subject"] and str(job["subject"])
    return line.get("job") == job["job"] and line.get("subject") == about
