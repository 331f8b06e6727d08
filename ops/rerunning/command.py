"""`jobs rerun`: asks for jobs of past events again."""

import argparse
import difflib
import sys
from collections import Counter
from typing import Any
from uuid import UUID

import asyncpg

from jobs.registry import JOBS
from kit.database import connect
from ops.acting import recorded
from ops.confirming import add_yes, confirmed
from ops.counts import count
from ops.databases import operator_log_url
from ops.ending import ended
from ops.moments import moment
from ops.rerunning.asking_again import ask_again, counts
from ops.rerunning.chosen import Choice
from ops.rerunning.failed_ticks import ask_failed_again, count_failed

_DESCRIPTION = """\
Asks for the jobs of past events again, done or failed or never asked for: a replay never does. A mail is written from
what is true now: whoever has proven an address or closed an account gets none, and a link that is still good is sent
again. It bears the Message-ID of the first one, so many mail programs show it once. What runs now is left alone. With
--failed, what the clock causes is asked for as well.

exit codes: 0 asked for, or counted by --dry-run; 1 the log database is away; 2 nothing was done
"""
_RATE = 20
_BY_NAME = {job.name: job for job in JOBS}

Subparsers = argparse._SubParsersAction  # noqa: SLF001 - argparse names this type so


def add_rerun(of_jobs: "Subparsers[argparse.ArgumentParser]") -> None:
    parser = of_jobs.add_parser(
        "rerun",
        help="ask for jobs of past events again",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--job", type=job_name, metavar="J", help="which job; with --failed it may be left out")
    parser.add_argument("--failed", action="store_true", help="only those that failed for good")
    parser.add_argument("--event", type=UUID, metavar="ID", help="only of this event")
    parser.add_argument("--type", metavar="T", help="only of events of this type")
    parser.add_argument("--stream", metavar="S", help="only of this stream: its whole id")
    parser.add_argument("--since", type=moment, metavar="MOMENT", help="only of events of this moment or later")
    parser.add_argument("--before", type=moment, metavar="MOMENT", help="only of events before this moment")
    parser.add_argument("--rate", type=count, default=_RATE, metavar="N", help=f"at most so many a second ({_RATE})")
    parser.add_argument("--dry-run", action="store_true", help="count them, and do nothing")
    parser.add_argument("--why", metavar="TEXT", help="kept with the record of this action")
    add_yes(parser)
    parser.set_defaults(run=lambda options: ended("jobs rerun", lambda: _rerun(options)))


def job_name(text: str) -> str:
    """Raises argparse.ArgumentTypeError: there is no such job; says which was perhaps meant."""
    known = [job.name for job in JOBS]
    if text in known:
        return text
    near = difflib.get_close_matches(text, known, 1)
    advice = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
    raise argparse.ArgumentTypeError(f"there is no job {ascii(text)[1:-1]}: {advice}")


async def _rerun(options: argparse.Namespace) -> int:
    choices = _choices(options)
    if not choices:
        return 2
    url = operator_log_url()
    connection = await connect(url, application_name="palimpsest jobs")
    try:
        found = {choice: await _counts(connection, choice) for choice in choices}
        found = {choice: states for choice, states in found.items() if states}
        asked_for = "; ".join(f"{_in_words(states)} of {choice.job}" for choice, states in found.items()) or "none"
        if options.dry_run or not found:
            print(asked_for)
            return 0
        if not confirmed(options, f"ask again for {asked_for}"):
            return 2
        target = " ".join(choice.job for choice in found)
        async with recorded(url, "rerun", target, why=options.why, details=_details(options)) as action:
            asked = sum([await _ask_again(connection, choice, options.rate) for choice in found])
            action.details["asked"] = asked
    finally:
        await connection.close()
    print(f"{asked} jobs wait; `palimpsest jobs` shows how they fare")
    return 0


async def _counts(connection: "asyncpg.Connection[Any]", choice: Choice) -> Counter[str]:
    return await (counts if choice.types else count_failed)(connection, choice)


async def _ask_again(connection: "asyncpg.Connection[Any]", choice: Choice, rate: int) -> int:
    if not choice.types:
        return await ask_failed_again(connection, choice, rate)
    return await ask_again(connection, choice, _BY_NAME[choice.job], rate)


def _choices(options: argparse.Namespace) -> list[Choice]:
    """One for each job; none when what is asked for cannot be."""
    if options.job is None and not options.failed:
        print("jobs rerun: say --job, or --failed", file=sys.stderr)
        return []
    causes = {job.name: tuple(kind.__name__ for kind in job.causes) for job in JOBS if options.job in {None, job.name}}
    wanted = {name: tuple(each for each in types if options.type in {None, each}) for name, types in causes.items()}
    of_events_alone = not options.failed or options.type or options.stream
    if options.job is not None and not causes[options.job] and of_events_alone:
        again = "`palimpsest jobs retry` does a tick again; --failed asks for those that failed"
        print(f"jobs rerun: the clock causes {options.job}: {again}", file=sys.stderr)
        return []
    if options.type and not any(wanted.values()):
        known = ", ".join(kind for types in causes.values() for kind in types)
        print(f"jobs rerun: what causes it is {known}", file=sys.stderr)
    return [
        Choice(name, types, options.stream, options.event, options.since, options.before, options.failed)
        for name, types in wanted.items()
        if types or not (causes[name] or of_events_alone)
    ]


def _in_words(states: Counter[str]) -> str:
    return f"{states.total()} jobs ({', '.join(f'{number} {state}' for state, number in sorted(states.items()))})"


def _details(options: argparse.Namespace) -> dict[str, object]:
    names = ("failed", "event", "type", "stream", "since", "before", "rate")
    return {name: value for name in names if (value := getattr(options, name))}
