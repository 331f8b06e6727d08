"""`log`: verifies that the event log is whole."""

import argparse
import json
import sys
from pathlib import Path

from kit.database import open_pool
from ops.checking_log.chain import PartitionHash
from ops.checking_log.reference import NoReference, read_reference
from ops.checking_log.verification import LogReport, Verification
from ops.counts import count
from ops.databases import operator_log_url
from ops.ending import ended
from ops.progress import Progress
from ops.tables import show

_DESCRIPTION = """\
Reads the whole log beside whatever runs, and checks that positions, the sequences of each partition and the versions of
each stream count from 1 without a gap and in one order; that appends are whole, times never go back, and every key is
in its partition; that neither relay nor jobs are further than the log. It gives the hash of each partition's history,
which changes with any byte of any event. Altered data show in the hash alone: compare with hashes of before, by
--against a file of `log verify --json` or of `events export`; the log may have grown since.

exit codes: 0 it is whole, and agrees; 1 it is not: what is missing is named, the first first; or the database is away;
2 nothing runs here, or a wrong file
"""


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("log", help="verify that the event log is whole", description=__doc__)
    of_log = parser.add_subparsers(metavar="COMMAND", required=True)
    verify = of_log.add_parser(
        "verify",
        help="look for gaps, and hash each partition",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verify.add_argument("--partition", type=int, metavar="P", help="only this one: its sequences, order and hash")
    verify.add_argument("--against", type=Path, metavar="FILE", help="hashes that it had once")
    verify.add_argument("--jobs", type=count, default=2, metavar="N", help="connections that read at a time (2)")
    verify.add_argument("--json", action="store_true", help="as one JSON object")
    verify.set_defaults(run=lambda options: ended("log verify", lambda: _verify(options)))


async def _verify(options: argparse.Namespace) -> int:
    progress = Progress("events")
    try:
        reference: dict[int, PartitionHash] = read_reference(options.against) if options.against else {}
    except (NoReference, OSError) as problem:
        print(f"log verify: {problem}", file=sys.stderr)
        return 2
    async with await open_pool(operator_log_url(), size=options.jobs, application_name="palimpsest log verify") as pool:
        verification = Verification(pool, reference, progress.add, options.jobs)
        if options.partition is None:
            report = await verification.of_all()
        elif 0 <= options.partition < await pool.fetchval("SELECT partitions FROM log_state"):
            report = await verification.of_partition(options.partition)
        else:
            print(f"log verify: there is no partition {options.partition}", file=sys.stderr)
            return 2
    _tell(report, as_json=options.json)
    return 0 if report.is_whole else 1


def _tell(report: LogReport, *, as_json: bool) -> None:
    partitions = [each._asdict() for each in report.partitions]
    if as_json:
        numbers = {"epoch": report.epoch, "position": report.position, "events": report.events}
        print(
            json.dumps({"is_whole": report.is_whole, **numbers, "problems": report.problems, "partitions": partitions})
        )
        return
    show(partitions, as_json=False)
    for problem in report.problems:
        print(f"log verify: {problem}", file=sys.stderr)
    verdict = "whole" if report.is_whole else "NOT whole"
    print(f"{report.events:,} events of epoch {report.epoch}: {verdict}")
