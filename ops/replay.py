"""`replay`: builds read models anew beside what is served, and puts them in its place once they are verified."""

import argparse
import difflib
import sys
from collections.abc import Sequence

import asyncpg

from engine.projection.contract import ReadModel
from engine.replays.replay import at_work, last_of
from engine.replays.requests import AlreadyAtWork, Wish
from kit.database import connect
from ops.confirming import add_yes, confirmed
from ops.counts import count
from ops.databases import OperatorUrls, operator_urls
from ops.ending import ended
from ops.model_names import NoSuchModel, model_named
from ops.moments import moment
from ops.replaying.asking import ask, is_wanted
from ops.replaying.controlling import control, under_way
from ops.replaying.dry_run import add_filters, has_filters, run_dry
from ops.replaying.listing import replays_as_rows
from ops.replaying.watching import told_what_goes_on, watch
from ops.tables import show
from read_models.registry import MODELS

_DESCRIPTION = """\
Builds a new generation of each read model from the log, beside the one that is read, lets it catch up, compares the
two, and puts the new one in its place in one short transaction. Readers notice nothing. The older generation goes on
being followed: `palimpsest rollback MODEL` puts it back at once, `palimpsest prune` drops it.

  replay MODEL... | --all    ask for it, and show how far it gets
  replay pause MODEL         stop the work, keep what is built
  replay resume MODEL
  replay cancel MODEL        end it, and drop what it built
  replay status              the replays that there are
  replay watch [MODEL...]    show how far they get

  replay MODEL... --dry-run  say what would change, for all keys or for those that the filters name; build nothing

The work is done by the process `replayer`: Ctrl-C leaves it running, and it goes on by itself after any crash.

exit codes: 0 done; 1 refused by verification, failed or cancelled; 2 nothing was done; 130 interrupted: it goes on
"""
_VERBS = ("pause", "resume", "cancel", "status", "watch")
_MOST_WORKERS = 64


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "replay",
        help="build read models anew, verify them, and put them in place",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("words", nargs="*", metavar="MODEL", help="read models, or one of the words above and a model")
    parser.add_argument("--all", action="store_true", help="all read models, built in one reading of the log")
    parser.add_argument("--workers", type=count, default=1, metavar="N", help="processes that fold (1)")
    parser.add_argument(
        "--rate", type=count, metavar="N", help="at most so many events a second, of all workers together"
    )
    parser.add_argument("--accept", action="store_true", help="put it in place though it differs from what is served")
    parser.add_argument(
        "--until",
        type=moment,
        metavar="MOMENT",
        help="as of a moment, such as 2026-11-01T12:00Z: beside what is served",
    )
    parser.add_argument(
        "--no-swap", action="store_true", help="build, follow and verify, and leave readers where they are"
    )
    parser.add_argument("--why", metavar="TEXT", help="kept in the record of actions")
    parser.add_argument("--json", action="store_true", help="progress as one JSON object a line")
    parser.add_argument("--dry-run", action="store_true", help="fold into scratch tables, tell what differs, drop them")
    add_filters(parser)
    add_yes(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    verb, *names = options.words or [""]
    if verb not in _VERBS:
        verb, names = "", options.words
    mistake = _mistake(options, verb, names)
    if mistake:
        return _nothing(mistake)
    return _dry_run(options, names) if options.dry_run else ended("replay", lambda: _run(options, verb, names))


def _mistake(options: argparse.Namespace, verb: str, names: Sequence[str]) -> str:
    """What cannot be meant together."""
    if has_filters(options) and not options.dry_run:
        return "a replay is of all keys: only --dry-run takes filters"
    if options.dry_run and (verb or options.until or options.accept or options.no_swap):
        return "--dry-run builds nothing: leave out what is about building (--before says up to when)"
    if options.accept and (options.until or options.no_swap):
        return "--accept puts it in place: leave --until and --no-swap out"
    return "name read models, or say --all" if options.all and names else ""


def _dry_run(options: argparse.Namespace, names: Sequence[str]) -> int:
    try:
        models = _chosen(options, names)
    except NoSuchModel as problem:
        return _nothing(str(problem))
    return run_dry(models, options) if models else _nothing("name a read model, or say --all")


async def _run(options: argparse.Namespace, verb: str, names: Sequence[str]) -> int:
    try:
        models = _chosen(options, names)
    except NoSuchModel as problem:
        return _nothing(str(problem))
    urls = operator_urls()
    if verb in {"", "pause", "resume", "cancel"} and not models:
        return _nothing("name a read model, or say --all; --help says more")
    if verb == "status":
        show(await replays_as_rows(urls, models), as_json=options.json)
        return 0
    if verb == "watch":
        return await _watch(urls, models, is_json=options.json)
    if verb:
        return await _control(urls, verb, models, options)
    return await _replay(urls, models, options)


async def _replay(urls: OperatorUrls, models: Sequence[ReadModel], options: argparse.Namespace) -> int:
    if options.workers > _MOST_WORKERS:
        return _nothing(f"at most {_MOST_WORKERS} workers")
    if not await is_wanted(urls, models, options):
        return 2
    swaps = options.until is None and not options.no_swap
    wish = Wish(options.workers, options.rate, swaps, options.until, options.accept)
    try:
        with told_what_goes_on():
            numbers = await ask(urls, models, wish, options.why)
    except AlreadyAtWork as problem:
        return _nothing(f"{problem}: `palimpsest replay status` shows it")
    return 0 if await watch(urls, numbers, is_json=options.json) else 1


async def _watch(urls: OperatorUrls, models: Sequence[ReadModel], *, is_json: bool) -> int:
    connection = await connect(urls.read, application_name="palimpsest replay")
    try:
        numbers = await _numbers(connection, models)
    finally:
        await connection.close()
    if not numbers:
        return _nothing("no replay is at work")
    return 0 if await watch(urls, numbers, is_json=is_json) else 1


async def _numbers(connection: "asyncpg.Connection[asyncpg.Record]", models: Sequence[ReadModel]) -> list[int]:
    if not models:
        return [each.id for each in await at_work(connection)]
    return [last.id for model in models if (last := await last_of(connection, model.name))]


async def _control(urls: OperatorUrls, verb: str, models: Sequence[ReadModel], options: argparse.Namespace) -> int:
    there = await under_way(urls, verb, models)
    if not there or (len(there) < len(models) and not options.all):
        return _nothing(f"nothing to {verb} of {_names([model for model in models if model not in there])}")
    if verb == "cancel" and not confirmed(options, f"end the replay of {_names(there)} and drop what it built"):
        return 2
    late = [model for model in there if not await control(urls, verb, model, options.why)]
    return _nothing(f"nothing to {verb} of {_names(late)}") if late else 0


def _chosen(options: argparse.Namespace, names: Sequence[str]) -> list[ReadModel]:
    try:
        return list(MODELS) if options.all else [model_named(name) for name in dict.fromkeys(names)]
    except NoSuchModel:
        near = difflib.get_close_matches(options.words[0], _VERBS, 1)
        if not near:
            raise
        word = ascii(options.words[0])[1:-1]
        raise NoSuchModel(f"there is no read model {word}: did you mean `replay {near[0]}`?") from None


def _names(models: Sequence[ReadModel]) -> str:
    return ", ".join(model.name for model in models)


def _nothing(reason: str) -> int:
    print(f"replay: {reason}", file=sys.stderr)
    return 2
