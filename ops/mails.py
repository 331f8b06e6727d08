"""`mails`: addresses that mail servers refuse, and writing to one again."""

import argparse
import sys
from uuid import UUID

from kit.database import connect
from ops.acting import recorded
from ops.ages import in_words
from ops.confirming import add_yes, confirmed
from ops.counts import count
from ops.databases import operator_log_url
from ops.ending import ended
from ops.refusing.listing import Refused, account_of, refused
from ops.refusing.resuming import count_of, resume
from ops.tables import add_json, show

_LIST = """\
Lists accounts whose address is paused, the newest first: how many mails in a row a mail server refused, what it
answered last, and since when nothing is sent there. An address is paused after three refused mails in a row, or at once
where there is no such mailbox. It is written to again when it is proven or replaced, or after `palimpsest mails
resume`. Addresses themselves are not kept here: `palimpsest streams show account-ID` has the one of an account.

exit codes: 0 listed; 1 the log database is away; 2 nothing runs here
"""
_RESUME = """\
Has an account's address written to again, or with --all every one that is paused. Mails that were given up meanwhile
are not sent by that: `palimpsest jobs retry` and `palimpsest jobs rerun` ask for them again.

exit codes: 0 done; 1 the log database is away; 2 nothing is paused there, or nothing was done
"""


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    as_written = argparse.RawDescriptionHelpFormatter
    parser = subparsers.add_parser(
        "mails", help="addresses that refuse mails: list, resume", description=_LIST, formatter_class=as_written
    )
    parser.add_argument("--refused", action="store_true", help="also those that were refused and are not paused yet")
    parser.add_argument("--limit", type=count, default=50, metavar="N", help="at most so many (50)")
    add_json(parser)
    parser.set_defaults(run=lambda options: ended("mails", lambda: _list(options)))
    of_mails = parser.add_subparsers(metavar="COMMAND")
    resumed = of_mails.add_parser(
        "resume", help="write to an account's address again", description=_RESUME, formatter_class=as_written
    )
    which = resumed.add_mutually_exclusive_group(required=True)
    which.add_argument("account", nargs="?", metavar="ACCOUNT", help="its handle or its id")
    which.add_argument("--all", action="store_true", help="to all: the mail server was at fault")
    resumed.add_argument("--why", metavar="TEXT", help="kept with the record of this action")
    add_yes(resumed)
    resumed.set_defaults(run=lambda options: ended("mails resume", lambda: _resume(options)))


async def _list(options: argparse.Namespace) -> int:
    connection = await connect(operator_log_url(), application_name="palimpsest mails")
    try:
        found = await refused(connection, only_paused=not options.refused, limit=options.limit)
    finally:
        await connection.close()
    show([_row(each, as_json=options.json) for each in found], as_json=options.json)
    return 0


def _row(each: Refused, *, as_json: bool) -> dict[str, object]:
    row: dict[str, object] = each._asdict()
    del row["last"], row["paused"]
    if as_json:
        return row
    del row["last_at"], row["paused_at"]
    return row | {"last": in_words(each.last), "paused": None if each.paused is None else in_words(each.paused)}


async def _resume(options: argparse.Namespace) -> int:
    url = operator_log_url()
    connection = await connect(url, application_name="palimpsest mails")
    try:
        account: UUID | None = None
        if options.account is not None:
            account = await account_of(connection, options.account)
            if account is None:
                print(f"mails resume: there is no account {options.account}", file=sys.stderr)
                return 2
        paused = await count_of(connection, account)
        if not paused:
            print(f"mails resume: no address {'' if account is None else 'of theirs '}is paused", file=sys.stderr)
            return 2
        if not confirmed(options, f"write to {paused} paused addresses again"):
            return 2
        async with recorded(url, "mails resume", str(account or "all"), why=options.why, details={}) as action:
            done = action.details["addresses"] = await resume(connection, account)
    finally:
        await connection.close()
    print(f"{done} addresses are written to again")
    return 0
