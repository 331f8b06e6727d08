"""`webhooks`: who is told what becomes public, how that fares, and telling a time again."""

import argparse
import sys
from uuid import UUID

from kit.database import connect
from ops.ages import in_words
from ops.counts import count
from ops.databases import operator_log_url
from ops.ending import ended
from ops.hooks.listing import deliveries, hooks, is_known, seconds
from ops.hooks.replay_command import Subparsers, add_replay
from ops.tables import add_json, show

_LIST = """\
Lists webhooks: active, resting (its address is in trouble, and left alone for up to a minute), or paused (nothing is
sent; by an admin, or because its address took nothing for a day). keys_waiting: of how many posts there is something to
tell, and since when. `GET /webhooks` says who was told what to be sent, and why one is paused.

exit codes: 0 listed; 1 the log database is away; 2 nothing runs here
"""
_DELIVERIES = """\
Lists what was sent to one webhook, every attempt of the last 30 days, the newest first.

exit codes: 0 listed; 1 the log database is away; 2 there is no such webhook, or nothing runs here
"""


def register(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    as_written = argparse.RawDescriptionHelpFormatter
    parser = subparsers.add_parser(
        "webhooks",
        help="webhooks: list, what was sent, tell a time again",
        description=_LIST,
        formatter_class=as_written,
    )
    add_json(parser)
    parser.set_defaults(run=lambda options: ended("webhooks", lambda: _list(options)))
    of_webhooks = parser.add_subparsers(metavar="COMMAND")
    sent = of_webhooks.add_parser(
        "deliveries", help="what was sent to one", description=_DELIVERIES, formatter_class=as_written
    )
    sent.add_argument("hook", type=UUID, metavar="HOOK", help="its id, as `palimpsest webhooks` lists it")
    sent.add_argument("--refused", action="store_true", help="only what was not accepted")
    sent.add_argument("--key", metavar="ID", help="only of this post")
    sent.add_argument("--limit", type=count, default=50, metavar="N", help="at most so many (50)")
    add_json(sent)
    sent.set_defaults(run=lambda options: ended("webhooks deliveries", lambda: _deliveries(options)))
    add_replay(of_webhooks)


async def _list(options: argparse.Namespace) -> int:
    connection = await connect(operator_log_url(), application_name="palimpsest webhooks")
    try:
        found = await hooks(connection)
    finally:
        await connection.close()
    if options.json:
        rows = [{**row, "oldest_s": seconds(row.pop("oldest"))} for row in found]
    else:
        rows = [{**row, "oldest": row["oldest"] and in_words(row["oldest"])} for row in found]
    show(rows, as_json=options.json)
    return 0


async def _deliveries(options: argparse.Namespace) -> int:
    connection = await connect(operator_log_url(), application_name="palimpsest webhooks")
    try:
        if not await is_known(connection, options.hook):
            print(f"webhooks deliveries: there is no webhook {options.hook}", file=sys.stderr)
            return 2
        found = await deliveries(
            connection, options.hook, only_refused=options.refused, key=options.key, limit=options.limit
        )
    finally:
        await connection.close()
    show(found, as_json=options.json)
    return 0
