"""`actions`: what operators did, the newest first."""

import argparse
import json
from typing import Any

from kit.database import connect
from ops.counts import count
from ops.databases import operator_log_url
from ops.ending import ended
from ops.tables import add_json, show

_DESCRIPTION = """\
Lists what operators did to this system: who, when, what, why, and how it ended. A result of "at work" that nobody works
on any more was killed.

exit codes: 0 listed; 1 the log database is away; 2 nothing runs here
"""
_NEWEST = """
    SELECT id, started_at, finished_at, who, action, target, coalesce(result, 'at work') AS result, why, details
      FROM operator_actions WHERE $2::text IS NULL OR action = $2 ORDER BY id DESC LIMIT $1
"""


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "actions",
        help="what operators did, the newest first",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--limit", type=count, default=20, metavar="N", help="how many (20)")
    parser.add_argument("--action", metavar="NAME", help="only these, such as replay")
    add_json(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    return ended("actions", lambda: _list(options))


async def _list(options: argparse.Namespace) -> int:
    connection = await connect(operator_log_url(), application_name="palimpsest actions")
    try:
        found = await connection.fetch(_NEWEST, options.limit, options.action)
    finally:
        await connection.close()
    rows = [{**row, "details": json.loads(row["details"])} for row in found]
    show(rows if options.json else [_shortened(row) for row in rows], as_json=options.json)
    return 0


def _shortened(row: dict[str, Any]) -> dict[str, Any]:
    """Without what a line has no room for."""
    return {name: value for name, value in row.items() if name not in {"finished_at", "details"}}
