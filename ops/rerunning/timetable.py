"""`jobs timetable`: what the clock causes, when it did last, and when it will next."""

import argparse
import sys
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg

from jobs.ticks import next_tick
from jobs.timetable import TIMETABLE, Row
from kit.database import DATABASE_FAULTS, connect
from ops.databases import operator_urls
from ops.ending import ended
from ops.rerunning.command import Subparsers
from ops.tables import add_json, show

_DESCRIPTION = """\
Lists what the clock causes: the times as cron writes them, in UTC or in the site's time zone; the last tick, what
became of it, and its id for `palimpsest jobs show`; and the next one. A tick that comes while no jobs process runs is
missed: the newest of these is done on return (once), or none (skip).

exit codes: 0 listed; 1 a database is away; 2 nothing runs here
"""
_LAST = """
    SELECT DISTINCT ON (job) job, tick_at, state, event_id FROM job_ledger
     WHERE tick_at IS NOT NULL ORDER BY job, tick_at DESC, subject
"""
_ZONE = "SELECT time_zone FROM serving.site"


def add_timetable(of_jobs: "Subparsers[argparse.ArgumentParser]") -> None:
    as_written = argparse.RawDescriptionHelpFormatter
    parser = of_jobs.add_parser(
        "timetable", help="what the clock causes, and when", description=_DESCRIPTION, formatter_class=as_written
    )
    add_json(parser)
    parser.set_defaults(run=lambda options: ended("jobs timetable", lambda: _list(options)))


async def _list(options: argparse.Namespace) -> int:
    urls = operator_urls()
    zone = ZoneInfo(await _site_zone(urls.read))
    connection = await connect(urls.log, application_name="palimpsest jobs")
    try:
        last = {row["job"]: row for row in await connection.fetch(_LAST)}
        now: datetime = await connection.fetchval("SELECT clock_timestamp()")
    finally:
        await connection.close()
    show([_told(row, last.get(row.job), now, zone) for row in TIMETABLE], as_json=options.json)
    return 0


def _told(row: Row, last: "asyncpg.Record | None", now: datetime, zone: ZoneInfo) -> dict[str, Any]:
    own = ZoneInfo("UTC") if row.zone == "UTC" else zone
    following = next_tick(row, now, own)
    return {
        "job": row.job,
        "times": row.cron,
        "zone": own.key,
        "missed": row.missed,
        "last": last and last["tick_at"].astimezone(own),
        "state": last and last["state"],
        "next": following and following.astimezone(own),
        "tick": last and last["event_id"],
    }


async def _site_zone(url: str) -> str:
    """UTC before somebody has configured the site, or when the read database cannot say."""
    try:
        connection = await connect(url, application_name="palimpsest jobs")
    except DATABASE_FAULTS as problem:
        print(f"jobs timetable: the site's zone is unknown: {type(problem).__name__}", file=sys.stderr)
        return "UTC"
    try:
        return str(await connection.fetchval(_ZONE) or "UTC")
    except asyncpg.UndefinedTableError:
        return "UTC"
    finally:
        await connection.close()
