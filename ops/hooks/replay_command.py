"""`webhooks replay`: one hook is told again what happened in a time."""

import argparse
import sys
from uuid import UUID

from kit.database import connect
from ops.acting import recorded
from ops.confirming import add_yes, confirmed
from ops.databases import operator_log_url
from ops.ending import ended
from ops.hooks.listing import is_known
from ops.hooks.telling_again import count, tell_again
from ops.moments import moment
from ops.rerunning.chosen import Choice

_DESCRIPTION = """\
Has one webhook told again what happened in a time, of the kinds that it hears now: what its receiver lost, or what was
given up. Messages bear the webhook-id of the first time and are signed anew; a receiver that remembers ids shows them
once. Posts come in their order, several at a time. What waits for a post now comes after what is told again of it. A
paused webhook is told when it is resumed.

exit codes: 0 they wait, or were counted by --dry-run; 1 the log database is away; 2 nothing was done
"""

Subparsers = argparse._SubParsersAction  # noqa: SLF001 - argparse names this type so


def add_replay(of_webhooks: "Subparsers[argparse.ArgumentParser]") -> None:
    parser = of_webhooks.add_parser(
        "replay",
        help="tell one webhook a time again",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("hook", type=UUID, metavar="HOOK", help="its id, as `palimpsest webhooks` lists it")
    parser.add_argument(
        "--from", type=moment, required=True, dest="since", metavar="MOMENT", help="from this moment on"
    )
    parser.add_argument("--to", type=moment, required=True, dest="before", metavar="MOMENT", help="before this moment")
    parser.add_argument("--dry-run", action="store_true", help="count the events, and do nothing")
    parser.add_argument("--why", metavar="TEXT", help="kept with the record of this action")
    add_yes(parser)
    parser.set_defaults(run=lambda options: ended("webhooks replay", lambda: _replay(options)))


async def _replay(options: argparse.Namespace) -> int:
    if options.since >= options.before:
        print("webhooks replay: --from is to be before --to", file=sys.stderr)
        return 2
    choice = Choice("", (), since=options.since, before=options.before)
    url = operator_log_url()
    connection = await connect(url, application_name="palimpsest webhooks")
    try:
        if not await is_known(connection, options.hook):
            print(f"webhooks replay: there is no webhook {options.hook}", file=sys.stderr)
            return 2
        found = await count(connection, choice)
        if options.dry_run or not found:
            print(f"{found} events")
            return 0
        if not confirmed(options, f"tell {options.hook} of {found} events again"):
            return 2
        details = {"from": options.since, "to": options.before, "events": found}
        async with recorded(url, "webhooks replay", str(options.hook), why=options.why, details=details) as action:
            action.details["keys"] = await tell_again(connection, options.hook, choice)
    finally:
        await connection.close()
    print(f"{found} events wait; `palimpsest webhooks deliveries {options.hook}` shows how they fare")
    return 0
