"""`parked`: events that a read model could not fold, and what to do with them."""

import argparse
import sys
from uuid import UUID

from kit.database import connect
from ops.ages import in_words
from ops.confirming import add_yes
from ops.counts import count
from ops.databases import operator_urls
from ops.ending import ended
from ops.model_argument import read_model
from ops.tables import add_json, show
from ops.unparking.folding import release, retry
from ops.unparking.listing import ParkedKey, parked_keys, queues
from ops.unparking.showing import as_lines, as_records
from ops.unparking.skipping import skip

_LIST = """\
Lists each key that a read model has parked: the event that could not be folded, why, since when, and how many events
wait behind it. All other keys flow. An error of "-" is gone: what waited behind it is to be released.

exit codes: 0 listed; 1 a database is away; 2 nothing runs here
"""
_SHOW = """\
Shows where the code failed for the first parked event of a key, and which events wait. What people wrote is not shown;
`palimpsest streams show` does, from the log.

exit codes: 0 shown; 1 a database is away; 2 nothing is parked for the key, or nothing runs here
"""
_RETRY = """\
Folds the first parked event of a key again, and that one alone: a try, before `palimpsest parked release`.

exit codes: 0 it is folded, or none was parked; 1 it fails as before, or a database is away; 2 nothing was done
"""
_RELEASE = """\
Folds parked events in order, key by key, beside the running projectors: of one key, of one read model, or with --all of
every one. Put the cause right first: new code, a restart of the projectors, then this. A key that fails as before stays
parked with what waits behind it, and holds up no other.

exit codes: 0 all are folded, or none was parked; 1 a key stays parked, or a database is away; 2 nothing was done
"""
_SKIP = """\
Gives up the first parked event of a key: it is never folded into this read model, whose rows of the key will not be
what the log says. A replay parks it again. Only the first can be skipped, as order is kept.

exit codes: 0 skipped; 1 a database is away; 2 nothing was done
"""

_Subparsers = argparse._SubParsersAction  # noqa: SLF001 - argparse names this type so


def register(subparsers: "_Subparsers[argparse.ArgumentParser]") -> None:
    parser = _command(subparsers, "parked", "events that could not be folded: list, release, skip", _LIST)
    parser.add_argument("--model", type=read_model, metavar="MODEL", help="only of this read model")
    parser.add_argument("--limit", type=count, default=50, metavar="N", help="at most so many keys (50)")
    add_json(parser)
    parser.set_defaults(run=lambda options: ended("parked", lambda: _list(options)))
    of_parked = parser.add_subparsers(metavar="COMMAND")
    _add_show(of_parked)
    retried = _of_a_key(of_parked, "retry", "fold the first parked event of a key again", _RETRY)
    _add_why(retried)
    retried.set_defaults(run=lambda options: ended("parked retry", lambda: retry(options)))
    _add_release(of_parked)
    _add_skip(of_parked)


def _add_show(of_parked: "_Subparsers[argparse.ArgumentParser]") -> None:
    parser = _of_a_key(of_parked, "show", "where the code failed, and what waits", _SHOW)
    parser.add_argument("--limit", type=count, default=20, metavar="N", help="at most so many events (20)")
    add_json(parser)
    parser.set_defaults(run=lambda options: ended("parked show", lambda: _show(options)))


def _add_release(of_parked: "_Subparsers[argparse.ArgumentParser]") -> None:
    parser = _command(of_parked, "release", "fold parked events in order, once the cause is gone", _RELEASE)
    parser.add_argument("model", nargs="?", type=read_model, metavar="MODEL", help="a read model's name")
    parser.add_argument("key", nargs="?", metavar="KEY", help="one of its keys")
    parser.add_argument("--all", action="store_true", help="of every read model")
    _add_why(parser)
    parser.set_defaults(run=lambda options: ended("parked release", lambda: release(options)))


def _add_skip(of_parked: "_Subparsers[argparse.ArgumentParser]") -> None:
    parser = _of_a_key(of_parked, "skip", "give up the first parked event of a key", _SKIP)
    parser.add_argument("--event", type=UUID, required=True, metavar="ID", help="the event, as `parked` lists it")
    _add_why(parser, is_required=True)
    add_yes(parser)
    parser.set_defaults(run=lambda options: ended("parked skip", lambda: skip(options)))


def _of_a_key(
    subparsers: "_Subparsers[argparse.ArgumentParser]", name: str, purpose: str, description: str
) -> argparse.ArgumentParser:
    parser = _command(subparsers, name, purpose, description)
    parser.add_argument("model", type=read_model, metavar="MODEL", help="a read model's name")
    parser.add_argument("key", metavar="KEY", help="the partition key, as `parked` lists it")
    return parser


def _command(
    subparsers: "_Subparsers[argparse.ArgumentParser]", name: str, purpose: str, description: str
) -> argparse.ArgumentParser:
    as_written = argparse.RawDescriptionHelpFormatter
    return subparsers.add_parser(name, help=purpose, description=description, formatter_class=as_written)


def _add_why(parser: argparse.ArgumentParser, *, is_required: bool = False) -> None:
    parser.add_argument("--why", required=is_required, metavar="TEXT", help="kept with the record of this action")


async def _list(options: argparse.Namespace) -> int:
    connection = await connect(operator_urls().read, application_name="palimpsest parked")
    try:
        found, keys = await parked_keys(connection, options.model and options.model.name, options.limit)
    finally:
        await connection.close()
    show([_row(each, as_json=options.json) for each in found], as_json=options.json)
    if keys > len(found):
        print(f"{keys - len(found)} more keys: see --limit", file=sys.stderr)
    return 0


def _row(parked: ParkedKey, *, as_json: bool) -> dict[str, object]:
    """A line has no room for every digit of an age, and a program no use for its words."""
    row: dict[str, object] = parked._asdict()
    del row["age"]
    return row | ({"age_s": parked.age.total_seconds()} if as_json else {"age": in_words(parked.age)})


async def _show(options: argparse.Namespace) -> int:
    connection = await connect(operator_urls().read, application_name="palimpsest parked")
    try:
        found = await queues(connection, options.model.name, options.key, options.limit)
    finally:
        await connection.close()
    if not found:
        print(f"parked show: {options.model.name} has nothing parked for {ascii(options.key)[1:-1]}", file=sys.stderr)
        return 2
    if options.json:
        show(as_records(options.model.name, options.key, found), as_json=True)
    else:
        print("\n".join(as_lines(options.model.name, options.key, found)))
    return 0
