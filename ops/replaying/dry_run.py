"""What a replay would change, told beforehand.

Keys are folded by this code into scratch tables, compared with what is served, and dropped: nobody sees them. The
filters say which keys: those that have an event to which all of them apply, each folded whole. The code may be of a
newer version than what is served: then the columns that both have are compared. Counters are not: they follow from
all keys of a partition together.
"""

import argparse
import sys
from collections.abc import Sequence

from domain.catalogue import EVENTS, UPCASTERS
from engine.audit.choosing import Choice
from engine.audit.dry_run import Rehearsed, dry_run
from engine.audit.sources import Sources, opened_sources
from engine.audit.verdict import Difference
from engine.following.contract import ForeignHistory
from engine.log.codec import Codec
from engine.projection.contract import ReadModel
from ops.counts import position
from ops.databases import OperatorUrls, operator_urls
from ops.ending import ended
from ops.moments import moment
from ops.progress import Progress
from ops.tables import show
from ops.tailing.filters import event_type
from ops.verifying.generations import NothingToCompare, shown


def add_filters(parser: argparse.ArgumentParser) -> None:
    """The options that say which keys a dry run folds."""
    group = parser.add_argument_group("which keys: those with an event")
    group.add_argument("--stream", metavar="S", help="of this stream, such as post-...")
    group.add_argument("--key", metavar="KEY", help="of this partition key")
    group.add_argument("--type", type=event_type, action="append", default=[], metavar="T", help="of this type")
    group.add_argument("--partition", type=position, metavar="N", help="of this partition")
    group.add_argument("--from", dest="first", type=position, default=1, metavar="P", help="from this position on")
    group.add_argument("--to", dest="last", type=position, metavar="P", help="up to and with this position")
    group.add_argument("--since", type=moment, metavar="MOMENT", help="recorded at this moment or later")
    group.add_argument("--before", type=moment, metavar="MOMENT", help="recorded before this moment")


def has_filters(options: argparse.Namespace) -> bool:
    """Whether one of the options of `add_filters` was given."""
    return _choice(options) != Choice()


def run_dry(models: Sequence[ReadModel], options: argparse.Namespace) -> int:
    """Exit code of the dry run of these models; `options` has what `add_filters` added, and `json`."""
    return ended("replay", lambda: _run(models, options, operator_urls()))


async def _run(models: Sequence[ReadModel], options: argparse.Namespace, urls: OperatorUrls) -> int:
    rows: list[dict[str, object]] = []
    async with opened_sources(urls.log, urls.read, Codec(EVENTS, UPCASTERS)) as sources:
        for model in models:
            try:
                rows += await _of(sources, model, _choice(options), is_json=options.json)
            except (NothingToCompare, ForeignHistory) as problem:
                print(f"replay: {problem}", file=sys.stderr)
                return 2
    show(rows, as_json=options.json)
    return 0


async def _of(sources: Sources, model: ReadModel, choice: Choice, *, is_json: bool) -> list[dict[str, object]]:
    served = await shown(sources.read_url, model)
    progress = Progress(f"keys of {model.name}")

    async def done(keys: int) -> None:
        progress.add(keys)

    found = await dry_run(sources, model, served.number, choice, done)
    if not is_json:
        print(_in_words(model, served.version, found))
    return [_record(model, each) for each in found.changes]


def _choice(options: argparse.Namespace) -> Choice:
    return Choice(
        stream=options.stream,
        key=options.key,
        types=tuple(options.type),
        partition=options.partition,
        first=options.first,
        last=options.last,
        since=options.since,
        before=options.before,
    )


def _in_words(model: ReadModel, served: int, found: Rehearsed) -> str:
    said = f"{model.name}: {found.keys} keys folded from {found.events} events by version {model.version}"
    if served != model.version:
        said += f", version {served} is served"
    if found.unfolded:
        said += f"; {found.unfolded} keys cannot be folded"
    return f"{said}; not compared: {', '.join(found.not_compared)}" if found.not_compared else said


def _record(model: ReadModel, change: Difference) -> dict[str, object]:
    return {
        "model": model.name,
        "table": change.table,
        "new": change.missing,
        "changed": change.different,
        "gone": change.extra,
        "columns": list(change.columns),
    }
