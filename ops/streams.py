"""`streams`: finds a stream, and shows all that happened to it."""

import argparse
import sys
from collections.abc import Iterator
from typing import Any

from kit.database import open_pool
from ops.counts import count
from ops.databases import operator_log_url
from ops.ending import ended
from ops.looking.finding import Finder
from ops.looking.history import History
from ops.tables import add_json, printable, show

_FIND = """\
Finds streams by what their id begins with (`post-0193`, or `0193a` alone), by a slug or handle or how it begins, or by
their kind (`post`, `account`: the newest). Names are looked up among those that are held now, beside the log; with
--past, in all that was ever recorded: that reads the whole log.

exit codes: 0 found; 1 the log database is away; 2 nothing found, or nothing runs here
"""
_SHOW = """\
Shows every event of a stream: when, which, who (`actor`), in which request (`correlation`), because of which event
(`causation`), and what it changed in the stream's state. What people wrote is shortened, or (erased).

exit codes: 0 shown; 1 the log database is away; 2 there is no such stream, or nothing runs here
"""


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("streams", help="find a stream, and show what happened to it", description=__doc__)
    of_streams = parser.add_subparsers(metavar="COMMAND", required=True)
    as_written = argparse.RawDescriptionHelpFormatter
    find = of_streams.add_parser("find", help="by id, name or kind", description=_FIND, formatter_class=as_written)
    find.add_argument("word", metavar="WORD", help="the beginning of an id, a slug, a handle, or a kind")
    find.add_argument("--past", action="store_true", help="a slug or handle that may be held no more")
    find.add_argument("--limit", type=count, default=20, metavar="N", help="at most so many (20)")
    find.set_defaults(run=lambda options: ended("streams find", lambda: _find(options)))
    shown = of_streams.add_parser("show", help="every event of one", description=_SHOW, formatter_class=as_written)
    shown.add_argument("stream", metavar="STREAM", help="its whole id, such as post-0193...")
    shown.add_argument("--limit", type=count, metavar="N", help="the last N events alone")
    shown.add_argument("--whole", action="store_true", help="show what people wrote whole")
    shown.set_defaults(run=lambda options: ended("streams show", lambda: _show(options)))
    for each in (find, shown):
        add_json(each)


async def _find(options: argparse.Namespace) -> int:
    async with await open_pool(operator_log_url(), size=1, application_name="palimpsest streams") as pool:
        finder = Finder(pool)
        search = finder.find_past if options.past else finder.find
        found = await search(options.word, options.limit)
        if not found:
            return await _missing("streams find", finder, options.word)
    show([each._asdict() for each in found], as_json=options.json)
    return 0


async def _show(options: argparse.Namespace) -> int:
    async with await open_pool(operator_log_url(), size=1, application_name="palimpsest streams") as pool:
        events = await History(pool).of(options.stream, is_whole=options.whole)
        if not events:
            return await _missing("streams show", Finder(pool), options.stream)
    wanted = events[-(options.limit or 0) :]
    if options.json:
        show(wanted, as_json=True)
    else:
        print("\n".join(line for event in wanted for line in _lines(event)))
    return 0


async def _missing(command: str, finder: Finder, word: str) -> int:
    held = await finder.find(word, 1)
    near = held[0].stream if held else await finder.nearest(word)
    advice = f"did you mean {near}?" if near else "`streams find --past` looks for names that are held no more"
    print(f"{command}: no stream is found by {printable(word)}; {advice}", file=sys.stderr)
    return 2


def _lines(event: dict[str, Any]) -> Iterator[str]:
    causes = (f"{name} {event[name]}" for name in ("actor", "correlation", "causation") if event[name])
    yield printable("  ".join((str(event["version"]), event["recorded_at"].isoformat(" "), event["type"], *causes)))
    if event["changes"] is None:
        yield f"      schema version {event['schema_version']}, unknown to this code or after what is unknown"
        return
    for name, change in event["changes"].items():
        yield printable(f"      {name}: {_word(change['before'])} -> {_word(change['after'])}")


def _word(value: Any) -> str:
    match value:
        case None:
            return "-"
        case list():
            return f"[{', '.join(map(str, value))}]"
        case bool():
            return "yes" if value else "no"
        case _:
            return str(value)
